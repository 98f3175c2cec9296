"""A selection marks the positions that it was given, and no others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.selection import Selection


@given(
    st.integers(0, 70).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)) if n else st.just(set()))
    )
)
def test_a_selection_holds_what_it_was_given(given_: tuple[int, set[int]]) -> None:
    """Counted, in order, and as bits: the positions that were chosen."""
    count, chosen = given_
    selection = Selection.of(chosen, count)
    assert len(chosen) == len(selection)
    assert sorted(chosen) == selection.positions.tolist()
    bits = np.unpackbits(selection.bits, count=count, bitorder="little")
    assert sorted(chosen) == np.flatnonzero(bits).tolist()


def test_a_position_beyond_the_last_is_refused() -> None:
    """Nothing is selected that is not there."""
    with pytest.raises(IndexError):
        Selection.of([6], 6)


def test_a_selection_is_for_so_many_positions() -> None:
    """Both numbers are told where they differ."""
    with pytest.raises(ValueError, match="out of 6 positions; wanted one out of 7"):
        Selection.of([1], 6).checked(7)
    assert "<Selection of 1 in 6>" == repr(Selection.of([1], 6).checked(6))
