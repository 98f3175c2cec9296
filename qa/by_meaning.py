"""What a question describes without naming it: "the rubber cups thing", "pain shooting down my leg from my bum".

Comes last, after exact, inflected and misspelt names, and only for what no name tells. What it takes a question to mean
is said to the asker, who may be meant otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from corpus.vocabulary import Kind, Vocabulary
from index.library import Library
from index.senses import EVERYDAY
from qa.coverage import ACUPUNCTURE
from qa.said import Said

# How well a text describes each concept, about 0 to 1.
Reader = Callable[[str], Mapping[str, float]]

# Thresholds on the score of `index.senses`, chosen on lay descriptions and on questions that are not covered, with
# no loss on the tune splits of `tests/questions`.
_ENOUGH = 0.27  # nothing is named, or only a place of which this is a kind
_SURE = 0.4  # another place is named, which may be part of the description: "the top of my arm"
_SURE_UNCOVERED = 0.45  # a wrong refusal helps nobody
_ENOUGH_TREATMENT, _SURE_TREATMENT = 0.3, 0.5
_ENOUGH_ACUPUNCTURE = 0.2  # what is meant anyway where no treatment is named
_APART = 0.05  # covered from not covered
_ABOVE_NAMED = 0.1  # what is described from a place that is named
_AS_GOOD = 0.75  # of the best: two covered ones are both meant

_CLAUSE = re.compile(
    r"[,.;:!?()–—]|\b(?:but|because|cos|since|honestly|so|when|whenever)\b", re.IGNORECASE
)
_STRETCHES, _STEP = (6, 10), 2  # words
_MOST_PIECES = 32


def pieces(text: str) -> tuple[str, ...]:
    """The text, its clauses and stretches of them: a description is seldom all that is said.

    >>> pieces("Fed up, my heel hurts")
    ('Fed up, my heel hurts', 'my heel hurts')
    """
    found = [text]
    for clause in _CLAUSE.split(text):
        spoken = clause.split()
        if len(spoken) > 2:
            found.append(" ".join(spoken))
        for length in _STRETCHES:
            last = len(spoken) - length
            found += [" ".join(spoken[at : at + length]) for at in range(0, last + 1, _STEP)]
    return tuple(dict.fromkeys(found))[:_MOST_PIECES]


def reader(library: Library, said: Said) -> Reader:
    """What the library's paraphrases say of a text; each text is read once."""
    seen: dict[str, Mapping[str, float]] = {}

    def read(text: str) -> Mapping[str, float]:
        if text not in seen:
            seen[text] = library.senses.scores(said.pieces(pieces(text)))
        return seen[text]

    return read


def _best(
    scores: Mapping[str, float], vocabulary: Vocabulary, kind: Kind
) -> list[tuple[str, float]]:
    found = [
        (one, score)
        for one, score in scores.items()
        if one != EVERYDAY and vocabulary[one].kind is kind
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _apart(
    best: Sequence[tuple[str, float]], covered: Callable[[str], bool], *, enough: float, sure: float
) -> str | None:
    """The first, where it is `enough` (`sure` where not covered) and apart from the best of the other sort."""
    if not best:
        return None
    first, score = best[0]
    own = covered(first)
    rival = next((other for one, other in best if covered(one) is not own), 0.0)
    return first if score >= (enough if own else sure) and score - rival >= _APART else None


def described_conditions(
    scores: Mapping[str, float],
    vocabulary: Vocabulary,
    covered: Callable[[str], bool],
    places: Sequence[str] = (),
) -> tuple[str, ...]:
    """The conditions that a text describes, where it names none or only the `places` where it hurts; two at most."""
    named = max((scores.get(one, 0.0) for one in places), default=0.0)

    def stands(one: str, score: float) -> bool:
        if not places or any(place in vocabulary.above(one) for place in places):
            return True
        return one not in places and score >= max(_SURE, named + _ABOVE_NAMED)

    best = [pair for pair in _best(scores, vocabulary, Kind.CONDITION) if stands(*pair)]
    first = _apart(best, covered, enough=_ENOUGH, sure=_SURE_UNCOVERED)
    if first is None:
        return ()
    if not covered(first):
        return (first,)
    near = (one for one, score in best[1:] if covered(one) and score >= _AS_GOOD * scores[first])
    second = next((one for one in near if not _related(vocabulary, one, first)), None)
    return (first,) if second is None else (first, second)


def described_treatment(
    scores: Mapping[str, float], vocabulary: Vocabulary, covered: Callable[[str], bool]
) -> str | None:
    """The treatment that a text describes, where it names none of the collection's."""
    best = _best(scores, vocabulary, Kind.TREATMENT)
    if best and best[0][0] == ACUPUNCTURE and best[0][1] >= _ENOUGH_ACUPUNCTURE:
        return ACUPUNCTURE
    return _apart(best, covered, enough=_ENOUGH_TREATMENT, sure=_SURE_TREATMENT)


def _related(vocabulary: Vocabulary, one: str, other: str) -> bool:
    return one == other or one in vocabulary.above(other) or other in vocabulary.above(one)
