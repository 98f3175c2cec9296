"""The vector store finds what plain arithmetic finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import IndexUnusableError
from index.ranking import Scored
from index.vectors import Vectors, VectorStore


def _unit_rows(count: int, dimension: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _eighths(count: int, dimension: int, seed: int) -> Vectors:
    """Rows of a few eighths: their products are exact in any arithmetic, and often equal."""
    whole = np.random.default_rng(seed).integers(-8, 9, (count, dimension))
    return np.asarray(whole / 8, dtype=np.float32)


def _by_plain_arithmetic(rows: Vectors, vector: Vectors, k: int) -> tuple[Scored, ...]:
    scores = rows @ vector
    order = sorted(range(len(rows)), key=lambda at: (-scores[at], at))
    return tuple(Scored(at, float(scores[at])) for at in order[:k])


@pytest.fixture(params=["as made", "as saved and loaded"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Vectors, VectorStore]:
    """Three hundred vectors and the store of them."""
    rows = _eighths(300, 24, seed=7)
    store = VectorStore.from_vectors(rows)
    if request.param == "as saved and loaded":
        store.save(tmp_path / "vectors.faiss")
        store = VectorStore.load(tmp_path / "vectors.faiss", count=300, dimension=24)
    return rows, store


@pytest.mark.parametrize("k", [1, 10, 299, 300, 1000])
def test_nearest_are_those_of_plain_arithmetic(kept: tuple[Vectors, VectorStore], k: int) -> None:
    """Positions and scores are those of a product computed in numpy, however many are asked for."""
    rows, store = kept
    for vector in _eighths(20, 24, seed=8):
        assert _by_plain_arithmetic(rows, vector, k) == store.search(vector, k)


def test_each_vector_is_nearest_to_itself() -> None:
    """A unit vector's own place comes first, with similarity 1."""
    rows = _unit_rows(300, 24, seed=7)
    store = VectorStore.from_vectors(rows)
    assert [Scored(at, 1.0) for at in range(300)] == [store.search(row, 1)[0] for row in rows]


@given(copies=st.integers(1, 60), others=st.integers(0, 30), k=st.integers(0, 100))
def test_equal_scores_come_in_order_of_position(copies: int, others: int, k: int) -> None:
    """Of many equal vectors the first ones are found, also where the last place falls among them."""
    away = np.array([[0.0, 1.0]] * others, dtype=np.float32).reshape(others, 2)
    same = np.array([[1.0, 0.0]] * copies, dtype=np.float32)
    store = VectorStore.from_vectors(np.concatenate([away, same]))
    found = [one.position for one in store.search(np.array([1.0, 0.0], dtype=np.float32), k)]
    assert [*range(others, others + copies), *range(others)][:k] == found


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    """No vectors, no hits, and no place -1 that would be the last passage."""
    VectorStore.from_vectors(np.zeros((0, 8), dtype=np.float32)).save(tmp_path / "empty")
    store = VectorStore.load(tmp_path / "empty", count=0, dimension=8)
    assert () == store.search(np.ones(8, dtype=np.float32), 5)
    assert 0 == len(store)


@pytest.mark.parametrize(("count", "dimension"), [(299, 24), (300, 25)])
def test_a_store_of_another_size_is_refused(tmp_path: Path, count: int, dimension: int) -> None:
    """Loading says how many vectors and numbers were found and wanted."""
    VectorStore.from_vectors(_unit_rows(300, 24, seed=7)).save(tmp_path / "store")
    with pytest.raises(
        IndexUnusableError, match=f"found 300 vectors of 24 numbers; wanted {count} of {dimension}"
    ):
        VectorStore.load(tmp_path / "store", count=count, dimension=dimension)


@pytest.mark.parametrize("content", [b"", b"no vectors", None], ids=["empty", "text", "missing"])
def test_a_file_that_is_no_store_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """What FAISS or the file system say is translated."""
    if content is not None:
        (tmp_path / "store").write_bytes(content)
    with pytest.raises(IndexUnusableError, match="no vector store"):
        VectorStore.load(tmp_path / "store", count=1, dimension=2)
