"""Whether a collection folder was changed: seen from the names, sizes and times of its files, without reading them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

State = tuple[tuple[str, int, int, int], ...]


def state(folder: Path) -> State:
    """The state of the files of a collection folder, hidden ones left out; equal states hold the same files."""
    return tuple(sorted(_files(folder)))


def _files(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.startswith(".") or "/." in name or path.suffix in {".py", ".pyc"}:
            continue
        try:
            found = path.stat()
        except OSError:
            continue  # gone since it was listed
        if path.is_file():
            yield name, found.st_size, found.st_mtime_ns, found.st_ino
