"""Records of tagged lines: RIS in its dialects, MEDLINE (.nbib) and EndNote's own tags.

Read here and not by a library: `rispy` raises at a line it does not know and loses a last record without its end
mark, and none that is kept up reads MEDLINE without a whole toolkit for biology around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

from corpus.importing.citations import Citation, entry, is_pubmed
from corpus.importing.entries import Entry, Format, Kept, Match, Unread
from corpus.importing.limits import MOST_TEXT, too_long
from corpus.importing.notices import MEDLINE_NOTICES, notices_of, types_of_notice
from corpus.importing.source import Source


@dataclass
class Record:
    """The values of one record by tag, in their order, and the lines it stands on."""

    first: int
    last: int
    size: int = 0  # characters; of a record that is too long only the beginning is kept
    parts: dict[str, list[list[str]]] = field(default_factory=dict)  # each value by its lines

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """The values by tag."""
        return {tag: ["\n".join(one) for one in each] for tag, each in self.parts.items()}

    def add(self, number: int, tag: str, text: str, *, more: bool = False) -> None:
        """Add a value that begins on a line, or with `more` the line to the last value of the tag."""
        self.last = number
        self.size += len(tag) + len(text)
        if self.size > MOST_TEXT:
            return
        if more:
            self.parts[tag][-1].append(text)
        else:
            self.parts.setdefault(tag, []).append([text])

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"lines {self.first}-{self.last}" if self.last > self.first else f"line {self.first}"

    def all(self, *tags: str) -> list[str]:
        """All values of the tags that are not empty."""
        return [one for tag in tags for one in self.values.get(tag, ()) if one.strip()]

    def one(self, *tags: str) -> str:
        """The first value of the first tag that has one; empty where none has."""
        return next(iter(self.all(*tags)), "")


@dataclass(frozen=True)
class _Tags:
    """How one format writes tags, and where its records begin and end."""

    tag: re.Pattern[str]  # groups: the tag, the value
    begins: str
    ends: str = ""
    parted: bool = False  # records are parted by empty lines
    folded: bool = False  # a longer value goes on in lines that begin with white space


_RIS = _Tags(re.compile(r"([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?"), begins="TY", ends="ER")
_MEDLINE = _Tags(
    re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)"), begins="PMID", parted=True, folded=True
)
_ENDNOTE = _Tags(re.compile(r"(%[0-9A-Z@!#$&()*+<>?^~\[\]])(?:\s(.*))?"), begins="%0", parted=True)


# What a record whose first line was lost is still known by; links that some programs print between records have none.
_CONTENT = frozenset("TI T1 BTI AB N2 AU A1 FAU %T %A %X".split())


def _is_record(record: Record, tags: _Tags) -> bool:
    return tags.begins in record.parts or not _CONTENT.isdisjoint(record.parts)


def _records(rows: Iterable[str], tags: _Tags) -> Iterator[Record]:
    """The records of a text by its lines, in order; one without its end mark ends where the next begins, or with the file."""
    return (one for one in _runs(rows, tags) if _is_record(one, tags))


def _runs(rows: Iterable[str], tags: _Tags) -> Iterator[Record]:
    """Runs of tagged lines; lines before the first tag ("1.", the name of a database) belong to none."""
    current: Record | None = None
    tag = ""
    for number, row in enumerate(rows, 1):
        is_more = tags.folded and row[:1].isspace()
        found = None if is_more else tags.tag.fullmatch(row.rstrip())
        if current is not None and (
            (found is None and tags.parted and not row.strip())
            or (found is not None and found[1] == tags.begins)
        ):
            yield current
            current = None
        if found is None:
            if current is not None and tag and row.strip():
                current.add(number, tag, row.strip(), more=True)
            continue
        tag = found[1]
        current = current or Record(number, number)
        current.last = number
        if tag == tags.ends:
            yield current
            current, tag = None, ""
        else:
            current.add(number, tag, found[2] or "")
    if current is not None:
        yield current


def _entries(source: Source, tags: _Tags, read: Callable[[Record], Citation]) -> Iterator[Entry]:
    for record in _records(source.rows(), tags):
        told = too_long(record.size) or types_of_notice(record.all("PT", "M3"))
        if told:
            yield Unread(record.place, told)
        else:
            yield entry(read(record), record.place, source.name)


# --- RIS

_PUBMED_ADDRESS = re.compile(r"ncbi\.nlm\.nih\.gov/(?:pubmed/)?(?:\?term=)?(\d{1,9})")


def _pages(record: Record, first: str, last: str) -> str:
    begin, end = record.one(first).strip(), record.one(last).strip()
    return f"{begin}-{end}" if begin and end and "-" not in begin and begin != end else begin or end


def _ris_pmid(record: Record) -> str:
    number = record.one("AN").strip()
    if number.isdigit() and is_pubmed(*record.all("DB", "DP")):
        return number
    found = _PUBMED_ADDRESS.search(" ".join(record.all("UR", "L1", "L2", "LK")))
    return found[1] if found else ""


def _split(names: list[str]) -> list[str]:
    """The names; some programs write all in one line, parted by semicolons."""
    return [part for one in names for part in re.split(r";\s|\n|;$", one) if part.strip()]


def _ris(record: Record) -> Citation:
    addresses = record.all("UR", "L2", "LK", "L1")
    doi = next((one for one in record.all("DO", "DI", "M3") if "10." in one), "")
    return Citation(
        title=record.one("TI", "T1", "CT", "BT", "ST"),
        authors=_split(record.all("AU") or record.all("A1") or record.all("A2")),
        journal=record.one("T2", "JF", "JO", "JA", "J2", "J1"),
        year=record.one("PY", "Y1", "DA"),
        volume=record.one("VL"),
        issue=record.one("IS"),
        pages=_pages(record, "SP", "EP"),
        doi=doi or next((one for one in addresses if "doi.org/" in one), ""),
        pmid=_ris_pmid(record),
        pmcid=record.one("C2"),
        abstract=[("", record.one("AB", "N2").replace("\n", " "))],
        notices=notices_of(record.one("TI", "T1")),
        more={
            "database": record.one("DB").replace("\n", " ").strip(),
            "keywords": [one for each in record.all("KW") for one in each.split("\n")],
            "language": record.one("LA").replace("\n", " ").strip(),
            "url": record.one("UR").split("\n")[0].strip(),
        },
    )


def _is_ris(head: str) -> bool:
    return re.search(r"^TY\s{1,2}- ?\S", head, re.MULTILINE) is not None


RIS = Format("RIS", Match.WORK, Kept.BULK, _is_ris, partial(_entries, tags=_RIS, read=_ris))


# --- MEDLINE


def _with_suffix(values: list[str], suffix: str) -> str:
    found = (one.removesuffix(suffix).strip() for one in values if one.strip().endswith(suffix))
    return next(found, "")


def _medline(record: Record) -> Citation:
    ids = [one.replace("\n", " ") for one in record.all("LID", "AID", "SO")]
    doi = _with_suffix(ids, "[doi]") or next((one for one in ids if "10." in one), "")
    return Citation(
        title=record.one("TI", "BTI", "TT"),
        authors=[one.replace("\n", " ") for one in record.all("FAU") or record.all("AU")]
        + record.all("CN"),
        journal=record.one("JT", "TA", "BTI"),
        year=record.one("DP", "DEP", "EDAT"),
        volume=record.one("VI"),
        issue=record.one("IP"),
        pages=record.one("PG"),
        doi=doi,
        pmid=record.one("PMID"),
        pmcid=record.one("PMC"),
        abstract=[("", record.one("AB").replace("\n", " "))],
        notices=(
            *notices_of(record.one("TI")),
            *(
                notice
                for tag, make in MEDLINE_NOTICES.items()
                for one in record.all(tag)
                for notice in make(one.replace("\n", " "))
            ),
            *(notice for one in record.all("PT") for notice in notices_of("", types=[one])),
        ),
        more={
            "mesh": [one.replace("\n", " ") for one in record.all("MH")],
            "keywords": [one.replace("\n", " ") for one in record.all("OT")],
            "types": record.all("PT"),
            "language": record.one("LA"),
        },
    )


def _is_medline(head: str) -> bool:
    return (
        re.search(r"^(?:PMID|OWN |STAT|DCOM)- \S", head, re.MULTILINE) is not None
        and re.search(r"^(?:TI  |BTI |AB  )- ", head, re.MULTILINE) is not None
    )


MEDLINE = Format(
    "PubMed MEDLINE",
    Match.WORK,
    Kept.BULK,
    _is_medline,
    partial(_entries, tags=_MEDLINE, read=_medline),
)


# --- EndNote


def _endnote(record: Record) -> Citation:
    return Citation(
        title=record.one("%T"),
        authors=_split(record.all("%A")),
        journal=record.one("%J", "%B", "%S"),
        year=record.one("%D"),
        volume=record.one("%V"),
        issue=record.one("%N"),
        pages=record.one("%P"),
        doi=record.one("%R"),
        pmid=record.one("%M") if is_pubmed(record.one("%W", "%~")) else "",
        pmcid=record.one("%2"),
        abstract=[("", record.one("%X").replace("\n", " "))],
        notices=notices_of(record.one("%T")),
        more={
            "database": record.one("%W", "%~"),
            "keywords": [one for each in record.all("%K") for one in each.split("\n")],
            "language": record.one("%G"),
            "url": record.one("%U"),
        },
    )


def _is_endnote(head: str) -> bool:
    return re.search(r"^%0 \S", head, re.MULTILINE) is not None


ENDNOTE = Format(
    "EndNote tags",
    Match.WORK,
    Kept.BULK,
    _is_endnote,
    partial(_entries, tags=_ENDNOTE, read=_endnote),
)
