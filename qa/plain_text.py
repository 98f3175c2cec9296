"""A text in one spelling, as the rules and the readers of languages see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from qa.rule_files import rule_file

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ′＇"), "'")
_SENTENCE_ENDS = re.compile(r"[.!?。！？…¿¡]+")
_PAUSES = re.compile(r"[,;:，；：、()\[\]{}—–\"“”«»]+|(?<!\S)-(?!\S)")
_AND = re.compile(r"[&+＋]")
_UNIT = re.compile(r"(?<=\d)(?=[a-z])")
_FRACTION = re.compile(r"(?<=\d)[.,]\d+")
_IDEOGRAPH = re.compile(r"([㐀-䶿一-鿿豈-﫿])")
_NO_WORD = re.compile(r"[^\w\s.,']+|_+")
_PLAIN = re.compile(r"[a-z ]*")  # most of the rules, of which there are thousands at each start
_WILL = re.compile(r"'ll\b")
_CLITIC = re.compile(r"(?<=[a-z])'(s|d|ve|re)\b")


def plain(text: str) -> str:
    """The text in one spelling: no capitals, accents, full-width or invisible characters, single spaces.

    >>> plain("¿ME duele  el Corazón?")
    '. me duele el corazon .'
    """
    return " ".join(text.split()) if _PLAIN.fullmatch(text) else _in_one_spelling(text)


@lru_cache(maxsize=64)  # several readers look at one text
def _in_one_spelling(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(
        " " if unicodedata.category(one) == "Cc" else one
        for one in folded
        if unicodedata.category(one) not in {"Mn", "Cf"}
    )
    kept = kept.translate(_APOSTROPHES).translate(_simplified())
    kept = _UNIT.sub(" ", _FRACTION.sub("", kept))
    kept = _SENTENCE_ENDS.sub(" . ", kept)
    kept = _PAUSES.sub(" , ", kept)
    kept = _AND.sub(" and ", kept)
    kept = _IDEOGRAPH.sub(r" \1 ", kept)
    kept = _CLITIC.sub(r" \1", _WILL.sub(" will", kept))
    kept = _NO_WORD.sub(" ", kept).replace("'", "")
    return " ".join(kept.split())


@cache
def _simplified() -> Mapping[int, str]:
    """Traditional characters to simplified ones, as far as the rules use them."""
    pairs = str(rule_file("words.yaml")["traditional"]).split()
    return {ord(pair[0]): pair[1] for pair in pairs}
