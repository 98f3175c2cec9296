"""The page around the answers: head, band, question form, examples, foot; and whole pages without script.

What the page shows before its script runs is the form of the simple page, so asking works from the first second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa import page_files
from qa.examples import Examples
from qa.filters import Filters
from qa.page_brand import FRAME_SCRIPT, booking_html
from qa.page_choices import again_html
from qa.page_form import EMPTY, Form, form_html
from qa.page_markup import (
    NOTHING,
    Child,
    Html,
    data,
    document,
    element,
    in_new_tab,
    joined,
    spaced,
)
from qa.pipeline import LONGEST_QUESTION
from qa.places import at
from qa.wording import BookingLink, Brand, Number, Wording

_SCRIPT_TEXTS = {
    "again": "page-again-typed-only",
    "againAsked": "page-again-asked",
    "againTyped": "page-again-typed",
    "busy": "page-busy",
    "chosen": "choices-count",
    "crowded": "page-problem-crowded",
    "earlier": "page-earlier",
    "failed": "page-problem-failed",
    "lost": "page-problem-lost",
    "often": "page-problem-often",
}
_TURN_TEXTS = {
    "copied": "turn-copied",
    "notCopied": "turn-not-copied",
    "notSent": "turn-not-sent",
    "thanks": "turn-thanks",
}


Ways = Callable[[str], Html]


def nowhere(_: str) -> Html:
    """The links of a collection that is the only one."""
    return NOTHING


@dataclass(frozen=True, slots=True)
class Frame:
    """What the pages need of the settings and the collection."""

    collection: Brand
    examples: tuple[Examples, ...]
    styles: tuple[str, ...]  # the addresses of the style sheets, with their versions
    clinic: Brand | None = None
    phone: Brand | None = None
    logo: str | None = None  # the address of the picture
    booking: BookingLink | None = None
    keeps_questions: bool = False
    studies: Number | None = None  # how many can be browsed; None where there are none
    filters: Filters | None = None
    neighbours: Ways = nowhere  # links to the same page of the collections beside this one
    is_reviewed: bool = (
        True  # here; several that are searched together are reviewed each in its place
    )


def most() -> Number:
    """The length of the longest question."""
    return Number(LONGEST_QUESTION)


def intro_html() -> Html:
    """The heading and what this is, in two sentences."""
    return element(
        "header",
        element("h1", Wording("page-heading")),
        element("p", Wording("page-intro"), class_="lede"),
        element("p", Wording("page-how")),
        class_="intro",
    )


def browse_link(frame: Frame, *, keeps: bool = False) -> Html:
    """The way to the list of all studies; nothing where there is none.

    With `keeps`, for the page that holds a conversation, the list opens beside it.
    """
    if frame.studies is None:
        return NOTHING
    one = frame.studies.value == 1
    name = Wording("browse-link-one" if one else "browse-link", {"count": frame.studies})
    if not keeps:
        return element("p", element("a", name, href=at("/browse")), class_="browse-link")
    link = element(
        "a", in_new_tab(name), href=at("/browse"), target="_blank", rel="noopener noreferrer"
    )
    return element("p", link, class_="browse-link")


def _form(frame: Frame, form: Form, *, script: bool = False) -> Html:
    below = browse_link(frame)
    return form_html(form, frame.examples, frame.filters, below=below, script=script)


def _band(frame: Frame) -> Html:
    words = frame.clinic or Wording("page-product")
    name: Child = words
    if frame.logo:
        picture = element("img", src=frame.logo, alt=words, height="40")
        name = element("span", picture, class_="logo")
    product = (
        element("span", Wording("page-product"), class_="product") if frame.clinic else NOTHING
    )
    inside = spaced(element("span", name, class_="name"), product)
    call = element("p", Wording("page-call", {"phone": frame.phone})) if frame.phone else NOTHING
    home = element("a", inside, href=at("/"), class_="home")
    return element("header", element("div", home, call, class_="inner"), class_="band")


def _foot(frame: Frame, *, other: Html, keeps: bool = False) -> Html:
    kept = "page-questions-kept" if frame.keeps_questions else "page-questions-not-kept"
    return element(
        "footer",
        element(
            "div",
            element("p", Wording("page-emergency"), class_="emergency"),
            element("p", Wording("page-collection", {"name": frame.collection})),
            element("p", Wording(kept)),
            booking_html(frame.booking, Wording("brand-book")),
            browse_link(frame, keeps=keeps),
            element("p", other, class_="other"),
            class_="inner",
        ),
        class_="foot",
    )


def _skip() -> Html:
    return element("a", Wording("page-skip"), href="#ask", class_="skip")


def _styles(frame: Frame) -> Html:
    icon = element("link", rel="icon", href="/favicon.svg", type="image/svg+xml")
    # It comes first and is not put off, so that a page in a frame never shows its band for a moment.
    framed = element("script", src=FRAME_SCRIPT.address)
    sheets = (element("link", rel="stylesheet", href=one) for one in frame.styles)
    return joined(framed, *sheets, icon)


def full_page(gradio: str, frame: Frame) -> str:
    """Gradio's page with our frame around it: styles, script and texts in the head, band, first form and foot.

    Leaves out what Gradio says to other sites about itself.
    """
    # Deferred scripts run in their order, so ours comes before Gradio's, which it listens to.
    scripts = joined(
        *(element("script", src=one.address, defer="") for one in page_files.scripts())
    )
    without = element("noscript", element("p", Wording("page-without-script"), class_="inner"))
    texts = {key: Wording(name) for key, name in (_SCRIPT_TEXTS | _TURN_TEXTS).items()}
    count = {"count": Wording("page-count", {"most": most()})}
    head = joined(_styles(frame), data("texts", {**texts, **count}))
    plain = element("a", Wording("page-plain"), href=at("/plain"))
    first = element("main", intro_html(), _form(frame, EMPTY, script=True), class_="column")
    ways = frame.neighbours("/")
    start = joined(_skip(), _band(frame), ways, without, element("div", first, id="first"))
    page = re.sub(r'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", gradio)
    page = re.sub(r'\s*<link rel="manifest"[^>]*>', "", page)
    page = page.replace('<script type="module"', f'{scripts.markup}<script type="module"', 1)
    page = page.replace("</head>", f"{head.markup}</head>", 1)
    page = re.sub(r"<body[^>]*>", lambda _: f'<body id="page">{start.markup}', page, count=1)
    return page.replace("</body>", f"{_foot(frame, other=plain, keeps=True).markup}</body>", 1)


def script_html(script: page_files.File, texts: Mapping[str, str]) -> Html:
    """A script for the head of a page, with the wordings that it says by its own names."""
    said = data("texts", {key: Wording(name) for key, name in texts.items()})
    return joined(said, element("script", src=script.address, defer=""))


def plain_page(frame: Frame, form: Form = EMPTY, *, turn: Html = NOTHING) -> str:
    """The simple page: the answer, where there is one, and the form, which sends the earlier questions along."""
    again = again_html(form.newest, form.before, form.choices) if form.newest else NOTHING
    inside = joined(
        element("h1", Wording("page-heading")) if turn else intro_html(),
        turn,
        again,
        _form(frame, form),
    )
    script = script_html(page_files.script("turn.js"), _TURN_TEXTS)
    return framed_page(
        frame,
        Wording("page-heading"),
        element("main", inside, class_="column", id="main"),
        skip=_skip(),
        scripts=script if turn else NOTHING,
        other=element("a", Wording("page-full"), href=at("/")),
        path="/plain",
    )


def whole_page(
    frame: Frame, title: Child, *inside: Html, skip: Html = NOTHING, path: str = "/"
) -> str:
    """A page without script: band, what is inside, foot; `skip` leads past what comes before."""
    main = element("main", *inside, class_="column", id="main")
    return framed_page(frame, title, main, skip=skip, path=path)


def framed_page(
    frame: Frame,
    title: Child,
    main: Html,
    *,
    skip: Html = NOTHING,
    above: Html = NOTHING,
    scripts: Html = NOTHING,
    other: Html | None = None,
    class_: str = "plain",
    path: str = "/",
) -> str:
    """A page with the link `skip` past its head, the band, `above`, `main` and the foot.

    Links to other collections lead to their page at `path`.

    `main` brings the `main` element. The foot leads to the `other` version of the page, the simple one where it is
    left out.
    """
    foot = _foot(frame, other=other or element("a", Wording("page-plain"), href=at("/plain")))
    head = joined(element("title", title), _styles(frame), scripts)
    beside = frame.neighbours(path)
    return document(head, joined(skip, _band(frame), beside, above, main, foot), class_=class_)


def bare_page(frame: Frame, title: Wording, main: Html, *, scripts: Html, class_: str) -> str:
    """A page without band and foot, to be printed."""
    return document(joined(element("title", title), _styles(frame), scripts), main, class_=class_)


def message_page(frame: Frame, heading: Wording, message: Wording) -> str:
    """A page that says one thing and leads back."""
    home = element("p", element("a", Wording("page-home"), href=at("/")))
    return whole_page(frame, heading, element("h1", heading), element("p", message), home)
