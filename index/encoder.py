"""Encoders: texts into unit vectors, and which of them computes.

What they must do is told here; each has a module of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from index.model_folder import (
    DEFAULT_NAME,
    DEFAULT_WEIGHTS_SHA256,
    cached_folder,
    packaged_folder,
)
from index.torch_encoder import SentenceTransformersEncoder
from index.vectors import Vectors


class Encoder(Protocol):
    """What turns texts into float32[n, dimension] rows of length 1.

    Equal `digest` and `engine` mean equal vectors. `name`, `digest` and `engine` cost no model load.
    """

    @property
    def name(self) -> str:
        """What people call the model."""

    @property
    def digest(self) -> str:
        """The sha256 of the weights."""

    @property
    def engine(self) -> str:
        """What computes, and in which numbers: "torch-fp32"."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def window(self) -> int:
        """How many tokens of a text are read."""

    def tokens(self, text: str) -> int:
        """How many tokens a passage has; it is read to its end where they are no more than `window`."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""

    def lasting(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage, in every bit the same whatever stands beside it: to be kept."""


def load_encoder(model: str | None = None) -> Encoder:
    """The encoder of `model`: None for the shipped one, else a folder or the id of a cached model.

    Quick: weights are read and verified when the first text is encoded. ModelError where they are missing.
    """
    if model is None:
        return SentenceTransformersEncoder(
            packaged_folder(), DEFAULT_NAME, weights=DEFAULT_WEIGHTS_SHA256
        )
    folder = Path(model).expanduser()
    if folder.is_dir():
        return SentenceTransformersEncoder(folder, folder.resolve().name)
    return SentenceTransformersEncoder(cached_folder(model), model)
