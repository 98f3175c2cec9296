"""The command `gaps`: questions that found nothing, from the file of counts that the server keeps."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from qa.cli_desk import CollectionOption


def gaps(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the gaps as JSON.")] = False,
    collection: CollectionOption = None,
) -> None:
    """List what people asked about and did not find, by topic.

    Example: evidence-desk gaps --json
    """
    from corpus.catalogue import load_catalogue
    from corpus.errors import SettingsError
    from qa import settings
    from qa.counting import read
    from qa.gaps import gaps as found_in

    chosen = settings.load(collection=collection)
    if chosen.counts_file is None:
        raise SettingsError(
            f"{settings.PREFIX}COUNTS_FILE is not set, so no counts are kept; "
            "wanted the file that the server keeps them in"
        )
    vocabulary = load_catalogue(chosen.collection).vocabulary
    found = found_in(read(chosen.counts_file), vocabulary)
    if as_json:
        rows = [
            {"concept": one.concept or "other", "outcome": one.outcome, "count": one.count}
            for one in found.rows
        ]
        typer.echo(json.dumps({"since": found.since.isoformat(), "gaps": rows}))
        return
    typer.echo(f"Questions that found nothing since {found.since.isoformat()}:")
    for one in found.rows:
        topic = vocabulary.label(one.concept) if one.concept else "other"
        typer.echo(f"{one.count:6}  {topic} ({one.outcome.replace('_', ' ')})")
    if not found.rows:
        typer.echo("     none")
