"""The order of scored positions: rounded score first, then position.

Positions count passages sorted by id, so that the smaller position is the smaller passage id.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Two processors may add in another order; what they disagree on is below this digit.
SCORE_DIGITS = 6


class Scored(NamedTuple):
    """A position and its rounded score."""

    position: int
    score: float


def best(positions: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> tuple[Scored, ...]:
    """The `k` best of `positions`, best first; equal rounded scores in the order of position.

    >>> best(np.array([4, 2, 7]), np.array([0.5, 0.50000001, 0.9], dtype=np.float32), 2)
    (Scored(position=7, score=0.9), Scored(position=2, score=0.5))
    """
    rounded = np.round(scores.astype(np.float64), SCORE_DIGITS)
    order = np.lexsort((positions, -rounded))[: max(k, 0)]
    return tuple(map(Scored, positions[order].tolist(), rounded[order].tolist()))
