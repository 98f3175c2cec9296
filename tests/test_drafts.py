"""Imported studies that nobody has read: judged by the words of the question, never by proposed facets."""

from __future__ import annotations

import json

import pytest

from corpus.catalogue import load_catalogue
from corpus.importing.imports import import_files
from index.build import ensure
from index.encoder import Encoder
from index.library import Library
from qa.answer import Flag, Outcome
from qa.choices import Choices
from qa.draft_fit import ENOUGH, draft_fits
from qa.pipeline import ask, shelf
from qa.retrieval import candidates
from qa.understanding import understand

RECORDS = [
    {
        "_id": "voice",
        "title": "Acupuncture for vocal fold lesions",
        "text": "We studied 40 singers with nodules on the vocal folds. Voice quality improved after real acupuncture. "
        "However, the sample was small.",
    },
    {
        "_id": "sleep",
        "title": "Ear acupressure for poor sleep in nurses",
        "text": "Sixty nurses on night shifts wore ear seeds for four weeks. Sleep latency fell compared with sham seeds.",
    },
    {
        "_id": "teachers",
        "title": "Acupuncture for tired teachers",
        "text": "Thirty teachers slept better and were less anxious after acupuncture. Some mentioned a clearer voice.",
    },
    {
        "_id": "nausea",
        "title": "Wrist bands against seasickness",
        "text": "Sailors wore bands on the point PC6. Vomiting was no different from placebo bands.",
    },
]


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    """The imported abstracts with their index."""
    folder = tmp_path_factory.mktemp("drafts")
    file = folder / "corpus.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in RECORDS), encoding="utf-8")
    collection = folder / "collection"
    import_files([file], collection)
    catalogue = load_catalogue(collection, drafts=True)
    return ensure(catalogue, folder / "indexes", encoder)


@pytest.mark.parametrize(
    ("question", "study"),
    [
        ("does acupuncture help vocal fold nodules in singers?", "voice"),
        ("ear seeds for nurses who sleep badly", "sleep"),
        ("do wrist bands stop vomiting in sailors", "nausea"),
    ],
)
def test_an_imported_study_is_found_by_what_it_says(
    drafts: Library, question: str, study: str
) -> None:
    """A question in the study's own words finds it first, and the answer says that it is a draft."""
    answer = ask(question, drafts)
    assert Outcome.ANSWERED is answer.outcome
    assert study == answer.findings[0].study.id
    assert Flag.DRAFT in answer.findings[0].flags


@pytest.mark.parametrize(
    "question",
    ["does acupuncture help gout?", "is metformin good for diabetes", "what is aortic stenosis"],
)
def test_what_no_imported_study_says_is_refused(drafts: Library, question: str) -> None:
    """A question on something else is not answered with the nearest study."""
    answer = ask(question, drafts)
    assert Outcome.NOT_IN_COLLECTION is answer.outcome
    assert () == answer.findings


@pytest.mark.parametrize(
    "asked",
    [
        "Does {} improve voice quality?",
        "What is the effect of {} compared with sham on voice quality in singers?",
        "Can {} help singers with nodules on the vocal folds?",
    ],
)
def test_the_treatment_asked_about_must_be_named(drafts: Library, asked: str) -> None:
    """A study of the same complaint answers only for the treatment that it is about."""
    answer = ask(asked.format("acupuncture"), drafts)
    assert "voice" == answer.findings[0].study.id
    for other in ("thyroplasty", "botulinum toxin"):
        answer = ask(asked.format(other), drafts)
        assert Outcome.NOT_IN_COLLECTION is answer.outcome
        assert () == answer.findings


@pytest.mark.parametrize(
    "question",
    [
        "acupuncture for vocal fold nodules",
        "is acupuncture any good for vocal fold nodules?",
        "I am suffering from vocal fold nodules, is acupuncture recommended?",
    ],
)
def test_the_words_people_ask_with_do_not_count(drafts: Library, question: str) -> None:
    """No study says "any good" or "suffering", and it is not asked about either."""
    answer = ask(question, drafts)
    assert ["voice"] == [one.study.id for one in answer.findings]


def test_what_is_far_behind_the_best_study_is_not_shown(drafts: Library) -> None:
    """Beside the study of teachers, the one of singers would be enough alone, but is not near."""
    question = "acupuncture for the voice of teachers"
    fits = draft_fits(drafts, question, drafts.question_vector(question))
    assert ENOUGH <= fits["voice"].rank < fits["teachers"].rank
    assert ["teachers"] == [one for one, fit in fits.items() if fit.speaks]


def test_a_study_that_says_a_word_again_is_more_about_it(drafts: Library) -> None:
    """Of two studies that have all the words, the one about them comes first."""
    question = "acupuncture and the voice"
    fits = draft_fits(drafts, question, drafts.question_vector(question))
    assert fits["voice"].rank > fits["teachers"].rank > fits["nausea"].rank


def test_a_question_without_a_telling_word_fits_nothing(drafts: Library) -> None:
    """Grammar alone asks for no study."""
    assert {} == draft_fits(drafts, "what is it?", drafts.question_vector("what is it?"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    """Sixty imported abstracts of 2019 on the voice of singers, and one of 2005 that names it but once."""
    folder = tmp_path_factory.mktemp("many")
    records = [
        (f"Acupuncture for the voice of singers, choir {at}", 2019, "Voice quality improved.")
        for at in range(60)
    ]
    old = "Choirs were treated for a year. The voice of singers was a little better after acupuncture."
    records.append(("Needling and the concert", 2005, old))
    file = folder / "records.ris"
    file.write_text(
        "".join(
            f"TY  - JOUR\nTI  - {title}\nPY  - {year}\nAB  - {text}\nER  - \n\n"
            for title, year, text in records
        ),
        encoding="utf-8",
    )
    import_files([file], folder / "collection")
    catalogue = load_catalogue(folder / "collection", drafts=True)
    return ensure(catalogue, folder / "indexes", encoder)


def test_a_choice_leaves_what_sixty_nearer_studies_had_pushed_out(many: Library) -> None:
    """Fifty studies are looked at; of those that fit the choice, not of all: the only old one is found."""
    question = "acupuncture for the voice of singers"
    fits = draft_fits(many, question, many.question_vector(question))
    assert {2019} == {many.catalogue.study(one).year for one in fits}
    answer = ask(question, many, choices=Choices(year_to=2010))
    assert Outcome.ANSWERED is answer.outcome
    assert [2005] == [one.study.year for one in answer.findings]


def test_a_filter_in_the_question_is_no_different(many: Library) -> None:
    """Asked for studies until 2010, the only one is a candidate, likeness and all."""
    question = "studies before 2010 on acupuncture for the voice of singers"
    catalogue = many.catalogue
    meaning = understand(question, (), catalogue.vocabulary, shelf(catalogue))
    assert {"year_to": 2009} == dict(meaning.filters)
    found = candidates(meaning, many, many.question_vector(meaning.query))
    assert [2005] == [one.study.year for one in found]
    assert found[0].draft is not None
    assert found[0].draft.rank > 0


def test_drafts_are_not_shown_to_patients(drafts: Library) -> None:
    """Without `drafts` an imported record is not part of the collection."""
    assert () == load_catalogue(drafts.catalogue.folder).studies
