"""How often everyday speech uses words: pyspellchecker's lists, kept small.

As Python's own texts the lists take some eighty megabytes, the German one half of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spellchecker import SpellChecker

from corpus.memory import give_back

# The lists hold slips too: "brest" 50, "thumb" 11 866.
COMMON = 200


class WordCounts:
    """The counts of one language, looked up by hashes of 64 bits; common words are kept as they are."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        hashes = np.fromiter(map(hash, counts), dtype=np.int64, count=len(counts))
        order = np.argsort(hashes)
        self._hashes: NDArray[np.int64] = hashes[order]
        self._counts = np.fromiter(counts.values(), dtype=np.int64, count=len(counts))[order]
        self.common = frozenset(word for word, count in counts.items() if count >= COMMON)

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
    counts = WordCounts(SpellChecker(language=language).word_frequency.dictionary)
    give_back()  # reading a list takes many times what is kept
    return counts
