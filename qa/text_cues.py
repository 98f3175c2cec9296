"""The text that cue patterns are matched against: folded, so that spelling and accents do not matter."""

from __future__ import annotations

import re

from corpus.words import words

_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


def cue_text(text: str) -> str:
    """The folded words of `text`: Chinese unparted, the rest by single spaces.

    >>> cue_text("Isn't it sciática?")
    'isnt it sciatica'
    """
    return _BETWEEN_HAN.sub("", " ".join(word.folded for word in words(text)))
