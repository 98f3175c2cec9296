"""One question of a conversation, with what it leaves unsaid taken from the ones before.

What the newest then means for finding an answer is in `understanding`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.study import Aspect
from corpus.vocabulary import Kind, Vocabulary
from corpus.words import words
from qa.bibliography import Filters, asked
from qa.by_meaning import Reader, described_conditions, described_treatment
from qa.coverage import ACUPUNCTURE, is_collection_treatment, is_place
from qa.question import Parsed, parse
from qa.shelf import Shelf
from qa.text_cues import cue_text
from qa.unknown import Slot, Unknown


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of the conversation with what it inherits; the newest becomes the meaning."""

    parsed: Parsed
    conditions: tuple[str, ...]
    treatments: tuple[str, ...]
    asks: Aspect | None
    filters: Filters
    unknown: tuple[Unknown, ...]
    unknown_author: str | None
    points: tuple[str, ...]
    described: tuple[str, ...] = ()
    asks_carried: bool = False
    context: tuple[str, ...] = ()  # the earlier questions that it leans on


_FRAGMENT = re.compile(
    r"^(?:and|what about|how about|also|or|versus|vs|compared|what if|but|y|und|oder|o|que tal|wie (?:ist|sieht) es|那|还有|呢)\b|呢$"
)
# Asks the same of something else.
_AND_THIS = re.compile(
    r"^(?:and|what about|how about|also|y|und|o|que tal|wie (?:ist|sieht) es|那|还有)\b|呢$"
)
_FRAGMENT_WORDS = 5
_PLACES = 3


def _without_broader(vocabulary: Vocabulary, ids: Sequence[str]) -> tuple[str, ...]:
    """The ids without those that another of them is a kind of ("knee" beside "knee osteoarthritis")."""
    return tuple(one for one in ids if not any(one in vocabulary.above(other) for other in ids))


# Named first, or as "in dogs", it is what the rest is about: "my cat has bad hips".
_ANIMALS = "animal-health"
_IN_ANIMALS = re.compile(r"\b(?:for|in|on) (?:(?:a|an|my|our|the|old|elderly) )*$")


def _is_about_animals(parsed: Parsed) -> bool:
    named = [one for one in parsed.mentions if set(one.concepts) & set(parsed.conditions)]
    return any(
        _ANIMALS in one.concepts
        and (one is named[0] or _IN_ANIMALS.search(f"{cue_text(parsed.text[: one.start])} "))
        for one in named
    )


def _everywhere(parsed: Parsed, vocabulary: Vocabulary) -> str | None:
    """The disease that is named in three places or more: "hands, hips, knees, all osteoarthritis"."""
    above = Counter(
        wider
        for one in parsed.conditions
        for wider in vocabulary[one].broader
        if not is_place(vocabulary, wider)
    )
    return next((one for one, times in above.most_common(1) if times >= _PLACES), None)


def _conditions(parsed: Parsed, vocabulary: Vocabulary, shelf: Shelf) -> tuple[str, ...]:
    """The conditions that are the topic: present before past, a disease before a bare part of the body."""
    if _is_about_animals(parsed):
        return (_ANIMALS,)
    if (everywhere := _everywhere(parsed, vocabulary)) is not None:
        return (everywhere,)
    named = tuple(one for one in parsed.conditions if one != _ANIMALS)  # a pet in the story
    topic = [one for one in named if one not in parsed.past_conditions] or named
    strong = [one for one in topic if one not in parsed.weak_conditions]
    if parsed.points and not strong:
        return ()  # "is PC7 on the wrist?" asks about the point
    if strong and not any(shelf.covers(one) for one in strong):
        # "my heel and my hot flushes": better the heel than nothing.
        strong = [one for one in topic if one in strong or shelf.covers(one)]
    return _without_broader(vocabulary, strong or topic)


