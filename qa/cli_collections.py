"""The command `build`."""

from __future__ import annotations

import typer

from corpus.catalogue import load_catalogue
from qa.cli_desk import CollectionOption, DraftsOption, progress
from qa.settings import load


def build(*, collection: CollectionOption = None, drafts: DraftsOption = False) -> None:
    """Build the index of a collection where it is missing, stale or damaged.

    Example: evidence-desk build
    """
    from index.build import build as made
    from qa.encoders import encoder_of

    settings = load(collection=collection, drafts=drafts or None)
    catalogue = load_catalogue(settings.collection, drafts=settings.drafts)
    with progress() as tell:
        manifest = made(catalogue, settings.indexes, encoder_of(settings), progress=tell)
    typer.echo(
        f"index {manifest.id} of {catalogue.name}: {manifest.studies} studies, "
        f"{manifest.passages} passages, in {settings.indexes}"
    )
