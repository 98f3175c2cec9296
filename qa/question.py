"""One question, taken apart: the concepts it names, and the words that name something unknown.

Looks at one question alone; what earlier questions add is in `understanding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.matching import How, Mention, composed, gazetteer
from corpus.study import Aspect
from corpus.vocabulary import Kind, Vocabulary
from corpus.words import Word, commonness, stem, words
from qa.cues import WORDS, cues
from qa.negation import denies_condition, denies_treatment, is_background, is_past
from qa.text_cues import cue_text


class Slot(StrEnum):
    """The place in the question where an unknown phrase stands."""

    TREATMENT = "treatment"  # what is asked about: "does X help ..."
    CONDITION = "condition"  # what it is for: "... for X"
    DETAIL = "detail"  # what is to be told: "what X was used"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A phrase no concept is known for, as it stands in the question."""

    text: str
    stems: tuple[str, ...]
    slot: Slot


@dataclass(frozen=True, slots=True)
class Parsed:
    """What stands in one question, before anything is decided about it."""

    text: str
    mentions: tuple[Mention, ...]
    conditions: tuple[str, ...]
    weak_conditions: tuple[str, ...]  # a bare part of the body: "hand"
    past_conditions: tuple[str, ...]  # told of as over
    treatments: tuple[str, ...]  # treatments and comparators, in order
    unwanted: tuple[str, ...]  # treatments that the asker does not want
    outcomes: tuple[str, ...]
    points: tuple[str, ...]
    asks: Aspect | None  # None where no word says; then it is the effect
    compares: bool  # sets one thing against another: "than", "versus"
    offers: bool  # names one thing beside another: "or"
    unknown: tuple[Unknown, ...]
    stems: tuple[str, ...]  # the words that are not mere grammar


