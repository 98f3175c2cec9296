"""Tables, CSV or TSV: one record a row, the columns known by the names that databases and programs give them."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import partial

from corpus.errors import ImportingError
from corpus.importing.citations import Citation, entry, year_of
from corpus.importing.entries import Entry, Format, Kept, Match, Unread
from corpus.importing.limits import too_long
from corpus.importing.lines import line
from corpus.importing.notices import notices_of
from corpus.importing.source import Source

# What each field is called in exports of PubMed, Embase, Scopus, Web of Science, Zotero, ASReview and others; folded.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "article title", "primary title", "document title", "titles", "ti"),
    "authors": ("authors", "author", "author names", "author full names", "first authors", "au"),
    "journal": (
        "journal", "journal/book", "source title", "publication title", "journal name", "secondary title",
        "publication name", "periodical", "jo",
    ),
    "year": ("year", "publication year", "pub year", "date", "publication date", "py", "source"),
    "volume": ("volume", "vl"),
    "issue": ("issue", "number", "is"),
    "pages": ("pages", "page", "page range", "start page"),
    "doi": ("doi", "doi link", "digital object identifier"),
    "pmid": ("pmid", "pubmed id", "medline pmid", "pubmed"),
    "pmcid": ("pmcid", "pmc", "pmc id"),
    "abstract": ("abstract", "abstract note", "abstracts", "notes abstract", "summary", "ab"),
    "keywords": ("keywords", "author keywords", "key", "manual tags", "mesh terms"),
    "language": ("language", "language of original document"),
    "url": ("url", "link", "urls"),
}  # fmt: skip
FIELDS = frozenset(COLUMNS)
_GUARD = re.compile(r"^'(?=[=+\-@])")  # as our own export keeps a spreadsheet from running a cell
_DELIMITERS = ",;\t|"
_LONGEST_CELL = (
    2**30
)  # characters; a longer record is told by `too_long`, and the rows behind it are read
_MOST_COLUMNS = 10_000


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[_\-.]+", " ", line(name).casefold()).split())


def _delimiter(text: str) -> str:
    """The delimiter of the first row: the commonest outside of quotes."""
    outside = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(_DELIMITERS, key=lambda one: (outside.count(one), -_DELIMITERS.index(one)))


def _known(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Which column holds which field: as the person says, else by the usual names in their order."""
    folded = [_folded(one) for one in header]
    found: dict[str, int] = {}
    for name, usual in COLUMNS.items():
        wanted = (_folded(columns[name]),) if name in columns else usual
        place = next((folded.index(one) for one in wanted if one in folded), None)
        if place is not None:
            found[name] = place
    return found


def _listed(text: str) -> list[str]:
    """The values of a cell that holds several."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):  # a list as Python prints it
        try:
            return [str(one) for one in ast.literal_eval(text)]
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            pass
    if ";" in text:
        return text.split(";")
    # "Smith A, Walter B" are two; "Smith, Anna" is one.
    parts = [one.strip() for one in text.rstrip(".").split(",")]
    return parts if all(" " in one for one in parts) else [text]


def _citation(cells: Mapping[str, str]) -> Citation:
    def cell(name: str) -> str:
        return cells.get(name, "")

    year = cell("year")
    return Citation(
        title=cell("title"),
        authors=_listed(cell("authors")) if cell("authors").strip() else [],
        journal=cell("journal"),
        year=str(year_of(year) or ""),
        volume=cell("volume"),
        issue=cell("issue"),
        pages=cell("pages"),
        doi=cell("doi"),
        pmid=cell("pmid"),
        pmcid=cell("pmcid"),
        abstract=[("", cell("abstract"))],
        notices=notices_of(cell("title")),
        more={
            "keywords": [line(one) for one in _listed(cell("keywords")) if line(one)],
            "language": line(cell("language")),
            "url": line(cell("url")),
        },
    )


def entries(source: Source, columns: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """The rows of a table; `columns` names the column of a field where it has an unusual name.

    ImportingError where no column holds a title or an abstract, or a named column is not there.
    """
    chosen = columns or {}
    csv.field_size_limit(_LONGEST_CELL)
    written = (f"{row}\n" for row in source.rows())
    rows = csv.reader(written, delimiter=_delimiter(source.text), strict=True)
    header = _header(source, rows)
    known = _known(header, chosen)
    _check(source, header, known, chosen)
    number = 1
    while True:
        number += 1
        begins = rows.line_num + 1
        place = f"row {number} (line {begins})"
        try:
            row = next(rows, None)
        except csv.Error as exc:
            yield Unread(place, f"a row that is no table row ({exc}); rows behind it were not read")
            return
        if row is None:
            return
        if not any(one.strip() for one in row):
            number -= 1
        elif why := too_long(sum(map(len, row))):
            yield Unread(place, why)
        elif len(row) > len(header):
            yield Unread(place, f"{len(row)} cells; wanted {len(header)}, one for each column")
        else:
            cells = {name: _GUARD.sub("", row[at]) for name, at in known.items() if at < len(row)}
            yield entry(_citation(cells), place, source.name)


def _header(source: Source, rows: Iterator[list[str]]) -> list[str]:
    """The names of the columns; ImportingError where the first row can be none."""
    try:
        header = next(rows, [])
    except csv.Error as exc:
        raise ImportingError(
            f"{source.path}:1: found a first row that is no table row ({exc}); wanted the names of the columns"
        ) from exc
    if len(header) > _MOST_COLUMNS or too_long(sum(map(len, header))):
        raise ImportingError(
            f"{source.path}:1: found a first row that is very long; wanted the names of at most {_MOST_COLUMNS} columns"
        )
    return header


def _check(
    source: Source, header: Sequence[str], known: Mapping[str, int], chosen: Mapping[str, str]
) -> None:
    shown = ", ".join(repr(line(one)[:40]) for one in header[:20])
    missing = [f"{name}={chosen[name]}" for name in chosen if name not in known]
    if missing:
        raise ImportingError(
            f"{source.path}: found no column for {', '.join(missing)}; the columns are: {shown}"
        )
    if not {"title", "abstract"} & set(known):
        raise ImportingError(
            f"{source.path}: found no column with titles or abstracts; the columns are: {shown}; "
            "say which it is, as in --columns title=Name,abstract=Text"
        )


def _recognises(head: str) -> bool:
    first = head.lstrip("\ufeff\n").split("\n", 1)[0]
    if first.lstrip().startswith(("<", "{", "[", "@", "%")) or len(first) > 20_000:
        return False
    names = [_folded(one) for one in next(csv.reader([first], delimiter=_delimiter(first)), [])]
    titles = {*COLUMNS["title"], *COLUMNS["abstract"]}
    return len(names) > 1 and bool(titles & set(names))


TABLE = Format("table (CSV or TSV)", Match.WORK, Kept.BULK, _recognises, entries)


def table_with(columns: Mapping[str, str]) -> Format:
    """A table whose columns a person has named."""
    return Format(
        TABLE.name, TABLE.match, TABLE.kept, lambda _: True, partial(entries, columns=columns)
    )


assert {one.name for one in fields(Citation)} - {"notices", "more"} <= FIELDS  # noqa: S101
