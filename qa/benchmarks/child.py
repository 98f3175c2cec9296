"""The child process of one contender: it does what its parent asks, one JSON object a line, and says how long it took.

A process of its own for each, so that memory and imports are its own. Only the standard library and numpy are needed
to start; a contender imports the rest when it is opened.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from qa.benchmarks.installed import PACKAGES, megabytes, versions
from qa.benchmarks.work import NEAREST, Work, load, synthetic

Request = Mapping[str, Any]
_OWN, _PEERS, _BARE = "qa.benchmarks.own", "qa.benchmarks.peers", "qa.benchmarks.bare"
# The class of each contender, by the module that it is in. A class has the methods that it can do.
CONTENDERS = {
    "evidence-desk": (_OWN, "Own"),
    "evidence-desk-torch": (_OWN, "OwnByTorch"),
    "langchain-faiss": (_PEERS, "LangChain"),
    "llama-index": (_PEERS, "LlamaIndex"),
    "haystack": (_PEERS, "Haystack"),
    "txtai": (_PEERS, "Txtai"),
    "bare-encoder": (_BARE, "Encoder"),
    "bare-search": (_BARE, "Search"),
}


class Desk:
    """One contender at work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._system: Any = None
        self._work: Work | None = None

    def do(self, request: Request) -> dict[str, Any]:
        """Do what is asked: the seconds it took as `seconds`, and what came out."""
        what = str(request["do"])
        if what == "memory":
            return {"megabytes": peak_megabytes()}
        if what == "forget-peak":
            forget_peak()
            return {}
        if what == "installed":
            names = PACKAGES[self._name]
            return {"megabytes": megabytes(names), "versions": versions(names)}
        if what == "open":
            module, name = CONTENDERS[self._name]
            return _timed(lambda: self._open(getattr(import_module(module), name), request))
        if what == "load":  # reading the files is nobody's merit
            self._work = load(Path(request["work"]))
            return {}
        return _timed(self._steps()[what], request)

    def _open(self, system: Callable[[Request], Any], request: Request) -> None:
        self._system = system(request)

    def _steps(self) -> dict[str, Callable[[Request], Any]]:
        work = self._work
        system = self._system
        if work is None:
            raise ValueError("wanted work to be loaded first")
        return {
            "fill": lambda _: system.fill(work.texts, work.vectors),
            "index": lambda _: system.index(work.texts),
            "encode": lambda request: system.encode(work.texts[: request["count"]]),
            "ask": lambda request: system.ask(request["question"]),
            "search": lambda request: system.search(work.asked[request["at"]], NEAREST),
            "words": lambda request: system.words(work.questions[request["at"]], NEAREST),
            "hybrid": lambda request: system.hybrid(
                work.asked[request["at"]], work.questions[request["at"]], NEAREST
            ),
            "synthetic": lambda request: system.synthetic(
                synthetic(request["count"], work.asked.shape[1])
            ),
        }


def _timed(step: Callable[..., Any], *given: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever it takes
    started, busy = time.perf_counter(), time.process_time()
    found = step(*given)
    return {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time()
        - busy,  # of all threads; says more where others take their share
        "found": found,
    }


def peak_megabytes() -> float:
    """The most memory that this process has held, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        told = status.read_text(encoding="utf-8").split()
        return round(int(told[told.index("VmHWM:") + 1]) / 1000, 1)
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)


def forget_peak() -> None:
    """Let the most memory be counted from now on, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def serve(desk: Desk, requests: TextIO, answers: TextIO) -> None:
    """Do each request of a stream; what goes wrong is told, and the next one is waited for."""
    for line in requests:
        try:
            answer = desk.do(json.loads(line))
        except ImportError as exc:
            answer = {"missing": str(exc)}
        except Exception as exc:  # noqa: BLE001 - another's library raises what it likes
            answer = {"failed": f"{type(exc).__name__}: {exc}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Serve the contender that the command line names, on standard input and output."""
    # Libraries print what they like; only answers may reach the parent.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(Desk(sys.argv[1]), sys.stdin, answers)
