"""Which sentences of a study are shown for a question: the lead, what balances it, and the caveats.

Quotes are cut from sentences; nothing is worded here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.reading import Sentence, counts, speaks_to
from corpus.study import Aspect, Review, Role, Voice
from corpus.vocabulary import Vocabulary
from corpus.words import stem, words
from index.vectors import Vectors
from qa.answer import Finding, Flag, Quote, QuoteRole
from qa.coverage import related
from qa.cues import WORDS
from qa.retrieval import UNSETTLED, Candidate
from qa.understanding import Meaning

MOST_QUOTES = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes a sentence the one that answers; chosen on the tune split of `tests/questions`."""

    fact: float = 6.0  # speaks to the number, risk, point ... that was asked for
    effect: float = 1.5  # speaks to the effect, where nothing else was asked for
    finding: float = 0.5
    comparator: float = 2.5
    outcome: float = 1.2
    condition: float = 1.5
    treatment: float = 0.8
    point: float = 3.0
    meaning: float = 2.5
    words: float = 3.0
    headline: float = 0.3
    note: float = -0.7  # the clinic's voice, where the study's own summary speaks too
    overclaim: float = -4.0


WEIGHTS = Weights()


def _overlap(meaning: Meaning, sentences: Sequence[Sentence]) -> dict[int, float]:
    """The share of the question's telling words in each sentence; words that all sentences have tell nothing."""
    asked = {one for one in meaning.stems if one not in WORDS.function}
    spoken = {one.number: {stem(word.folded) for word in words(one.text)} for one in sentences}
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


def _names_point(meaning: Meaning, text: str) -> bool:
    plain = text.replace(" ", "").casefold()
    return any(point in plain for point in meaning.points)


def scores(
    meaning: Meaning,
    candidate: Candidate,
    vocabulary: Vocabulary,
    likeness: Vectors,
    weights: Weights = WEIGHTS,
) -> dict[int, float]:
    """How well each sentence of the study answers the question, by its number; higher is better.

    `likeness` is the cosine of question and sentence, one for each sentence of the study.
    """
    sentences = candidate.sentences
    asks = meaning.asks or Aspect.EFFECT
    summarised = any(one.voice is Voice.SUMMARY for one in sentences)
    against = meaning.understood.comparators
    overlap = _overlap(meaning, sentences)
    found = {}
    for one in sentences:
        score = weights.meaning * float(likeness[one.number]) + weights.words * overlap[one.number]
        score += (weights.effect if asks is Aspect.EFFECT else weights.fact) * speaks_to(one, asks)
        score += weights.fact * (bool(meaning.counted) and counts(one, meaning.counted))
        score += weights.finding * (Role.FINDING in one.roles)
        score += weights.fact * (meaning.wants_open and one.direction in UNSETTLED)
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


def _quote(candidate: Candidate, one: Sentence, role: QuoteRole) -> Quote:
    place = (one.section, one.start, one.end)
    return Quote(candidate.study, *place, role, one.comparators, one.direction)


def _lead_role(one: Sentence) -> QuoteRole:
    if Role.FINDING in one.roles or Role.OVERCLAIM in one.roles:
        return QuoteRole.FINDING
    return QuoteRole.CAVEAT if Role.CAVEAT in one.roles else QuoteRole.DETAIL


def _caveats(candidate: Candidate) -> list[Sentence]:
    """The study's caveats, the most important first: the order of the marks, else of the text."""
    limits = {
        (one.section, one.start): one for one in candidate.sentences if Role.CAVEAT in one.roles
    }
    if not candidate.study.marks:
        return list(limits.values())
    order = dict.fromkeys((mark.section, mark.start) for mark in candidate.study.marks)
    return [limits[place] for place in order if place in limits]


def _other_side(meaning: Meaning, lead: Sentence, ranked: Sequence[Sentence]) -> Sentence | None:
    """The best finding against another comparator, where the question names none."""
    if meaning.understood.comparators or not lead.comparators:
        return None
    return next(
        (
            one
            for one in ranked
            if Role.FINDING in one.roles
            and Role.OVERCLAIM not in one.roles
            and one.comparators
            and not set(one.comparators) & set(lead.comparators)
        ),
        None,
    )


def _flags(candidate: Candidate, shown: Sequence[Sentence], *, limits: bool) -> tuple[Flag, ...]:
    flags = []
    if candidate.study.note_only:
        flags.append(Flag.NOTE_ONLY)
    if any(Role.OVERCLAIM in one.roles for one in shown):
        flags.append(Flag.NOTE_STRONGER)
    if not limits:
        flags.append(Flag.NO_CAVEAT_STATED)
    if candidate.study.review is Review.DRAFT:
        flags.append(Flag.DRAFT)
    return tuple(flags)


