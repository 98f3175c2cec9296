"""A selection: which of the positions of a store may be found at all.

A filter that is applied after a search loses what the search had already cut away, so it goes into the search.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, repr=False)
class Selection:
    """Some of the positions 0 to n - 1, marked in bool[n]."""

    kept: NDArray[np.bool_]

    @classmethod
    def of(cls, positions: Iterable[int], count: int) -> Selection:
        """The selection of `positions` out of `count`; IndexError for one beyond.

        >>> Selection.of([4, 1], 6).positions.tolist()
        [1, 4]
        """
        kept = np.zeros(count, dtype=np.bool_)
        kept[np.fromiter(positions, dtype=np.int64)] = True
        return cls(kept)

    def __repr__(self) -> str:
        return f"<Selection of {len(self)} in {len(self.kept)}>"

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return int(np.count_nonzero(self.kept))

    @cached_property
    def positions(self) -> NDArray[np.int64]:
        """The selected positions in order."""
        return np.flatnonzero(self.kept)

    @cached_property
    def bits(self) -> NDArray[np.uint8]:
        """One bit a position, the first of each eight in the lowest bit."""
        return np.packbits(self.kept, bitorder="little")

    def checked(self, count: int) -> Selection:
        """Itself; ValueError where it was made for another number of positions than `count`."""
        if len(self.kept) != count:
            raise ValueError(
                f"found a selection out of {len(self.kept)} positions; wanted one out of {count}"
            )
        return self
