"""What a format's reader gives: for each record of a file, a draft study or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.importing.source import Source
from corpus.study import Study


class Match(StrEnum):
    """How a record finds the study that is already there."""

    WORK = "work"  # PMID, DOI, then title and year: the same piece of research
    ID = "id"  # the record's own id only, because judgements refer to it


class Kept(StrEnum):
    """Where a new study is kept in the collection."""

    FILE = "file"  # a Markdown file of its own, to be read and edited by a person
    BULK = "bulk"  # a line of `studies.jsonl`


@dataclass(frozen=True, slots=True)
class Draft:
    """One record of a file, read."""

    place: str  # "line 12", "lines 31-34 and 100-104"
    study: Study


@dataclass(frozen=True, slots=True)
class Unread:
    """One record of a file which could not be read, and why."""

    place: str
    why: str


Entry = Draft | Unread


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file; recognised by how its text begins, never by its name."""

    name: str
    match: Match
    kept: Kept
    recognises: Callable[[str], bool]
    entries: Callable[[Source], Iterator[Entry]]
