"""One sentence of a note beside all that it is held against: the rest of the note, and the study's summary."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.checks.claims import Claim
from corpus.vocabulary import Vocabulary

# A note that holds so much of a sentence of the summary, and little else, repeats it.
_REPEATS = 0.8


@dataclass(frozen=True, slots=True)
class Beside:
    """Why a sentence says too much, and the sentence of the summary that shows it."""

    why: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence of a note, with all that it is held against."""

    said: Claim
    note: tuple[Claim, ...]
    summary: tuple[Claim, ...]
    concepts: frozenset[str] = (
        frozenset()
    )  # conditions that the sentence names and the record does not
    vocabulary: Vocabulary | None = None

    @property
    def nearest(self) -> Claim | None:
        """The sentence of the summary on an effect that shares most words with this one."""
        effects = [one for one in self.summary if one.speaks_of_effect] or list(self.summary)
        return max(effects, key=lambda one: shared(self.said, one), default=None)

    @property
    def spoken_to(self) -> tuple[Claim, ...]:
        """The sentences of the summary that speak to the same effect: outcome, comparison, course of illness."""
        return tuple(
            one
            for one in self.summary
            if one.speaks_of_effect
            and not (one.about_safety and not one.claims)
            and (one.claims or one.denies or (one.unclear and shared(self.said, one) > 1))
            and meet(self.said.outcomes, one.outcomes)
            and meet(self.said.comparators, one.comparators)
            and meet(self.said.courses, one.courses)
        )

    @property
    def supported(self) -> tuple[Claim, ...]:
        """Those of them that tell a benefit."""
        return tuple(one for one in self.spoken_to if one.claims)

    @property
    def repeated(self) -> tuple[Claim, ...]:
        """The sentences of the summary whose words this one repeats."""
        enough = _REPEATS * len(self.said.stems)
        return tuple(one for one in self.summary if enough and shared(self.said, one) >= enough)


def shared(one: Claim, other: Claim) -> int:
    """How many words that carry meaning two sentences have in common."""
    return len(one.stems & other.stems)


def meet(one: frozenset[str], other: frozenset[str]) -> bool:
    """True where two sets have a member in common, or one of them says nothing."""
    return not one or not other or bool(one & other)
