"""The command `import`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import ImportingError
from corpus.importing.imports import import_files
from corpus.importing.report import FileReport
from corpus.importing.table import FIELDS
from qa.cli_desk import progress

_SHOWN = 1000  # merges, and reports, of one file


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Exports of PubMed (MEDLINE, .nbib, XML), RIS, EndNote, BibTeX, CSL-JSON, CSV or TSV, BEIR corpus.jsonl, "
            "or a clinic's page as text or HTML. What a file is, is told by what is in it; it may be packed with gzip."
        ),
    ],
    *,
    to: Annotated[Path, typer.Option("--to", help="The folder of the collection to add to.")],
    columns: Annotated[
        str | None,
        typer.Option(
            help="For a table with unusual names of columns: title=Name,abstract=Text and so on."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="What a new collection is called; the folder's name where left out."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Add the records of files to a collection as drafts; what is there already stays as it is.

    All files are taken over, or none. Example: evidence-desk import pubmed.nbib --to my-studies
    """
    with progress() as tell:
        report = import_files(
            files, to, dry_run=dry_run, columns=_columns(columns or ""), name=name, progress=tell
        )
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    for one in report.files:
        _tell(one)
    if dry_run:
        typer.echo("Nothing was written.")
    elif report.changes:
        typer.echo(f"Drafts are shown to nobody until they are reviewed. They are in {to}.")


def _tell(one: FileReport) -> None:
    typer.echo(
        f"{one.file}: {one.format}, {one.records} records: {one.imported} imported, "
        f"{one.merged} merged, {one.unchanged} unchanged, {len(one.reported)} reported"
    )
    _list([f"{each.place}: merged with {each.study} ({each.why})" for each in one.merges])
    _list([f"{each.place}: {each.why}" for each in one.reported])


def _list(told: Sequence[str]) -> None:
    for one in told[:_SHOWN]:
        typer.echo(f"  {one}")
    if len(told) > _SHOWN:
        typer.echo(f"  and {len(told) - _SHOWN} more like these; --json names each")


def _columns(written: str) -> dict[str, str]:
    """The columns that a person names, by field. ImportingError for a field that there is not."""
    found = {}
    for part in filter(None, (one.strip() for one in written.split(","))):
        name, equals, column = (one.strip() for one in part.partition("="))
        if not equals or not column or name not in FIELDS:
            raise ImportingError(
                f"--columns: found {part!r}; wanted FIELD=COLUMN, with one of these fields: {_listed(sorted(FIELDS))}"
            )
        found[name] = column
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
