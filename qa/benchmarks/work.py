"""The work that all contenders are given: passages, their vectors, questions, and the questions' vectors, in a folder.

Known to the children too, some of which have none of this program's dependencies: numpy only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DEPTH = 20  # passages of an answer
NEAREST = 10  # passages of a bare search
NOWHERE = -1  # the place of a passage that is not of the work
_TEXTS, _QUESTIONS = "passages.json", "questions.json"
_VECTORS, _ASKED = "passages.npy", "questions.npy"

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Passages and questions with their vectors, float32[n, dimension] rows of length 1."""

    texts: Sequence[str]
    vectors: Vectors
    questions: Sequence[str]
    asked: Vectors


def save(work: Work, folder: Path) -> Path:
    """Write the work to `folder`, and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, texts in ((_TEXTS, work.texts), (_QUESTIONS, work.questions)):
        (folder / name).write_text(json.dumps(list(texts)), encoding="utf-8")
    for name, rows in ((_VECTORS, work.vectors), (_ASKED, work.asked)):
        np.save(folder / name, rows, allow_pickle=False)
    return folder


def load(folder: Path) -> Work:
    """The work that `save` wrote, its vectors left on disk until they are read."""
    texts, questions = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in (_TEXTS, _QUESTIONS)
    )
    vectors, asked = (np.load(folder / name, mmap_mode="r") for name in (_VECTORS, _ASKED))
    return Work(texts, vectors, questions, asked)


def synthetic(count: int, dimension: int, *, seed: int = 1) -> Vectors:
    """Made-up vectors that lie as those of sentences do: 500 topics in 24 directions, and noise.

    The same ones in each process. Vectors without any structure would say nothing of text.
    """
    chance = np.random.default_rng(seed)
    directions = chance.standard_normal((24, dimension), dtype=np.float32)
    topics = chance.standard_normal((500, 24), dtype=np.float32) @ directions
    rows = np.empty((count, dimension), dtype=np.float32)
    for begin in range(0, count, 50_000):
        part = rows[begin : begin + 50_000]
        part[:] = topics[chance.integers(0, len(topics), len(part))]
        part += 2.0 * chance.standard_normal(part.shape, dtype=np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return rows
