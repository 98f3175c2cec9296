"""What the record of a study tells beside its text: of how many trials and people it is."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.study import Aspect, Design, Study
from qa.answer import Answer
from qa.wording import Number, Wording

TOLD_IN_DETAILS = (
    "told-in-details"  # the notice where no sentence tells what was asked and records do
)


def sizes(study: Study) -> Iterator[Wording]:
    """Trials or reviews, and people, as far as the record has them."""
    if _counts_trials(study):
        name = "page-reviews" if study.design is Design.OVERVIEW else "page-trials"
        yield Wording(name, {"count": Number(study.trials or 0)})
    if study.participants is not None:
        yield Wording("page-people", {"count": Number(study.participants)})


def tells(study: Study, asks: Aspect | None) -> bool:
    """True where the record itself tells what is asked for, whether or not a sentence of the text does."""
    return (asks is Aspect.PARTICIPANTS and study.participants is not None) or (
        asks is Aspect.TRIALS and _counts_trials(study)
    )


def is_told_in_details(answer: Answer) -> bool:
    """True where records answer what no sentence does."""
    return any(one.id == TOLD_IN_DETAILS for one in answer.notices)


def related_heading(answer: Answer) -> Wording:
    """What stands above the studies whose texts do not answer: the nearest ones, or those whose details do."""
    return Wording("details-heading" if is_told_in_details(answer) else "related-heading")


def _counts_trials(study: Study) -> bool:
    return study.trials is not None and study.design is not Design.RANDOMISED_TRIAL
