"""Citations of studies for programs that keep references: RIS, BibTeX and CSL-JSON; and for spreadsheets: CSV.

Bibliographic data only, as the records have it: no day or month, no abstract, and nothing that a study says.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import rispy
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from corpus.study import Study
from qa.author_names import Name, name
from qa.citation import link


class Format(StrEnum):
    """A form of export."""

    RIS = "ris"
    BIBTEX = "bibtex"
    CSL_JSON = "csl-json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a browser is told of an export."""

    media_type: str
    file_name: str


KINDS: Mapping[Format, Kind] = {
    Format.RIS: Kind("application/x-research-info-systems", "citations.ris"),
    Format.BIBTEX: Kind("application/x-bibtex", "citations.bib"),
    Format.CSL_JSON: Kind("application/vnd.citationstyles.csl+json", "citations.json"),
    Format.CSV: Kind("text/csv", "citations.csv"),
}


def exported(studies: Iterable[Study], form: Format) -> str:
    """The citations in order, as the text of a file; the clinic's own page is no study and is left out."""
    cited = [one for one in studies if not one.is_page]
    if form is Format.RIS:
        return _ris(cited)
    if form is Format.CSV:
        return _csv(cited)
    return _bibtex(cited) if form is Format.BIBTEX else _csl_json(cited)


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _line(text: str) -> str:
    """The text in one line, as all three formats have one line for one value."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _names(study: Study) -> list[Name]:
    return [name(_line(one)) for one in study.authors if _line(one)]


def _address(study: Study) -> str | None:
    """The paper's own address; a search for its title is none."""
    found = link(study) if study.doi else None
    if found is not None:
        return found.url
    return f"https://pubmed.ncbi.nlm.nih.gov/{study.pmid}/" if study.pmid else None


# --- RIS


class _Writer(rispy.RisWriter):  # type: ignore[misc] # ships no types
    """Writes no running number before a reference: the format knows none."""

    def set_header(self, count: int) -> str:  # noqa: ARG002 - as the library calls it
        return ""


def _ris(studies: Iterable[Study]) -> str:
    return str(rispy.dumps([_ris_entry(one) for one in studies], implementation=_Writer))


def _ris_entry(study: Study) -> dict[str, object]:
    address = _address(study)
    entry: dict[str, object] = {
        "type_of_reference": "JOUR" if study.journal else "GEN",
        "id": study.id,
        "authors": [one.sorted for one in _names(study)],
        "title": _line(study.title),
        "secondary_title": _line(study.journal or ""),
        "year": str(study.year) if study.year is not None else "",
        "volume": _line(study.volume or ""),
        "number": _line(study.issue or ""),
        "start_page": _line(study.pages or ""),
        "doi": _line(study.doi or ""),
        "accession_number": study.pmid or "",
        "name_of_database": "PubMed" if study.pmid else "",
        "custom2": study.pmcid or "",  # where PubMed's own readers look for it
        "urls": [address] if address else [],
    }
    return {key: value for key, value in entry.items() if value}


# --- BibTeX

# Braces are written as commands, because BibTeX counts those that stand behind a backslash too.
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{one: f"\\{one}" for one in "%&$#_"},
}
_TO_LATEX = str.maketrans(_LATEX)


def _bibtex(studies: Iterable[Study]) -> str:
    library = Library()
    for one in studies:
        fields = [Field(key, value) for key, value in _bibtex_fields(one).items() if value]
        library.add(Entry("article" if one.journal else "misc", one.id, fields))
    return write_string(library)


def _bibtex_fields(study: Study) -> dict[str, str]:
    title = _latex(study.title)
    return {
        "author": " and ".join(map(_bibtex_name, _names(study))),
        # In braces once more, or a style would write WOMAC in small letters.
        "title": f"{{{title}}}" if title else "",
        "journal": _latex(study.journal or ""),
        "year": str(study.year) if study.year is not None else "",
        "volume": _latex(study.volume or ""),
        "number": _latex(study.issue or ""),
        "pages": _latex(study.pages or ""),
        "doi": _verbatim(study.doi or ""),
        "pmid": study.pmid or "",
        "pmcid": study.pmcid or "",
        "url": _verbatim(_address(study) or ""),
    }


def _bibtex_name(one: Name) -> str:
    if one.is_others:
        return "others"
    return (
        f"{_latex(one.family)}, {_latex(one.given)}" if one.family else f"{{{_latex(one.whole)}}}"
    )


def _latex(text: str) -> str:
    return _line(text).translate(_TO_LATEX)


def _verbatim(address: str) -> str:
    """An address letter for letter, as styles take it, unless its braces would end the field."""
    plain = _line(address)
    return _latex(plain) if set(plain) & set("\\{}") else plain


# --- CSL-JSON


def _csl_json(studies: Iterable[Study]) -> str:
    return json.dumps([_csl_item(one) for one in studies], ensure_ascii=False, indent=2) + "\n"


def _csl_item(study: Study) -> dict[str, object]:
    item: dict[str, object | None] = {
        "id": study.id,
        "type": "article-journal" if study.journal else "document",
        "title": _line(study.title),
        "author": [
            {"family": one.family, "given": one.given} if one.family else {"literal": one.whole}
            for one in _names(study)
        ],
        "container-title": _line(study.journal or ""),
        "issued": {"date-parts": [[study.year]]} if study.year is not None else None,
        "volume": _line(study.volume or ""),
        "issue": _line(study.issue or ""),
        "page": _line(study.pages or ""),
        "DOI": _line(study.doi or ""),
        "PMID": study.pmid,
        "PMCID": study.pmcid,
        "URL": _address(study),
    }
    return {key: value for key, value in item.items() if value}


# --- CSV

_COLUMNS = (
    "ID", "Title", "Authors", "Journal", "Year", "Volume", "Issue", "Pages", "DOI", "PMID", "PMCID",
)  # fmt: skip
# What a cell begins with that a spreadsheet would run as a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: str | int | None) -> str:
    """The value as a cell that no spreadsheet runs: an apostrophe before it makes it a text."""
    text = "" if value is None else _line(str(value))
    return f"'{text}" if text.startswith(FORMULA) else text


def _csv(studies: Iterable[Study]) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(_COLUMNS)
    for one in studies:
        authors = "; ".join(name.sorted for name in _names(one))
        place = (one.volume, one.issue, one.pages)
        cells = (one.id, one.title, authors, one.journal, one.year, *place, one.doi, one.pmid)
        rows.writerow([_cell(value) for value in (*cells, one.pmcid)])
    return file.getvalue()
