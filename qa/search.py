"""Plain search and evidence ranking, for evaluation on public data: no facets, no outcomes, no wording.

`ask` does not come through here; it shares the engines and the cues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from corpus.reading import ASPECT_CUES
from corpus.study import Aspect
from corpus.words import stem, words
from index.encoder import Encoder
from index.library import Hit, Library
from qa.cues import WORDS

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


def evidence_order(question: str, sentences: Sequence[str], encoder: Encoder) -> tuple[int, ...]:
    """The numbers of the sentences, the one that best answers the question first; ties by number.

    Weighs likeness in meaning, shared words, words that report a result, and the place: results come late.
    """
    if not sentences:
        return ()
    vector = encoder.queries([question])[0]
    likeness = encoder.passages(list(sentences)) @ vector
    asked = {stem(one.folded) for one in words(question) if one.folded not in WORDS.function}
    scores = []
    for number, text in enumerate(sentences):
        has = {stem(one.folded) for one in words(text)}
        shared = len(asked & has) / len(asked) if asked else 0.0
        reports = bool(ASPECT_CUES[Aspect.EFFECT].search(text))
        plans = bool(ASPECT_CUES[Aspect.METHODS].search(text))
        place = number / len(sentences)
        score = float(likeness[number]) + shared + 0.4 * reports - 0.3 * plans + 0.6 * place
        scores.append(round(score, 6))
    return tuple(sorted(range(len(sentences)), key=lambda number: (-scores[number], number)))
