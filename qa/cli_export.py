"""The command `export`: the citations of a collection for programs that keep references."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corpus.catalogue import Catalogue, load_catalogue
from corpus.errors import EvidenceDeskError
from corpus.study import Study
from qa.cli_desk import CollectionOption, DraftsOption, replaced
from qa.exports import Format, exported
from qa.settings import load


def export(
    *,
    form: Annotated[Format, typer.Option("--format", help="The form to write.")],
    study: Annotated[
        list[str] | None,
        typer.Option("--study", help="The id of a study; give it once for each. All otherwise."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write here; to the screen where left out."),
    ] = None,
    collection: CollectionOption = None,
    drafts: DraftsOption = False,
) -> None:
    """Write the citations of studies as RIS, BibTeX, CSL-JSON or CSV.

    Example: evidence-desk export --format ris -o citations.ris
    """
    settings = load(collection=collection, drafts=drafts or None)
    studies = _chosen(load_catalogue(settings.collection, drafts=settings.drafts), study or ())
    text = exported(studies, form)
    if output is None:
        typer.echo(text, nl=False)
        return
    with replaced(output) as file:
        file.write(text)
    count = f"{len(studies)} citation{'' if len(studies) == 1 else 's'}"
    typer.echo(f"{count} written to {output}", err=True)


def _chosen(catalogue: Catalogue, ids: list[str] | tuple[()]) -> tuple[Study, ...]:
    known = {one.id: one for one in catalogue.studies}
    for one in ids:
        if one not in known:
            raise EvidenceDeskError(
                f"{one!r} is no study of {catalogue.name}; wanted an id like {min(known, default='')!r}"
            )
    return tuple(known[one] for one in dict.fromkeys(ids)) or catalogue.studies
