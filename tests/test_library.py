"""An opened index is what its collection says, and nothing else is ever opened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.catalogue import Catalogue
from corpus.errors import IndexUnusableError
from corpus.sentences import sentence_spans
from index import manifest as manifests
from index.build import build, ensure
from index.hashing_encoder import HashingEncoder
from index.library import Library, index_folder, open_library, studies_of
from index.passages import Passage, embedded_text
from index.sealing import write_sealed
from tests.small_collection import BACK, KNEE, STUDIES, small_collection

ENCODER = HashingEncoder()


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    """The small collection."""
    return small_collection(tmp_path / "small")


@pytest.fixture
def root(tmp_path: Path, small: Catalogue) -> Path:
    """A folder that holds the index of the small collection."""
    build(small, tmp_path / "indexes", ENCODER)
    return tmp_path / "indexes"


def test_hits_are_passages_of_the_studies(small: Catalogue, root: Path) -> None:
    """Both searches find the passage that holds the words, cut from the study itself."""
    library = open_library(small, root, ENCODER)
    for hits in (library.dense("PC 7 needled", 9), library.bm25("pc7", 9)):
        best = hits[0].passage
        assert ("knee", "Summary") == (best.study, best.section)
        assert "It was no better than sham acupuncture. The point PC 7 was needled." == best.text
        assert best is library.passage(best.id)
    assert 1 == len(library.bm25("pc7", 9))


def test_every_study_and_the_page_are_found_in_full(small: Catalogue, root: Path) -> None:
    """The passages of the index tile all sentences of the collection, the page's too."""
    library = open_library(small, root, ENCODER)
    covered = {
        (study.id, section.name, span)
        for one in library.passages
        for study in studies_of(small)
        for section in study.sections
        for span in sentence_spans(section.text)
        if (study.id, section.name) == (one.study, one.section)
        and one.start <= span[0]
        and span[1] <= one.end
    }
    expected = {
        (study.id, section.name, span)
        for study in studies_of(small)
        for section in study.sections
        for span in sentence_spans(section.text)
    }
    assert 10 == len(expected)
    assert expected == covered


def _assert_itself_first(library: Library) -> None:
    def embedded(one: Passage) -> str:
        return embedded_text(library.catalogue.study(one.study), one.text)

    for one in library.passages:
        [hit] = library.nearest(library.encoder.passages([embedded(one)])[0], 1)
        # A note may repeat its summary's words; then either is the passage. The index may be another engine's.
        assert (embedded(one), 1.0) == (embedded(hit.passage), round(hit.score, 4))


def test_each_passage_is_nearest_to_itself(small: Catalogue, root: Path) -> None:
    """Asked with its own vector, a passage is found first, with similarity 1."""
    _assert_itself_first(open_library(small, root, ENCODER))


def test_each_passage_of_the_shipped_collection_is_nearest_to_itself(library: Library) -> None:
    """The same with the real model on the real studies."""
    _assert_itself_first(library)


def test_sentence_vectors_are_those_of_the_sentences(small: Catalogue, root: Path) -> None:
    """One row for each sentence of all sections in order; read from disk, not to be written."""
    library = open_library(small, root, ENCODER)
    for study in studies_of(small):
        rows = library.sentence_vectors(study.id)
        texts = [
            section.text[start:end]
            for section in study.sections
            for start, end in sentence_spans(section.text)
        ]
        assert ENCODER.passages(texts).tobytes() == rows.tobytes()
        assert isinstance(rows, np.memmap)
        assert not rows.flags.writeable
    with pytest.raises(KeyError):
        library.sentence_vectors("nobody")


def test_equal_scores_come_in_order_of_id(tmp_path: Path) -> None:
    """Ten studies of the same words are found in the order of their ids, however few are wanted."""
    twins = [type(BACK)(f"twin-{letter}", BACK.title, BACK.sections[:1]) for letter in "jihgfedcba"]
    catalogue = small_collection(tmp_path / "twins", studies=twins)
    library = ensure(catalogue, tmp_path / "indexes", ENCODER)
    expected = [f"twin-{letter}" for letter in "abcd"]
    assert expected == [hit.passage.study for hit in library.dense("back pain", 4)]
    assert expected == [hit.passage.study for hit in library.bm25("back pain", 4)]
    assert expected == [hit.study.id for hit in library.bm25_studies("back pain", 4)]


def test_studies_are_found_by_words_that_lie_scattered(small: Catalogue, root: Path) -> None:
    """A study's score counts words of all its sections; none without a shared word is found."""
    library = open_library(small, root, ENCODER)
    found = [hit.study.id for hit in library.bm25_studies("needles for knees in sham trials", 9)]
    assert "knee" == found[0]
    assert () == library.bm25_studies("migraine", 9)


def test_more_than_there_are_is_all_there_are(small: Catalogue, root: Path) -> None:
    """A large k gives every passage once; none, nothing."""
    library = open_library(small, root, ENCODER)
    found = [hit.passage.id for hit in library.dense("pain", 10_000)]
    assert sorted(found) == [one.id for one in library.passages]
    assert () == library.dense("pain", 0) == library.bm25("pain", 0)


