"""The answer and what it is made of: only values that may stand on a closed page.

A `Quote` holds no text of its own, it points into a stored section; so it cannot misquote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.reading import Sentence
from corpus.sentences import is_sentence_span
from corpus.study import Aspect, Direction, Study, Voice
from qa.choices import NO_CHOICES, Choices
from qa.wording import Wording


class Outcome(StrEnum):
    """How an answer ends; the order is the precedence."""

    URGENT = "urgent"
    ASK_PRACTITIONER = "ask_practitioner"
    CLINIC_MATTER = "clinic_matter"
    NO_QUESTION = "no_question"
    NOT_IN_COLLECTION = "not_in_collection"
    NOT_REPORTED = "not_reported"
    ANSWERED = "answered"


class QuoteRole(StrEnum):
    """Why a quote is shown."""

    FINDING = "finding"
    CAVEAT = "caveat"
    CONTRAST = "contrast"  # what a study's own summary says, beside a note that says more
    DETAIL = "detail"  # answers a question for a fact: a number, a point, a method


class Flag(StrEnum):
    """What a reader must know of a finding as a whole; each has a fixed wording `flag-<value>`."""

    NOTE_ONLY = "note-only"  # known only by the clinic's note
    NOTE_STRONGER = "note-stronger"  # the note says more than the summary
    NO_CAVEAT_STATED = "no-caveat-stated"  # the text states no limits
    DRAFT = "draft"  # nobody has reviewed the record


@dataclass(frozen=True, slots=True)
class Quote:
    """Whole sentences of one stored section.

    `start` and `end` are code point offsets. ValueError where they do not hold whole sentences, or hold one that a
    reviewer withheld.
    """

    study: Study
    section: str
    start: int
    end: int
    role: QuoteRole
    comparators: tuple[str, ...] = ()
    direction: Direction | None = None

    def __post_init__(self) -> None:
        if not is_sentence_span(self.study.section(self.section), self.start, self.end):
            raise ValueError(
                f"{self.study.id}/{self.section} [{self.start}:{self.end}] are not whole sentences"
            )
        for section, start, end in self.study.withheld:
            if section == self.section and start < self.end and self.start < end:
                raise ValueError(f"{self.study.id}/{section} [{start}:{end}] is withheld")

    @property
    def text(self) -> str:
        """The stored words."""
        return self.study.section(self.section)[self.start : self.end]

    @property
    def comparator(self) -> str | None:
        """The first thing that is compared with."""
        return self.comparators[0] if self.comparators else None

    @property
    def voice(self) -> Voice:
        """Who speaks."""
        return next(one.voice for one in self.study.sections if one.name == self.section)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one study says to the question: the lead quote first, its caveats always with it.

    `sentences` are all that may be shown of the study, in their order; empty for the clinic's page.
    """

    study: Study
    quotes: tuple[Quote, ...]
    comparator: str | None = None
    flags: tuple[Flag, ...] = ()
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """What was taken from the question; concept ids of the vocabulary."""

    conditions: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    comparators: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    asks: Aspect = Aspect.EFFECT
    filters: Mapping[str, str | int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()  # phrases that name something no concept is known for


@dataclass(frozen=True, slots=True)
class Receipt:
    """What must be the same for the answer to be the same, byte for byte."""

    id: str
    collection: str
    index: str
    model: str
    engine: str
    settings: str
    version: str
    day: str  # ISO date


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; renderers take this and nothing else.

    `offers` are questions that the collection can speak to, where it could not speak to this one.
    """

    question: str
    outcome: Outcome
    understood: Understood
    notices: tuple[Wording, ...]
    findings: tuple[Finding, ...]
    related: tuple[Finding, ...]
    boundary: Wording | None
    disclaimer: tuple[Quote, ...]
    receipt: Receipt
    language: str = "en"
    choices: Choices = NO_CHOICES  # what the asker chose, where it was listened to
    offers: tuple[Wording, ...] = ()
