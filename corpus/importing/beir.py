"""BEIR's `corpus.jsonl`: one document a line, `_id`, `title`, `text`.

Ids are kept letter by letter, because judgements refer to them. Year, authors and journal are not in such files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from corpus.importing.entries import Draft, Entry, Format, Kept, Match, Unread
from corpus.importing.limits import too_long
from corpus.importing.source import Source
from corpus.study import PAGE_ID, Fact, Section, Study, Voice

SECTION = "Abstract"
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_BEGINS = re.compile(r'\s*\{.*(?<!\\)"(?:_id|text)"\s*:', re.DOTALL)


def _object(row: str) -> dict[str, object] | str:
    """The object of a line, or the reason why there is none."""
    try:
        value = json.loads(row)
    except (ValueError, RecursionError):
        return "the line is no JSON; wanted one object with _id, title and text"
    if not isinstance(value, dict):
        return "the line is JSON but no object; wanted _id, title and text"
    return value


def _why_not(document: dict[str, object]) -> str | None:
    """What is wrong with a document, or None."""
    found_id, title, text = (document.get(key) for key in ("_id", "title", "text"))
    if not isinstance(title, str | None):
        return "a title that is no text"
    if not isinstance(text, str):
        return "no text; wanted the document's text"
    if not text.strip() and not (title or "").strip():
        return "neither title nor text"
    if any(_NO_TEXT.search(one) for one in (str(found_id), title or "", text)):
        return "a zero character or half of a character (a lone surrogate); wanted text"
    return _why_no_id(found_id)


def _why_no_id(found: object) -> str | None:
    if not isinstance(found, str | int) or isinstance(found, bool) or not str(found).strip():
        return "no _id; wanted a text that names the document"
    if str(found) != " ".join(str(found).split()):
        return f"the _id {str(found)[:80]!r} holds white space at an end, twice, or a line break"
    if found == PAGE_ID:
        return f"the _id {PAGE_ID!r} is kept for a page's own text"
    return None


def _study(document: dict[str, object], place: str) -> Study:
    title = " ".join(str(document.get("title") or "").split())
    text = str(document["text"]).replace("\r\n", "\n")
    return Study(
        id=str(document["_id"]),
        title=title,
        sections=(Section(SECTION, Voice.SUMMARY, text),) if text.strip() else (),
        facts=(Fact("title", "import", place),) if title else (),
        source={"file": place},
    )


def entries(source: Source) -> Iterator[Entry]:
    """The documents of the file, in its order."""
    for number, row in enumerate(source.rows(), 1):
        if not row.strip():
            continue
        place = f"line {number}"
        document = too_long(len(row)) or _object(row)
        why = document if isinstance(document, str) else _why_not(document)
        if isinstance(document, str) or why is not None:
            yield Unread(place, str(why))
        else:
            yield Draft(place, _study(document, f"{source.name}, {place}"))


def recognises(text: str) -> bool:
    """True where one of the first lines is an object with `_id` or `text`, as far as its beginning tells."""
    rows = [row for row in text.split("\n", 20)[:20] if row.strip()]
    found = [_object(row) for row in rows]
    if len(found) == 1 and isinstance(found[0], str):
        return _BEGINS.match(rows[0]) is not None
    return any(isinstance(one, dict) and {"_id", "text"} & set(one) for one in found)


BEIR = Format(
    name="BEIR",
    match=Match.ID,
    kept=Kept.BULK,
    recognises=recognises,
    entries=entries,
)
