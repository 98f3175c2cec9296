"""The cards of an answer, under a heading for what was compared with, where there is more than one."""

from __future__ import annotations

from corpus.vocabulary import Vocabulary
from qa.answer import Finding
from qa.comparison import Group, grouped
from qa.page_cards import Beside, card_html
from qa.page_markup import Html, element, joined
from qa.wording import Wording

TITLE = 4  # the level of a study's title where no group stands above it


def cards_html(
    findings: tuple[Finding, ...],
    vocabulary: Vocabulary,
    beside: Beside | None = None,
    *,
    anchor: str,
) -> Html:
    """The studies as cards; the ids of the groups begin with `anchor`, and `beside` adds to each quote."""
    groups = grouped(findings, vocabulary)
    if len(groups) <= 1:
        return joined(*(card_html(one, vocabulary, beside, title=TITLE) for one in findings))
    return joined(
        _jump(groups, anchor), *(_group(one, vocabulary, beside, anchor) for one in groups)
    )


def _heading(group: Group) -> Wording:
    return Wording(f"cards-against-{group.against}")


def _jump(groups: tuple[Group, ...], anchor: str) -> Html:
    """The headings as links, in one line; of the newest turn only, as an earlier one has lost its ids."""
    links = (
        element("li", element("a", _heading(one), href=f"#{anchor}-{one.against}"))
        for one in groups
    )
    return element(
        "div",
        element("p", Wording("cards-apart")),
        element("ul", *links, class_="jump again"),
        class_="apart",
    )


def _group(group: Group, vocabulary: Vocabulary, beside: Beside | None, anchor: str) -> Html:
    heading = element("h4", _heading(group), id=f"{anchor}-{group.against}")
    cards = (card_html(one, vocabulary, beside, title=TITLE + 1) for one in group.findings)
    return element("section", heading, *cards, class_="group-of-cards")
