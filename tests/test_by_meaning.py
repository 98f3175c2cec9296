"""What is described, not named: understood where it is clear, said to the asker, and never stretched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.vocabulary import Vocabulary
from index.library import Library
from qa.answer import Answer, Outcome
from qa.by_meaning import described_conditions, described_treatment, pieces
from qa.pipeline import ask

QUESTIONS = Path(__file__).parent / "questions"


def test_a_text_comes_in_pieces() -> None:
    """The whole text, its clauses, and stretches of a long clause; very short clauses are left out."""
    assert ("Fed up, my heel hurts", "my heel hurts") == pieces("Fed up, my heel hurts")
    long = " ".join(f"w{number}" for number in range(12))
    assert "w0 w1 w2 w3 w4 w5" in pieces(long)
    assert "w2 w3 w4 w5 w6 w7 w8 w9 w10 w11" in pieces(long)


def _covered(concept: str) -> bool:
    return concept in {"sciatica", "shoulder-pain", "knee-osteoarthritis", "acupuncture"}


def test_near_ties_with_what_is_not_covered_are_left_open(vocabulary: Vocabulary) -> None:
    """A neighbour that is not covered and nearly as likely leaves the description unknown."""
    near = {"shoulder-pain": 0.50, "frozen-shoulder": 0.48}
    apart = {"shoulder-pain": 0.50, "frozen-shoulder": 0.20}
    assert () == described_conditions(near, vocabulary, _covered)
    assert ("shoulder-pain",) == described_conditions(apart, vocabulary, _covered)


def test_what_is_not_covered_must_be_surer(vocabulary: Vocabulary) -> None:
    """A score that is enough for what is covered is not enough to refuse."""
    assert ("sciatica",) == described_conditions({"sciatica": 0.3}, vocabulary, _covered)
    assert () == described_conditions({"tinnitus": 0.3}, vocabulary, _covered)
    assert ("tinnitus",) == described_conditions({"tinnitus": 0.6}, vocabulary, _covered)


def test_a_named_place_is_not_left_lightly(vocabulary: Vocabulary) -> None:
    """At a named place a kind of that pain is enough, another place must be sure."""
    knee = {"knee-osteoarthritis": 0.3}
    assert ("knee-osteoarthritis",) == described_conditions(
        knee, vocabulary, _covered, ("knee-pain",)
    )
    assert () == described_conditions(knee, vocabulary, _covered, ("hand-pain",))


def test_needles_in_other_words_are_acupuncture(vocabulary: Vocabulary) -> None:
    """Acupuncture, which is meant anyway, is taken sooner than any other treatment."""
    assert described_treatment({"acupuncture": 0.25}, vocabulary, _covered) == "acupuncture"
    assert described_treatment({"cupping": 0.25}, vocabulary, _covered) is None


@pytest.mark.parametrize(
    ("question", "condition", "study"),
    [
        ("every step out of bed is like a tack in my heel", "plantar-fasciitis", "zhang-2011"),
        ("the pad between two bones low in my spine has squeezed out", "lumbar-disc", "tang-2018"),
        ("the cushioning in my hip socket has all worn away", "hip-osteoarthritis", "manheimer"),
    ],
)
def test_a_description_is_answered_and_said(
    question: str, condition: str, study: str, library: Library
) -> None:
    """A lay description finds its studies, and the answer says what it was taken to mean."""
    answer = ask(question, library)
    assert Outcome.ANSWERED is answer.outcome
    assert answer.findings[0].study.id.startswith(study)
    assert answer.understood.conditions[0].startswith(condition)
    assert "taken-to-mean" in _notices(answer)


def test_a_name_needs_no_guess(library: Library) -> None:
    """Where the condition is named nothing is guessed, and nothing said of a guess."""
    answer = ask("does acupuncture help sciatica, it is like lightning", library)
    assert ("sciatica",) == answer.understood.conditions
    assert "taken-to-mean" not in _notices(answer)


def test_what_is_denied_is_not_guessed(library: Library) -> None:
    """ "No arthritis" is never taken to mean arthritis of the knee."""
    answer = ask("my knees have ached for years and the x-ray was clear, no arthritis", library)
    assert "knee-osteoarthritis" not in answer.understood.conditions


@pytest.mark.parametrize(
    "question",
    [
        "there is a constant ringing noise in my ears",
        "my nose streams every spring when the grass is cut",
        "I was at the back of the queue for two hours",
        "acupuncture for my old labrador, his hips are bad",
        "will cupping make me swim faster",
    ],
)
def test_what_is_not_covered_stays_so_however_it_is_said(question: str, library: Library) -> None:
    """Descriptions of other things, figures of speech and animals are not answered with the studies."""
    answer = ask(question, library)
    assert Outcome.ANSWERED is not answer.outcome
    assert () == answer.findings


def _notices(answer: Answer) -> set[str]:
    return {one.id for one in answer.notices}


def test_most_lay_descriptions_are_understood(library: Library) -> None:
    """Of 160 descriptions that name nothing, seven in ten and more end with what they describe, and answered."""
    vocabulary = library.catalogue.vocabulary
    right = []
    for line in (QUESTIONS / "described.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answer = ask(row["question"], library)
        found = answer.understood.conditions
        right.append(
            answer.outcome is Outcome.ANSWERED
            and all(
                any(
                    wanted in {one, *vocabulary.above(one), *vocabulary.below(one)} for one in found
                )
                for wanted in row["conditions"]
            )
        )
    assert len(right) == 160
    assert sum(right) / len(right) >= 0.7
