"""Sentences of a text, with exact places; the splitting itself is sentencex's.

Offsets are produced while splitting, never searched for afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sentencex import segment

Span = tuple[int, int]


@lru_cache(maxsize=16_384)
def sentence_spans(text: str) -> tuple[Span, ...]:
    """The places of the sentences of `text`, in order, without the white space around them.

    A line break ends a sentence. A stretch without letters or digits (a stray stop) belongs to the
    sentence before it in its line; one without letters (a list's "2.") to the one after.

    >>> sentence_spans("Seen in 3 522 people. It helped, Wang et al. found.")
    ((0, 21), (22, 51))
    """
    spans: list[Span] = []
    at = 0
    for line in text.split("\n"):
        spans.extend(_line_spans(line, at))
        at += len(line) + 1
    return tuple(spans)


def _line_spans(line: str, begin: int) -> list[Span]:
    """The sentences of one line whose first character stands at `begin`."""
    spans: list[Span] = []
    offset = begin
    waits = False  # the last span has no letter yet: what comes next belongs to it
    for length in _lengths(line):
        piece = line[begin - offset : begin - offset + length]
        inner = piece.strip()
        if inner:
            lead = begin + len(piece) - len(piece.lstrip())
            end = lead + len(inner)
            has_letters = any(character.isalpha() for character in inner)
            has_words = has_letters or any(character.isalnum() for character in inner)
            if spans and (waits or not has_words):
                spans[-1] = (spans[-1][0], end)
                waits = waits and not has_letters
            else:
                spans.append((lead, end))
                waits = not has_letters
        begin += length
    return spans


_SPACE = re.compile(r"\s")  # just what `str.isspace` knows


def _lengths(line: str) -> Iterator[int]:
    """The lengths of the pieces that the line is split into."""
    # The splitter takes white space of several bytes ("B\u3000.") for one byte and gives up.
    plain = _SPACE.sub(" ", line)
    return (len(piece) for piece in segment("en", plain))


def is_sentence_span(text: str, start: int, end: int) -> bool:
    """True where `text[start:end]` is one or more whole neighbouring sentences of one line."""
    spans = sentence_spans(text)
    return (
        any(start == begin for begin, _ in spans)
        and any(end == stop for _, stop in spans)
        and start < end
        and "\n" not in text[start:end]
    )
