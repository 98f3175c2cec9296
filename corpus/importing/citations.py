"""From the fields that citations have in all formats to a draft study; what cannot be right is left out, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from corpus.importing.authors import study_id
from corpus.importing.entries import Draft, Entry, Unread
from corpus.importing.lines import line
from corpus.repairing import repaired
from corpus.study import Fact, Notice, Section, Study, Voice

ABSTRACT = "Abstract"
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_WHOLE = re.compile(r"10\.\d{4,9}/[^\s\x00-\x1f]+")
_ALONE = re.compile(
    r"(https?://(?:dx\.|www\.)?doi\.org/)?(?:doi:?\s*)?(10\.\d{4,9}/[^\s\"]+)", re.IGNORECASE
)
_DOI_END = ".,;:'\"]}>"
_PMID = re.compile(r"(?<!\d)[1-9]\d{0,8}(?!\d)")
_PMCID = re.compile(r"PMC[1-9]\d{0,8}", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[789]\d\d|20\d\d)(?!\d)")
_NO_ABSTRACT = re.compile(
    r"\W*(?:n/?a|none|null|(?:no )?abstract (?:is )?(?:not |un)?available|no abstract)\W*",
    re.IGNORECASE,
)
_LONGEST_DOI = 300  # characters; there is no rule, and none longer than this in use
_MOST_NUMBER = 60  # characters of a volume, an issue or pages


@dataclass
class Citation:
    """The fields of one record as a format gives them; `abstract` holds (label, text) pairs, the label may be empty."""

    title: str = ""
    authors: Sequence[str] = ()
    journal: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    abstract: Sequence[tuple[str, str]] = ()
    notices: Sequence[Notice] = ()
    more: Mapping[str, object] = field(
        default_factory=dict
    )  # kept with the source: MeSH, types, database


def doi_of(text: str) -> str | None:
    """The DOI in a text, without the address around it and the punctuation behind it.

    >>> doi_of("https://doi.org/10.1000/xyz(1)2.")
    '10.1000/xyz(1)2'
    >>> doi_of("10.1002/(SICI)17:15<1661::AID>3.0.CO;2-2")  # where it stands alone, all of it counts
    '10.1002/(SICI)17:15<1661::AID>3.0.CO;2-2'
    """
    alone = _ALONE.fullmatch(text.strip())
    found = alone or _DOI.search(text)
    if found is None:
        return None
    doi = unquote(alone[2]) if alone and alone[1] else found[2] if alone else found[0]
    if len(doi) > _LONGEST_DOI:
        return None
    doi = doi.rstrip(_DOI_END)
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(_DOI_END)
    return doi if _WHOLE.fullmatch(doi) else None


def year_of(text: str) -> int | None:
    """The year in a date as papers print it; None where there is none that can be."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def _number(text: str) -> str | None:
    found = line(text)
    return found if found and len(found) <= _MOST_NUMBER else None


def _sections(parts: Iterable[tuple[str, str]]) -> tuple[Section, ...]:
    """One section for each label; text without one is the abstract, and what follows under the same label joins it."""
    texts: dict[str, list[str]] = {}
    for label, text in parts:
        name = line(label).rstrip(":").capitalize() or ABSTRACT
        found = "\n".join(line(one) for one in text.split("\n") if line(one))
        if found and not _NO_ABSTRACT.fullmatch(found):
            texts.setdefault(name, []).append(found)
    return tuple(Section(name, Voice.SUMMARY, "\n\n".join(each)) for name, each in texts.items())


def _id(study: Study) -> str:
    made = study_id(study.title, study.authors, str(study.year or ""))
    return made or (f"pmid-{study.pmid}" if study.pmid else "study")


_MEDICAL = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)


def is_pubmed(*databases: str) -> bool:
    """True where the name of a database says that its numbers are those of PubMed."""
    return _MEDICAL.search(" ".join(databases)) is not None


def entry(citation: Citation, place: str, name: str) -> Entry:
    """The draft study of a citation that stands at `place` of the file `name`, or why there is none."""
    title = line(citation.title).rstrip()
    found = _sections(citation.abstract)
    if not title and not found:
        return Unread(place, "neither title nor abstract")
    mended = [repaired(section.name, section.text) for section in found]
    sections = tuple(
        Section(section.name, section.voice, text)
        for section, (text, _) in zip(found, mended, strict=True)
    )
    pmid, pmcid = _PMID.search(citation.pmid), _PMCID.search(citation.pmcid)
    values: dict[str, object] = {
        "authors": tuple(filter(None, map(line, citation.authors))),
        "journal": line(citation.journal) or None,
        "year": year_of(citation.year),
        "volume": _number(citation.volume),
        "issue": _number(citation.issue),
        "pages": _number(citation.pages),
        "doi": doi_of(citation.doi),
        "pmid": pmid[0] if pmid else None,
        "pmcid": pmcid[0].upper() if pmcid else None,
    }
    where = f"{name}, {place}"
    known = [key for key in ("title", *values) if (title if key == "title" else values[key])]
    study = Study(
        id="",
        title=title,
        sections=sections,
        repairs=tuple(one for _, each in mended for one in each),
        facts=tuple(Fact(key, "import", where) for key in known),
        notices=tuple(citation.notices),
        source={"file": where, **{key: value for key, value in citation.more.items() if value}},
        **values,  # type: ignore[arg-type]
    )
    return Draft(place, replace(study, id=_id(study)))
