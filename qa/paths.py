"""Paths of requests: which part of the site one is for, however it is written."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote


def under(path: str, prefixes: Iterable[str]) -> bool:
    """True where a path is one of the prefixes or below it, however it is written.

    >>> [under(one, ["/staff"]) for one in ("/staff/x", "//STAFF./", "/a/../%2Fstaff", "/staffing")]
    [True, True, True, False]
    """
    written = _segments(path)
    reached = _segments(posixpath.normpath("/" + "/".join(written)))
    return any(
        way[: len(wanted)] == wanted
        for wanted in map(_segments, prefixes)
        for way in (written, reached)
    )


def _segments(path: str) -> list[str]:
    for _ in range(3):
        path = unquote(path)
    parts = unicodedata.normalize("NFKC", path.replace("\\", "/")).casefold().split("/")
    named = [one if one == ".." else one.strip().rstrip(". \0") for one in parts]
    return [one for one in named if one]
