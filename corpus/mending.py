"""Mending the text of a record by hand: one slip of printing at a time, recorded, and undone again by `repairing`.

What a sentence says is never mended: numbers and words that deny stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.errors import ReviewError
from corpus.sentences import sentence_spans
from corpus.study import Mark, Repair, Review, Section, Study

_LONGEST = 60  # characters: a garbled word or two, no sentence
_DENIALS = re.compile(r"\b(?:no|not|nor|never|none|without|un\w+|non\w*|\w+n't)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d")


def mended(study: Study, section: str, old: str, new: str, why: str) -> Study:
    """The study, as a draft, with `new` in the one place of a section where `old` stands.

    ReviewError where that is not one place, where the meaning could change, where the place was mended before,
    and where a marked sentence would begin or end elsewhere.
    """
    if section not in [one.name for one in study.sections]:
        names = ", ".join(one.name for one in study.sections) or "none"
        raise _refused(study, f"found no section {section!r}; wanted one of: {names}")
    _slip_only(study, old, new, why)
    text = study.section(section)
    if not old or text.count(old) != 1:
        raise _refused(
            study,
            f"found {old!r} {text.count(old) if old else 0} times; wanted words that stand there once",
        )
    at = text.index(old)
    mend = Repair(section, at, old, new, " ".join(why.split()))
    changed = text[:at] + new + text[at + len(old) :]
    sections = tuple(
        Section(one.name, one.voice, changed) if one.name == section else one
        for one in study.sections
    )
    return replace(
        study,
        sections=sections,
        repairs=_after(study, mend),
        marks=tuple(_moved(study, one, mend, changed) for one in study.marks),
        review=Review.DRAFT,
        approval=None,
    )


def _refused(study: Study, said: str) -> ReviewError:
    return ReviewError("repair", f"{study.id}: {said}")


def _slip_only(study: Study, old: str, new: str, why: str) -> None:
    if not why.strip():
        raise _refused(study, "found no reason; wanted why the text is mended")
    if max(len(old), len(new)) > _LONGEST or "\n" in old + new or old == new:
        raise _refused(
            study,
            f"found a repair of {len(old)} by {len(new)} characters; wanted some words of one line,"
            f" at most {_LONGEST} characters",
        )
    if _DIGITS.findall(old) != _DIGITS.findall(new):
        raise _refused(study, f"found other digits in {new!r}; wanted the numbers as they are")
    denied = [[one.casefold() for one in _DENIALS.findall(text)] for text in (old, new)]
    if denied[0] != denied[1]:
        raise _refused(
            study, f"found a denial that comes or goes in {new!r}; wanted the meaning as it is"
        )


def _after(study: Study, mend: Repair) -> tuple[Repair, ...]:
    """The earlier repairs, moved with the text, and the new one; in the order of the text."""
    grown = len(mend.new) - len(mend.old)
    kept: list[Repair] = []
    for one in study.repairs:
        before = one.at + len(one.new) <= mend.at and one.at != mend.at
        if one.section != mend.section or before:
            kept.append(one)
        elif one.at >= mend.at + len(mend.old) and one.at + grown != mend.at:
            kept.append(replace(one, at=one.at + grown))
        else:
            raise _refused(study, f"found {one.new!r} there, mended before; wanted another place")
    return (*kept, mend)


def _moved(study: Study, mark: Mark, mend: Repair, text: str) -> Mark:
    """The mark with its places where its sentences stand now."""

    def now(section: str, start: int, end: int) -> tuple[str, int, int]:
        if section != mend.section:
            return section, start, end
        grown, stop = len(mend.new) - len(mend.old), mend.at + len(mend.old)
        place = (start + grown * (start >= stop), end + grown * (end >= stop))
        if place not in sentence_spans(text):
            raise _refused(
                study, "found that a marked sentence would begin or end elsewhere; wanted it whole"
            )
        return section, *place

    _, start, end = now(mark.section, mark.start, mark.end)
    contrast = None if mark.contrast is None else now(*mark.contrast)
    return replace(mark, start=start, end=end, contrast=contrast)
