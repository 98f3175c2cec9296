"""Senses: which concept a text describes without naming it, by its likeness to examples.

Gives scores only; which of them count, and when names come first, is decided in `qa.by_meaning` for concepts and in
`qa.alarm_by_meaning` for alarms.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from corpus.errors import IndexUnusableError
from index.vectors import Vectors

CONCEPTS, ALARMS = "sense", "alarm"  # how the files of each begin
EVERYDAY = ""  # the class of talk that describes nothing
# Gaussian kernel and ridge, chosen on 160 lay descriptions and 220 uncovered questions: of the kernels and linear
# classifiers tried, the one that took fewest uncovered questions for covered ones at equal recall. Alarms, whose words
# vary more, want a wider kernel: of 0.5, 1, 1.5, 2, 3 and 5, the one with most recall at one wrong alarm in a hundred.
_SHARPNESS = {CONCEPTS: 3.0, ALARMS: 1.5}
_RIDGE = 0.1
_DIGITS = 4  # texts encoded in another batch differ below this


@dataclass(frozen=True, eq=False)
class Senses:
    """Kernel ridge regression (Saunders et al. 1998) from the vectors of examples to their concepts."""

    concepts: tuple[str, ...]
    _examples: Vectors  # float32[examples, dimension], of length 1
    _weights: Vectors  # float32[examples, concepts]
    _of: str = CONCEPTS  # or ALARMS

    @classmethod
    def fitted(cls, vectors: Vectors, labels: Sequence[str | None], of: str = CONCEPTS) -> Senses:
        """The senses of examples by their vectors, one label each; None for everyday talk."""
        named = [EVERYDAY if one is None else one for one in labels]
        concepts = tuple(sorted(set(named)))
        wanted = np.zeros((len(named), len(concepts)))
        wanted[np.arange(len(named)), [concepts.index(one) for one in named]] = 1.0
        kernel = _kernel(vectors, vectors, _SHARPNESS[of])
        weights = np.linalg.solve(kernel + _RIDGE * np.eye(len(named)), wanted)
        return cls(concepts, vectors, np.asarray(weights, dtype=np.float32), of)

    @classmethod
    def load(cls, folder: Path, *, dimension: int, of: str = CONCEPTS) -> Senses:
        """The senses that `save` wrote, the arrays left on disk until they are read.

        IndexUnusableError where they do not fit together.
        """
        names, *arrays = (folder / one for one in _files(of))
        concepts = tuple(json.loads(names.read_text(encoding="utf-8")))
        if not concepts:
            empty = np.zeros((0, dimension), dtype=np.float32)
            return cls((), empty, empty[:, :0], of)
        examples, weights = (np.load(one, mmap_mode="r") for one in arrays)
        shapes = (examples.shape, weights.shape)
        if shapes != ((len(weights), dimension), (len(examples), len(concepts))):
            raise IndexUnusableError(
                f"{folder}: found senses of shapes {shapes} for {len(concepts)} concepts; build the index again"
            )
        return cls(concepts, examples, weights, of)

    def save(self, folder: Path) -> None:
        """Write the senses to `folder`."""
        names, examples, weights = (folder / one for one in _files(self._of))
        names.write_text(json.dumps(self.concepts), encoding="utf-8")
        if self.concepts:
            np.save(examples, self._examples, allow_pickle=False)
            np.save(weights, self._weights, allow_pickle=False)

    def scores(self, vectors: Vectors) -> Mapping[str, float]:
        """How well the likest of the texts `vectors` (float32[texts, dimension]) describes each concept; about 0 to 1."""
        if not self.concepts or not len(vectors):
            return {}
        _one_thread()
        # In 32-bit numbers: 64 bits would copy all examples and weights for each question, which took ten times as long
        # and never moved a score by more than its last digit.
        kernel = _gaussian(vectors @ self._examples.T, _SHARPNESS[self._of])
        best = (kernel.astype(np.float32) @ self._weights).max(axis=0)
        return {
            concept: round(float(score), _DIGITS)
            for concept, score in zip(self.concepts, best, strict=True)
        }


@cache
def _one_thread() -> None:
    """Let numpy multiply in one thread from now on, as all that answers a question computes.

    The products are small, so a second thread gains little, and on a busy machine the first waits for it: on two cores
    at a load of 8, scores took 3.7 ms at the median and 9.9 at the mean, and 0.4 and 0.9 in one thread.
    """
    threadpool_limits(limits=1, user_api="blas")


def _files(of: str) -> tuple[str, str, str]:
    return f"{of}-concepts.json", f"{of}-examples.npy", f"{of}-weights.npy"


def _kernel(one: Vectors, other: Vectors, sharpness: float) -> NDArray[np.float64]:
    """The Gaussian kernel of unit vectors, in the numbers that an equation of many examples is solved in."""
    return _gaussian(one.astype(np.float64) @ other.T.astype(np.float64), sharpness)


def _gaussian(likeness: NDArray[np.floating[Any]], sharpness: float) -> NDArray[np.float64]:
    """exp(-sharpness * |one - other|²) of unit vectors, by their products."""
    return np.exp(-sharpness * (2.0 - 2.0 * likeness.astype(np.float64)))