def test_a_collection_of_the_page_alone_can_be_opened(tmp_path: Path) -> None:
    """A new collection has no study yet; its index finds the page's own text and no more."""
    catalogue = small_collection(tmp_path / "new", studies=())
    library = ensure(catalogue, tmp_path / "indexes", ENCODER)
    assert ["page"] == [hit.passage.study for hit in library.dense("anything", 5)]
    assert 0 == library.manifest.studies


def test_the_manifest_says_what_the_index_was_made_from(small: Catalogue, root: Path) -> None:
    """Collection, model, engine and counts; long sentences are counted."""
    found = open_library(small, root, ENCODER).manifest
    assert (small.digest, ENCODER.name, ENCODER.digest, "hashing") == (
        found.recipe.collection,
        found.recipe.model,
        found.recipe.weights,
        found.recipe.engine,
    )
    assert ("Small", 3, 10, 0, 256) == (
        found.collection_name,
        found.studies,
        found.sentences,
        found.cut,
        found.dimension,
    )
    blinkered = HashingEncoder(window=5)
    cut = ensure(small, root, blinkered).manifest.cut
    assert (
        0
        < cut
        == sum(
            blinkered.tokens(embedded_text(small.study(one.study), one.text)) > 5
            for one in open_library(small, root, blinkered).passages
        )
    )


def _flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [_flip_a_bit, _truncate, Path.unlink])
def test_a_damaged_index_is_never_opened(
    small: Catalogue, root: Path, damage: Callable[[Path], None]
) -> None:
    """A changed bit, a missing byte or a missing file, in whichever file: refused, and named."""
    folder = index_folder(small, root, ENCODER)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert 21 == len(files)
    for file in files:
        sound = file.read_bytes()
        damage(file)
        with pytest.raises(IndexUnusableError, match=f"{file.name}.*found .*build the index again"):
            open_library(small, root, ENCODER)
        file.write_bytes(sound)
    open_library(small, root, ENCODER)


def test_an_index_of_another_state_is_stale(small: Catalogue, root: Path, tmp_path: Path) -> None:
    """After one word of one study changed, the index is not used, and the message says why."""
    text = "Back pain eased a lot. The evidence is weak."
    section = type(BACK.sections[0])("Summary", BACK.sections[0].voice, text)
    edited = type(BACK)(BACK.id, BACK.title, (section, *BACK.sections[1:]))
    changed = small_collection(tmp_path / "small", studies=(KNEE, edited))
    with pytest.raises(IndexUnusableError, match=f"collection: found {small.digest}, wanted"):
        open_library(changed, root, ENCODER)


def test_an_index_of_another_model_is_not_used(small: Catalogue, root: Path) -> None:
    """Vectors of one model mean nothing to another; found and wanted models are named."""
    with pytest.raises(
        IndexUnusableError, match="model: found hashed words, 256, wanted hashed words, 64"
    ):
        open_library(small, root, HashingEncoder(dimension=64))


def test_an_index_of_another_collection_is_not_used(
    small: Catalogue, root: Path, tmp_path: Path
) -> None:
    """A folder copied to the name that is wanted is refused for what it was made from."""
    other = small_collection(tmp_path / "other", name="Other", studies=STUDIES[:1])
    with pytest.raises(IndexUnusableError, match="found no index of the collection 'Other'"):
        open_library(other, root, ENCODER)
    shutil.copytree(index_folder(small, root, ENCODER), index_folder(other, root, ENCODER))
    with pytest.raises(IndexUnusableError, match=f"collection: found {small.digest}"):
        open_library(other, root, ENCODER)


def test_an_index_of_other_code_is_not_used(
    small: Catalogue, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the code that cuts passages changes, its old work is stale."""
    monkeypatch.setattr(manifests, "_indexer", lambda: "other code")
    with pytest.raises(IndexUnusableError, match=r"indexer: found .*, wanted other code"):
        open_library(small, root, ENCODER)


def test_a_manifest_of_another_shape_is_refused(small: Catalogue, root: Path) -> None:
    """Unknown or missing fields are another schema, also under a right seal."""
    path = index_folder(small, root, ENCODER) / manifests.FILE
    sound = json.loads(path.read_text(encoding="utf-8"))
    changes: list[dict[str, object]] = [
        {"more": 1},
        {"files": []},
        {"recipe": {}},
        {"files": {"a": {}}},
    ]
    for change in changes:
        data = {key: value for key, value in sound.items() if key != "seal"} | change
        write_sealed(data, path)
        with pytest.raises(IndexUnusableError, match=r"cannot be read .* wanted one of schema 1"):
            open_library(small, root, ENCODER)


def test_an_index_of_another_schema_is_refused(
    small: Catalogue, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that an older or newer version wrote is not guessed at."""
    monkeypatch.setattr(manifests, "SCHEMA", 2)
    with pytest.raises(IndexUnusableError, match="schema: found 1, wanted 2"):
        open_library(small, root, ENCODER)
