"""A crisis told in words that no rule foresees: "they'd manage fine without me", "I've said what I needed to say".

Comes after the rules of `qa/rules/red_flags.yaml`, and only for thoughts of suicide or self-harm. The other emergencies
were tried as well, and are left to the rules: at no wrong alarm on the judged questions, likeness saw 11 of 100 of those
described in other words (of a crisis, 51).

Two steps. `SURE` raises the alarm. `PERHAPS` leaves the answer as it is and puts the crisis lines before it: who is at the
end of their tether with a bad hip is offered someone to talk to and still gets the answer, and who meant more is not
sent away with studies alone. A wrong `PERHAPS` costs two lines of reading; a wrong alarm takes the answer away.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.alarms import CRISIS
from index.library import Library
from qa.language import language
from qa.said import Said

# How near a text comes to the examples of a crisis, about 0 to 1.
Reader = Callable[[str], float]

# Chosen by five-fold cross-validation over `corpus/alarms.yaml` (470 of a crisis, 1,077 calm near-misses) and on the tune
# splits of `tests/questions`. At SURE: 44 of 100 seen, 1 calm near-miss of 100 taken for one, no judged question. At
# PERHAPS: 82 of 100 seen, 7 near-misses of 100, 5 of 1,086 judged questions.
SURE = 0.65
PERHAPS = 0.4

_ENDS = re.compile(r"[.!?;\n]+")
_WORDS = 3  # of a sentence that is read on its own
_MOST = 8  # sentences from the beginning of a text, and from its end


def sentences(text: str) -> tuple[str, ...]:
    """The text and its sentences, which may say more than the whole does; those of one or two words are left out.

    >>> sentences("How much is it? I won't need it where I am going. Bye")
    ("How much is it? I won't need it where I am going. Bye", 'How much is it', "I won't need it where I am going")
    """
    found = [one.strip() for one in _ENDS.split(text) if len(one.split()) >= _WORDS]
    if len(found) > 2 * _MOST:
        found = [*found[:_MOST], *found[-_MOST:]]
    return tuple(dict.fromkeys((text, *found)))


def reader(library: Library, said: Said) -> Reader:
    """What the library's alarm examples say of a text; each text is read once.

    0 for a text that is not in English: the shipped encoder knows no other language, so there the rules stand alone.
    """
    seen: dict[str, float] = {}

    def read(text: str) -> float:
        if text not in seen:
            english = bool(text.strip()) and language(text) == "en"
            vectors = said.pieces(sentences(text)) if english else None
            seen[text] = 0.0 if vectors is None else library.alarms.scores(vectors)[CRISIS]
        return seen[text]

    return read
