"""Two judges: worked examples of kappa, and the second reading of the repository's own questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import EvidenceDeskError
from qa.agreement import agreement, kappa, weighted_kappa
from qa.evaluation import Judged, Kind, read_questions

HERE = Path(__file__).parent / "questions"


def _all() -> list[Judged]:
    files = ("tune", "tune2", "test")
    return [one for name in files for one in read_questions(HERE / f"{name}.jsonl")]


def test_kappa_of_a_worked_example() -> None:
    """Of 50 pairs 35 agree; chance alone gives 0.5; (0.7 - 0.5) / (1 - 0.5) = 0.4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = kappa(pairs)
    assert (0.7, 0.4, 50) == (found.same, found.kappa, found.count)


def test_one_grade_apart_counts_less_than_two() -> None:
    """With the same number of equal grades, nearer judges agree more."""
    near = weighted_kappa([(0, 0), (2, 2), (1, 2), (0, 0)])
    far = weighted_kappa([(0, 0), (2, 2), (0, 2), (0, 0)])
    assert near.same == far.same
    assert near.kappa > far.kappa


def test_a_judge_agrees_with_himself(catalogue: Catalogue) -> None:
    """The same judgements twice agree in everything."""
    questions = _all()
    found = agreement(questions, questions, catalogue)
    assert (1.0, 1.0) == (found.kind.kappa, found.outcome.kappa)
    assert found.grades is not None
    assert found.grades.kappa == 1.0
    assert () == found.apart


def test_a_changed_kind_is_named(catalogue: Catalogue) -> None:
    """Where one judge abstains and the other answers, the question is named."""
    questions = _all()
    changed = [replace(questions[0], kind=Kind.ABSTAIN), *questions[1:]]
    assert (questions[0].id,) == agreement(questions, changed, catalogue).apart


def test_nothing_in_common_is_refused(catalogue: Catalogue) -> None:
    """Judges of different questions cannot be compared."""
    questions = _all()
    with pytest.raises(EvidenceDeskError, match="the same ids in both"):
        agreement(questions, [replace(questions[0], id="other")], catalogue)


def test_the_second_reading_agrees(catalogue: Catalogue) -> None:
    """More than a hundred questions were judged twice, and the judges agree well beyond chance."""
    found = agreement(_all(), read_questions(HERE / "second.jsonl"), catalogue)
    assert found.kind.count >= 100
    assert found.outcome.kappa >= 0.8
    assert found.grades is not None
    assert found.grades.kappa >= 0.8
