"""Only what is new or changed is encoded, and what is kept never makes a different index."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.study import Section, Study, Voice
from index.build import build, ensure
from index.encoder import Encoder
from index.hashing_encoder import HashingEncoder
from index.kept_vectors import FILE
from index.library import index_folder
from index.manifest import FILE as MANIFEST
from index.vectors import Vectors
from tests.small_collection import small_collection


class _Counting(HashingEncoder):
    """Keeps the texts that it was asked to encode."""

    def __init__(self, **sizes: int) -> None:
        super().__init__(**sizes)
        self.encoded: list[str] = []

    def lasting(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().lasting(texts)


def _study(number: int, told: str = "It was no better than sham.") -> Study:
    text = f"Trial {number} lasted {number} weeks. Pain eased in {number} people. {told}"
    return Study(f"s{number}", f"Trial {number}", (Section("Summary", Voice.SUMMARY, text),))


def _files(catalogue: Catalogue, root: Path, encoder: Encoder) -> dict[str, bytes]:
    folder = index_folder(catalogue, root, encoder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_of_a_thousand_studies_only_the_changed_sentence_is_encoded(tmp_path: Path) -> None:
    """One sentence of one study among 1,000 changes: it and the passage that holds it are encoded, nothing else."""
    studies = [_study(number) for number in range(1, 1001)]
    encoder = _Counting()
    ensure(small_collection(tmp_path / "one", studies=studies), tmp_path / "index", encoder)
    encoder.encoded.clear()
    studies[499] = _study(500, "It was better than sham.")
    changed = small_collection(tmp_path / "two", studies=studies)
    library = ensure(changed, tmp_path / "index", encoder)
    whole = "Trial 500 lasted 500 weeks. Pain eased in 500 people. It was better than sham."
    assert sorted(["It was better than sham.", f"Trial 500\n{whole}"]) == sorted(encoder.encoded)
    texts = [one.text for one in library.passages if one.study == "s500"]
    assert [whole] == texts  # no stale sentence is left to be found


def test_an_index_from_kept_vectors_is_the_same_bytes(tmp_path: Path) -> None:
    """Built in one go or after a change, the same state of a collection makes the same files."""
    encoder = HashingEncoder()
    before = small_collection(tmp_path / "before", studies=[_study(1), _study(2)])
    after = small_collection(tmp_path / "after", studies=[_study(1), _study(2, "It was better.")])
    build(before, tmp_path / "edited", encoder)
    build(after, tmp_path / "edited", encoder)
    build(after, tmp_path / "fresh", encoder)
    edited = _files(after, tmp_path / "edited", encoder)
    assert edited == _files(after, tmp_path / "fresh", encoder)


def test_vectors_of_another_model_are_not_used(tmp_path: Path) -> None:
    """What one model encoded says nothing of another, even of one as large."""
    collection = small_collection(tmp_path / "one", studies=[_study(1)])
    build(collection, tmp_path / "index", HashingEncoder(window=32))
    other = _Counting(window=48)
    build(collection, tmp_path / "index", other)
    assert "Pain eased in 1 people." in other.encoded


def _changed(folder: Path) -> Catalogue:
    return small_collection(folder, name="Other", studies=[_study(1)])


@pytest.mark.parametrize(
    "damage", [b"no database at all, and longer than its header would be" * 9, b"", b"SQLite format 3\x00"]
)  # fmt: skip
def test_a_file_that_is_damaged_is_built_without(tmp_path: Path, damage: bytes) -> None:
    """Whatever happened to the file, the index comes out the same and the file serves again."""
    encoder = HashingEncoder()
    root = tmp_path / "index"
    build(small_collection(tmp_path / "one", studies=[_study(1)]), root, encoder)
    (root / FILE).write_bytes(damage)
    other = _changed(tmp_path / "two")
    build(other, root, encoder)
    build(other, tmp_path / "fresh", encoder)
    assert _files(other, root, encoder) == _files(other, tmp_path / "fresh", encoder)


def test_a_vector_that_was_changed_is_not_used(tmp_path: Path) -> None:
    """A flipped bit is seen: the text is encoded anew."""
    encoder = _Counting()
    root = tmp_path / "index"
    build(small_collection(tmp_path / "one", studies=[_study(1)]), root, encoder)
    encoder.encoded.clear()
    with sqlite3.connect(root / FILE) as base:
        base.execute("UPDATE vectors SET vector = zeroblob(length(vector))")
    base.close()
    build(_changed(tmp_path / "two"), root, encoder)
    assert "Pain eased in 1 people." in encoder.encoded


def test_a_file_that_another_process_holds_is_built_without(tmp_path: Path) -> None:
    """A locked file delays the build by seconds and changes nothing of it."""
    encoder = HashingEncoder()
    root = tmp_path / "index"
    build(small_collection(tmp_path / "one", studies=[_study(1)]), root, encoder)
    other = _changed(tmp_path / "two")
    with sqlite3.connect(root / FILE) as base:
        base.execute("BEGIN EXCLUSIVE")
        build(other, root, encoder)
    base.close()
    build(other, tmp_path / "fresh", encoder)
    assert _files(other, root, encoder) == _files(other, tmp_path / "fresh", encoder)


@pytest.mark.model
def test_company_changes_no_bit_of_a_lasting_vector(encoder: Encoder) -> None:
    """Alone, among others, and in another order, a text has the same vector; it is that of `passages` but for rounding."""
    words = "acupuncture eased pain of the knee in a small trial with sham needles".split()
    chance = random.Random(7)  # noqa: S311
    texts = [
        f"{number} " + " ".join(chance.choices(words, k=chance.randint(1, 90)))
        for number in range(70)
    ]
    together = encoder.lasting(texts)
    order = chance.sample(range(70), 40)
    some = encoder.lasting([texts[one] for one in order])
    assert together[order].tobytes() == some.tobytes()
    assert together[3:4].tobytes() == encoder.lasting([texts[3]]).tobytes()
    assert abs(encoder.passages(texts) - together).max() < 1e-5
