"""Where a clinic's note says more than its study's own summary, or, alone, more than a note may.

The note's sentences are held against those of the summary. What is found is a proposal with its reason and the sentence to
read it beside; a person's mark outweighs it. English only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.checks.claims import Certainty, Claim, Reach, claim
from corpus.checks.note_reading import Beside, Reading, shared
from corpus.checks.too_much import REPEATED, WAYS, balanced
from corpus.matching import concepts
from corpus.sentences import sentence_spans
from corpus.study import Study, Voice
from corpus.vocabulary import Kind, Vocabulary


@dataclass(frozen=True, slots=True)
class Overclaim:
    """A sentence of a note, the sentence to read it beside (may be empty), and why."""

    quote: str
    against: str
    why: str


# --- a note alone ---------------------------------------------------------------------------------


def _alone_too_much(reading: Reading) -> Beside | None:
    """Why a note without a summary says too much: it may hedge, doubt, deny, or tell comparison and limits."""
    said = reading.said
    if said.safe_without_limit:
        return Beside("note only: no summary bears out that it is safe")
    if not said.claims:
        return None
    reaches = [one for one in Reach if one in said.reaches and one is not Reach.MECHANISM]
    if said.certainty <= Certainty.HEDGED and not reaches:
        return None
    whole = any(one.compared for one in reading.note) and balanced(reading)
    if said.certainty <= Certainty.QUALIFIED and whole and not reaches:
        return None
    return Beside("note only: no summary bears it out")


# --- a study --------------------------------------------------------------------------------------


def _sentences(study: Study, voice: Voice) -> Iterator[tuple[str, int, int, str]]:
    for section in study.sections:
        if section.voice is voice:
            for start, end in sentence_spans(section.text):
                yield section.name, start, end, section.text[start:end]


def beside(
    sentence: str, note: Sequence[str], summary: Sequence[str], strange: frozenset[str] = frozenset(),
    vocabulary: Vocabulary | None = None,
) -> Beside | None:  # fmt: skip
    """Why one sentence of a note says too much, all reasons in one; None where it does not.

    `strange` are conditions that the sentence names and the rest of the record does not.
    """
    reading = Reading(
        _said(sentence, summary),
        tuple(map(claim, note)),
        tuple(map(claim, summary)),
        strange,
        vocabulary,
    )
    if not summary:
        return _alone_too_much(reading)
    same = any(_as_much(reading.said, one) for one in reading.repeated)
    ways = REPEATED if same else WAYS
    found = [one for way in ways if (one := way(reading)) is not None]
    if not found:
        return None
    against = next((one.against for one in found if one.against), "")
    return Beside("; ".join(one.why for one in found), against)


def _said(sentence: str, summary: Sequence[str]) -> Claim:
    """The claim of a sentence of a note: a plain statement is one too, where it speaks of what was studied."""
    said = claim(sentence)
    if not said.tells:
        return said
    effects = (one for one in map(claim, summary) if one.speaks_of_effect)
    on_topic = any(shared(said, one) > 1 for one in effects) if summary else bool(said.outcomes)
    return replace(said, certainty=Certainty.ASSERTED) if on_topic else said


def _as_much(said: Claim, repeated: Claim) -> bool:
    return (
        said.certainty <= repeated.certainty
        and said.reaches <= repeated.reaches
        and said.safe_without_limit <= repeated.safe_without_limit
        and (repeated.null or not said.null)
        and said.null >= repeated.null
        and (said.compared or not repeated.compared or not (said.comparative or said.absolute))
    )


def _strange_conditions(
    sentence: str, rest: str, study: Study, vocabulary: Vocabulary
) -> frozenset[str]:
    """The conditions that a sentence names, of which nothing else in the record is a kind, broader or narrower."""
    known = {*study.conditions, *concepts(vocabulary, rest, Kind.CONDITION)} & set(
        vocabulary.concepts
    )
    if not known:
        return frozenset()
    family = known.union(*(vocabulary.above(one) | vocabulary.below(one) for one in known))
    strange = frozenset(concepts(vocabulary, sentence, Kind.CONDITION)) - family
    if any(_is_a_place(one, vocabulary) for one in known):
        return strange
    # Where a disease hurts is its own place: back pain in people with a slipped disc is nothing else.
    return frozenset(one for one in strange if not _is_a_place(one, vocabulary))


def _is_a_place(concept: str, vocabulary: Vocabulary) -> bool:
    """True where the concept is the pain of a part of the body: the vocabulary's label of a disease has no "pain"."""
    return "pain" in vocabulary.label(concept)


def overclaims(study: Study, vocabulary: Vocabulary) -> Iterator[Overclaim]:
    """The sentences of a study's notes that say too much, as their words tell; what a person marked is not read here."""
    notes = list(_sentences(study, Voice.NOTE))
    note = [text for *_, text in notes]
    summary = [text for *_, text in _sentences(study, Voice.SUMMARY)]
    rest = "\n".join((study.title, *summary))
    for text in note:
        strange = _strange_conditions(text, rest, study, vocabulary) if summary else frozenset()
        found = beside(text, note, summary, strange, vocabulary)
        if found is not None:
            yield Overclaim(text, found.against, found.why)
