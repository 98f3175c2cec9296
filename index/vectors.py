"""The vector store: exact inner product over unit vectors. The only door to FAISS.

Knows positions, not passages. Approximate stores for large collections are left out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexUnusableError
from index.ranking import Scored, best

Vectors = NDArray[np.float32]


@cache
def _faiss() -> ModuleType:
    import faiss  # noqa: PLC0415 - the door: heavy, loaded when a store is opened

    # One thread a query: a second one makes single queries slower on a busy machine.
    faiss.omp_set_num_threads(1)
    return faiss


class VectorStore:
    """Unit vectors, found by how near they are."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS ships no types
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> VectorStore:
        """A store of float32[n, dimension] rows of length 1; n may be 0."""
        index = _faiss().IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path, *, count: int, dimension: int) -> VectorStore:
        """The store that `save` wrote.

        IndexUnusableError where it cannot be read, or holds another number of vectors or dimensions.
        """
        try:
            index = _faiss().deserialize_index(np.fromfile(path, dtype=np.uint8))
        except (OSError, RuntimeError) as exc:
            raise IndexUnusableError(
                f"{path}: found a file that is no vector store; wanted {count} vectors; build the index again"
            ) from exc
        if (index.ntotal, index.d) != (count, dimension):
            raise IndexUnusableError(
                f"{path}: found {index.ntotal} vectors of {index.d} numbers; wanted {count} of {dimension}; "
                "build the index again"
            )
        return cls(index)

    def save(self, path: Path) -> None:
        """Write the store to `path`."""
        _faiss().serialize_index(self._index).tofile(path)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    def search(self, vector: Vectors, k: int) -> tuple[Scored, ...]:
        """The `k` nearest to float32[dimension], or all where there are fewer, best first."""
        k = min(k, len(self))
        if k <= 0:
            return ()
        row = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self.dimension)
        width = k
        while True:
            # Whoever ties with the last place must be seen before the order of ids can decide.
            width = min(2 * width + 8, len(self))
            scores, positions = self._index.search(row, width)
            found = positions[0] >= 0  # FAISS pads with -1, which would index the last passage
            ordered = best(positions[0][found], scores[0][found], width)
            if width == len(self) or ordered[-1].score < ordered[k - 1].score:
                return ordered[:k]
