"""CSL-JSON, the form in which citation styles take references."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from corpus.errors import ImportingError
from corpus.importing.citations import Citation, entry
from corpus.importing.entries import Entry, Format, Kept, Match, Unread
from corpus.importing.limits import size_of, too_long
from corpus.importing.notices import notices_of
from corpus.importing.source import Source

_MARKUP = re.compile(r"</?(?:i|b|sub|sup|sc|span|em|strong|jats:[a-z]+)(?:\s[^<>]{0,80})?/?>")


def _text(item: Mapping[str, object], *keys: str) -> str:
    for key in keys:
        value = item.get(key)
        if isinstance(value, list) and value:  # Crossref writes lists of one
            value = value[0]
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return _MARKUP.sub("", str(value))
    return ""


def _author(name: object) -> str:
    if isinstance(name, str):
        return name
    if not isinstance(name, Mapping):
        return ""
    whole = _text(name, "literal", "name")
    family = " ".join(filter(None, (_text(name, "non-dropping-particle"), _text(name, "family"))))
    given = " ".join(
        filter(
            None, (_text(name, "given"), _text(name, "dropping-particle"), _text(name, "suffix"))
        )
    )
    return whole or ", ".join(filter(None, (family, given)))


def _year(item: Mapping[str, object]) -> str:
    for key in ("issued", "published", "published-print", "published-online", "submitted"):
        date = item.get(key)
        if not isinstance(date, Mapping):
            continue
        parts = date.get("date-parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
            return str(parts[0][0])
        written = _text(date, "literal", "raw")
        if written:
            return written
    return _text(item, "year")


def _citation(item: Mapping[str, object]) -> Citation:
    authors = item.get("author")
    title = _text(item, "title")
    return Citation(
        title=title,
        authors=[_author(one) for one in authors] if isinstance(authors, list) else [],
        journal=_text(item, "container-title", "container-title-short", "journalAbbreviation"),
        year=_year(item),
        volume=_text(item, "volume"),
        issue=_text(item, "issue"),
        pages=_text(item, "page"),
        doi=_text(item, "DOI", "doi"),
        pmid=_text(item, "PMID", "pmid"),
        pmcid=_text(item, "PMCID", "pmcid"),
        abstract=[("", _text(item, "abstract"))],
        notices=notices_of(title),
        more={"language": _text(item, "language"), "url": _text(item, "URL")},
    )


def _items(source: Source) -> list[object]:
    try:
        found = json.loads(source.text)
    except RecursionError:
        raise ImportingError(
            f"{source.path}: found JSON that is nested very deeply; wanted a list of references"
        ) from None
    except ValueError as exc:
        at = f":{exc.lineno}" if isinstance(exc, json.JSONDecodeError) else ""
        raise ImportingError(
            f"{source.path}{at}: found JSON that is not whole ({exc}); wanted a list of references: export it again"
        ) from exc
    if isinstance(found, Mapping):
        found = next(
            (one for key in ("items", "references") if isinstance(one := found.get(key), list)),
            [found],
        )
    return found if isinstance(found, list) else [found]


def _entries(source: Source) -> Iterator[Entry]:
    for number, item in enumerate(_items(source), 1):
        place = f"item {number}"
        if why := too_long(size_of(item)):
            yield Unread(place, why)
        elif isinstance(item, Mapping):
            yield entry(_citation(item), place, source.name)
        else:
            yield Unread(place, f"a {type(item).__name__}; wanted an object with a title")


def _recognises(head: str) -> bool:
    text = head.lstrip("\ufeff \t\n")
    return text.startswith(("[", "{")) and re.search(
        r'"(?:title|container-title|DOI|issued)"\s*:', text
    ) is not None  # fmt: skip


CSL_JSON = Format("CSL-JSON", Match.WORK, Kept.BULK, _recognises, _entries)
