"""What was left out and what was chosen, in words: the same for the page and for plain text."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.vocabulary import Vocabulary
from qa.choices import Choices
from qa.wording import Label, Number, Wording

Name = Label | Wording


def named(entry: str, vocabulary: Vocabulary) -> Name:
    """The name of an entry of `Choices.without`: a concept's label, or what a filter asks for."""
    if entry in vocabulary:
        return Label.of(vocabulary, entry)
    return Wording(f"choices-name-{entry.replace('_', '-')}")


def left_out(choices: Choices, vocabulary: Vocabulary) -> tuple[tuple[str, Name], ...]:
    """The entries that were left out, each with its name."""
    return tuple((one, named(one, vocabulary)) for one in choices.without)


def chosen(choices: Choices, vocabulary: Vocabulary) -> Iterator[tuple[str, str, Name]]:
    """What the studies must have: the field of a form, its value there, and the name."""
    for one in choices.conditions:
        yield "condition", one, Label.of(vocabulary, one)
    for one in choices.treatments:
        yield "treatment", one, Label.of(vocabulary, one)
    for design in choices.designs:
        yield "design", design, Wording(f"page-design-{design}")
    if choices.year_from is not None:
        year = {"value": Number(choices.year_from)}
        yield "year_from", str(choices.year_from), Wording("page-filter-year-from", year)
    if choices.year_to is not None:
        year = {"value": Number(choices.year_to)}
        yield "year_to", str(choices.year_to), Wording("page-filter-year-to", year)
