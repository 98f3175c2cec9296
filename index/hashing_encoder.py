"""An encoder without a model: hashed words. The second implementation of `Encoder`, for tests.

Knows nothing of meaning: texts are near where they share words. Loads nothing, so tests of everything
around an encoder stay quick.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from corpus.words import words
from index.vectors import Vectors


class HashingEncoder:
    """Each word adds 1 to a few of `dimension` numbers, chosen by its hash."""

    engine = "hashing"
    reads_alike = True

    def __init__(self, *, dimension: int = 256, window: int = 64) -> None:
        self.dimension = dimension
        self.window = window
        self.name = f"hashed words, {dimension}"
        self.digest = hashlib.sha256(f"hashing 1 {dimension} {window}".encode()).hexdigest()

    def tokens(self, text: str) -> int:
        """How many words a passage has."""
        return len(words(text))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question."""
        return self._rows(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""
        return self._rows(texts)

    def lasting(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage: here they are always the same."""
        return self._rows(texts)

    def _rows(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 1e-3  # a text without words has a direction too
            for word in words(text)[: self.window]:
                hashed = hashlib.blake2b(
                    word.folded.encode("utf-8", "replace"), digest_size=8
                ).digest()
                row[int.from_bytes(hashed, "big") % self.dimension] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / lengths, dtype=np.float32)
