"""The receipt of an answer, and the boundary line: what the answer rests on, computed.

Equal receipts and equal questions mean equal answers, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

from corpus.catalogue import Catalogue
from index.library import Library
from qa.answer import Receipt
from qa.wording import Number, Wording

if TYPE_CHECKING:
    from qa.pipeline import Desk


def boundary(catalogue: Catalogue) -> Wording:
    """How many studies there are and from which years."""
    years = [study.year for study in catalogue.studies if study.year is not None]
    count = Number(len(catalogue.studies))
    if not years:
        return Wording("boundary-undated", {"studies": count})
    first, last = Number(min(years)), Number(max(years))
    if first == last:
        return Wording("boundary-one-year", {"studies": count, "year": first})
    return Wording("boundary", {"studies": count, "first": first, "last": last})


@cache
def code_version() -> str:
    """The version of the project, with a digest of the code and data that word an answer."""
    try:
        number = version("evidence-desk")
    except PackageNotFoundError:
        number = "0"
    digest = hashlib.sha256()
    for package in ("corpus", "index", "qa"):
        for file in sorted(files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith((".py", ".yaml")):
                digest.update(file.name.encode())
                digest.update(file.read_bytes())
    for folder in ("wordings", "rules"):
        for file in sorted(files("qa").joinpath(folder).iterdir(), key=lambda one: one.name):
            if file.is_file():
                digest.update(file.read_bytes())
    return f"{number}+{digest.hexdigest()[:8]}"


def _short(value: object) -> str:
    line = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()[:12]


def _engines(library: Library) -> str:
    """What computes questions; and what has computed the studies, where that was another engine."""
    asked, kept = library.encoder.engine, library.manifest.recipe.engine
    return asked if asked == kept else f"{asked} on {kept}"


def receipt(library: Library, desk: Desk, day: date) -> Receipt:
    """What an answer given today rests on; `id` names all of it together."""
    parts = {
        "collection": library.catalogue.digest[:12],
        "index": library.manifest.id,
        "model": library.encoder.name,
        "engine": _engines(library),
        "settings": _short(asdict(desk)),
        "version": code_version(),
        "day": day.isoformat(),
    }
    return Receipt(id=_short(parts), **parts)
