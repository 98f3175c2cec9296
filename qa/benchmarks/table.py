"""A result as tables: on the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.benchmarks.figures import GOALS, LABELS, MEASURED, OWN, Grown, Result, Row, met

_MISSING = "–"
_RATIOS = {
    "ask_vs_fastest_peer": "p50 of an answer, against the fastest peer",
    "ask_vs_encoder": "p50 of an answer, against the bare encoder (or 5 ms)",
    "encode_vs_torch": "passages encoded a second, against torch",
    "hybrid_vs_bare": "both searches among 20,000 passages, against the bare libraries",
    "cold_start_vs_torch": "first answer of a new process, against torch",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it shows, its head, and its rows; the first column is text, the others are figures."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """As Markdown."""
        ruler = ["---", *("--:" for _ in self.head[1:])]
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.head, ruler, *self.rows))

    def text(self) -> str:
        """For a terminal."""
        columns = list(zip(self.head, *self.rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        lines = [self.title]
        for row in (self.head, *self.rows):
            first = f"  {row[0]:{widths[0]}}"
            rest = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
            lines.append("  ".join([first, *rest]))
        return "\n".join(lines)


def tables(result: Result) -> tuple[Table, ...]:
    """All tables of a result."""
    return (_ratios(result), _answers(result), _costs(result), *_growth(result))


def figures(*values: float | None, digits: int = 1) -> list[str]:
    """Figures as they are shown, with as many digits after the point; a dash where there is none."""
    return [_MISSING if one is None else f"{one:,.{digits}f}" for one in values]


def _ratios(result: Result) -> Table:
    own = result.contenders.get(OWN, Row()).p50_ms
    rows = []
    for name, found in result.ratios.items():
        way, bound = GOALS[name]
        said = {None: "not measured", True: "yes", False: "no"}[met(name, found, own)]
        rows.append(
            [f"`{name}`: {_RATIOS[name]}", *figures(found, digits=2), f"{way} {bound}", said]
        )
    return Table("Ratios, each of medians of this run", ["ratio", "found", "wanted", "met"], rows)


def _answers(result: Result) -> Table:
    asked = result.questions
    title = (
        f"Answers from the shipped collection: {asked['asked']} questions, "
        f"{asked['unanswerable']} of them without an answer there"
    )
    head = ["", "nDCG@5", "AUC", "p50 ms", "p95 ms", "processor ms", "a second"]
    rows = [
        [
            label,
            *figures(row.ndcg5, row.auc, digits=3),
            *figures(row.p50_ms, row.p95_ms, row.processor_p50_ms, row.per_second),
        ]
        for label, row in _named(result)
    ]
    return Table(title, head, rows)


def _costs(result: Result) -> Table:
    head = [
        "",
        "passages encoded a second",
        "index s",
        "first answer s",
        "memory MB",
        "installed MB",
    ]
    rows = [
        [
            label,
            *figures(row.encoded_per_second),
            *figures(row.index_s, row.cold_start_s, digits=2),
            *figures(row.memory_mb, row.install_mb, digits=0),
        ]
        for label, row in _named(result)
    ]
    return Table("What it costs on the shipped collection", head, rows)


def _named(result: Result) -> Iterable[tuple[str, Row]]:
    for name, row in result.contenders.items():
        note = "" if row.status == MEASURED else f" ({row.status})"
        yield LABELS.get(name, name) + note, row


def _growth(result: Result) -> Iterable[Table]:
    head = [
        "",
        "search p50 ms",
        "p95 ms",
        "recall@10",
        "both searches ms",
        "answer p50 ms",
        "taking in s",
        "memory MB",
    ]
    for size in sorted({one.passages for one in result.growth}):
        rows = [
            [
                LABELS.get(one.contender, one.contender)
                + ("" if one.status == MEASURED else f" ({one.status})"),
                *_grown(one),
            ]
            for one in result.growth
            if one.passages == size
        ]
        yield Table(f"{size:,} passages, their vectors known", head, rows)


def _grown(one: Grown) -> list[str]:
    return [
        *figures(one.search_p50_ms, one.search_p95_ms, digits=2),
        *figures(one.recall10, digits=3),
        *figures(one.hybrid_p50_ms, digits=2),
        *figures(one.ask_p50_ms, one.fill_s),
        *figures(one.memory_mb, digits=0),
    ]


def told(result: Result) -> str:
    """On what the run was made, in a sentence or two, and what else must be known."""
    it = result.machine
    numbers = "with 16-bit numbers (bf16)" if it["bf16"] else "without 16-bit numbers (bf16)"
    first = (
        f"Measured on {it['day']} on {it['cores']} cores ({it['processor']}, {numbers}), {it['memory_gb']} GB, "
        f"Python {it['python']}, in {result.seconds:.0f} s; the load of the machine was {it['load']} at the start. "
        f"Questions: {', '.join(result.questions['files'])}, those that stand alone."
    )
    return " ".join([first, *result.notes])


def text(result: Result) -> str:
    """The whole result for a terminal."""
    return "\n\n".join([*(one.text() for one in tables(result)), told(result)])


def markdown(result: Result) -> str:
    """The whole result as Markdown."""
    parts = [f"### {one.title}\n\n{one.markdown()}" for one in tables(result)]
    return "\n\n".join([*parts, told(result)]) + "\n"
