"""The front desk's page: the question of a caller, what to read out, what to give, and the whole answer below."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Outcome, Quote
from qa.choices import NO_CHOICES, Choices
from qa.handout import handout_html
from qa.page_choices import again_html
from qa.page_html import answer_html
from qa.page_markup import NOTHING, Html, element, in_new_tab, joined, parted, spaced
from qa.permalink import fragment, mark
from qa.places import at
from qa.pointers import Recorded
from qa.staff_aloud import aloud_html, never_html
from qa.transcript import Transcript
from qa.wording import OwnWords, Wording

FORMATS = ("staff-format-ris", "staff-format-bibtex", "staff-format-csl")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller's form brings: the question, the earlier ones, choices, and the mark of a link."""

    question: str
    earlier: tuple[str, ...] = ()
    choices: Choices = NO_CHOICES
    mark: str = ""


def behind_html() -> Html:
    """Said where the collection was changed and its newer state cannot be served."""
    return element("p", Wording("staff-behind"), class_="problem", role="status")


def form_html(
    *, typed: str = "", earlier: Sequence[str] = (), problem: Wording | None = None, here: bool
) -> Html:
    """The question form; `here` puts the cursor into it, and says how it is used."""
    described = [name for name, there in (("hint", here), ("problem", problem)) if there]
    box = element(
        "input",
        id="ask",
        name="question",
        type="text",
        value=OwnWords(typed) if typed else None,
        autocomplete="off",
        aria_describedby=" ".join(described) or None,
        aria_invalid="true" if problem else None,
        autofocus="" if here else None,
    )
    ask = element("button", Wording("page-ask"), type="submit", class_="go")
    new = element("a", Wording("staff-new-caller"), href=at("/staff"), class_="new")
    return element(
        "form",
        element(
            "label",
            Wording("staff-label-next" if earlier else "staff-label"),
            for_="ask",
            class_="label",
        ),
        element("p", Wording("staff-hint"), id="hint", class_="hint") if here else NOTHING,
        element("p", problem, class_="problem", id="problem", role="alert") if problem else NOTHING,
        *_hidden("earlier", earlier),
        element("div", box, ask, new if earlier else NOTHING, class_="row"),
        _before(earlier),
        action=at("/staff"),
        method="post",
        class_="panel",
        id="form",
    )


def _before(earlier: Sequence[str]) -> Html:
    """What the caller asked before, which a follow-up leans on."""
    if not earlier:
        return NOTHING
    asked = parted(map(OwnWords, earlier), Wording("page-between-facts"))
    return element("p", spaced(Wording("staff-earlier"), asked), class_="before")


def answered_html(answer: Answer, asked: Asked, vocabulary: Vocabulary) -> Html:
    """The answer for a receptionist: the card to read out first, for an emergency nothing beside it."""
    whole = answer_html(answer, vocabulary, anchor="answer", beside=check_html)
    if answer.outcome is Outcome.URGENT:
        return joined(aloud_html(answer, vocabulary), whole)
    return joined(
        _since(answer, asked),
        element(
            "div",
            aloud_html(answer, vocabulary),
            element("div", never_html(), _give(answer, asked, vocabulary), class_="beside"),
            whole,
            class_="desk",
        ),
        again_html(
            OwnWords(asked.question),
            tuple(map(OwnWords, asked.earlier)),
            asked.choices,
            action="/staff",
        ),
    )


def check_html(quote: Quote) -> Html:
    """The link to where a quote comes from."""
    place = {
        "study": quote.study.id,
        "section": quote.section,
        "start": quote.start,
        "end": quote.end,
    }
    link = element(
        "a",
        in_new_tab(Wording("staff-check")),
        href=at(f"/staff/verify?{urlencode(place)}"),
        target="_blank",
        rel="noopener",
    )
    return element("p", link, class_="check")


def _since(answer: Answer, asked: Asked) -> Html:
    if not asked.mark:
        return NOTHING
    same = asked.mark == mark(answer)
    return element(
        "p",
        Wording("staff-link-same" if same else "staff-link-changed"),
        class_="since" if same else "since changed",
        role="status",
    )


def _give(answer: Answer, asked: Asked, vocabulary: Vocabulary) -> Html:
    return element(
        "section",
        element("h2", Wording("staff-give")),
        _copy(answer, vocabulary),
        _print(asked),
        _export(answer),
        _links(answer, asked),
        class_="give",
    )


def _copy(answer: Answer, vocabulary: Vocabulary) -> Html:
    """Both forms of the whole answer for the script, and the plain one for whoever has none."""
    button = element(
        "button", Wording("staff-copy"), type="button", id="copy", class_="tool", hidden=""
    )
    plain = element(
        "textarea",
        Transcript(answer, vocabulary),
        id="plain-text",
        readonly="",
        rows="8",
        aria_label=Wording("staff-plain-text"),
    )
    return joined(
        button,
        element("p", id="told", role="status", class_="told"),
        element("details", element("summary", Wording("staff-plain-text")), plain, id="to-copy"),
        element("div", handout_html(answer, vocabulary), id="rich-text", hidden=""),
    )


def _print(asked: Asked) -> Html:
    return element(
        "form",
        element("input", type="hidden", name="question", value=OwnWords(asked.question)),
        *_hidden("earlier", asked.earlier),
        _chosen(asked.choices),
        element(
            "button",
            in_new_tab(Wording("staff-print")),
            type="submit",
            class_="tool",
        ),
        action=at("/staff/handout"),
        method="post",
        target="_blank",
        rel="noopener",
    )


def _export(answer: Answer) -> Html:
    studies = [one.study for one in (*answer.findings, *answer.related) if not one.study.is_page]
    if not studies:
        return NOTHING
    shown = (
        element("input", type="hidden", name="study", value=Recorded(one, ("id",)))
        for one in studies
    )
    buttons = (
        element("button", words, type="submit", name="format", value=words, class_="tool")
        for words in map(Wording, FORMATS)
    )
    return element(
        "form",
        element("h3", Wording("staff-export"), id="save"),
        *shown,
        element("div", *buttons, class_="row", role="group", aria_labelledby="save"),
        action=at("/staff/export"),
        method="post",
    )


def _links(answer: Answer, asked: Asked) -> Html:
    what = fragment(answer, asked.earlier, asked.choices)

    def link(href: str, name: str, copy: str) -> Html:
        button = element("button", Wording(copy), type="button", class_="tool copy-link", hidden="")
        return element("li", element("a", Wording(name), href=at(href)), button)

    return joined(
        element("h3", Wording("staff-links")),
        element(
            "ul",
            link(f"/staff#{what}", "staff-link-desk", "staff-link-copy-desk"),
            link(f"/#{what}", "staff-link-patient", "staff-link-copy-patient"),
            class_="links",
        ),
        element("p", Wording("staff-link-holds"), class_="hint"),
    )


def _hidden(name: str, texts: Sequence[str]) -> list[Html]:
    return [element("input", type="hidden", name=name, value=OwnWords(one)) for one in texts]


def _chosen(choices: Choices) -> Html:
    """The choices as a field that `Choices.read` reads again."""
    if not choices:
        return NOTHING
    written = OwnWords(json.dumps(choices.given(), ensure_ascii=False))
    return element("input", type="hidden", name="choices", value=written)
