"""What a record says became of its paper: retracted, doubted or corrected; and records that are nothing but such a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from corpus.importing.lines import line
from corpus.study import Notice, NoticeKind

# Publishers write it before the title, and databases keep that.
_TITLES = (
    (re.compile(r"^\W*retracted(?: article| paper| publication)?\b\W", re.IGNORECASE), NoticeKind.RETRACTED),
    (re.compile(r"^\W*withdrawn\b\W", re.IGNORECASE), NoticeKind.RETRACTED),
    (re.compile(r"^\W*expression of concern\b\W", re.IGNORECASE), NoticeKind.CONCERN),
)  # fmt: skip
# What PubMed calls a paper that was retracted, and a record that is no paper but the notice of it.
_RETRACTED = "retracted publication"
_NOTICES = frozenset(("retraction of publication", "retraction notice", "published erratum", "expression of concern"))  # fmt: skip


def notices_of(title: str, types: Iterable[str] = ()) -> tuple[Notice, ...]:
    """The notices that a title or a publication type brings."""
    found = [
        Notice(kind, f"its title in the imported record: {line(title)[:80]}")
        for cue, kind in _TITLES
        if cue.search(title)
    ]
    found += [
        Notice(NoticeKind.RETRACTED, f"its publication type in the imported record: {line(one)}")
        for one in types
        if line(one).casefold() == _RETRACTED
    ]
    return tuple(found[:1])


def types_of_notice(types: Sequence[str]) -> str | None:
    """Why a record of these publication types is no study, or None."""
    for one in types:
        if line(one).casefold() in _NOTICES:
            return (
                f"a record of the type {line(one)!r} is a notice about a paper, not a paper; "
                "the paper's own record says what became of it"
            )
    return None


def _linked(kind: NoticeKind, what: str, text: str) -> tuple[Notice, ...]:
    return (Notice(kind, f"PubMed, {what}: {line(text)[:200]}"),)


MEDLINE_NOTICES: Mapping[str, Callable[[str], tuple[Notice, ...]]] = {
    "RIN": partial(_linked, NoticeKind.RETRACTED, "retraction in"),
    "ECI": partial(_linked, NoticeKind.CONCERN, "expression of concern in"),
    "EIN": partial(_linked, NoticeKind.CORRECTED, "erratum in"),
    "CRI": partial(_linked, NoticeKind.CORRECTED, "corrected and republished in"),
}
# The same links in PubMed's XML.
XML_NOTICES: Mapping[str, Callable[[str], tuple[Notice, ...]]] = {
    "RetractionIn": MEDLINE_NOTICES["RIN"],
    "ExpressionOfConcernIn": MEDLINE_NOTICES["ECI"],
    "ErratumIn": MEDLINE_NOTICES["EIN"],
    "CorrectedandRepublishedIn": MEDLINE_NOTICES["CRI"],
}
