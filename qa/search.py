"""Plain search and evidence ranking, for evaluation on public data: no facets, no outcomes, no wording.

`ask` does not come through here; it shares the engines and the cues.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from corpus.reading import ASPECT_CUES
from corpus.study import Aspect
from corpus.words import stem, words
from index.encoder import Encoder
from index.library import Hit, Library
from qa.cues import WORDS
from qa.draft_fit import telling_words

TAG = "evidence-desk"
_DEPTH = 1000


class Mode(StrEnum):
    """Which engines rank."""

    HYBRID = "hybrid"
    DENSE = "dense"
    BM25 = "bm25"


def _per_study(hits: Sequence[Hit]) -> dict[str, float]:
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.passage.study, hit.score)
    return best


def _scaled(scores: dict[str, float]) -> dict[str, float]:
    """Scores as shares of the way from the lowest to the highest."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {key: (value - low) / ((high - low) or 1.0) for key, value in scores.items()}


def ranking(library: Library, query: str, k: int, mode: Mode) -> tuple[tuple[str, float], ...]:
    """The `k` best studies for a query with their scores, best first; ties by id."""
    dense = _per_study(library.dense(query, _DEPTH)) if mode is not Mode.BM25 else {}
    terms = {}
    if mode is not Mode.DENSE:
        terms = {hit.study.id: hit.score for hit in library.bm25_studies(query, _DEPTH)}
    if mode is Mode.HYBRID:
        near, said = _scaled(dense), _scaled(terms)
        both = dict.fromkeys((*near, *said))
        scores = {key: 0.5 * near.get(key, 0.0) + 0.5 * said.get(key, 0.0) for key in both}
    else:
        scores = dense or terms
    found = (
        (key, round(value, 6)) for key, value in scores.items() if key != library.catalogue.page.id
    )
    return tuple(sorted(found, key=lambda one: (-one[1], one[0]))[:k])


def trec_lines(query_id: str, ranked: Sequence[tuple[str, float]]) -> Iterator[str]:
    """The ranking as lines of a TREC run: `qid Q0 docid rank score tag`."""
    for rank, (study, score) in enumerate(ranked, 1):
        yield f"{query_id} Q0 {study} {rank} {score:.6f} {TAG}"


_OUTCOME_PART = re.compile(r"(?:compared (?:with|to) .* on|improve|affect|reduce|change) (.+?)\??$")
_FIGURES = re.compile(r"\bp\s*[<=>]|\bCI\b|\d+(?:\.\d+)?\s*%|±|\bvs\b|respectively", re.IGNORECASE)
_RESULT = re.compile(
    r"significan|no (?:\w+ ){0,2}differen|superior|better|greater|lower|higher", re.IGNORECASE
)
_PLAN = re.compile(
    r"\b(?:aim|objective|purpose|hypothes\w*|background|conclu\w*|we (?:sought|aimed)|"
    r"to (?:determine|evaluate|assess|investigate|compare|examine))\b",
    re.IGNORECASE,
)
# Fitted on every other of the first 320 items of Evidence Inference (DeYoung et al. 2020) whose evidence is in the
# abstract, by a softmax over the sentences of each; the other 160 were kept to check it.
_WEIGHTS = (1.39, 1.05, 0.51, -0.42, 2.18, 1.64, 1.58, 1.6, 3.74, -1.63, -1.59)
_LATE = 0.85


def evidence_order(question: str, sentences: Sequence[str], encoder: Encoder) -> tuple[int, ...]:
    """The numbers of the sentences, the one that best answers the question first; ties by number.

    Weighs likeness in meaning and shared words, of the whole question and of the outcome it asks about, figures
    and words that report a result, words of plans, and the place: results come late, conclusions last.
    """
    if not sentences:
        return ()
    part = _OUTCOME_PART.search(question)
    outcome = part[1] if part else question
    whole, narrow = encoder.queries([question, outcome])
    vectors = encoder.passages(list(sentences))
    spoken = [frozenset(stem(one.folded) for one in words(text)) for text in sentences]
    asked = telling_words(question)
    weight = {
        one: math.log(1 + len(spoken) / (0.5 + sum(one in has for has in spoken))) for one in asked
    }
    total = sum(weight.values()) or 1.0
    wanted = {stem(one.folded) for one in words(outcome) if one.folded not in WORDS.function}
    scores = []
    for number, (text, has) in enumerate(zip(sentences, spoken, strict=True)):
        place = number / len(sentences)
        signs = (
            float(vectors[number] @ whole),
            sum(weight[one] for one in asked if one in has) / total,
            ASPECT_CUES[Aspect.EFFECT].search(text) is not None,
            ASPECT_CUES[Aspect.METHODS].search(text) is not None,
            place,
            _FIGURES.search(text) is not None,
            _RESULT.search(text) is not None,
            float(vectors[number] @ narrow),
            len(wanted & has) / (len(wanted) or 1),
            _PLAN.search(text) is not None,
            place > _LATE,
        )
        score = sum(one * sign for one, sign in zip(_WEIGHTS, signs, strict=True))
        scores.append(round(score, 6))
    return tuple(sorted(range(len(sentences)), key=lambda number: (-scores[number], number)))
