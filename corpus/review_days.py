"""Where each record stands with its review on a day: what waits, what is due, what is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from corpus.catalogue import load_studies
from corpus.standing import Standing, standing
from corpus.study import Review, Study

DUE_DAYS = 30


class State(StrEnum):
    """What a reviewer should know of a record."""

    DRAFT = "draft"
    EXPIRED = "expired"  # its approval is over: it left the patients' page
    DUE = "due"  # its approval will soon be over
    APPROVED = "approved"
    PUBLISHED = "published"  # by the clinic itself, without a day of review: it stays, and is named to staff
    WITHDRAWN = "withdrawn"


def state(study: Study, day: date, *, due: int = DUE_DAYS) -> State:
    """Where a record stands on a day; it is due where its approval ends within so many days."""
    found = standing(study, day)
    if found is not Standing.SHOWN:
        return State(found)
    if study.review is Review.PUBLISHED or study.approval is None:
        return State.PUBLISHED
    return State.DUE if study.approval.until <= day + timedelta(days=due) else State.APPROVED


def counts(studies: Iterable[Study], day: date) -> dict[State, int]:
    """How many records are in each state."""
    found = dict.fromkeys(State, 0)
    for one in studies:
        found[state(one, day)] += 1
    return found


def reminder(folder: Path, day: date) -> str | None:
    """What staff should hear when the server starts: how many approvals are over, or will soon be; else None."""
    found = counts((one for _, one in load_studies(folder, None) if not one.is_page), day)
    over, soon = found[State.EXPIRED], found[State.DUE]
    if not over and not soon:
        return None
    said = [f"{over} expired and left the page"] if over else []
    said += [f"{soon} expire{'s' * (soon == 1)} within {DUE_DAYS} days"] if soon else []
    return (
        f"Approvals: {', '.join(said)}. See: evidence-desk review list --expired --due {DUE_DAYS}"
    )
