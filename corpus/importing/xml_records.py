"""XML read one record at a time, so that a large export needs little memory; entities are refused.

Python's own parser fetches nothing from elsewhere. Entities could still make a small file huge, and no export needs
them, so a file that declares one is not read at all.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterator
from xml.etree import ElementTree as ET

from corpus.errors import ImportingError
from corpus.importing.citations import Citation, entry
from corpus.importing.entries import Entry, Unread
from corpus.importing.source import Source

Element = ET.Element
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_WIDE_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)


def text_of(element: Element | None) -> str:
    """All text in an element, that of inline markup too; empty where there is none."""
    return "" if element is None else "".join(element.itertext())


def first_text(element: Element, *paths: str) -> str:
    """The text at the first of the paths that has any."""
    return next((text for one in paths if (text := text_of(element.find(one)).strip())), "")


def entries(
    source: Source,
    tags: Collection[str],
    read: Callable[[Element], Citation | str],
) -> Iterator[Entry]:
    """What `read` makes of each element called one of `tags`: a citation, or why there is none.

    A file that breaks off gives the records before the break, and one that tells of it. ImportingError for entities.
    """
    _refuse_entities(source)
    number = 0
    try:
        for _, element in ET.iterparse(io.BytesIO(source.data), events=("end",)):  # noqa: S314 - see above
            if element.tag not in tags:
                continue
            number += 1
            place = f"record {number}"
            found = read(element)
            element.clear()
            yield (
                Unread(place, found) if isinstance(found, str) else entry(found, place, source.name)
            )
    except (ET.ParseError, ValueError, LookupError) as exc:
        line = exc.position[0] if isinstance(exc, ET.ParseError) else 1
        why = f"the file breaks off or is damaged here ({exc}); records behind this place were not read"
        yield Unread(f"line {line}", why)


def _refuse_entities(source: Source) -> None:
    wide = source.encoding.startswith("utf-16")
    found = _WIDE_ENTITY.search(source.text) if wide else _ENTITY.search(source.data)
    if found:
        raise ImportingError(
            f"{source.path}: found an XML entity that the file declares for itself; wanted an export as the database "
            "writes it, without entities"
        )


def begins_with(*names: str) -> Callable[[str], bool]:
    """Tells whether a text is XML whose first elements have one of these names."""
    pattern = re.compile(rf"<(?:{'|'.join(names)})[\s>/]")

    def recognises(head: str) -> bool:
        return head.lstrip("\ufeff \t\n").startswith("<") and pattern.search(head) is not None

    return recognises
