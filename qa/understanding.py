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
from qa.asking import wants_date, wants_ongoing, wants_open
from qa.bibliography import Filters
from qa.by_meaning import Reader
from qa.coverage import is_collection_treatment
from qa.cues import WORDS
from qa.leaving_out import shortened, stems
from qa.question import Parsed
from qa.shelf import Shelf
from qa.text_cues import cue_text
from qa.turns import Turn, conversation
from qa.unknown import Slot, Unknown


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question understood: `understood` is what the asker is told, the rest is for finding the answer."""

    question: str
    understood: Understood
    treatments: tuple[str, ...]  # all treatments and comparators that are asked about
    unwanted: tuple[str, ...]  # treatments that the asker does not want
    compares: bool
    offers: (
        bool  # names one thing beside another and sets none against another: "acupuncture or yoga"
    )
    wants_open: bool  # asks for null, mixed or open results
    wants_date: bool
    wants_ongoing: bool
    points: tuple[str, ...]
    measures: tuple[
        str, ...
    ]  # scales that are named; a study that has none of them does not speak to it
    asks: Aspect | None  # None where the question does not say
    asks_carried: bool  # `asks` was said by an earlier question
    counted: frozenset[
        str
    ]  # "how many databases": the stem of what is counted, where no aspect says it
    unknown: tuple[Unknown, ...]
    unknown_author: str | None
    described: tuple[str, ...]  # what was not named but described, and so may be taken wrongly
    query: str  # the text to search with
    bare: str  # the question without the conditions and treatments that it names; empty where little is left
    stems: tuple[str, ...]
    bare_stems: frozenset[str]

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
        """The unknown phrases that are a topic, not small talk; where nothing is named, all are."""
        named = self.conditions or self.treatments or self.filters or self.points
        return tuple(
            one
            for one in self.unknown
            if not named
            or one.slot is not Slot.OTHER
            or any(commonness(part) < _EVERYDAY for part in one.stems)
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


# A word this common in everyday English is small talk unless its place in the question makes it the topic.
_EVERYDAY = 5000


def understand(
    question: str,
    history: Sequence[str],
    vocabulary: Vocabulary,
    shelf: Shelf,
    reader: Reader | None = None,
    *,
    without: Sequence[str] = (),
) -> Meaning:
    """The meaning of `question`, said after the earlier questions `history` (oldest first).

    Without a `reader` only what is named is understood. The concepts and filters in `without` count as not said.
    """
    turn = conversation(question, history, vocabulary, shelf, reader)
    if not without:
        return _meaning(question, turn, vocabulary)
    # What was named by the way does not become the question: "I swim" beside acupuncture.
    whole = _meaning(question, turn, vocabulary)
    turn = replace(turn, treatments=whole.treatments)
    short = shortened(turn, frozenset(without), vocabulary, shelf)
    meaning = _meaning(question, short.turn, vocabulary)
    said = [short.text(one) for one in (*turn.context, question)]
    bare = short.text(meaning.bare)
    return replace(
        meaning,
        query=" ".join(filter(None, said)),
        bare=bare,
        stems=stems(said[-1]),
        bare_stems=frozenset(stems(bare)),
    )


def without_the_others(meaning: Meaning) -> Meaning:
    """The meaning with only the treatment that is named first."""
    sides = meaning.understood
    return replace(
        meaning,
        understood=replace(sides, comparators=()),
        treatments=sides.treatments,
        compares=False,
        offers=False,
    )


_HOW_MANY = re.compile(r"\b(?:how many|number of|wie viele|cuant[oa]s)((?: \w+){1,2})")


def _counted(turn: Turn) -> frozenset[str]:
    match = _HOW_MANY.search(cue_text(turn.parsed.text))
    if match is None or turn.asks not in (None, Aspect.METHODS):
        return frozenset()
    nouns = (stem(one) for one in match[1].split() if one not in WORDS.function)
    if match[1].split()[0] in WORDS.function | {"got", "actually", "of"}:
        return frozenset()  # "how many were pooled" counts what was named before
    return frozenset(list(nouns)[:1])


_TOPICS = frozenset({Kind.CONDITION, Kind.TREATMENT})
_FEWEST_WORDS = 2


def _bare(question: str, parsed: Parsed, vocabulary: Vocabulary) -> str:
    """The question without its topic: "is the effect as large as other reviews claimed"."""
    kept, at = [], 0
    for one in parsed.mentions:
        if one.start >= at and any(vocabulary[each].kind in _TOPICS for each in one.concepts):
            kept.append(question[at : one.start])
            at = one.end
    text = " ".join("".join((*kept, question[at:])).split())
    telling = [one for one in words(text) if one.folded not in WORDS.function]
    return text if len(telling) >= _FEWEST_WORDS else ""


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


def _meaning(question: str, turn: Turn, vocabulary: Vocabulary) -> Meaning:
    two = len(turn.treatments) > 1
    compares = (turn.parsed.compares and bool(turn.treatments)) or (turn.parsed.offers and two)
    main, against = _sides(turn.treatments, vocabulary, compares=compares)
    bare = _bare(question, turn.parsed, vocabulary)
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
        offers=compares and turn.parsed.lists,
        wants_open=wants_open(cue_text(question)),
        wants_date=wants_date(cue_text(question)),
        wants_ongoing=wants_ongoing(cue_text(question)),
        points=turn.points,
        measures=turn.parsed.measures,
        asks=turn.asks,
        asks_carried=turn.asks_carried,
        counted=_counted(turn),
        unknown=turn.unknown,
        unknown_author=turn.unknown_author,
        described=turn.described,
        query=" ".join((*turn.context, question)),
        bare=bare,
        stems=turn.parsed.stems,
        bare_stems=frozenset(stem(one.folded) for one in words(bare)),
    )
