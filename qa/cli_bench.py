"""The `bench` command: this program against its peers, or one part of it alone."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import EvidenceDeskError
from index.library import Library
from qa.cli_desk import CollectionOption, open_desk, progress, replaced
from qa.cli_load import LoadOption, StepOption
from qa.cli_load import load as put_load
from qa.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent
_QUESTIONS = _ROOT / "tests" / "questions" / "dev.jsonl"
_PEERS = _ROOT / ".venv-bench"  # as `make bench-install` makes it
# What the peers' libraries would else ask of the network.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
}


def bench(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="The shipped collection only, within about a minute.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write all figures here, as JSON.")
    ] = None,
    plots: Annotated[
        Path | None,
        typer.Option("--plots", help="Write plots (SVG) and tables (Markdown) into this folder."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Grow by the corpus.jsonl files in this folder (BEIR form)."),
    ] = None,
    questions: Annotated[
        list[Path] | None,
        typer.Option("--questions", help="Judged questions; those of this checkout if left out."),
    ] = None,
    peers: Annotated[
        Path, typer.Option("--peers", help="The environment that the peers are installed in.")
    ] = _PEERS,
    limit: Annotated[
        float, typer.Option("--limit", min=1, help="Seconds for one step of one contender.")
    ] = 120.0,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0, help="After so many, no larger size is begun.")
    ] = 30.0,
    page: Annotated[
        int | None,
        typer.Option(
            "--page", min=10, max=1000, help="Measure the page with so many questions instead."
        ),
    ] = None,
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
    load: LoadOption = None,
    steps: StepOption = None,
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
    """Measure this program beside LangChain, LlamaIndex, Haystack and txtai with the same encoder, and beside the bare libraries.

    Each runs in a process of its own, asked in turns, so that a busy machine slows all alike: compare the figures of
    one run only. `make bench-install` installs the peers. --page needs Chromium.

    Example: evidence-desk bench --quick -o bench.json
    """
    if records is not None:
        _import(records, as_json=as_json)
        return
    if load is not None:
        put_load(load, steps, collection, as_json=as_json)
        return
    if stores is not None:
        _stores(stores, as_json=as_json)
        return
    if page is not None or encoder is not None:
        settings, library = open_desk(collection, drafts=False)
        if page is not None:
            _page(settings, library, page, as_json=as_json)
        elif encoder is not None:
            _encoder(settings, library, encoder, as_json=as_json)
        return
    _compare(
        questions or [_QUESTIONS],
        quick=quick,
        output=output,
        plots=plots,
        data=data,
        peers=peers,
        limit=limit,
        minutes=minutes,
        as_json=as_json,
    )


def _compare(
    questions: list[Path],
    *,
    quick: bool,
    output: Path | None,
    plots: Path | None,
    data: Path | None,
    peers: Path,
    limit: float,
    minutes: float,
    as_json: bool,
) -> None:
    from qa.benchmarks import plot, table
    from qa.benchmarks.contender import Places
    from qa.benchmarks.run import Choice, compared
    from qa.evaluation import read_questions

    missing = [one for one in questions if not one.is_file()]
    if missing:
        raise EvidenceDeskError(
            f"{missing[0]}: found no such file; wanted judged questions; they come with a checkout of the project, or "
            "name others with --questions"
        )
    if (
        output is not None and not output.parent.is_dir()
    ):  # told before a quarter of an hour is spent
        raise EvidenceDeskError(
            f"{output}: found no folder {output.parent}; wanted a place that can be written; make the folder first"
        )
    judged = [one for file in questions for one in read_questions(file)]
    settings, library = open_desk(None, drafts=False)
    choice = Choice(quick, [one.name for one in questions], judged, data, limit, minutes)
    interpreter = peers / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    places = Places(interpreter, {**os.environ, **_OFFLINE})
    with progress() as tell:
        result = compared(settings, library, choice, places, tell)
    as_data = json.dumps(result.as_json(), indent=1, ensure_ascii=False)
    if output is not None:
        with replaced(output) as file:
            file.write(as_data + "\n")
    if plots is not None:
        plot.write(result, plots)
    typer.echo(as_data if as_json else table.text(result))


def _page(settings: Settings, library: Library, questions: int, *, as_json: bool) -> None:
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
