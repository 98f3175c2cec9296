"""Filters go into the search: they leave what the search of everything had cut away, and change nothing else."""

from __future__ import annotations

import pytest

from corpus.study import Section, Study, Voice
from corpus.vocabulary import shipped_vocabulary
from index.build import ensure
from index.hashing_encoder import HashingEncoder
from index.library import Library
from qa.pipeline import shelf
from qa.retrieval import likeness
from qa.scope import scope
from qa.understanding import Meaning, understand
from tests.small_collection import small_collection

ENCODER = HashingEncoder()
QUESTION = "acupuncture for back pain"


def _study(at: int, year: int, told: str) -> Study:
    section = Section("Summary", Voice.SUMMARY, told)
    return Study(f"study-{at:03}", f"Trial {at}", (section,), year=year)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """More studies of 2019 than are looked at, all nearer to the question than two of 2005."""
    folder = tmp_path_factory.mktemp("scope")
    near = [_study(at, 2019, "Acupuncture for back pain eased back pain.") for at in range(230)]
    far = [
        _study(998, 2005, "Acupuncture was tried on nurses who could not sleep at night."),
        _study(999, 2005, "Flushes were fewer, and so were those with some pain."),
    ]
    catalogue = small_collection(folder / "many", studies=[*near, *far])
    return ensure(catalogue, folder / "indexes", ENCODER)


def _meaning(library: Library, question: str) -> Meaning:
    catalogue = library.catalogue
    return understand(question, (), shipped_vocabulary(), shelf(catalogue))


def test_without_filters_everything_is_searched(library: Library) -> None:
    """No part is made where there is nothing to leave out."""
    found = scope(_meaning(library, QUESTION), library, None)
    assert found.part is None
    assert 232 == len(found.studies)


def test_a_year_in_the_question_and_a_choice_both_narrow(library: Library) -> None:
    """The question's own filter keeps studies out; a choice keeps them out of the part only."""
    asked = scope(_meaning(library, f"studies from 2005 on {QUESTION}"), library, None)
    assert ["study-998", "study-999"] == [one.id for one in asked.studies]
    assert asked.part is not None
    assert 2 == len(asked.part.studies) == len(asked.part.passages)
    chosen = scope(_meaning(library, QUESTION), library, lambda one: one.year == 2005)
    assert 232 == len(chosen.studies)
    assert chosen.part is not None
    assert asked.part.studies.positions.tolist() == chosen.part.studies.positions.tolist()


def test_likeness_reaches_what_a_filter_leaves(library: Library) -> None:
    """Two hundred passages are looked at: those of 2005 are not among them until they are searched apart."""
    [vector] = ENCODER.queries([QUESTION])
    everywhere = likeness(library, QUESTION, vector)
    assert not {"study-998", "study-999"} & set(everywhere)
    part = library.part({"study-998", "study-999"})
    narrowed = likeness(library, QUESTION, vector, part)
    assert {"study-998", "study-999"} == set(narrowed) - set(everywhere)
    assert narrowed["study-998"] > 0
    assert sorted(everywhere, key=lambda one: (-everywhere[one], one)) == sorted(
        everywhere, key=lambda one: (-narrowed[one], one)
    )


def test_likeness_of_what_was_found_anyway_does_not_change(library: Library) -> None:
    """A part all of whose studies were looked at gives the figures of the whole."""
    [vector] = ENCODER.queries([QUESTION])
    everywhere = likeness(library, QUESTION, vector)
    part = library.part(list(everywhere)[:50])
    assert everywhere == likeness(library, QUESTION, vector, part)
