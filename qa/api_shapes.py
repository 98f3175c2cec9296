"""The shapes of what other software sends and gets: typed, described, and checked before anything is answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from corpus.study import Aspect, Design, Direction, Voice
from qa.answer import Flag, Outcome, QuoteRole
from qa.choices import MOST, Choices
from qa.pipeline import LONGEST_QUESTION, MOST_TURNS

_Texts = Annotated[list[str], Field(max_length=MOST)]
_Year = Annotated[StrictInt, Field(ge=1000, le=9999)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chosen(_Shape):
    """What is left out of what was understood, and what the studies shown must have."""

    without: _Texts = Field(
        default=[], description="Ids of concepts, or names of filters, to leave out."
    )
    conditions: _Texts = Field(
        default=[], description="Ids of conditions; a study needs one of them."
    )
    treatments: _Texts = Field(
        default=[], description="Ids of treatments; a study needs one of them."
    )
    designs: Annotated[list[Design], Field(max_length=MOST)] = Field(
        default=[], description="Designs; a study needs one of them."
    )
    year_from: _Year | None = Field(default=None, description="The first year, inclusive.")
    year_to: _Year | None = Field(default=None, description="The last year, inclusive.")

    @property
    def choices(self) -> Choices:
        """As the read path takes them."""
        return Choices.read(self.model_dump())


class Asked(_Shape):
    """A question, with what was asked before it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "And how many sessions?", "history": ["Hip arthritis?"]}]
        }
    )

    question: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)] = Field(
        description="The question, in the asker's own words. Leave out names and private details."
    )
    history: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_QUESTION)]], Field(max_length=MOST_TURNS)
    ] = Field(
        default=[], description="The earlier questions of the same conversation, oldest first."
    )
    choices: Chosen = Field(default=Chosen(), description="Choices beside the question.")


class StudyShape(_Shape):
    """The citation. The clinic's own page is a study with the id `page` and nothing else."""

    id: str
    title: str
    authors: list[str]
    journal: str | None
    year: int | None
    design: Design | None
    trials: int | None
    participants: int | None
    doi: str | None
    url: str | None
    collections: list[str] = Field(
        default=[], description="Where it is from; left out unless several are searched together."
    )


class QuoteShape(_Shape):
    """Whole sentences of a study's stored text, word for word."""

    role: QuoteRole = Field(description="Why it is shown. A caveat belongs to its finding.")
    voice: Voice = Field(description="The study's summary, the clinic's note or its page.")
    section: str
    start: int = Field(description="Code points from the start of the section.")
    end: int
    text: str
    comparators: list[str] = Field(description="Ids of what is compared with.")
    direction: Direction | None


class FindingShape(_Shape):
    """One study: its findings with their caveats, what they were compared with, and the citation."""

    study: StudyShape
    comparator: str | None
    flags: list[Flag] = Field(description="What a reader must be told of the finding.")
    quotes: list[QuoteShape] = Field(description="Show all of them together.")


class UnderstoodShape(_Shape):
    """What was taken from the question, as ids of the vocabulary."""

    conditions: list[str]
    treatments: list[str]
    comparators: list[str]
    outcomes: list[str]
    asks: Aspect
    filters: dict[str, str | int]
    unknown: list[str] = Field(description="Words for which no concept is known.")


class NoticeShape(_Shape):
    """A fixed text, to be shown before any study."""

    id: str
    text: str


class ReceiptShape(_Shape):
    """What must be the same for the answer to be the same."""

    id: str
    collection: str
    index: str
    model: str
    engine: str
    settings: str
    version: str
    day: str = Field(description="ISO date.")


class AnswerShape(_Shape):
    """An answer. Whoever shows findings shows their caveats, the notices and the disclaimer with them.

    With the outcome `urgent` there are no findings: show the notices at once, and nothing before them.
    """

    # Named as in the contract; a pydantic model has an old method of that name.
    schema_: Literal[1] = Field(alias="schema", description="The version of this form.")
    question: str = Field(description="The question, unchanged.")
    outcome: Outcome
    understood: UnderstoodShape
    choices: Chosen = Field(default=Chosen(), description="The choices made; left out where none.")
    notices: list[NoticeShape]
    findings: list[FindingShape] = Field(description="Each study once, best first.")
    related: list[FindingShape] = Field(description="Near, but no answer to the question.")
    boundary: str = Field(description="What the collection is, and is not. Empty when urgent.")
    disclaimer: str = Field(description="Belongs to every answer.")
    receipt: ReceiptShape


class Problem(_Shape):
    """Why a request was refused."""

    detail: str = Field(description="In plain words, to be shown to people.")


def schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a shape, as JSON itself names the fields."""
    return shape.model_json_schema(by_alias=True)
