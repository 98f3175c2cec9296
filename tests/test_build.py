"""Building leaves the old index or the new one, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import IndexUnusableError, ModelError
from corpus.study import Section, Voice
from index.build import build, ensure
from index.hashing_encoder import HashingEncoder
from index.kept_vectors import FILE as VECTORS
from index.library import index_folder, open_library
from index.manifest import FILE
from index.vectors import Vectors
from tests.small_collection import BACK, KNEE, STUDIES, small_collection

ROOT = Path(__file__).parent.parent
ENCODER = HashingEncoder()


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    """The small collection."""
    return small_collection(tmp_path / "small")


class _Told:
    """Keeps what a progress callback was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int, str]] = []

    def __call__(self, done: int, total: int, what: str) -> None:
        self.calls.append((done, total, what))


def _indexes(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def test_ensure_builds_once(small: Catalogue, tmp_path: Path) -> None:
    """The first call builds, later ones open what is there and report no work."""
    root = tmp_path / "deep" / "indexes"
    first, later = _Told(), _Told()
    manifest = ensure(small, root, ENCODER, progress=first).manifest
    assert manifest == ensure(small, root, ENCODER, progress=later).manifest
    assert [] == later.calls
    texts = manifest.passages + manifest.sentences - 1  # the page's one sentence is its passage
    assert (0, 4, "Reading the studies") == first.calls[0]  # before the model is loaded
    assert (0, texts, "Building the index") == first.calls[4]
    assert (texts, texts, "Building the index") == first.calls[-1]


def test_two_builds_are_the_same_bytes(small: Catalogue, tmp_path: Path) -> None:
    """The same collection and encoder make the same files, in another process too."""
    build(small, tmp_path / "one", ENCODER)
    code = (
        "import sys; from pathlib import Path; from corpus.catalogue import load_catalogue;"
        "from index.build import build; from index.hashing_encoder import HashingEncoder;"
        "build(load_catalogue(Path(sys.argv[1]), drafts=True), Path(sys.argv[2]), HashingEncoder())"
    )
    subprocess.run(
        [sys.executable, "-c", code, small.folder, tmp_path / "two"],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    files = [
        {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and path.suffix not in {".lock", ".sqlite3"}
        }
        for root in (tmp_path / "one", tmp_path / "two")
    ]
    assert 21 == len(files[0])
    assert files[0] == files[1]


def test_a_damaged_index_is_built_again(small: Catalogue, tmp_path: Path) -> None:
    """`ensure` repairs what `open_library` refuses, and nothing of the damaged one stays."""
    root = tmp_path / "indexes"
    manifest = build(small, root, ENCODER)
    folder = index_folder(small, root, ENCODER)
    for damaged in ("passages.jsonl", FILE):
        (folder / damaged).write_text("{}", encoding="utf-8")
        assert manifest == ensure(small, root, ENCODER).manifest
    assert [folder.name] == _indexes(root)


def test_a_whole_index_stays_when_built_again(small: Catalogue, tmp_path: Path) -> None:
    """A library in use keeps its files: a second build of the same state does not replace them."""
    root = tmp_path / "indexes"
    build(small, root, ENCODER)
    library = open_library(small, root, ENCODER)
    manifest = index_folder(small, root, ENCODER) / FILE
    before = manifest.stat()
    build(small, root, ENCODER)
    assert (before.st_ino, before.st_mtime_ns) == (
        manifest.stat().st_ino,
        manifest.stat().st_mtime_ns,
    )
    assert library.dense("knee", 3) == open_library(small, root, ENCODER).dense("knee", 3)


def test_collections_keep_apart(small: Catalogue, tmp_path: Path) -> None:
    """Two collections below one root each find their own studies only."""
    root = tmp_path / "indexes"
    other = small_collection(tmp_path / "other", name="Other", studies=STUDIES[1:])
    assert {"knee", "back", "note", "page"} == {
        one.study for one in ensure(small, root, ENCODER).passages
    }
    assert {"back", "note", "page"} == {one.study for one in ensure(other, root, ENCODER).passages}
    assert 2 == len(_indexes(root))
    open_library(small, root, ENCODER)


def test_old_states_are_forgotten_after_a_few(small: Catalogue, tmp_path: Path) -> None:
    """Four states of a collection stay, the newest among them; another collection's stay all."""
    root = tmp_path / "indexes"
    other = small_collection(tmp_path / "other", name="Other")
    ensure(other, root, ENCODER)
    for edit in range(6):
        study = type(KNEE)(f"knee-{edit}", KNEE.title, KNEE.sections)
        catalogue = small_collection(small.folder, studies=(study,))
        ensure(catalogue, root, ENCODER)
    open_library(catalogue, root, ENCODER)
    open_library(other, root, ENCODER)
    assert ["other"] + 4 * ["small"] == [name.rpartition("-")[0] for name in _indexes(root)]


class _Failing(HashingEncoder):
    """An encoder whose model is found missing when it is first used."""

    def lasting(self, texts: object) -> Vectors:
        raise ModelError(f"found no weights for {texts}")


def test_a_failed_build_leaves_nothing_half_made(small: Catalogue, tmp_path: Path) -> None:
    """The reason comes through, the folder is as it was, and the next build works."""
    root = tmp_path / "indexes"
    with pytest.raises(ModelError, match="found no weights"):
        ensure(small, root, _Failing())
    assert [] == _indexes(root)
    ensure(small, root, ENCODER)


def test_a_place_that_cannot_be_written_is_named(small: Catalogue, tmp_path: Path) -> None:
    """Where no index can be kept the message says so and what to do."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match=r"could not be written .*set another folder"):
        ensure(small, tmp_path / "file", ENCODER)


# Kills itself at the STEP-th sign of life: a report of progress, or a rename just before or after it.
_KILLED = """
import os, signal, sys
from pathlib import Path
from corpus.catalogue import load_catalogue
from index import build as building
from index.hashing_encoder import HashingEncoder

folder, root, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
lives = iter(range(step))

def live(*_):
    if next(lives, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)

rename = Path.rename
def renamed(self, target):
    live()
    rename(self, target)
    live()
Path.rename = renamed
building._BATCH = 8
building.ensure(load_catalogue(folder, drafts=True), root, HashingEncoder(), progress=live)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_killed_build_leaves_the_old_index_or_the_new(small: Catalogue, tmp_path: Path) -> None:
    """Whenever it dies: the old state opens, the new one opens or is built, and no waste stays."""
    root = tmp_path / "indexes"
    build(small, root, ENCODER)
    nine = " ".join(f"Trial {number} eased pain." for number in range(1, 10))
    new = replace(BACK, sections=(Section("Summary", Voice.SUMMARY, nine),))
    after = small_collection(tmp_path / "after", studies=(KNEE, new))
    outcomes = []
    for step in range(10):
        (root / VECTORS).unlink(
            missing_ok=True
        )  # or each build would go on where the last one died
        done = subprocess.run(
            [sys.executable, "-c", _KILLED, after.folder, root, str(step)], cwd=ROOT, check=False
        )
        open_library(small, root, ENCODER)
        try:
            open_library(after, root, ENCODER)
            outcomes.append((done.returncode, "new"))
            break
        except IndexUnusableError:
            outcomes.append((done.returncode, "old"))
    # It reports 2 studies and the page, then 0, 8, 16 and all 19 texts; then it renames.
    assert [(-signal.SIGKILL, "old")] * 8 + [(-signal.SIGKILL, "new")] == outcomes
    build(after, root, ENCODER)
    expected = sorted(index_folder(one, root, ENCODER).name for one in (small, after))
    assert expected == _indexes(root)


_ENSURES = """
import sys
from dataclasses import replace
from pathlib import Path
from corpus.catalogue import load_catalogue
from index.build import ensure
from index.hashing_encoder import HashingEncoder
told = []
library = ensure(load_catalogue(Path(sys.argv[1]), drafts=True), Path(sys.argv[2]), HashingEncoder(),
                 progress=lambda done, total, what: told.append(what))
print(library.manifest.id, "Building the index" in told, len(library.dense("knee", 3)))
"""


def test_processes_that_build_at_once_do_not_clash(small: Catalogue, tmp_path: Path) -> None:
    """Of four processes exactly one builds; all of them get the index."""
    root = tmp_path / "indexes"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _ENSURES, small.folder, root],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "default"},
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60) for process in processes]
    index = open_library(small, root, ENCODER).manifest.id
    expected = [f"{index} False 3\n"] * 3 + [f"{index} True 3\n"]
    assert (expected, [""] * 4) == (sorted(out for out, _ in said), [err for _, err in said])
