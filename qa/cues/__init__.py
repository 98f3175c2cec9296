"""The cues for taking questions apart: lists of words and patterns, kept as data beside this file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml


def cues(name: str) -> dict[str, Any]:
    """The lists of the file `name`.yaml."""
    text = files("qa.cues").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of `words.yaml`; all folded."""

    function: frozenset[str]
    generic: frozenset[str]
    research: frozenset[str]  # stems that every research question has
    leads_to_condition: frozenset[str]
    leads_to_treatment: frozenset[str]
    after_treatment: frozenset[str]
    sick_words: frozenset[str]
    care_words: frozenset[str]
    passed_over: frozenset[str]
    against: frozenset[str]  # set one treatment against another
    persons: frozenset[str]  # names of treatments that are also people: "physio"
    saying: frozenset[str]  # what people do: "says"
    sickness: re.Pattern[str]  # how names of conditions end
    remedy: re.Pattern[str]  # how names of remedies end


def _words() -> Words:
    data = cues("words")
    sickness, remedy = (re.compile(data.pop(f"{key}_ending")) for key in ("sickness", "remedy"))
    lists = {key: frozenset(str(text).split()) for key, text in data.items()}
    return Words(**lists, sickness=sickness, remedy=remedy)


WORDS = _words()
EVERYDAY = WORDS.function | WORDS.generic  # words that name no topic
