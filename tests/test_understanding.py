"""What questions mean, alone and after earlier ones."""

from __future__ import annotations

import pytest

from corpus.study import Aspect, Study
from qa.question import parse
from qa.shelf import Shelf
from qa.understanding import Meaning, understand
from qa.unknown import Slot
from tests.small_vocabulary import small_vocabulary

VOCABULARY = small_vocabulary()
SHELF = Shelf(
    [
        Study("a", "A", (), authors=("Eric Manheimer", "Brian M Berman"), journal="Cochrane Database of Systematic Reviews", year=2018),
        Study("b", "B", (), authors=("Manyanga, T.", "Froese, M."), journal="BMC Complementary Medicine and Therapies", year=2014),
        Study("c", "C", (), authors=("Tao Li", "S. Wu"), journal="Medicine", year=2021),
    ]
)  # fmt: skip


def meant(question: str, *history: str) -> Meaning:
    """The meaning of a question in the small world of this test."""
    return understand(question, history, VOCABULARY, SHELF)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("does acupuncture help sciatica", None),
        ("how many people were in the knee trials", Aspect.PARTICIPANTS),
        ("how many trials on the hip", Aspect.TRIALS),
        ("is it safe", Aspect.SAFETY),
        ("any side effects?", Aspect.SAFETY),
        ("how long does it last", Aspect.DURATION),
        ("which points are used", Aspect.POINTS),
        ("how good is the evidence", Aspect.QUALITY),
        ("is the evidence consistent", Aspect.QUALITY),
        ("how many sessions were given", Aspect.SESSIONS),
        ("papers by Manyanga", Aspect.STUDIES),
        ("what causes back trouble", Aspect.CAUSES),
        ("有什么副作用", Aspect.SAFETY),
        ("Wie viele Teilnehmer gab es?", Aspect.PARTICIPANTS),
    ],
)
def test_what_is_asked(question: str, expected: Aspect | None) -> None:
    """The words of a question say which aspect of the evidence it asks about."""
    assert expected is meant(question).asks


@pytest.mark.parametrize(
    ("question", "phrase", "slot"),
    [
        ("does zibblefrax help sciatica?", "zibblefrax", Slot.TREATMENT),
        ("do zibble injections help sciatica?", "zibble injections", Slot.TREATMENT),
        ("acupuncture for zibble syndrome", "zibble syndrome", Slot.CONDITION),
        ("acupuncture for quibbleitis", "quibbleitis", Slot.CONDITION),
        ("is acupuncture better than flonking for my knee", "flonking", Slot.TREATMENT),
    ],
)
def test_the_unknown_is_named_and_placed(question: str, phrase: str, slot: Slot) -> None:
    """A phrase no list holds is recognised as a treatment or a condition by its place or its form."""
    assert [(phrase, slot)] == [(one.text, one.slot) for one in parse(question, VOCABULARY).unknown]


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("papers by Manyanga", {"author": "manyanga"}),
        ("what did Manheimmer find", {"author": "manheimer"}),
        ("the Li paper", {"author": "li"}),
        ("li it down", {}),
        ("which study is the Cochrane one?", {"journal": "cochrane"}),
        ("anything from 2018", {"year": 2018}),
        ("anything since 2016", {"year_from": 2016}),
        ("papers before 2015", {"year_to": 2014}),
        ("studies between 2013 and 2016", {"year_from": 2013, "year_to": 2016}),
        ("most recent study on the knee", {"order": "latest"}),
        ("the smallest study", {"order": "smallest"}),
        ("which trial had the fewest patients", {"order": "smallest"}),
        ("studies with more than 1000 participants", {"participants_from": 1001}),
        ("reviews with at least 2,000 people", {"participants_from": 2000}),
        ("500+ patients studies", {"participants_from": 500}),
        ("studies bigger than a thousand", {"participants_from": 1001}),
        ("trials of fewer than 100 patients", {"participants_to": 99}),
        ("reviews of up to 500 people", {"participants_to": 500}),
        ("I have had over 20 people tell me acupuncture works", {}),
        ("does acupuncture help", {}),
    ],
)
def test_questions_about_the_studies_themselves(
    question: str, filters: dict[str, str | int]
) -> None:
    """Authors, journals, years and "the newest" are recognised, everyday words are not."""
    assert filters == dict(meant(question).filters)


@pytest.mark.parametrize(
    ("history", "question", "conditions", "treatments"),
    [
        (["hip osteoarthritis"], "is it safe?", ["hip-osteoarthritis"], []),
        (["acupuncture for hip osteoarthritis"], "and the knee?", ["knee-osteoarthritis"], ["acupuncture"]),
        (["does acupuncture help sciatica"], "versus diclofenac?", ["sciatica"], ["acupuncture", "diclofenac"]),
        (["does acupuncture help sciatica"], "does cupping?", ["sciatica"], ["cupping"]),
        (["does acupuncture help sciatica"], "what about migraines", ["migraine"], ["acupuncture"]),
        (["sciatica"], "papers by Manyanga", [], []),
        (["sciatica", "is it safe"], "and cupping?", ["sciatica"], ["cupping"]),
    ],
)  # fmt: skip
def test_follow_ups_keep_what_was_meant(
    history: list[str], question: str, conditions: list[str], treatments: list[str]
) -> None:
    """A later question keeps the topic that it leaves unsaid, and drops it when it names another."""
    meaning = meant(question, *history)
    assert conditions == list(meaning.conditions)
    assert treatments == list(meaning.treatments)
