"""What a vector store is, and which sort of one a collection gets.

Knows positions, not passages. The stores themselves are in `faiss_stores`.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.ranking import Scored
from index.selection import Selection

Vectors = NDArray[np.float32]


class Kind(StrEnum):
    """How a store keeps its vectors."""

    FLAT = "flat"  # as they are: exact
    HALF = "half"  # numbers of two bytes, all compared: exact but for the fourth digit of a score
    FAST = "fast"  # codes of half a byte for four numbers find candidates, numbers of two bytes order them


# Measured on two busy cores, 384 numbers a vector, one search for 10 (`evidence-desk bench --stores`), milliseconds:
#              flat   half   fast
#     20 000    1.1    0.6    0.6
#     50 000    4.1    1.7    0.8
#    100 000   10.8    9.0    1.0
#  1 000 000  123     60      6.2
# Encoding the question takes 2 to 4. So up to `_FLAT_MOST` a quicker store would spare nothing that is felt, and up to
# `_HALF_MOST` half the memory is worth having and an approximation is not.
_FLAT_MOST = 20_000
_HALF_MOST = 50_000


def kind_for(count: int) -> Kind:
    """The kind of store that so many vectors get."""
    if count <= _FLAT_MOST:
        return Kind.FLAT
    return Kind.HALF if count <= _HALF_MOST else Kind.FAST


class VectorStore(Protocol):
    """Unit vectors, found by how near they are.

    Safe to share between threads. Equal vectors in equal order make equal files and give equal answers.
    """

    @property
    def kind(self) -> Kind:
        """How the vectors are kept."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def __len__(self) -> int:
        """How many vectors there are."""

    def search(
        self, vector: Vectors, k: int, *, among: Selection | None = None
    ) -> tuple[Scored, ...]:
        """The `k` nearest to float32[dimension], or all where there are fewer, best first; equal scores by position.

        With `among`, of the selected ones only. An approximate store may miss some of them, but never gives others.
        """

    def save(self, path: Path) -> None:
        """Write the store to `path`."""
