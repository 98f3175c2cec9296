"""Plain search and evidence ranking, for evaluation on public data: no facets, no outcomes, no wording.

`ask` does not come through here; it shares the engines and the cues.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from corpus.reading import ASPECT_CUES
from corpus.study import Aspect
from corpus.words import stem, words
from index.encoder import Encoder
from index.library import Library
from qa.cues import WORDS
from qa.draft_fit import telling_words
from qa.follow_up import Reading, readings

TAG = "evidence-desk"
_DEPTH = 1000  # passages and studies asked of each engine
# The weight of meaning beside words, in a convex combination from the theoretical minimum (Bruch, Gai and Ingber 2023).
# Chosen on acupuncture, LiveQA and PubMedQA, their halves and quarters, and with 100 to 900 studies of another one mixed
# in (168 splits): mean nDCG@10 0.8838 against 0.8824 for min-max with 0.5 and 0.8627 for reciprocal rank fusion; more
# than 0.005 below the better engine in 10 of them against 19 and 72.
_NEAR = 0.6


class Mode(StrEnum):
    """Which engines rank."""

    HYBRID = "hybrid"
    DENSE = "dense"
    BM25 = "bm25"


@dataclass(frozen=True, slots=True)
class Legs:
    """What each engine says of each study it found, by study id: cosine, and BM25."""

    near: Mapping[str, float]
    said: Mapping[str, float]

    def ranked(self, mode: Mode, k: int) -> tuple[tuple[str, float], ...]:
        """The `k` best studies with their scores, best first; ties by id."""
        scores = {Mode.DENSE: self.near, Mode.BM25: self.said, Mode.HYBRID: self._fused()}[mode]
        rounded = ((study, round(score, 6)) for study, score in scores.items())
        return tuple(sorted(rounded, key=lambda one: (-one[1], one[0]))[:k])

    def _fused(self) -> dict[str, float]:
        """Both scores as shares of the best one, counted from nought, and weighed.

        Counted from the lowest score that was found, the share would hang on how many studies there are.
        """
        fused: dict[str, float] = {}
        for weight, scores in ((_NEAR, self.near), (1 - _NEAR, self.said)):
            best = max(scores.values(), default=0.0)
            for study, score in scores.items():
                share = max(score, 0.0) / best if best > 0 else 0.0
                fused[study] = fused.get(study, 0.0) + weight * share
        return fused


def legs(
    library: Library, query: str, history: Sequence[str] = (), *, mode: Mode = Mode.HYBRID
) -> Legs:
    """What the engines of `mode` find for `query`, said after the earlier queries `history` (oldest first).

    The scores of its readings are averaged; those of meaning by averaging the vectors. The page is no study.
    """
    read = readings(query, history)
    near = _near(library, read) if mode is not Mode.BM25 else {}
    said = _said(library, read) if mode is not Mode.DENSE else {}
    for found in (near, said):
        found.pop(library.catalogue.page.id, None)
    return Legs(near, said)


def _near(library: Library, read: Sequence[Reading]) -> dict[str, float]:
    vectors = [library.question_vector(one.text) for one in read]
    mean = np.average(vectors, axis=0, weights=[one.weight for one in read])
    unit = (mean / (np.linalg.norm(mean) or 1.0)).astype(np.float32)
    near: dict[str, float] = {}
    for hit in library.nearest(unit, _DEPTH):
        near.setdefault(hit.passage.study, hit.score)
    return near


def _said(library: Library, read: Sequence[Reading]) -> dict[str, float]:
    said: dict[str, float] = {}
    for one in read:
        for hit in library.bm25_studies(one.text, _DEPTH):
            said[hit.study.id] = said.get(hit.study.id, 0.0) + one.weight * hit.score
    return said


def ranking(
    library: Library, query: str, k: int, mode: Mode, history: Sequence[str] = ()
) -> tuple[tuple[str, float], ...]:
    """The `k` best studies for a query said after `history`, with their scores, best first; ties by id."""
    return legs(library, query, history, mode=mode).ranked(mode, k)


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
