"""A disk that is full, an index or a model that is gone, a file that cannot be written: one message, and the page goes on.

The disk is full for the server alone: the system lets it write no byte more, root or not.
"""

from __future__ import annotations

import json
import os
import queue
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from corpus.catalogue import load_catalogue, shipped_folder
from index.build import ensure
from qa.encoders import encoder_of
from qa.settings import PREFIX, load
from tests.killing import left_over

ROOT = Path(__file__).parent.parent
HIP = "does acupuncture help hip osteoarthritis?"
OLD, NEW, NEWER = "probably has", "arguably has", "possibly has"
NO_MORE = (0, resource.RLIM_INFINITY)
AS_MUCH_AS_IT_LIKES = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux"),
]


@dataclass
class _Server:
    """`evidence-desk serve`, a process of its own."""

    folder: Path  # that all it writes is in
    process: subprocess.Popen[str]
    address: str
    lines: queue.Queue[str] = field(default_factory=queue.Queue)
    said: list[str] = field(default_factory=list)

    def listen(self, out: IO[str]) -> None:
        for line in out:
            self.lines.put(line)

    def hears(self, words: str) -> str:
        """The line with these words, as soon as the server says it."""
        while True:
            self.said.append(self.lines.get(timeout=120))
            if words in self.said[-1]:
                return self.said[-1]

    def asked(self) -> dict[str, Any]:
        answer = httpx.post(f"{self.address}/api/ask", json={"question": HIP}, timeout=60)
        assert 200 == answer.status_code
        found: dict[str, Any] = answer.json()
        return found

    def ready(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.address}/readyz", timeout=60).json()
        return found

    def edits(self, old: str, new: str) -> None:
        file = self.folder / "collection" / "studies" / "manheimer-2018-hip-oa.md"
        changed = file.read_text(encoding="utf-8").replace(old, new)
        beside = file.with_suffix(".new")
        beside.write_text(changed, encoding="utf-8")
        beside.replace(file)

    def may_write(self, limit: tuple[int, int]) -> None:
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, limit)


def _waited(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _environment(folder: Path, **settings: str) -> dict[str, str]:
    chosen = {"INDEX_ROOT": str(folder / "indexes"), "REQUESTS_PER_MINUTE": "6000", **settings}
    return os.environ | {PREFIX + name: value for name, value in chosen.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the index of the shipped collection and the converted model, as a server makes them."""
    folder = tmp_path_factory.mktemp("built")
    ensure(load_catalogue(), folder, encoder_of(load(index_root=folder)))
    return folder


@pytest.fixture
def server(tmp_path: Path, built: Path) -> Iterator[_Server]:
    """A server of a copy of the shipped collection, with an index and a model of its own."""
    shutil.copytree(built, tmp_path / "indexes")
    shutil.copytree(shipped_folder() / "studies", tmp_path / "collection" / "studies")
    shutil.copy(shipped_folder() / "collection.yaml", tmp_path / "collection")
    (tmp_path / "counts").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    command = [sys.executable, "-u", "-m", "qa", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--collection", str(tmp_path / "collection")],
        cwd=ROOT,
        env=_environment(tmp_path, COUNTS_FILE=str(tmp_path / "counts" / "counts.json")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        made = _Server(tmp_path, process, f"http://127.0.0.1:{port}")
        listening = threading.Thread(target=made.listen, args=[process.stdout])
        listening.start()
        try:
            made.hears("is ready")
            yield made
            assert not [one for one in made.said if "Traceback" in one]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            listening.join(30)


def test_a_full_disk_leaves_the_page_as_it_was(server: _Server) -> None:
    """A change that cannot be indexed is told once, a count that cannot be kept too; with room again all is well."""
    before = server.asked()
    server.may_write(NO_MORE)
    server.edits(OLD, NEW)
    told = server.hears("the page goes on with the state before")
    assert "File too large" in told
    assert not server.ready()["up_to_date"]
    assert before == server.asked()
    server.may_write(AS_MUCH_AS_IT_LIKES)
    server.edits(NEW, NEWER)
    server.hears("served from now on")
    assert server.ready()["up_to_date"]
    assert NEWER in json.dumps(server.asked()["findings"])

    server.may_write(NO_MORE)
    server.process.send_signal(signal.SIGINT)
    assert "File too large" in server.hears("counts were not saved")
    assert 0 == server.process.wait(30)
    (kept,) = (server.folder / "counts").iterdir()
    assert {"form", "since", "counts"} == set(json.loads(kept.read_text("utf-8")))


def test_an_index_that_is_gone_is_not_missed(server: _Server) -> None:
    """Somebody clears the folder of indexes, model and all: answers stay, and a change is served or told."""
    before = server.asked()
    shutil.rmtree(server.folder / "indexes")
    assert before == server.asked()
    other = httpx.post(
        f"{server.address}/api/ask", json={"question": "sham needles for knees"}, timeout=60
    )
    assert "answered" == other.json()["outcome"]
    server.edits(OLD, NEW)
    _waited(lambda: not server.ready()["up_to_date"] or server.ready()["index"] != _index(before))
    after = server.asked()
    assert (NEW in json.dumps(after["findings"])) is (_index(after) != _index(before))


def _index(answer: Mapping[str, Any]) -> str:
    return str(answer["receipt"]["index"])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"INDEX_ROOT": "{}/file/indexes"}, "file"),
        ({"MODEL": "{}/nowhere"}, "nowhere"),
        ({"MODEL": "{}/damaged"}, "damaged"),
        # Of the model that is converted, or of the index: whichever comes first.
        ({}, "No usable temporary directory|an index could not be written"),
    ],
    ids=["index root", "no model", "damaged model", "full disk"],
)
def test_what_cannot_be_served_is_told_in_one_message(
    settings: Mapping[str, str], said: str, tmp_path: Path, built: Path
) -> None:
    """The server does not start, says what it found and wanted, and leaves with code 1; nothing half-written stays."""
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "config.json").write_text("{", encoding="utf-8")
    if settings:
        shutil.copytree(built, tmp_path / "indexes")
    command = [sys.executable, "-m", "qa", "serve", "--port", str(_free())]
    chosen = {name: value.format(tmp_path) for name, value in settings.items()}

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    done = subprocess.run(
        command,
        cwd=ROOT,
        env=_environment(tmp_path, **chosen),
        preexec_fn=None if settings else full,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    (told,) = (one for one in done.stderr.splitlines() if one.startswith("evidence-desk: "))
    assert re.search(said, told)
    assert 1 == done.returncode
    assert "Traceback" not in done.stderr + done.stdout
    assert [] == left_over(tmp_path / "indexes")


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
