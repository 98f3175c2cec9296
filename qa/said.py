"""The vectors of what was said: a question, its sentences and pieces, each text encoded once.

Encoding is most of what an answer costs, and several readers look at the same words. How a text ends changes nothing:
"knee pain?" is "knee pain".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.library import Library
from index.vectors import Vectors

_ENDS = " \t\n.?!…。？！"


class Said:
    """Vectors of texts, kept as long as one question is being answered."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._questions: dict[str, Vectors] = {}
        self._pieces: dict[str, Vectors] = {}

    def question(self, text: str) -> Vectors:
        """A whole question as float32[dimension], to be set beside passages."""
        words = _without_end(text)
        if words not in self._questions:
            self._questions[words] = self._library.question_vector(words)
        return self._questions[words]

    def pieces(self, texts: Sequence[str]) -> Vectors:
        """A text and pieces of it, each once, as float32[pieces, dimension], to be set beside examples.

        The first is the whole.
        """
        every = list(dict.fromkeys(map(_without_end, texts)))
        missing = [one for one in every if one not in self._pieces]
        if missing and missing[0] == every[0] and self._library.encoder.reads_alike:
            whole = missing.pop(0)
            self._pieces[whole] = self.question(whole)
        if missing:
            rows = self._library.text_vectors(missing)
            self._pieces |= dict(zip(missing, rows, strict=True))
        return np.stack([self._pieces[one] for one in every])


def _without_end(text: str) -> str:
    return text.rstrip(_ENDS) or text
