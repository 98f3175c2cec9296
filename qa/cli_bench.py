"""The `bench` command: how long an answer takes, alone and on the page."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from qa.cli_desk import CollectionOption, open_desk


def bench(
    *,
    questions: Annotated[
        int, typer.Option("-n", "--questions", min=10, max=1000, help="How many questions to ask.")
    ] = 100,
    records: Annotated[
        int | None,
        typer.Option(
            "--import", min=1, help="Measure an import of so many made-up PubMed records instead."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    collection: CollectionOption = None,
) -> None:
    """Measure how long an answer takes alone, and from the press of the button until it is shown.

    Asks a real browser on this machine, so it needs Chromium. The figures of one run belong together; those of
    another day or machine do not compare.

    Example: evidence-desk bench -n 50
    """
    if records is not None:
        _import(records, as_json=as_json)
        return
    from qa.bench import page_figures

    settings, library = open_desk(collection, drafts=False)
    found = page_figures(settings, library, questions)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "added_p50": found.added_p50}))
        return
    typer.echo(f"{'milliseconds a question':28} {'p50':>8} {'p95':>8}   of {found.questions}")
    typer.echo(f"{'the answer alone':28} {found.ask_p50:8.1f} {found.ask_p95:8.1f}")
    typer.echo(f"{'from the button to the eye':28} {found.page_p50:8.1f} {found.page_p95:8.1f}")
    typer.echo(f"{'what the page adds':28} {found.added_p50:8.1f}")


def _import(records: int, *, as_json: bool) -> None:
    from qa.import_bench import import_figures

    found = import_figures(records)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo(
        f"{found.records} records of {found.megabytes} MB imported in {found.seconds} s; "
        f"at most {found.peak_megabytes} MB of memory"
    )
