"""What a visitor's choices do to an answer: which studies may be shown, and what counts as asked for.

Works on what was understood and found; safety comes before and never hears of choices. What was left out of the
question itself is `leaving_out`'s matter.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.catalogue import Catalogue
from corpus.study import Study
from corpus.vocabulary import Kind, Vocabulary
from corpus.words import commonness
from qa.answer import Outcome
from qa.answerability import Decision, decide
from qa.choices import ChoiceError, Choices, YearsError
from qa.retrieval import Candidate
from qa.understanding import Meaning
from qa.unknown import Slot
from qa.wording import Wording

FILTERS = (
    "author",
    "design",
    "journal",
    "order",
    "participants_from",
    "participants_to",
    "year",
    "year_from",
    "year_to",
)
_NEAR = 3  # names that a message offers


def check(choices: Choices, vocabulary: Vocabulary) -> None:
    """ChoiceError for an id that the vocabulary does not have, and for years that end before they begin."""
    if not choices:
        return
    every = {one.id for one in vocabulary.concepts.values()}
    conditions = {one for one in every if vocabulary[one].kind is Kind.CONDITION}
    treatments = {one for one in every if vocabulary[one].kind is Kind.TREATMENT}
    _known(choices.without, every.union(FILTERS), "nothing")
    _known(choices.conditions, conditions, "no condition")
    _known(choices.treatments, treatments, "no treatment")
    first, last = choices.year_from, choices.year_to
    if first is not None and last is not None and first > last:
        raise YearsError(f"the years run from {first} to {last}; wanted the earlier one first")


def _known(ids: Iterable[str], known: Iterable[str], what: str) -> None:
    for one in ids:
        if one not in known:
            near = difflib.get_close_matches(one, sorted(known), n=_NEAR)
            meant = f"did you mean {' or '.join(near)}?" if near else "wanted the id of one"
            raise ChoiceError(f"{one!r:.60} is {what} that we know; {meant}")


def narrows(choices: Choices) -> bool:
    """True where the choices keep any study out."""
    return replace(choices, without=()) != Choices()


def fits(study: Study, choices: Choices, vocabulary: Vocabulary) -> bool:
    """True where the study has one of each that is chosen; a study on a kind of something is a study on it."""
    year = study.year
    return (
        _has(study.conditions, choices.conditions, vocabulary)
        and _has(study.treatments, choices.treatments, vocabulary)
        and (not choices.designs or study.design in choices.designs)
        and (choices.year_from is None or (year is not None and year >= choices.year_from))
        and (choices.year_to is None or (year is not None and year <= choices.year_to))
    )


def _has(studied: Sequence[str], chosen: Sequence[str], vocabulary: Vocabulary) -> bool:
    return not chosen or any(
        one in chosen or not vocabulary.above(one).isdisjoint(chosen) for one in studied
    )


_EVERYDAY = 5000  # a word that is rarer may be the topic


def with_chosen(meaning: Meaning, choices: Choices, vocabulary: Vocabulary) -> Meaning:
    """The meaning with what is chosen counted as asked for, where the question names no such thing.

    Words that nobody knows here may be a condition or a treatment, so nothing is put in their place.
    """
    strange = {
        one.slot
        for one in meaning.unknown
        if one.slot is not Slot.OTHER or any(commonness(part) < _EVERYDAY for part in one.stems)
    }
    said = meaning.understood
    conditions, treatments = said.conditions, said.treatments
    added: tuple[str, ...] = ()
    if not conditions and strange <= {Slot.TREATMENT} and not meaning.unknown_author:
        added = conditions = choices.conditions
    if not meaning.treatments and strange <= {Slot.CONDITION} and not meaning.unknown_author:
        treatments = choices.treatments
        added = (*added, *treatments)
    if not added:
        return meaning
    return replace(
        meaning,
        understood=replace(said, conditions=conditions, treatments=treatments),
        treatments=meaning.treatments or treatments,
        query=" ".join((meaning.query, *map(vocabulary.label, added))),
    )


def decided(
    meaning: Meaning, found: Sequence[Candidate], catalogue: Catalogue, choices: Choices
) -> Decision:
    """The decision on the studies that fit the choices.

    Where none is left that answers, though one would without the choices, the answer says so.
    """
    vocabulary = catalogue.vocabulary
    left = [one for one in found if fits(one.study, choices, vocabulary)]
    decision = decide(meaning, left, catalogue)
    if choices.without and decision.outcome is Outcome.NO_QUESTION:
        return replace(decision, notices=(Wording("choices-nothing-left"),))
    if decision.outcome is Outcome.ANSWERED or len(left) == len(found):
        return decision
    if decide(meaning, found, catalogue).outcome is not Outcome.ANSWERED:
        return decision
    exists = any(fits(one, choices, vocabulary) for one in catalogue.studies)
    outcome = Outcome.NOT_REPORTED if exists else Outcome.NOT_IN_COLLECTION
    return Decision(outcome, notices=(Wording("choices-none-fit"),))
