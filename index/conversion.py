"""What a converted model is on disk: the files, how they must be found, and how near its vectors come to the reference.

Values and their checks. Making one is in `torch_conversion`, computing with one in `openvino_encoder`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from corpus.errors import ModelError
from index.sealing import Stored, faults, marks, read_sealed, write_sealed

FILE = "conversion.json"
GRAPH = "model.xml"  # with its weights in model.bin beside it
WORDS = "words.npy"  # float16[vocabulary, dimension]: looked up here, so that only rows in use are in memory
TOKENIZER = "tokenizer.json"
# The mean cosine to the reference that lets vectors of both be mixed: two such vectors are further apart than any
# rounding of scores, and no judged question is answered otherwise.
ENOUGH = 0.9999


class Pooling(StrEnum):
    """How the vectors of tokens become one."""

    MEAN = "mean"
    FIRST = "cls"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A model as it was converted, or why it cannot be."""

    weights: str  # digest of the model that it was made from
    window: int = 0
    dimension: int = 0
    pooling: Pooling = Pooling.MEAN
    query_prompt: str = ""
    passage_prompt: str = ""
    parity: Mapping[str, float] | None = None  # by engine: mean cosine to the reference
    refused: str | None = None

    def may(self, engine: str) -> bool:
        """True where that engine was measured and its vectors are as good as the reference's."""
        return (self.parity or {}).get(engine, 0.0) >= ENOUGH


def write(conversion: Conversion, folder: Path) -> None:
    """Write what the files in `folder` are; without it they are nothing."""
    files = {name: asdict(mark) for name, mark in marks(folder, besides=FILE).items()}
    write_sealed({**asdict(conversion), "files": files}, folder / FILE)


def read(folder: Path, weights: str) -> Conversion:
    """The conversion in `folder`, every file of it verified, of the model with the digest `weights`.

    ModelError where it is missing, damaged or of another model.
    """
    try:
        data = read_sealed(folder / FILE)
        files = {name: Stored(**mark) for name, mark in data.pop("files").items()}
        data["pooling"] = Pooling(data["pooling"])
        found = Conversion(**data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelError(f"{folder}: found no converted model ({type(exc).__name__})") from exc
    if found.weights != weights:
        raise ModelError(f"{folder}: found a model made from {found.weights}; wanted {weights}")
    for fault in faults(files, folder):
        raise ModelError(fault)
    return found
