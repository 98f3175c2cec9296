"""How much the fast encoder gains over the reference: passages a second, and the time from a cold start to an answer.

Both are measured in turns within one run, so that a busy machine slows both; only the ratios mean something.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from index.encoder import Engine, load_encoder
from index.library import Library
from index.vectors import Vectors
from qa.probes import rehearsal
from qa.settings import Settings

_PASSAGES = 120
# Runs in another process: settings, model and index are opened anew, and one question is answered.
_COLD = """
import json, sys
from pathlib import Path
path, given, question = map(json.loads, sys.argv[1:])
sys.path[:] = path
from corpus.catalogue import load_catalogue
from index.build import ensure
from qa.encoders import encoder_of
from qa.pipeline import ask
from qa.settings import load
settings = load(**given)
catalogue = load_catalogue(settings.collection, drafts=settings.drafts)
ask(question, ensure(catalogue, settings.indexes, encoder_of(settings)), desk=settings.desk)
status = Path("/proc/self/status")
told = status.read_text(encoding="utf-8").split() if status.exists() else ["VmHWM:", "0"]
print(int(told[told.index("VmHWM:") + 1]) / 1000)
"""


@dataclass(frozen=True, slots=True)
class EncoderFigures:
    """Medians of one run: `fast` against `torch`."""

    rounds: int
    engine: str  # the fast one
    torch_passages: float  # a second
    fast_passages: float
    torch_question: float  # milliseconds
    fast_question: float
    torch_start: float  # seconds to the first answer of a new process
    fast_start: float
    torch_megabytes: float  # at most, in such a process, as Linux tells it; 0 elsewhere
    fast_megabytes: float
    cosine: float  # the mean over passages

    @property
    def ratios(self) -> dict[str, float]:
        """What is promised: passages a second at least 2 times as many (3 with 16-bit numbers), a start in at most half."""
        return {
            "encode_vs_torch": round(self.fast_passages / self.torch_passages, 2),
            "question_vs_torch": round(self.torch_question / self.fast_question, 2),
            "cold_start_vs_torch": round(self.fast_start / self.torch_start, 2),
        }


def encoder_figures(settings: Settings, library: Library, rounds: int) -> EncoderFigures:
    """Measure `rounds` rounds over the passages of a collection; its index must be there.

    ModelError where there is no fast encoder on this machine.
    """
    torch = load_encoder(settings.model)
    fast = load_encoder(settings.model, engine=Engine.OPENVINO, root=settings.indexes)
    starts, peaks = _starts(settings, library, rounds)
    texts = [one.text for one in library.passages][:_PASSAGES]
    asked = [text[:60] for text in texts[:20]]
    both = (torch, fast)
    vectors = [one.passages(texts) for one in both]  # the first time prepares; it does not count
    for one in both:
        one.queries(asked)
    encoded = _in_turns([partial(one.passages, texts) for one in both], rounds)
    questions = _in_turns([partial(one.queries, asked) for one in both], rounds)
    return EncoderFigures(
        rounds=rounds,
        engine=fast.engine,
        torch_passages=round(len(texts) / encoded[0], 1),
        fast_passages=round(len(texts) / encoded[1], 1),
        torch_question=round(1000 * questions[0] / len(asked), 2),
        fast_question=round(1000 * questions[1] / len(asked), 2),
        torch_start=round(starts[0], 2),
        fast_start=round(starts[1], 2),
        torch_megabytes=peaks[0],
        fast_megabytes=peaks[1],
        cosine=_cosine(*vectors),
    )


def _cosine(one: Vectors, other: Vectors) -> float:
    return round(float(np.mean(np.sum(one * other, axis=1, dtype=np.float64))), 6)


def _in_turns(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The median seconds of each piece of work, done one after the other again and again."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, taken in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            taken.append(time.perf_counter() - started)
    return [statistics.median(one) for one in times]


def _starts(settings: Settings, library: Library, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds and megabytes of a new process that answers one question, by torch and by the fast encoder."""
    peaks: dict[Engine, float] = {}

    def start(engine: Engine) -> None:
        given = {
            "engine": engine,
            "model": settings.model,
            "index_root": str(settings.indexes),
            "collection": str(library.catalogue.folder),
            "drafts": settings.drafts,
        }
        told = map(json.dumps, (sys.path, given, rehearsal(library.catalogue)))
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", _COLD, *told], check=True, capture_output=True, text=True
        )
        peaks[engine] = round(float(done.stdout), 1)

    engines = (Engine.TORCH, Engine.OPENVINO)
    seconds = _in_turns([partial(start, one) for one in engines], rounds)
    return seconds, [peaks[one] for one in engines]
