"""Several collections as one: nothing is lost, nothing stands twice, and all can be told apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, load_catalogue
from corpus.errors import CollectionError
from corpus.joining import joined
from corpus.study import Mark, Role, Section, Study, Voice
from corpus.vocabulary import shipped_vocabulary, vocabulary
from tests.small_collection import BACK, KNEE, NOTE, PAGE, small_collection


def _pair(
    folder: Path, first: tuple[Study, ...], second: tuple[Study, ...]
) -> dict[str, Catalogue]:
    return {
        "one": small_collection(folder / "one", name="One", studies=first),
        "two": small_collection(folder / "two", name="Two", studies=second),
    }


def test_each_study_says_which_collection_it_is_from(tmp_path: Path) -> None:
    """All studies are there, by id, and the record's text is what it was."""
    every = joined(_pair(tmp_path, (KNEE,), (BACK, NOTE)), "Both")
    assert [("back", ("Two",)), ("knee", ("One",)), ("note", ("Two",))] == [
        (one.id, one.collections) for one in every.studies
    ]
    assert KNEE.sections == every.study("knee").sections
    assert "Both" == every.name


def test_a_study_that_two_collections_hold_stands_once(tmp_path: Path) -> None:
    """It is from both, and nobody reads the same evidence as two studies."""
    every = joined(_pair(tmp_path, (KNEE, BACK), (KNEE,)), "Both")
    assert [("back", ("One",)), ("knee", ("One", "Two"))] == [
        (one.id, one.collections) for one in every.studies
    ]


def test_two_studies_of_one_id_stay_apart(tmp_path: Path) -> None:
    """The second is called after its collection too, so that each has a page of its own."""
    other = replace(KNEE, title="Cupping for painful knees")
    every = joined(_pair(tmp_path, (KNEE,), (other,)), "Both")
    assert {"knee": KNEE.title, "knee-two": "Cupping for painful knees"} == {
        one.id: one.title for one in every.studies
    }


def test_ids_that_cannot_be_kept_apart_are_refused(tmp_path: Path) -> None:
    """A study is never lost behind another one."""
    other = replace(KNEE, title="Cupping for painful knees")
    clash = replace(BACK, id="knee-two")
    with pytest.raises(CollectionError, match="cannot be told from another one named 'knee-two'"):
        joined(_pair(tmp_path, (KNEE, clash), (other,)), "Both")


def test_every_disclaimer_is_kept_and_none_is_said_twice(tmp_path: Path) -> None:
    """What each clinic says of its studies stands under an answer from several of them."""
    parts = _pair(tmp_path, (KNEE,), (BACK,))
    (tmp_path / "one" / "collection.yaml").write_text(
        "name: One\ndisclaimer: Ask us.\n", encoding="utf-8"
    )
    (tmp_path / "two" / "collection.yaml").write_text(
        "name: Two\ndisclaimer: Ask your doctor.\n", encoding="utf-8"
    )
    parts = {short: load_catalogue(tmp_path / short, drafts=True) for short in parts}
    assert "Ask us.\n\nAsk your doctor." == joined(parts, "Both").page.section("Disclaimer")
    assert PAGE.section("Introduction") == joined(parts, "Both").page.section("Introduction")


def test_what_is_noted_on_a_page_moves_with_its_text(tmp_path: Path) -> None:
    """A sentence of the second page that is withheld stays withheld behind the text of the first."""
    parts = _pair(tmp_path, (KNEE,), (BACK,))
    text = "Ask us first. Never alone."
    mark = Mark("Introduction", 14, 26, roles=frozenset({Role.WITHHELD}))
    page = replace(PAGE, sections=(Section("Introduction", Voice.PAGE, text),), marks=(mark,))
    parts["two"] = replace(parts["two"], page=page)
    (moved,) = joined(parts, "Both").page.marks
    said = joined(parts, "Both").page.section("Introduction")
    assert "Ask your practitioner.\n\nAsk us first. Never alone." == said
    assert "Never alone." == said[moved.start : moved.end]


def test_words_of_all_vocabularies_are_understood(tmp_path: Path) -> None:
    """A concept that one collection adds is known, and one that both have answers to the names of both."""
    parts = _pair(tmp_path, (KNEE,), (BACK,))
    own = vocabulary(
        [
            {"id": "knee-pain", "kind": "condition", "label": "knee pain", "en": ["creaky knee"]},
            {"id": "squints", "kind": "condition", "label": "squints"},
        ]
    )
    every = joined({**parts, "two": replace(parts["two"], vocabulary=own)}, "Both").vocabulary
    assert "squints" == every.label("squints")
    names = every["knee-pain"].names["en"]
    assert ("knee pain" in names, "creaky knee" in names) == (True, True)
    assert set(shipped_vocabulary().concepts) < set(every.concepts)


def test_one_concept_of_two_kinds_is_refused(tmp_path: Path) -> None:
    """Where one collection tests what the other calls an illness, no answer could be right."""
    parts = _pair(tmp_path, (KNEE,), (BACK,))
    own = vocabulary([{"id": "knee-pain", "kind": "treatment", "label": "knee pain"}])
    with pytest.raises(
        CollectionError, match="concept 'knee-pain' as a treatment, which is a condition"
    ):
        joined({**parts, "two": replace(parts["two"], vocabulary=own)}, "Both")


def test_a_change_of_one_part_changes_the_digest_of_the_whole(tmp_path: Path) -> None:
    """So the index of the whole is built anew."""
    parts = _pair(tmp_path, (KNEE,), (BACK,))
    before = joined(parts, "Both").digest
    assert before == joined(parts, "Both").digest
    changed = small_collection(tmp_path / "two", name="Two", studies=(NOTE,))
    assert before != joined({**parts, "two": changed}, "Both").digest


def test_the_folder_of_a_study_is_that_of_its_own_collection(tmp_path: Path) -> None:
    """A check of a quote against its file looks into the right folder."""
    every = joined(_pair(tmp_path, (KNEE,), (BACK,)), "Both")
    assert tmp_path / "one" == every.folder_of(every.study("knee"))
    assert tmp_path / "two" == every.folder_of(every.study("back"))
