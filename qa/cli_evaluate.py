"""The `evaluate` and `agreement` commands: judged questions against answers, and against a second judge."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import EvidenceDeskError
from qa.cli_desk import CollectionOption, DraftsOption, open_desk, progress
from qa.evaluation import Report, fallen, judge, read_questions


def _measured(questions: Path, collection: Path | None, *, drafts: bool) -> Report:
    from qa.pipeline import ask

    judged = read_questions(questions)
    settings, library = open_desk(collection, drafts=drafts)
    report = Report()
    with progress() as tell:
        for number, one in enumerate(judged, 1):
            judge(report, one, ask(one.question, library, one.history, desk=settings.desk))
            tell(number, len(judged), "questions")
    return report


def _table(report: Report) -> str:
    rows = [f"{'metric':32} {'mean':>7}  {'95 % interval':>15} {'n':>4}"]
    for name, one in report.metrics().items():
        rows.append(f"{name:32} {one.mean:7.4f}  {one.low:7.4f}-{one.high:6.4f} {one.count:4d}")
    return "\n".join(rows)


def _misses(report: Report) -> str:
    return "\n".join(
        f"{one.judged.id} [{one.reason}] {one.judged.question!r} -> {one.outcome}"
        + "".join(f"\n      {title[:90]}" for title in one.shown[:4])
        for one in report.misses
    )


def evaluate(
    questions: Annotated[Path, typer.Argument(help="Judged questions, one JSON object a line.")],
    *,
    against: Annotated[
        Path | None, typer.Option("--against", help="A baseline; falling below it is a failure.")
    ] = None,
    update: Annotated[
        Path | None, typer.Option("--update", help="Write the figures as a new baseline.")
    ] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="List every miss with its reason.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    collection: CollectionOption = None,
    drafts: DraftsOption = False,
) -> None:
    """Measure the answers to judged questions, with 95 % intervals, and compare with a baseline.

    Example: evidence-desk evaluate tests/questions/tune.jsonl --misses
    """
    report = _measured(questions, collection, drafts=drafts)
    means = {name: one.mean for name, one in report.metrics().items()}
    if as_json:
        typer.echo(json.dumps(means))
    else:
        typer.echo(_table(report))
    if misses:
        typer.echo(_misses(report))
    if update is not None:
        update.write_text(json.dumps(means, indent=1) + "\n", encoding="utf-8")
    if against is not None:
        worse = fallen(report, json.loads(against.read_text(encoding="utf-8")))
        if worse:
            raise EvidenceDeskError(
                f"worse than {against}:\n  "
                + "\n  ".join(worse)
                + f"\nif that is meant: --update {against}"
            )


def agreement(
    questions: Annotated[
        list[Path], typer.Argument(help="Judged questions, one JSON object a line; several files.")
    ],
    *,
    second: Annotated[
        Path, typer.Option("--second", help="The same questions, judged by somebody else.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    collection: CollectionOption = None,
) -> None:
    """Tell how far two judges agree on the questions that both judged, with Cohen's kappa.

    Example: evidence-desk agreement tests/questions/tune.jsonl --second tests/questions/second.jsonl
    """
    from corpus.catalogue import load_catalogue
    from qa.agreement import agreement as agreed

    first = [one for file in questions for one in read_questions(file)]
    found = agreed(first, read_questions(second), load_catalogue(collection))
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo(f"{'':22} {'same':>7} {'kappa':>7} {'n':>5}")
    for name in ("kind", "outcome", "best", "grades"):
        one = getattr(found, name)
        if one is not None:
            typer.echo(f"{_AGREED[name]:22} {one.same:7.4f} {one.kappa:7.4f} {one.count:5d}")
    typer.echo(f"apart: {' '.join(found.apart) or 'none'}")


_AGREED = {
    "kind": "kind of question",
    "outcome": "outcome",
    "best": "best studies",
    "grades": "grade of a study",
}
