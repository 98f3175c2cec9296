"""The whole collection in order: by what the studies looked at, and by year and kind.

Values only, made in one pass over the studies; what is shown of them is `browse_html`'s and `browse_chart`'s matter.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.catalogue import Catalogue
from corpus.study import Design, Review, Study

MOST_IN_FULL = 200  # studies; a longer list shows each in two lines
MOST_COLUMNS = 15  # of the chart: as many as have room for a mark on a phone
KINDS = (*Design, None)  # None: the record does not tell
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SPANS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # years; enough for years of four digits


@dataclass(frozen=True, slots=True)
class Entry:
    """A study under one heading: told in full under one of its headings, pointed to under the others."""

    study: Study
    in_full: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """The studies that looked at one condition; `condition` is None where the record names none."""

    condition: str | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many studies of each kind there are in each column of years, the years first and last included."""

    columns: tuple[tuple[int, int], ...]
    counts: Mapping[Design | None, tuple[int, ...]]  # only kinds that occur; one number a column
    undated: Mapping[Design | None, int]  # the same kinds; studies whose record tells no year

    @property
    def span(self) -> int:
        """Years in each column."""
        first, last = self.columns[0]
        return last - first + 1


def published(catalogue: Catalogue) -> Catalogue:
    """The catalogue without drafts, whatever the operator lets answers use."""
    studies = tuple(one for one in catalogue.studies if one.review is not Review.DRAFT)
    return (
        catalogue if len(studies) == len(catalogue.studies) else replace(catalogue, studies=studies)
    )


def address(study: Study) -> str:
    """The last part of the address of a study's own page: its id, or a digest of an id that fits no address."""
    if _PLAIN_ID.fullmatch(study.id):
        return study.id
    return hashlib.sha256(study.id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def headings(catalogue: Catalogue) -> tuple[Heading, ...]:
    """The studies by condition, by label; each is told in full once, under the first condition of its record.

    Within a heading studies with a summary come first, then newer ones. In a long list none is told in full.
    """
    short = len(catalogue.studies) > MOST_IN_FULL
    found: dict[str | None, list[Entry]] = defaultdict(list)
    for study in sorted(catalogue.studies, key=_order):
        for place, condition in enumerate(dict.fromkeys(study.conditions or (None,))):
            found[condition].append(Entry(study, in_full=not (short or place)))
    label = catalogue.vocabulary.label
    named = sorted((one for one in found if one is not None), key=lambda one: (label(one), one))
    ordered: list[str | None] = [*named, *([None] if None in found else [])]
    return tuple(Heading(one, tuple(found[one])) for one in ordered)


def _order(study: Study) -> tuple[bool, int, str]:
    return (study.note_only, -(study.year or 0), study.id)


def timeline(studies: Iterable[Study]) -> Timeline:
    """The studies by year and kind; columns of several years where there would be too many."""
    told = Counter((one.design, one.year) for one in studies)
    kinds = [kind for kind in KINDS if any(design is kind for design, _ in told)]
    columns = _columns([year for _, year in told if year is not None])
    counts = {
        kind: tuple(
            sum(told[kind, year] for year in range(first, last + 1)) for first, last in columns
        )
        for kind in kinds
    }
    return Timeline(columns, counts, {kind: told[kind, None] for kind in kinds})


def _columns(years: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Columns of equal spans from the first year to the last; spans of several years start at round ones."""
    if not years:
        return ()
    first, last = min(years), max(years)
    span = next(one for one in _SPANS if last // one - first // one < MOST_COLUMNS)
    starts = range(first // span * span, last + 1, span)
    return tuple((start, start + span - 1) for start in starts)
