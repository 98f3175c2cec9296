"""What a receptionist reads out of an answer: one glance, one finding, all that limits it, and a hand-off.

Only quotes and approved wordings. A finding is read out with all that limits it, what it is compared with, and each
other way that its study points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Finding, Outcome, Quote, QuoteRole
from qa.page_cards import flags_html, quotes_html, throughout_html
from qa.page_html import headline
from qa.page_markup import NOTHING, Html, element, joined, language, paragraphs, spaced
from qa.retrieval import UNSETTLED
from qa.wording import Number, OwnWords, Wording

ANCHOR = "say"  # the heading that takes the focus when an answer comes
_NEVER = ("staff-never-safe", "staff-never-cures", "staff-never-you")


def read_out(answer: Answer) -> tuple[Finding, ...]:
    """The findings that are read out: the first, and the second where only that one says "unclear" or "no".

    The second place is where an answer puts such a finding, so that nobody hears one side only.
    """
    if answer.outcome is not Outcome.ANSWERED:
        return ()
    lead, second = answer.findings[:1], answer.findings[1:2]
    if not any(_is_open(one) for one in lead) and any(_is_open(one) for one in second):
        return (*lead, *second)
    return lead


def _is_open(finding: Finding) -> bool:
    return any(one.direction in UNSETTLED for one in finding.quotes)


def aloud_html(answer: Answer, vocabulary: Vocabulary) -> Html:
    """The card to read out; for an emergency only what to do about it."""
    if answer.outcome is Outcome.URGENT:
        return _urgent(answer)
    heading = element("h2", Wording("staff-say"), id=ANCHOR, tabindex="-1", autofocus="")
    return element(
        "section",
        heading,
        _asked(answer),
        *_spoken(answer, vocabulary),
        element("p", Wording("staff-hand-off"), class_="hand-off"),
        *(element("p", one, class_="disclaimer", lang="en") for one in answer.disclaimer),
        class_="aloud",
        aria_labelledby=ANCHOR,
    )


def never_html() -> Html:
    """What a receptionist must not say."""
    never = (element("li", Wording(one)) for one in _NEVER)
    return element(
        "section",
        element("h2", Wording("staff-never")),
        element("ul", *never),
        element("p", Wording("staff-never-own")),
        class_="never",
    )


def _asked(answer: Answer) -> Html:
    asked = spaced(
        element("span", Wording("staff-you-asked"), class_="who"), OwnWords(answer.question)
    )
    return element("p", asked, class_="asked")


def _spoken(answer: Answer, vocabulary: Vocabulary) -> list[Html]:
    spoken = read_out(answer)
    if not spoken:
        heading = element("p", headline(answer), class_="lead")
        return [heading, *_notices(answer)]
    lead, *also = spoken
    parts = [*_notices(answer), element("p", _opening(answer), class_="lead-in")]
    parts.append(_finding(lead, vocabulary))
    for one in also:
        parts.append(element("p", Wording("staff-say-also"), class_="lead-in"))
        parts.append(_finding(one, vocabulary))
    return parts


def _opening(answer: Answer) -> Wording:
    if answer.findings[0].study.is_page:
        return Wording("staff-say-page")
    if len(answer.findings) == 1:
        return Wording("staff-say-study")
    return Wording("staff-say-first", {"count": Number(len(answer.findings))})


def _finding(finding: Finding, vocabulary: Vocabulary) -> Html:
    inside = joined(
        throughout_html(finding, vocabulary),
        quotes_html(_once(finding.quotes), vocabulary),
        flags_html(finding),
    )
    return element("div", inside, class_="box")


def _once(quotes: Iterable[Quote]) -> list[Quote]:
    """The quotes without findings that point the same known way against the same, as an earlier one does."""
    kept: list[Quote] = []
    said: set[tuple[object, ...]] = set()
    for one in quotes:
        if one.role is QuoteRole.FINDING and one.direction is not None:
            what = (one.comparators, one.direction)
            if what in said:
                continue
            said.add(what)
        kept.append(one)
    return kept


def _notices(answer: Answer) -> list[Html]:
    return [
        element("div", paragraphs(one), class_="said", lang=language(one)) for one in answer.notices
    ]


def _urgent(answer: Answer) -> Html:
    """Two lines for the receptionist, and the words in English where the caller wrote in another language."""
    heading = element("h2", Wording("staff-say-urgent"), id=ANCHOR, tabindex="-1", autofocus="")
    english = NOTHING
    if any(language(one) != "en" for one in answer.notices):
        words = (replace(one, language="en") for one in answer.notices)
        english = element(
            "div",
            element("h3", Wording("staff-say-english")),
            *(paragraphs(one, phones=True) for one in words),
            class_="english",
        )
    only = element("p", Wording("staff-say-urgent-only"))
    return element("section", heading, only, english, class_="aloud first")
