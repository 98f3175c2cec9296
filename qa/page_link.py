"""The permanent link of an answer, and whether the answer is still the one that a link was made for."""

from __future__ import annotations

from dataclasses import dataclass

from qa.answer import Answer, Outcome
from qa.page_markup import NOTHING, Html, element, spaced
from qa.permalink import fragment, mark
from qa.wording import Wording


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question came: after which earlier ones, and by a link with which mark, if by any."""

    earlier: tuple[str, ...] = ()
    mark: str | None = None


def link_html(answer: Answer, asked: Asked | None) -> Html:
    """The link, and by a link what has become of the answer; nothing for an urgent one, which nobody files away."""
    if asked is None or answer.outcome is Outcome.URGENT:
        return NOTHING
    address = f"/#{fragment(answer, asked.earlier, answer.choices)}"
    inside = spaced(
        Wording("link-to-answer"), element("span", Wording("page-new-tab"), class_="new-tab")
    )
    link = element("a", inside, href=address, target="_blank", rel="noopener noreferrer")
    parts = [element("p", link), _kept(answer, asked.mark)]
    return element("div", *parts, class_="link")


def _kept(answer: Answer, before: str | None) -> Html:
    if before is None:
        return NOTHING
    same = before == mark(answer)
    return element("p", Wording("link-same" if same else "link-changed"), class_="since")
