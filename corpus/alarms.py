"""Alarm examples: messages of a crisis in roundabout words, of other emergencies, and calm ones that come near.

Reads and checks them. They belong to the program, not to a collection. Comparing a message with them is in
`index.senses`; what follows from it is in `qa.alarm_by_meaning`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml

from corpus.errors import VocabularyError
from corpus.paraphrases import Paraphrase

FILE = "alarms.yaml"
CRISIS = "crisis"
_WANTED = "`crisis` and `calm`, lists of texts, and `emergencies`, lists of texts by red flag"


def alarms(text: str, source: str) -> tuple[Paraphrase, ...]:
    """The examples of a YAML text in file order, each of `CRISIS`, of a red flag, or of None where it is calm.

    Raises VocabularyError where it is no such file; `source` names it in the message.
    """
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as exc:
        raise VocabularyError(f"{source}: found {exc}; wanted {_WANTED}") from exc
    if not isinstance(data, dict) or set(data) != {CRISIS, "emergencies", "calm"}:
        raise VocabularyError(f"{source}: wanted {_WANTED}, and nothing else")
    if not isinstance(data["emergencies"], dict):
        raise VocabularyError(
            f"{source}: found emergencies {data['emergencies']!r}; wanted {_WANTED}"
        )
    return (
        *_each(data[CRISIS], CRISIS, source),
        *(one for flag, said in data["emergencies"].items() for one in _each(said, flag, source)),
        *_each(data["calm"], None, source),
    )


@cache
def shipped_alarms() -> tuple[Paraphrase, ...]:
    """The examples that ship with Evidence Desk, `alarms.yaml`."""
    return alarms(files("corpus").joinpath(FILE).read_text(encoding="utf-8"), FILE)


def _each(said: object, label: str | None, source: str) -> Iterator[Paraphrase]:
    if not isinstance(said, list) or not all(isinstance(one, str) and one for one in said):
        raise VocabularyError(
            f"{source}: {label or 'calm'}: found {said!r}; wanted a list of texts"
        )
    return (Paraphrase(one, label) for one in said)
