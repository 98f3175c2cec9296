"""EndNote's XML, in which each text may be cut into styled pieces."""

from __future__ import annotations

from functools import partial

from corpus.importing.citations import Citation, is_pubmed
from corpus.importing.entries import Format, Kept, Match
from corpus.importing.lines import line
from corpus.importing.notices import notices_of
from corpus.importing.xml_records import Element, begins_with, entries, first_text, text_of


def _read(element: Element) -> Citation:
    database = first_text(element, "remote-database-name")
    number = first_text(element, "accession-num")
    title = first_text(element, "titles/title")
    return Citation(
        title=title,
        authors=[text_of(one) for one in element.iterfind("contributors/authors/author")],
        journal=first_text(
            element,
            "periodical/full-title",
            "titles/secondary-title",
            "titles/alt-title",
            "periodical/abbr-1",
        ),
        year=first_text(element, "dates/year", "dates/pub-dates/date"),
        volume=first_text(element, "volume"),
        issue=first_text(element, "number"),
        pages=first_text(element, "pages"),
        doi=first_text(element, "electronic-resource-num"),
        pmid=number if is_pubmed(database) else "",
        pmcid=first_text(element, "custom2"),
        abstract=[("", " ".join(first_text(element, "abstract").split()))],
        notices=notices_of(title),
        more={
            "database": line(database),
            "keywords": [line(text_of(one)) for one in element.iterfind("keywords/keyword")],
            "language": line(first_text(element, "language")),
            "url": line(first_text(element, "urls/related-urls/url")),
        },
    )


# The wider form that other programs write has the same records under another root.
_is_xml = begins_with("records", "record")

ENDNOTE_XML = Format(
    "EndNote XML",
    Match.WORK,
    Kept.BULK,
    lambda head: _is_xml(head) and ("<ref-type" in head or "<titles>" in head),
    partial(entries, tags=("record",), read=_read),
)
