"""A list of retracted papers, as the Retraction Watch database publishes it, dropped into a collection's folder.

What stands in the list is withdrawn when the collection is loaded. What does not is "not listed as of" a day; no list
can say that a paper was not retracted.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from corpus.errors import CollectionError
from corpus.study import Notice, NoticeKind, Study

FOLDER = "retractions"
_DOI, _PMID, _DATE, _NATURE = (
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionDate",
    "RetractionNature",
)
_WANTED = (_DOI, _PMID, _DATE, _NATURE)
_LONGEST_CELL = 2**24
_KINDS = {
    "retraction": NoticeKind.RETRACTED,
    "expression of concern": NoticeKind.CONCERN,
    "correction": NoticeKind.CORRECTED,
}
_REINSTATED = "reinstatement"
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, eq=False)
class RetractionList:
    """The lists of one collection: the notices of each DOI (folded) and PMID, and the newest day in them."""

    as_of: date | None = None
    files: tuple[str, ...] = ()
    _notices: Mapping[str, tuple[Notice, ...]] = field(default_factory=dict)

    def notices_of(self, study: Study) -> tuple[Notice, ...]:
        """What the lists say of a study; a later reinstatement undoes a retraction."""
        keys = (study.doi and study.doi.casefold(), study.pmid)
        found = dict.fromkeys(one for key in keys if key for one in self._notices.get(key, ()))
        return tuple(found)

    def told(self, study: Study) -> Study:
        """The study with what the lists say of it."""
        new = tuple(one for one in self.notices_of(study) if one not in study.notices)
        return replace(study, notices=(*study.notices, *new)) if new else study


def retraction_list(folder: Path) -> RetractionList:
    """The lists in the folder `retractions` of a collection; an empty one where there is none.

    CollectionError for a list that cannot be read: taken for empty, it would clear every paper.
    """
    notices: dict[str, list[tuple[date | None, Notice | None]]] = {}
    newest: date | None = None
    files = sorted((folder / FOLDER).glob("*.csv"))
    for file in files:
        for number, row in _rows(file):
            day = _day(row[_DATE])
            newest = max(filter(None, (newest, day)), default=None)
            notice = _notice(row, day, f"{file.name}, row {number}")
            for key in _keys(row):
                notices.setdefault(key, []).append((day, notice))
    kept = {key: _in_force(each) for key, each in notices.items()}
    return RetractionList(newest, tuple(one.name for one in files), kept)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(_LONGEST_CELL)
    try:
        data = file.read_bytes()
    except OSError as exc:
        raise CollectionError(
            f"{file}: found {exc.strerror}; wanted a list of retractions"
        ) from exc
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # as the database was published for years
    rows = csv.DictReader(text.splitlines(keepends=True))
    missing = [one for one in _WANTED if one not in (rows.fieldnames or ())]
    if missing:
        raise CollectionError(
            f"{file}: found no column {' or '.join(missing)}; wanted the Retraction Watch list as it is published: "
            "fetch it again, or take the file away"
        )
    try:
        for row in rows:
            yield rows.line_num, {name: (row[name] or "").strip() for name in _WANTED}
    except csv.Error as exc:
        raise CollectionError(
            f"{file}:{rows.line_num}: found a row that is no table row ({exc}); fetch the list again"
        ) from exc


def _keys(row: Mapping[str, str]) -> Iterator[str]:
    doi, pmid = row[_DOI].casefold(), row[_PMID]
    if doi.startswith("10."):
        yield doi
    if pmid.isdigit() and int(pmid):  # "0" and "Unavailable" mean none
        yield pmid


def _day(text: str) -> date | None:
    american, iso = _DAY.match(text), _ISO.match(text)
    try:
        if american:
            return date(int(american[3]), int(american[1]), int(american[2]))
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None


def _notice(row: Mapping[str, str], day: date | None, source: str) -> Notice | None:
    """The notice of a row; None for a reinstatement. A kind that is not known counts as a retraction."""
    nature = row[_NATURE].casefold()
    if nature == _REINSTATED:
        return None
    return Notice(_KINDS.get(nature, NoticeKind.RETRACTED), source, day)


def _in_force(told: list[tuple[date | None, Notice | None]]) -> tuple[Notice, ...]:
    """The notices that stand, by day; a retraction without a day is never undone."""
    found: list[Notice] = []
    for day, notice in sorted(told, key=lambda one: one[0] or date.max):
        if notice is not None:
            found.append(notice)
        elif day is not None:
            found = [one for one in found if one.kind is not NoticeKind.RETRACTED]
    return tuple(found)
