"""One value of a record at a time: its type checked, its place named when it is wrong.

Which fields a record has is in `fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from corpus.errors import RecordError
from corpus.front_matter import Path, Written
from corpus.vocabulary import Kind, Vocabulary

Member = TypeVar("Member", bound=StrEnum)

_KINDS = {
    "conditions": (Kind.CONDITION,),
    "treatments": (Kind.TREATMENT,),
    "comparators": (Kind.COMPARATOR, Kind.TREATMENT),
    "outcomes": (Kind.OUTCOME,),
}
_ABSENT = object()
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Fields:
    """The values of one record; `vocabulary` None leaves concept ids unchecked."""

    written: Written
    vocabulary: Vocabulary | None

    def wrong(self, path: Path, found: str, wanted: str) -> RecordError:
        """The error to raise for the value at `path`."""
        return self.written.wrong(path, found=found, wanted=wanted)

    def _at(self, path: Path) -> object:
        value: object = self.written.values
        for step in path:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step, _ABSENT)
            elif isinstance(value, list) and isinstance(step, int):
                value = value[step]
            else:
                return _ABSENT
        return None if value is _ABSENT else value

    def has(self, path: Path) -> bool:
        """True where there is a value that is not null."""
        return self._at(path) is not None

    def only(self, path: Path, keys: Iterable[str]) -> None:
        """RecordError where the value is no mapping, or has a key that is not among `keys`."""
        known = tuple(keys)
        for key in self.mapping(path):
            if key not in known:
                raise self.wrong((*path, key), f"the key {key!r}", f"one of: {', '.join(known)}")

    def mapping(self, path: Path) -> dict[str, object]:
        """The mapping at `path`, empty where there is none."""
        value = self._at(path)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._type(path, value, "a mapping (`key: value` lines)")
        return value

    def length(self, path: Path) -> int:
        """How long the list at `path` is, 0 where there is none."""
        value = self._at(path)
        if value is None:
            return 0
        if not isinstance(value, list):
            raise self._type(path, value, "a list")
        return len(value)

    def _type(self, path: Path, value: object, wanted: str) -> RecordError:
        name = ".".join(str(step) for step in path)
        shown = repr(value)
        return self.wrong(
            path, f"{name}: {shown if len(shown) <= 80 else shown[:77] + '...'}", wanted
        )

    def line_of_text(self, path: Path) -> str | None:
        """The text at `path`, on one line and not empty, or None."""
        value = self._at(path)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            raise self._type(path, value, "a text without white space around it")
        if "\n" in value or "\r" in value:
            raise self._type(path, value, "a text on one line")
        return value

    def text(self, path: Path) -> str:
        """The text at `path`; RecordError where there is none."""
        value = self.line_of_text(path)
        if value is None:
            raise self.wrong(path, f"no {path[-1]}", f"`{path[-1]}:` with a text")
        return value

    def any_text(self, path: Path) -> str:
        """The text at `path`, which may be empty or hold several lines."""
        value = self._at(path)
        if not isinstance(value, str):
            raise self._type(path, value, "a text")
        return value

    def identifier(self, path: Path, pattern: re.Pattern[str], wanted: str) -> str | None:
        """The text or number at `path` as a text that fits `pattern`, or None."""
        value = self._at(path)
        if value is None:
            return None
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise self._type(path, value, wanted)
        return text

    def whole_number(self, path: Path, within: range) -> int | None:
        """The number at `path`, or None."""
        value = self._at(path)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value not in within:
            raise self._type(path, value, f"a whole number, {within.start} to {within.stop - 1}")
        return value

    def day(self, path: Path) -> date | None:
        """The day at `path`, written as 2026-11-25, or None."""
        text = self.line_of_text(path)
        if text is None:
            return None
        if not _DAY.fullmatch(text):
            raise self._type(path, text, "a day such as 2026-11-25")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._type(path, text, "a day that exists, such as 2026-11-25") from None

    def texts(self, path: Path) -> tuple[str, ...] | None:
        """The list of texts at `path`, or None."""
        if not self.has(path):
            return None
        return tuple(self.text((*path, place)) for place in range(self.length(path)))

    def member(self, path: Path, members: type[Member]) -> Member | None:
        """The member of a closed set at `path`, or None."""
        value = self._at(path)
        if value is None:
            return None
        if not isinstance(value, str) or value not in list(members):
            raise self._type(path, value, f"one of: {', '.join(members)}")
        return members(value)

    def members(self, path: Path, members: type[Member]) -> tuple[Member, ...] | None:
        """The list of members of a closed set at `path`, or None."""
        if not self.has(path):
            return None
        found = (self.member((*path, place), members) for place in range(self.length(path)))
        return tuple(one for one in found if one is not None)

    def concepts(self, path: Path) -> tuple[str, ...] | None:
        """The list of concept ids at `path`, or None; its last step says of which kind."""
        found = self.texts(path)
        kinds = _KINDS[str(path[-1])]
        for place, concept in enumerate(found or ()):
            if self.vocabulary is None:
                break
            if concept not in self.vocabulary:
                raise self._type((*path, place), concept, "the id of a concept of the vocabulary")
            kind = self.vocabulary[concept].kind
            if kind not in kinds:
                names = " or ".join(kinds)
                raise self._type((*path, place), concept, f"a {names}; this concept is a {kind}")
            if concept in (found or ())[:place]:
                raise self._type((*path, place), concept, "each concept once")
        return found
