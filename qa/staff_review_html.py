"""The list of studies for a reviewer: by state, with those of one state to be approved together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from corpus.review_days import DUE_DAYS, State
from corpus.review_store import Stored
from qa.page_markup import NOTHING, Child, Html, element, joined, spaced
from qa.places import at
from qa.pointers import Cited, Part, Recorded
from qa.staff_frame import REVIEW
from qa.wording import Number, OwnWords, Wording

PATH = REVIEW
RECORD = f"{REVIEW}/record"
ON_A_PAGE = 50
_APPROVABLE = frozenset({State.DRAFT, State.EXPIRED, State.DUE, State.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Listed:
    """The studies of one state that a page shows, of how many in each state."""

    state: State
    counts: dict[State, int]
    records: Sequence[Stored]
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages the state has."""
        return max(1, -(-self.counts[self.state] // ON_A_PAGE))


def list_html(
    listed: Listed,
    *,
    writable: bool,
    name: str = "",
    problem: Wording | None = None,
    told: Iterable[Wording] = (),
) -> Html:
    """What the list says: what happened, the states, the studies, and the button that approves them."""
    return joined(
        element("p", Wording("review-intro"), class_="lede"),
        *said_html(problem, told),
        NOTHING if writable else read_only_html(),
        _states(listed),
        element("p", _about(listed.state), class_="hint"),
        _form(listed, writable=writable, name=name) if listed.records else _none(),
        _pages(listed),
    )


def said_html(problem: Wording | None, told: Iterable[Wording]) -> Iterable[Html]:
    """What went wrong, or what was done and when it is seen."""
    if problem is not None:
        yield element("p", problem, class_="problem", role="alert")
    done = tuple(told)
    if done:
        said = (element("p", one) for one in (*done, Wording("review-when-shown")))
        yield element("div", *said, class_="since", role="status")


def read_only_html() -> Html:
    """That nothing can be kept from here, and what can be done instead."""
    return joined(
        element("p", Wording("review-read-only")),
        element("p", element("strong", Wording("review-command"))),
    )


def name_html(name: str) -> Html:
    """The field for the name of who reviews."""
    field = element(
        "input",
        id="name",
        name="name",
        type="text",
        value=OwnWords(name) if name else None,
        autocomplete="name",
        maxlength="100",
        aria_describedby="name-hint",
    )
    return joined(
        element("label", Wording("review-name"), for_="name", class_="label"),
        element("p", Wording("review-name-hint"), id="name-hint", class_="hint"),
        field,
    )


def _none() -> Html:
    return element("p", Wording("review-none"))


def _about(state: State) -> Wording:
    values = {"days": Number(DUE_DAYS)} if state is State.DUE else {}
    return Wording(f"review-about-{state}", values)


def _states(listed: Listed) -> Html:
    def one(state: State) -> Html:
        here = "page" if state is listed.state else None
        count = element("span", Number(listed.counts[state]), class_="count")
        name = joined(Wording(f"review-state-{state}"), count)
        return element(
            "li", element("a", name, href=at(f"{PATH}?state={state}"), aria_current=here)
        )

    states = (one(state) for state in State if listed.counts[state] or state is listed.state)
    return element(
        "nav", element("ul", *states), class_="states", aria_label=Wording("review-states")
    )


def _form(listed: Listed, *, writable: bool, name: str) -> Html:
    can = writable and listed.state in _APPROVABLE
    table = _table(listed, can=can)
    if not can:
        return table
    buttons = (
        element(
            "button",
            Wording(f"review-approve-{one}"),
            type="submit",
            name="which",
            sent=one,
            class_=looks,
        )
        for one, looks in (("chosen", "go"), ("page", "tool"))
    )
    return element(
        "form",
        element("input", type="hidden", name="state", sent=str(listed.state)),
        *(
            element("input", type="hidden", name="listed", sent=one.version)
            for one in listed.records
        ),
        table,
        name_html(name),
        element("div", *buttons, class_="row"),
        action=at(PATH),
        method="post",
        class_="review",
    )


def _table(listed: Listed, *, can: bool) -> Html:
    heads: list[Child] = [Wording("review-choose")] if can else []
    heads.append(Wording("review-study"))
    return element(
        "table",
        element("caption", Wording(f"review-state-{listed.state}")),
        element("thead", element("tr", *(element("th", one, scope="col") for one in heads))),
        element(
            "tbody", *(_row(one, number, can=can) for number, one in enumerate(listed.records))
        ),
        class_="gaps studies",
    )


def _row(record: Stored, number: int, *, can: bool) -> Html:
    study = record.study
    box = element(
        "input",
        type="checkbox",
        name="record",
        sent=record.version,
        aria_labelledby=f"study-{number}",
    )
    title = Cited(study, Part.TITLE) if study.title else Recorded(study, ("id",))
    link = element("a", title, href=record_path(study.id), id=f"study-{number}", lang="en")
    told = [element("span", Recorded(study, ("id",)), class_="told")]
    if study.approval is not None:
        until = spaced(Wording("review-until"), Recorded(study, ("approval", "until")))
        told.append(element("span", until, class_="told"))
    return element(
        "tr",
        element("td", element("span", box, class_="tick"), class_="pick") if can else NOTHING,
        element("td", link, *told),
    )


def record_path(study_id: str) -> str:
    """The address of a study's page for its reviewer."""
    return at(f"{RECORD}?{urlencode({'id': study_id})}")


def _pages(listed: Listed) -> Html:
    if listed.pages == 1:
        return NOTHING

    def one(page: int) -> Html:
        here = "page" if page == listed.page else None
        name = Wording("review-page", {"page": Number(page)})
        href = at(f"{PATH}?state={listed.state}&page={page}")
        return element("li", element("a", name, href=href, aria_current=here))

    pages = (one(page) for page in range(1, listed.pages + 1))
    return element(
        "nav", element("ul", *pages), class_="states", aria_label=Wording("review-pages")
    )
