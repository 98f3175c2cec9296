"""The kinds of vector store side by side: time, room, and how much of what is nearest they find, filtered too.

On made-up vectors, so that a million of them take seconds. What whole answers take is measured elsewhere.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index.faiss_stores import load_vector_store, vector_store
from index.ranking import Scored
from index.selection import Selection
from index.vectors import Kind, Vectors, VectorStore

DIMENSION = 384
SHARES = (0.1, 0.5, 0.9)
"""What filters keep."""
_K = 10
_TOPICS, _DIRECTIONS, _SPREAD, _NOISE = 500, 24, 0.5, 0.02
_AT_ONCE = 50_000
_WARM, _ROW = 3, 10  # questions of one store in a row: before the first that counts, and that count


@dataclass(frozen=True, slots=True)
class Filtered:
    """Searches within a filter that keeps a `share` of the vectors."""

    share: float
    p50_ms: float
    vs_flat: float  # times the unfiltered search of the flat store
    recall10: float
    outside: int  # vectors that were found though the filter keeps them out


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """One kind of store; recall is the share of the ten nearest, by exact search, that are found."""

    kind: Kind
    build_s: float
    open_s: float
    bytes_each: float  # on disk and, once all is read, in memory
    p50_ms: float
    p95_ms: float
    times_flat: float  # how many times as quick as the flat store
    recall10: float
    filtered: tuple[Filtered, ...]


@dataclass(frozen=True, slots=True)
class StoresResult:
    """One run: its figures belong together."""

    vectors: int
    questions: int
    stores: tuple[StoreFigures, ...]


def measure_stores(count: int, *, questions: int = 30, seed: int = 3) -> StoresResult:
    """Every kind of store of `count` made-up vectors, asked the same questions in turns.

    Takes 5 kB of memory a vector, and half of that on the disk of temporary files.
    """
    made = made_up(count + questions + _WARM, seed)
    rows, asked = made[:count], made[count:]
    chance = np.random.default_rng(seed)
    filters = [None, *(Selection(chance.random(count) < share) for share in SHARES)]
    with TemporaryDirectory(prefix="evidence-desk-") as folder:
        stores = [_made(rows, kind, Path(folder) / kind) for kind in Kind]
        found = [_in_turns([one.store for one in stores], asked, among) for among in filters]
    exact, flat_ms = found[0][0], found[0][0].p50_ms
    figures = tuple(
        StoreFigures(
            kind=one.store.kind,
            build_s=round(one.build_s, 2),
            open_s=round(one.open_s, 4),
            bytes_each=round(one.size / count, 1),
            p50_ms=found[0][at].p50_ms,
            p95_ms=found[0][at].p95_ms,
            times_flat=round(flat_ms / found[0][at].p50_ms, 2),
            recall10=found[0][at].recall(exact),
            filtered=tuple(
                Filtered(
                    share=share,
                    p50_ms=searches[at].p50_ms,
                    vs_flat=round(searches[at].p50_ms / flat_ms, 3),
                    recall10=searches[at].recall(searches[0]),
                    outside=searches[at].outside(among),
                )
                for share, among, searches in zip(SHARES, filters[1:], found[1:], strict=True)
                if among is not None
            ),
        )
        for at, one in enumerate(stores)
    )
    return StoresResult(count, questions, figures)


def made_up(count: int, seed: int) -> Vectors:
    """float32[count, 384] of length 1, in topics, along few directions and with noise, as those of sentences are."""
    chance = np.random.default_rng(seed)
    directions = chance.normal(size=(_DIRECTIONS, DIMENSION)).astype(np.float32)
    topics = chance.normal(size=(_TOPICS, _DIRECTIONS)).astype(np.float32)
    made = np.empty((count, DIMENSION), dtype=np.float32)
    for begin in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - begin)
        places = topics[chance.integers(0, _TOPICS, size)]
        places += _SPREAD * chance.standard_normal((size, _DIRECTIONS), dtype=np.float32)
        part = places @ (directions / np.sqrt(DIMENSION))
        part += _NOISE * chance.standard_normal((size, DIMENSION), dtype=np.float32)
        made[begin : begin + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


@dataclass(frozen=True, slots=True)
class _Made:
    store: VectorStore
    build_s: float
    open_s: float
    size: int  # bytes


def _made(rows: Vectors, kind: Kind, path: Path) -> _Made:
    """A store as a library has it: built, written and opened from its file."""
    begin = time.perf_counter()
    vector_store(rows, kind).save(path)
    built = time.perf_counter()
    store = load_vector_store(path, kind=kind, count=len(rows), dimension=rows.shape[1])
    return _Made(store, built - begin, time.perf_counter() - built, path.stat().st_size)


@dataclass(frozen=True, slots=True)
class _Searches:
    seconds: Sequence[float]
    hits: Sequence[tuple[Scored, ...]]

    @property
    def p50_ms(self) -> float:
        return round(1000 * statistics.median(self.seconds), 3)

    @property
    def p95_ms(self) -> float:
        return round(1000 * float(np.quantile(self.seconds, 0.95)), 3)

    def recall(self, exact: _Searches) -> float:
        """The share of what `exact` finds that is found."""
        found = [
            len({one.position for one in ours} & {one.position for one in theirs})
            for ours, theirs in zip(self.hits, exact.hits, strict=True)
        ]
        return round(sum(found) / (sum(map(len, exact.hits)) or 1), 4)

    def outside(self, among: Selection) -> int:
        """How many of the hits are not selected."""
        return sum(not among.kept[one.position] for each in self.hits for one in each)


def _in_turns(
    stores: Sequence[VectorStore], asked: Vectors, among: Selection | None
) -> list[_Searches]:
    """The searches of each store: some questions in a row, then the same of the next store, then the next questions.

    In a row, since a store at work finds the processor's caches as its own searches leave them, not as a scan of
    another store's gigabytes does; the first few of each row, always the same ones, warm them and do not count.
    """
    seconds: list[list[float]] = [[] for _ in stores]
    hits: list[list[tuple[Scored, ...]]] = [[] for _ in stores]
    warming, counted = asked[:_WARM], asked[_WARM:]
    for first in range(0, len(counted), _ROW):
        for at, store in enumerate(stores):
            for vector in warming:
                store.search(vector, _K, among=among)
            for vector in counted[first : first + _ROW]:
                begin = time.perf_counter()
                found = store.search(vector, _K, among=among)
                seconds[at].append(time.perf_counter() - begin)
                hits[at].append(found)
    return [_Searches(*each) for each in zip(seconds, hits, strict=True)]
