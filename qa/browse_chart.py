"""The studies by year and kind: a picture with one mark a study, and the same numbers as a table.

Kinds are told by row, name, shape and colour, so that none of them has to be seen alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus.study import Design
from qa.browse import Timeline
from qa.page_markup import NOTHING, Child, Html, element, joined
from qa.wording import Number, Wording

_STEP = 16  # units of the drawing from mark to mark
_HIGH = 20  # marks in the highest pile; where there are more, all piles are wider


def kind_wording(design: Design | None) -> Wording:
    """The name of a kind of study."""
    return Wording("browse-kind-unknown" if design is None else f"page-design-{design}")


def kind_mark(design: Design | None) -> Html:
    """One mark of a kind, to stand in a line of text."""
    return _drawing(_shape(design, 0, 0), wide=1, high=1)


def chart_html(shown: Timeline) -> Html:
    """The picture, with a table of the same numbers below; nothing where no study has a year."""
    if not shown.columns:
        return NOTHING
    count = sum(map(sum, shown.counts.values()))
    wide = -(-max(map(max, shown.counts.values())) // _HIGH)
    rows = (_row(shown, kind, wide) for kind in shown.counts)
    name = Wording("browse-chart-name", {"count": Number(count)})
    return element(
        "section",
        element("h2", Wording("browse-chart"), id="chart"),
        element("p", _reading(shown), class_="hint"),
        element("div", *rows, _axis(shown), class_="chart", role="img", aria_label=name),
        _undated(shown),
        element(
            "details",
            element("summary", Wording("browse-chart-table")),
            _table(shown),
            class_="numbers",
        ),
        class_="browse-chart",
        aria_labelledby="chart",
    )


def _reading(shown: Timeline) -> Wording:
    if shown.span == 1:
        return Wording("browse-chart-mark")
    return Wording("browse-chart-mark-span", {"years": Number(shown.span)})


def _undated(shown: Timeline) -> Html:
    count = sum(shown.undated.values())
    if not count:
        return NOTHING
    return element("p", Wording("browse-chart-undated", {"count": Number(count)}), class_="hint")


def _row(shown: Timeline, kind: Design | None, wide: int) -> Html:
    total = element("span", Number(sum(shown.counts[kind])), class_="number")
    name = element("span", kind_wording(kind), class_="name")
    cells = (
        element("div", _pile(kind, count, wide), class_="cell") for count in shown.counts[kind]
    )
    return element(
        "div",
        element("div", kind_mark(kind), name, total, class_="kind"),
        element("div", *cells, class_="years"),
        class_="row",
    )


def _axis(shown: Timeline) -> Html:
    """The first year of each column; the last one always has its name where there is no room for all."""
    last = len(shown.columns) - 1
    cells = (
        element("div", Number(first), class_="cell" if (last - place) % 2 == 0 else "cell between")
        for place, (first, _) in enumerate(shown.columns)
    )
    return element(
        "div",
        element("div", class_="kind"),
        element("div", *cells, class_="years"),
        class_="row axis",
    )


def _pile(kind: Design | None, count: int, wide: int) -> Html:
    """The marks of one kind in one column, piled from the ground up, `wide` of them side by side.

    Every pile is as wide as the widest, so that marks have one size in the whole chart.
    """
    if not count:
        return NOTHING
    high = -(-count // wide)
    marks = (_shape(kind, one % wide, high - 1 - one // wide) for one in range(count))
    return _drawing(*marks, wide=wide, high=high)


def _drawing(*shapes: Html, wide: int, high: int) -> Html:
    width, height = str(wide * _STEP), str(high * _STEP)
    return element(
        "svg",
        *shapes,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        class_="marks",
        aria_hidden="true",
    )


def _shape(kind: Design | None, across: int, down: int) -> Html:
    """One mark in its place; shapes of about one area."""
    left, top = across * _STEP, down * _STEP
    x, y = left + _STEP // 2, top + _STEP // 2
    match kind:
        case Design.SYSTEMATIC_REVIEW:
            return element("circle", cx=str(x), cy=str(y), r="6", class_="systematic-review")
        case Design.OVERVIEW:
            size = {"width": "11", "height": "11"}
            return element(
                "rect", x=f"{x - 5.5}", y=f"{y - 5.5}", class_="overview-of-reviews", **size
            )
        case Design.RANDOMISED_TRIAL:
            corners = f"{x},{top + 1} {left + 15},{top + 14} {left + 1},{top + 14}"
            return element("polygon", points=corners, class_="randomised-trial")
        case Design.OTHER:
            corners = f"{x},{top} {left + 16},{y} {x},{top + 16} {left},{y}"
            return element("polygon", points=corners, class_="other")
        case None:
            return element("circle", cx=str(x), cy=str(y), r="5", class_="unknown")


def _table(shown: Timeline) -> Html:
    kinds = tuple(shown.counts)
    names = (kind_wording(one) for one in kinds)
    head = _cells(
        "th", Wording("browse-table-year"), *names, Wording("browse-table-all"), scope="col"
    )
    return element(
        "table",
        element("caption", Wording("browse-table-caption")),
        element("thead", element("tr", head)),
        element("tbody", *_table_rows(shown)),
    )


def _table_rows(shown: Timeline) -> Iterator[Html]:
    for place, (first, last) in enumerate(shown.columns):
        span = Wording("browse-table-span", {"first": Number(first), "last": Number(last)})
        year = Number(first) if first == last else span
        yield _table_row(year, *(counts[place] for counts in shown.counts.values()))
    if any(shown.undated.values()):
        yield _table_row(Wording("browse-table-undated"), *shown.undated.values())
    totals = (sum(counts) + shown.undated[kind] for kind, counts in shown.counts.items())
    yield _table_row(Wording("browse-table-all"), *totals)


def _table_row(name: Child, *counts: int) -> Html:
    numbers = _cells("td", *map(Number, (*counts, sum(counts))))
    return element("tr", element("th", name, scope="row"), numbers)


def _cells(element_name: str, *values: Child, scope: str | None = None) -> Html:
    return joined(*(element(element_name, one, scope=scope) for one in values))
