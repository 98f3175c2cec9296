"""How many trials a text says there were, and how many people took part.

Proposals for a reviewer: where a text gives several numbers and does not say which one is the whole, none is proposed.
A number is never added up from its parts, since what is proposed must stand in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
_UNITS = {word: value for value, word in enumerate(_SMALL)}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {"hundred": 100, "thousand": 1000}
_WORD = "|".join((*_UNITS, *_TENS, *_SCALES))
_SPACES = "\u0020\u00a0\u2009\u202f"  # the plain, the unbroken, the thin and the narrow one
_DIGITS = rf"\d{{1,3}}(?:[,{_SPACES}]\d{{3}})+|\d+"
_IN_WORDS = rf"(?:{_WORD})(?:(?:[\s-]+|\s+and\s+)(?:{_WORD}))*"
_NUMBER = rf"(?<![\w.,/–-])(?P<number>{_DIGITS}|{_IN_WORDS})(?![\w%]|[.,/–-]\d|\s?%)"

_PEOPLE = (
    r"(?:(?:out|in)?patients?|participants?|subjects?|people|persons?|women|men|adults?|children|adolescents?"
    r"|infants?|neonates|volunteers?|individuals?|survivors|veterans|nurses|students|athletes|cases)"
)
_TRIALS = r"(?:RCTs?|trials?|studies)"
_REVIEWS = r"(?:reviews?|meta-?analyses)"
# Words that may stand between a number and its noun; none by which the number counts something else.
_BETWEEN = (
    r"(?:(?!(?:of|to|in|with|from|per|the|years?|yrs?|months?|weeks?|days?|hours?|minutes?|min|times|sessions?|points?"
    r"|groups?|arms?|sites?|cent(?:er|re)s?|hospitals?|versus|vs|who|were|was|RCTs?|trials?|studies|reviews?)\b)"
    r"[A-Za-z][\w'’-]*[\s,]+(?:\([A-Za-z]+\)\s+)?){0,6}?"
)


def _pattern(noun: str) -> re.Pattern[str]:
    return re.compile(rf"{_NUMBER}\s+{_BETWEEN}{noun}\b", re.IGNORECASE)


_COUNTED = {noun: _pattern(noun) for noun in (_PEOPLE, _TRIALS, _REVIEWS)}
_SAMPLE = re.compile(
    rf"(?P<who>\b{_PEOPLE}\b[^.;]{{0,40}})?\bn\s*=\s*(?P<number>{_DIGITS})(?![\w%]|[.,/]\d|\s?%)",
    re.IGNORECASE | re.ASCII,
)

_WHOLE_BEFORE = re.compile(
    r"\b(?:total(?:ling)? of|total|altogether|overall,?|comprising|involving|randomi[sz]ed|randomly assigned|enrolled"
    r"|recruited|included|including|studied|pooled)\s+(?:all\s+)?$",
    re.IGNORECASE,
)
_WHOLE_AFTER = re.compile(
    r"^[^.;:]{0,60}?\b(?:(?:were|was)\s+(?:\w+\s+){0,3}?(?:randomi[sz]ed|assigned|allocated|divided|enrolled|recruited"
    r"|included|eligible|studied|analy[sz]ed|pooled|identified)|met|participated|took part|involving|comprising"
    r"|in total)\b",
    re.IGNORECASE,
)
_RANDOMISED = re.compile(r"randomi[sz]ed|randomly|assigned|allocated", re.IGNORECASE)
# A part of those who took part, or people who did not.
_PART_AFTER = re.compile(
    r"^[\s,()]*(?:\w+\s+){0,3}?(?:(?:in|to|from) (?:the|each) (?:[\w-]+\s+){0,3}(?:group|arm)\b(?!s)|dropped|withdrew|declined"
    r"|(?:were|was) (?:lost|excluded|withdrawn)|completed|ha(?:ve|s) been|reported|experienced|responded|had|showed|improved|refused"
    r"|each|per (?:group|arm)|in each)",
    re.IGNORECASE,
)
_PART_BEFORE = re.compile(
    r"(?:\b(?:each|every|exclud\w+|the (?:other|remaining)|another|aged|or|grade)|^\W*of)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A number, and the place in a list of sentences of the one that gives it."""

    value: int
    sentence: int


