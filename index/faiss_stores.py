"""Vector stores within the process: flat, half and fast. The only door to FAISS."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexUnusableError
from index.ranking import Scored, best
from index.selection import Selection
from index.vectors import Kind, Vectors, VectorStore, kind_for

# Candidates of the fast store for `k`: so many, and so many more for each one wanted. On 13 586 sentences of studies
# recall is 1.000 for 10, 0.999 for 50 and for 200; on a million made-up vectors 0.997 for 10, as much as comparing all
# of them in two bytes finds, and 0.999 for 200 (20 candidates for each wanted, the usual rule, gave 0.967 for 10).
_CANDIDATES, _FOR_EACH = 400, 5
# So many selected vectors or fewer are compared one by one, which takes 2 ms, and so is less than this share of all,
# where a search for candidates would have to be so wide that it took as long.
_FEW, _SMALL_SHARE = 50_000, 0.1
# Within a selection, a search so many times as wide must leave so many times the candidates. Of a filter by chance it
# does. Where fewer are left, the filter keeps what is far from the question; there codes tell little: with 1 for both,
# recall for 200 within such filters fell to 0.73 for some questions.
_WIDER, _LEFT = 2.0, 1.5
# Vectors that the codes are learned from, spread over all of them; FAISS takes 4096 by chance, always the same.
_LEARNED_FROM = 65_536
_CODES = 16  # of half a byte


@cache
def _faiss() -> ModuleType:
    import faiss  # noqa: PLC0415 - the door: heavy, loaded when a store is opened

    # One thread a query: a second one makes single queries slower on a busy machine. And one for learning codes: sums
    # in the same order every time.
    faiss.omp_set_num_threads(1)
    return faiss


def vector_store(vectors: Vectors, kind: Kind | None = None) -> VectorStore:
    """A store of float32[n, dimension] rows of length 1; n may be 0. Of the kind that fits n, unless one is given."""
    kind = kind_for(len(vectors)) if kind is None else kind
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    index = _empty(kind, rows.shape[1])
    if not len(rows):
        return _store(index, kind)
    if not index.is_trained:
        sample = rows[:: max(1, len(rows) // _LEARNED_FROM)]
        index.train(np.resize(sample, (max(len(sample), _CODES), rows.shape[1])))
    index.add(rows)
    return _store(index, kind)


def load_vector_store(path: Path, *, kind: Kind, count: int, dimension: int) -> VectorStore:
    """The store that `save` wrote, its vectors left on disk until they are read.

    IndexUnusableError where it cannot be read, or is of another kind, or holds another number of vectors or dimensions.
    """
    try:
        # Not by FAISS's own reader of files, which cannot open every path on Windows.
        content = np.memmap(path, dtype=np.uint8, mode="r")
        reader = _faiss().ZeroCopyIOReader(_faiss().swig_ptr(content), content.size)
        index = _faiss().read_index(reader)
    except (OSError, RuntimeError, ValueError) as exc:
        raise IndexUnusableError(
            f"{path}: found a file that is no vector store; wanted {count} vectors; build the index again"
        ) from exc
    if (index.ntotal, index.d) != (count, dimension):
        raise IndexUnusableError(
            f"{path}: found {index.ntotal} vectors of {index.d} numbers; wanted {count} of {dimension}; "
            "build the index again"
        )
    if _kind(index) is not kind:
        raise IndexUnusableError(
            f"{path}: found a vector store of kind {_kind(index) or type(index).__name__}; wanted {kind}; "
            "build the index again"
        )
    return _store(index, kind, content)


def _empty(kind: Kind, dimension: int) -> Any:  # noqa: ANN401 - FAISS ships no types
    faiss = _faiss()
    if kind is Kind.FLAT:
        return faiss.IndexFlatIP(dimension)
    by = faiss.METRIC_INNER_PRODUCT
    if kind is Kind.HALF:
        return faiss.index_factory(dimension, "SQfp16", by)
    together = next(size for size in (4, 3, 2, 1) if dimension % size == 0)
    index = faiss.index_factory(dimension, f"PQ{dimension // together}x4fs,Refine(SQfp16)", by)
    # FAISS writes a warning to the terminal where there are fewer; codes of few vectors may be as rough as they are.
    faiss.downcast_index(index.base_index).pq.cp.min_points_per_centroid = 1
    return index


def _kind(index: Any) -> Kind | None:  # noqa: ANN401
    faiss = _faiss()
    if isinstance(index, faiss.IndexFlatIP):
        return Kind.FLAT
    if isinstance(index, faiss.IndexScalarQuantizer):
        return Kind.HALF
    is_fast = isinstance(index, faiss.IndexRefine) and isinstance(
        faiss.downcast_index(index.base_index), faiss.IndexPQFastScan
    )
    return Kind.FAST if is_fast else None


def _store(index: Any, kind: Kind, content: object = None) -> VectorStore:  # noqa: ANN401
    return _Fast(index, content) if kind is Kind.FAST else _Whole(index, kind, content)


class _Kept:
    """What all kinds have: an index of FAISS."""

    def __init__(self, index: Any, kind: Kind, content: object) -> None:  # noqa: ANN401
        self._index = index
        self._content = content  # the mapped file, into which the index points
        self.kind = kind
        self.dimension = int(index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def save(self, path: Path) -> None:
        """Write the store to `path`."""
        _faiss().serialize_index(self._index).tofile(path)


class _Whole(_Kept):
    """All vectors are compared: the kinds `flat` and `half`."""

    def search(
        self, vector: Vectors, k: int, *, among: Selection | None = None
    ) -> tuple[Scored, ...]:
        """The `k` nearest to float32[dimension], best first."""
        among = None if among is None else among.checked(len(self))
        return _scanned(self._index, _row(vector, self.dimension), k, among)


class _Fast(_Kept):
    """Codes find candidates, which the vectors put in order: the kind `fast`."""

    def __init__(self, index: Any, content: object) -> None:  # noqa: ANN401
        super().__init__(index, Kind.FAST, content)
        self._codes = _faiss().downcast_index(index.base_index)
        self._vectors = _faiss().downcast_index(index.refine_index)

    def search(
        self, vector: Vectors, k: int, *, among: Selection | None = None
    ) -> tuple[Scored, ...]:
        """The `k` nearest to float32[dimension], best first, as far as the codes let them be candidates."""
        among = None if among is None else among.checked(len(self))
        k = min(k, len(self) if among is None else len(among))
        if k <= 0:
            return ()
        row = _row(vector, self.dimension)
        positions = self._candidates(row, _CANDIDATES + _FOR_EACH * k, among)
        if positions is None:
            return _scanned(self._vectors, row, k, among)
        # `einsum` and not `@`: a row's sum must not hang on where among the candidates it stands.
        scores = np.einsum("ij,j->i", self._vectors.reconstruct_batch(positions), row[0])
        return best(positions, scores, k)

    def _candidates(
        self, row: Vectors, wanted: int, among: Selection | None
    ) -> NDArray[np.int64] | None:
        """Positions with the nearest codes; None where all that are selected must be compared.

        FAISS's search by codes takes no selection. So it is made wider, and what it finds outside is dropped.
        """
        if among is None:
            found = self._nearest_codes(row, wanted)
            # Fewer are found where very many vectors are alike: FAISS leaves out what is as far as codes can tell.
            return found if len(found) == wanted else None
        share = len(among) / (len(self) or 1)
        if len(among) <= _FEW or share < _SMALL_SHARE:
            return None
        found = self._nearest_codes(row, int(_WIDER * wanted / share))
        left = found[among.kept[found]]
        return left if len(left) >= _LEFT * wanted else None

    def _nearest_codes(self, row: Vectors, width: int) -> NDArray[np.int64]:
        """The positions of the `width` nearest codes; none where that is all, which need no codes."""
        if width >= len(self):
            return np.zeros(0, dtype=np.int64)
        positions: NDArray[np.int64] = self._codes.search(row, width)[1][0]
        return positions[positions >= 0]


def _row(vector: Vectors, dimension: int) -> Vectors:
    return np.ascontiguousarray(vector, dtype=np.float32).reshape(1, dimension)


def _scanned(
    index: Any,  # noqa: ANN401
    row: Vectors,
    k: int,
    among: Selection | None,
) -> tuple[Scored, ...]:
    """The `k` nearest, every vector compared."""
    most = index.ntotal if among is None else len(among)
    k = min(k, most)
    if k <= 0:
        return ()
    selector = None if among is None else _faiss().IDSelectorBitmap(among.bits)
    limits = None if selector is None else _faiss().SearchParameters(sel=selector)
    width = k
    while True:
        # Whoever ties with the last place must be seen before the order of ids can decide.
        width = min(2 * width + 8, most)
        scores, positions = index.search(row, width, params=limits)
        found = positions[0] >= 0  # FAISS pads with -1, which would index the last passage
        ordered = best(positions[0][found], scores[0][found], width)
        if width == most or ordered[-1].score < ordered[k - 1].score:
            return ordered[:k]
