"""This program as a contender: the whole answer to a question, and its search alone, over collections of any size."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from corpus.catalogue import Catalogue, Description, load_catalogue
from corpus.sentences import sentence_spans
from corpus.study import Section, Study, Voice
from index import kept_vectors
from index.build import ensure
from index.encoder import Encoder, Engine
from index.faiss_stores import vector_store
from index.library import Hit
from index.passages import embedded_text
from index.vectors import Vectors, VectorStore
from qa.answer import Outcome
from qa.benchmarks.work import NOWHERE
from qa.encoders import encoder_of
from qa.pipeline import ask
from qa.settings import load

Request = Mapping[str, Any]


class Own:
    """This program, with the engine that the settings choose."""

    engine: Engine | None = None

    def __init__(self, request: Request) -> None:
        self._settings = load(**request["settings"], engine=self.engine)
        self._encoder = encoder_of(self._settings)
        catalogue = load_catalogue(self._settings.collection, drafts=self._settings.drafts)
        self._library = ensure(catalogue, self._settings.indexes, self._encoder)
        self._places: dict[str, int] = {}  # of the passages of a made collection, by their ids
        self._store: VectorStore | None = None
        self._place: TemporaryDirectory[str] | None = (
            None  # where the index of a made collection lies
        )

    def encode(self, texts: Sequence[str]) -> None:
        """Encode the texts as passages."""
        self._encoder.passages(texts)

    def index(self, texts: Sequence[str]) -> None:
        """Build the index of the collection anew: its sentences, words and examples too."""
        del texts
        with TemporaryDirectory(prefix="evidence-desk-") as place:
            ensure(self._library.catalogue, Path(place), self._encoder)

    def fill(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Build the index of a collection made of texts whose vectors are known."""
        catalogue = made(self._library.catalogue, texts)
        self._folder = TemporaryDirectory(prefix="evidence-desk-")
        root = Path(self._folder.name)
        with suppress(OSError):  # the examples of the vocabulary were encoded before
            shutil.copy(self._settings.indexes / kept_vectors.FILE, root)
        given = Given(self._encoder, texts, vectors)
        self._library = ensure(catalogue, root, given)
        self._store = None
        self._places = {
            one.id: place
            for one in self._library.passages
            if (place := given.place(embedded_text(catalogue.study(one.study), one.text)))
            is not None
        }

    def ask(self, question: str) -> dict[str, Any]:
        """The ids of the studies that the whole answer shows, best first, and 1 where it is one."""
        answer = ask(question, self._library, desk=self._settings.desk)
        answered = answer.outcome is Outcome.ANSWERED
        shown = [one.study.id for one in answer.findings] if answered else []
        return {"studies": shown, "score": float(answered)}

    def search(self, vector: Vectors, k: int) -> list[int]:
        """The places of the passages nearest to a vector."""
        if self._store is not None:
            return [one.position for one in self._store.search(np.array(vector), k)]
        return [self._place_of(hit) for hit in self._library.nearest(np.array(vector), k)]

    def words(self, text: str, k: int) -> list[int]:
        """The places of the passages that share most with a text."""
        return [self._place_of(hit) for hit in self._library.bm25(text, k)]

    def hybrid(self, vector: Vectors, text: str, k: int) -> list[int]:
        """Both searches, one after the other."""
        return [*self.search(vector, k), *self.words(text, k)]

    def _place_of(self, hit: Hit) -> int:
        """The place of a passage in the work; of the page's, which is in every collection, there is none."""
        return self._places.get(hit.passage.id, NOWHERE)

    def synthetic(self, vectors: Vectors) -> None:
        """Take in vectors alone."""
        self._store = vector_store(vectors)


class OwnByTorch(Own):
    """This program where OpenVINO cannot be used."""

    engine = Engine.TORCH


class Given:
    """An encoder that gives known vectors for known texts, so that building an index takes no encoding."""

    def __init__(self, encoder: Encoder, texts: Sequence[str], vectors: Vectors) -> None:
        self.name = encoder.name
        self.digest = encoder.digest
        self.engine = encoder.engine
        self.dimension = encoder.dimension
        self.window = encoder.window
        self.reads_alike = encoder.reads_alike
        self._encoder = encoder
        self._vectors = vectors
        self._places = dict(_known(texts))

    def place(self, text: str) -> int | None:
        """Where a text is among the known ones."""
        return self._places.get(_key(text))

    def tokens(self, text: str) -> int:
        """One: a line is a passage, however long."""
        del text
        return 1

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question, computed."""
        return self._encoder.queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each piece of a question, computed."""
        return self._encoder.passages(texts)

    def lasting(self, texts: Sequence[str]) -> Vectors:
        """One row for each text: the known one, else computed."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        unknown = []
        for at, text in enumerate(texts):
            place = self._places.get(_key(text))
            if place is None:
                unknown.append(at)
            else:
                rows[at] = self._vectors[place]
        if unknown:
            rows[unknown] = self._encoder.lasting([texts[at] for at in unknown])
        return rows


def _known(texts: Sequence[str]) -> Iterator[tuple[bytes, int]]:
    """Each passage, and each of its sentences, which is given its passage's vector."""
    for place, text in enumerate(texts):
        yield _key(text), place
        line = text.partition("\n")[2]
        for start, end in sentence_spans(line):
            yield _key(line[start:end]), place


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def made(like: Catalogue, texts: Sequence[str]) -> Catalogue:
    """A collection of drafts whose passages are `texts`, each a title and a line; neighbours of one title are a study."""
    studies = []
    split = (text.partition("\n") for text in texts)
    for number, (title, parts) in enumerate(groupby(split, key=lambda one: one[0])):
        section = Section("Summary", Voice.SUMMARY, "\n".join(line for _, _, line in parts))
        source: dict[str, object] = {"file": "made"}
        studies.append(Study(f"made-{number:07}", title, (section,), source=source))
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    description = Description(name="made for a benchmark")
    return replace(like, description=description, studies=tuple(studies), digest=digest, parts=())