def _asked_treatments(parsed: Parsed, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The treatments asked about: in "do they need fewer painkillers" the drugs are the outcome."""
    if "medication-use" not in parsed.outcomes or parsed.compares:
        return parsed.treatments
    return tuple(
        one
        for one in parsed.treatments
        if one != "western-medicine" and "western-medicine" not in vocabulary.above(one)
    )


def _with_described(
    turn: Turn, vocabulary: Vocabulary, shelf: Shelf, reader: Reader | None
) -> Turn:
    """The question with what it describes beside what it names; words that may describe it are unknown no more."""
    named = turn.filters or turn.points or turn.unknown_author or turn.parsed.unwanted
    if reader is None or named or not turn.unknown:
        return turn
    denied = {
        one for each in turn.parsed.denied_conditions for one in (each, *vocabulary.below(each))
    }
    read = reader(turn.parsed.text)
    scores = {one: score for one, score in read.items() if one not in denied}

    def covered(concept: str) -> bool:
        return shelf.speaks_of(vocabulary, concept)

    conditions, treatments = turn.conditions, turn.treatments
    found: tuple[str, ...] = ()
    weak = turn.parsed.weak_conditions
    if all(one in weak or is_place(vocabulary, one) for one in conditions):
        found = described_conditions(scores, vocabulary, covered, conditions)
        conditions = found or conditions
    if not any(is_collection_treatment(vocabulary, one) for one in treatments):
        treatment = described_treatment(scores, vocabulary, covered)
        if treatment is not None and (treatment == ACUPUNCTURE or not treatments):
            found, treatments = (*found, treatment), (treatment, *treatments)
    if not found:
        return turn
    return replace(
        turn,
        conditions=conditions,
        treatments=treatments,
        described=found,
        unknown=tuple(one for one in turn.unknown if one.asked and treatments == turn.treatments),
    )


def _first(question: str, vocabulary: Vocabulary, shelf: Shelf, reader: Reader | None) -> Turn:
    """The question on its own."""
    books = asked(question, shelf)
    parsed = parse(question, vocabulary, books.spans)

    def outside(one: Unknown) -> bool:
        at = question.find(one.text)
        return not any(start < at + len(one.text) and at < end for start, end in books.spans)

    asks = parsed.asks
    if asks is None and books.filters:
        asks = Aspect.STUDIES
    turn = Turn(
        parsed=parsed,
        conditions=_conditions(parsed, vocabulary, shelf),
        treatments=_without_broader(vocabulary, _asked_treatments(parsed, vocabulary)),
        asks=asks,
        filters=books.filters,
        unknown=tuple(one for one in parsed.unknown if outside(one)),
        unknown_author=books.unknown_author,
        points=parsed.points,
    )
    return _with_described(turn, vocabulary, shelf, reader)


def _same_elsewhere(vocabulary: Vocabulary, before: Sequence[str], now: str) -> str:
    """The earlier condition at the place named now: after "hip osteoarthritis", "the knee" is knee osteoarthritis."""
    for condition in before:
        for parts in vocabulary[condition].made_of:
            if now in parts:
                continue
            for place in parts:
                moved = {now if part == place else part for part in parts}
                for other in vocabulary.concepts.values():
                    if other.id not in before and any(set(made) == moved for made in other.made_of):
                        return other.id
    return now


# What picks among the papers of a topic, and words that point back to them: "the newest one".
_PICKS = frozenset(
    {"order", "design", "participants_from", "participants_to", "year", "year_from", "year_to"}
)
_THOSE = re.compile(r"\b(?:one|ones|them|these|those)\b")


def _picks_among_those(turn: Turn) -> bool:
    text = cue_text(turn.parsed.text)
    points_back = _THOSE.search(text) or _AND_THIS.search(text)
    return bool(turn.filters) and set(turn.filters) <= _PICKS and points_back is not None


def _names_a_topic(turn: Turn) -> bool:
    return bool(
        turn.conditions
        or (turn.filters and not _picks_among_those(turn))
        or turn.unknown_author
        or any(one.slot is Slot.CONDITION for one in turn.unknown)
    )


def _following(turn: Turn, before: Turn, vocabulary: Vocabulary) -> Turn:
    """The newer question with what it leaves unsaid taken from the one before."""
    text = cue_text(turn.parsed.text)
    opens = bool(_FRAGMENT.search(text))
    if opens and not turn.parsed.mentions:
        # "and headaches?" names a topic, known or not.
        turn = replace(
            turn, unknown=tuple(replace(one, slot=Slot.CONDITION) for one in turn.unknown)
        )
    short = len(words(turn.parsed.text)) <= _FRAGMENT_WORDS
    moved = turn.conditions
    if (
        set(turn.conditions) <= set(turn.parsed.weak_conditions)
        and turn.conditions
        and (opens or short)
    ):
        moved = tuple(
            _same_elsewhere(vocabulary, before.conditions, one) for one in turn.conditions
        )
    keeps_topic = not _names_a_topic(turn)
    if not (keeps_topic or opens or moved != turn.conditions):
        return turn
    names_treatment = bool(
        turn.treatments or any(one.slot is Slot.TREATMENT for one in turn.unknown)
    )
    treatments = turn.treatments
    beside = [one for one in treatments if vocabulary[one].kind is Kind.TREATMENT]
    own = [one for one in before.treatments if is_collection_treatment(vocabulary, one)]
    if (
        opens
        and (own or not before.treatments)
        and beside
        and not any(is_collection_treatment(vocabulary, one) for one in beside)
    ):
        # "what about traction", after acupuncture, asks how the two compare.
        turn = replace(turn, parsed=replace(turn.parsed, compares=True))
    if not names_treatment:
        treatments = before.treatments
    elif (
        turn.parsed.compares and len(turn.treatments) == 1 and not text.startswith(("or ", "and "))
    ):
        kept = [one for one in before.treatments if vocabulary[one].kind is Kind.TREATMENT]
        treatments = tuple(dict.fromkeys((*kept[:1], *turn.treatments)))
    carries_asks = (
        turn.asks is None and bool(_AND_THIS.search(text)) and before.asks is not Aspect.STUDIES
    )
    return replace(
        turn,
        conditions=before.conditions if keeps_topic else moved,
        treatments=treatments,
        asks=before.asks if carries_asks else turn.asks,
        asks_carried=carries_asks and before.asks is not None,
        points=turn.points or (before.points if keeps_topic and not turn.asks else ()),
        context=(*before.context, before.parsed.text)[-2:],
    )


def conversation(
    question: str,
    history: Sequence[str],
    vocabulary: Vocabulary,
    shelf: Shelf,
    reader: Reader | None,
) -> Turn:
    """The newest turn, `question`, said after the earlier questions `history` (oldest first)."""
    turn: Turn | None = None
    for text in (*history, question):
        newer = _first(text, vocabulary, shelf, reader)
        turn = newer if turn is None else _following(newer, turn, vocabulary)
    assert turn is not None  # noqa: S101 - the loop ran at least once, for `question`
    return turn