def _at(candidate: Candidate, place: tuple[str, int, int]) -> Sentence:
    return next(one for one in candidate.sentences if (one.section, one.start, one.end) == place)


def _same_message(one: Sentence, other: Sentence) -> bool:
    """True where both say the same of the same comparison, as summary and note often do."""
    return (
        one.direction is not None
        and one.direction is other.direction
        and bool(one.comparators)
        and set(one.comparators) == set(other.comparators)
        and set(one.outcomes) == set(other.outcomes)
    )


def _says_too_much(one: Sentence, candidate: Candidate) -> bool:
    """True for a clinic note that says more than the study's own summary, which is there to contrast it."""
    summarised = any(other.voice is Voice.SUMMARY for other in candidate.sentences)
    return summarised and Role.OVERCLAIM in one.roles


class _Selection:
    """The sentences chosen so far, each once, in the order in which they are shown."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.quotes: dict[int, Quote] = {}
        self.sentences: list[Sentence] = []

    def show(self, one: Sentence, role: QuoteRole, *, always: bool = False) -> None:
        """Choose a sentence, unless it or (without `always`) one with the same message is chosen already."""
        told = not always and any(_same_message(one, other) for other in self.sentences)
        if one.number not in self.quotes and not told:
            self.quotes[one.number] = _quote(self.candidate, one, role)
            self.sentences.append(one)

    @property
    def is_full(self) -> bool:
        """True where no further sentence should be shown."""
        return len(self.sentences) >= MOST_QUOTES


def _only(comparators: Sequence[str]) -> str | None:
    """What a study compares with throughout, for a lead that does not say it again."""
    return comparators[0] if len(comparators) == 1 else None


def finding(
    meaning: Meaning,
    candidate: Candidate,
    vocabulary: Vocabulary,
    likeness: Vectors,
    weights: Weights = WEIGHTS,
) -> Finding:
    """What one study says to the question: lead quote, balance and caveats; four quotes as a rule.

    A note that says more than its study's summary never leads where the summary speaks; shown for what it
    says, it stands beside the contrasting sentence.
    """
    rated = scores(meaning, candidate, vocabulary, likeness, weights)
    ranked = sorted(candidate.sentences, key=lambda one: (-rated[one.number], one.number))
    lead = next((one for one in ranked if not _says_too_much(one, candidate)), ranked[0])
    chosen = _Selection(candidate)
    chosen.show(lead, _lead_role(lead))
    chosen.show(ranked[0], _lead_role(ranked[0]))  # no other one than the lead, or a stronger note
    caveats = _caveats(candidate)
    other = _other_side(meaning, lead, ranked)
    if other is not None and not any(_same_message(other, one) for one in caveats):
        chosen.show(other, QuoteRole.FINDING)
    for one in caveats:
        if one is caveats[0] or not chosen.is_full:
            chosen.show(one, QuoteRole.CAVEAT, always=one is caveats[0])
    for one in tuple(chosen.sentences):
        if Role.OVERCLAIM in one.roles and one.contrast is not None:
            chosen.show(_at(candidate, one.contrast), QuoteRole.CONTRAST)
    quotes = tuple(chosen.quotes.values())
    return Finding(
        study=candidate.study,
        quotes=quotes,
        comparator=quotes[0].comparator or _only(candidate.study.comparators),
        flags=_flags(candidate, chosen.sentences, limits=bool(caveats)),
    )


def withheld(candidate: Candidate) -> Candidate | None:
    """The candidate without the clinic notes that say more than the study's summary; None if nothing is left."""
    kept = tuple(one for one in candidate.sentences if Role.OVERCLAIM not in one.roles)
    return replace(candidate, sentences=kept) if kept else None


def balanced(findings: Sequence[Finding], fit: Mapping[str, float]) -> tuple[Finding, ...]:
    """The findings with a null, mixed or open one among the first two, where one fits the question as well.

    `fit` is how well each study's condition fits, by study id: a study of something wider balances nothing.
    """

    def is_open(one: Finding) -> bool:
        return any(quote.direction in UNSETTLED for quote in one.quotes)

    if not findings or any(is_open(one) for one in findings[:2]):
        return tuple(findings)
    least = fit[findings[0].study.id]
    later = next((one for one in findings[2:] if is_open(one) and fit[one.study.id] >= least), None)
    if later is None:
        return tuple(findings)
    rest = [one for one in findings if one is not later]
    return (rest[0], later, *rest[1:])
