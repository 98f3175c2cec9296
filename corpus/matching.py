"""Concepts in a text: exact names first, then inflected, then misspelt.

Finds names only. What a question means by them is understood in `qa.understanding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from corpus.vocabulary import LANGUAGES, Kind, Vocabulary
from corpus.words import REMEMBERED, Word, commonness, is_foreign, stem, words


class How(IntEnum):
    """How a name was recognised."""

    EXACT = 0
    MISSPELT = 1
    COMPOSED = 2  # two mentions that mean a third concept together


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept, or several that share a name, named in `text[start:end]`."""

    concepts: tuple[str, ...]
    start: int
    end: int
    how: How


# Little words that people put inside a name: "slipped a disc", "pain in the knee".
_GLUE = frozenset(
    "a an the my your his her our their this that in of on at to is i have has got and both".split()
)
# Words that English does not have, and that hardly any Spanish or German sentence does without.
_FOREIGN = frozenset(
    "el los las una que para por del sirve ayuda hay der das und ist mit fur bei hilft gegen nicht wie eine einen gibt es".split()
)
# A Chinese name may not skip anything.
_MOST_GLUE = 2

Name = tuple[str, ...]


def _name(text: str) -> Name:
    return tuple(stem(word.folded) for word in words(text))


def _allowance(length: int) -> int:
    """How many slips a word of this length may have and still be that word.

    Shorter words are read by `_slip_of_the_key` alone: one slip turns "heal" into "heel" and "hop" into "hip".
    """
    if length < 5:
        return 0
    return 1 if length < 8 else 2


def _once(word: str) -> str:
    """The word with doubled letters written once: "shamm"."""
    return "".join(letter for place, letter in enumerate(word) if letter != word[place - 1 : place])


def _slip_of_the_key(word: str, known: str) -> bool:
    """True where a short word is `known` with one letter lost or two swapped: "bak", "bakc"."""
    return word[0] == known[0] and (
        (len(known) == len(word) + 1 and len(known) > 3)
        or (len(known) == len(word) > 3 and sorted(word) == sorted(known))
    )


