"""The list of all studies as markup: by what they looked at, each in a few lines with a link to its own page."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.catalogue import Catalogue
from corpus.study import Study
from corpus.vocabulary import Vocabulary
from qa.browse import Entry, Heading, address, headings, timeline
from qa.browse_chart import chart_html, kind_mark, kind_wording
from qa.page_cards import named_html, paper_link, size_facts
from qa.page_frame import Frame, whole_page
from qa.page_markup import NOTHING, Child, Html, element, joined, parted, spaced
from qa.page_record import disclaimer
from qa.places import at
from qa.pointers import Cited, Part
from qa.receipt import boundary
from qa.wording import Label, Number, Wording


def list_page(catalogue: Catalogue, frame: Frame) -> str:
    """The page that lists every study of the catalogue, which holds no drafts."""
    shown = headings(catalogue)
    return whole_page(
        frame,
        Wording("browse-heading"),
        _intro(len(catalogue.studies)),
        chart_html(timeline(catalogue.studies)),
        _contents(shown, catalogue.vocabulary),
        limits_html(catalogue),
        skip=element("a", Wording("browse-skip"), href="#headings", class_="skip"),
        path="/browse",
    )


def _intro(count: int) -> Html:
    lede = Wording("browse-lede-none")
    if count == 1:
        lede = Wording("browse-lede-one")
    elif count:
        lede = Wording("browse-lede", {"count": Number(count)})
    return element(
        "header",
        element("h1", Wording("browse-heading")),
        element("p", lede, class_="lede"),
        element("p", Wording("browse-lede-more")) if count else NOTHING,
        element("p", element("a", Wording("page-home"), href=at("/")), class_="browse-link"),
        class_="intro",
    )


def _contents(shown: Sequence[Heading], vocabulary: Vocabulary) -> Html:
    """The headings with links to them, then what stands under each."""
    if not shown:
        return NOTHING
    links = (
        element(
            "li",
            element(
                "a",
                spaced(
                    element("span", _name(one, vocabulary), class_="name"),
                    element("span", Number(len(one.entries)), class_="number"),
                ),
                href=f"#about-{place}",
            ),
        )
        for place, one in enumerate(shown, 1)
    )
    twice = any(not entry.in_full for one in shown for entry in one.entries)
    once = any(entry.in_full for one in shown for entry in one.entries)
    helps = [Wording("browse-headings-help")]
    if once and twice:
        helps.append(Wording("browse-headings-once"))
    up = element("p", element("a", Wording("browse-up"), href="#headings"), class_="browse-link")
    return element(
        "section",
        element("h2", Wording("browse-headings"), id="headings", tabindex="-1"),
        element("p", spaced(*helps), class_="hint"),
        element("nav", element("ul", *links), class_="headings", aria_labelledby="headings"),
        *(_section(one, place, vocabulary) for place, one in enumerate(shown, 1)),
        up,
        class_="browse",
    )


def _name(heading: Heading, vocabulary: Vocabulary) -> Child:
    if heading.condition is None:
        return Wording("browse-no-condition")
    return Label.of(vocabulary, heading.condition)


def _section(heading: Heading, place: int, vocabulary: Vocabulary) -> Html:
    count = len(heading.entries)
    told = Wording("browse-count", {"count": Number(count)})
    name = element("h3", _name(heading, vocabulary), id=f"about-{place}", tabindex="-1")
    number = element("p", Wording("browse-count-one") if count == 1 else told, class_="count")
    rows = (element("li", _entry(one, vocabulary)) for one in heading.entries)
    return element(
        "section",
        element("div", name, number, class_="heading"),
        element("ul", *rows, class_="studies"),
        aria_labelledby=f"about-{place}",
    )


def _entry(entry: Entry, vocabulary: Vocabulary) -> Html:
    study = entry.study
    title = element(
        "h4",
        element("a", title_of(study), href=at(f"/browse/{address(study)}")),
        class_=None if entry.in_full else "short",
        lang="en",
    )
    if not entry.in_full:
        note = Wording("browse-note-only") if study.note_only else None
        return joined(title, facts_html(study, *([note] if note else []), short=True))
    flag = element("p", Wording("flag-note-only"), class_="flag") if study.note_only else NOTHING
    return joined(
        title,
        facts_html(study),
        authors_html(study),
        named_html("page-compared-with", study.comparators, vocabulary),
        flag,
        source_html(study),
    )


def title_of(study: Study) -> Child:
    """The title of a study, or a word that it has none."""
    return Cited(study, Part.TITLE) if study.title.strip() else Wording("browse-no-title")


def facts_html(study: Study, *more: Child, short: bool = False) -> Html:
    """Kind, year, journal and size, as far as the record has them; kind and year only where `short`."""
    kind = element("span", kind_mark(study.design), kind_wording(study.design), class_="whole kind")
    facts: list[Child] = [kind]
    if study.year is not None:
        facts.append(element("span", Cited(study, Part.YEAR), class_="whole"))
    if not short:
        facts.extend(size_facts(study))
    return element("p", parted([*facts, *more], Wording("page-between-facts")), class_="facts")


def authors_html(study: Study) -> Html:
    """The authors of a study; nothing where the record has none."""
    authors = Cited(study, Part.AUTHORS)
    return element("p", authors, class_="authors", lang="en") if authors.text else NOTHING


def source_html(study: Study) -> Html:
    """The link to the paper or to a search for it, in a paragraph."""
    anchor = paper_link(study)
    return element("p", anchor, class_="to-paper", lang="en") if anchor else NOTHING


def limits_html(catalogue: Catalogue) -> Html:
    """How many studies there are and from when, and the disclaimer, in the size of everything else."""
    return element(
        "div",
        element("h2", Wording("page-limits")),
        element("p", boundary(catalogue)),
        *(element("p", one, class_="disclaimer", lang="en") for one in disclaimer(catalogue)),
        class_="limits",
    )
