"""An answer as markup: the whole turn of a conversation, study cards and all.

A pure function of the answer. How values become text is `page_markup`'s matter; the page around is `page_frame`'s.
"""

from __future__ import annotations

from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Outcome
from qa.details import is_told_in_details, related_heading
from qa.page_brand import booking_html
from qa.page_cards import Beside, card_html
from qa.page_groups import cards_html
from qa.page_link import Asked, link_html, since_html
from qa.page_markup import (
    NOTHING,
    Html,
    element,
    joined,
    language,
    paragraphs,
    parted,
    spaced,
)
from qa.page_tools import offers_html, tools_html
from qa.page_understood import understood_html
from qa.transcript import answered_on
from qa.wording import BookingLink, Number, OwnWords, Wording


def answer_html(
    answer: Answer,
    vocabulary: Vocabulary,
    *,
    anchor: str,
    asked: Asked | None = None,
    booking: BookingLink | None = None,
    beside: Beside | None = None,
) -> Html:
    """The answer as one line of markup; `anchor` is an id that no other turn on the page has.

    Where it is told how it was `asked`, the turn has a permanent link. For staff `beside` adds to each quote, and
    what only a visitor needs is left out.

    The element of that id is the turn's heading, which takes the focus. TypeError where the answer holds
    something that may not be shown.
    """
    urgent = answer.outcome is Outcome.URGENT
    question = OwnWords(answer.question)
    if urgent:  # help comes first, however long the question is
        opening = joined(_alert(answer, anchor), _asked("p", question))
    else:
        opening = joined(
            _asked("h2", question, anchor=anchor),
            understood_html(answer, vocabulary),
            since_html(answer, asked),
            _outcome(answer, booking),
        )
    return element(
        "article",
        opening,
        cards_html(answer.findings, vocabulary, beside, anchor=anchor),
        _related(answer, vocabulary, beside),
        offers_html(answer.offers),
        limits_html(answer),
        link_html(answer, asked),
        NOTHING if urgent or beside else tools_html(answer.outcome),
        class_=f"turn outcome-{answer.outcome.value.replace('_', '-')}",
        lang="en",
    )


def _asked(name: str, question: OwnWords, *, anchor: str | None = None) -> Html:
    who = element("span", Wording("page-asked"), class_="who")
    said = element("span", question, class_="said")
    tabindex = "-1" if anchor else None
    return element(name, spaced(who, said), class_="asked", id=anchor, tabindex=tabindex)


def _alert(answer: Answer, anchor: str) -> Html:
    crisis = any(one.id.startswith("crisis") for one in answer.notices)
    name = "page-outcome-crisis" if crisis else "page-outcome-urgent"
    words = Wording(name, language=answer.language)
    heading = element("h2", words, id=anchor, tabindex="-1", lang=language(words))
    return element("div", heading, _notices(answer), class_="notice alert", role="alert")


def _outcome(answer: Answer, booking: BookingLink | None) -> Html:
    heading = element("h3", headline(answer), class_="headline")
    if not answer.notices:
        return heading
    if answer.outcome is Outcome.ANSWERED and not _offers_help(answer):
        return joined(heading, element("div", _notices(answer), class_="notice aside"))
    return element("div", heading, _notices(answer), _booking(answer, booking), class_="notice")


def headline(answer: Answer) -> Wording:
    """How the answer ends, in a few words."""
    # There are studies, so the outcome says too much.
    if any(one.id == "choices-none-fit" for one in answer.notices):
        return Wording("choices-none-fit-heading")
    if is_told_in_details(answer):
        return Wording("page-outcome-told-in-details")
    if answer.outcome is not Outcome.ANSWERED:
        return Wording(f"page-outcome-{answer.outcome.value.replace('_', '-')}")
    if all(one.study.is_page for one in answer.findings):
        return Wording("page-outcome-answered-page")
    if len(answer.findings) == 1:
        return Wording("page-outcome-answered-one")
    return Wording("page-outcome-answered", {"count": Number(len(answer.findings))})


def _offers_help(answer: Answer) -> bool:
    """True where crisis lines stand before the answer; they are never an aside."""
    return any(one.id == "crisis-perhaps" for one in answer.notices)


def _notices(answer: Answer) -> Html:
    calls = answer.outcome is Outcome.URGENT or _offers_help(answer)
    shown = ((one, paragraphs(one, phones=calls)) for one in answer.notices)
    return joined(*(element("div", text, lang=language(one)) for one, text in shown))


def _related(answer: Answer, vocabulary: Vocabulary, beside: Beside | None) -> Html:
    if not answer.related:
        return NOTHING
    heading = element("h3", related_heading(answer))
    cards = (card_html(one, vocabulary, beside) for one in answer.related)
    return element("section", heading, *cards, class_="related")


def _booking(answer: Answer, link: BookingLink | None) -> Html:
    """The way to book a visit, where the clinic is what was asked about: never beside what a study says."""
    if answer.outcome is not Outcome.CLINIC_MATTER or answer.findings or answer.related:
        return NOTHING
    return booking_html(link, Wording("brand-book-matter"))


def limits_html(answer: Answer) -> Html:
    """The boundary line and the disclaimer, in the size of everything else, and when it was answered."""
    number = element("span", answer.receipt, class_="number")
    receipt = element(
        "p",
        parted(
            (answered_on(answer), spaced(Wording("page-receipt"), number)),
            Wording("page-between-facts"),
        ),
        class_="receipt",
    )
    boundary = element("p", answer.boundary) if answer.boundary is not None else NOTHING
    return element(
        "div",
        element("h3", Wording("page-limits")),
        boundary,
        *(element("p", one, class_="disclaimer", lang="en") for one in answer.disclaimer),
        receipt,
        class_="limits",
    )
