"""The page around the answers: head, band, question form, examples, foot; and whole pages without script.

What the page shows before its script runs is the form of the simple page, so asking works from the first second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa.examples import Examples
from qa.page_markup import (
    NOTHING,
    Child,
    Html,
    data,
    document,
    element,
    joined,
    spaced,
)
from qa.pipeline import LONGEST_QUESTION
from qa.wording import Brand, Number, OwnWords, Wording

_SCRIPT_TEXTS = {
    "busy": "page-busy",
    "earlier": "page-earlier",
    "failed": "page-problem-failed",
    "lost": "page-problem-lost",
    "often": "page-problem-often",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What the pages need of the settings and the collection."""

    collection: Brand
    examples: tuple[Examples, ...]
    style: str  # the address of page.css, with its version
    script: str  # the address of page.js
    accent: str  # the address of the style sheet with the operator's colour
    clinic: Brand | None = None
    phone: Brand | None = None
    keeps_questions: bool = False


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


def examples_html(groups: Iterable[Examples], *, submits: bool) -> Html:
    """The example questions as buttons by condition; they submit the form around them, or leave it to the script."""
    shown = [one for one in groups if one.questions]
    if not shown:
        return NOTHING
    return element(
        "details",
        element("summary", element("h2", Wording("page-examples"))),
        element("div", *(_group(one, submits=submits) for one in shown), class_="groups"),
        class_="examples",
        open="",
    )


def _group(group: Examples, *, submits: bool) -> Html:
    def button(question: Wording) -> Html:
        if submits:
            return element(
                "button", question, type="submit", name="example", value=question, class_="example"
            )
        return element("button", question, type="button", class_="example")

    questions = (element("li", button(one)) for one in group.questions)
    return element("div", element("h3", group.condition), element("ul", *questions), class_="group")


def form_html(
    frame: Frame,
    *,
    typed: OwnWords | None = None,
    earlier: tuple[OwnWords, ...] = (),
    problem: Wording | None = None,
) -> Html:
    """The question form that works without script."""
    wrong = (
        element("p", problem, class_="problem", id="problem", role="alert") if problem else NOTHING
    )
    box = element(
        "textarea",
        *([typed] if typed else []),
        id="ask",
        name="question",
        rows="2",
        autocomplete="off",
        aria_describedby="hint problem" if problem else "hint",
        aria_invalid="true" if problem else None,
    )
    panel = element(
        "div",
        element("label", Wording("page-label"), for_="ask", class_="label"),
        element("p", Wording("page-hint"), id="hint", class_="hint"),
        wrong,
        *(element("input", type="hidden", name="earlier", value=one) for one in earlier),
        box,
        element("button", Wording("page-ask"), type="submit", class_="go"),
        class_="panel",
    )
    examples = examples_html(frame.examples, submits=True)
    return element("form", panel, examples, action="/plain", method="post", class_="form")


def _band(frame: Frame) -> Html:
    name: Child = frame.clinic or Wording("page-product")
    product = (
        element("span", Wording("page-product"), class_="product") if frame.clinic else NOTHING
    )
    inside = spaced(element("span", name, class_="name"), product)
    call = element("p", Wording("page-call", {"phone": frame.phone})) if frame.phone else NOTHING
    home = element("a", inside, href="/", class_="home")
    return element("header", element("div", home, call, class_="inner"), class_="band")


def _foot(frame: Frame, *, other: Html) -> Html:
    kept = "page-questions-kept" if frame.keeps_questions else "page-questions-not-kept"
    return element(
        "footer",
        element(
            "div",
            element("p", Wording("page-emergency"), class_="emergency"),
            element("p", Wording("page-collection", {"name": frame.collection})),
            element("p", Wording(kept)),
            element("p", other),
            class_="inner",
        ),
        class_="foot",
    )


def _skip() -> Html:
    return element("a", Wording("page-skip"), href="#ask", class_="skip")


def _styles(frame: Frame) -> Html:
    sheets = (frame.style, frame.accent)
    icon = element("link", rel="icon", href="/favicon.svg", type="image/svg+xml")
    return joined(*(element("link", rel="stylesheet", href=one) for one in sheets), icon)


def full_page(gradio: str, frame: Frame) -> str:
    """Gradio's page with our frame around it: styles, script and texts in the head, band, first form and foot.

    Leaves out what Gradio says to other sites about itself.
    """
    # Deferred scripts run in their order, so ours comes before Gradio's, which it listens to.
    script = element("script", src=frame.script, defer="")
    without = element("noscript", element("p", Wording("page-without-script"), class_="inner"))
    texts = {key: Wording(name) for key, name in _SCRIPT_TEXTS.items()}
    count = {"count": Wording("page-count", {"most": most()})}
    head = joined(_styles(frame), data("texts", {**texts, **count}))
    plain = element("a", Wording("page-plain"), href="/plain")
    first = element("main", intro_html(), form_html(frame), class_="column")
    start = joined(_skip(), _band(frame), without, element("div", first, id="first"))
    page = re.sub(r'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", gradio)
    page = re.sub(r'\s*<link rel="manifest"[^>]*>', "", page)
    page = page.replace('<script type="module"', f'{script.markup}<script type="module"', 1)
    page = page.replace("</head>", f"{head.markup}</head>", 1)
    page = re.sub(r"<body[^>]*>", lambda _: f'<body id="page">{start.markup}', page, count=1)
    return page.replace("</body>", f"{_foot(frame, other=plain).markup}</body>", 1)


def plain_page(
    frame: Frame,
    *,
    turn: Html = NOTHING,
    typed: OwnWords | None = None,
    earlier: tuple[OwnWords, ...] = (),
    problem: Wording | None = None,
) -> str:
    """The simple page: the answer, where there is one, and the form, which sends the earlier questions along."""
    inside = joined(
        element("h1", Wording("page-heading")) if turn else intro_html(),
        turn,
        form_html(frame, typed=typed, earlier=earlier, problem=problem),
    )
    main = element("main", inside, class_="column", id="main")
    full = element("a", Wording("page-full"), href="/")
    body = joined(_skip(), _band(frame), main, _foot(frame, other=full))
    title = element("title", Wording("page-heading"))
    return document(joined(title, _styles(frame)), body, class_="plain")


def framed_page(
    frame: Frame,
    title: Wording,
    main: Html,
    *,
    skip: Html,
    above: Html,
    scripts: Html,
    class_: str,
) -> str:
    """A page with the link `skip` past its head, the band, `above`, `main` and the foot.

    `main` brings the `main` element.
    """
    foot = _foot(frame, other=element("a", Wording("page-plain"), href="/plain"))
    head = joined(element("title", title), _styles(frame), scripts)
    return document(head, joined(skip, _band(frame), above, main, foot), class_=class_)


def bare_page(frame: Frame, title: Wording, main: Html, *, scripts: Html, class_: str) -> str:
    """A page without band and foot, to be printed."""
    return document(joined(element("title", title), _styles(frame), scripts), main, class_=class_)


def message_page(frame: Frame, heading: Wording, message: Wording) -> str:
    """A page that says one thing and leads back."""
    home = element("p", element("a", Wording("page-home"), href="/"))
    inside = joined(element("h1", heading), element("p", message), home)
    body = joined(
        _band(frame),
        element("main", inside, class_="column", id="main"),
        _foot(frame, other=element("a", Wording("page-plain"), href="/plain")),
    )
    title = element("title", heading)
    return document(joined(title, _styles(frame)), body, class_="plain")