def number(text: str) -> int | None:
    """The whole number that digits or English words write; None for anything else.

    >>> [number(one) for one in ("1,834", "3 522", "Twenty-four", "one hundred and twelve", "many")]
    [1834, 3522, 24, 112, None]
    """
    digits = re.sub(rf"[,{_SPACES}]", "", text)
    if digits.isascii() and digits.isdigit():
        return int(digits)
    words = [one for one in re.split(r"[\s-]+", text.casefold()) if one and one != "and"]
    if not words or any(one not in {*_UNITS, *_TENS, *_SCALES} for one in words):
        return None
    whole = part = 0
    for word in words:
        if word == "thousand":
            whole, part = whole + (part or 1) * 1000, 0
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            part += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return whole + part


@dataclass(frozen=True, slots=True)
class _Mention:
    told: Told
    rank: int  # 3: the text says that it is the whole, by lot; 2: the whole; 1: it does not say


def _rank(before: str, after: str, sentence: str) -> int:
    if _PART_AFTER.search(after) or _PART_BEFORE.search(before):
        return 0
    if not (_WHOLE_BEFORE.search(before) or _WHOLE_AFTER.search(after)):
        return 1
    return 3 if _RANDOMISED.search(sentence) else 2


def _mentions(sentences: Sequence[str], noun: str) -> Iterator[_Mention]:
    for place, sentence in enumerate(sentences):
        for found in _COUNTED[noun].finditer(sentence):
            value = number(found["number"])
            rank = _rank(sentence[: found.start()], sentence[found.end() :], sentence)
            if value is not None and value > 1 and rank:
                yield _Mention(Told(value, place), rank)


def _decided(mentions: Sequence[_Mention]) -> Told | None:
    """The number that is said to be the whole, the first sentence's of such; else the only one there is."""
    best = max((one.rank for one in mentions), default=0)
    found = [one.told for one in mentions if one.rank == best]
    different = len({one.value for one in found}) > 1
    # "Five studies of one kind and ten of another were included": in one sentence, neither is the whole.
    if different and (best == 1 or len({one.sentence for one in found}) == 1):
        return None
    return found[0] if found else None


def _samples(sentences: Sequence[str], *, of_people: bool) -> list[_Mention]:
    """What "n = 120" says, where it stands once: several are the sizes of groups; with `of_people`, of people only."""
    found = [
        (bool(match["who"]), _Mention(Told(value, place), 1))
        for place, sentence in enumerate(sentences)
        for match in _SAMPLE.finditer(sentence)
        if (value := number(match["number"])) is not None and value > 1
    ]
    return [one for named, one in found if len(found) == 1 and (named or not of_people)]


def participants_told(sentences: Sequence[str], *, reviewed: bool = False) -> Told | None:
    """How many people took part; in a review (`reviewed`), those of all its trials together.

    >>> participants_told(["Forty-two women were randomised; 40 women completed the trial."]).value
    42
    """
    mentions = list(_mentions(sentences, _PEOPLE))
    if reviewed:
        beside = {place for place, one in enumerate(sentences) if _COUNTED[_TRIALS].search(one)}
        together = [one for one in mentions if one.told.sentence in beside]
        together += [
            one for one in _samples(sentences, of_people=False) if one.told.sentence in beside
        ]
        if together:
            return max((one.told for one in together), key=lambda one: one.value)
    return _decided(mentions) or _decided(_samples(sentences, of_people=True))


def trials_told(sentences: Sequence[str], *, overview: bool = False) -> Told | None:
    """How many trials a review takes together; in an `overview`, how many reviews.

    >>> trials_told(["We found 340 records.", "Twelve trials with 1,834 patients were included."]).value
    12
    """
    return _decided(list(_mentions(sentences, _REVIEWS if overview else _TRIALS)))
