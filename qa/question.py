"""One question, taken apart: the concepts it names, and the words that name something unknown.

Looks at one question alone; what earlier questions add is in `turns`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.matching import How, Mention, composed, gazetteer
from corpus.study import Aspect
from corpus.vocabulary import Kind, Vocabulary
from corpus.words import commonness, fold, stem, words
from qa.asking import asked_aspect, compares, lists, offers, wants_open
from qa.coverage import is_place
from qa.cues import WORDS
from qa.negation import denies_condition, denies_treatment, is_background, is_past
from qa.text_cues import cue_text
from qa.unknown import Unknown, unknown_phrases


@dataclass(frozen=True, slots=True)
class Parsed:
    """What stands in one question, before anything is decided about it."""

    text: str
    mentions: tuple[Mention, ...]
    conditions: tuple[str, ...]
    weak_conditions: tuple[str, ...]  # a bare part of the body: "hand"
    past_conditions: tuple[str, ...]  # told of as over
    denied_conditions: tuple[str, ...]  # what the asker does not have
    treatments: tuple[str, ...]  # treatments and comparators, in order
    unwanted: tuple[str, ...]  # treatments that the asker does not want
    outcomes: tuple[str, ...]
    measures: tuple[
        str, ...
    ]  # names of scales, folded, which everyday English does not have: "womac"
    points: tuple[str, ...]
    asks: Aspect | None  # None where no word says; then it is the effect
    compares: bool  # sets one thing against another: "than", "versus"
    lists: bool  # asks what each of several does, not which is better
    offers: bool  # names one thing beside another: "or"
    unknown: tuple[Unknown, ...]
    stems: tuple[str, ...]  # the words that are not mere grammar


_HURTS = re.compile(
    r"\b(?:pain|ache|aching|hurt|sore|injur|dolor)|schmerz|algia\b|lumbago|\blbp\b|痛|疼"
)


def _of(vocabulary: Vocabulary, mention: Mention, kind: Kind) -> bool:
    return any(vocabulary[one].kind is kind for one in mention.concepts)


def _ids(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for mention in mentions for one in mention.concepts))


def _by_kind(
    vocabulary: Vocabulary, mentions: tuple[Mention, ...], *kinds: Kind
) -> tuple[str, ...]:
    ids = (one for mention in mentions for one in mention.concepts)
    return tuple(dict.fromkeys(one for one in ids if vocabulary[one].kind in kinds))


def _is_person(text: str, mention: Mention) -> bool:
    """True where a name of a treatment is a person here: "my physio says"."""
    name = cue_text(text[mention.start : mention.end])
    if name not in WORDS.persons:
        return False
    before = cue_text(text[: mention.start]).split()[-1:]
    after = cue_text(text[mention.end :]).split()[:1]
    return bool(set(after) & WORDS.saying) or bool(
        set(before) & {"my", "his", "her", "our", "their"}
    )


_NO_TREATMENT = "no-treatment"


_SET_AGAINST = frozenset(("against", "versus", "vs", "with", "than", "to"))


def _is_no_effect(text: str, mention: Mention) -> bool:
    """True where "nothing" is what came out ("does little or nothing"), not what was compared with."""
    before = cue_text(text[: mention.start]).split()[-1:]
    named = fold(text[mention.start : mention.end])
    return (
        mention.concepts == (_NO_TREATMENT,)
        and "nothing" in named.split()
        and not set(before) & _SET_AGAINST
    )


@dataclass(frozen=True, slots=True)
class _Meant:
    mentions: tuple[Mention, ...]
    unwanted: tuple[str, ...]
    denied: tuple[str, ...]


def _meant(text: str, vocabulary: Vocabulary, skip: Sequence[tuple[int, int]]) -> _Meant:
    """The mentions that are meant, and what is named as unwanted or denied."""
    found: list[Mention] = []
    unwanted: list[str] = []
    denied: list[str] = []
    folded = cue_text(text)
    against = compares(folded) or offers(folded)
    opens = wants_open(folded)
    for mention in gazetteer(vocabulary).mentions(text):
        kinds = {vocabulary[one].kind for one in mention.concepts}
        if any(start < mention.end and mention.start < end for start, end in skip):
            continue
        if kinds == {Kind.TREATMENT} and denies_treatment(text, mention.start):
            if against and _NO_TREATMENT in vocabulary:
                # "needles vs not having needles": what is refused is the other side.
                found.append(Mention((_NO_TREATMENT,), mention.start, mention.end, How.EXACT))
            else:
                unwanted += mention.concepts
        elif kinds == {Kind.CONDITION} and denies_condition(text, mention.start):
            denied += mention.concepts
        elif not (
            kinds == {Kind.TREATMENT}
            and (_is_person(text, mention) or is_background(text, mention.start))
        ) and not ((opens or not against) and _is_no_effect(text, mention)):
            found.append(mention)
    meant = composed(vocabulary, found)
    return _Meant(meant, tuple(dict.fromkeys(unwanted)), tuple(dict.fromkeys(denied)))


_SYMPTOM_REACH = 2  # words


def _is_symptom(text: str, mention: Mention, conditions: Sequence[Mention]) -> bool:
    """True where a result is named as what the asker has: "stiff sore lower back"."""
    for one in conditions:
        between = [word.folded for word in words(text[mention.end : one.start])]
        if (
            mention.end <= one.start
            and len(between) <= _SYMPTOM_REACH
            and not set(between) & (WORDS.leads_to_condition | {"and", "or", "in", "on"})
        ):
            return True
    return False


def _is_weak(text: str, mention: Mention, vocabulary: Vocabulary) -> bool:
    """True where only a part of the body is named: "hand", not "pain in my hand"."""
    return any(is_place(vocabulary, one) for one in mention.concepts) and not _HURTS.search(
        text[mention.start : mention.end].casefold()
    )


def parse(text: str, vocabulary: Vocabulary, skip: Sequence[tuple[int, int]] = ()) -> Parsed:
    """The question taken apart; what stands in the stretches `skip` is not read as names."""
    meant = _meant(text, vocabulary, skip)
    mentions = meant.mentions
    folded = cue_text(text)
    conditions = [one for one in mentions if _of(vocabulary, one, Kind.CONDITION)]
    results = tuple(one for one in mentions if not _is_symptom(text, one, conditions))
    outcomes = _by_kind(vocabulary, results, Kind.OUTCOME)
    asks = asked_aspect(folded)
    if asks is None and "adverse-events" in outcomes:
        asks = Aspect.SAFETY
    every = gazetteer(vocabulary).mentions(text)
    return Parsed(
        text=text,
        mentions=mentions,
        conditions=_by_kind(vocabulary, mentions, Kind.CONDITION),
        weak_conditions=_ids(one for one in conditions if _is_weak(text, one, vocabulary)),
        past_conditions=_ids(one for one in conditions if is_past(text, one.start)),
        treatments=_by_kind(vocabulary, mentions, Kind.TREATMENT, Kind.COMPARATOR),
        denied_conditions=meant.denied,
        unwanted=meant.unwanted,
        outcomes=outcomes,
        measures=tuple(
            word.folded
            for one in results
            if _of(vocabulary, one, Kind.OUTCOME)
            for word in words(text[one.start : one.end])
            if word.folded.isascii() and not commonness(word.folded)
        ),
        points=_by_kind(vocabulary, mentions, Kind.POINT),
        asks=asks,
        compares=compares(folded),
        lists=lists(folded),
        offers=offers(folded),
        unknown=unknown_phrases(text, every, vocabulary),
        stems=tuple(
            dict.fromkeys(
                stem(word.folded) for word in words(text) if word.folded not in WORDS.function
            )
        ),
    )
