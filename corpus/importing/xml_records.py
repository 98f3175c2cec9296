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
from corpus.importing.limits import MOST_TEXT, too_long
from corpus.importing.source import Source

Element = ET.Element
_CHUNK = 1 << 21  # bytes
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
        for element in _each(source.data, tags):
            number += 1
            place = f"record {number}"
            found = too_long(_size(element)) or read(element)
            yield (
                Unread(place, found) if isinstance(found, str) else entry(found, place, source.name)
            )
    except (ET.ParseError, ValueError, LookupError) as exc:
        line = exc.position[0] if isinstance(exc, ET.ParseError) else 1
        why = f"the file breaks off or is damaged here ({exc}); records behind this place were not read"
        yield Unread(f"line {line}", why)


class _LargeParts(io.BytesIO):
    """Gives the parser more at once than it asks for.

    It begins anew with each part of a tag that has not ended: small parts make a tag of many megabytes take hours.
    """

    def read(self, size: int | None = -1) -> bytes:
        """The next part."""
        return super().read(max(size or 0, _CHUNK))


def _each(data: bytes, tags: Collection[str]) -> Iterator[Element]:
    """The elements called one of `tags`, outermost ones only; all that was read before is let go."""
    around: list[Element] = []
    inside = 0
    parts = _LargeParts(data)
    for event, element in ET.iterparse(parts, events=("start", "end")):  # noqa: S314 - see above
        if event == "start":
            if inside or element.tag in tags:
                inside += 1
            else:
                around.append(element)
            continue
        if inside > 1:
            inside -= 1
            continue
        if inside:
            inside = 0
            yield element
        else:
            around.pop()
        if around:
            around[-1].clear()


def _size(element: Element) -> int:
    """The characters of an element with all that is in it; counting ends where it is too long."""
    size = 0
    for one in element.iter():
        size += 1 + len(one.text or "") + len(one.tail or "") + sum(map(len, one.attrib.values()))
        if size > MOST_TEXT:
            break
    return size


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
