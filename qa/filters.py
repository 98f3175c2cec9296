"""What the studies of a collection can be narrowed to: its own conditions, treatments, kinds of study and years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.catalogue import Catalogue
from corpus.study import Design
from qa.answerability import covered_conditions
from qa.choices import MOST, Choices
from qa.narrowing import fits
from qa.wording import Label, Number, Wording


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, and how many studies have it."""

    id: str
    label: Label | Wording
    studies: Number


@dataclass(frozen=True, slots=True)
class Filters:
    """All that can be chosen; `years` is the first and the last, and None where no study has one."""

    conditions: tuple[Option, ...]
    treatments: tuple[Option, ...]
    designs: tuple[Option, ...]
    years: tuple[Number, Number] | None

    def __bool__(self) -> bool:
        return bool(self.conditions or self.treatments or self.designs or self.years)


def filters(catalogue: Catalogue) -> Filters:
    """The filters of a collection, in order of their labels; of each sort the `MOST` with the most studies."""
    vocabulary = catalogue.vocabulary

    def studies(choices: Choices) -> Number:
        return Number(sum(fits(one, choices, vocabulary) for one in catalogue.studies))

    treatments = {one for study in catalogue.studies for one in study.treatments}
    designs = {one.design for one in catalogue.studies if one.design is not None}
    years = [one.year for one in catalogue.studies if one.year is not None]
    return Filters(
        conditions=_most(
            Option(one, Label.of(vocabulary, one), studies(Choices(conditions=(one,))))
            for one in covered_conditions(catalogue)
        ),
        treatments=_most(
            Option(one, Label.of(vocabulary, one), studies(Choices(treatments=(one,))))
            for one in treatments
        ),
        designs=tuple(
            Option(one, Wording(f"page-design-{one}"), studies(Choices(designs=(one,))))
            for one in Design
            if one in designs
        ),
        years=(Number(min(years)), Number(max(years))) if years else None,
    )


def _most(options: Iterable[Option]) -> tuple[Option, ...]:
    by_size = sorted(options, key=lambda one: (-one.studies.value, one.label.text.casefold()))
    return tuple(sorted(by_size[:MOST], key=lambda one: (one.label.text.casefold(), one.id)))
