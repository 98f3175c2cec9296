"""Building an index: written beside, then renamed into place.

An index lies in a folder named for what it was made from, so a new state of a collection never overwrites
an index in use, and a stale one is never found. Only new and changed texts are encoded, see `kept_vectors`.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout

from corpus.alarms import shipped_alarms
from corpus.catalogue import Catalogue
from corpus.errors import IndexUnusableError
from corpus.paraphrases import Paraphrase
from corpus.sentences import sentence_spans
from corpus.study import Study
from corpus.vocabulary import shipped_vocabulary
from index.encoder import Encoder
from index.faiss_stores import vector_store
from index.kept_vectors import KeptVectors
from index.library import (
    PASSAGE_VECTORS,
    PASSAGES,
    SENTENCE_COUNTS,
    SENTENCE_VECTORS,
    STUDY_TERMS,
    TERMS,
    Library,
    by_id,
    index_folder,
    open_library,
    studies_of,
)
from index.manifest import FILE, Manifest, read, recipe, stored, write
from index.passages import PASSAGE_TOKENS, Passage, embedded_text, passages
from index.senses import ALARMS, CONCEPTS, Senses
from index.terms import TermIndex
from index.vectors import Vectors

_LOCK = "build.lock"
_UNFINISHED = ".unfinished-"
_DISCARDED = ".discarded-"
# States of one collection that stay: drafts in and out, another model, the one before the last edit.
_KEPT = 4
_BATCH = 496  # texts between two reports


class Progress(Protocol):
    """Told how far the work is."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """`done` of `total` steps of `what` are done."""


def build(
    catalogue: Catalogue, root: Path, encoder: Encoder, *, progress: Progress | None = None
) -> Manifest:
    """Build the index of `catalogue` below `root` unless it stands there whole, and return its manifest.

    See `ensure`.
    """
    return ensure(catalogue, root, encoder, progress=progress).manifest


def ensure(
    catalogue: Catalogue, root: Path, encoder: Encoder, *, progress: Progress | None = None
) -> Library:
    """The library of `catalogue`, built first where its index is missing, stale or damaged.

    Processes that ask for it at once wait for the first. A `root` that cannot be written will do where the
    index is there already. IndexUnusableError where it cannot be built; ModelError.
    """
    try:
        return open_library(catalogue, root, encoder)
    except IndexUnusableError:
        pass
    with _locked(root, progress):
        try:
            return open_library(catalogue, root, encoder)  # another process has built it meanwhile
        except IndexUnusableError:
            _build(catalogue, root, encoder, progress)
    return open_library(catalogue, root, encoder)


def _build(catalogue: Catalogue, root: Path, encoder: Encoder, progress: Progress | None) -> None:
    """Build beside, then rename into place; what stands there is unusable."""
    _sweep(root)
    folder = index_folder(catalogue, root, encoder)
    unfinished = root / f"{_UNFINISHED}{secrets.token_hex(4)}"
    with _writing(root):
        unfinished.mkdir()
        try:
            kept = KeptVectors(root, encoder)
            manifest = _write_index(catalogue, unfinished, encoder, kept, progress)
            kept.forget()
            _discard(folder)
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)  # gone by now where it was renamed
    _forget_old_states(folder, manifest)


def _write_index(
    catalogue: Catalogue,
    folder: Path,
    encoder: Encoder,
    kept: KeptVectors,
    progress: Progress | None,
) -> Manifest:
    """Write all files of the index to `folder`, the manifest last."""
    studies = studies_of(catalogue)
    room = min(PASSAGE_TOKENS, encoder.window)

    def fits(text: str) -> bool:
        return encoder.tokens(text) <= room

    placed: list[tuple[Passage, Study]] = []
    for at, study in enumerate(studies):
        _tell(progress, at, len(studies), "Reading the studies")
        placed += [(one, study) for one in passages(study, fits)]
    placed.sort(key=lambda pair: pair[0].id)
    found = [one for one, _ in placed]
    texts = [embedded_text(study, one.text) for one, study in placed]
    sentences = {study.id: _sentences(study) for study in studies}
    rows = [sentence for each in sentences.values() for sentence in each]
    vectors = _encoded([*texts, *rows], encoder, kept, progress)

    _write_passages(found, folder / PASSAGES)
    counts = json.dumps({study: len(each) for study, each in sentences.items()}, ensure_ascii=False)
    (folder / SENTENCE_COUNTS).write_text(counts + "\n", encoding="utf-8")
    np.save(folder / SENTENCE_VECTORS, vectors[len(texts) :], allow_pickle=False)
    store = vector_store(vectors[: len(texts)])
    store.save(folder / PASSAGE_VECTORS)
    TermIndex.from_texts(texts).save(folder / TERMS)
    TermIndex.from_texts([_whole(study) for study in by_id(studies)]).save(folder / STUDY_TERMS)
    _senses(catalogue.vocabulary.paraphrases, encoder, kept, CONCEPTS).save(folder)
    _senses(_alarm_examples(), encoder, kept, ALARMS).save(folder)
    manifest = Manifest(
        recipe=recipe(catalogue, encoder),
        collection_name=catalogue.name,
        studies=len(catalogue.studies),
        passages=len(found),
        sentences=len(rows),
        cut=sum(encoder.tokens(text) > encoder.window for text in texts),
        dimension=encoder.dimension,
        window=encoder.window,
        passage_tokens=room,
        files=stored(folder),
        vectors=store.kind,
    )
    write(manifest, folder)
    return manifest


_fitted: dict[str, tuple[tuple[object, ...], Senses]] = {}  # the last of each sort only


def _senses(
    examples: tuple[Paraphrase, ...], encoder: Encoder, kept: KeptVectors, of: str
) -> Senses:
    """The senses of examples, which many collections share and one process fits once."""
    key = (examples, encoder.name, encoder.digest, encoder.engine)
    if of not in _fitted or _fitted[of][0] != key:
        vectors = _encoded([one.text for one in examples], encoder, kept, None)
        _fitted[of] = (key, Senses.fitted(vectors, [one.concept for one in examples], of))
    return _fitted[of][1]


def _alarm_examples() -> tuple[Paraphrase, ...]:
    """Those of alarms, with the everyday talk that ships, whatever the collection's own vocabulary holds."""
    everyday = (one for one in shipped_vocabulary().paraphrases if one.concept is None)
    return (*shipped_alarms(), *everyday)


