"""Passages for growing: cut from a folder of public data, and made of these where there are too few."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from corpus.errors import EvidenceDeskError
from corpus.study import Section, Study, Voice
from index.encoder import Encoder
from index.passages import PASSAGE_TOKENS, embedded_text, passages
from qa.benchmarks.work import Vectors

CORPUS = "corpus.jsonl"
_BATCH = 2048  # passages that are kept together
_PARTS = 3  # of other passages, of which one is made
_STUDY = 8  # passages
_NOISE = 0.3  # of the length of a vector

Tell = Callable[[int, int, str], None]


def read(folder: Path, most: int, encoder: Encoder, tell: Tell) -> list[str]:
    """At most so many passages of the `corpus.jsonl` files in a folder (`title`, `text`), cut as records are.

    EvidenceDeskError names the file and line, what was found and what was wanted.
    """
    files = sorted(folder.rglob(CORPUS))
    if not files:
        raise EvidenceDeskError(
            f"{folder}: found no {CORPUS} in it or in the folders in it; wanted collections in BEIR form; "
            "name another folder, or leave it out"
        )
    found: list[str] = []
    for study in (one for file in files for one in _studies(file)):
        tell(min(len(found), most), most, "reading passages")
        cut = passages(study, lambda text: encoder.tokens(text) <= PASSAGE_TOKENS)
        found += [embedded_text(study, one.text) for one in cut]
        if len(found) >= most:
            break
    return found[:most]


def _studies(file: Path) -> Iterator[Study]:
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                # On one line: a record that is made of these again keeps its passages.
                title, text = (" ".join(str(row[key]).split()) for key in ("title", "text"))
            except (ValueError, KeyError, TypeError) as exc:
                raise EvidenceDeskError(
                    f"{file}:{number}: found {line[:80]!r}; wanted an object with title and text"
                ) from exc
            yield Study(f"read-{number}", title, (Section("Summary", Voice.SUMMARY, text),))


def encoded(texts: Sequence[str], encoder: Encoder, keep: Path, tell: Tell) -> Vectors:
    """The texts' vectors, kept part by part in the folder `keep` for the next run."""
    rows = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    for begin in range(0, len(texts), _BATCH):
        part = texts[begin : begin + _BATCH]
        total = hashlib.sha256(f"{encoder.digest} {encoder.engine}\0".encode())
        total.update("\0".join(part).encode("utf-8", "replace"))
        file = keep / f"{total.hexdigest()[:24]}.npy"
        if not file.is_file():
            tell(begin, len(texts), "encoding passages")
            keep.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".unfinished.npy")
            np.save(unfinished, encoder.passages(part), allow_pickle=False)
            unfinished.replace(file)
        rows[begin : begin + _BATCH] = np.load(file)
    return rows


def made_up(texts: Sequence[str], vectors: Vectors, count: int) -> tuple[list[str], Vectors]:
    """So many more passages, each of the words of three others, its vector between theirs; the same ones each time.

    For the speed of searching only: what they say means nothing.
    """
    chance = np.random.default_rng(2)
    places = chance.integers(0, len(texts), (count, _PARTS))
    lines = [text.partition("\n")[2].split() for text in texts]
    new = [
        f"Made study {number // _STUDY}\n{' '.join(_mixed([lines[at] for at in three]))}"
        for number, three in enumerate(places)
    ]
    rows = vectors[places].mean(axis=1)
    noise = chance.standard_normal(rows.shape, dtype=np.float32)
    rows += _NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return new, rows.astype(np.float32, copy=False)


def _mixed(parts: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first third of the first one's words, the second third of the second's, and so on."""
    for number, words in enumerate(parts):
        yield from words[
            number * len(words) // len(parts) : (number + 1) * len(words) // len(parts)
        ]
