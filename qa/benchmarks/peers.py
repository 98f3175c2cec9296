"""The peers: retrieval libraries over the same encoder's weights, each set up as its own documentation shows.

Runs where they are installed, in the environment of `make bench-install`; this program's dependencies are not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qa.benchmarks.work import DEPTH, Vectors

Request = Mapping[str, Any]
Places = list[int]


def _found(places: Sequence[Any], best: float | None) -> dict[str, Any]:
    return {"places": [int(one) for one in places], "score": best}


class LangChain:
    """LangChain over FAISS."""

    def __init__(self, request: Request) -> None:
        from langchain_community.vectorstores import FAISS
        from langchain_community.vectorstores.utils import DistanceStrategy
        from langchain_huggingface import HuggingFaceEmbeddings

        self._faiss = FAISS
        self._inner = DistanceStrategy.MAX_INNER_PRODUCT
        self._embeddings = HuggingFaceEmbeddings(
            model_name=request["model"], encode_kwargs={"normalize_embeddings": True}
        )
        self._store: Any = None

    def encode(self, texts: Sequence[str]) -> None:
        """Encode the texts as passages."""
        self._embeddings.embed_documents(list(texts))

    def index(self, texts: Sequence[str]) -> None:
        """Encode the texts and take them in."""
        self._take(texts, self._embeddings.embed_documents(list(texts)))

    def fill(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take in texts whose vectors are known."""
        self._take(texts, vectors.tolist())

    def _take(self, texts: Sequence[str], vectors: list[list[float]]) -> None:
        self._store = self._faiss.from_embeddings(
            list(zip(texts, vectors, strict=True)),
            self._embeddings,
            metadatas=[{"at": at} for at in range(len(texts))],
            distance_strategy=self._inner,
        )

    def ask(self, question: str) -> dict[str, Any]:
        """The places of the passages for a question, best first, and the best one's score."""
        found = self._store.similarity_search_with_score(question, k=DEPTH)
        return _found([one.metadata["at"] for one, _ in found], float(found[0][1]))

    def search(self, vector: Vectors, k: int) -> Places:
        """The places of the passages nearest to a vector."""
        found = self._store.similarity_search_by_vector(vector.tolist(), k=k)
        return [one.metadata["at"] for one in found]


