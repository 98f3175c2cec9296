"""The staff's page of questions that found nothing: topics, what was said, how often, and since when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from corpus.study import Study
from corpus.vocabulary import Vocabulary
from qa.browse import address
from qa.browse_html import title_of
from qa.counting import Tally
from qa.gaps import FEWEST, Gap, Gaps, gaps, never_shown, oldest
from qa.guard import READ, Route
from qa.page_frame import whole_page
from qa.page_markup import Child, Html, element, joined
from qa.places import at
from qa.pointers import Cited, Part
from qa.served import Current
from qa.wording import Label, Number, Wording

ROUTES = (Route("/staff/gaps", READ),)
HEADING = Wording("gaps-heading")


def studies_html(heading: Wording, hint: Wording, studies: Sequence[Study]) -> Html:
    """Studies under a heading, each with the way to its page; a word where there is none."""
    rows = (
        element("li", element("a", title_of(one), href=at(f"/browse/{address(one)}")), *_year(one))
        for one in studies
    )
    listed = element("ul", *rows) if studies else element("p", Wording("gaps-none"))
    return joined(element("h2", heading), element("p", hint, class_="hint"), listed)


def _year(study: Study) -> Iterator[Child]:
    if study.year is not None:
        yield element("span", Cited(study, Part.YEAR), class_="told")


def gaps_html(found: Gaps, vocabulary: Vocabulary) -> Html:
    """The heading, what is counted, and the table."""
    since = found.since
    values = {"day": Number(since.day), "year": Number(since.year)}
    return joined(
        element("h1", HEADING),
        element("p", Wording("gaps-intro"), class_="lede"),
        element("p", Wording(f"gaps-since-{since.month}", values), class_="counted-since"),
        _table(found, vocabulary) if found.rows else element("p", Wording("gaps-none")),
        element("p", Wording("gaps-small", {"fewest": Number(FEWEST)}), class_="hint"),
    )


def _table(found: Gaps, vocabulary: Vocabulary) -> Html:
    heads = (Wording(f"gaps-{one}") for one in ("topic", "count"))
    return element(
        "table",
        element("caption", HEADING),
        element("thead", element("tr", *(element("th", one, scope="col") for one in heads))),
        element("tbody", *(_row(one, vocabulary) for one in found.rows)),
        class_="gaps",
    )


def _row(gap: Gap, vocabulary: Vocabulary) -> Html:
    topic: Child = Label.of(vocabulary, gap.concept) if gap.concept else Wording("gaps-other")
    said = Wording(f"page-outcome-{gap.outcome.replace('_', '-')}")
    return element(
        "tr",
        element("th", topic, element("span", said, class_="told"), scope="row"),
        element("td", Number(gap.count), class_="count"),
    )


def add_to(app: FastAPI, tally: Callable[[], Tally], current: Current) -> None:
    """Let `app` show the page at `/staff/gaps`; who may see it is not decided here."""

    def page() -> HTMLResponse:
        served = current()
        vocabulary, counted = served.catalogue.vocabulary, tally()
        unseen = never_shown(counted, served.shelf)
        inside = joined(
            gaps_html(gaps(counted, vocabulary), vocabulary),
            studies_html(Wording("gaps-unseen"), Wording("gaps-unseen-hint"), unseen),
            studies_html(Wording("gaps-oldest"), Wording("gaps-oldest-hint"), oldest(served.shelf)),
        )
        return HTMLResponse(whole_page(served.frame, HEADING, inside, path="/staff/gaps"))

    app.add_api_route("/staff/gaps", page, methods=["GET", "HEAD"])
