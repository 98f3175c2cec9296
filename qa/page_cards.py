"""A study as a card: its facts, its quotes with what they were compared with, its flags and its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from corpus.study import Study
from corpus.vocabulary import Vocabulary
from qa.answer import Finding, Quote, QuoteRole
from qa.citation import link
from qa.details import sizes
from qa.page_markup import NOTHING, Child, Html, element, html, in_new_tab, joined, parted, spaced
from qa.page_study import sentences_html, words_html
from qa.pointers import Cited, Part
from qa.render_text import flag_wording
from qa.wording import Brand, Label, Wording

Beside = Callable[[Quote], Html]  # what stands beside a quote
_ROLES = {
    QuoteRole.CAVEAT: "role-caveat",
    QuoteRole.CONTRAST: "role-contrast",
    QuoteRole.DETAIL: "page-role-detail",
}


def card_html(
    finding: Finding, vocabulary: Vocabulary, beside: Beside | None = None, *, title: int = 4
) -> Html:
    """One study with what it says, as a section of its own; `title` is the level of its heading.

    `beside` adds to each quote.
    """
    study = finding.study
    if study.is_page:
        head = element("p", Wording("from-the-page"), class_="facts")
    else:
        title_html = element(f"h{title}", Cited(study, Part.TITLE), lang="en")
        head = joined(facts_html(study), title_html)
    return element(
        "section",
        head,
        throughout_html(finding, vocabulary),
        element(
            "div",
            quotes_html(finding.quotes, vocabulary, beside),
            flags_html(finding),
            class_="box",
        ),
        words_html(finding, vocabulary),
        sentences_html(finding),
        _source(study),
        class_="card",
    )


def facts_html(study: Study) -> Html:
    """Design, year, journal and size, as far as the record has them."""
    facts: list[Html] = []
    if study.design is not None:
        facts.append(_whole(Wording(f"page-design-{study.design}")))
    if study.year is not None:
        facts.append(_whole(Cited(study, Part.YEAR)))
    facts.extend(size_facts(study))
    facts.extend(html(Wording("study-from", {"name": Brand(one)})) for one in study.collections)
    return element("p", parted(facts, Wording("page-between-facts")), class_="facts")


def size_facts(study: Study) -> Iterator[Html]:
    """Journal, trials or reviews, and people, as far as the record has them."""
    if study.journal is not None:
        yield html(Cited(study, Part.JOURNAL))
    yield from map(_whole, sizes(study))


def _whole(fact: Child) -> Html:
    """A short fact that stays on one line."""
    return element("span", fact, class_="whole")


def quotes_html(
    quotes: Iterable[Quote], vocabulary: Vocabulary, beside: Beside | None = None
) -> Html:
    """The quotes in one size; neighbours of one role share its name."""
    parts: list[Html] = []
    for role, same in groupby(quotes, key=lambda one: one.role):
        if role in _ROLES:
            parts.append(element("p", Wording(_ROLES[role]), class_="role"))
        parts.extend(_quote(one, vocabulary, beside) for one in same)
    return joined(*parts)


def throughout_html(finding: Finding, vocabulary: Vocabulary) -> Html:
    """What the study compares with throughout, where its lead quote does not say it again."""
    if finding.comparator is None or finding.quotes[0].comparators:
        return NOTHING
    return named_html("page-compared-with", (finding.comparator,), vocabulary)


def named_html(name: str, concepts: Sequence[str], vocabulary: Vocabulary) -> Html:
    """A line of the wording `name` and the concepts it introduces; nothing where there are none."""
    if not concepts:
        return NOTHING
    labels = tuple(Label.of(vocabulary, one) for one in dict.fromkeys(concepts))
    listed = element("strong", Wording("page-listed", {"names": labels}))
    said = element("span", Wording(name), class_="name")
    return element("p", spaced(said, listed), class_="against")


def _quote(quote: Quote, vocabulary: Vocabulary, beside: Beside | None) -> Html:
    return element(
        "div",
        named_html("page-compared-with", quote.comparators, vocabulary),
        element("blockquote", quote, lang="en"),
        element("p", Wording(f"voice-{quote.voice}"), class_="voice"),
        beside(quote) if beside is not None else NOTHING,
        class_=f"quote {quote.role}",
    )


def flags_html(finding: Finding) -> Html:
    """What a reader must know of the finding: in its box and its size, like a caveat."""
    if not finding.flags:
        return NOTHING
    flags = (element("li", flag_wording(one, finding.study)) for one in finding.flags)
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
    to_paper = paper_link(study)
    paragraph = element("p", to_paper) if to_paper else NOTHING
    return element("div", citation, paragraph, class_="source", lang="en")


def paper_link(study: Study) -> Html:
    """The link to the paper or to a search for it; nothing where there is neither."""
    found = link(study)
    if found is None:
        return NOTHING
    doi = element("span", Cited(study, Part.DOI), class_="doi") if study.doi else NOTHING
    inside = in_new_tab(Wording(found.wording), doi)
    return element("a", inside, href=found.url, target="_blank", rel="noopener noreferrer")
