"""The sentences of studies, read once for many questions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from corpus.catalogue import Catalogue
from corpus.reading import Sentence, read

_KEPT = 2000  # studies; of more, each question reads those anew that were read longest ago


@lru_cache(maxsize=8)
def reading(catalogue: Catalogue) -> Callable[[str], tuple[Sentence, ...]]:
    """What gives the sentences of a study by its id, kept from one question to the next."""

    @lru_cache(maxsize=_KEPT)
    def sentences(study_id: str) -> tuple[Sentence, ...]:
        return read(catalogue.study(study_id), catalogue.vocabulary)

    return sentences
