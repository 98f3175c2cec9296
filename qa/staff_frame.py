"""The frame of the front desk's pages: the page's own band and foot, with the desk's ways between them."""

from __future__ import annotations

from qa import page_files
from qa.page_frame import Frame, bare_page, framed_page, script_html
from qa.page_markup import Html, element
from qa.places import at
from qa.wording import Wording

REVIEW = "/staff/review"
_WAYS = {
    "/staff": "staff-nav-ask",
    "/browse": "staff-nav-browse",
    "/staff/gaps": "staff-nav-gaps",
    REVIEW: "staff-nav-review",
    "/": "staff-nav-patient",
}
SCRIPT = page_files.script("staff.js")
_SCRIPT_TEXTS = {
    "copied": "staff-copied",
    "linked": "staff-link-copied",
    "failed": "staff-not-copied",
    "broken": "staff-link-broken",
}


def desk_page(frame: Frame, title: Wording, *inside: Html, here: str | None = None) -> str:
    """A page of the front desk; `here` is the way that leads here, where one does."""
    main = element("main", element("h1", title), *inside, class_="column", id="main", tabindex="-1")
    return framed_page(
        frame,
        title,
        main,
        skip=element("a", Wording("staff-skip"), href="#main", class_="skip"),
        above=_ways(frame, here),
        path="/staff" if here in {None, REVIEW} else here,
        scripts=_script(),
        class_="plain staff",
    )


def paper_page(frame: Frame, title: Wording, main: Html) -> str:
    """A page to be printed: no ways, no foot."""
    return bare_page(frame, title, main, scripts=_script(), class_="plain handout")


def trouble_page(frame: Frame, why: Wording) -> str:
    """A page that says why there is nothing to show, and leads back."""
    back = element("a", Wording("staff-back"), href=at("/staff"))
    return desk_page(frame, Wording("staff-problem-heading"), element("p", why), element("p", back))


def _ways(frame: Frame, here: str | None) -> Html:
    def way(path: str, name: str) -> Html:
        current = "page" if path == here else None
        return element("li", element("a", Wording(name), href=at(path), aria_current=current))

    shown = {path: name for path, name in _WAYS.items() if frame.is_reviewed or path != REVIEW}
    ways = element("ul", *(way(path, name) for path, name in shown.items()), class_="inner")
    return element("nav", ways, class_="ways", aria_label=Wording("staff-nav"))


def _script() -> Html:
    return script_html(SCRIPT, _SCRIPT_TEXTS)
