"""The fast encoder: a converted model computed by OpenVINO, several times as fast as the reference at the same vectors.

The only door to OpenVINO's runtime and to the tokenizers; neither torch nor transformers is loaded. Computes in 16-bit
numbers (bfloat16) where the processor has instructions for them and the model stands it, else in 32-bit numbers.
"""

from __future__ import annotations

import os
import queue
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError
from corpus.memory import give_back_file
from index.conversion import GRAPH, TOKENIZER, WORDS, Conversion, Pooling
from index.left_out import left_out
from index.torch_encoder import encodable
from index.vectors import Vectors

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

FP32, BF16 = "openvino-fp32", "openvino-bf16"
_PRECISION = {FP32: "f32", BF16: "bf16"}
# A batch has so many tokens. Larger ones are no faster (measured at 128 tokens: 8 rows 174 a second, 32 rows 161), and
# take more memory, which the runtime keeps.
_TOKENS = 512
_MOST = 32  # rows
_STEP = 16  # tokens; the matrix units compute 16 rows in the time of one
_FEW = 64  # texts that are computed beside questions; more get all cores


def engines() -> tuple[str, ...]:
    """What can compute on this processor, fastest first; ImportError without OpenVINO."""
    runtime = "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    # The runtime also offers what it only imitates, slower than 32-bit numbers.
    return (BF16, FP32) if runtime and _processor() & {"amx_bf16", "avx512_bf16"} else (FP32,)


@cache
def runtime() -> Any:  # noqa: ANN401 - its types are of no use here
    """OpenVINO, without the library by which it tells its makers of each use and keeps a number for this user."""
    with left_out("openvino_telemetry"):
        import openvino  # noqa: PLC0415 - the door

    return openvino


@cache
def _core() -> Any:  # noqa: ANN401
    return runtime().Core()


@cache
def _processor() -> frozenset[str]:
    """What the processor can do, as Linux tells it; nothing elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.partition(":")[2].split())


class OpenVINOEncoder:
    """A converted model on the processor.

    A row's bits depend on its own text alone (tested): each is computed in one thread, in a batch of a set shape. May
    be used from several threads; questions take turns, in the order they come.
    """

    def __init__(self, folder: Path, name: str, conversion: Conversion, engine: str) -> None:
        self.name = name
        self.digest = conversion.weights
        self.engine = engine
        self.dimension = conversion.dimension
        self.window = conversion.window
        self.reads_alike = conversion.query_prompt == conversion.passage_prompt
        self._folder = folder
        self._conversion = conversion
        self._loading = threading.Lock()
        self._one: _Streams | None = None  # for questions
        self._all: _Streams | None = None  # for builds, on all cores

    @property
    def folder(self) -> Path:
        """Where the converted model lies."""
        return self._folder

    @property
    def precision(self) -> str:
        """The numbers that are computed in, as OpenVINO calls them."""
        return _PRECISION[self.engine]

    def tokens(self, text: str) -> int:
        """How many tokens a passage has, those that frame it counted."""
        prompted = self._conversion.passage_prompt + encodable(text)
        return len(self._tokenizer.encode(prompted))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question; computed alone and in one thread, so that company changes nothing."""
        self._all = None  # a server keeps no memory for builds
        rows = [self._rows(self._conversion.query_prompt, [text], (1,)) for text in texts]
        return np.concatenate([self._rows("", [], (1,)), *rows])

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""
        return self._rows(self._conversion.passage_prompt, texts, (1, 4, 8, 16, _MOST))

    def lasting(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage, in every bit the same whatever stands beside it: batches of one size."""
        return self._rows(self._conversion.passage_prompt, texts, (_MOST,))

    def _rows(self, prompt: str, texts: Sequence[str], sizes: tuple[int, ...]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens = self._tokens([prompt + encodable(text) for text in texts])
        batches = list(_batches(tokens, self.window, sizes))
        streams = self._streams(many=len(texts) > _FEW)

        def fill(batch: _Batch) -> None:
            rows[batch.places] = self._pooled(streams, batch)[: len(batch.places)]

        if len(texts) > _FEW:
            with ThreadPoolExecutor(streams.count) as pool:
                list(pool.map(fill, batches))
        else:
            for batch in batches:
                fill(batch)
        return rows

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text, as many as the window holds, in the frame that the model wants."""
        tokenizer = self._tokenizer
        room = self.window - tokenizer.num_special_tokens_to_add(is_pair=False)

        def framed(found: Encoding) -> list[int]:
            found.truncate(room)
            ids: list[int] = tokenizer.post_process(found).ids
            return ids

        if len(texts) <= _FEW:
            return [framed(tokenizer.encode(text, add_special_tokens=False)) for text in texts]
        return [framed(one) for one in tokenizer.encode_batch(texts, add_special_tokens=False)]

    def _pooled(self, streams: _Streams, batch: _Batch) -> Vectors:
        words = self._words.of(batch.ids)
        found = streams.computed(words, batch.mask)
        if self._conversion.pooling is Pooling.FIRST:
            rows = found[:, 0]
        else:
            mask = batch.mask[:, :, None].astype(np.float32)
            rows = (found * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1e-9)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)

    def _streams(self, *, many: bool) -> _Streams:
        with self._loading:
            if many:
                found = self._all = self._all or self._compiled(os.cpu_count() or 1)
            else:
                found = self._one = self._one or self._compiled(1)
            return found

    def _compiled(self, count: int) -> _Streams:
        try:
            return _Streams(self._folder / GRAPH, _PRECISION[self.engine], count)
        except Exception as exc:  # the runtime raises what it likes
            raise ModelError(
                f"{self._folder}: found a converted model that cannot be computed ({exc}); remove the folder, "
                "or choose the engine torch"
            ) from exc

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer  # noqa: PLC0415 - the door

        found = Tokenizer.from_file(str(self._folder / TOKENIZER))
        found.no_padding()
        found.no_truncation()
        return found

    @cached_property
    def _words(self) -> _Words:
        return _Words(self._folder / WORDS)


