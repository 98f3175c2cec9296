"""A collection that changes again and again under a load: every title of a state says which one it is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from corpus.catalogue import BULK, DESCRIPTION, VOCABULARY, Catalogue, shipped_folder
from corpus.folder_writing import alone, write_files
from corpus.records import write_json


def write_state(catalogue: Catalogue, folder: Path, number: int) -> None:
    """Write the collection to `folder` as its state `number`, in the place of the one before."""
    if not folder.exists():
        folder.mkdir(parents=True)
        own = () if catalogue.folder == shipped_folder() else (VOCABULARY,)
        for name in (DESCRIPTION, *own):
            if (catalogue.folder / name).exists():
                shutil.copy(catalogue.folder / name, folder / name)
    lines = [
        write_json(replace(one, title=f"{one.title} (state {number})")) + "\n"
        for one in catalogue.studies
    ]
    page = [write_json(catalogue.page) + "\n"] if catalogue.has_own_page else []
    with alone(folder):
        write_files(folder, {BULK: "".join(lines + page)})
