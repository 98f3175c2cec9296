"""Words of a text, folded for comparison, with their exact places.

Folding: compatibility forms, case, accents, apostrophes and what shows nothing go; each Chinese character is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.word_counts import everyday

_APOSTROPHES = frozenset("'’‘`´ʼ")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: how it compares, and where it stands in the original text."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=16_384)
def _fold_character(character: str) -> str:
    if character in _APOSTROPHES or unicodedata.category(character) == "Cf":
        return ""  # "Cf" shows nothing: a soft hyphen, a space of no width
    plain = unicodedata.normalize("NFKD", character)
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()


# Questions and sentences come again; keeping the words of whole abstracts would fill the memory.
REMEMBERED = 1000  # characters


def words(text: str) -> tuple[Word, ...]:
    """The words of `text` in order.

    >>> [one.folded for one in words("Can't it wait, Müller's knee?")]
    ['cant', 'it', 'wait', 'mullers', 'knee']
    """
    return _known_words(text) if len(text) <= REMEMBERED else _words(text)


@lru_cache(maxsize=16_384)
def _known_words(text: str) -> tuple[Word, ...]:
    return _words(text)


def _words(text: str) -> tuple[Word, ...]:
    if text.isascii():
        return tuple(_plain_words(text))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in _fold_character(character):
            folded.append(one)
            places.append(place)
    line = "".join(folded)
    return tuple(
        Word(match[0], places[match.start()], places[match.end() - 1] + 1)
        for match in _WORD.finditer(line)
    )


_PLAIN_WORD = re.compile(r"[A-Za-z0-9]+(?:['`]+[A-Za-z0-9]+)*")
_PLAIN_APOSTROPHES = str.maketrans("", "", "'`")


def _plain_words(text: str) -> Iterator[Word]:
    """The words of a text without accents, as most are: the same as below, many times faster."""
    for match in _PLAIN_WORD.finditer(text):
        word = match[0].lower()
        if "'" in word or "`" in word:
            word = word.translate(_PLAIN_APOSTROPHES)
        yield Word(word, match.start(), match.end())


def fold(text: str) -> str:
    """The folded words of `text`, parted by single spaces."""
    return " ".join(one.folded for one in words(text))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word without a plural ending; other endings are left alone.

    >>> [stem(one) for one in ("knees", "injuries", "crutches", "sciatica", "pus", "arthritis")]
    ['knee', 'injury', 'crutch', 'sciatica', 'pus', 'arthritis']
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=65_536)
def is_foreign(word: str) -> bool:
    """True where the word, its accents folded or not, is an everyday one of Spanish or German."""
    return any(everyday(language)[word.lower()] > 0 for language in ("es", "de"))


@lru_cache(maxsize=65_536)
def commonness(word: str) -> int:
    """How often everyday English uses the folded word, in counts of pyspellchecker's list; 0 where never."""
    return everyday("en")[word.lower()]
