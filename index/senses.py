"""Senses: which concept a text describes without naming it, by its likeness to example paraphrases.

Gives scores only; which of them count, and when names come first, is decided in `qa.by_meaning`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexUnusableError
from index.vectors import Vectors

CONCEPTS = "sense-concepts.json"
EXAMPLES = "sense-examples.npy"
WEIGHTS = "sense-weights.npy"
EVERYDAY = ""  # the class of talk that describes nothing
# Gaussian kernel and ridge, chosen on 160 lay descriptions and 220 uncovered questions: of the kernels and linear
# classifiers tried, the one that took fewest uncovered questions for covered ones at equal recall.
_SHARPNESS, _RIDGE = 3.0, 0.1
_DIGITS = 4  # texts encoded in another batch differ below this


@dataclass(frozen=True, eq=False)
class Senses:
    """Kernel ridge regression (Saunders et al. 1998) from the vectors of paraphrases to their concepts."""

    concepts: tuple[str, ...]
    _examples: Vectors  # float32[paraphrases, dimension], of length 1
    _weights: Vectors  # float32[paraphrases, concepts]

    @classmethod
    def fitted(cls, vectors: Vectors, labels: Sequence[str | None]) -> Senses:
        """The senses of paraphrases by their vectors, one label each; None for everyday talk."""
        named = [EVERYDAY if one is None else one for one in labels]
        concepts = tuple(sorted(set(named)))
        wanted = np.zeros((len(named), len(concepts)))
        wanted[np.arange(len(named)), [concepts.index(one) for one in named]] = 1.0
        kernel = _kernel(vectors, vectors)
        weights = np.linalg.solve(kernel + _RIDGE * np.eye(len(named)), wanted)
        return cls(concepts, vectors, np.asarray(weights, dtype=np.float32))

    @classmethod
    def load(cls, folder: Path, *, dimension: int) -> Senses:
        """The senses that `save` wrote, the arrays left on disk until they are read.

        IndexUnusableError where they do not fit together.
        """
        concepts = tuple(json.loads((folder / CONCEPTS).read_text(encoding="utf-8")))
        if not concepts:
            empty = np.zeros((0, dimension), dtype=np.float32)
            return cls((), empty, empty[:, :0])
        examples, weights = (np.load(folder / one, mmap_mode="r") for one in (EXAMPLES, WEIGHTS))
        shapes = (examples.shape, weights.shape)
        if shapes != ((len(weights), dimension), (len(examples), len(concepts))):
            raise IndexUnusableError(
                f"{folder}: found senses of shapes {shapes} for {len(concepts)} concepts; build the index again"
            )
        return cls(concepts, examples, weights)

    def save(self, folder: Path) -> None:
        """Write the senses to `folder`."""
        (folder / CONCEPTS).write_text(json.dumps(self.concepts), encoding="utf-8")
        if self.concepts:
            np.save(folder / EXAMPLES, self._examples, allow_pickle=False)
            np.save(folder / WEIGHTS, self._weights, allow_pickle=False)

    def scores(self, vectors: Vectors) -> Mapping[str, float]:
        """How well the likest of the texts `vectors` (float32[texts, dimension]) describes each concept; about 0 to 1."""
        if not self.concepts or not len(vectors):
            return {}
        best = (_kernel(vectors, self._examples) @ self._weights).max(axis=0)
        return {
            concept: round(float(score), _DIGITS)
            for concept, score in zip(self.concepts, best, strict=True)
        }


def _kernel(one: Vectors, other: Vectors) -> NDArray[np.float64]:
    """The Gaussian kernel of unit vectors: exp(-sharpness * |one - other|²)."""
    likeness = one.astype(np.float64) @ other.T.astype(np.float64)
    return np.exp(-_SHARPNESS * (2.0 - 2.0 * likeness))
