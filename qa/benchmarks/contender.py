"""A contender as its parent sees it: a child process that is asked one thing at a time, with a limit."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import EvidenceDeskError

_MAIN = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from qa.benchmarks.child import main; main()"
)
_ROOT = Path(__file__).resolve().parents[2]
HOW_TO_INSTALL = "not installed: make bench-install"


class StoppedError(EvidenceDeskError):
    """A contender that cannot go on, and why."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where children run: this program's own interpreter, and the one that the peers are installed for."""

    peers: Path | None
    environment: Mapping[str, str] = field(repr=False)

    def interpreter(self, name: str) -> Path | None:
        """The interpreter of a contender; None where the peers' is not there."""
        if name.startswith(("evidence-desk", "bare-")):
            return Path(sys.executable)
        return self.peers if self.peers is not None and self.peers.is_file() else None


class Contender:
    """One child process. Closes with `close`, also where it was stopped."""

    def __init__(self, name: str, places: Places) -> None:
        interpreter = places.interpreter(name)
        if interpreter is None:
            raise StoppedError(HOW_TO_INSTALL)
        self.name = name
        self._child = subprocess.Popen(  # noqa: S603 - our own code
            [str(interpreter), "-c", _MAIN, str(_ROOT), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=dict(places.environment),
        )
        self._ended: str | None = None  # why it answers no more
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._child.stdout is not None  # noqa: S101 - opened above
        for line in self._child.stdout:
            self._answers.put(line)
        self._answers.put("")

    def does(self, what: str, *, limit: float, **more: object) -> dict[str, Any]:
        """The answer to a request.

        StoppedError where the contender has not answered after `limit` seconds, has failed, or lacks a library.
        """
        if self._ended is not None:
            raise StoppedError(self._ended)
        assert self._child.stdin is not None  # noqa: S101 - opened above
        with suppress(OSError):  # a child that is gone tells no more
            self._child.stdin.write(json.dumps({"do": what, **more}) + "\n")
            self._child.stdin.flush()
        try:
            line = self._answers.get(timeout=limit)
        except queue.Empty:
            self._ended = f"stopped after {limit:.0f} s"
            self.close()
            raise StoppedError(self._ended) from None
        if not line:
            self._ended = f"ended by itself with code {self._child.wait(timeout=10)}"
            raise StoppedError(self._ended)
        answer: dict[str, Any] = json.loads(line)
        if "missing" in answer:
            raise StoppedError(f"{HOW_TO_INSTALL} ({answer['missing']})")
        if "failed" in answer:
            raise StoppedError(f"failed: {answer['failed'][:200]}")
        return answer

    def close(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def started(
    name: str,
    places: Places,
    *,
    work: Path,
    question: str,
    given: Mapping[str, object],
    limit: float,
) -> tuple[Contender, float]:
    """A new contender that has answered its first question, and the seconds from its start until then.

    It has taken in passages whose vectors were known, as if it had kept them; this program opens its index.
    """
    begun = time.perf_counter()
    one = Contender(name, places)
    try:
        one.does("open", limit=limit, **given)
        one.does("load", limit=limit, work=str(work))
        if not name.startswith("evidence-desk"):
            one.does("fill", limit=limit)
        one.does("search" if name == "bare-search" else "ask", limit=limit, question=question, at=0)
    except StoppedError:
        one.close()
        raise
    return one, time.perf_counter() - begun
