"""The commands on collections: `build`, `import`, `check`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from corpus.catalogue import load_catalogue
from qa.cli_desk import CollectionOption, DraftsOption, progress
from qa.settings import load


def build(*, collection: CollectionOption = None, drafts: DraftsOption = False) -> None:
    """Build the index of a collection where it is missing, stale or damaged.

    Example: evidence-desk build
    """
    from index.build import build as made
    from index.encoder import load_encoder

    settings = load(collection=collection, drafts=drafts or None)
    catalogue = load_catalogue(settings.collection, drafts=settings.drafts)
    with progress() as tell:
        manifest = made(catalogue, settings.indexes, load_encoder(settings.model), progress=tell)
    typer.echo(
        f"index {manifest.id} of {catalogue.name}: {manifest.studies} studies, "
        f"{manifest.passages} passages, in {settings.indexes}"
    )


def check(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    collection: CollectionOption = None,
) -> None:
    """Check a collection: overclaims, missing caveats, double studies, broken text and identifiers.

    Example: evidence-desk check
    """
    from corpus.checking import check as checked

    settings = load(collection=collection)
    found = checked(load_catalogue(settings.collection, drafts=True))
    if as_json:
        rows = [
            {
                "check": one.check,
                "study": one.study,
                "quote": one.quote,
                "against": one.against,
                "why": one.why,
            }
            for one in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.study}: {one.check}: {one.why}")
        if one.quote:
            typer.echo(f"    “{one.quote}”")
        if one.against:
            typer.echo(f"    against “{one.against}”")
    typer.echo(f"{len(found)} findings")
