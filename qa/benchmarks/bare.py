"""The limits: the same libraries called bare, with nothing of this program around them.

The only modules beside the doors in `index` that import these libraries: going through a door would measure the door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.left_out import left_out
from qa.benchmarks.work import Vectors

Request = Mapping[str, Any]
_STEP = 16  # tokens; the fastest of 1, 8 and 16, as is one thread for one text (2.0 ms against 3.5 with two)


class Encoder:
    """The converted model in OpenVINO, one text at a time, all its words in memory."""

    def __init__(self, request: Request) -> None:
        from tokenizers import Tokenizer

        with left_out("openvino_telemetry"):  # it would report each run to OpenVINO's makers
            import openvino

        if "encoder" not in request:
            raise ValueError("found no converted model: torch computes here")
        folder = Path(request["encoder"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._words = np.load(folder / "words.npy").astype(np.float32)
        hints = {
            "INFERENCE_PRECISION_HINT": request["precision"],
            "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": 1,
        }
        model = openvino.Core().compile_model(str(folder / "model.xml"), "CPU", hints)
        self._request = model.create_infer_request()

    def fill(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Nothing: it only encodes."""

    def encode(self, texts: Sequence[str]) -> None:
        """Encode the texts one by one."""
        for text in texts:
            self._vector(text)

    def ask(self, question: str) -> dict[str, Any]:
        """Encode a question."""
        self._vector(question)
        return {}

    def _vector(self, text: str) -> Vectors:
        ids = self._tokenizer.encode(text).ids
        words = np.zeros((1, -(-len(ids) // _STEP) * _STEP), dtype=np.int64)
        words[0, : len(ids)] = ids
        mask = np.zeros_like(words)
        mask[0, : len(ids)] = 1
        self._request.infer({"words": self._words[words], "mask": mask})
        mean = self._request.get_output_tensor(0).data[0, : len(ids)].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


class Search:
    """FAISS over all vectors, and bm25s, each as its own documentation shows."""

    def __init__(self, request: Request) -> None:
        del request
        import bm25s
        import faiss

        self._bm25s, self._faiss = bm25s, faiss
        self._near: Any = None
        self._said: Any = None

    def fill(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take in texts and their vectors."""
        self.synthetic(vectors)
        tokens = self._bm25s.tokenize(list(texts), stopwords="en", show_progress=False)
        self._said = self._bm25s.BM25()
        self._said.index(tokens, show_progress=False)

    def synthetic(self, vectors: Vectors) -> None:
        """Take in vectors."""
        self._near = self._faiss.IndexFlatIP(vectors.shape[1])
        self._near.add(np.ascontiguousarray(vectors))

    def search(self, vector: Vectors, k: int) -> list[int]:
        """The places of the vectors nearest to one."""
        _, places = self._near.search(np.array(vector)[None], k)
        return [int(one) for one in places[0]]

    def words(self, text: str, k: int) -> list[int]:
        """The places of the texts that share most with one, by BM25."""
        tokens = self._bm25s.tokenize([text], stopwords="en", show_progress=False)
        places, _ = self._said.retrieve(tokens, k=k, show_progress=False)
        return [int(one) for one in places[0]]

    def hybrid(self, vector: Vectors, text: str, k: int) -> list[int]:
        """Both searches, one after the other."""
        return [*self.search(vector, k), *self.words(text, k)]
