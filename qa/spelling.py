"""Misspelt words read as the words that the rules know.

A word is left alone where it is right as it stands: "thumb" is never "numb". Only the rules read this way;
what the asker wrote is shown as written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from corpus.word_counts import everyday
from qa.plain_text import plain

_SHORTEST = 4  # shorter words have too many neighbours
_ONE_SLIP = 5
_TWO_SLIPS = 8


@cache
def right_words(language: str) -> frozenset[str]:
    """The words of everyday use in a language, in one spelling; none for Chinese."""
    if language not in {"en", "es", "de"}:
        return frozenset()
    common = (word for word in everyday(language).common if word.isalpha())
    return frozenset(word if word.isascii() else plain(word) for word in common)


@dataclass(frozen=True)
class Speller:
    """Reads misspelt words as words it knows: `numness` as `numbness`."""

    language: str
    known: frozenset[str]

    @cached_property
    def _choices(self) -> list[str]:
        return sorted(one for one in self.known if len(one) >= _SHORTEST and one.isalpha())

    @cached_property
    def _by_letters(self) -> Mapping[str, str]:
        return {"".join(sorted(one)): one for one in reversed(self._choices)}

    def read(self, word: str) -> str:
        """The word that is meant, or the word itself where it is right or too far from all."""
        if len(word) < _SHORTEST or not (word.isalpha() and word.isascii()) or word in self.known:
            return word
        if word in right_words(self.language):
            return word
        # Two letters that changed places come first: `balck` is nearer to `black` than to `back`.
        further = self._near if len(word) >= _ONE_SLIP else self._longer
        return self._swapped(word) or further(word) or word

    def row(self, words: Iterable[str]) -> list[str]:
        """Each word read."""
        return [self.read(one) for one in words]

    def _swapped(self, word: str) -> str | None:
        meant = self._by_letters.get("".join(sorted(word)))
        return meant if meant is not None and meant[0] == word[0] else None

    def _longer(self, word: str) -> str | None:
        """A word that lost one letter: `bood` for `blood`."""
        found = [
            one
            for one in self._choices
            if len(one) == len(word) + 1
            and one[0] == word[0]
            and any(one[:at] + one[at + 1 :] == word for at in range(1, len(one)))
        ]
        return found[0] if found else None

    def _near(self, word: str) -> str | None:
        slips = 2 if len(word) >= _TWO_SLIPS else 1
        found = process.extractOne(word, self._choices, scorer=OSA.distance, score_cutoff=slips)
        return None if found is None else str(found[0])
