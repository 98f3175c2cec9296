"""The study record: what the collection knows of one study, and where each word comes from.

Values only. Loading is in `records`, reading of sentences in `reading`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property


class Voice(StrEnum):
    """Who speaks in a section."""

    SUMMARY = "summary"  # the page's summary of the study, in the authors' words
    NOTE = "note"  # the clinic's own note in its reference list
    PAGE = "page"  # the page's own text, about no study


class Design(StrEnum):
    """How a study was made."""

    SYSTEMATIC_REVIEW = "systematic-review"
    OVERVIEW = "overview-of-reviews"
    RANDOMISED_TRIAL = "randomised-trial"
    OTHER = "other"


class Role(StrEnum):
    """What a sentence does for a reader."""

    FINDING = "finding"  # says what came out
    CAVEAT = "caveat"  # limits what came out; a null or mixed result is a caveat too
    OVERCLAIM = "overclaim"  # says more than the study's own summary, or than a lone note may
    CONTRADICTED = "contradicted"  # the cited paper itself says otherwise
    WITHHELD = "withheld"  # a reviewer decided that it is not to be shown


class Direction(StrEnum):
    """Which way a finding points, as its own words say."""

    BETTER = "better"
    NO_DIFFERENCE = "no-difference"
    MIXED = "mixed"
    UNCLEAR = "unclear"  # cannot conclude
    WORSE = "worse"


class Aspect(StrEnum):
    """What a sentence speaks to, and what a question asks about."""

    EFFECT = "effect"
    SAFETY = "safety"
    PARTICIPANTS = "participants"
    TRIALS = "trials"
    DURATION = "duration"  # how long effects last, at which time they were measured
    POINTS = "points"  # acupuncture points
    QUALITY = "quality"  # how good, certain or consistent the evidence is
    SESSIONS = "sessions"  # how often, how many, how long a course
    COST = "cost"
    CAUSES = "causes"
    METHODS = "methods"  # how the study was carried out
    MECHANISM = "mechanism"  # by what a treatment works
    STUDIES = "studies"  # bibliography: author, year, journal, design


BY_REVIEW = "review"


class Review(StrEnum):
    """Who stands behind a record."""

    PUBLISHED = "published by the clinic"
    APPROVED = "approved"  # by a person, for a time: see `Approval`
    DRAFT = "draft"


class NoticeKind(StrEnum):
    """What became of a paper after it was published."""

    RETRACTED = "retracted"
    CONCERN = "expression-of-concern"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who read a record and stands behind it, on which day, and the last day on which that holds."""

    by: str
    on: date
    until: date


@dataclass(frozen=True, slots=True)
class Notice:
    """A retraction, a concern or a correction, and where it says so: "PubMed 12345678, RIN in: ..."."""

    kind: NoticeKind
    source: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One mend of the text, made once at import: `old` stood where `new` stands at `at`."""

    section: str
    at: int  # code point offset of `new` in the repaired section text
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class Section:
    """A named stretch of stored text; paragraphs are parted by one empty line."""

    name: str
    voice: Voice
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person noted on one sentence, reading the study; overrides what cues propose.

    `None` means: not noted, take what `reading` proposes.
    """

    section: str
    start: int
    end: int
    roles: frozenset[Role] | None = None
    aspects: frozenset[Aspect] | None = None
    conditions: tuple[str, ...] | None = None
    treatments: tuple[str, ...] | None = None
    comparators: tuple[str, ...] | None = None
    outcomes: tuple[str, ...] | None = None
    direction: Direction | None = None
    contrast: tuple[str, int, int] | None = (
        None  # for an overclaim: the sentence it must stand beside
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a fact comes from; `mark` is "page", "V", "V-addr", "import", or `BY_REVIEW`: who decided it, and when."""

    field: str
    mark: str
    source: str


@dataclass(frozen=True)
class Study:
    """One study, or the page's own text (`id == "page"`, bibliography empty)."""

    id: str
    title: str
    sections: tuple[Section, ...]
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    design: Design | None = None
    trials: int | None = None
    participants: int | None = None
    conditions: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    comparators: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    repairs: tuple[Repair, ...] = ()
    facts: tuple[Fact, ...] = ()
    source: dict[str, object] = field(default_factory=dict, compare=False)
    review: Review = Review.DRAFT
    approval: Approval | None = None
    notices: tuple[Notice, ...] = ()
    # The names of those it is from, where several are searched together; no part of its record.
    collections: tuple[str, ...] = ()

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {section.name: section.text for section in self.sections}

    def section(self, name: str) -> str:
        """The stored text of the section called `name`; KeyError where there is none."""
        return self._texts[name]

    @property
    def is_page(self) -> bool:
        """True for the record that holds the page's own text."""
        return self.id == PAGE_ID

    @property
    def only_proposed(self) -> bool:
        """True where the record was imported and no person has said what it is about: its facets are mere proposals.

        Approving it does not change that; deciding its conditions or treatments does.
        """
        if self.review is Review.PUBLISHED or "file" not in self.source:
            return False
        decided = {fact.field for fact in self.facts if fact.mark == BY_REVIEW}
        return not decided & {"conditions", "treatments"}

    @cached_property
    def withheld(self) -> frozenset[tuple[str, int, int]]:
        """The places of the sentences that a reviewer decided not to show."""
        return frozenset(
            (one.section, one.start, one.end)
            for one in self.marks
            if one.roles is not None and Role.WITHHELD in one.roles
        )

    def shown_text(self, section: str) -> str:
        """The text of a section without the sentences that are withheld; for searching, never for quoting."""
        text = self.section(section)
        places = sorted((start, end) for name, start, end in self.withheld if name == section)
        for start, end in reversed(places):
            text = text[:start] + text[end:]
        return text

    @property
    def note_only(self) -> bool:
        """True where only the clinic's note is known and no summary."""
        return {section.voice for section in self.sections} == {Voice.NOTE}


PAGE_ID = "page"
