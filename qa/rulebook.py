"""Rule files read into signs and rules, and questions read with them.

A sign is one fact in the words people use; a rule holds when all signs of one of its ways are there.
What the rules are for (emergencies, practitioner, front desk, no question) is in `safety`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus.errors import EvidenceDeskError
from qa.context import Hold, Standing, context
from qa.language import language as language_of
from qa.language import scores
from qa.phrases import LANGUAGES, Phrases, Row, literal_words, plain, rule_file, wordlist
from qa.spelling import Speller

RULE_FILES = ("red_flags.yaml", "personal.yaml", "clinic.yaml", "no_question.yaml")
_SHORT = 6  # words
_SURE = 2  # words of a language that make it more than a chance likeness
_HOLDS = {"always": Hold.ALWAYS, "firm": Hold.FIRM, "half-firm": Hold.HALF_FIRM}
_FLAGS = ("context", "event", "any-time", "whole", "short")
_SIGN_KEYS = {
    *("id", "except", *_HOLDS, *_FLAGS, *LANGUAGES),
    *(f"except-{language}" for language in LANGUAGES),
}
_RULE_KEYS = {"id", "any", "follows", "crisis", "yields"}


@dataclass(frozen=True)
class Sign:
    """One symptom or fact, as people put it in each language."""

    id: str
    phrases: Mapping[str, Phrases]
    exceptions: Mapping[str, Phrases]
    hold: Hold = Hold.LOOSE
    context: bool = False  # counts even as a topic, beside a sign that somebody has
    event: bool = False  # is past after weeks
    any_time: bool = False  # is never past
    whole: bool = False  # must be all that is said
    short: bool = False  # counts in a text of a few words only

    def standing(self, row: Row, language: str) -> Standing | None:
        """How the sign stands in the row, at its strongest; None where it is not named."""
        phrases = self.phrases.get(language)
        if phrases is None:
            return None
        if self.short and len(row.words) > _SHORT:
            return None
        if self.whole:
            return Standing.SAID if phrases.whole(row) else None
        spans = phrases.spans(row)
        if not spans or row in self.exceptions.get(language, _NONE):
            return None
        around = context(language)
        found = max(around.standing(row, span, hold=self.hold, event=self.event) for span in spans)
        return Standing.SAID if self.any_time and found is Standing.PAST else found


_NONE = Phrases(None)


@dataclass(frozen=True)
class Rule:
    """One rule; `ways` are sets of signs, any of which will do."""

    id: str
    ways: tuple[tuple[str, ...], ...]
    follows: str | None = None  # the public guidance
    crisis: bool = False
    yields: frozenset[str] = frozenset()  # what comes before it, though later in precedence


@dataclass(frozen=True)
class Reading:
    """What stands in one text, by sign id."""

    standings: Mapping[str, Standing]
    languages: Mapping[str, str]  # the language in which a sign was found

    def said(self, sign: str) -> bool:
        """True where somebody has it."""
        return self.standings.get(sign) is Standing.SAID

    def named(self, sign: str) -> bool:
        """True where somebody has it, or asks about it."""
        return self.standings.get(sign, Standing.DENIED) >= Standing.TOPIC


@dataclass(frozen=True)
class Rulebook:
    """All signs and rules of one file, the rules in order of precedence."""

    signs: Mapping[str, Sign]
    rules: tuple[Rule, ...]

    def read(self, text: str) -> Reading:
        """The signs in a text, in whichever language each is put."""
        standings: dict[str, Standing] = {}
        languages: dict[str, str] = {}
        for language, row in rows(text):
            for sign in self.signs.values():
                found = sign.standing(row, language)
                if found is not None and found > standings.get(sign.id, -1):
                    standings[sign.id], languages[sign.id] = found, language
        return Reading(standings, languages)

    def first(self, newest: Reading, earlier: Sequence[Reading] = ()) -> tuple[Rule, str] | None:
        """The first rule that holds, and the language of the sign that settled it.

        At least one sign stands in the newest text, said and not merely asked about; the others may stand in
        `earlier` ones, unless the newest denies them.
        """
        for rule in self.rules:
            for way in rule.ways:
                if self._holds(way, newest, earlier):
                    settled = next(one for one in way if newest.named(one))
                    return rule, newest.languages[settled]
        return None

    def _holds(self, way: tuple[str, ...], newest: Reading, earlier: Sequence[Reading]) -> bool:
        anybody, now = False, False
        for one in way:
            here = self._counts(one, newest)
            before = newest.standings.get(one) is not Standing.DENIED and any(
                self._counts(one, reading) for reading in earlier
            )
            if not here and not before:
                return False
            now = now or here
            anybody = anybody or newest.said(one) or (before and any(r.said(one) for r in earlier))
        return now and anybody and (len(way) == 1 or self._new(way, newest, earlier))

    def _new(self, way: tuple[str, ...], newest: Reading, earlier: Sequence[Reading]) -> bool:
        """True unless all that the newest text adds is a topic: "and acupuncture for back pain?"."""
        return any(newest.said(one) for one in way)

    def _counts(self, sign: str, reading: Reading) -> bool:
        return reading.named(sign) if self.signs[sign].context else reading.said(sign)


@cache
def speller(language: str) -> Speller:
    """The speller that knows every word of the rules in a language."""
    words = wordlist(language)
    phrases = [phrase for file in RULE_FILES for phrase in _all_phrases(file, language)]
    phrases += [phrase for group in words.groups.values() for phrase in group]
    written = {one for row in words.spellings for one in row}
    return Speller(language, literal_words(phrases, words) | written)


def _all_phrases(file: str, language: str) -> Iterator[str]:
    signs = rule_file(file).get("signs")
    for sign in signs if isinstance(signs, list) else ():
        yield from sign.get(language, ())


@lru_cache(maxsize=256)
def rows(text: str) -> tuple[tuple[str, Row], ...]:
    """The text as a row of words in each language that it may be in; Chinese only where there is some."""
    words, asked_in = plain(text).split(), language_of(text)
    found: list[tuple[str, Row]] = []
    for language in _maybe(text, words):
        known = wordlist(language)
        row = known.spelt_out(words)
        if language == asked_in:
            row = known.spelt_out(speller(language).row(row))
        found.append((language, Row(tuple(row))))
    return tuple(found)


def _maybe(text: str, words: Sequence[str]) -> list[str]:
    """The languages that the text may be in: those of which it has a word; all, where it has none of any."""
    chinese = any("㐀" <= one <= "鿿" for word in words for one in word)
    found = {language: score for language, score in scores(text).items() if score}
    if max(found.values(), default=0) < _SURE:
        found.setdefault("en", 0)  # what one little word of another language is most easily part of
    latin = [one for one in ("en", "es", "de") if one in found or not any(found.values())]
    return ["zh", *found] if chinese else latin


def _sign(entry: Mapping[str, object], defaults: tuple[str, ...], file: str) -> Sign:
    sign = str(entry.get("id"))
    unknown = set(entry) - _SIGN_KEYS
    if unknown:
        raise EvidenceDeskError(
            f"rules/{file}: sign {sign!r} has keys {sorted(unknown)}, which mean nothing"
        )
    phrases: dict[str, Phrases] = {}
    exceptions: dict[str, Phrases] = {}
    for language in LANGUAGES:
        words = wordlist(language)
        excepted = "except" if language == "en" else f"except-{language}"
        for key, into in ((language, phrases), (excepted, exceptions)):
            if key in entry:
                into[language] = Phrases.of(
                    _texts(entry[key], f"rules/{file}: {sign}.{key}"), words
                )

    def flag(name: str) -> bool:
        return name in defaults or entry.get(name) == "true"

    return Sign(
        id=sign,
        phrases=phrases,
        exceptions=exceptions,
        hold=next((hold for name, hold in _HOLDS.items() if flag(name)), Hold.LOOSE),
        **{name.replace("-", "_"): flag(name) for name in _FLAGS},
    )


def _texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise EvidenceDeskError(f"{place}: found {value!r}; wanted a list of phrases")
    return tuple(value)


def _rule(entry: Mapping[str, object], signs: Mapping[str, Sign], file: str) -> Rule:
    rule = str(entry.get("id"))
    unknown = set(entry) - _RULE_KEYS
    if unknown:
        raise EvidenceDeskError(
            f"rules/{file}: {rule!r} has keys {sorted(unknown)}, which mean nothing"
        )
    ways = tuple(
        tuple(part.strip() for part in way.split("+"))
        for way in _texts(entry.get("any"), f"rules/{file}: {rule}.any")
    )
    for missing in (one for way in ways for one in way if one not in signs):
        raise EvidenceDeskError(f"rules/{file}: {rule!r} asks for {missing!r}, which is no sign")
    follows = entry.get("follows")
    return Rule(
        id=rule,
        ways=ways,
        follows=str(follows) if follows else None,
        crisis=entry.get("crisis") == "true",
        yields=frozenset(_texts(entry.get("yields", []), f"rules/{file}: {rule}.yields")),
    )


def rulebook_of(data: Mapping[str, Iterable[Mapping[str, object]]], file: str) -> Rulebook:
    """The rulebook of a parsed rule file; EvidenceDeskError says what is wrong in it and where."""
    defaults = _texts(data.get("defaults", []), f"rules/{file}: defaults")
    signs: dict[str, Sign] = {}
    for entry in data["signs"]:
        sign = _sign(entry, defaults, file)
        if sign.id in signs:
            raise EvidenceDeskError(
                f"rules/{file}: sign {sign.id!r} stands twice; wanted each once"
            )
        signs[sign.id] = sign
    return Rulebook(signs, tuple(_rule(entry, signs, file) for entry in data["rules"]))


@cache
def rulebook(file: str) -> Rulebook:
    """The rulebook of a file of `qa/rules/`."""
    return rulebook_of(rule_file(file), file)  # type: ignore[arg-type]
