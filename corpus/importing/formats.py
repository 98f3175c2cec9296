"""The kinds of files that can be imported, tried in order; the first that recognises the content reads it."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.errors import ImportingError
from corpus.importing.beir import BEIR
from corpus.importing.bibtex import BIBTEX
from corpus.importing.clinic_page import CLINIC_PAGE
from corpus.importing.csl_json import CSL_JSON
from corpus.importing.endnote_xml import ENDNOTE_XML
from corpus.importing.entries import Format
from corpus.importing.page_html import HTML_PAGE
from corpus.importing.pubmed_xml import PUBMED_XML
from corpus.importing.source import Source
from corpus.importing.table import TABLE, table_with
from corpus.importing.tagged import ENDNOTE, MEDLINE, RIS

# Those whose beginning cannot be mistaken come first; a table is what is left with names of columns.
FORMATS: tuple[Format, ...] = (
    PUBMED_XML, ENDNOTE_XML, HTML_PAGE, BEIR, CSL_JSON, RIS, MEDLINE, ENDNOTE, BIBTEX, TABLE, CLINIC_PAGE,
)  # fmt: skip


def format_of(source: Source, columns: Mapping[str, str] | None = None) -> Format:
    """The format of a file; with `columns` it is a table. ImportingError where no format recognises it."""
    if columns:
        return table_with(columns)
    for one in FORMATS:
        if one.recognises(source.head):
            return one
    names = ", ".join(one.name for one in FORMATS)
    raise ImportingError(f"{source.path}: found a file of no known kind; wanted one of: {names}")
