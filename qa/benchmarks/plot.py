"""Plots of a result as SVG: text that scales, and colours for bright and for dark screens. And its tables beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

from corpus.errors import EvidenceDeskError
from qa.benchmarks.figures import ENCODER, LABELS, OWN, PEERS, SEARCH, TORCH, Result
from qa.benchmarks.table import markdown

TABLES = "figures.md"
_WIDTH = 720
_LEFT = 190  # room for the names
_RIGHT = 70  # room for a figure behind its bar
_BAR, _GAP = 20, 10
_TOP = 62
# Told apart in brightness too, and on both grounds at a contrast of 3 and more.
_STYLE = """
text{font:13px system-ui,sans-serif;fill:#1f2933}
.title{font-size:16px;font-weight:600}.quiet{fill:#52606d}.end{text-anchor:end}.middle{text-anchor:middle}
.ours{fill:#0b7285;stroke:#0b7285}.theirs{fill:#8795a1;stroke:#8795a1}.limit{fill:#c2410c;stroke:#c2410c}
.line{fill:none;stroke-width:2}.rule{stroke:#d5dbe1;stroke-width:1}.ground{fill:#fff}
.word-ours{fill:#0b7285;font-weight:600}.word-theirs{fill:#52606d}.word-limit{fill:#c2410c}
@media (prefers-color-scheme:dark){
text{fill:#e4e7eb}.quiet,.word-theirs{fill:#a9b4bf}.ground{fill:#0d1117}.rule{stroke:#364049}
.ours{fill:#3fb8cc;stroke:#3fb8cc}.word-ours{fill:#3fb8cc}.limit{fill:#f08c5a;stroke:#f08c5a}.word-limit{fill:#f08c5a}}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: whose it is, and how long."""

    contender: str
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line: whose it is, and its points, x and y above 0."""

    contender: str
    points: Sequence[tuple[float, float]]


def _kind(contender: str) -> str:
    """The class of its colour."""
    if contender in (ENCODER, SEARCH):
        return "limit"
    return "ours" if contender in (OWN, TORCH) else "theirs"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2g}"


def _svg(title: str, note: str, height: float, body: Iterator[str]) -> str:
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" '
                f'aria-label="{escape(f"{title}: {note}")}">'
            ),
            f"<style>{_STYLE}</style>",
            f'<rect class="ground" width="{_WIDTH}" height="{height:.0f}" rx="8"/>',
            f'<text class="title" x="20" y="28">{escape(title)}</text>',
            f'<text class="quiet" x="20" y="48">{escape(note)}</text>',
            *body,
            "</svg>\n",
        ]
    )


def bars(title: str, note: str, values: Sequence[Bar]) -> str:
    """Bars from one line, each with its name before it and its figure behind it."""
    longest = max((one.value for one in values), default=1.0) or 1.0
    room = _WIDTH - _LEFT - _RIGHT

    def body() -> Iterator[str]:
        for number, one in enumerate(values):
            y = _TOP + number * (_BAR + _GAP)
            length = max(room * one.value / longest, 1.0)
            kind = _kind(one.contender)
            name = escape(LABELS.get(one.contender, one.contender))
            yield f'<text class="end word-{kind}" x="{_LEFT - 10}" y="{y + 15}">{name}</text>'
            yield f'<rect class="{kind}" x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}" rx="2"/>'
            yield f'<text x="{_LEFT + length + 8:.1f}" y="{y + 15}">{_number(one.value)}</text>'

    return _svg(title, note, _TOP + len(values) * (_BAR + _GAP) + 12, body())


_PLOT_LEFT, _PLOT_RIGHT, _PLOT_TOP, _PLOT_BOTTOM = 70, 545, 70, 330
_APART = 15  # between two names at the right


def lines(title: str, note: str, below: str, found: Sequence[Line]) -> str:
    """Lines over decades in both directions, each named at its right end."""
    points = [point for one in found for point in one.points]
    across = _decades([x for x, _ in points])
    up = _decades([y for _, y in points])

    def x_of(value: float) -> float:
        return _placed(value, across, _PLOT_LEFT, _PLOT_RIGHT)

    def y_of(value: float) -> float:
        return _placed(value, up, _PLOT_BOTTOM, _PLOT_TOP)

    def body() -> Iterator[str]:
        for power in range(up[0], up[1] + 1):
            y = y_of(10.0**power)
            yield f'<line class="rule" x1="{_PLOT_LEFT}" x2="{_PLOT_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text class="quiet end" x="{_PLOT_LEFT - 8}" y="{y + 4:.1f}">{10.0**power:g}</text>'
        for power in range(across[0], across[1] + 1):
            label = f"{10**power:,}"
            yield f'<text class="quiet middle" x="{x_of(10.0**power):.1f}" y="{_PLOT_BOTTOM + 20}">{label}</text>'
        yield (
            f'<text class="quiet middle" x="{(_PLOT_LEFT + _PLOT_RIGHT) / 2}" y="{_PLOT_BOTTOM + 42}">'
            f"{escape(below)}</text>"
        )
        for one, name_y in zip(
            found, _spread([y_of(one.points[-1][1]) for one in found]), strict=True
        ):
            kind = _kind(one.contender)
            drawn = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in one.points)
            yield f'<polyline class="{kind} line" style="fill:none" points="{drawn}"/>'
            for x, y in one.points:
                yield f'<circle class="{kind}" cx="{x_of(x):.1f}" cy="{y_of(y):.1f}" r="3"/>'
            end = x_of(one.points[-1][0])
            yield (
                f'<text class="word-{kind}" x="{max(end, _PLOT_RIGHT) + 10:.1f}" y="{name_y + 4:.1f}">'
                f"{escape(LABELS.get(one.contender, one.contender))}</text>"
            )

    return _svg(title, note, _PLOT_BOTTOM + 58, body())


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around all values; at least one apart."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _placed(value: float, decades: tuple[int, int], first: float, last: float) -> float:
    share = (math.log10(value) - decades[0]) / (decades[1] - decades[0])
    return first + share * (last - first)


def _spread(places: Sequence[float]) -> list[float]:
    """The same places, moved down as far as names would cover each other."""
    moved = list(places)
    order = sorted(range(len(places)), key=lambda at: places[at])
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + _APART)
    return moved


def plots(result: Result) -> dict[str, str]:
    """The plots of a result by file name; one without figures is left out."""
    rows = result.contenders
    drawn: dict[str, str] = {}
    of_rows = (
        (
            "ask",
            "Milliseconds an answer",
            "median over the shipped collection; shorter is better",
            "p50_ms",
        ),
        (
            "start",
            "Seconds to the first answer",
            "of a new process; shorter is better",
            "cold_start_s",
        ),
        ("encode", "Passages encoded a second", "longer is better", "encoded_per_second"),
        (
            "memory",
            "Megabytes of memory",
            "at most, while answering; shorter is better",
            "memory_mb",
        ),
    )
    for name, title, note, what in of_rows:
        values = [
            Bar(one, value)
            for one in (OWN, TORCH, *PEERS, ENCODER, SEARCH)
            if one in rows and (value := getattr(rows[one], what)) is not None
        ]
        if values:
            drawn[f"{name}.svg"] = bars(title, note, values)
    for name, title, what in (
        ("search", "Milliseconds a search, the question's vector known", "search_p50_ms"),
        ("answers", "Milliseconds an answer from a growing collection", "ask_p50_ms"),
    ):
        found = _growing(result, what)
        if found:
            note = "median; lower is better; both scales grow tenfold a step"
            drawn[f"{name}.svg"] = lines(title, note, "passages", found)
    return drawn


def _growing(result: Result, what: str) -> list[Line]:
    """The line of each contender that was measured at two sizes or more."""
    found = []
    for name in (OWN, *PEERS, SEARCH):
        points = sorted(
            (one.passages, value)
            for one in result.growth
            if one.contender == name and (value := getattr(one, what))
        )
        if len(points) > 1:
            found.append(Line(name, points))
    return found


def write(result: Result, folder: Path) -> None:
    """Write all plots, and the tables as Markdown, into `folder`; EvidenceDeskError where that cannot be done."""
    files = {**plots(result), TABLES: markdown(result)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as exc:
        raise EvidenceDeskError(f"{folder}: {exc}; wanted a folder that can be written") from exc
