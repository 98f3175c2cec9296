"""The part of the `bench` command that puts load on the real server."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.benchmarks.load_steps import Step
from qa.cli_desk import open_desk

if TYPE_CHECKING:
    from qa.benchmarks.load import LoadFigures

LoadOption = Annotated[
    float | None,
    typer.Option(
        "--load",
        min=1,
        max=600,
        help="Put load on a server on this machine, so many seconds for each step, instead.",
    ),
]
StepOption = Annotated[
    list[Step] | None,
    typer.Option("--step", help="A step of --load; all of them where left out. Can be repeated."),
]


def load(
    seconds: float, steps: list[Step] | None, collection: Path | None, *, as_json: bool
) -> None:
    """Measure, and print a table, or the figures as JSON."""
    from qa.benchmarks.load import load_figures

    settings, library = open_desk(collection, drafts=False)
    chosen = settings.model_copy(update={"collection": collection or settings.collection})
    found = load_figures(
        chosen,
        library.catalogue,
        seconds,
        steps or tuple(Step),
        say=lambda told: typer.echo(told, err=True),
    )
    if as_json:
        steps_told = [{**asdict(one), "ratios": one.ratios} for one in found.steps]
        typer.echo(json.dumps({"cores": found.cores, "steps": steps_told}))
    else:
        _print(found)


def _print(found: LoadFigures) -> None:
    heads = "questions answered busy failed a-second p50 p95 p99 work".split()
    typer.echo(
        f"{f'{found.cores} cores':10}{''.join(f'{one:>10}' for one in heads)}"
        f"{'megabytes':>21}{'builds':>8}{'mixed':>7}"
    )
    for one in found.steps:
        shares = "".join(f"{one.ratios[name]:>10.1%}" for name in ("answered", "busy", "failed"))
        times = "".join(f"{time:>10.0f}" for time in (one.p50, one.p95, one.p99, one.work))
        memory = " ".join(f"{each:>6.0f}" for each in one.memory)
        typer.echo(
            f"{one.step:10}{one.questions:>10}{shares}{one.ratios['a_second']:>10.1f}{times}"
            f"{memory:>21}{one.builds:>8}{one.mixed:>7}"
        )
    for one in found.steps:
        if one.why:
            typer.echo(f"{one.step} failed: {one.why}")
