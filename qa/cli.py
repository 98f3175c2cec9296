"""The commands: each reads its input, makes one library call and prints one message.

`evidence-desk` and `python -m qa` are the same. Failures end with exit code 1, wrong usage with 2.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import EvidenceDeskError
from qa.choices import ChoiceError, Choices
from qa.cli_bench import bench
from qa.cli_check import check
from qa.cli_collections import build
from qa.cli_deciding import review
from qa.cli_desk import CollectionsOption, DraftsOption, json_lines, open_desk, written
from qa.cli_evaluate import agreement, evaluate
from qa.cli_export import export
from qa.cli_gaps import gaps
from qa.cli_import import import_
from qa.cli_measure import measure
from qa.search import Mode

app = typer.Typer(
    name="evidence-desk",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Answers questions with the sentences of a clinic's own study summaries, word for word.",
)
app.command("build")(build)
app.command("import")(import_)
app.command("check")(check)
app.command("export")(export)
app.command("evaluate")(evaluate)
app.command("agreement")(agreement)
app.command("measure")(measure)
app.command("bench")(bench)
app.command("gaps")(gaps)
app.add_typer(review)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in the asker's own words.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    history: Annotated[
        list[str] | None,
        typer.Option(
            "--after", help="An earlier question of the same talk; give it once for each."
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="ID",
            help="Leave this out of what was understood: a concept, or a filter such as year or author.",
        ),
    ] = None,
    conditions: Annotated[
        list[str] | None,
        typer.Option("--condition", metavar="ID", help="Only studies on this health problem."),
    ] = None,
    treatments: Annotated[
        list[str] | None,
        typer.Option("--treatment", metavar="ID", help="Only studies of this treatment."),
    ] = None,
    designs: Annotated[
        list[str] | None,
        typer.Option("--design", metavar="ID", help="Only studies of this kind."),
    ] = None,
    year_from: Annotated[
        int | None, typer.Option("--from", metavar="YEAR", help="Only studies from this year on.")
    ] = None,
    year_to: Annotated[
        int | None, typer.Option("--to", metavar="YEAR", help="Only studies up to this year.")
    ] = None,
    collection: CollectionsOption = None,
    drafts: DraftsOption = False,
) -> None:
    """Answer one question. Options for studies can be given several times; then one of each must fit.

    Example: evidence-desk ask "does acupuncture help sciatica?" --from 2015
    """
    from qa import render_json, render_text
    from qa.pipeline import ask as answered

    choices = Choices.read(
        {
            "without": without or (),
            "conditions": conditions or (),
            "treatments": treatments or (),
            "designs": designs or (),
            "year_from": year_from,
            "year_to": year_to,
        }
    )
    settings, library = open_desk(collection, drafts=drafts)
    answer = answered(question, library, history or (), desk=settings.desk, choices=choices)
    vocabulary = library.catalogue.vocabulary
    if as_json:
        typer.echo(render_json.answer_line(answer))
    elif as_markdown:
        typer.echo(render_text.markdown(answer, vocabulary), nl=False)
    else:
        typer.echo(render_text.text(answer, vocabulary), nl=False)


@app.command()
def batch(
    questions: Annotated[
        Path, typer.Argument(help="JSON lines with `question` and, if any, `history`.")
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write here; to the screen where left out."),
    ] = None,
    collection: CollectionsOption = None,
    drafts: DraftsOption = False,
) -> None:
    """Answer a file of questions: one JSON answer a line, in the same order.

    Example: evidence-desk batch questions.jsonl -o answers.jsonl
    """
    from qa import render_json
    from qa.pipeline import ask as answered

    rows = json_lines(questions, {"question": str})
    settings, library = open_desk(collection, drafts=drafts)

    def lines() -> Iterator[str]:
        for row in rows:
            history = [str(one) for one in _list(row, "history", questions)]
            yield render_json.answer_line(
                answered(str(row["question"]), library, history, desk=settings.desk)
            )

    written(lines(), output, total=len(rows), what="answers")


@app.command()
def search(
    queries: Annotated[
        Path, typer.Argument(help="JSON lines with `_id`, `text` and, if any, `history`.")
    ],
    *,
    k: Annotated[int, typer.Option("-k", min=1, help="How many studies a query.")] = 100,
    mode: Annotated[Mode, typer.Option(help="Which engines rank.")] = Mode.HYBRID,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the run here.")
    ] = None,
    collection: CollectionsOption = None,
    drafts: DraftsOption = False,
) -> None:
    """Rank studies for a file of queries and write a TREC run.

    Example: evidence-desk search queries.jsonl --collection my-studies --drafts -k 100 -o run.txt
    """
    from qa.search import ranking, trec_lines

    rows = json_lines(queries, {"_id": str, "text": str})
    _, library = open_desk(collection, drafts=drafts)

    def lines() -> Iterator[str]:
        for row in rows:
            history = [str(one) for one in _list(row, "history", queries)]
            found = ranking(library, str(row["text"]), k, mode, history)
            yield from trec_lines(str(row["_id"]), found)

    written(lines(), output, total=None, what="lines")


@app.command()
def evidence(
    items: Annotated[Path, typer.Argument(help="JSON lines with `question` and `sentences`.")],
    *,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write here.")] = None,
) -> None:
    """Order the sentences of each item by how well they answer its question.

    Example: evidence-desk evidence items.jsonl -o order.jsonl
    """
    from qa import settings
    from qa.encoders import encoder_of
    from qa.search import evidence_order

    rows = json_lines(items, {"question": str, "sentences": list})
    encoder = encoder_of(settings.load())

    def lines() -> Iterator[str]:
        for row in rows:
            sentences = [str(one) for one in _list(row, "sentences", items)]
            order = evidence_order(str(row["question"]), sentences, encoder)
            kept = {"_id": row["_id"]} if "_id" in row else {}
            yield json.dumps(
                {**kept, "question": row["question"], "order": order}, ensure_ascii=False
            )

    written(lines(), output, total=len(rows), what="items")


@app.command()
def serve(
    *,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    collection: CollectionsOption = None,
    drafts: DraftsOption = False,
) -> None:
    """Serve the page; the index is built first where it is missing or stale.

    Several collections are served side by side, the first at /. Example: evidence-desk serve --port 7860
    """
    from qa import settings
    from qa.server import serve as run

    first, *beside = collection or (None,)
    chosen = settings.load(
        port=port, host=host, collection=first, collections=beside or None, drafts=drafts or None
    )
    run(chosen)


@app.command()
def embed(
    *,
    address: Annotated[
        str, typer.Option(help="Where people reach the desk, like https://desk.clinic.example.")
    ],
    site: Annotated[
        str, typer.Option(help="The site that will show it, like https://clinic.example.")
    ] = "https://clinic.example",
) -> None:
    """Print what to paste into the clinic's own site to show the page there.

    Example: evidence-desk embed --address https://desk.clinic.example --site https://clinic.example
    """
    from qa.embedding import instructions

    typer.echo(instructions(address, site))


@app.command()
def screenshots(
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")],
) -> None:
    """Take pictures of the page in every state, for a person to look at.

    Example: evidence-desk screenshots docs
    """
    from qa.screenshots import screenshots as take

    for file in take(folder):
        typer.echo(str(file))


def _list(row: Mapping[str, object], key: str, file: Path) -> Iterable[object]:
    value = row.get(key) or ()
    if not isinstance(value, list | tuple):
        raise EvidenceDeskError(f"{file}: {key!r} is {value!r}; wanted a list")
    return value


def main() -> None:
    """Run a command; an error that is ours becomes one message and exit code 1, a wrong choice 2."""
    # Loading makes a million values that stay; looking through them for waste took a sixth of the time to an answer.
    gc.set_threshold(50_000, 20, 20)
    try:
        app()
    except ChoiceError as exc:
        typer.echo(f"evidence-desk: {exc}", err=True)
        sys.exit(2)
    except EvidenceDeskError as exc:
        typer.echo(f"evidence-desk: {exc}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
