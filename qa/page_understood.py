"""What was understood of a question, as markup: so that a reader can see a wrong turn."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Outcome, Understood
from qa.page_markup import NOTHING, Child, Html, element, joined, parted, spaced
from qa.wording import Label, Number, OwnWords, Wording

_SEARCHED = {Outcome.ANSWERED, Outcome.NOT_REPORTED, Outcome.NOT_IN_COLLECTION}


def understood_html(answer: Answer, vocabulary: Vocabulary) -> Html:
    """What the studies were searched for: a line of text, so that a reader can see a wrong turn.

    Nothing where no study was searched, and nothing where the clinic's page itself answers.
    """
    shown = (*answer.findings, *answer.related)
    from_page = any(one.study.is_page for one in shown)
    if from_page or (not shown and answer.outcome not in _SEARCHED):
        return NOTHING
    understood = answer.understood
    ids = (
        *understood.conditions,
        *understood.treatments,
        *understood.comparators,
        *understood.outcomes,
    )
    known: list[Child] = [Label.of(vocabulary, one) for one in dict.fromkeys(ids)]
    known.extend(_filters(understood))
    unknown: list[Child] = [OwnWords(one) for one in understood.unknown]
    if answer.outcome not in _SEARCHED:
        unknown = []
    return joined(_pair("page-looked-for", known), _pair("page-not-known", unknown))


def _pair(name: str, values: list[Child]) -> Html:
    if not values:
        return NOTHING
    shown = [element("span", one, class_="term") for one in values]
    text = parted(shown, Wording("page-between-facts"))
    line = spaced(element("span", Wording(name), class_="name"), text)
    return element("p", line, class_="understood")


def _filters(understood: Understood) -> Iterator[Child]:
    for key, value in understood.filters.items():
        if key == "design":
            yield Wording(f"page-design-{value}")
        elif key == "order":
            yield Wording(f"page-filter-{value}")
        else:
            shown = Number(value) if isinstance(value, int) else OwnWords(value)
            yield Wording(f"page-filter-{key.replace('_', '-')}", {"value": shown})
