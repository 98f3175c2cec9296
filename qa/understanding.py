"""What a question means, with what earlier questions of the conversation add to it.

Decides nothing about whether the collection can answer; that is `coverage`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.study import Aspect
from corpus.vocabulary import Kind, Vocabulary
from corpus.words import commonness, stem, words
from qa.answer import Understood
from qa.bibliography import Filters, Shelf, asked
from qa.coverage import is_collection_treatment
from qa.cues import WORDS
from qa.question import Parsed, Slot, Unknown, parse, wants_open
from qa.text_cues import cue_text


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question understood: `understood` is what the asker is told, the rest is for finding the answer."""

    question: str
    understood: Understood
    treatments: tuple[str, ...]  # all treatments and comparators that are asked about
    unwanted: tuple[str, ...]  # treatments that the asker does not want
    compares: bool
    wants_open: bool  # asks for null, mixed or open results
    points: tuple[str, ...]
    asks: Aspect | None  # None where the question does not say
    asks_carried: bool  # `asks` was said by an earlier question
    counted: frozenset[
        str
    ]  # "how many databases": the stem of what is counted, where no aspect says it
    unknown: tuple[Unknown, ...]
    unknown_author: str | None
    query: str  # the text to search with
    stems: tuple[str, ...]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions asked about."""
        return self.understood.conditions

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes asked about."""
        return self.understood.outcomes

    @property
    def filters(self) -> Filters:
        """What is asked of the bibliography."""
        return self.understood.filters

    @property
    def topics(self) -> tuple[Unknown, ...]:
        """The unknown phrases that are a topic, not small talk."""
        return tuple(
            one
            for one in self.unknown
            if one.slot is not Slot.OTHER or any(commonness(part) < _EVERYDAY for part in one.stems)
        )

    @property
    def words_needed(self) -> frozenset[str]:
        """The stems of unknown words that a study must have to speak to the question.

        An unknown treatment is always needed; another unknown topic only where no known one is named.
        """
        named = self.conditions or self.filters or self.points
        return frozenset(
            part
            for one in self.topics
            if one.slot in (Slot.TREATMENT, Slot.DETAIL) or not named
            for part in one.stems
        )

    def unknown_in(self, slot: Slot) -> tuple[Unknown, ...]:
        """The unknown phrases that stand in one slot."""
        return tuple(one for one in self.unknown if one.slot is slot)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One question of the conversation with what it inherits; the newest becomes the meaning."""

    parsed: Parsed
    conditions: tuple[str, ...]
    treatments: tuple[str, ...]
    asks: Aspect | None
    filters: Filters
    unknown: tuple[Unknown, ...]
    unknown_author: str | None
    points: tuple[str, ...]
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
# A word this common in everyday English is small talk unless its place in the question makes it the topic.
_EVERYDAY = 5000


def _without_broader(vocabulary: Vocabulary, ids: Sequence[str]) -> tuple[str, ...]:
    """The ids without those that another of them is a kind of ("knee" beside "knee osteoarthritis")."""
    return tuple(one for one in ids if not any(one in vocabulary.above(other) for other in ids))


def _conditions(parsed: Parsed, vocabulary: Vocabulary, shelf: Shelf) -> tuple[str, ...]:
    """The conditions that are the topic: present before past, a disease before a bare part of the body."""
    present = [one for one in parsed.conditions if one not in parsed.past_conditions]
    topic = present or parsed.conditions
    strong = [one for one in topic if one not in parsed.weak_conditions]
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


def _first(question: str, vocabulary: Vocabulary, shelf: Shelf) -> _Turn:
    """The question on its own."""
    books = asked(question, shelf)
    parsed = parse(question, vocabulary, books.spans)

    def outside(one: Unknown) -> bool:
        at = question.find(one.text)
        return not any(start < at + len(one.text) and at < end for start, end in books.spans)

    asks = parsed.asks
    if asks is None and books.filters:
        asks = Aspect.STUDIES
    return _Turn(
        parsed=parsed,
        conditions=_conditions(parsed, vocabulary, shelf),
        treatments=_without_broader(vocabulary, _asked_treatments(parsed, vocabulary)),
        asks=asks,
        filters=books.filters,
        unknown=tuple(one for one in parsed.unknown if outside(one)),
        unknown_author=books.unknown_author,
        points=parsed.points,
    )


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


def _names_a_topic(turn: _Turn) -> bool:
    return bool(
        turn.conditions
        or turn.filters
        or turn.unknown_author
        or any(one.slot is Slot.CONDITION for one in turn.unknown)
    )


def _following(turn: _Turn, before: _Turn, vocabulary: Vocabulary) -> _Turn:
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
        and own
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


def understand(
    question: str, history: Sequence[str], vocabulary: Vocabulary, shelf: Shelf
) -> Meaning:
    """The meaning of `question`, said after the earlier questions `history` (oldest first)."""
    turn: _Turn | None = None
    for text in (*history, question):
        newer = _first(text, vocabulary, shelf)
        turn = newer if turn is None else _following(newer, turn, vocabulary)
    assert turn is not None  # noqa: S101 - the loop ran at least once, for `question`
    return _meaning(question, turn, vocabulary)


_HOW_MANY = re.compile(r"\b(?:how many|number of|wie viele|cuant[oa]s)((?: \w+){1,2})")


def _counted(turn: _Turn) -> frozenset[str]:
    match = _HOW_MANY.search(cue_text(turn.parsed.text))
    if match is None or turn.asks not in (None, Aspect.METHODS):
        return frozenset()
    nouns = (stem(one) for one in match[1].split() if one not in WORDS.function)
    if match[1].split()[0] in WORDS.function | {"got", "actually", "of"}:
        return frozenset()  # "how many were pooled" counts what was named before
    return frozenset(list(nouns)[:1])


def _sides(
    treatments: Sequence[str], vocabulary: Vocabulary, *, compares: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is asked about, and what it is compared with.

    In a comparison acupuncture is the one asked about, named or not: "is it better than ibuprofen?".
    """
    never_main = tuple(one for one in treatments if vocabulary[one].kind is Kind.COMPARATOR)
    plain = tuple(one for one in treatments if one not in never_main)
    own = tuple(one for one in plain if is_collection_treatment(vocabulary, one))
    if not compares:
        # What is named beside acupuncture is by the way: "I swim, does acupuncture help?".
        return own or plain, never_main
    if own:
        main = own
    elif len(plain) == 1 and not never_main:
        main = ()
    else:
        main = plain[:1]
    return main, (*(one for one in plain if one not in main), *never_main)


def _meaning(question: str, turn: _Turn, vocabulary: Vocabulary) -> Meaning:
    two = len(turn.treatments) > 1
    compares = (turn.parsed.compares and bool(turn.treatments)) or (turn.parsed.offers and two)
    main, against = _sides(turn.treatments, vocabulary, compares=compares)
    return Meaning(
        question=question,
        understood=Understood(
            conditions=turn.conditions,
            treatments=main,
            comparators=against,
            outcomes=turn.parsed.outcomes,
            asks=turn.asks or Aspect.EFFECT,
            filters=turn.filters,
            unknown=tuple(one.text for one in turn.unknown),
        ),
        treatments=turn.treatments if compares else (*main, *against),
        unwanted=turn.parsed.unwanted,
        compares=compares,
        wants_open=wants_open(cue_text(question)),
        points=turn.points,
        asks=turn.asks,
        asks_carried=turn.asks_carried,
        counted=_counted(turn),
        unknown=turn.unknown,
        unknown_author=turn.unknown_author,
        query=" ".join((*turn.context, question)),
        stems=turn.parsed.stems,
    )
