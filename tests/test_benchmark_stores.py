"""The benchmark of stores counts what it says; how long anything takes is not tested."""

from __future__ import annotations

import numpy as np
import pytest

from index.vectors import Kind
from qa.benchmarks.stores import SHARES, StoresResult, made_up, measure_stores


@pytest.fixture(scope="module")
def result() -> StoresResult:
    """A run on few vectors."""
    return measure_stores(2_000, questions=10)


def test_every_kind_is_measured(result: StoresResult) -> None:
    """All kinds, in their order, with every filter; the flat one is its own measure."""
    assert list(Kind) == [one.kind for one in result.stores]
    assert {SHARES} == {tuple(each.share for each in one.filtered) for one in result.stores}
    assert (1.0, 1.0) == (result.stores[0].times_flat, result.stores[0].recall10)
    assert (2_000, 10) == (result.vectors, result.questions)


def test_room_is_that_of_the_numbers(result: StoresResult) -> None:
    """Four bytes a number, two, and two with half a byte for every four numbers; heads of files aside."""
    assert [1536, 768, 816] == [pytest.approx(one.bytes_each, abs=15) for one in result.stores]


def test_nothing_is_found_outside_a_filter(result: StoresResult) -> None:
    """And of what is inside, nearly all."""
    for one in result.stores:
        assert one.recall10 >= 0.98
        for each in one.filtered:
            assert 0 == each.outside
            assert each.recall10 >= 0.97


def test_vectors_are_the_same_every_time_and_of_length_one() -> None:
    """So that runs can be compared."""
    made = made_up(100, seed=1)
    assert made.tobytes() == made_up(100, seed=1).tobytes()
    assert [pytest.approx(1.0, abs=1e-5)] * 100 == np.linalg.norm(made, axis=1).tolist()
