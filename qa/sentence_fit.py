"""How well each sentence of a study answers a question.

Which sentences are then shown, and what must stand beside them, is in `evidence`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.reading import Sentence, counts, speaks_to
from corpus.study import Aspect, Role, Voice
from corpus.vocabulary import Vocabulary
from corpus.words import stem, words
from index.vectors import Vectors
from qa.coverage import related
from qa.cues import EVERYDAY
from qa.details import tells
from qa.retrieval import UNSETTLED, Candidate
from qa.understanding import Meaning


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes a sentence the one that answers.

    Fitted as a softmax over the sentences of each study on 465 pairs of judged question and study of the tune
    splits of `tests/questions`, near the weights chosen by hand; left out in fives, the first sentence was right
    for 0.903 of them (0.871 before, without `bare_*`).
    """

    fact: float = 7.2  # speaks to the number, risk, point ... that was asked for
    effect: float = 1.8  # speaks to the effect, where nothing else was asked for
    counted: float = 6.0
    finding: float = 0.4
    open: float = 6.0  # null, mixed or open, where that is asked for
    comparator: float = 3.9
    outcome: float = 1.6
    condition: float = 1.0
    treatment: float = 0.8
    point: float = 3.0
    meaning: float = 4.2
    words: float = 3.8
    bare_meaning: float = 2.5  # without the names that all sentences of a study are about
    bare_words: float = 1.8
    headline: float = 0.1
    note: float = 0.0  # set by hand (fitted: 0.5): of equal sentences the summary's own comes first
    overclaim: float = -1.9


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Likeness:
    """The cosine of each sentence of a study to the question, whole and bare; one number for each sentence."""

    whole: Vectors
    bare: Vectors


@lru_cache(maxsize=8192)  # sentences of studies
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word.folded) for word in words(text))


def _overlap(asked: frozenset[str], sentences: Sequence[Sentence]) -> dict[int, float]:
    """The share of the asked words in each sentence; words that all sentences have tell nothing."""
    spoken = {one.number: _stems(one.text) for one in sentences}
    weight = {
        one: math.log(1 + len(spoken) / (1 + sum(one in has for has in spoken.values())))
        for one in asked
    }
    total = sum(weight[one] for one in sorted(asked)) or 1.0
    return {
        number: sum(weight[one] for one in sorted(asked & has)) / total
        for number, has in spoken.items()
    }


def _condition_fit(
    vocabulary: Vocabulary, meaning: Meaning, candidate: Candidate, one: Sentence
) -> float:
    """+1 where the sentence narrows to what was asked, -1 where it narrows to something else."""
    if not meaning.conditions or not one.conditions or one.conditions == candidate.study.conditions:
        return 0.0
    return 1.0 if related(vocabulary, meaning.conditions, one.conditions) else -1.0


# Research that is not finished, as papers speak of it.
_ONGOING = re.compile(
    r"\b(?:ongoing|under ?way|in progress|registered|planned|(?:future|further|more) (?:\w+ ){0,2}(?:trials|studies|research)"
    r"|trials?\b.{0,60}\b(?:needed|required|warranted))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _names_point(meaning: Meaning, text: str) -> bool:
    plain = text.replace(" ", "").casefold()
    return any(point in plain for point in meaning.points)


_PLAIN = frozenset(stem(one) for one in EVERYDAY)


def _asks_for_books(meaning: Meaning) -> bool:
    """True where studies are asked for and nothing of what they say: "studies by Li", "the newest one"."""
    if meaning.asks is not Aspect.STUDIES:
        return False
    named = {stem(one.folded) for value in meaning.filters.values() for one in words(str(value))}
    return not meaning.bare_stems - _PLAIN - named


def _told_of(meaning: Meaning) -> Aspect:
    """What a sentence should speak to: of a study of some size its size, of any other that is asked for what it found."""
    if not _asks_for_books(meaning):
        return meaning.asks or Aspect.EFFECT
    sized = meaning.filters.get("order") in {"largest", "smallest"}
    sized = sized or not {"participants_from", "participants_to"}.isdisjoint(meaning.filters)
    return Aspect.PARTICIPANTS if sized else Aspect.EFFECT


def scores(
    meaning: Meaning,
    candidate: Candidate,
    vocabulary: Vocabulary,
    likeness: Likeness,
    weights: Weights = WEIGHTS,
) -> dict[int, float]:
    """How well each sentence of the study answers the question, by its number; higher is better."""
    sentences = candidate.sentences
    asks = _told_of(meaning)
    if tells(candidate.study, asks) and not any(speaks_to(one, asks) for one in sentences):
        asks = Aspect.EFFECT  # its record tells it
    summarised = any(one.voice is Voice.SUMMARY for one in sentences)
    against = meaning.understood.comparators
    says_more = not _asks_for_books(meaning)
    overlap = _overlap(frozenset(meaning.stems), sentences)
    bare_overlap = _overlap(meaning.bare_stems, sentences)
    found = {}
    for one in sentences:
        score = weights.meaning * float(likeness.whole[one.number])
        score += weights.words * overlap[one.number]
        if says_more:
            score += weights.bare_meaning * float(likeness.bare[one.number])
            score += weights.bare_words * bare_overlap[one.number]
        score += (weights.effect if asks is Aspect.EFFECT else weights.fact) * speaks_to(one, asks)
        score += weights.counted * (meaning.wants_date and _YEAR.search(one.text) is not None)
        score += weights.counted * (meaning.wants_ongoing and _ONGOING.search(one.text) is not None)
        score += weights.counted * (bool(meaning.counted) and counts(one, meaning.counted))
        score += weights.finding * (Role.FINDING in one.roles)
        score += weights.open * (meaning.wants_open and one.direction in UNSETTLED)
        score += weights.comparator * related(vocabulary, against, one.comparators)
        score += weights.outcome * related(vocabulary, meaning.outcomes, one.outcomes)
        score += weights.condition * _condition_fit(vocabulary, meaning, candidate, one)
        score += weights.point * _names_point(meaning, one.text)
        if one.treatments != candidate.study.treatments:
            score += weights.treatment * related(vocabulary, meaning.treatments, one.treatments)
        score += weights.headline * (one.section == "Headline")
        if summarised and one.voice is Voice.NOTE:
            score += weights.note
        if Role.OVERCLAIM in one.roles:
            score += weights.overclaim
        found[one.number] = round(score, 6)
    return found


# The least share of the bare question's telling words, and how far before the next; chosen on the tune splits.
_TOLD_WORDS, _BEFORE_NEXT = 0.4, 0.1


def by_bare_words(meaning: Meaning, candidate: Candidate, likeness: Likeness) -> Sentence | None:
    """The sentence that says what the question is about beyond its topic, in its words: "as large as other reviews".

    None where no sentence does clearly; it may say too much, and then stands beside the contrasting one.
    """
    if not meaning.bare:
        return None
    overlap = _overlap(meaning.bare_stems, candidate.sentences)
    told = [
        (round(overlap[one.number] + float(likeness.bare[one.number]), 6), -one.number, one)
        for one in candidate.sentences
    ]
    best, *others = sorted(told, key=lambda each: each[:2], reverse=True)
    clear = not others or best[0] - others[0][0] >= _BEFORE_NEXT
    return best[2] if clear and overlap[best[2].number] >= _TOLD_WORDS else None
