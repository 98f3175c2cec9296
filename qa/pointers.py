"""Values that point into a study's record and hold no text of their own, so that they cannot misquote it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpus.study import Study


class Part(StrEnum):
    """A bibliographic fact of a study record."""

    TITLE = "title"
    AUTHORS = "authors"
    JOURNAL = "journal"
    YEAR = "year"
    DOI = "doi"
    PMID = "pmid"


@dataclass(frozen=True, slots=True)
class Cited:
    """A bibliographic fact: like a quote, it holds no text but points into the record."""

    study: Study
    part: Part

    @property
    def text(self) -> str:
        """The fact as the record has it; empty where it has none."""
        value = getattr(self.study, self.part)
        return ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A value of a stored record as it stands there, for the pages that show the record itself.

    `path` leads to it from the study, by attributes, keys and places; `start` and `end` cut a stretch out of it.
    """

    study: Study
    path: tuple[str | int, ...]
    start: int = 0
    end: int | None = None

    @property
    def text(self) -> str:
        """The value; KeyError, IndexError or AttributeError where the record has none."""
        value: Any = self.study
        for step in self.path:
            holds = isinstance(value, dict | list | tuple)
            value = value[step] if holds else getattr(value, str(step))
        return str(value)[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Digest:
    """The SHA-256 of some bytes, in hexadecimal digits."""

    of: bytes

    @property
    def text(self) -> str:
        """64 digits."""
        return hashlib.sha256(self.of).hexdigest()
