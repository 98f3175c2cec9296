"""What the script sends along with a question: the earlier ones, the choices, the mark of a link."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from qa.choices import NO_CHOICES, ChoiceError, Choices

_MARK = re.compile("[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class SentAlong:
    """What belongs to a question; `question` replaces what is in the box, which then stays as it is."""

    earlier: tuple[str, ...] = ()
    choices: Choices | ChoiceError = NO_CHOICES
    mark: str | None = None
    question: str | None = None

    @classmethod
    def read(cls, sent: object) -> SentAlong:
        """What a JSON object holds; a part that is none of what it should be counts as not sent.

        Choices that cannot be read are kept as what is wrong with them.
        """
        try:
            found = json.loads(sent) if isinstance(sent, str) else {}
        except (ValueError, RecursionError):
            found = {}
        if not isinstance(found, dict):
            return cls()
        mark, question = found.get("mark"), found.get("question")
        return cls(
            earlier=_texts(found.get("earlier")),
            choices=_choices(found.get("choices")),
            mark=mark if isinstance(mark, str) and _MARK.fullmatch(mark) else None,
            question=question if isinstance(question, str) else None,
        )


def _texts(value: object) -> tuple[str, ...]:
    """The earlier questions; none where they are no list of texts."""
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return tuple(value) if is_list and isinstance(value, list) else ()


def _choices(value: object) -> Choices | ChoiceError:
    if value is None:
        return NO_CHOICES
    if not isinstance(value, Mapping):
        return ChoiceError(f"choices are {value!r:.60}; wanted an object")
    try:
        return Choices.read(value)
    except ChoiceError as wrong:
        return wrong
