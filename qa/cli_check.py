"""The command `check`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue import shipped_folder
from qa.cli_desk import CollectionOption, replaced
from qa.settings import load

if TYPE_CHECKING:
    from corpus.accepting import Sorted
    from corpus.checking import CheckFinding


def check(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write a report for a browser to this file.")
    ] = None,
    older_than: Annotated[
        int | None,
        typer.Option(
            min=1, help="Tell of studies that are more years old than this; 10 where left out."
        ),
    ] = None,
    collection: CollectionOption = None,
) -> None:
    """Check a collection: retractions, overclaims, missing caveats, double studies, broken text.

    Ends with code 1 where a finding is not in the collection's accepted.yaml. Example: evidence-desk check
    """
    from corpus.accepting import accepted, sorted_by
    from corpus.checking import OLDER_THAN, check_folder
    from corpus.retractions import retraction_list
    from qa.check_report import report_page

    folder = load(collection=collection).collection or shipped_folder()
    found = check_folder(folder, older_than=older_than or OLDER_THAN)
    result = sorted_by(found, accepted(folder))
    listed = retraction_list(folder)
    as_of = _as_of(listed.as_of.isoformat() if listed.as_of else None, listed.files)
    if html is not None:
        with replaced(html) as file:
            file.write(report_page(folder.name, result, as_of))
    if as_json:
        open_and_accepted = [*result.open, *(one for one, _ in result.accepted)]
        typer.echo(json.dumps([one.as_json() for one in open_and_accepted], ensure_ascii=False))
    else:
        _tell(result, as_of)
    if result.open:
        raise typer.Exit(1)


def _as_of(day: str | None, files: Sequence[str]) -> str:
    if not files:
        return "No list of retractions is there: whether a paper was retracted is not known."
    return f"All other studies are not listed as retracted as of {day or 'an unknown day'} ({', '.join(files)})."


def _tell(result: Sorted, as_of: str) -> None:
    from corpus.accepting import FILE

    for heading, findings in (("To look at", result.open), ("For information", result.information)):
        if findings:
            typer.echo(f"{heading}:")
        for one in findings:
            _finding(one)
    for one, entry in result.accepted:
        typer.echo(f"accepted: {one.study}: {one.check}: {entry.why} ({entry.by})")
    for entry in result.stale:
        typer.echo(f"{FILE}: covers nothing any more: {entry.study}: {entry.check}: take it out")
    typer.echo(as_of)
    typer.echo(
        f"{len(result.open)} to look at, {len(result.accepted)} accepted, {len(result.information)} for information"
    )


def _finding(one: CheckFinding) -> None:
    typer.echo(f"  {one.study}: {one.check}: {one.why}")
    if one.quote:
        typer.echo(f"      “{one.quote}”")
    if one.against:
        typer.echo(f"      against “{one.against}”")
