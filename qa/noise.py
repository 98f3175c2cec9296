"""Texts that hold no words to answer: nothing at all, markup, program code, keyboard noise."""

from __future__ import annotations

import re

from qa.plain_text import plain
from qa.spelling import right_words

# Markup and code that nobody writes in a question; "p < 0.05" and "(p<0.05)" are none.
_MARKUP = re.compile(
    r"<\s*/?\s*(?:script|img|svg|iframe|body|div|style|object|embed|form|input|link|meta|a\s+href)\b"
    r"|\bon(?:error|load|click|mouseover|focus)\s*="
    r"|javascript:|data:text/html|document\.cookie|\balert\s*\("
    r"|\"role\"\s*:|\[\[.*\]\]|\{\{.*\}\}|\$\{.*\}|<\?php|<%.*%>"
    r"|\bunion\s+(?:all\s+)?select\b|\bdrop\s+table\b|\bselect\s+\*\s+from\b|;\s*--|'\s*or\s+'?1'?\s*=\s*'?1"
    r"|\brm\s+-rf\b|\.\./\.\./",
    re.IGNORECASE,
)
_TAG = re.compile(r"<\s*/?\s*[a-z][^<>]*>", re.IGNORECASE)
_REPEATED = re.compile(r"(.)\1{3,}")
_NO_VOWEL = re.compile(r"[^aeiouy]{6,}|^[^aeiouy]{4,}$")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm")
_ROW_RUN = 4
_SHORTEST_NOISE = 4


def empty(text: str) -> bool:
    """True where the text holds no letter of any script."""
    return not any(one.isalpha() for one in text)


def markup(text: str) -> bool:
    """True where the text is markup or program code, or nothing but tags around a word or two."""
    return bool(_MARKUP.search(text)) or (
        bool(_TAG.search(text)) and len(plain(_TAG.sub(" ", text)).split()) < 2
    )


def keyboard_noise(text: str) -> bool:
    """True where every longer word is no word: `asdfghjkl`, `xxxxxxx`.

    Needs a reason for each word (no vowels, one letter over and over, a run along the keyboard), since a word that
    no list knows may be the name of a condition.
    """
    words = [one for one in plain(text).split() if one.isalpha()]
    longer = [one for one in words if len(one) >= _SHORTEST_NOISE]
    return bool(longer) and len(longer) * 2 >= len(words) and all(map(_noise, longer))


def _noise(word: str) -> bool:
    if not word.isascii() or any(word in right_words(one) for one in ("en", "es", "de")):
        return False
    along = any(
        row[place : place + _ROW_RUN] in word or row[place : place + _ROW_RUN][::-1] in word
        for row in _ROWS
        for place in range(len(row) - _ROW_RUN + 1)
    )
    return along or bool(_REPEATED.search(word)) or bool(_NO_VOWEL.search(word))
