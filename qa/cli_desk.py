"""What the commands share: opening a collection with its index, reading and writing JSON lines, progress."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Protocol, TextIO

import typer

from corpus.errors import EvidenceDeskError
from index.encoder import Encoder
from index.library import Library
from qa.settings import Settings, load

CollectionOption = Annotated[
    Path | None,
    typer.Option(
        "--collection", help="The folder of a collection; the shipped one where left out."
    ),
]
CollectionsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--collection",
        help="The folder of a collection; the shipped one where left out. Given several times, all are searched together.",
    ),
]
DraftsOption = Annotated[
    bool, typer.Option("--drafts", help="Also use records nobody has reviewed (for evaluation).")
]
_QUICK = 1.0  # seconds that pass without a word


class Progress(Protocol):
    """Is told how far a long piece of work is."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """`done` of `total` pieces of `what` are finished."""


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on the terminal that shows itself once the work takes over a second."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    started = time.monotonic()
    bar = Bar(console=Console(stderr=True), transient=True)
    tasks: dict[str, int] = {}

    def tell(done: int, total: int, what: str) -> None:
        if not bar.live.is_started and time.monotonic() - started > _QUICK:
            bar.start()
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

    try:
        yield tell
    finally:
        bar.stop()


def open_desk(
    collection: Path | Sequence[Path] | None, *, drafts: bool
) -> tuple[Settings, Library]:
    """The settings, and the library of the collection, built first where its index is missing or stale.

    Several collections are searched as one.
    """
    from index.build import ensure
    from qa.encoders import encoder_of
    from qa.sources import sources, together

    folders = [collection] if isinstance(collection, Path) else [*(collection or ())]
    settings = load(collection=folders[0] if folders else None, drafts=drafts or None)
    several = len(folders) > 1
    source = together(settings, tuple(folders)) if several else sources(settings)[0]
    catalogue = source.load()
    encoder = encoder_of(settings)
    _prepared(encoder)
    with progress() as tell:
        library = ensure(catalogue, settings.indexes, encoder, progress=tell)
    return settings, library


def _prepared(encoder: Encoder) -> None:
    """Let the fast encoder compile its model while all else is read; on two cores that costs no time.

    Torch would only hold the rest up.
    """

    def prepare() -> None:
        with suppress(EvidenceDeskError):  # told when a question meets it
            encoder.queries(["ready?"])

    if encoder.engine.startswith("openvino"):
        threading.Thread(target=prepare).start()


def json_lines(file: Path, wanted: Mapping[str, type]) -> list[dict[str, object]]:
    """The objects of a file of JSON lines, each with the keys and types `wanted`.

    EvidenceDeskError names the file and the line, what was found and what was wanted.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise EvidenceDeskError(
            f"{file}: {exc}; wanted a readable UTF-8 file of JSON lines"
        ) from exc
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as exc:
            raise EvidenceDeskError(
                f"{file}:{number}: {exc}; wanted one JSON object a line"
            ) from exc
        for key, kind in wanted.items():
            if not isinstance(row, dict) or not isinstance(row.get(key), kind):
                raise EvidenceDeskError(
                    f"{file}:{number}: found {line[:80]!r}; wanted an object with {key!r} as {kind.__name__}"
                )
        rows.append(row)
    return rows


def written(lines: Iterable[str], output: Path | None, *, total: int | None, what: str) -> None:
    """Write lines to the screen, or to a file beside and then in place, so that it is never half there."""
    if output is None:
        for line in lines:
            typer.echo(line)
        return
    count = 0
    with replaced(output) as file, progress() as tell:
        for count, line in enumerate(lines, 1):
            file.write(f"{line}\n")
            if total:
                tell(count, total, what)
    typer.echo(f"{count} {what} written to {output}", err=True)


@contextmanager
def replaced(output: Path) -> Iterator[TextIO]:
    """A text file beside `output` that takes its place once all is written, so that it is never half there.

    EvidenceDeskError where it cannot be written.
    """
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        beside.replace(output)
    except OSError as exc:
        raise EvidenceDeskError(f"{output}: {exc}; wanted a place that can be written") from exc
    finally:
        beside.unlink(missing_ok=True)
