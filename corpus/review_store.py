"""The records of a folder for those who review them: read whole, and replaced all together or not at all.

Who saves a record names the version that they saw, so that two people cannot undo each other's work unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from corpus.catalogue import BULK, STUDIES, collection_vocabulary, record_files
from corpus.errors import CollectionError, RecordError, ReviewError
from corpus.folder_writing import alone, finish_writing, write_files
from corpus.records import load_bulk, load_record, text_of, write_json, write_markdown
from corpus.retractions import RetractionList, retraction_list
from corpus.reviewing import refuse_retracted
from corpus.study import Study
from corpus.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands in a file; `version` is a digest of what stands there."""

    study: Study
    file: str  # its name, relative to the folder
    version: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """All records of a collection folder but the page's own, by id, with the vocabulary that they are read by."""

    folder: Path
    vocabulary: Vocabulary
    records: tuple[Stored, ...]
    retractions: RetractionList

    def told(self) -> Iterator[Study]:
        """The studies of `records`, each with what the lists of retractions say of it."""
        return (self.retractions.told(one.study) for one in self.records)

    def refuse_retracted(self, study: Study) -> None:
        """ReviewError for a study whose paper a list says was retracted; its record may not say so."""
        refuse_retracted(self.retractions.told(study))

    def record(self, study_id: str) -> Stored:
        """The record of a study; ReviewError where there is none."""
        found = next((one for one in self.records if one.study.id == study_id), None)
        if found is None:
            raise ReviewError(
                "record",
                f"{self.folder}: found no record {study_id!r}; wanted an id that `evidence-desk review list` names",
            )
        return found


def version_of(text: str) -> str:
    """A digest of a record's text, 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def shelf(folder: Path) -> Shelf:
    """The records of a collection folder; CollectionError or RecordError where they cannot be read."""
    if not folder.is_dir():
        raise CollectionError(f"{folder}: found no such folder; wanted a collection")
    finish_writing(folder)
    vocabulary = collection_vocabulary(folder)
    found = sorted(_all(folder, vocabulary), key=lambda one: one.study.id)
    for one, other in pairwise(found):
        if one.study.id == other.study.id:
            raise RecordError(
                folder / other.file, 1, found=f"the id {one.study.id!r} again", wanted="another id"
            )
    records = tuple(one for one in found if not one.study.is_page)
    return Shelf(folder, vocabulary, records, retraction_list(folder))


def _all(folder: Path, vocabulary: Vocabulary) -> Iterator[Stored]:
    for file in record_files(folder):
        version = version_of(text_of(file))
        yield Stored(load_record(file, vocabulary), f"{STUDIES}/{file.name}", version)
    bulk = folder / BULK
    if bulk.exists():
        studies = load_bulk(bulk, vocabulary)
        for study, row in zip(studies, _rows(bulk), strict=True):
            yield Stored(study, BULK, version_of(row))


def _rows(bulk: Path) -> list[str]:
    return [row for row in text_of(bulk).removeprefix("\ufeff").split("\n") if row.strip()]


def save(folder: Path, changed: Sequence[Stored]) -> None:
    """Write changed records in the place of those with their `version`: all of them, or none.

    ReviewError where one was changed by somebody else meanwhile, or cannot be written; CollectionError where the
    folder cannot be written to.
    """
    if not changed:
        return
    with alone(folder):
        texts = {one.file: _text(folder, one) for one in changed if one.file != BULK}
        lines = [one for one in changed if one.file == BULK]
        if lines:
            texts[BULK] = _with_lines(folder / BULK, lines)
        write_files(folder, texts)


def _changed(study: Study) -> ReviewError:
    return ReviewError(
        "changed",
        f"{study.id}: this record was changed since you opened it; wanted your change made on what it says now."
        " Nothing was saved",
    )


def _text(folder: Path, one: Stored) -> str:
    file = folder / one.file
    if not file.exists() or version_of(text_of(file)) != one.version:
        raise _changed(one.study)
    return _written(one.study)


def _written(study: Study) -> str:
    try:
        return write_markdown(study)
    except RecordError as exc:
        raise ReviewError("value", str(exc)) from exc


def _with_lines(bulk: Path, changed: Iterable[Stored]) -> str:
    """The lines of a bulk file with some replaced; all others letter for letter."""
    new = {one.study.id: one for one in changed}
    rows = []
    for row in _rows(bulk) if bulk.exists() else []:
        one = new.pop(str(json.loads(row).get("id")), None)
        if one is not None and version_of(row) != one.version:
            raise _changed(one.study)
        rows.append(row if one is None else write_json(one.study))
    if new:
        raise _changed(next(iter(new.values())).study)
    return "".join(row + "\n" for row in rows)
