"""Example questions, drawn from what a collection covers and grouped by condition.

Made of fixed wordings and the vocabulary's labels, so a new collection brings its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.catalogue import Catalogue
from corpus.study import Study
from corpus.vocabulary import Kind, Vocabulary
from qa.wording import Label, Wording

MOST_GROUPS = 6
_VAGUE = frozenset({"control-group"})  # says nothing of what the others got, so nobody asks for it


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions about one condition that the collection can speak to."""

    condition: Label
    questions: tuple[Wording, ...]


def examples(catalogue: Catalogue) -> tuple[Examples, ...]:
    """The conditions with the most studies, each with two questions at most; ties by label.

    Left out are kinds of a condition that is there, and studies known only by a note: what they say is too
    thin to point people to.
    """
    studies = [one for one in catalogue.studies if not one.note_only]
    counts = Counter(condition for one in studies for condition in one.conditions)
    vocabulary = catalogue.vocabulary
    chosen: list[str] = []
    for one in sorted(counts, key=lambda one: (-counts[one], vocabulary.label(one))):
        if not vocabulary.above(one) & set(chosen):
            chosen.append(one)
    return tuple(_group(vocabulary, one, studies) for one in chosen[:MOST_GROUPS])


def _group(vocabulary: Vocabulary, condition: str, studies: Iterable[Study]) -> Examples:
    about = [one for one in studies if condition in one.conditions]
    name = Label.of(vocabulary, condition)
    treatment = _commonest(one for study in about for one in study.treatments)
    if treatment is None:
        return Examples(name, ())
    values = {"treatment": Label.of(vocabulary, treatment), "condition": name}
    questions = [Wording("page-example-help", values)]
    against = _comparator(vocabulary, treatment, about)
    if against is not None:
        comparator = Label.of(vocabulary, against)
        questions.append(Wording("page-example-against", {**values, "comparator": comparator}))
    return Examples(name, tuple(questions))


def _comparator(vocabulary: Vocabulary, treatment: str, studies: Iterable[Study]) -> str | None:
    """What the treatment is compared with most: sham or no treatment before another therapy."""
    found = [one for study in studies if treatment in study.treatments for one in study.comparators]
    plain = [one for one in found if vocabulary[one].kind is Kind.COMPARATOR]
    return _commonest([one for one in plain or found if one not in _VAGUE and one != treatment])


def _commonest(ids: Iterable[str]) -> str | None:
    counts = Counter(ids)
    return min(counts, key=lambda one: (-counts[one], one)) if counts else None
