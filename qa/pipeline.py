"""From a question to an answer: the whole read path at one level. The file to read first.

Each step lives in a module of its own; nothing here words, ranks or matches anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from corpus.catalogue import Catalogue
from corpus.matching import gazetteer
from index.library import Library
from index.vectors import Vectors
from qa import alarm_by_meaning, safety
from qa.answer import Answer, Finding, Outcome, Understood
from qa.answerability import Decision, taken_to_mean
from qa.by_meaning import reader
from qa.choices import NO_CHOICES, Choices
from qa.evidence import balanced, finding, withheld
from qa.examples import offers
from qa.narrowing import check, decided, with_chosen
from qa.page_record import causes, disclaimer
from qa.receipt import boundary, receipt
from qa.retrieval import Candidate, candidates
from qa.said import Said
from qa.sentence_fit import Likeness
from qa.shelf import Shelf
from qa.understanding import Meaning, understand, without_the_others
from qa.wording import Number, Wording

LONGEST_QUESTION = 500  # characters
MOST_TURNS = 20
_OFFERING = {Outcome.NO_QUESTION, Outcome.NOT_IN_COLLECTION, Outcome.NOT_REPORTED}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the operator decides about answers; part of the receipt."""

    country: str | None = None  # whose emergency numbers are shown; all of them where None
    phone: str | None = None  # the clinic's
    withhold_flagged: bool = False  # leave out clinic notes that say more than the study's summary


DESK = Desk()


def ask(
    question: str,
    library: Library,
    history: Sequence[str] = (),
    *,
    desk: Desk = DESK,
    day: date | None = None,
    choices: Choices = NO_CHOICES,
) -> Answer:
    """The answer to `question`, said after the earlier questions `history` (oldest first).

    Deterministic: equal library, desk and day give an equal answer. A question that is too long is read for
    red flags and then refused; of the earlier ones the latest `MOST_TURNS` that were not refused count.
    ChoiceError where `choices` name what is not known; an alarm is given whatever they are.
    """
    asked = unicodedata.normalize("NFC", question)
    earlier = tuple(
        unicodedata.normalize("NFC", one) for one in history if len(one) <= LONGEST_QUESTION
    )[-MOST_TURNS:]
    catalogue = library.catalogue

    frame = _Frame(question, asked, library, desk, day)

    said = Said(library)
    told = alarm_by_meaning.reader(library, said)
    alarm = safety.red_flag(asked, earlier, told)
    if alarm is not None:
        notices = safety.urgent_notices(alarm, desk.country)
        return frame.says(Decision(Outcome.URGENT, notices=notices))
    frame = replace(frame, before=safety.crisis_notices(asked, told, desk.country))
    if len(question) > LONGEST_QUESTION:
        return frame.says(_too_long(question))

    check(choices, catalogue.vocabulary)
    says = replace(frame, choices=choices).says
    meaning = _understood(asked, earlier, library, said, choices)
    aside = _not_for_studies(asked, earlier, desk)
    if aside is not None and aside.outcome is not Outcome.ASK_PRACTITIONER:
        return says(aside, meaning.understood)

    meaning, decision = _decided(meaning, library, said.question(meaning.query), desk, choices)
    if aside is not None:
        behind = decision.shown[:2] if meaning.conditions else ()
        decision = Decision(aside.outcome, related=behind, notices=aside.notices)
    return says(
        decision,
        meaning.understood,
        findings=_findings(decision, meaning, library, said),
        related=tuple(_finding(meaning, one, library, said) for one in decision.related),
    )


def _understood(
    asked: str, earlier: Sequence[str], library: Library, said: Said, choices: Choices
) -> Meaning:
    catalogue = library.catalogue
    meaning = understand(
        asked,
        earlier,
        catalogue.vocabulary,
        shelf(catalogue),
        reader(library, said),
        without=choices.without,
    )
    return with_chosen(meaning, choices, catalogue.vocabulary)


def _too_long(question: str) -> Decision:
    values = {"found": Number(len(question)), "most": Number(LONGEST_QUESTION)}
    return Decision(Outcome.NO_QUESTION, notices=(Wording("question-too-long", values),))


