"""The command `gaps`: what a collection lacks, from the file of counts that the server keeps."""

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
    """List what people asked about and did not find, the studies that no answer showed, and the oldest.

    Example: evidence-desk gaps --json
    """
    from corpus.catalogue import load_catalogue
    from corpus.errors import SettingsError
    from qa import settings
    from qa.counting import read
    from qa.gaps import gaps as found_in
    from qa.gaps import never_shown, oldest
    from qa.sources import short_name

    chosen = settings.load(collection=collection)
    if chosen.counts_file is None:
        raise SettingsError(
            f"{settings.PREFIX}COUNTS_FILE is not set, so no counts are kept; "
            "wanted the file that the server keeps them in"
        )
    catalogue = load_catalogue(chosen.collection)
    vocabulary = catalogue.vocabulary
    beside = {one.resolve(): short_name(one) for one in chosen.collections}
    short = beside.get(chosen.collection.resolve(), "") if chosen.collection else ""
    tally = read(chosen.counts_of(short) or chosen.counts_file)
    found = found_in(tally, vocabulary)
    unseen, old = never_shown(tally, catalogue), oldest(catalogue)
    if as_json:
        rows = [
            {"concept": one.concept or "other", "outcome": one.outcome, "count": one.count}
            for one in found.rows
        ]
        studies = {
            "never_shown": [one.id for one in unseen],
            "oldest": [{"study": one.id, "year": one.year} for one in old],
        }
        typer.echo(json.dumps({"since": found.since.isoformat(), "gaps": rows, **studies}))
        return
    typer.echo(f"Questions that found nothing since {found.since.isoformat()}:")
    for one in found.rows:
        topic = vocabulary.label(one.concept) if one.concept else "other"
        typer.echo(f"{one.count:6}  {topic} ({one.outcome.replace('_', ' ')})")
    if not found.rows:
        typer.echo("     none")
    typer.echo("Studies that no answer has shown since then:")
    for study in unseen:
        typer.echo(f"        {study.id}")
    if not unseen:
        typer.echo("     none")
    typer.echo("The oldest studies:")
    for study in old:
        typer.echo(f"{study.year:6}  {study.id}")
