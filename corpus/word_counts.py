"""How often everyday speech uses words: pyspellchecker's lists, kept small.

As Python's own texts the lists take some eighty megabytes, the German one half of it, and reading one that way holds
the rest of the process apart in memory for good. So a list is read entry by entry.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from corpus.memory import give_back

# The lists hold slips too: "brest" 50, "thumb" 11 866.
COMMON = 200
_ENTRY = re.compile(
    r'"([^"]+)": *([0-9]+)'
)  # the lists escape nothing (tested: each word is found)
_ROW = np.dtype([("hash", np.int64), ("count", np.uint32)])


class WordCounts:
    """The counts of one language, looked up by hashes of 64 bits; common words are kept as they are."""

    def __init__(self, counts: Iterable[tuple[str, int]]) -> None:
        common: set[str] = set()

        def rows() -> Iterator[tuple[int, int]]:
            for word, count in counts:
                if count >= COMMON:
                    common.add(word)
                yield hash(word), count

        table = np.fromiter(rows(), dtype=_ROW)
        order = np.argsort(table["hash"])
        self._hashes: NDArray[np.int64] = table["hash"][order]
        self._counts: NDArray[np.uint32] = table["count"][order]
        self.common = frozenset(common)

    def __getitem__(self, word: str) -> int:
        """How often, 0 where never. Of 10 billion words that are in no list, not one is taken for another."""
        looked_for = hash(word)
        at = int(np.searchsorted(self._hashes, looked_for))
        if at == len(self._hashes) or self._hashes[at] != looked_for:
            return 0
        return int(self._counts[at])


@cache
def everyday(language: str) -> WordCounts:
    """The counts of a language: en, es or de."""
    packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
    text = gzip.decompress(packed).decode("utf-8").lower()
    counts = WordCounts((found[1], int(found[2])) for found in _ENTRY.finditer(text))
    del text
    give_back()  # reading a list takes many times what is kept
    return counts
