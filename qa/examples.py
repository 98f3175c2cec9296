"""Example questions, drawn from what a collection covers and grouped by condition.

Made of fixed wordings and the vocabulary's labels, so a new collection brings its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.catalogue import Catalogue
from corpus.matching import concepts
from corpus.study import Study
from corpus.vocabulary import Kind, Vocabulary
from qa.wording import Label, Wording

MOST_GROUPS = 6
MOST_OFFERS = 12
_VAGUE = frozenset({"control-group"})  # says nothing of what the others got, so nobody asks for it


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions about one condition that the collection can speak to."""

    condition: Label
    questions: tuple[Wording, ...]


def example_texts(catalogue: Catalogue) -> list[str]:
    """The questions of all examples, in their order."""
    return [one.text for group in examples(catalogue) for one in group.questions]


def examples(catalogue: Catalogue) -> tuple[Examples, ...]:
    """The conditions with the most studies, each with two questions at most; ties by label.

    Left out are kinds of a condition that is there, and studies known only by a note: what they say is too
    thin to point people to.
    """
    groups = _groups(catalogue)
    return tuple(groups[one] for one in _widest(groups, catalogue.vocabulary)[:MOST_GROUPS])


def offers(catalogue: Catalogue, asked: Iterable[str]) -> tuple[Wording, ...]:
    """A question on each condition that the examples could be about, at most `MOST_OFFERS`, by their labels.

    Where one of the conditions `asked` is among them, or is wider or narrower than one of them, only on those.
    """
    vocabulary = catalogue.vocabulary
    groups = _groups(catalogue)
    near = {one for ask in asked for one in (ask, *vocabulary.above(ask), *vocabulary.below(ask))}
    chosen = [one for one in groups if one in near] or _widest(groups, vocabulary)
    shown = [one for one in chosen if groups[one].questions][:MOST_OFFERS]
    return tuple(groups[one].questions[0] for one in sorted(shown, key=vocabulary.label))


@lru_cache(maxsize=8)
def _groups(catalogue: Catalogue) -> Mapping[str, Examples]:
    """The examples for each condition that a study with a summary is about, the most studied first."""
    vocabulary = catalogue.vocabulary
    studies = [
        replace(one, conditions=_told_conditions(one, vocabulary))
        for one in catalogue.studies
        if not one.note_only
    ]
    counts = Counter(condition for one in studies for condition in one.conditions)
    order = sorted(counts, key=lambda one: (-counts[one], vocabulary.label(one)))
    return {one: _group(vocabulary, one, studies) for one in order}


def _told_conditions(study: Study, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The study's conditions; where nobody decided them, those in its title: a text names many in passing."""
    if not study.only_proposed:
        return study.conditions
    named = concepts(vocabulary, study.title, Kind.CONDITION)
    return tuple(one for one in study.conditions if one in named)


def _widest(conditions: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """The conditions in their order, without kinds of one that came before."""
    chosen: list[str] = []
    for one in conditions:
        if not vocabulary.above(one) & set(chosen):
            chosen.append(one)
    return chosen


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
