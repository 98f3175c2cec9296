"""An answer on paper: what was asked, what the studies say with their limits, and each source in full."""

from __future__ import annotations

from corpus.study import Study
from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Finding
from qa.citation import link
from qa.details import related_heading
from qa.page_cards import facts_html, flags_html, quotes_html, throughout_html
from qa.page_frame import Frame
from qa.page_html import headline, limits_html
from qa.page_markup import (
    NOTHING,
    Child,
    Html,
    element,
    joined,
    language,
    paragraphs,
    parted,
    spaced,
)
from qa.pointers import Cited, Part
from qa.wording import OwnWords, Wording


def paper_html(frame: Frame, answer: Answer, vocabulary: Vocabulary) -> Html:
    """The whole sheet: the clinic's name, the answer, and a button that the printer does not print."""
    who = element("span", frame.clinic or Wording("page-product"), class_="name")
    call = element("span", Wording("page-call", {"phone": frame.phone})) if frame.phone else NOTHING
    button = element(
        "button", Wording("staff-print-now"), type="button", id="print", class_="go", hidden=""
    )
    return element(
        "main",
        element("p", spaced(who, call), class_="letterhead"),
        button,
        element("h1", Wording("page-heading")),
        handout_html(answer, vocabulary),
        class_="sheet",
        id="main",
    )


def handout_html(answer: Answer, vocabulary: Vocabulary) -> Html:
    """The answer for paper and for letters: nothing to click that is not written out."""
    asked = spaced(element("strong", Wording("staff-you-asked")), OwnWords(answer.question))
    return element(
        "article",
        element("p", asked, class_="question"),
        element("h2", headline(answer)),
        *(
            element("div", paragraphs(one), lang=language(one), class_="said")
            for one in answer.notices
        ),
        *(_study(one, vocabulary) for one in answer.findings),
        _related(answer, vocabulary),
        limits_html(answer),
        class_="paper",
        lang="en",
    )


def _related(answer: Answer, vocabulary: Vocabulary) -> Html:
    if not answer.related:
        return NOTHING
    heading = element("h2", related_heading(answer))
    return joined(heading, *(_study(one, vocabulary) for one in answer.related))


def _study(finding: Finding, vocabulary: Vocabulary) -> Html:
    study = finding.study
    if study.is_page:
        head = element("p", Wording("from-the-page"), class_="facts")
    else:
        head = joined(element("h3", Cited(study, Part.TITLE), lang="en"), facts_html(study))
    return element(
        "section",
        head,
        throughout_html(finding, vocabulary),
        quotes_html(finding.quotes, vocabulary),
        flags_html(finding),
        _source(study),
    )


def _source(study: Study) -> Html:
    """Authors, journal, year, and the address of the paper letter by letter."""
    if study.is_page:
        return NOTHING
    where = [fact for part in (Part.JOURNAL, Part.YEAR) if (fact := Cited(study, part)).text]
    parts: list[Child] = [Cited(study, Part.AUTHORS)] if study.authors else []
    if where:
        parts.append(parted(where, Wording("page-comma")))
    address = link(study)
    if address is not None:
        words = (
            joined(Wording("staff-doi"), Cited(study, Part.DOI))
            if study.doi
            else Wording(address.wording)
        )
        parts.append(element("a", words, href=address.url))
    source = parted(parts, Wording("page-full-stop"))
    return element(
        "p",
        spaced(element("strong", Wording("staff-handout-source")), source),
        class_="origin",
        lang="en",
    )
