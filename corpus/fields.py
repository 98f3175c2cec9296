"""The fields of a study record: from plain values to a `Study`, and back.

Knows nothing of Markdown, YAML or JSON lines; `records` brings the values here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.field_types import Fields
from corpus.front_matter import Path, Written
from corpus.marks import mark_fields, mark_of
from corpus.study import (
    Approval,
    Design,
    Fact,
    Notice,
    NoticeKind,
    Repair,
    Review,
    Section,
    Study,
)
from corpus.vocabulary import Vocabulary

KEYS = (
    "id", "title", "authors", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid", "design", "trials",
    "participants", "conditions", "treatments", "comparators", "outcomes", "review", "approval",
    "notices", "marks", "repairs", "facts", "source",
)  # fmt: skip
# PubMed's oldest records are of the 1780s; whether a year fits its study is for `checking`.
_YEARS = range(1750, 2101)
_COUNTS = range(1, 100_000_000)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\x00-\x1f]+")
_PMID = re.compile(r"[1-9]\d{0,8}")
_PMCID = re.compile(r"PMC[1-9]\d{0,8}")
_PLACE = re.compile(r"\S(?:.*\S)?")
_FACT = re.compile(r"page|V|V-addr|import|review")


def _repair(fields: Fields, path: Path) -> Repair:
    fields.only(path, ("section", "at", "old", "new", "why"))
    at = fields.whole_number((*path, "at"), range(100_000_000))
    if at is None:
        raise fields.wrong(
            path, "a repair without `at`", "the place of the new text in its section"
        )
    return Repair(
        section=fields.text((*path, "section")),
        at=at,
        old=fields.any_text((*path, "old")),
        new=fields.any_text((*path, "new")),
        why=fields.text((*path, "why")),
    )


def _repairs(fields: Fields, sections: Sequence[Section]) -> tuple[Repair, ...]:
    texts = {section.name: section.text for section in sections}
    found: list[Repair] = []
    for place in range(fields.length(("repairs",))):
        path: Path = ("repairs", place)
        repair = _repair(fields, path)
        text = texts.get(repair.section)
        if text is None or text[repair.at : repair.at + len(repair.new)] != repair.new:
            raise fields.wrong(
                path,
                f"a repair to {repair.new!r} which is not at {repair.at} of {repair.section!r}",
                "`at` to be where the new text stands in the section",
            )
        for other in found:
            if other.section == repair.section and _overlap(other, repair):
                raise fields.wrong(path, "a repair that overlaps another", "each place mended once")
        found.append(repair)
    return tuple(found)


def _overlap(one: Repair, other: Repair) -> bool:
    first, second = sorted((one, other), key=lambda repair: repair.at)
    return second.at < first.at + len(first.new) or second.at == first.at


def _fact(fields: Fields, path: Path) -> Fact:
    fields.only(path, ("field", "mark", "source"))
    field = fields.text((*path, "field"))
    if field not in KEYS:
        raise fields.wrong((*path, "field"), f"the field {field!r}", f"one of: {', '.join(KEYS)}")
    mark = fields.identifier((*path, "mark"), _FACT, "one of: page, V, V-addr, import, review")
    if mark is None:
        raise fields.wrong(path, "a fact without `mark`", "one of: page, V, V-addr, import, review")
    return Fact(field=field, mark=mark, source=fields.text((*path, "source")))


def _approval(fields: Fields) -> Approval | None:
    """The approval of a record: there exactly where its review says "approved"."""
    path: Path = ("approval",)
    approved = fields.member(("review",), Review) is Review.APPROVED
    if fields.has(path) != approved:
        found = (
            f"review: {fields.any_text(('review',))}" if fields.has(("review",)) else "no review"
        )
        with_or_without = "without" if approved else "with"
        wanted = f"`approval:` exactly where it says `review: {Review.APPROVED}`"
        raise fields.wrong(("review",), f"{found} {with_or_without} an approval", wanted)
    if not approved:
        return None
    fields.only(path, ("by", "on", "until"))
    on, until = fields.day((*path, "on")), fields.day((*path, "until"))
    if on is None or until is None or until < on:
        wanted = "`on:` and `until:`, two days such as 2026-11-25, the second not before the first"
        raise fields.wrong(path, "an approval without its days", wanted)
    return Approval(by=fields.text((*path, "by")), on=on, until=until)


def _notice(fields: Fields, path: Path) -> Notice:
    fields.only(path, ("kind", "source", "on"))
    kind = fields.member((*path, "kind"), NoticeKind)
    if kind is None:
        raise fields.wrong(path, "a notice without `kind`", f"one of: {', '.join(NoticeKind)}")
    return Notice(kind, fields.text((*path, "source")), fields.day((*path, "on")))


def study_of(written: Written, sections: Sequence[Section], vocabulary: Vocabulary | None) -> Study:
    """The study that the values and sections of one record make.

    Concept ids are not checked where `vocabulary` is None. Raises RecordError.
    """
    fields = Fields(written, vocabulary)
    texts = {section.name: section.text for section in sections}
    return Study(
        id=fields.text(("id",)),
        title=fields.line_of_text(("title",)) or "",
        sections=tuple(sections),
        authors=fields.texts(("authors",)) or (),
        journal=fields.line_of_text(("journal",)),
        year=fields.whole_number(("year",), _YEARS),
        volume=fields.identifier(("volume",), _PLACE, "a text on one line"),
        issue=fields.identifier(("issue",), _PLACE, "a text on one line"),
        pages=fields.identifier(("pages",), _PLACE, "a text on one line"),
        doi=fields.identifier(
            ("doi",), _DOI, "a DOI such as 10.1000/182, without https://doi.org/"
        ),
        pmid=fields.identifier(("pmid",), _PMID, "a PubMed number such as 29729027"),
        pmcid=fields.identifier(("pmcid",), _PMCID, "a PubMed Central id such as PMC5984198"),
        design=fields.member(("design",), Design),
        trials=fields.whole_number(("trials",), _COUNTS),
        participants=fields.whole_number(("participants",), _COUNTS),
        conditions=fields.concepts(("conditions",)) or (),
        treatments=fields.concepts(("treatments",)) or (),
        comparators=fields.concepts(("comparators",)) or (),
        outcomes=fields.concepts(("outcomes",)) or (),
        marks=tuple(
            mark_of(fields, ("marks", place), texts) for place in range(fields.length(("marks",)))
        ),
        repairs=_repairs(fields, sections),
        facts=tuple(_fact(fields, ("facts", place)) for place in range(fields.length(("facts",)))),
        source=dict(fields.mapping(("source",))),
        review=fields.member(("review",), Review) or Review.DRAFT,
        approval=_approval(fields),
        notices=tuple(
            _notice(fields, ("notices", place)) for place in range(fields.length(("notices",)))
        ),
    )


def _approval_fields(approval: Approval) -> dict[str, object]:
    return {
        "by": approval.by,
        "on": approval.on.isoformat(),
        "until": approval.until.isoformat(),
    }


def _notice_fields(notice: Notice) -> dict[str, object]:
    values: dict[str, object] = {"kind": str(notice.kind), "source": notice.source}
    if notice.on is not None:
        values["on"] = notice.on.isoformat()
    return values


def fields_of(study: Study) -> dict[str, object]:
    """The values of a record in the order of `KEYS`; what is empty is left out."""
    texts = {section.name: section.text for section in study.sections}
    values: dict[str, object] = {
        "id": study.id,
        "title": study.title,
        "authors": list(study.authors),
        "journal": study.journal,
        "year": study.year,
        "volume": study.volume,
        "issue": study.issue,
        "pages": study.pages,
        "doi": study.doi,
        "pmid": study.pmid,
        "pmcid": study.pmcid,
        "design": None if study.design is None else str(study.design),
        "trials": study.trials,
        "participants": study.participants,
        "conditions": list(study.conditions),
        "treatments": list(study.treatments),
        "comparators": list(study.comparators),
        "outcomes": list(study.outcomes),
        "review": str(study.review),
        "approval": None if study.approval is None else _approval_fields(study.approval),
        "notices": [_notice_fields(one) for one in study.notices],
        "marks": [mark_fields(mark, texts) for mark in study.marks],
        "repairs": [
            {"section": one.section, "at": one.at, "old": one.old, "new": one.new, "why": one.why}
            for one in study.repairs
        ],
        "facts": [
            {"field": one.field, "mark": one.mark, "source": one.source} for one in study.facts
        ],
        "source": study.source,
    }
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
