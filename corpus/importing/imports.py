"""Importing: files in, a changed collection folder and a report out. The whole path, at one level."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from corpus.catalogue import (
    BULK,
    DESCRIPTION,
    STUDIES,
    collection_vocabulary,
    described,
    description,
    load_studies,
)
from corpus.errors import CollectionError, ImportingError, RecordError
from corpus.folder_state import state
from corpus.folder_writing import alone, finish_writing, write_files
from corpus.importing.entries import Draft, Format, Kept, Unread
from corpus.importing.formats import format_of
from corpus.importing.limits import MOST_UNREAD
from corpus.importing.merging import Shelf, joined
from corpus.importing.report import FileReport, ImportReport, Merge, Problem
from corpus.importing.source import read_source
from corpus.reading import propose
from corpus.records import write_json, write_markdown
from corpus.study import Study
from corpus.vocabulary import Vocabulary

Progress = Callable[[int, int, str], None]
_BETWEEN_REPORTS = 100  # records


def import_files(
    files: Sequence[Path],
    folder: Path,
    *,
    dry_run: bool = False,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Read files into the collection in `folder`, which is made where it is missing, and called `name`.

    `columns` names the columns of tables where they have unusual names: field to name. Every record ends as imported,
    merged, unchanged or reported. Nothing is written with `dry_run`, nor where any file cannot be read. Raises ImportingError, CollectionError or RecordError.
    """
    if folder.exists() and not folder.is_dir():
        raise CollectionError(f"{folder}: found a file; wanted a folder")
    _refuse_another_name(folder, name)
    with _no_search_for_cycles():
        importing = _Importing(folder, columns or {}, progress)
        reports = tuple(importing.read(Path(file)) for file in files)
        if not dry_run:
            importing.write(name)
    return ImportReport(reports)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Python looks for cycles among all records that are held again and again: a third of the time of a long import.

    Records have none, so nothing piles up.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Importing:
    """One import under way: the studies of the folder, and which of them changed."""

    def __init__(self, folder: Path, columns: Mapping[str, str], progress: Progress | None) -> None:
        self.folder = folder
        self.columns = columns
        self.progress = progress
        if folder.exists():
            finish_writing(folder)
        self.before = state(folder)
        self.vocabulary: Vocabulary = collection_vocabulary(folder)
        loaded = list(load_studies(folder, self.vocabulary)) if folder.exists() else []
        self.is_new = (
            not loaded
        )  # also where somebody was stopped before the first record was there
        self.shelf = Shelf(study for _, study in loaded)
        self.in_bulk = {study.id for file, study in loaded if file.name == BULK}
        self.changed: set[str] = set()

    def read(self, file: Path) -> FileReport:
        source = read_source(file)
        kind = format_of(source, self.columns)
        problems: list[Problem] = []
        merges: list[Merge] = []
        imported = unchanged = 0
        for number, entry in enumerate(kind.entries(source), 1):
            if self.progress is not None and number % _BETWEEN_REPORTS == 0:
                self.progress(number, 0, f"Reading {file.name}")
            match self._taken(entry, kind):
                case Problem() as problem:
                    problems.append(problem)
                    _refuse_all(file, problems)
                case Merge() as merge:
                    merges.append(merge)
                case True:
                    imported += 1
                case False:
                    unchanged += 1
        return FileReport(
            file=str(file),
            format=kind.name,
            imported=imported,
            merges=tuple(merges),
            unchanged=unchanged,
            reported=tuple(problems),
        )

    def _taken(self, entry: Draft | Unread, kind: Format) -> Problem | Merge | bool:
        """What became of one record: a problem, a merge, new (True) or unchanged (False)."""
        if isinstance(entry, Unread):
            return Problem(entry.place, entry.why)
        found = self.shelf.find(entry.study, kind.match)
        if found is None:
            return self._new(entry, kind)
        known, why = found
        result = joined(known, entry.study, why)
        if result.why_not is not None:
            return Problem(entry.place, result.why_not)
        if result.study == known:
            return False
        problem = _unwritable(result.study, bulk=known.id in self.in_bulk)
        if problem is not None:
            return Problem(entry.place, problem)
        self._put(result.study)
        return Merge(entry.place, known.id, result.why)

    def _new(self, entry: Draft, kind: Format) -> Problem | bool:
        study = entry.study
        if not study.is_page:
            study = propose(replace(study, id=self.shelf.free_id(study.id)), self.vocabulary)
        problem = _unwritable(study, bulk=kind.kept is Kept.BULK)
        if problem is not None:
            return Problem(entry.place, problem)
        if kind.kept is Kept.BULK:
            self.in_bulk.add(study.id)
        self._put(study)
        return True

    def _put(self, study: Study) -> None:
        self.shelf.put(study)
        self.changed.add(study.id)

    def write(self, name: str | None) -> None:
        """Write what changed, all of it or nothing; a new collection gets its description."""
        texts: dict[str, str] = {}
        for study_id in sorted(self.changed - self.in_bulk):
            texts[f"{STUDIES}/{study_id}.md"] = write_markdown(self.shelf.studies[study_id])
        if self.changed & self.in_bulk:
            texts[BULK] = _rows(self.shelf.studies[one] for one in sorted(self.in_bulk))
        if not texts:
            return
        if (self.is_new or name) and not (self.folder / DESCRIPTION).exists():
            texts[DESCRIPTION] = described(name or spoken(self.folder))
        self.folder.mkdir(parents=True, exist_ok=True)
        # A long import holds up nobody who reviews; what they saved meanwhile is not written over.
        with alone(self.folder):
            if state(self.folder) != self.before:
                raise CollectionError(
                    f"{self.folder}: found other records than when the import began; somebody has changed them "
                    "meanwhile. Nothing was changed: import again"
                )
            write_files(self.folder, texts)


def _refuse_another_name(folder: Path, name: str | None) -> None:
    file = folder / DESCRIPTION
    if name is None or not file.exists():
        return
    found = description(folder).name
    if found != name:
        raise CollectionError(
            f"{file}: found the name {found!r}; wanted {name!r} as --name says. A collection that is there is renamed "
            "in that file; leave --name out"
        )


def spoken(folder: Path) -> str:
    """The name of a folder as people would write it.

    >>> spoken(Path("neck-pain"))
    'Neck pain'
    """
    words = re.sub(r"[-_\s]+", " ", folder.resolve().name).strip()
    return words[:1].upper() + words[1:]


def _refuse_all(file: Path, problems: Sequence[Problem]) -> None:
    if len(problems) >= MOST_UNREAD:
        first = problems[0]
        raise ImportingError(
            f"{file}: found {MOST_UNREAD} records that cannot be taken over, the first at {first.place}: {first.why}. "
            "Nothing was changed: look whether the file is what it should be, or import it in parts"
        )


def _rows(studies: Iterable[Study]) -> str:
    return "".join(write_json(study) + "\n" for study in studies)


def _unwritable(study: Study, *, bulk: bool) -> str | None:
    """Why a study cannot be written as a record, or None."""
    if bulk:
        return None
    try:
        write_markdown(study)
    except RecordError as exc:
        return str(exc)
    return None
