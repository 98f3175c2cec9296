"""`kill -9` at any moment of an import, a build or a change that is served: what is there is old or new, never half."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from corpus.catalogue import BULK, STUDIES, load_catalogue, load_studies, shipped_folder
from corpus.errors import IndexUnusableError
from corpus.folder_writing import alone, write_files
from corpus.importing import import_files
from corpus.reading import propose
from corpus.records import write_json, write_markdown
from corpus.study import Section, Study, Voice
from corpus.vocabulary import shipped_vocabulary
from index.build import ensure
from index.hashing_encoder import HashingEncoder
from index.library import index_folder, open_library
from tests.killing import FEW_AND_MANY, HAS_KILL, ROOT, killed, left_over

pytestmark = HAS_KILL

# --- import

_IMPORT = """
import sys
from pathlib import Path
from corpus.importing import import_files, imports
writing = imports.write_files
def told(folder, texts):
    print("writing", flush=True)
    writing(folder, texts)
imports.write_files = told
print("ready", flush=True)
import_files([Path(one) for one in sys.argv[2:]], Path(sys.argv[1]))
print("done", flush=True)
"""
_RECORD = "TY  - JOUR\nTI  - Needles for knee {0}\nAB  - Pain eased in {0} people.\nPY  - 2020\nER  -\n"  # fmt: skip


@pytest.mark.parametrize("times", FEW_AND_MANY)
def test_a_killed_import_leaves_the_old_collection_or_the_new(tmp_path: Path, times: int) -> None:
    """The old study alone, or it and all 118 of a page and an export; the next import finds nothing in its way."""
    page = shipped_folder() / "source" / "evidence-page.txt"
    export = tmp_path / "new.ris"
    export.write_text("".join(map(_RECORD.format, range(1, 101))), encoding="utf-8")
    chance = random.Random(times)  # noqa: S311 - moments, no secrets
    for number in range(times):
        folder = tmp_path / f"collection-{number}"
        old = number % 2  # every other import makes its folder
        if old:
            folder.mkdir()
            study = Study("old", "Old", (Section("Summary", Voice.SUMMARY, "Text."),))
            (folder / BULK).write_text(write_json(study) + "\n", encoding="utf-8")
        killed(_IMPORT, [folder, page, export], {"ready": 1.5, "writing": 0.02}, chance)
        if any((folder / one).exists() for one in (STUDIES, BULK)):
            load_catalogue(folder, drafts=True)
            found = len(list(load_studies(folder, None)))
        else:
            found = 0
        assert found in {old, old + 118}
        import_files([page, export], folder)
        assert old + 118 == len(list(load_studies(folder, None)))
        assert [] == left_over(folder)
        shutil.rmtree(folder)


# --- build

_BUILD = """
import sys
from pathlib import Path
from corpus.catalogue import load_catalogue
from index import build
from index.hashing_encoder import HashingEncoder
renaming = build._discard
def told(folder):
    print("renaming", flush=True)
    renaming(folder)
build._discard = told
print("ready", flush=True)
catalogue = load_catalogue(Path(sys.argv[1]), drafts=True)
build.ensure(catalogue, Path(sys.argv[2]), HashingEncoder(), progress=lambda *_: print("encoding", flush=True))
print("done", flush=True)
"""
ENCODER = HashingEncoder()


def _written(folder: Path, number: int, studies: int) -> None:
    """A change of a whole collection: every study says the same number."""
    made = [
        Study(
            f"study-{place}",
            f"Needles for painful knees, part {place}",
            (
                Section(
                    "Summary",
                    Voice.SUMMARY,
                    f"Acupuncture eased the pain of the knee in {number} people.",
                ),
            ),
        )
        for place in range(studies)
    ]
    made = [propose(one, shipped_vocabulary()) for one in made]
    half = studies // 2
    texts = {f"{STUDIES}/{one.id}.md": write_markdown(one) for one in made[:half]}
    texts[BULK] = "".join(write_json(one) + "\n" for one in made[half:])
    folder.mkdir(exist_ok=True)
    with alone(folder):
        write_files(folder, texts)


@pytest.mark.parametrize("times", FEW_AND_MANY)
def test_a_killed_build_leaves_the_old_index_and_a_new_one_that_is_whole(
    tmp_path: Path, times: int
) -> None:
    """The index of the old state opens, that of the new one opens or is not there; the next build makes it."""
    folder, before = tmp_path / "collection", tmp_path / "before"
    _written(folder, 1, 100)
    old = load_catalogue(folder, drafts=True)
    ensure(old, before, ENCODER)
    _written(folder, 2, 100)
    new = load_catalogue(folder, drafts=True)
    chance = random.Random(times)  # noqa: S311 - moments, no secrets
    moments = {"ready": 1.0, "encoding": 0.5, "renaming": 0.02}
    for number in range(times):
        indexes = tmp_path / f"indexes-{number}"
        shutil.copytree(before, indexes)
        if number % 2:  # a damaged index stands where the new one goes
            damaged = index_folder(new, indexes, ENCODER)
            damaged.mkdir()
            (damaged / "manifest.json").write_text("{", encoding="utf-8")
        killed(_BUILD, [folder, indexes], moments, chance)
        assert 100 == len(open_library(old, indexes, ENCODER).catalogue.studies)
        try:
            opened = open_library(new, indexes, ENCODER)
        except IndexUnusableError:
            opened = ensure(new, indexes, ENCODER)
            assert [] == left_over(indexes)
        assert {2} == _numbers(" ".join(one.text for one in opened.passages))
        shutil.rmtree(indexes)


def _numbers(text: str) -> set[int]:
    return {int(one) for one in re.findall(r"the knee in (\d+) people", text)}


# --- swap

_WRITER = """
import sys
from pathlib import Path
from corpus import folder_writing
from corpus.vocabulary import shipped_vocabulary
from tests.test_kills import _written
finish = folder_writing._finish
def told(folder):
    print("renaming", flush=True)
    finish(folder)
