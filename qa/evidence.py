"""Which sentences of a study are shown for a question: the lead, what balances it, and the caveats.

Quotes are cut from sentences; nothing is worded here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.reading import Sentence
from corpus.study import Review, Role, Voice
from corpus.vocabulary import Vocabulary
from qa.answer import Finding, Flag, Quote, QuoteRole
from qa.retrieval import UNSETTLED, Candidate
from qa.sentence_fit import Likeness, by_bare_words, scores
from qa.understanding import Meaning

MOST_QUOTES = 4


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
    """True where both are the same words, or say the same of the same comparison: summary and note often do."""
    return one.text == other.text or (
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


_NEAR = (
    0.85  # of the lead's score; on the tune splits, nearer shows too little and farther too much
)


def _next_best(
    rated: Mapping[int, float], ranked: Sequence[Sentence], lead: Sentence
) -> Sentence | None:
    """A second sentence that answers about as well as the lead: "of these, 17 were analysed"."""
    second = next((one for one in ranked if one is not lead and not _is_overclaim(one)), None)
    if second is None or rated[second.number] < _NEAR * rated[lead.number]:
        return None
    return second


def _is_overclaim(one: Sentence) -> bool:
    return Role.OVERCLAIM in one.roles


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
    likeness: Likeness,
) -> Finding:
    """What one study says to the question: lead quote, balance and caveats; four quotes as a rule.

    A note that says more than its study's summary never leads where the summary speaks; shown for what it
    says, it stands beside the contrasting sentence.
    """
    rated = scores(meaning, candidate, vocabulary, likeness)
    ranked = sorted(candidate.sentences, key=lambda one: (-rated[one.number], one.number))
    lead = next((one for one in ranked if not _says_too_much(one, candidate)), ranked[0])
    chosen = _Selection(candidate)
    chosen.show(lead, _lead_role(lead))
    chosen.show(ranked[0], _lead_role(ranked[0]))  # no other one than the lead, or a stronger note
    if (second := _next_best(rated, ranked, lead)) is not None:
        chosen.show(second, _lead_role(second))
    if (told := by_bare_words(meaning, candidate, likeness)) is not None:
        chosen.show(told, _lead_role(told))
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
        sentences=candidate.sentences,
    )


def withheld(candidate: Candidate) -> Candidate | None:
    """The candidate without the clinic notes that say more than the study's summary; None if nothing is left."""
    kept = tuple(one for one in candidate.sentences if Role.OVERCLAIM not in one.roles)
    return replace(candidate, sentences=kept) if kept else None


def is_open(one: Finding) -> bool:
    """True where a sentence shown is null, mixed or cannot conclude."""
    return any(quote.direction in UNSETTLED for quote in one.quotes)


def balanced(findings: Sequence[Finding], fit: Mapping[str, float]) -> tuple[Finding, ...]:
    """The findings with a null, mixed or open one among the first two, where one fits the question as well.

    `fit` is how well each study's condition fits, by study id: a study of something wider balances nothing.
    """
    if not findings or any(is_open(one) for one in findings[:2]):
        return tuple(findings)
    least = fit[findings[0].study.id]
    later = next((one for one in findings[2:] if is_open(one) and fit[one.study.id] >= least), None)
    if later is None:
        return tuple(findings)
    rest = [one for one in findings if one is not later]
    return (rest[0], later, *rest[1:])
