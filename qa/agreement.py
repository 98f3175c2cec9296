"""How far two judges agree who read the same questions without seeing each other's judgements.

Knows judgements only; how good answers are is measured in `evaluation`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.catalogue import Catalogue
from corpus.errors import EvidenceDeskError
from qa.evaluation import Judged, Kind, grade

_GRADES = (0, 1, 2)  # a study that is not listed adds as little as one of grade 0


@dataclass(frozen=True, slots=True)
class Measure:
    """How often two judges said the same, and Cohen's kappa: 1 in all, 0 as often as by chance."""

    same: float
    kappa: float
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two judges agree on: the sort of question, its outcome, the best studies, each study's grade."""

    kind: Measure
    outcome: Measure
    best: Measure | None  # the sets of studies with the highest grade
    grades: Measure | None  # kappa weighted by the square of the distance (Cohen 1968)
    apart: tuple[str, ...]  # ids of questions whose kind or outcome is not the same


def kappa(pairs: Sequence[tuple[object, object]]) -> Measure:
    """Agreement on unordered categories (Cohen 1960).

    >>> kappa([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
    Measure(same=0.75, kappa=0.5, count=4)
    """
    count = len(pairs)
    same = sum(one == other for one, other in pairs) / count
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    chance = sum(first[one] * second[one] for one in first) / count**2
    return Measure(round(same, 4), _scaled(same, chance), count)


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> Measure:
    """Agreement on grades, where being one apart counts less than being two apart (Cohen 1968, squared).

    >>> weighted_kappa([(0, 0), (2, 2), (1, 2), (0, 0)])
    Measure(same=0.75, kappa=0.8571, count=4)
    """
    count = len(pairs)
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    seen = sum((one - other) ** 2 for one, other in pairs) / count
    chance = (
        sum(first[one] * second[other] * (one - other) ** 2 for one in _GRADES for other in _GRADES)
        / count**2
    )
    same = sum(one == other for one, other in pairs) / count
    return Measure(round(same, 4), _scaled(1 - seen, 1 - chance), count)


def _scaled(seen: float, chance: float) -> float:
    """Agreement beyond chance as a share of what is possible; 1 where chance alone would agree on all."""
    return 1.0 if chance == 1 else round((seen - chance) / (1 - chance), 4)


def agreement(first: Iterable[Judged], second: Iterable[Judged], catalogue: Catalogue) -> Agreement:
    """The agreement of two judges on the questions that both judged, matched by id.

    EvidenceDeskError where they judged none in common, or a judgement of the second names no outcome.
    """
    known = {one.id: one for one in first}
    both = [(known[one.id], one) for one in second if one.id in known]
    if not both:
        raise EvidenceDeskError("found no question that both judged; wanted the same ids in both")
    answered = [pair for pair in both if {one.kind for one in pair} == {Kind.ANSWER}]
    grades, best = [], []
    for pair in answered:
        if not all(one.relevant for one in pair):
            continue
        given = [_grades(one, catalogue) for one in pair]
        listed = [study for study in given[0] if any(grades_of[study] for grades_of in given)]
        grades += [(given[0][study], given[1][study]) for study in listed]
        best.append(tuple(_best(one) for one in given))
    return Agreement(
        kind=kappa([(one.kind, other.kind) for one, other in both]),
        outcome=kappa([(one.expected, other.expected) for one, other in both]),
        best=kappa([(one, other) for one, other in best]) if best else None,
        grades=weighted_kappa(grades) if grades else None,
        apart=tuple(
            one.id
            for one, other in both
            if (one.kind, one.expected) != (other.kind, other.expected)
        ),
    )


def _grades(judged: Judged, catalogue: Catalogue) -> dict[str, int]:
    return {study.id: grade(study.title, judged.relevant) or 0 for study in catalogue.studies}


def _best(grades: dict[str, int]) -> frozenset[str]:
    most = max(grades.values())
    return frozenset(study for study, given in grades.items() if given == most)
