"""The library: an opened index, read-only. What all searching goes through.

Opens and verifies, and finds passages. Ranking of studies and answering are in `qa`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.catalogue import Catalogue
from corpus.errors import IndexUnusableError
from corpus.study import Study
from index.encoder import Encoder, alike
from index.faiss_stores import load_vector_store
from index.manifest import AGAIN, Manifest, Recipe, check_files, differences, read, recipe
from index.passages import Passage, passage
from index.ranking import Scored
from index.selection import Selection
from index.senses import ALARMS, Senses
from index.terms import TermIndex
from index.vectors import Vectors, VectorStore

PASSAGES = "passages.jsonl"  # one place a line, sorted by passage id
SENTENCE_COUNTS = "sentences.json"  # study id -> number of sentences, in the order of the rows
SENTENCE_VECTORS = "sentences.npy"
PASSAGE_VECTORS = "passages.faiss"
TERMS = "passage-terms"
STUDY_TERMS = "study-terms"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its rounded score: cosine for dense, BM25 for terms."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class StudyHit:
    """A study that was found, with its rounded BM25 score over all its words."""

    study: Study
    score: float


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the studies of a library, with their passages: what a search is narrowed to."""

    passages: Selection
    studies: Selection


@dataclass(frozen=True, eq=False, repr=False)
class Library:
    """A collection with its index.

    Safe to share between threads. The encoder loads its model when the first question comes.
    """

    catalogue: Catalogue
    manifest: Manifest
    encoder: Encoder
    passages: tuple[Passage, ...]  # sorted by id
    senses: Senses
    alarms: Senses
    _vectors: VectorStore
    _terms: TermIndex
    _study_terms: TermIndex
    _sentences: Vectors
    _sentence_rows: Mapping[str, tuple[int, int]]

    def __repr__(self) -> str:
        return f"<Library {self.manifest.id} of {self.catalogue.name!r}>"

    def dense(self, question: str, k: int, *, among: Part | None = None) -> tuple[Hit, ...]:
        """The `k` passages nearest in meaning, best first; with `among`, of those studies only."""
        return self.nearest(self.question_vector(question), k, among=among)

    def nearest(self, vector: Vectors, k: int, *, among: Part | None = None) -> tuple[Hit, ...]:
        """The `k` passages nearest to a question's vector: `dense` for who has encoded it already."""
        return self._hits(self._vectors.search(vector, k, among=among.passages if among else None))

    def bm25(self, question: str, k: int, *, among: Part | None = None) -> tuple[Hit, ...]:
        """The `k` best passages that share a term with the question, best first; with `among`, of those studies only."""
        return self._hits(self._terms.search(question, k, among=among.passages if among else None))

    def bm25_studies(
        self, question: str, k: int, *, among: Part | None = None
    ) -> tuple[StudyHit, ...]:
        """The `k` best studies that share a term with the question, best first; with `among`, of those only.

        Finds studies better than their best passage does, since the words of a question may lie scattered: on
        published abstracts, nDCG@10 0.976 and 0.949 (long and short wording) against 0.938 and 0.942.
        """
        found = self._study_terms.search(question, k, among=among.studies if among else None)
        return tuple(StudyHit(self._studies[one.position], one.score) for one in found)

    def part(self, studies: Collection[str]) -> Part:
        """The part of the library that these studies are, by their ids; KeyError for an unknown one."""
        chosen = Selection.of((self._places[one] for one in studies), len(self._studies))
        return Part(Selection(chosen.kept[self._passage_studies]), chosen)

    def question_vector(self, question: str) -> Vectors:
        """The question as float32[dimension], of length 1."""
        return np.asarray(self.encoder.queries([question])[0], dtype=np.float32)

    def text_vectors(self, texts: Sequence[str]) -> Vectors:
        """Pieces of a question as float32[texts, dimension], encoded in one batch."""
        return np.asarray(self.encoder.passages(texts), dtype=np.float32)

    def sentence_vectors(self, study_id: str) -> Vectors:
        """One row for each sentence of the study: sections in order, in each its `sentence_spans`.

        float32[sentences, dimension], read-only, left on disk until read. KeyError for an unknown study.
        """
        begin, end = self._sentence_rows[study_id]
        return self._sentences[begin:end]

    def passage(self, passage_id: str) -> Passage:
        """The passage of that id; KeyError where there is none."""
        return self._by_id[passage_id]

    @cached_property
    def _by_id(self) -> dict[str, Passage]:
        return {one.id: one for one in self.passages}

    @cached_property
    def _studies(self) -> tuple[Study, ...]:
        return by_id(studies_of(self.catalogue))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {one.id: at for at, one in enumerate(self._studies)}

    @cached_property
    def _passage_studies(self) -> NDArray[np.int64]:
        """The place of each passage's study."""
        places = (self._places[one.study] for one in self.passages)
        return np.fromiter(places, dtype=np.int64, count=len(self.passages))

    def _hits(self, scored: Iterable[Scored]) -> tuple[Hit, ...]:
        return tuple(Hit(self.passages[one.position], one.score) for one in scored)


