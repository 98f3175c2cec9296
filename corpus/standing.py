"""Whether a record may be shown on a day: who stands behind it, until when, and what became of its paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

from corpus.study import NoticeKind, Review, Study


class Standing(StrEnum):
    """Why a record is shown, or is not."""

    SHOWN = "shown"
    DRAFT = "draft"  # nobody has approved it yet
    EXPIRED = "expired"  # its approval was for a time that is over
    WITHDRAWN = "withdrawn"  # its paper was retracted


def today() -> date:
    """The day by the clock of the world (UTC), so that two machines agree."""
    return datetime.now(tz=UTC).date()


def standing(study: Study, day: date) -> Standing:
    """Where a record stands on a day; a retraction outweighs everything."""
    if any(one.kind is NoticeKind.RETRACTED for one in study.notices):
        return Standing.WITHDRAWN
    if study.review is Review.DRAFT:
        return Standing.DRAFT
    if study.approval is not None and study.approval.until < day:
        return Standing.EXPIRED
    return Standing.SHOWN
