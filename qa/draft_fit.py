"""How well a study fits a question whose facets are mere proposals: by the question's telling words and by meaning.

Facets that were only proposed are too weak to decide by, also after the study was approved: approving 190 abstracts
in bulk changes no answer but its note on drafts. Studies whose facets a person decided are judged in `coverage`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.catalogue import Catalogue
from corpus.study import Study
from corpus.words import stem, words
from index.library import Library, Part
from index.vectors import Vectors
from qa.cues import WORDS

_DEPTH = 50  # studies asked of each engine
_PASSAGES = 300
# How soon saying a word again adds nothing, and how much more often a long text must say it: as in BM25
# (Robertson and Zaragoza 2009, section 3.5), saturated sooner than there, since an abstract names its topic but
# once or twice.
_SATURATION, _LENGTH = 0.6, 0.75
# A study speaks to the question from `ENOUGH` on. It, `_SATURATION`, `_WORDS` and `_NAMED` were chosen together, by the
# worst of 22 sets made of the abstracts of the acupuncture, PubMedQA and Evidence Inference data (50 to 743 studies, of
# one topic or of many; the questions of abstracts left out must be refused): at worst 93 % of the answerable questions
# show the right study first or second, and 95 % of the others are refused. Plain coverage at 0.49 had 95 % and 77 %.
# The threshold alone, chosen without one of the sources, is 0.66 to 0.68. It is for the cosines of the shipped encoder;
# another one needs its own.
_WORDS = 0.4  # the weight of words; the rest is that of meaning
ENOUGH = 0.66
# How much of the treatment's name a study must have: half lets doses, brands and "plus usual care" be missing.
_NAMED = 0.5
# What is further behind the best study is not shown: with it, half of what acupuncture questions were shown was the
# judged study, without it three quarters, and no judged study was lost.
_BEHIND = 0.15


@dataclass(frozen=True, slots=True)
class DraftFit:
    """How a draft fits: whether it speaks to the question, and its rank, from 0 to a little over 1."""

    rank: float
    speaks: bool


@dataclass(frozen=True)
class _Lexicon:
    """How often each study says each word, and in how many studies each word is."""

    counts: Mapping[str, Counter[str]]
    lengths: Mapping[str, float]  # in words, as shares of the mean
    studies: Counter[str]

    def weights(self, asked: Sequence[str]) -> dict[str, float]:
        """Each word with its inverse document frequency (Robertson and Spärck Jones 1976, smoothed)."""
        many = len(self.counts)
        return {one: math.log(1 + many / (0.5 + self.studies[one])) for one in asked}

    def said(self, word: str, study: str) -> float:
        """How much a study is about a word: 0 where it lacks it, about 1 where it says it once."""
        times = self.counts[study][word]
        slow = _SATURATION * (1 - _LENGTH + _LENGTH * self.lengths[study])
        return times * (1 + _SATURATION) / (times + slow)


def _stems(text: str) -> list[str]:
    return [stem(one.folded) for one in words(text)]


def _text(study: Study) -> str:
    return "\n".join((study.title, *(study.shown_text(one.name) for one in study.sections)))


@lru_cache(maxsize=4)
def _lexicon(catalogue: Catalogue) -> _Lexicon:
    counts = {study.id: Counter(_stems(_text(study))) for study in catalogue.studies}
    mean = sum(has.total() for has in counts.values()) / (len(counts) or 1) or 1.0
    lengths = {study: has.total() / mean for study, has in counts.items()}
    return _Lexicon(counts, lengths, Counter(word for has in counts.values() for word in has))


def telling_words(question: str) -> tuple[str, ...]:
    """The stems of the question without grammar and without what every research question says."""
    found = (one.folded for one in words(question) if one.folded not in WORDS.function)
    stems = dict.fromkeys(stem(one) for one in found)
    return tuple(one for one in stems if one not in WORDS.research)


# By these people ask ("any good for", "suffering from", "recommended"); they tell no study from another.
_ASKING = WORDS.leads_to_condition | WORDS.after_treatment | WORDS.saying


def _asked(text: str) -> tuple[str, ...]:
    """The telling words without those by which people ask, unless there are no others."""
    found = telling_words(text)
    return tuple(one for one in found if one not in _ASKING) or found


_TREATMENT = re.compile(
    r"^\W*(?:what (?:is|are) the effects? of (?P<of>.+?) (?:compared|versus|vs|on)\b"
    r"|(?:does|do|did|can|could|will|would) (?P<does>.+?) (?:improve|reduce|relieve|prevent|help|ease|treat|cause"
    r"|affect|increase|decrease|lower|stop|cure|change|influence|worsen|work)\b)",
    re.IGNORECASE | re.DOTALL,
)


def _treatment(question: str) -> tuple[str, ...]:
    """The stems of X in "Does X improve ..." and "What is the effect of X compared with ..."; else ()."""
    found = _TREATMENT.search(question)
    return _asked(found["of"] or found["does"]) if found else ()


def draft_fits(
    library: Library, query: str, vector: Vectors, part: Part | None = None
) -> Mapping[str, DraftFit]:
    """How the studies nearest to the query fit it, by study id; `vector` is the encoded query.

    Of a `part` of the library, as if its other studies were not there.

    Likeness alone would answer "Does bisoprolol lower blood pressure?" with a study of moxibustion, so the treatment
    asked about must be named.
    """
    lexicon = _lexicon(library.catalogue)
    cosines: dict[str, float] = {}
    for hit in library.nearest(vector, _PASSAGES, among=part):
        cosines.setdefault(hit.passage.study, hit.score)
    terms = (hit.study.id for hit in library.bm25_studies(query, _DEPTH, among=part))
    near = dict.fromkeys((*list(cosines)[:_DEPTH], *terms))
    asked = lexicon.weights(_asked(query))
    treatment = lexicon.weights(_treatment(query))
    needed = _NAMED * sum(treatment.values())
    ranks: dict[str, float] = {}
    named = set()
    for study in near:
        has = lexicon.counts.get(study)  # the page's own text is near, but no study
        if has is None or not asked:
            continue
        said = sum(weight * lexicon.said(one, study) for one, weight in asked.items())
        cosine = max(cosines.get(study, 0.0), 0.0)
        ranks[study] = round(_WORDS * said / sum(asked.values()) + (1 - _WORDS) * cosine, 6)
        if round(sum(weight for one, weight in treatment.items() if has[one]) - needed, 6) >= 0:
            named.add(study)
    best = max((rank for study, rank in ranks.items() if study in named), default=0.0)
    least = max(ENOUGH, round(best - _BEHIND, 6))
    return {
        study: DraftFit(rank, speaks=study in named and rank >= least)
        for study, rank in ranks.items()
    }