class _Words:
    """The vectors of words, read from the file one by one.

    A mapped file would bring whole stretches of neighbours into memory, here all 23 MB within some questions.
    """

    def __init__(self, path: Path) -> None:
        self._all: np.memmap[Any, np.dtype[np.float16]] = np.load(path, mmap_mode="r")
        self._width = self._all.shape[1] * self._all.itemsize  # bytes
        self._file = path.open("rb", buffering=0)
        weakref.finalize(self, self._file.close)

    def of(self, ids: NDArray[np.int64]) -> Vectors:
        """float32[*ids, dimension]."""
        if not hasattr(os, "pread"):
            return np.asarray(self._all[ids], dtype=np.float32)
        each, places = np.unique(ids, return_inverse=True)
        start = self._all.offset
        file, width = self._file.fileno(), self._width
        read = [os.pread(file, width, start + int(one) * width) for one in each]
        rows = np.frombuffer(b"".join(read), dtype=np.float16).reshape(len(each), -1)
        return rows[places.reshape(ids.shape)].astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Texts of like length, by their places, filled up to a set shape."""

    places: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


def _batches(
    tokens: Sequence[Sequence[int]], window: int, sizes: tuple[int, ...]
) -> Iterator[_Batch]:
    """Batches of texts whose lengths round up to the same, each of one of the `sizes`, or as large as is good.

    Few shapes, since each is prepared when it first comes, and kept.
    """
    by_length: dict[int, list[int]] = {}
    for place, one in enumerate(tokens):
        length = min(-(-max(len(one), 1) // _STEP) * _STEP, window)
        by_length.setdefault(length, []).append(place)
    for length, places in sorted(by_length.items()):
        full = max(min(sizes[-1], _TOKENS // length), 1)
        for begin in range(0, len(places), full):
            part = places[begin : begin + full]
            size = min(full, next(one for one in sizes if one >= len(part)))
            ids = np.zeros((size, length), dtype=np.int64)
            mask = np.zeros((size, length), dtype=np.int64)
            mask[:, 0] = 1  # a row without any token would divide by nothing
            for row, place in enumerate(part):
                ids[row, : len(tokens[place])] = tokens[place]
                mask[row, : len(tokens[place])] = 1
            yield _Batch(part, ids, mask)


class _Streams:
    """A compiled model that computes `count` batches at a time, each in one thread."""

    def __init__(self, graph: Path, precision: str, count: int) -> None:
        self.count = count
        self._weights = graph.with_suffix(".bin")
        self._is_used = False
        self._tensor = runtime().Tensor
        compiled = _core().compile_model(
            str(graph),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": precision,
                "NUM_STREAMS": count,
                "INFERENCE_NUM_THREADS": count,
                "ENABLE_CPU_PINNING": False,  # other work runs on these cores too
            },
        )
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(count):
            self._free.put(compiled.create_infer_request())

    def computed(self, words: Vectors, mask: NDArray[np.int64]) -> Vectors:
        """float32[batch, tokens, dimension]; waits for its turn."""
        request = self._free.get()
        try:
            request.set_tensor("words", self._tensor(words))
            request.set_tensor("mask", self._tensor(mask))
            request.infer()
            return np.array(request.get_output_tensor(0).data, dtype=np.float32)
        finally:
            self._free.put(request)
            if (
                not self._is_used
            ):  # the first computing has made weights of the wanted numbers, which are kept
                self._is_used = True
                give_back_file(self._weights)
