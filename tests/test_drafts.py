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
from qa.pipeline import ask

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
        "_id": "nausea",
        "title": "Wrist bands against seasickness",
        "text": "Sailors wore bands on the point PC6. Vomiting was no different from placebo bands.",
    },
]


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    """Three imported abstracts with their index."""
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


def test_drafts_are_not_shown_to_patients(drafts: Library) -> None:
    """Without `drafts` an imported record is not part of the collection."""
    assert () == load_catalogue(drafts.catalogue.folder).studies
