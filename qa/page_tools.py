"""What can be done with an answer, at its end: ask something else, say whether it helped, copy it, print it.

The script `page_static/turn.js` does the work; without it the form still sends, and the buttons are not shown.
"""

from __future__ import annotations

from qa.answer import Outcome
from qa.page_markup import NOTHING, Html, element, joined
from qa.places import at
from qa.wording import Wording

FORM = "question-form"  # the id of the question form without script; buttons elsewhere send it too
FEEDBACK = "/feedback"  # takes `helpful` and `outcome` from a form, and keeps counts only


def example_button(question: Wording, *, form: str | None = None) -> Html:
    """A button that asks a question: of the form around it, or of the one with the id `form`."""
    return element(
        "button",
        question,
        type="submit",
        form=form,
        name="example",
        value=question,
        class_="example",
    )


def offers_html(offers: tuple[Wording, ...]) -> Html:
    """Questions to ask instead, as the buttons that the examples are; nothing where there are none."""
    if not offers:
        return NOTHING
    # Without script they send the question form of the simple page, and the earlier questions with it.
    buttons = (example_button(one, form=FORM) for one in offers)
    return element(
        "section",
        element("h3", Wording("cards-offers")),
        element("ul", *(element("li", one) for one in buttons)),
        class_="offers",
    )


def tools_html(outcome: Outcome) -> Html:
    """The tools below an answer; what asks or acts on the page as a whole is of the newest answer only."""
    copy = element("button", Wording("turn-copy"), type="button", class_="tool copy")
    paper = element("button", Wording("turn-print"), type="button", class_="tool print again")
    return element(
        "div",
        _helpful(outcome),
        element("div", copy, paper, class_="by-script"),
        element("p", role="status", class_="done"),
        class_="tools",
    )


def _helpful(outcome: Outcome) -> Html:
    def button(value: str) -> Html:
        name = Wording(f"turn-{value}")
        return element("button", name, type="submit", name="helpful", sent=value, class_="tool")

    asked = element(
        "fieldset",
        element("legend", Wording("turn-helpful")),
        joined(button("yes"), button("no")),
    )
    kept = element("input", type="hidden", name="outcome", sent=outcome.value)
    return element("form", kept, asked, action=at(FEEDBACK), method="post", class_="feedback again")