def _decided(
    meaning: Meaning, library: Library, vector: Vectors, desk: Desk, choices: Choices
) -> tuple[Meaning, Decision]:
    """The decision, and the meaning that it was taken on.

    Where no study reports what only an earlier question asked for, the newer one is taken on its own; where none
    compares what is named beside each other ("acupuncture or yoga"), the first is.
    """

    def on(what: Meaning) -> Decision:
        found = candidates(what, library, vector)
        if desk.withhold_flagged:
            found = tuple(kept for one in found if (kept := withheld(one)) is not None)
        return decided(what, found, library.catalogue, choices)

    decision = on(meaning)
    if decision.outcome is Outcome.NOT_REPORTED and meaning.asks_carried:
        meaning = replace(meaning, asks=None, asks_carried=False)
        decision = on(meaning)
    if decision.outcome is Outcome.NOT_IN_COLLECTION and meaning.offers:
        first = on(without_the_others(meaning))
        if first.outcome is Outcome.ANSWERED:
            decision = replace(first, notices=(*first.notices, *decision.notices))
    taken = taken_to_mean(meaning, library.catalogue.vocabulary)
    return meaning, replace(decision, notices=(*decision.notices, *taken))


def _findings(
    decision: Decision, meaning: Meaning, library: Library, said: Said
) -> tuple[Finding, ...]:
    if decision.from_page:
        return causes(library.catalogue)
    fit = {one.study.id: one.condition for one in decision.shown}
    return balanced([_finding(meaning, one, library, said) for one in decision.shown], fit)


@lru_cache(maxsize=8)
def shelf(catalogue: Catalogue) -> Shelf:
    """The catalogue's authors and journals, made once."""
    return Shelf(catalogue.studies, gazetteer(catalogue.vocabulary).knows)


def _not_for_studies(question: str, history: Sequence[str], desk: Desk) -> Decision | None:
    """The decision where the question is for a person, for the desk, or is no question; else None."""
    if (personal := safety.personal(question, history)) is not None:
        notices = safety.practitioner_notices(personal)
        return Decision(Outcome.ASK_PRACTITIONER, notices=notices)
    if (matter := safety.clinic_matter(question, history)) is not None:
        notices = safety.clinic_notices(matter, desk.phone)
        return Decision(Outcome.CLINIC_MATTER, notices=notices)
    if (nothing := safety.no_question(question, history)) is not None:
        return Decision(Outcome.NO_QUESTION, notices=safety.no_question_notices(nothing))
    return None


def _finding(meaning: Meaning, one: Candidate, library: Library, said: Said) -> Finding:
    """What the study says to the question, by its likeness to the question with its topic and without."""
    sentences = library.sentence_vectors(one.study.id)
    whole = sentences @ said.question(meaning.query)
    bare = sentences @ said.question(meaning.bare) if meaning.bare else whole
    likeness = Likeness(whole, bare)
    return finding(meaning, one, library.catalogue.vocabulary, likeness)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every answer to one question has, however it ends."""

    question: str
    asked: str
    library: Library
    desk: Desk
    day: date | None
    choices: Choices = NO_CHOICES
    before: tuple[Wording, ...] = ()  # stands before all other notices

    def says(
        self,
        decision: Decision,
        understood: Understood | None = None,
        *,
        findings: tuple[Finding, ...] = (),
        related: tuple[Finding, ...] = (),
    ) -> Answer:
        """The whole answer around a decision."""
        catalogue = self.library.catalogue
        urgent = decision.outcome is Outcome.URGENT
        offering = decision.outcome in _OFFERING
        day = self.day or date.today()  # noqa: DTZ011 - the operator's own day
        return Answer(
            question=self.question,
            outcome=decision.outcome,
            understood=understood or Understood(),
            notices=(*self.before, *decision.notices),
            findings=findings,
            related=related,
            boundary=None if urgent else boundary(catalogue),
            disclaimer=disclaimer(catalogue),
            receipt=receipt(self.library, self.desk, day),
            language=safety.language(self.asked),
            choices=self.choices,
            offers=offers(catalogue, understood.conditions) if offering and understood else (),
        )
