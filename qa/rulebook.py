"""Rule files read into signs and rules, and questions read with them.

A sign is one fact in the words people use; a rule holds when all signs of one of its ways are there.
What the rules are for (emergencies, practitioner, front desk, no question) is in `safety`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from corpus.errors import EvidenceDeskError
from qa.context import Age, Hold, Standing, context
from qa.language import chinese, likeliest, scores
from qa.phrases import LANGUAGES, Phrases, literal_words, wordlist
from qa.plain_text import plain
from qa.row import Row
from qa.rule_files import rule_file
from qa.spelling import Speller, right_words

RULE_FILES = ("red_flags.yaml", "personal.yaml", "clinic.yaml", "no_question.yaml")
_SHORT = 6  # words
_WINDOW = 200  # words; a question of the page has about a hundred at most
_OVERLAP = 30
_TELLING = 5  # letters
_SURE = 2  # words of a language that make it more than a chance likeness
_HOLDS = {"always": Hold.ALWAYS, "firm": Hold.FIRM, "half-firm": Hold.HALF_FIRM}
_AGES = {"event": Age.EVENT, "settles": Age.SETTLES}
_FLAGS = ("context", "any-time", "whole", "short")
_SIGN_KEYS = {
    *("id", "except", "unless", *_HOLDS, *_AGES, *_FLAGS, *LANGUAGES),
    *(f"{key}-{language}" for key in ("except", "unless") for language in LANGUAGES),
}
_RULE_KEYS = {"id", "any", "follows", "crisis", "yields"}


@dataclass(frozen=True)
class Sign:
    """One symptom or fact, as people put it in each language."""

    id: str
    phrases: Mapping[str, Phrases]
    exceptions: Mapping[str, Phrases]  # take away a match that they touch
    unless: Mapping[str, Phrases]  # take away a match in whose sentence they stand
    hold: Hold = Hold.LOOSE
    context: bool = False  # counts even as a topic, beside a sign that somebody has
    age: Age = Age.ENDS
    any_time: bool = False  # is never past
    whole: bool = False  # must be all that is said
    short: bool = False  # counts in a text of a few words only

    def standing(self, row: Row, language: str) -> Standing | None:
        """How the sign stands in the row, at its strongest; None where it is not named."""
        phrases = self.phrases.get(language, _NONE)
        if self.short and len(row.words) > _SHORT:
            return None
        if self.whole:
            return Standing.SAID if phrases.whole(row) else None
        found: Standing | None = None
        for span in phrases.spans(row):
            if self._taken_away(row, span, language):
                continue
            one = context(language).standing(row, span, hold=self.hold, age=self.age)
            found = one if found is None else max(found, one)
            if found is Standing.SAID:
                break
        return Standing.SAID if self.any_time and found is Standing.PAST else found

    def _taken_away(self, row: Row, span: tuple[int, int], language: str) -> bool:
        touching = self.exceptions.get(language, _NONE).spans(row)
        if any(first <= span[1] and span[0] <= after for first, after in touching):
            return True
        return row.sentence(span) in self.unless.get(language, _NONE)


_NONE = Phrases()
_Make = Callable[[tuple[str, ...], str], Phrases]


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
    retracts: bool = False  # says of what was told before that it is long past, a test, or seen to

    def said(self, sign: str) -> bool:
        """True where somebody has it."""
        return self.standings.get(sign) is Standing.SAID

    def named(self, sign: str) -> bool:
        """True where somebody has it, or asks about it."""
        return self.standings.get(sign, Standing.DENIED) >= Standing.TOPIC

    def denied(self, sign: str) -> bool:
        """True where the text says that nobody has it."""
        return self.standings.get(sign) is Standing.DENIED

    def takes_back(self, signs: Iterable[str]) -> bool:
        """True where the text says of one of the signs that it is not so, or not now."""
        untrue = (Standing.DENIED, Standing.PAST)
        return any(self.standings.get(one) in untrue for one in signs)


@dataclass(frozen=True)
class Rulebook:
    """All signs and rules of one file, the rules in order of precedence."""

    signs: Mapping[str, Sign]
    rules: tuple[Rule, ...]
    _openings: dict[str, Mapping[str, list[str]]] = field(default_factory=dict, compare=False)

    def read(self, text: str) -> Reading:
        """The signs in a text, in whichever language each is put."""
        standings: dict[str, Standing] = {}
        languages: dict[str, str] = {}
        retracts = False
        for language, row in rows(text):
            retracts = retracts or context(language).retracts(row)
            for sign in self._perhaps(row, language):
                found = sign.standing(row, language)
                if found is not None and found > standings.get(sign.id, -1):
                    standings[sign.id], languages[sign.id] = found, language
        return Reading(standings, languages, retracts)

    def _by_opening(self, language: str) -> Mapping[str, list[str]]:
        """The signs that have a phrase with an opening, by opening."""
        if language not in self._openings:
            found: dict[str, list[str]] = {}
            for sign in self.signs.values():
                for opening in sign.phrases.get(language, _NONE).openings:
                    found.setdefault(opening, []).append(sign.id)
            self._openings[language] = found
        return self._openings[language]

    def _perhaps(self, row: Row, language: str) -> Iterator[Sign]:
        """The signs of which a phrase may begin with a word of the row."""
        keys = {key for keys, _ in row.places for key in keys}
        known = self._by_opening(language)
        found = {sign for key in keys for sign in known.get(key, ())}
        return (self.signs[one] for one in found)

    def first(self, newest: Reading, earlier: Sequence[Reading] = ()) -> tuple[Rule, str] | None:
        """The first rule that holds, and the language of the sign in the newest text that settled it.

        One sign at least is said in the newest text, not merely asked about; the others may stand in `earlier` ones,
        unless the newest denies them.
        """
        said = {one for one, how in newest.standings.items() if how is Standing.SAID}
        for rule in self.rules if said else ():
            for way in rule.ways:
                settled = next((one for one in way if one in said), None)
                if settled is not None and all(self._holds(one, newest, earlier) for one in way):
                    return rule, newest.languages[settled]
        return None

    def _holds(self, sign: str, newest: Reading, earlier: Sequence[Reading]) -> bool:
        if self._counts(sign, newest):
            return True
        return not newest.denied(sign) and any(self._counts(sign, one) for one in earlier)

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


@lru_cache(maxsize=16)  # the books are read one after the other
def rows(text: str) -> tuple[tuple[str, Row], ...]:
    """The text as rows of words in each language that it may be in; a long text as several overlapping rows.

    Windows keep the time in proportion to the length, however a text is made.
    """
    return tuple(_rows(text))


def _rows(text: str) -> Iterator[tuple[str, Row]]:
    words, spoken = plain(text).split(), scores(text)
    in_chinese = chinese(text)
    asked_in = "zh" if in_chinese else likeliest(spoken)
    for language in _maybe(words, spoken, in_chinese=in_chinese):
        known = wordlist(language)
        row = known.spelt_out(words)
        if language == asked_in:
            row = known.spelt_out(speller(language).row(row))
        for start in range(0, max(len(row) - _OVERLAP, 1), _WINDOW - _OVERLAP):
            yield language, Row(tuple(row[start : start + _WINDOW]))


def _maybe(words: Iterable[str], spoken: Mapping[str, int], *, in_chinese: bool) -> list[str]:
    """The languages that a text may be in: those of which it has a word; all, where it has none of any."""
    found = {*spoken, *_by_rule_words(words)}
    if in_chinese:
        return ["zh", *sorted(found)]
    if not found:
        return ["en", "es", "de"]
    # English too, unless the others are more than one little word that may stand in English.
    return sorted(found | {"en"} if max(spoken.values(), default=0) < _SURE else found)


def _by_rule_words(words: Iterable[str]) -> set[str]:
    """The languages whose rules know a longer word of the text that English does not have."""
    foreign = {one for one in words if len(one) >= _TELLING} - speller("en").known
    if not foreign:
        return set()
    return {
        language
        for language in ("es", "de")
        if (foreign & speller(language).known) - right_words("en")
    }


def _sign(entry: Mapping[str, object], defaults: tuple[str, ...], file: str, make: _Make) -> Sign:
    sign = str(entry.get("id"))
    unknown = set(entry) - _SIGN_KEYS
    if unknown:
        raise EvidenceDeskError(
            f"rules/{file}: sign {sign!r} has keys {sorted(unknown)}, which mean nothing"
        )

    def flag(name: str) -> bool:
        return name in defaults or entry.get(name) == "true"

    return Sign(
        id=sign,
        phrases=_phrases(entry, "", file, make),
        exceptions=_phrases(entry, "except", file, make),
        unless=_phrases(entry, "unless", file, make),
        hold=next((hold for name, hold in _HOLDS.items() if flag(name)), Hold.LOOSE),
        age=next((age for name, age in _AGES.items() if flag(name)), Age.ENDS),
        **{name.replace("-", "_"): flag(name) for name in _FLAGS},
    )


def _phrases(entry: Mapping[str, object], key: str, file: str, make: _Make) -> dict[str, Phrases]:
    """The phrases of a sign under `key` by language: `except` holds the English ones, `except-es` the Spanish."""
    found: dict[str, Phrases] = {}
    for language in LANGUAGES:
        name = language if not key else key if language == "en" else f"{key}-{language}"
        if name in entry:
            texts = _texts(entry[name], f"rules/{file}: {entry.get('id')}.{name}")
            found[language] = make(texts, language)
    return found


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


def rulebook_of(
    data: Mapping[str, Iterable[Mapping[str, object]]], file: str, make: _Make = Phrases.of
) -> Rulebook:
    """The rulebook of a parsed rule file; EvidenceDeskError says what is wrong in it and where."""
    defaults = _texts(data.get("defaults", []), f"rules/{file}: defaults")
    signs: dict[str, Sign] = {}
    for entry in data["signs"]:
        sign = _sign(entry, defaults, file, make)
        if sign.id in signs:
            raise EvidenceDeskError(
                f"rules/{file}: sign {sign.id!r} stands twice; wanted each once"
            )
        signs[sign.id] = sign
    return Rulebook(signs, tuple(_rule(entry, signs, file) for entry in data["rules"]))


@cache
def rulebook(file: str) -> Rulebook:
    """The rulebook of a file of `qa/rules/`, whose phrases are all looked at by a test."""
    return rulebook_of(rule_file(file), file, Phrases)  # type: ignore[arg-type]
