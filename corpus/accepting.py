"""Findings of the check that a person has looked at and lets stand, each with the reason: `accepted.yaml`.

The file lies in the collection's folder and is kept with it, so that what was accepted, why and by whom, is history too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import front_matter
from corpus.checking import INFORMATION, Check, CheckFinding
from corpus.errors import CollectionError
from corpus.field_types import Fields
from corpus.records import text_of

FILE = "accepted.yaml"
_KEYS = ("check", "study", "quote", "why", "by", "on")


@dataclass(frozen=True, slots=True)
class Accepted:
    """One finding that may stand: `quote` is the whole sentence that was found, empty where there is none."""

    check: Check
    study: str
    quote: str
    why: str
    by: str

    def covers(self, finding: CheckFinding) -> bool:
        """True for the finding that was accepted; another sentence of the same study is another finding."""
        return (self.check, self.study, self.quote) == (
            finding.check,
            finding.study,
            finding.quote,
        )


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings by what must be done about them; `stale` are acceptances that cover nothing any more."""

    open: tuple[CheckFinding, ...]
    accepted: tuple[tuple[CheckFinding, Accepted], ...]
    information: tuple[CheckFinding, ...]
    stale: tuple[Accepted, ...]


def accepted(folder: Path) -> tuple[Accepted, ...]:
    """What is accepted in a collection; RecordError for an entry that is not whole."""
    file = folder / FILE
    if not file.exists():
        return ()
    fields = Fields(front_matter.read(text_of(file), str(file), first=1), None)
    fields.only((), ("accepted",))
    return tuple(_one(fields, ("accepted", place)) for place in range(fields.length(("accepted",))))


def _one(fields: Fields, path: tuple[str | int, ...]) -> Accepted:
    fields.only(path, _KEYS)
    check = fields.member((*path, "check"), Check)
    if check is None:
        raise fields.wrong(path, "an entry without `check`", f"one of: {', '.join(Check)}")
    fields.day((*path, "on"))
    return Accepted(
        check=check,
        study=fields.text((*path, "study")),
        quote=fields.line_of_text((*path, "quote")) or "",
        why=fields.text((*path, "why")),
        by=fields.text((*path, "by")),
    )


def sorted_by(findings: Sequence[CheckFinding], entries: Sequence[Accepted]) -> Sorted:
    """The findings with the acceptances held against them."""
    if any(one.check is Check.RECORD for one in entries):
        raise CollectionError(f"{FILE}: found a wrong record that is accepted; wanted it mended")
    information = tuple(one for one in findings if one.check in INFORMATION)
    others = [one for one in findings if one.check not in INFORMATION]
    covered = [
        (one, next((entry for entry in entries if entry.covers(one)), None)) for one in others
    ]
    used = {entry for _, entry in covered if entry is not None}
    return Sorted(
        open=tuple(one for one, entry in covered if entry is None),
        accepted=tuple((one, entry) for one, entry in covered if entry is not None),
        information=information,
        stale=tuple(one for one in entries if one not in used),
    )
