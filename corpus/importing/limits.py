"""How much a file and one of its records may hold: what holds more is damaged or is meant to do harm."""

from __future__ import annotations

from collections.abc import Iterable

# Bytes of a file, unpacked; a larger export comes in parts.
MOST_BYTES = 2**29
# Characters of one record. The longest abstracts have some ten thousand, whole papers some three hundred thousand.
MOST_TEXT = 1_000_000
# Characters of a clinic's page and of its HTML, in which pictures may stand as text.
MOST_PAGE, MOST_HTML = 1_000_000, 20_000_000
# Records of one file that cannot be read. A file with more is not what it was taken for.
MOST_UNREAD = 100_000


def too_long(characters: int) -> str | None:
    """Why a record of so many characters is not read, or None."""
    if characters <= MOST_TEXT:
        return None
    return (
        f"a record of more than {MOST_TEXT} characters; wanted one abstract or one paper in each record: "
        "a quotation mark, a bracket or the end of a record may be missing"
    )


def size_of(value: object) -> int:
    """The characters of a value of JSON with all that is in it; counting ends where it is too long.

    >>> size_of({"title": "Knees", "author": [{"family": "Li"}]})
    27
    """
    size = 0
    waiting: list[Iterable[object]] = [(value,)]
    while waiting and size <= MOST_TEXT:
        for one in waiting.pop():
            size += len(one) if isinstance(one, str) else 1
            if isinstance(one, dict):
                waiting += [one.keys(), one.values()]
            elif isinstance(one, list):
                waiting.append(one)
    return size