def index_folder(catalogue: Catalogue, root: Path, encoder: Encoder) -> Path:
    """Where below `root` the index of this collection in this state, for this encoder, belongs."""
    return _folder(catalogue, root, recipe(catalogue, encoder))


def _folder(catalogue: Catalogue, root: Path, of: Recipe) -> Path:
    return root / f"{_plain(catalogue.name)}-{of.id}"


def open_library(catalogue: Catalogue, root: Path, encoder: Encoder) -> Library:
    """The library over the index below `root`, every file of it verified. Loads no model.

    An index that an engine alike has made will do where the encoder's own has made none: of many passages, nobody
    should wait for hours because another engine computes the questions. IndexUnusableError where there is no index of
    this collection as it is now and for this model, or where it is damaged.
    """
    wanted = recipe(catalogue, encoder)
    try:
        return _open(catalogue, root, encoder, wanted)
    except IndexUnusableError:
        for engine in alike(encoder.engine):
            with suppress(IndexUnusableError):
                return _open(catalogue, root, encoder, replace(wanted, engine=engine))
        raise


def _open(catalogue: Catalogue, root: Path, encoder: Encoder, wanted: Recipe) -> Library:
    folder = _folder(catalogue, root, wanted)
    if not folder.is_dir():
        raise IndexUnusableError(_missing(catalogue, root, wanted))
    manifest = read(folder)
    if manifest.recipe != wanted:
        raise IndexUnusableError(f"{folder}: {differences(manifest.recipe, wanted)}; {AGAIN}")
    check_files(manifest, folder)
    try:
        return _opened(catalogue, folder, encoder, manifest)
    except (OSError, ValueError, KeyError) as exc:
        raise IndexUnusableError(
            f"{folder}: found files that cannot be read ({exc}); {AGAIN}"
        ) from exc


def studies_of(catalogue: Catalogue) -> tuple[Study, ...]:
    """All that is indexed: the studies in order, then the page's own text."""
    return (*catalogue.studies, catalogue.page)


def by_id(studies: Iterable[Study]) -> tuple[Study, ...]:
    """The studies in the order of their ids, in which the study terms are numbered."""
    return tuple(sorted(studies, key=lambda study: study.id))


def _opened(catalogue: Catalogue, folder: Path, encoder: Encoder, manifest: Manifest) -> Library:
    passages = tuple(_places(catalogue, folder / PASSAGES))
    sentences = _sentences(folder / SENTENCE_VECTORS, manifest)
    return Library(
        catalogue=catalogue,
        manifest=manifest,
        encoder=encoder,
        passages=passages,
        senses=Senses.load(folder, dimension=manifest.dimension),
        alarms=Senses.load(folder, dimension=manifest.dimension, of=ALARMS),
        _vectors=load_vector_store(
            folder / PASSAGE_VECTORS,
            kind=manifest.vectors,
            count=len(passages),
            dimension=manifest.dimension,
        ),
        _terms=TermIndex.load(folder / TERMS, count=len(passages)),
        _study_terms=TermIndex.load(folder / STUDY_TERMS, count=len(studies_of(catalogue))),
        _sentences=sentences,
        _sentence_rows=_rows(folder / SENTENCE_COUNTS),
    )


def _places(catalogue: Catalogue, path: Path) -> Iterable[Passage]:
    known = {study.id: study for study in studies_of(catalogue)}
    with path.open(encoding="utf-8") as file:
        for line in file:
            study, section, start, end = json.loads(line)
            yield passage(known[study], section, start, end)


def _sentences(path: Path, manifest: Manifest) -> Vectors:
    # An empty file cannot be mapped.
    sentences: Vectors = np.load(path, mmap_mode="r" if manifest.sentences else None)
    if sentences.shape != (manifest.sentences, manifest.dimension):
        raise IndexUnusableError(
            f"{path}: found {sentences.shape} numbers; "
            f"wanted {(manifest.sentences, manifest.dimension)}; {AGAIN}"
        )
    return sentences


def _rows(path: Path) -> dict[str, tuple[int, int]]:
    rows: dict[str, tuple[int, int]] = {}
    begin = 0
    for study, count in json.loads(path.read_text(encoding="utf-8")).items():
        rows[study] = (begin, begin + count)
        begin += count
    return rows


def _missing(catalogue: Catalogue, root: Path, wanted: Recipe) -> str:
    """Why nothing fits: what there is of this collection, and how it differs."""
    others = sorted(root.glob(f"{_plain(catalogue.name)}-*"))
    for other in others:
        try:
            found = differences(read(other).recipe, wanted)
        except IndexUnusableError:
            continue
        return f"{root}: found no index of the collection as it is now; {other.name} differs: {found}; {AGAIN}"
    return (
        f"{root}: found no index of the collection {catalogue.name!r}; wanted {wanted.id}; {AGAIN}"
    )


def _plain(name: str) -> str:
    """A name that is safe in a path."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "collection"
