"""The manifest: what an index was made from and which files it has, so that no wrong one is queried.

Values, and their checks against the files. Making and opening an index are in `build` and `library`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus.catalogue import Catalogue
from corpus.errors import IndexUnusableError
from index.encoder import Encoder
from index.sealing import Stored, faults, marks, read_sealed, write_sealed
from index.vectors import Kind

SCHEMA = 1
FILE = "manifest.json"
# What decides which passages, terms and vectors there are; a change of any of them is another index.
_MODULES = (
    "corpus.alarms",
    "corpus.sentences",
    "corpus.words",
    "index.build",
    "index.conversion",
    "index.encoder",
    "index.faiss_stores",
    "index.kept_vectors",
    "index.manifest",
    "index.model_folder",
    "index.openvino_encoder",
    "index.passages",
    "index.sealing",
    "index.senses",
    "index.terms",
    "index.torch_conversion",
    "index.torch_encoder",
    "index.vectors",
)
# Likewise, where no collection has its own: the everyday talk among the paraphrases counts for alarms.
_DATA = ("alarms.yaml", "paraphrases.yaml")
_LIBRARIES = (
    "bm25s",
    "faiss-cpu",
    "openvino",
    "sentence-transformers",
    "sentencex",
    "tokenizers",
    "torch",
    "transformers",
)
AGAIN = "build the index again: `evidence-desk build`"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index is made from: equal recipes make equal indexes."""

    schema: int
    collection: str  # digest
    model: str
    weights: str  # digest
    engine: str
    indexer: str  # digest of the code and library versions that cut and index

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that name the index in a receipt."""
        line = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(line.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The recipe of an index, what came out, and its files."""

    recipe: Recipe
    collection_name: str
    studies: int
    passages: int
    sentences: int
    cut: int  # passages of one sentence that is too long for the encoder, which reads its beginning
    dimension: int
    window: int  # tokens
    passage_tokens: int  # how many a passage may have, unless it is one sentence
    files: Mapping[str, Stored]
    vectors: Kind = (
        Kind.FLAT
    )  # how they are kept; manifests from before there was a choice say nothing

    @property
    def id(self) -> str:
        """The id of the recipe."""
        return self.recipe.id


def recipe(catalogue: Catalogue, encoder: Encoder) -> Recipe:
    """What the index of `catalogue` for `encoder` is made from today. Loads no model."""
    return Recipe(
        schema=SCHEMA,
        collection=catalogue.digest,
        model=encoder.name,
        weights=encoder.digest,
        engine=encoder.engine,
        indexer=_indexer(),
    )


def differences(found: Recipe, wanted: Recipe) -> str:
    """How two recipes differ, for a person: "model: found x, wanted y; ..."."""
    return "; ".join(
        f"{one.name}: found {getattr(found, one.name)}, wanted {getattr(wanted, one.name)}"
        for one in fields(Recipe)
        if getattr(found, one.name) != getattr(wanted, one.name)
    )


def write(manifest: Manifest, folder: Path) -> None:
    """Write `manifest.json`, sealed with its own hash; without it a folder is no index."""
    write_sealed(asdict(manifest) | {"id": manifest.id}, folder / FILE)


def read(folder: Path) -> Manifest:
    """The manifest of the index in `folder`.

    IndexUnusableError where there is none or it is not whole.
    """
    path = folder / FILE
    try:
        data: dict[str, Any] = read_sealed(path)
        del data["id"]
        data["recipe"] = Recipe(**data["recipe"])
        data["files"] = {name: Stored(**mark) for name, mark in data["files"].items()}
        data["vectors"] = Kind(data.get("vectors", Kind.FLAT))
        return Manifest(**data)
    except FileNotFoundError:
        raise IndexUnusableError(f"{path}: found no index; wanted a built one; {AGAIN}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise IndexUnusableError(
            f"{path}: found a manifest that cannot be read ({type(exc).__name__}: {exc}); "
            f"wanted one of schema {SCHEMA}; {AGAIN}"
        ) from exc


def stored(folder: Path) -> dict[str, Stored]:
    """The marks of all files below `folder`, the manifest left out."""
    return marks(folder, besides=FILE)


def check_files(manifest: Manifest, folder: Path) -> None:
    """Raise IndexUnusableError unless each file is there as it was written."""
    for fault in faults(manifest.files, folder):
        raise IndexUnusableError(f"{fault}; {AGAIN}")


@cache
def _indexer() -> str:
    """One short digest of the code that indexes, of the examples it fits to and of the libraries it indexes with.

    Taken from the sources, so that nobody has to remember to count a version up.
    """
    total = hashlib.sha256()
    for name in _MODULES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise IndexUnusableError(
                f"found no source of {name}; wanted a whole installation; install again"
            )
        source = Path(spec.origin).read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{name} {hashlib.sha256(source).hexdigest()}\n".encode())
    for name in _DATA:
        data = files("corpus").joinpath(name).read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode())
    for library in _LIBRARIES:
        total.update(f"{library} {_version(library)}\n".encode())
    return total.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"  # OpenVINO can be left out
