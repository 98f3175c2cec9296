"""Encoders: texts into unit vectors, and which of them computes.

What they must do is told here; each has a module of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from corpus.errors import ModelError
from index.converting import fast_encoder
from index.model_folder import (
    DEFAULT_NAME,
    DEFAULT_WEIGHTS_SHA256,
    cached_folder,
    packaged_folder,
)
from index.openvino_encoder import BF16, FP32
from index.torch_encoder import TORCH, SentenceTransformersEncoder
from index.vectors import Vectors

# A conversion is only used where it was measured to give the reference's vectors, see `conversion.ENOUGH`.
_ALIKE = (TORCH, BF16, FP32)


class Engine(StrEnum):
    """What is to compute vectors."""

    AUTO = "auto"  # OpenVINO where it can, else torch
    TORCH = "torch"
    OPENVINO = "openvino"


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

    @property
    def reads_alike(self) -> bool:
        """True where a question and a passage of the same words have the same vector."""

    def tokens(self, text: str) -> int:
        """How many tokens a passage has; it is read to its end where they are no more than `window`."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""

    def lasting(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage, in every bit the same whatever stands beside it: to be kept."""


def load_encoder(
    model: str | None = None, *, engine: Engine = Engine.TORCH, root: Path | None = None
) -> Encoder:
    """The encoder of `model`: None for the shipped one, else a folder or the id of a cached model.

    `engine` says what computes, and `root` where indexes and converted models are kept; without a root, torch does.
    Quick, but for the first time below a root, when the model is converted: the reference's weights are read and
    verified when the first text is encoded. ModelError where they are missing, or where OpenVINO is asked for and
    cannot be had.
    """
    reference = _reference(model)
    if engine is Engine.TORCH or root is None:
        return reference
    try:
        return fast_encoder(reference, root)
    except ModelError as exc:
        if engine is Engine.AUTO:
            return reference
        raise ModelError(
            f"{exc}; or leave the choice of an engine to the program, which then takes torch"
        ) from exc


def alike(engine: str) -> tuple[str, ...]:
    """The other engines whose vectors of the same model may be mixed with those of `engine`."""
    return tuple(one for one in _ALIKE if one != engine) if engine in _ALIKE else ()


def _reference(model: str | None) -> SentenceTransformersEncoder:
    if model is None:
        return SentenceTransformersEncoder(
            packaged_folder(), DEFAULT_NAME, weights=DEFAULT_WEIGHTS_SHA256
        )
    folder = Path(model).expanduser()
    if folder.is_dir():
        return SentenceTransformersEncoder(folder, folder.resolve().name)
    return SentenceTransformersEncoder(cached_folder(model), model)
