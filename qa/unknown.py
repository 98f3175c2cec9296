"""Words of a question that name no known concept, and the place they hold in it.

The world is open: thousands of conditions and treatments are in no list. What stands where a treatment or a
condition would stand is one that nobody knows here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from corpus.matching import Mention
from corpus.vocabulary import Kind, Vocabulary
from corpus.words import Word, commonness, stem, words
from qa.asking import cue_words
from qa.cues import EVERYDAY, WORDS
from qa.negation import denies_treatment
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
    asked: bool = False  # a verb follows that asks what it does: "does X help"


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
    owns: bool  # ends in "'s": whose the next thing is
    asked_for: bool  # the question starts "what X", "which X", "who X" or "how X"
    describes: bool  # said of a condition that is named: "my knees are X"


_SAYS_OF = frozenset("are feel feels is was were".split())
_OWNER = re.compile(r"['’`]s$")


def _slot(place: _Place) -> Slot:
    """Which slot an unknown run of words fills, from its form and what stands around it."""
    form = (*place.inside, place.after)
    if any(WORDS.remedy.search(one) or one in WORDS.care_words for one in form):
        return Slot.TREATMENT
    if any(WORDS.sickness.search(one) or one in WORDS.sick_words for one in form):
        return Slot.CONDITION
    if place.asked_for or place.describes:
        return Slot.DETAIL if place.asked_for else Slot.OTHER
    asked = not place.before or place.before in WORDS.leads_to_treatment
    against = place.before == "than" or (place.after_treatment and place.before in WORDS.against)
    listed = place.opens and place.leads_to_name and _is_rare(place) and not place.owns
    done = place.before in WORDS.leads_to_treatment and _is_done_to_something(place)
    if (asked and place.after in WORDS.after_treatment) or against or listed or done:
        return Slot.TREATMENT
    if place.before in WORDS.leads_to_condition:
        return Slot.CONDITION
    return Slot.OTHER


# Commoner words at the start of a question are adjectives as often as things ("stubborn sciatica"), most
# of all right before the name.
_RARE, _RARE_BEFORE_NAME = 800, 50


_SOMETHING = frozenset("a an her his it its my our the their them this your".split())


def _is_done_to_something(place: _Place) -> bool:
    """True for what somebody does to a part of the body: "does wrapping my knee"."""
    return len(place.inside) == 1 and place.inside[0].endswith("ing") and place.after in _SOMETHING


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
    behind = following + (then in ("for", "in", "of", "on", "and", "para", "bei", "gegen"))
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
        asked_for=at == 0 and spelt[0].folded in ("what", "which", "who", "how"),
        owns=_OWNER.search(text[: spelt[last].end]) is not None,
        describes=at > 0 and spelt[at].folded in _SAYS_OF and named[at - 1] is Kind.CONDITION,
        touches_name=not then
        and following < len(spelt)
        and spelt[last].end + 1 == spelt[following].start,
    )


def _phrase(text: str, run: list[Word], place: _Place) -> Unknown:
    stems = tuple(stem(one.folded) for one in run)
    asked = place.after in WORDS.after_treatment - WORDS.leads_to_condition
    return Unknown(text[run[0].start : run[-1].end], stems, _slot(place), asked)


def unknown_phrases(
    text: str, mentions: tuple[Mention, ...], vocabulary: Vocabulary
) -> tuple[Unknown, ...]:
    """The runs of words that name no concept and are neither grammar nor everyday words of the subject."""
    spelt = words(text)
    said = cue_words(cue_text(text))
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
        while last < len(spelt) and named[last] is None and _is_unknown(text, spelt[last], said):
            last += 1
        if last > at and not denies_treatment(text, spelt[at].start):
            place = _place(text, spelt, named, at, last - 1)
            found.append(_phrase(text, list(spelt[at:last]), place))
        at = max(last, at + 1)
    return tuple(found)


_ADVERB_BASE = 4  # letters: "belly" and "jelly" are none of "bel" and "jel"
_ADVERB_COMMON = 50  # counts, as `commonness`


@cache
def _is_everyday(folded: str) -> bool:
    """True for an everyday word, in whichever form: "easily" and "eased" say no more than "easy" and "ease".

    Not "-ing", as many a treatment is named ("fasting"), nor "-s": "counts" may be things.
    """
    if folded in EVERYDAY:
        return True
    for ending in ("d", "ed"):
        base = folded.removesuffix(ending)
        if base != folded and len(base) >= _ADVERB_BASE - 1 and base in EVERYDAY:
            return True
    return _is_adverb(folded)


def _is_adverb(folded: str) -> bool:
    """True for an adverb in "-ly" which everyday English has beside its adjective."""
    base = folded.removesuffix("ly")
    if base == folded or len(base) < _ADVERB_BASE or commonness(folded) < _ADVERB_COMMON:
        return False
    adjectives = (base, f"{base}le", base.removesuffix("i") + "y", base.removesuffix("al"))
    return any(commonness(one) for one in adjectives)


def _is_unknown(text: str, word: Word, said: frozenset[str]) -> bool:
    folded = word.folded
    # "hubby's hip" is the hip of somebody; without its apostrophe it is in the list.
    owner = folded.removesuffix("s") if _OWNER.search(text[word.start : word.end]) else folded
    return (
        not (_is_everyday(folded) or _is_everyday(owner))
        and folded not in said
        and (not folded.isdigit() or len(folded) > 2)  # "1842 participants" tells a study
        and (len(folded) > 1 or not folded.isascii())
    )
