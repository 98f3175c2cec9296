"""An answer as markup: the whole turn of a conversation, study cards and all.

A pure function of the answer. How values become text is `page_markup`'s matter; the page around is `page_frame`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from corpus.study import Design, Study
from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Finding, Outcome, Quote, QuoteRole, Understood
from qa.citation import link
from qa.page_markup import (
    NOTHING,
    Child,
    Cited,
    Html,
    Part,
    element,
    html,
    joined,
    language,
    paragraphs,
    parted,
    spaced,
)
from qa.render_text import flag_wording
from qa.wording import Label, Number, OwnWords, Wording

_SEARCHED = {Outcome.ANSWERED, Outcome.NOT_REPORTED, Outcome.NOT_IN_COLLECTION}
_ROLES = {
    QuoteRole.CAVEAT: "role-caveat",
    QuoteRole.CONTRAST: "role-contrast",
    QuoteRole.DETAIL: "page-role-detail",
}


def answer_html(answer: Answer, vocabulary: Vocabulary, *, anchor: str) -> Html:
    """The answer as one line of markup; `anchor` is an id that no other turn on the page has.

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
            _understood(answer, vocabulary),
            _outcome(answer),
        )
    return element(
        "article",
        opening,
        *(_card(one, vocabulary) for one in answer.findings),
        _related(answer.related, vocabulary),
        _limits(answer),
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


def _outcome(answer: Answer) -> Html:
    heading = element("h3", _headline(answer), class_="headline")
    if not answer.notices:
        return heading
    if answer.outcome is Outcome.ANSWERED:
        return joined(heading, element("div", _notices(answer), class_="notice aside"))
    return element("div", heading, _notices(answer), class_="notice")


def _headline(answer: Answer) -> Wording:
    if answer.outcome is not Outcome.ANSWERED:
        return Wording(f"page-outcome-{answer.outcome.value.replace('_', '-')}")
    if all(one.study.is_page for one in answer.findings):
        return Wording("page-outcome-answered-page")
    if len(answer.findings) == 1:
        return Wording("page-outcome-answered-one")
    return Wording("page-outcome-answered", {"count": Number(len(answer.findings))})


def _notices(answer: Answer) -> Html:
    urgent = answer.outcome is Outcome.URGENT
    shown = ((one, paragraphs(one, phones=urgent)) for one in answer.notices)
    return joined(*(element("div", text, lang=language(one)) for one, text in shown))


def _understood(answer: Answer, vocabulary: Vocabulary) -> Html:
    """What the studies were searched for: a line of text, so that a reader can see a wrong turn.

    Nothing where no study was searched, and nothing where the clinic's page itself answers.
    """
    shown = (*answer.findings, *answer.related)
    from_page = any(one.study.is_page for one in shown)
    if from_page or (not shown and answer.outcome not in _SEARCHED):
        return NOTHING
    understood = answer.understood
    ids = (
        *understood.conditions,
        *understood.treatments,
        *understood.comparators,
        *understood.outcomes,
    )
    known: list[Child] = [Label.of(vocabulary, one) for one in dict.fromkeys(ids)]
    known.extend(_filters(understood))
    unknown: list[Child] = [OwnWords(one) for one in understood.unknown]
    if answer.outcome not in _SEARCHED:
        unknown = []
    return joined(_pair("page-looked-for", known), _pair("page-not-known", unknown))


def _pair(name: str, values: list[Child]) -> Html:
    if not values:
        return NOTHING
    shown = [element("span", one, class_="term") for one in values]
    text = parted(shown, Wording("page-between-facts"))
    line = spaced(element("span", Wording(name), class_="name"), text)
    return element("p", line, class_="understood")


def _filters(understood: Understood) -> Iterator[Child]:
    for key, value in understood.filters.items():
        if key == "design":
            yield Wording(f"page-design-{value}")
        elif key == "order":
            yield Wording(f"page-filter-{value}")
        else:
            shown = Number(value) if isinstance(value, int) else OwnWords(value)
            yield Wording(f"page-filter-{key.replace('_', '-')}", {"value": shown})


def _card(finding: Finding, vocabulary: Vocabulary) -> Html:
    study = finding.study
    if study.is_page:
        head = element("p", Wording("from-the-page"), class_="facts")
    else:
        head = joined(_facts(study), element("h4", Cited(study, Part.TITLE), lang="en"))
    # What the study compares with throughout, where the lead does not say it again.
    throughout = finding.comparator if not finding.quotes[0].comparators else None
    return element(
        "section",
        head,
        _against((throughout,) if throughout else (), vocabulary),
        element("div", *_said(finding.quotes, vocabulary), _flags(finding), class_="box"),
        _source(study),
        class_="card",
    )


def _facts(study: Study) -> Html:
    """Design, year, journal and size, as far as the record has them."""
    facts: list[Html] = []
    if study.design is not None:
        facts.append(_whole(Wording(f"page-design-{study.design}")))
    if study.year is not None:
        facts.append(_whole(Cited(study, Part.YEAR)))
    if study.journal is not None:
        facts.append(html(Cited(study, Part.JOURNAL)))
    if study.trials is not None and study.design is not Design.RANDOMISED_TRIAL:
        name = "page-reviews" if study.design is Design.OVERVIEW else "page-trials"
        facts.append(_whole(Wording(name, {"count": Number(study.trials)})))
    if study.participants is not None:
        facts.append(_whole(Wording("page-people", {"count": Number(study.participants)})))
    return element("p", parted(facts, Wording("page-between-facts")), class_="facts")


def _whole(fact: Child) -> Html:
    """A short fact that stays on one line."""
    return element("span", fact, class_="whole")


def _said(quotes: Iterable[Quote], vocabulary: Vocabulary) -> Iterator[Html]:
    """The quotes in one box and one size; neighbours of one role share its name."""
    for role, same in groupby(quotes, key=lambda one: one.role):
        if role in _ROLES:
            yield element("p", Wording(_ROLES[role]), class_="role")
        yield from (_quote(one, vocabulary) for one in same)


def _against(comparators: tuple[str, ...], vocabulary: Vocabulary) -> Html:
    """What is compared with; nothing where none is named."""
    if not comparators:
        return NOTHING
    name = element("span", Wording("page-compared-with"), class_="name")
    labels = tuple(Label.of(vocabulary, one) for one in comparators)
    label = element("strong", Wording("page-listed", {"names": labels}))
    return element("p", spaced(name, label), class_="against")


def _quote(quote: Quote, vocabulary: Vocabulary) -> Html:
    return element(
        "div",
        _against(quote.comparators, vocabulary),
        element("blockquote", quote, lang="en"),
        element("p", Wording(f"voice-{quote.voice}"), class_="voice"),
        class_=f"quote {quote.role}",
    )


def _flags(finding: Finding) -> Html:
    """What a reader must know of the finding: in its box and its size, like a caveat."""
    if not finding.flags:
        return NOTHING
    flags = (element("li", flag_wording(one, finding)) for one in finding.flags)
    return element("ul", *flags, class_="flags")


def _source(study: Study) -> Html:
    """The citation with its link; the page's own text needs none."""
    if study.is_page:
        return NOTHING
    where: list[Child] = [
        fact for part in (Part.JOURNAL, Part.YEAR) if (fact := Cited(study, part)).text
    ]
    authors = Cited(study, Part.AUTHORS)
    parts: list[Child] = [authors] if authors.text else []
    if where:
        journal = element("cite", where[0]) if study.journal else html(where[0])
        parts.append(parted([journal, *where[1:]], Wording("page-comma")))
    text = parted(parts, Wording("page-full-stop"))
    citation = element("p", spaced(element("span", Wording("page-source"), class_="name"), text))
    return element("div", citation, _link(study), class_="source", lang="en")


def _link(study: Study) -> Html:
    address = link(study)
    if address is None:
        return NOTHING
    inside: list[Child] = [Wording(address.wording)]
    if study.doi:
        inside.append(element("span", Cited(study, Part.DOI), class_="doi"))
    inside.append(element("span", Wording("page-new-tab"), class_="new-tab"))
    anchor = element(
        "a", spaced(*inside), href=address.url, target="_blank", rel="noopener noreferrer"
    )
    return element("p", anchor)


def _related(related: tuple[Finding, ...], vocabulary: Vocabulary) -> Html:
    if not related:
        return NOTHING
    heading = element("h3", Wording("related-heading"))
    return element(
        "section", heading, *(_card(one, vocabulary) for one in related), class_="related"
    )


def _limits(answer: Answer) -> Html:
    """The boundary line and the disclaimer, in the size of everything else, and when it was answered."""
    day = date.fromisoformat(answer.receipt.day)
    on = Wording(f"page-on-{day.month}", {"day": Number(day.day), "year": Number(day.year)})
    number = element("span", answer.receipt, class_="number")
    receipt = element(
        "p",
        parted((on, spaced(Wording("page-receipt"), number)), Wording("page-between-facts")),
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
