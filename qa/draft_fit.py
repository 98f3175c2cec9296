"""How well a study that nobody has read fits a question: by the question's telling words and by meaning.

Facets that were only proposed are too weak to decide by. Reviewed studies are judged in `coverage`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from corpus.catalogue import Catalogue
from corpus.study import Study
from corpus.words import stem, words
from index.library import Library
from index.vectors import Vectors
from qa.cues import WORDS

_DEPTH = 50  # studies asked of each engine
_PASSAGES = 300
# A study speaks to the question from here on. Chosen on public abstracts on acupuncture (190 studies, 125
# answerable and 349 unanswerable questions): 98 % of the unanswerable are refused, 94 % of the others answered.
ENOUGH = 0.49
_COSINE, _BM25 = 0.5, 0.03  # weights beside the coverage when ranking


@dataclass(frozen=True, slots=True)
class DraftFit:
    """How a draft fits: `level` from 0 to 1 decides whether it speaks, `rank` orders."""

    level: float
    rank: float

    @property
    def speaks(self) -> bool:
        """True where the study has enough of what the question names."""
        return self.level >= ENOUGH


@dataclass(frozen=True)
class _Lexicon:
    """The words of each study, and in how many studies each word is."""

    stems: Mapping[str, frozenset[str]]
    studies: Counter[str]

    def weight(self, word: str) -> float:
        """The inverse document frequency of a word (Robertson and Spärck Jones 1976, smoothed)."""
        return math.log(1 + len(self.stems) / (0.5 + self.studies[word]))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(one.folded) for one in words(text))


def _text(study: Study) -> str:
    return "\n".join((study.title, *(section.text for section in study.sections)))


@lru_cache(maxsize=4)
def _lexicon(catalogue: Catalogue) -> _Lexicon:
    stems = {study.id: _stems(_text(study)) for study in catalogue.studies}
    return _Lexicon(stems, Counter(word for has in stems.values() for word in has))


def telling_words(question: str) -> tuple[str, ...]:
    """The stems of the question without grammar and without what every research question says."""
    found = (one.folded for one in words(question) if one.folded not in WORDS.function)
    stems = dict.fromkeys(stem(one) for one in found)
    return tuple(one for one in stems if one not in WORDS.research)


def draft_fits(library: Library, query: str, vector: Vectors) -> Mapping[str, DraftFit]:
    """How the studies nearest to the query fit it, by study id; `vector` is the encoded query."""
    lexicon = _lexicon(library.catalogue)
    cosines: dict[str, float] = {}
    for hit in library.nearest(vector, _PASSAGES):
        cosines.setdefault(hit.passage.study, hit.score)
    terms = {hit.study.id: hit.score for hit in library.bm25_studies(query, _DEPTH)}
    near = dict.fromkeys((*list(cosines)[:_DEPTH], *terms))
    asked = telling_words(query)
    total = sum(lexicon.weight(one) for one in asked)
    fits = {}
    for study in near:
        if study not in lexicon.stems or not total:
            continue
        has = lexicon.stems[study]
        coverage = sum(lexicon.weight(one) for one in asked if one in has) / total
        cosine = max(cosines.get(study, 0.0), 0.0)
        rank = coverage + _COSINE * cosine + _BM25 * terms.get(study, 0.0)
        fits[study] = DraftFit(round((coverage + cosine) / 2, 6), round(rank, 6))
    return fits
