"""Several files of a folder replaced as one: after a crash at any moment, all are old or all are new.

Each new file is written beside its place. A journal naming them, renamed into its place, is the
moment of change; whoever opens the folder next finishes what a crash left undone. All of it is done
under one lock, which the system takes back from whoever dies.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from filelock import FileLock

from corpus.errors import CollectionError

_JOURNAL = ".writing.json"
_BESIDE = ".new"
_LOCK = ".reviewing.lock"


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}{_BESIDE}")


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def write_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Put all texts in their files under `folder`, or none; names are relative to it. Wants the folder `alone`.

    Raises CollectionError where the folder cannot be written to; it is then as it was.
    """
    written: list[Path] = []
    _sweep(folder, texts)
    try:
        for name, text in texts.items():
            beside = _beside(folder / name)
            beside.parent.mkdir(parents=True, exist_ok=True)
            written.append(beside)
            _write(beside, text)
        journal = _beside(folder / _JOURNAL)
        written.append(journal)
        _write(journal, json.dumps(list(texts)))
        journal.replace(folder / _JOURNAL)
    except OSError as exc:
        _removed(written)
        raise CollectionError(
            f"{folder}: found {exc.strerror}; wanted a folder that can be written to. Nothing was changed"
        ) from exc
    except BaseException:
        _removed(written)
        raise
    _finish(folder)


def _removed(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):  # what could not be written may have no name that can be removed
            file.unlink()


def finish_writing(folder: Path) -> None:
    """Finish a change that was decided but not carried out; usually there is nothing to do.

    Waits for who is just writing: a second hand in their change could undo it. Raises CollectionError for a journal
    that this module did not write, and where the folder cannot be written to.
    """
    if is_writing(folder):
        with alone(folder):
            pass  # it begins with that


def is_writing(folder: Path) -> bool:
    """True where a change is decided but not carried out."""
    return (folder / _JOURNAL).exists()


def _sweep(folder: Path, texts: Iterable[str]) -> None:
    """Remove what was written beside its place by who was killed before the change was decided."""
    for place in {folder, *((folder / name).parent for name in texts)}:
        for kind in (".md", ".json", ".jsonl", ".yaml"):
            for waste in place.glob(f".*{kind}{_BESIDE}"):
                waste.unlink(missing_ok=True)


def _finish(folder: Path) -> None:
    journal = folder / _JOURNAL
    try:
        names = json.loads(journal.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as exc:
        raise CollectionError(f"{journal}: found {exc}; wanted a list of files") from exc
    if not isinstance(names, list) or not all(_inside(name) for name in names):
        raise CollectionError(f"{journal}: found {names!r}; wanted names of files of this folder")
    try:
        for name in names:
            with suppress(FileNotFoundError):  # done before the crash
                _beside(folder / name).replace(folder / name)
        journal.unlink(missing_ok=True)
    except OSError as exc:
        raise CollectionError(
            f"{folder}: found {exc.strerror} while a change of {len(names)} files was carried out; wanted a folder that "
            "can be written to. The rest is carried out as soon as it can be"
        ) from exc


def _inside(name: object) -> bool:
    if not isinstance(name, str) or not name:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """The folder for oneself, so that nobody writes between what is read and what is written.

    What a crash left undone is finished first. CollectionError where the folder cannot be written to.
    """
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire()
    except OSError as exc:
        raise CollectionError(
            f"{folder}: found {exc.strerror}; wanted a folder that can be written to. Nothing was changed"
        ) from exc
    try:
        _finish(folder)
        yield
    finally:
        lock.release()
