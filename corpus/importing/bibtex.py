"""BibTeX, read by `bibtexparser`: LaTeX's spellings become letters, and what the library refuses is told, not lost."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import DuplicateBlockKeyBlock, ParsingFailedBlock
from bibtexparser.model import Entry as Cited
from pylatexenc.latex2text import LatexNodes2Text

from corpus.importing.citations import Citation, entry
from corpus.importing.entries import Entry, Format, Kept, Match, Unread
from corpus.importing.limits import too_long
from corpus.importing.lines import line
from corpus.importing.notices import notices_of
from corpus.importing.source import Source

_JOINED = re.compile(r'"([^"]*)"\s*#\s*')
# No two parts of it can take the same white space, since the time that takes grows with its square.
_ENTRY = re.compile(r"^[^\S\n]*@\w+\s*[{(]\s*(?:[^\s,{}]+\s*)?,", re.MULTILINE)
_ESCAPED = re.compile(r"\\([_&%#$~^{}])")
# The library says of each damaged entry what we say in the report.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
_LETTERS = re.compile(r"(?:[^\W_]|[ .,;:()/+=]|-(?!-))*")
_LATEX = LatexNodes2Text(math_mode="verbatim", keep_comments=False)


def _plain(value: str) -> str:
    """The value as letters; where it is no LaTeX that can be read, as it stands without braces."""
    if _LETTERS.fullmatch(value):
        return value  # as the library would, which takes a thousand times as long
    try:
        return str(_LATEX.latex_to_text(value))
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, the value is not lost
        return value.replace("{", "").replace("}", "")


def _raw(value: str) -> str:
    return _ESCAPED.sub(r"\1", value)


def _names(value: str) -> list[str]:
    """The names between "and"s that stand outside of braces."""
    names, depth, current = [], 0, ""
    for word in re.split(r"(\s+)", value):
        if depth == 0 and word.lower() == "and":
            names.append(current)
            current = ""
            continue
        depth += word.count("{") - word.count("}")
        current += word
    return ["et al." if one.strip() == "others" else line(_plain(one)) for one in (*names, current)]


def _citation(cited: Cited) -> Citation:
    fields = {key.lower(): str(one.value) for key, one in cited.fields_dict.items()}

    def raw(*keys: str) -> str:
        return next((fields[key] for key in keys if fields.get(key, "").strip()), "")

    def text(*keys: str) -> str:
        value = raw(*keys)
        parts = _JOINED.findall(value + "#") if '" #' in value or '"#' in value else []
        return _plain("".join(parts) if parts else value)

    title = text("title")
    return Citation(
        title=title,
        authors=_names(raw("author")) if raw("author") else [],
        journal=text("journal", "journaltitle", "booktitle"),
        year=raw("year", "date"),
        volume=text("volume"),
        issue=text("number", "issue"),
        pages=text("pages").replace("\u2013", "-").replace("--", "-"),
        doi=_raw(raw("doi")) or (_raw(raw("url")) if "doi.org/" in raw("url") else ""),
        pmid=raw("pmid"),
        pmcid=raw("pmcid", "pmc"),
        abstract=[("", " ".join(text("abstract").split()))],
        notices=notices_of(title),
        more={
            "keywords": [line(one) for one in re.split("[;,]", text("keywords")) if line(one)],
            "language": line(text("language", "langid")),
            "url": line(_raw(raw("url"))),
        },
    )


def _entries(source: Source) -> Iterator[Entry]:
    for block in parse_string(source.text).blocks:
        place = f"line {(block.start_line or 0) + 1}"
        if isinstance(block, DuplicateBlockKeyBlock):
            block = block.ignore_error_block or block  # noqa: PLW2901 - two papers may share a key
        if why := too_long(len(block.raw or "")):
            yield Unread(place, why)
        elif isinstance(block, Cited):
            yield entry(_citation(block), place, source.name)
        elif isinstance(block, ParsingFailedBlock):
            told = getattr(block.error, "abort_reason", None) or str(block.error)
            yield Unread(place, f"an entry that is no whole BibTeX ({line(told)[:200]})")


def _recognises(head: str) -> bool:
    return _ENTRY.search(head) is not None


BIBTEX = Format("BibTeX", Match.WORK, Kept.BULK, _recognises, _entries)