folder_writing._finish = told
shipped_vocabulary()
print("ready", flush=True)
for number in range(int(sys.argv[2].split("-")[-1]), 10**9):
    _written(Path(sys.argv[1]), number, 12)
"""
_QUESTION = "does acupuncture ease a painful knee?"


@contextmanager
def _served(folder: Path, indexes: Path, log: Path) -> Iterator[str]:
    """The address of `evidence-desk serve`, a process of its own, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    settings = {
        "EVIDENCE_DESK_INDEX_ROOT": str(indexes),
        "EVIDENCE_DESK_REQUESTS_PER_MINUTE": "6000",
        "EVIDENCE_DESK_REQUESTS_AT_ONCE": "1000",
    }
    command = [sys.executable, "-m", "qa", "serve", "--drafts", "--port", str(port)]
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            [*command, "--collection", str(folder)],
            cwd=ROOT,
            stdout=out,
            stderr=out,
            env=os.environ | settings,
        ) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            _waited(lambda: _is_ready(address) or process.poll() is not None)
            assert process.poll() is None, log.read_text("utf-8")
            yield address
        finally:
            process.send_signal(signal.SIGTERM)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _waited(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _asked(address: str) -> tuple[int, str, set[int]]:
    """The status of an answer, its index, and the numbers in its findings."""
    answer = httpx.post(f"{address}/api/ask", json={"question": _QUESTION}, timeout=60)
    found = answer.json()
    return answer.status_code, found["receipt"]["index"], _numbers(json.dumps(found["findings"]))


@pytest.mark.parametrize(
    "times", [pytest.param(2, id="few"), pytest.param(200, id="many", marks=pytest.mark.long)]
)
@pytest.mark.usefixtures("library")  # whose vectors the server finds
def test_a_server_answers_from_one_state_while_writers_are_killed(
    tmp_path: Path, indexes: Path, times: int
) -> None:
    """Each question gets an answer of one build, and the last whole change is served in the end."""
    folder = tmp_path / "collection"
    _written(folder, 1, 12)
    chance = random.Random(times)  # noqa: S311 - moments, no secrets
    answers: list[tuple[int, str, set[int]]] = []
    over = threading.Event()
    with _served(folder, indexes, tmp_path / "log.txt") as address:

        def visitor() -> None:
            while not over.is_set():
                answers.append(_asked(address))
                time.sleep(0.02)  # what one visitor may ask in a minute has a limit

        thread = threading.Thread(target=visitor)
        thread.start()
        try:
            for number in range(times):
                start = Path(f"from-{1000 * (number + 1)}")
                killed(_WRITER, [folder, start], {"ready": 0.3, "renaming": 0.3}, chance)
                time.sleep(chance.choice([0.0, 0.0, 0.0, 5.0]))  # now and then it is at rest
                assert 1 == len(_stored(folder))
            (last,) = _stored(folder)
            _waited(lambda: {last} == _asked(address)[2])
            _written(folder, 7, 12)
            _waited(lambda: {7} == _asked(address)[2])
        finally:
            over.set()
            thread.join(60)
        answers.append(_asked(address))
    assert {200} == {status for status, _, _ in answers}
    assert {1} == {len(numbers) for _, _, numbers in answers}
    by_index: dict[str, set[int]] = {}
    for _, index, numbers in answers:
        by_index.setdefault(index, set()).update(numbers)
    assert {1} == {len(numbers) for numbers in by_index.values()}
    assert len(by_index) > 1
    assert [] == left_over(folder)
    assert {7} == _stored(folder)


def _stored(folder: Path) -> set[int]:
    """The numbers that a collection tells: one, where no change is half done."""
    studies = load_catalogue(folder, drafts=True).studies
    assert 12 == len(studies)
    return _numbers(" ".join(section.text for one in studies for section in one.sections))
