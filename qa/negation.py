"""What a question says it is not about: "not sciatica", "without needles", "I had a heart attack in 2010".

Only the words right before a name are read. "No better than sham" denies no comparator: comparators are never denied.
"""

from __future__ import annotations

import re

from qa.cues import cues
from qa.text_cues import cue_text

_CLAUSE = re.compile(r"[,.;:!?()–—]|\bbut\b|\bpero\b|\baber\b|，|。|？|但")


def _before(pattern: str) -> re.Pattern[str]:
    between = "|".join(cues("denial")["between"])
    return re.compile(rf"(?:{pattern})\s*(?:(?:{between})\s+)*$")


_DATA = cues("denial")
_NOT_HAD = _before("|".join(_DATA["condition"]))
_NOT_WANTED = _before("|".join(_DATA["treatment"]))
_BACKGROUND = _before("|".join(_DATA["background"]))
_PAST = _before("|".join(_DATA["past"]))


def _lead_in(text: str, start: int) -> str:
    """The folded words of the clause of `text` that stand before `start`."""
    return f"{cue_text(_CLAUSE.split(text[:start])[-1])} "


def denies_condition(text: str, start: int) -> bool:
    """True where the condition named at `start` is one that the asker does not have."""
    return _NOT_HAD.search(_lead_in(text, start)) is not None


def denies_treatment(text: str, start: int) -> bool:
    """True where the treatment named at `start` is one that the asker does not want."""
    return _NOT_WANTED.search(_lead_in(text, start)) is not None


def is_past(text: str, start: int) -> bool:
    """True where the condition named at `start` is told of as over, and so is no topic."""
    return _PAST.search(_lead_in(text, start)) is not None


def is_background(text: str, start: int) -> bool:
    """True where the treatment named at `start` is what the asker does or did, and is no topic."""
    return _BACKGROUND.search(_lead_in(text, start)) is not None
