"""What staff see of the questions that found nothing, and of studies that are not found or are old.

Topics have their counts, and no small ones by name: a count of one or two could point at somebody who was in the waiting room, so such topics count as other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from corpus.catalogue import Catalogue
from corpus.study import Study
from corpus.vocabulary import Vocabulary
from qa.answer import Outcome
from qa.counting import Count, Tally

FEWEST = 3  # questions before a topic is named
OLDEST = 5  # studies


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions about one topic that ended one way; `concept` is None for all the others together."""

    concept: str | None
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """All gaps, the most asked first and the others last, and the day that counting began on."""

    since: date
    rows: tuple[Gap, ...]


def gaps(tally: Tally, vocabulary: Vocabulary) -> Gaps:
    """The gaps of a tally. A concept that the vocabulary no longer has counts as other."""
    found: Counter[tuple[str | None, Outcome]] = Counter()
    for (concept, outcome), count in tally.of(Count.GAP):
        is_named = count >= FEWEST and concept in vocabulary
        found[concept if is_named else None, Outcome(outcome)] += count
    rows = (Gap(concept, outcome, count) for (concept, outcome), count in found.items())
    return Gaps(tally.since, tuple(_ordered(rows, vocabulary)))


def never_shown(tally: Tally, catalogue: Catalogue) -> tuple[Study, ...]:
    """The studies that no answer has shown since counting began, by id: what they say may be asked in other words.

    A study that was shown once is none of them, and how often each was shown is told nowhere.
    """
    shown = {study for (study, _), count in tally.of(Count.SHOWN) if count}
    return tuple(one for one in catalogue.studies if one.id not in shown)


def oldest(catalogue: Catalogue) -> tuple[Study, ...]:
    """The few oldest studies, oldest first: newer research may say otherwise."""
    dated = [one for one in catalogue.studies if one.year is not None]
    return tuple(sorted(dated, key=lambda one: (one.year or 0, one.id))[:OLDEST])


def _ordered(rows: Iterable[Gap], vocabulary: Vocabulary) -> list[Gap]:
    def place(one: Gap) -> tuple[bool, int, str, str]:
        label = "" if one.concept is None else vocabulary.label(one.concept)
        return one.concept is None, -one.count, label, one.outcome

    return sorted(rows, key=place)