class Gazetteer:
    """All names of a vocabulary, ready to be looked up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        names: dict[Name, dict[str, None]] = {}
        for concept in vocabulary.concepts.values():
            for language in LANGUAGES:
                for text in concept.names[language]:
                    names.setdefault(_name(text), {})[concept.id] = None
        names.pop((), None)
        self._concepts = {name: tuple(ids) for name, ids in names.items()}
        # A figure of speech is not taken apart: "weeks of back pain" are not "weeks back".
        self._fixed = frozenset(
            name
            for name, ids in self._concepts.items()
            if all(vocabulary[one].kind is Kind.PHRASE for one in ids)
        )
        self._starts: dict[str, list[Name]] = {}
        for name in self._concepts:
            self._starts.setdefault(name[0], []).append(name)
        for same in self._starts.values():
            same.sort(key=lambda name: (-len(name), name))
        self._words = frozenset(word for name in self._concepts for word in name)
        by_length: dict[int, list[str]] = {}
        for word in sorted(self._words):
            if word.isascii() and word.isalpha():
                by_length.setdefault(len(word), []).append(word)
        self._by_length = by_length
        self._respelt: dict[str, str] = {}

    def knows(self, word: str) -> bool:
        """True where the folded word is part of a name."""
        return stem(word) in self._words

    def respelt(self, word: str, *, foreign: bool = False) -> str:
        """The stem of a folded word; of the nearest word of any name where it looks misspelt.

        Only words which everyday English does not have are taken for misspelt; in a `foreign` text neither
        are those which everyday Spanish or German has.
        """
        plain = stem(word)
        if plain in self._words or not word.isascii() or not word.isalpha():
            return plain
        if commonness(word) or commonness(plain) or len(word) < 3:
            return plain
        if plain not in self._respelt:
            self._respelt[plain] = self._nearest(plain)
        near = self._respelt[plain]
        return plain if near != plain and foreign and is_foreign(word) else near

    def _nearest(self, word: str) -> str:
        best: tuple[int, int, int, str] | None = None
        for length in range(len(word) - 2, len(word) + 3):
            for known in self._by_length.get(length, ()):
                most = min(_allowance(len(word)), _allowance(len(known)))
                if not most:
                    most = int(_slip_of_the_key(word, known) or _once(word) == _once(known))
                slips = DamerauLevenshtein.distance(word, known, score_cutoff=most)
                # A slip in the first letter is rarer than the chance of another word altogether.
                if most and slips <= most and (known[0] == word[0] or slips == 1):
                    found = (slips, int(known[0] != word[0]), -commonness(known), known)
                    best = found if best is None else min(best, found)
        return best[3] if best else word

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The names in `text`, longest first at each place, none overlapping, in order."""
        if len(text) > REMEMBERED:
            return tuple(self.find(words(text)))
        return _mentions(self, text)

    def _here(self, name: Name, stems: Sequence[str], at: int) -> int | None:
        """The place after `name` where it stands at `at` (little words inside allowed), or None."""
        place, skipped = at, 0 if name not in self._fixed else _MOST_GLUE
        for position, part in enumerate(name):
            while (
                position
                and place < len(stems)
                and stems[place] != part
                and stems[place] in _GLUE
                and skipped < _MOST_GLUE
            ):
                place += 1
                skipped += 1
            if place >= len(stems) or stems[place] != part:
                return None
            place += 1
        return place

    def find(self, spelt: Sequence[Word]) -> list[Mention]:
        """The names in a run of words."""
        foreign = any(word.folded in _FOREIGN for word in spelt)
        stems = [self.respelt(word.folded, foreign=foreign) for word in spelt]
        there = frozenset(stems)
        found: list[Mention] = []
        at = 0
        while at < len(stems):
            for name in self._starts.get(stems[at], ()):
                if not there.issuperset(name):
                    continue
                after = self._here(name, stems, at)
                if after is not None:
                    exact = all(
                        stem(word.folded) == part
                        for word, part in zip(spelt[at:after], stems[at:after], strict=True)
                    )
                    found.append(
                        Mention(
                            self._concepts[name],
                            spelt[at].start,
                            spelt[after - 1].end,
                            How.EXACT if exact else How.MISSPELT,
                        )
                    )
                    at = after
                    break
            else:
                at += 1
        return found


@lru_cache(maxsize=8)
def gazetteer(vocabulary: Vocabulary) -> Gazetteer:
    """The gazetteer of a vocabulary, made once."""
    return Gazetteer(vocabulary)


@lru_cache(maxsize=16_384)
def _mentions(names: Gazetteer, text: str) -> tuple[Mention, ...]:
    return tuple(names.find(words(text)))


def composed(vocabulary: Vocabulary, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions with those joined that mean a third concept together ("arthritis", "knee").

    A part stays where it also stands for itself in no joined concept; order is kept.
    """
    named = {concept for mention in mentions for concept in mention.concepts}
    joined: list[Mention] = []
    used: set[str] = set()
    for concept in vocabulary.concepts.values():
        for parts in concept.made_of:
            if named.issuperset(parts) and concept.id not in named:
                whole = [one for one in mentions if set(one.concepts) & set(parts)]
                start, end = min(one.start for one in whole), max(one.end for one in whole)
                joined.append(Mention((concept.id,), start, end, How.COMPOSED))
                used.update(parts)
                break
    kept = [one for one in mentions if not set(one.concepts) <= used]
    return tuple(sorted((*kept, *joined), key=lambda one: (one.start, one.end, one.concepts)))


def concepts(vocabulary: Vocabulary, text: str, kind: Kind | None = None) -> tuple[str, ...]:
    """The ids of the concepts that `text` names, in order of appearance, each once."""
    found = composed(vocabulary, gazetteer(vocabulary).mentions(text))
    ids = dict.fromkeys(one for mention in found for one in mention.concepts)
    return tuple(one for one in ids if kind is None or vocabulary[one].kind is kind)
