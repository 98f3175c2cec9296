"""What the words of a question ask for: an aspect, a comparison, a date, open results.

Reads folded text and the cues of `qa/cues/asks.yaml`; what is named is found in `question`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.study import Aspect
from qa.cues import cues


def _patterns(alternatives: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


_CUES = {name: _patterns(patterns) for name, patterns in cues("asks").items()}
_COMPARES, _RANKS, _DOES, _OFFERS, _OPEN, _DATE, _ONGOING, _CONTENTS = (
    _CUES.pop(name)
    for name in (
        "compares", "ranks", "does", "offers", "wants_open", "wants_date", "wants_ongoing",
        "wants_contents",
    )
)  # fmt: skip
_ASKS = {Aspect(name): cue for name, cue in _CUES.items()}


def wants_open(folded: str) -> bool:
    """True where a folded question asks for null, mixed or open results."""
    return _OPEN.search(folded) is not None


def wants_date(folded: str) -> bool:
    """True where a folded question asks for a date."""
    return _DATE.search(folded) is not None


def wants_ongoing(folded: str) -> bool:
    """True where a folded question asks for research that is under way or planned."""
    return _ONGOING.search(folded) is not None


def wants_contents(folded: str) -> bool:
    """True where a folded question asks what the collection is about."""
    return _CONTENTS.search(folded) is not None


def asked_aspect(folded: str) -> Aspect | None:
    """The aspect that the words of a folded question ask about, or None."""
    return next((aspect for aspect, cue in _ASKS.items() if cue.search(folded)), None)


def cue_words(folded: str) -> frozenset[str]:
    """The words by which a folded question says what it asks about: "shaky" asks for the quality."""
    patterns = (*_ASKS.values(), _COMPARES, _OPEN)
    found = (cue.search(folded) for cue in patterns)
    return frozenset(word for match in found if match for word in match[0].split())


def compares(folded: str) -> bool:
    """True where one thing is set against another: "than", "versus"."""
    return _COMPARES.search(folded) is not None


def offers(folded: str) -> bool:
    """True where one thing is named beside another: "or"."""
    return _OFFERS.search(folded) is not None


def lists(folded: str) -> bool:
    """True where it is asked what each of several does, not which is better."""
    return _DOES.search(folded) is not None and not (
        _COMPARES.search(folded) or _RANKS.search(folded)
    )
