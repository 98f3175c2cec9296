"""The permanent link of an answer, and whether the answer is still the one that a link was made for."""

from __future__ import annotations

from dataclasses import dataclass

from qa.answer import Answer, Outcome
from qa.page_markup import NOTHING, Html, element, in_new_tab
from qa.permalink import fragment, mark
from qa.places import at
from qa.wording import Wording


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question came: after which earlier ones, and by a link with which mark, if by any."""

    earlier: tuple[str, ...] = ()
    mark: str | None = None


def link_html(answer: Answer, asked: Asked | None) -> Html:
    """The link; nothing for an urgent answer, which is no matter for later."""
    if asked is None or answer.outcome is Outcome.URGENT:
        return NOTHING
    address = at(f"/#{fragment(answer, asked.earlier, answer.choices)}")
    inside = in_new_tab(Wording("link-to-answer"))
    link = element("a", inside, href=address, target="_blank", rel="noopener noreferrer")
    return element("p", link, class_="link")


def since_html(answer: Answer, asked: Asked | None) -> Html:
    """What a visitor who came by a link must know: whether the answer is still the one it was made for."""
    if asked is None or asked.mark is None or answer.outcome is Outcome.URGENT:
        return NOTHING
    same = asked.mark == mark(answer)
    return element("p", Wording("link-same" if same else "link-changed"), class_="since")
