"""Files that say how they must be found: hashes of what stands beside them, and one over themselves.

Against damage, not against an enemy: who can write the files can seal them anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Stored:
    """How a file must be found."""

    size: int  # bytes
    sha256: str


def write_sealed(data: Mapping[str, Any], path: Path) -> None:
    """Write `data` as JSON with its own hash."""
    text = json.dumps({**data, "seal": _seal(data)}, indent=2, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def read_sealed(path: Path) -> dict[str, Any]:
    """What `write_sealed` wrote; ValueError, KeyError, AttributeError or OSError where it is not as it was written."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if data.pop("seal") != _seal(data):
        raise ValueError("it was changed after it was written")
    return data


def _seal(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def marks(folder: Path, *, besides: str) -> dict[str, Stored]:
    """How all files below `folder` must be found, those called `besides` left out."""
    return {
        path.relative_to(folder).as_posix(): _mark(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != besides
    }


def faults(files: Mapping[str, Stored], folder: Path) -> Iterator[str]:
    """What is wrong with files that must be found so in `folder`, for a person."""
    for name, wanted in files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != wanted.size:
                yield f"{path}: found {size} bytes; wanted {wanted.size}"
            elif _mark(path) != wanted:
                yield f"{path}: found other content than was written (sha256 differs)"
        except OSError as exc:
            yield f"{path}: found no readable file ({exc.strerror}); wanted {wanted.size} bytes"


def _mark(path: Path) -> Stored:
    with path.open("rb") as file:
        return Stored(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
