"""The term index: BM25 over our own terms. The only door to bm25s.

Terms are for finding only; nothing here is shown. Finding concepts is `corpus.matching`'s work.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from corpus.errors import IndexUnusableError
from corpus.words import stem, words
from index.left_out import left_out
from index.ranking import Scored, best
from index.selection import Selection

# At every size by bm25s with numpy. Of 200 000 made-up texts a search for 10 takes 0.4 to 1.0 ms here (of 20 000, 0.1), where
# bm25s's own way to the best ten takes 1.2 to 8, bm25s with numba 0.2 to 0.4 and tantivy 0.2 to 1.4. But numba costs 208 MB
# installed, 118 MB of memory and 9 to 17 s of compiling before the first answer, and tantivy, whose weights are fixed and
# whose lengths are rounded, agrees with these rankings on 0.88 to 0.94 of the first ten only.

# Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3.5: usual values.
K1 = 1.5
B = 0.75

# Words that carry a sentence and no topic; "no" and "not" stay, they are what a finding turns on.
_STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have how i if in into is it"
    " its may me my of on or our should so that the their them then there these they this to was we were"
    " what when where which who whom whose why will with would you your".split()
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# A few letters and a few digits name one thing however they are written: "PC 7", "pc-7", "pc7".
_LETTERS = re.compile("[a-z]{1,3}")
_DIGITS = re.compile("[0-9]{1,3}")


def terms(text: str) -> list[str]:
    """What of `text` is looked up, in order: folded words without plural endings or stop words.

    Letters and digits that stand beside each other are one more term; so are two Chinese characters.

    >>> terms("Does it help the knees? PC 7")
    ['help', 'knee', 'pc', '7', 'pc7']
    """
    found: list[str] = []
    last, last_end = "", -2
    for word in words(text):
        folded = word.folded
        if folded in _STOP_WORDS:
            last = ""
            continue
        found.append(stem(folded))
        if last and word.start - last_end <= 1 and _are_one(last, folded):
            found.append(last + folded)
        last, last_end = folded, word.end
    return found


def _are_one(first: str, second: str) -> bool:
    if _HAN.fullmatch(first) and _HAN.fullmatch(second):
        return True
    return bool(_LETTERS.fullmatch(first) and _DIGITS.fullmatch(second))


@cache
def _bm25s() -> ModuleType:
    with left_out("scipy"):  # 20 MB and a tenth of a second at each start
        import bm25s  # noqa: PLC0415 - the door

    # It sets its logger to DEBUG when imported, over whatever the application has chosen.
    logging.getLogger("bm25s").setLevel(logging.NOTSET)
    return bm25s  # type: ignore[no-any-return]


class TermIndex:
    """Texts, found by the terms they share with a question."""

    def __init__(self, count: int, index: Any | None) -> None:  # noqa: ANN401 - bm25s ships no types
        self._count = count
        self._index = index  # None where no text holds a term

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> TermIndex:
        """An index of `texts`; a position is a place in that order."""
        known: dict[str, str] = {}  # one object for each term, not one for each time it is said
        split = [[known.setdefault(term, term) for term in terms(text)] for text in texts]
        # Numbered here, in the order of the alphabet: bm25s numbers them in the order of a set,
        # which is another one in each process.
        vocabulary = {term: at for at, term in enumerate(sorted(known))}
        if not vocabulary:
            return cls(len(texts), None)
        numbered = [[vocabulary[term] for term in each] for each in split]
        del split  # as large again
        index = _bm25s().BM25(k1=K1, b=B, method="lucene", backend="numpy", csc_backend="numpy")
        index.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
        return cls(len(texts), index)

    @classmethod
    def load(cls, folder: Path, *, count: int) -> TermIndex:
        """The index that `save` wrote, its arrays left on disk until they are read.

        IndexUnusableError where it cannot be read, or is over another number of texts.
        """
        if not folder.is_dir():
            return cls(count, None)
        try:
            index = _bm25s().BM25.load(folder, mmap=True, show_progress=False)
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise IndexUnusableError(
                f"{folder}: found files that are no term index; wanted one of {count} passages; "
                "build the index again"
            ) from exc
        if index.scores["num_docs"] != count:
            raise IndexUnusableError(
                f"{folder}: found a term index of {index.scores['num_docs']} passages; wanted {count}; "
                "build the index again"
            )
        return cls(count, index)

    def save(self, folder: Path) -> None:
        """Write the index to `folder`; without a term there is nothing to write."""
        if self._index is not None:
            self._index.save(folder, show_progress=False)

    def __len__(self) -> int:
        return self._count

    def search(
        self, question: str, k: int, *, among: Selection | None = None
    ) -> tuple[Scored, ...]:
        """The `k` best texts that share a term with `question`, best first; with `among`, of the selected ones only.

        A term said twice counts once: people repeat themselves, and so does an earlier question.
        """
        asked = list(dict.fromkeys(terms(question)))
        known = self._index.get_tokens_ids(asked) if self._index is not None else []
        if self._index is None or not known or k <= 0:
            return ()
        scores = self._index.get_scores_from_ids(known)
        found = scores > 0
        if among is not None:
            found &= among.checked(len(self)).kept
        positions = np.flatnonzero(found)
        if len(positions) > k:
            # Who ties with the last place must be seen; 1e-6 is what rounding may move.
            edge = np.partition(scores[positions], -k)[-k] - 1e-5
            positions = positions[scores[positions] >= edge]
        return best(positions, scores[positions], k)
