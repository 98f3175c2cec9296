"""The frame of the front desk's pages: the page's own band and foot, with the desk's ways between them."""

from __future__ import annotations

from dataclasses import dataclass

from qa.page_frame import Frame, bare_page, framed_page
from qa.page_markup import Html, data, element, joined
from qa.wording import Wording

_WAYS = {
    "/staff": "staff-nav-ask",
    "/browse": "staff-nav-browse",
    "/staff/gaps": "staff-nav-gaps",
    "/": "staff-nav-patient",
}
_SCRIPT_TEXTS = {
    "copied": "staff-copied",
    "linked": "staff-link-copied",
    "failed": "staff-not-copied",
    "broken": "staff-link-broken",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the front desk's pages need: the page's frame, and the address of their own script."""

    frame: Frame
    script: str


def desk_page(desk: Desk, title: Wording, *inside: Html, at: str | None = None) -> str:
    """A page of the front desk; `at` is the way that leads here, where one does."""
    main = element("main", element("h1", title), *inside, class_="column", id="main", tabindex="-1")
    return framed_page(
        desk.frame,
        title,
        main,
        skip=element("a", Wording("staff-skip"), href="#main", class_="skip"),
        above=_ways(at),
        scripts=_scripts(desk),
        class_="plain staff",
    )


def paper_page(desk: Desk, title: Wording, main: Html) -> str:
    """A page to be printed: no ways, no foot."""
    return bare_page(desk.frame, title, main, scripts=_scripts(desk), class_="plain handout")


def trouble_page(desk: Desk, why: Wording) -> str:
    """A page that says why there is nothing to show, and leads back."""
    back = element("a", Wording("staff-back"), href="/staff")
    return desk_page(desk, Wording("staff-problem-heading"), element("p", why), element("p", back))


def _ways(at: str | None) -> Html:
    def way(href: str, name: str) -> Html:
        here = "page" if href == at else None
        return element("li", element("a", Wording(name), href=href, aria_current=here))

    ways = element("ul", *(way(href, name) for href, name in _WAYS.items()), class_="inner")
    return element("nav", ways, class_="ways", aria_label=Wording("staff-nav"))


def _scripts(desk: Desk) -> Html:
    texts = data("texts", {key: Wording(name) for key, name in _SCRIPT_TEXTS.items()})
    return joined(texts, element("script", src=desk.script, defer=""))
