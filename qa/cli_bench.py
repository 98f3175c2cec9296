"""The `bench` command: how long an answer takes, alone and on the page."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from index.library import Library
from qa.cli_desk import CollectionOption, open_desk
from qa.settings import Settings


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
    encoder: Annotated[
        int | None,
        typer.Option(
            "--encoder",
            min=1,
            help="Measure the fast encoder against torch in so many rounds instead.",
        ),
    ] = None,
    stores: Annotated[
        int | None,
        typer.Option(
            "--stores",
            min=1000,
            help="Measure the kinds of vector store with so many made-up vectors instead.",
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
    if stores is not None:
        _stores(stores, as_json=as_json)
        return
    settings, library = open_desk(collection, drafts=False)
    if encoder is not None:
        _encoder(settings, library, encoder, as_json=as_json)
        return
    from qa.bench import page_figures

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


def _stores(vectors: int, *, as_json: bool) -> None:
    from qa.benchmarks.stores import measure_stores

    found = measure_stores(vectors)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo(f"{vectors:,} made-up vectors, ten nearest, medians of {found.questions} searches")
    typer.echo(
        f"{'':18} {'ms':>9} {'flat / it':>9} {'recall':>7} {'bytes each':>10} {'build s':>8}"
    )
    for one in found.stores:
        typer.echo(
            f"{one.kind:18} {one.p50_ms:9.3f} {one.times_flat:9.1f} {one.recall10:7.3f} {one.bytes_each:10.0f} "
            f"{one.build_s:8.1f}"
        )
        for each in one.filtered:
            typer.echo(
                f"{f'  {each.share:.0%} kept':18} {each.p50_ms:9.3f} {1 / each.vs_flat:9.1f} {each.recall10:7.3f}"
                f"   {each.outside} outside"
            )


def _encoder(settings: Settings, library: Library, rounds: int, *, as_json: bool) -> None:
    from qa.encoder_bench import encoder_figures

    found = encoder_figures(settings, library, rounds)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "ratios": found.ratios}))
        return
    typer.echo(f"{f'medians of {rounds} rounds':28} {'torch':>10} {found.engine:>15}")
    for what, one, other in (
        ("passages a second", found.torch_passages, found.fast_passages),
        ("milliseconds a question", found.torch_question, found.fast_question),
        ("seconds to a first answer", found.torch_start, found.fast_start),
        ("megabytes of that process", found.torch_megabytes, found.fast_megabytes),
    ):
        typer.echo(f"{what:28} {one:10.2f} {other:15.2f}")
    for name, ratio in {**found.ratios, "mean cosine": found.cosine}.items():
        typer.echo(f"{name:28} {ratio:10}")