def _patterns(alternatives: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


_CUES = {name: _patterns(patterns) for name, patterns in cues("asks").items()}
_COMPARES, _OFFERS, _OPEN = (_CUES.pop(name) for name in ("compares", "offers", "wants_open"))
_ASKS = {Aspect(name): cue for name, cue in _CUES.items()}


def wants_open(folded: str) -> bool:
    """True where a folded question asks for null, mixed or open results."""
    return _OPEN.search(folded) is not None


def asked_aspect(folded: str) -> Aspect | None:
    """The aspect that the words of a folded question ask about, or None."""
    return next((aspect for aspect, cue in _ASKS.items() if cue.search(folded)), None)


def _phrase(text: str, run: list[Word], slot: Slot) -> Unknown:
    return Unknown(text[run[0].start : run[-1].end], tuple(stem(one.folded) for one in run), slot)


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands around an unknown run of words."""

    before: str  # the word before, articles passed over
    after: str  # the word after; empty at the end and before a name
    inside: tuple[str, ...]
    opens: bool  # nothing but articles stands before
    after_treatment: bool  # a treatment is named before the word before: "acupuncture or X"
    leads_to_name: bool  # a name follows at once, or after "for" or a comma
    touches_name: bool  # a name follows with nothing between
    asked_for: bool  # the question starts "what X" or "which X"


def _slot(place: _Place) -> Slot:
    """Which slot an unknown run of words fills, from its form and what stands around it."""
    form = (*place.inside, place.after)
    if any(WORDS.remedy.search(one) or one in WORDS.care_words for one in form):
        return Slot.TREATMENT
    if any(WORDS.sickness.search(one) or one in WORDS.sick_words for one in form):
        return Slot.CONDITION
    if place.asked_for:
        return Slot.DETAIL
    asked = not place.before or place.before in WORDS.leads_to_treatment
    against = place.before == "than" or (place.after_treatment and place.before in WORDS.against)
    listed = place.opens and place.leads_to_name and _is_rare(place)
    if (asked and place.after in WORDS.after_treatment) or against or listed:
        return Slot.TREATMENT
    if place.before in WORDS.leads_to_condition:
        return Slot.CONDITION
    return Slot.OTHER


# Commoner words at the start of a question are adjectives as often as things ("stubborn sciatica"), most
# of all right before the name.
_RARE, _RARE_BEFORE_NAME = 800, 50


def _is_rare(place: _Place) -> bool:
    most = _RARE_BEFORE_NAME if place.touches_name else _RARE
    return any(commonness(one) < most for one in place.inside)


def _place(
    text: str, spelt: tuple[Word, ...], named: Sequence[Kind | None], first: int, last: int
) -> _Place:
    at = first - 1
    while at >= 0 and spelt[at].folded in WORDS.passed_over and named[at] is None:
        at -= 1
    following = last + 1
    free = following < len(spelt) and named[following] is None
    then = spelt[following].folded if free else ""
    if following < len(spelt) and re.search(
        r"[.?!;:]", text[spelt[last].end : spelt[following].start]
    ):
        following, then = len(spelt), ""
    behind = following + (then in ("for", "in", "on", "and", "para", "bei", "gegen"))
    return _Place(
        before=spelt[at].folded if at >= 0 else "",
        after=then,
        inside=tuple(spelt[one].folded for one in range(first, last + 1)),
        opens=all(
            one.folded in WORDS.passed_over or one.folded in WORDS.generic for one in spelt[:first]
        ),
        after_treatment=at > 0 and named[at - 1] is Kind.TREATMENT,
        leads_to_name=any(
            one < len(spelt) and named[one] is Kind.CONDITION for one in (behind, behind + 1)
        ),
        asked_for=at == 0 and spelt[0].folded in ("what", "which"),
        touches_name=not then
        and following < len(spelt)
        and spelt[last].end + 1 == spelt[following].start,
    )


def unknown_phrases(
    text: str, mentions: tuple[Mention, ...], vocabulary: Vocabulary
) -> tuple[Unknown, ...]:
    """The runs of words that name no concept and are neither grammar nor everyday words of the subject."""
    spelt = words(text)
    named = [
        next(
            (
                vocabulary[one.concepts[0]].kind
                for one in mentions
                if one.start <= word.start < one.end
            ),
            None,
        )
        for word in spelt
    ]
    found: list[Unknown] = []
    at = 0
    while at < len(spelt):
        last = at
        while last < len(spelt) and named[last] is None and _is_unknown(spelt[last].folded):
            last += 1
        if last > at and not denies_treatment(text, spelt[at].start):
            slot = _slot(_place(text, spelt, named, at, last - 1))
            found.append(_phrase(text, list(spelt[at:last]), slot))
        at = max(last, at + 1)
    return tuple(found)


def _is_unknown(word: str) -> bool:
    return (
        word not in WORDS.function
        and word not in WORDS.generic
        and (not word.isdigit() or len(word) > 2)  # "1842 participants" tells a study
        and (len(word) > 1 or not word.isascii())
    )


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


def _meant(
    text: str, vocabulary: Vocabulary, skip: Sequence[tuple[int, int]]
) -> tuple[tuple[Mention, ...], tuple[str, ...]]:
    """The mentions that are meant, and the treatments that are named as unwanted."""
    found: list[Mention] = []
    unwanted: list[str] = []
    folded = cue_text(text)
    compares = bool(_COMPARES.search(folded) or _OFFERS.search(folded))
    for mention in gazetteer(vocabulary).mentions(text):
        kinds = {vocabulary[one].kind for one in mention.concepts}
        if any(start < mention.end and mention.start < end for start, end in skip):
            continue
        if kinds == {Kind.TREATMENT} and denies_treatment(text, mention.start):
            if compares and "no-treatment" in vocabulary:
                # "needles vs not having needles": what is refused is the other side.
                found.append(Mention(("no-treatment",), mention.start, mention.end, How.EXACT))
            else:
                unwanted += mention.concepts
        elif not (
            (kinds == {Kind.CONDITION} and denies_condition(text, mention.start))
            or (
                kinds == {Kind.TREATMENT}
                and (_is_person(text, mention) or is_background(text, mention.start))
            )
        ):
            found.append(mention)
    return composed(vocabulary, found), tuple(dict.fromkeys(unwanted))


def _is_weak(text: str, mention: Mention, vocabulary: Vocabulary) -> bool:
    """True where only a part of the body is named: "hand", not "pain in my hand"."""
    return any(
        vocabulary.label(one).endswith(" pain") for one in mention.concepts
    ) and not _HURTS.search(text[mention.start : mention.end].casefold())


def parse(text: str, vocabulary: Vocabulary, skip: Sequence[tuple[int, int]] = ()) -> Parsed:
    """The question taken apart; what stands in the stretches `skip` is not read as names."""
    mentions, unwanted = _meant(text, vocabulary, skip)
    folded = cue_text(text)
    conditions = [one for one in mentions if _of(vocabulary, one, Kind.CONDITION)]
    outcomes = _by_kind(vocabulary, mentions, Kind.OUTCOME)
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
        unwanted=unwanted,
        outcomes=outcomes,
        points=_by_kind(vocabulary, mentions, Kind.POINT),
        asks=asks,
        compares=bool(_COMPARES.search(folded)),
        offers=bool(_OFFERS.search(folded)),
        unknown=unknown_phrases(text, every, vocabulary),
        stems=tuple(
            dict.fromkeys(
                stem(word.folded) for word in words(text) if word.folded not in WORDS.function
            )
        ),
    )
