"""What a record is proposed to be about, each value with the words that it was taken from.

Proposals only: a person decides. The values that a record holds already are not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.matching import concepts
from corpus.numbers_told import participants_told, trials_told
from corpus.sentences import sentence_spans
from corpus.study import Design, Study
from corpus.vocabulary import Kind, Vocabulary

FACETS = {
    "conditions": Kind.CONDITION,
    "treatments": Kind.TREATMENT,
    "comparators": Kind.COMPARATOR,
    "outcomes": Kind.OUTCOME,
}
_SUBJECT_HEADINGS = ("mesh", "MeSH")
_KINDS_OF_PAPER = ("publication types", "publication_types", "types")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for a field, and where it was read: a sentence, the title, or a heading of the source.

    `section` is None for the title and for a heading; `heading` is empty but for a heading.
    """

    field: str
    value: str | int
    section: str | None = None
    start: int = 0
    end: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the record that a value can be read from."""

    text: str
    section: str | None = None
    start: int = 0
    heading: str = ""

    def proposal(self, field: str, value: str | int) -> Proposal:
        end = self.start + len(self.text) if self.section else 0
        return Proposal(field, value, self.section, self.start, end, self.heading)


def _listed(study: Study, names: Sequence[str]) -> list[str]:
    """The texts of a list in the record's source."""
    found: list[str] = []
    for name in names:
        value = study.source.get(name)
        if isinstance(value, str):
            found += [one.strip() for one in value.split(";") if one.strip()]
        elif isinstance(value, list | tuple):
            found += [one for one in value if isinstance(one, str)]
    return found


def _sentences(study: Study) -> list[_Piece]:
    return [
        _Piece(section.text[start:end], section.name, start)
        for section in study.sections
        for start, end in sentence_spans(section.text)
    ]


def _text(study: Study) -> str:
    headings = _listed(study, _SUBJECT_HEADINGS)
    return "\n".join((study.title, *(one.text for one in study.sections), *headings))


def facets(study: Study, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The concepts that the title, the text and the subject headings of a record name, by field."""
    named = concepts(vocabulary, _text(study))
    return {
        field: tuple(one for one in named if vocabulary[one].kind is kind)
        for field, kind in FACETS.items()
    }


# --- design

_OF_PAPERS = {
    "systematic review": Design.SYSTEMATIC_REVIEW,
    "meta-analysis": Design.SYSTEMATIC_REVIEW,
    "randomized controlled trial": Design.RANDOMISED_TRIAL,
}
_OTHER = re.compile(
    r"\b(?:protocol|cohort|case (?:reports?|series|study)|survey|cross-sectional|retrospective|qualitative)\b",
    re.IGNORECASE,
)
_OVERVIEW = re.compile(r"overview of (?:systematic )?reviews", re.IGNORECASE)
_REVIEW = re.compile(r"systematic(?:ally)? review|meta-?analys[ie]s", re.IGNORECASE)
_TRIAL = re.compile(r"randomi[sz]ed|\bRCT\b", re.IGNORECASE)
# What a study says of itself, since every abstract speaks of reviews and trials of others.
_OWN_REVIEW = re.compile(
    r"\b(?:databases?\b.{0,40}\bsearched|searched\b.{0,60}\b(?:databases?|PubMed|MEDLINE|Embase)"
    r"|(?:this|we (?:conducted|performed|did|carried out)) (?:an? )?(?:updated )?(?:systematic review|meta-?analysis))",
    re.IGNORECASE,
)
_OWN_TRIAL = re.compile(
    r"\b(?:(?:were|was) (?:\w+ )?randomi[sz]ed|(?:randomly|randomi[sz]ed) (?:assigned|allocated|divided|to)\b"
    r"|we (?:conducted|performed|did|carried out) an? (?:[\w-]+,? ){0,6}randomi[sz]ed)",
    re.IGNORECASE,
)


def _by_title(title: str) -> Design | None:
    if _OTHER.search(title) and not _REVIEW.search(title):
        return Design.OTHER
    if _OVERVIEW.search(title):
        return Design.OVERVIEW
    if _REVIEW.search(title):
        return Design.SYSTEMATIC_REVIEW
    return Design.RANDOMISED_TRIAL if _TRIAL.search(title) else None


def _design(study: Study, sentences: Sequence[_Piece]) -> tuple[Design, _Piece] | None:
    """The kind of study: what a library says it is, then its title, then what it says of itself."""
    for name in _listed(study, _KINDS_OF_PAPER):
        if name.casefold() in _OF_PAPERS:
            return _OF_PAPERS[name.casefold()], _Piece(name, heading=name)
    by_title = _by_title(study.title)
    if by_title is not None:
        return by_title, _Piece(study.title)
    for design, own in (
        (Design.SYSTEMATIC_REVIEW, _OWN_REVIEW),
        (Design.RANDOMISED_TRIAL, _OWN_TRIAL),
    ):
        for one in sentences:
            if own.search(one.text):
                return design, one
    return None


# --- all


def facts(study: Study) -> tuple[Proposal, ...]:
    """Design, trials and participants, as far as the record tells them."""
    sentences = _sentences(study)
    found = _design(study, sentences)
    proposed = [found[1].proposal("design", str(found[0]))] if found else []
    design = study.design or (found[0] if found else None)
    reviewed = design in {Design.SYSTEMATIC_REVIEW, Design.OVERVIEW}
    texts = [one.text for one in sentences]
    trials = trials_told(texts, overview=design is Design.OVERVIEW) if reviewed else None
    people = participants_told(texts, reviewed=reviewed)
    for field, told in (("trials", trials), ("participants", people)):
        if told is not None:
            proposed.append(sentences[told.sentence].proposal(field, told.value))
    return tuple(proposed)


def proposals(study: Study, vocabulary: Vocabulary) -> tuple[Proposal, ...]:
    """Every value that is proposed for a record, beside the first words that bear it out."""
    pieces = [_Piece(study.title), *_sentences(study)]
    pieces += [_Piece(one, heading=one) for one in _listed(study, _SUBJECT_HEADINGS)]
    named = [(one, frozenset(concepts(vocabulary, one.text))) for one in pieces]
    found: list[Proposal] = []
    for field, values in facets(study, vocabulary).items():
        for value in values:
            # A concept put together from parts may have them in several sentences.
            parts = {part for each in vocabulary[value].made_of for part in each}
            bearing = [one for one, has in named if value in has]
            bearing += [one for one, has in named if parts & has]
            found.append((bearing or pieces)[0].proposal(field, value))
    return (*found, *facts(study))


def evidence(found: Sequence[Proposal], field: str, value: object) -> Iterator[Proposal]:
    """The proposals that bear out a value of a field."""
    return (one for one in found if one.field == field and str(one.value) == str(value))