def _tell(progress: Progress | None, done: int, total: int, what: str) -> None:
    if progress:
        progress(done, total, what)


def _sentences(study: Study) -> list[str]:
    """One text for each sentence, as their places count; an empty one for what is withheld."""
    return [
        "" if (section.name, start, end) in study.withheld else section.text[start:end]
        for section in study.sections
        for start, end in sentence_spans(section.text)
    ]


def _whole(study: Study) -> str:
    return "\n".join([study.title, *(study.shown_text(one.name) for one in study.sections)])


def _write_passages(found: Sequence[Passage], path: Path) -> None:
    """Places only: the words themselves stay in the collection and are sliced from there."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for one in found:
            place = (one.study, one.section, one.start, one.end)
            file.write(json.dumps(place, ensure_ascii=False) + "\n")


def _encoded(
    texts: Sequence[str], encoder: Encoder, kept: KeptVectors, progress: Progress | None
) -> Vectors:
    """One row for each text; only texts that no earlier build has encoded are encoded now."""
    vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    known = kept.fill(vectors, texts)
    # Each text once, those of like length together, which spares padding.
    new = {texts[at]: at for at in range(len(texts)) if not known[at]}
    order = sorted(new, key=lambda text: (len(text), text))
    for begin in range(0, len(order), _BATCH):
        batch = order[begin : begin + _BATCH]
        _tell(progress, begin, len(order), "Building the index")
        rows = encoder.lasting(batch)
        kept.keep(batch, rows)
        vectors[[new[text] for text in batch]] = rows
    for at, text in enumerate(texts):
        if not known[at]:
            vectors[at] = vectors[new[text]]
    _tell(progress, len(order), len(order), "Building the index")
    return vectors


def _sweep(root: Path) -> None:
    """Remove what a killed build left behind; only the holder of the lock builds, so all of it is waste."""
    for kind in (_UNFINISHED, _DISCARDED):
        for waste in root.glob(f"{kind}*"):
            shutil.rmtree(waste, ignore_errors=True)


def _forget_old_states(folder: Path, manifest: Manifest) -> None:
    """Keep the newest few indexes of a collection; those of others are not touched."""
    root = folder.parent
    siblings: list[tuple[float, Path]] = []
    for path in root.glob(f"*/{FILE}"):
        try:
            if read(path.parent).collection_name == manifest.collection_name:
                siblings.append((path.stat().st_mtime, path.parent))
        except (IndexUnusableError, OSError):
            continue
    others = [path for _, path in sorted(siblings, reverse=True) if path != folder]
    for old in others[_KEPT - 1 :]:
        with suppress(OSError):  # Windows does not let go of a folder that a server reads
            _discard(old)


def _discard(folder: Path) -> None:
    """Remove an index, renamed first: a removal cut short leaves no half of one under a good name."""
    if folder.exists():
        discarded = folder.parent / f"{_DISCARDED}{secrets.token_hex(4)}"
        folder.rename(discarded)
        shutil.rmtree(discarded, ignore_errors=True)


@contextmanager
def _locked(root: Path, progress: Progress | None) -> Iterator[None]:
    """One build at a time below `root`: two would only slow each other."""
    with _writing(root):
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / _LOCK)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            _tell(progress, 0, 1, "Waiting for another process that builds an index")
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise IndexUnusableError(
            f"{root}: an index could not be written ({exc.strerror or exc}); wanted a folder with room that may be "
            "written; nothing that stood there was changed: make room, or set another folder for the index"
        ) from exc