class LlamaIndex:
    """LlamaIndex with the vector store that it takes unless told otherwise."""

    def __init__(self, request: Request) -> None:
        from llama_index.core import VectorStoreIndex
        from llama_index.core.schema import QueryBundle, TextNode
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self._index, self._node, self._query = VectorStoreIndex, TextNode, QueryBundle
        self._embeddings = HuggingFaceEmbedding(model_name=request["model"], device="cpu")
        self._retriever: Any = None
        self._nearest: Any = None

    def encode(self, texts: Sequence[str]) -> None:
        """Encode the texts as passages."""
        self._embeddings.get_text_embedding_batch(list(texts))

    def index(self, texts: Sequence[str]) -> None:
        """Encode the texts and take them in."""
        self._take(texts, self._embeddings.get_text_embedding_batch(list(texts)))

    def fill(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take in texts whose vectors are known."""
        self._take(texts, vectors.tolist())

    def _take(self, texts: Sequence[str], vectors: list[list[float]]) -> None:
        nodes = [
            self._node(id_=str(at), text=text, embedding=vector)
            for at, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
        index = self._index(nodes, embed_model=self._embeddings)
        self._index_made = index
        self._retriever = index.as_retriever(similarity_top_k=DEPTH)

    def ask(self, question: str) -> dict[str, Any]:
        """The places of the passages for a question, best first, and the best one's score."""
        found = self._retriever.retrieve(question)
        return _found([one.node.node_id for one in found], float(found[0].score))

    def search(self, vector: Vectors, k: int) -> Places:
        """The places of the passages nearest to a vector."""
        retriever = self._index_made.as_retriever(similarity_top_k=k)
        found = retriever.retrieve(self._query(query_str="", embedding=vector.tolist()))
        return [int(one.node.node_id) for one in found]


class Haystack:
    """Haystack with its store in memory, as a pipeline of an embedder and a retriever."""

    def __init__(self, request: Request) -> None:
        from haystack import Document, Pipeline
        from haystack.components.retrievers.in_memory import (
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        self._document, self._pipeline = Document, Pipeline
        self._store_of, self._retriever_of = InMemoryDocumentStore, InMemoryEmbeddingRetriever
        model = request["model"]
        self._texts = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        self._passages = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        self._warm = False
        self._ready: Any = None
        self._retriever: Any = None

    def _documents(self, texts: Sequence[str]) -> list[Any]:
        return [self._document(id=str(at), content=text) for at, text in enumerate(texts)]

    def _embedded(self, texts: Sequence[str]) -> list[Any]:
        if not self._warm:
            self._passages.warm_up()
            self._warm = True
        found: list[Any] = self._passages.run(documents=self._documents(texts))["documents"]
        return found

    def encode(self, texts: Sequence[str]) -> None:
        """Encode the texts as passages."""
        self._embedded(texts)

    def index(self, texts: Sequence[str]) -> None:
        """Encode the texts and take them in."""
        self._take(self._embedded(texts))

    def fill(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take in texts whose vectors are known."""
        self._take(
            [
                self._document(id=str(at), content=text, embedding=vector)
                for at, (text, vector) in enumerate(zip(texts, vectors.tolist(), strict=True))
            ]
        )

    def _take(self, documents: list[Any]) -> None:
        store = self._store_of(shared=False)
        store.write_documents(documents)
        self._retriever = self._retriever_of(store)
        if self._ready is None:
            self._texts.warm_up()
        else:
            self._ready.remove_component("embedder")
        self._ready = self._pipeline()
        self._ready.add_component("embedder", self._texts)
        self._ready.add_component("retriever", self._retriever_of(store, top_k=DEPTH))
        self._ready.connect("embedder.embedding", "retriever.query_embedding")

    def ask(self, question: str) -> dict[str, Any]:
        """The places of the passages for a question, best first, and the best one's score."""
        found = self._ready.run({"embedder": {"text": question}})["retriever"]["documents"]
        return _found([one.id for one in found], float(found[0].score))

    def search(self, vector: Vectors, k: int) -> Places:
        """The places of the passages nearest to a vector."""
        found = self._retriever.run(query_embedding=vector.tolist(), top_k=k)["documents"]
        return [int(one.id) for one in found]


class Txtai:
    """txtai's embeddings, given its own encoder as a function so that known vectors can be handed over."""

    def __init__(self, request: Request) -> None:
        from txtai import Embeddings
        from txtai.vectors import VectorsFactory

        self._embeddings = Embeddings
        self._model = VectorsFactory.create({"path": request["model"], "gpu": False}, None)
        self._store: Any = None

    def encode(self, texts: Sequence[str]) -> None:
        """Encode the texts as passages."""
        self._model.batchtransform(list(texts))

    def index(self, texts: Sequence[str]) -> None:
        """Encode the texts and take them in."""
        self._take(texts)

    def fill(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take in texts whose vectors are known."""
        del texts
        self._take(np.array(vectors))

    def _take(self, rows: Any) -> None:  # noqa: ANN401 - texts or vectors
        model = self._model

        def transform(texts: list[str]) -> Any:  # noqa: ANN401 - what its encoder gives
            return model.encode(texts)

        self._store = self._embeddings(method="external", transform=transform)
        self._store.index((at, row, None) for at, row in enumerate(rows))

    def ask(self, question: str) -> dict[str, Any]:
        """The places of the passages for a question, best first, and the best one's score."""
        found = self._store.search(question, DEPTH)
        return _found([at for at, _ in found], float(found[0][1]) if found else None)

    def search(self, vector: Vectors, k: int) -> Places:
        """The places of the passages nearest to a vector."""
        return [int(at) for at, _ in self._store.search(np.array(vector), k)]
