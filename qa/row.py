"""A text as a row of words, in which phrases are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

_LONGEST_STEM = 24  # letters before the `*` of a phrase


def _keys(word: str) -> tuple[str, ...]:
    return (word, *(f"{word[:end]}*" for end in range(1, min(len(word), _LONGEST_STEM) + 1)))


@dataclass(frozen=True)
class Row:
    """A text as a row of words; sentence ends are the word `.`, pauses the word `,`."""

    words: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """The words, each with a space before it, and one at the end."""
        return "".join(f" {one}" for one in self.words) + " "

    @cached_property
    def places(self) -> list[tuple[tuple[str, ...], int]]:
        """For each word what openings it may be (`numbness`: `n*`, `nu*`, ...), and its place in the text."""
        ends = accumulate(len(one) + 1 for one in self.words)
        starts = (end - len(one) - 1 for one, end in zip(self.words, ends, strict=True))
        return [(_keys(one), start) for one, start in zip(self.words, starts, strict=True)]

    def bounds(self, span: tuple[int, int]) -> tuple[int, int]:
        """The first word of the sentence around `span`, and the word after its last."""
        start = max((at + 1 for at in range(span[0]) if self.words[at] == "."), default=0)
        ends = (at for at in range(span[1], len(self.words)) if self.words[at] == ".")
        return start, next(ends, len(self.words))

    def sentence(self, span: tuple[int, int]) -> Row:
        """The sentence around `span`."""
        start, end = self.bounds(span)
        return Row(self.words[start:end])
