"""Vectors of texts that were encoded before, kept by content and model, so that only new and changed texts are encoded.

A file beside the indexes. It only spares work: what is damaged, locked or cannot be written counts as not kept.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from index.vectors import Vectors

FILE = "vectors.sqlite3"
Done = TypeVar("Done")
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB, seal BLOB, used INTEGER) WITHOUT ROWID"
_SEAL = 8  # bytes
_DAY = 86_400  # seconds
_FORGOTTEN_AFTER = 90  # days without a build that used the text
_AT_ONCE = 500  # values in one statement; SQLite takes 999 and more
_WAIT = 5.0  # seconds for another process


class KeptVectors:
    """What was encoded by one encoder, in the file `vectors.sqlite3` of a folder."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._file = folder / FILE
        self._model = f"{encoder.digest} {encoder.engine}\n".encode()
        self._dimension = encoder.dimension

    def fill(self, vectors: Vectors, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Put the kept vectors of `texts` into the rows of `vectors`; bool[texts], which of them were kept."""
        places: dict[bytes, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(self._key(text), []).append(place)
        kept = np.zeros(len(texts), dtype=np.bool_)

        def read(base: sqlite3.Connection) -> None:
            for part in _parts(list(places)):
                for key, vector in self._rows(base, part):
                    vectors[places[key]] = vector
                    kept[places[key]] = True

        self._with_file(read)
        return kept

    def _rows(
        self, base: sqlite3.Connection, keys: Sequence[bytes]
    ) -> Iterator[tuple[bytes, Vectors]]:
        marks = ",".join("?" * len(keys))
        base.execute(f"UPDATE vectors SET used = ? WHERE text IN ({marks})", [_today(), *keys])  # noqa: S608 - marks only
        query = f"SELECT text, vector, seal FROM vectors WHERE text IN ({marks})"  # noqa: S608
        for key, blob, seal in base.execute(query, keys):
            if _seal(key, blob) == seal and len(blob) == 4 * self._dimension:
                yield key, np.frombuffer(blob, dtype="<f4").astype(np.float32)

    def keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of texts for the next build."""
        rows = []
        for text, vector in zip(texts, vectors, strict=True):
            key, blob = self._key(text), np.asarray(vector, dtype="<f4").tobytes()
            rows.append((key, blob, _seal(key, blob), _today()))

        def write(base: sqlite3.Connection) -> None:
            base.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

        self._with_file(write)

    def forget(self) -> None:
        """Drop what no build has used for a long time. Reads the whole file, so once a build is enough."""

        def drop(base: sqlite3.Connection) -> None:
            base.execute("DELETE FROM vectors WHERE used < ?", [_today() - _FORGOTTEN_AFTER])

        self._with_file(drop)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(self._model + text.encode("utf-8", "surrogatepass")).digest()

    def _with_file(self, work: Callable[[sqlite3.Connection], Done]) -> Done | None:
        """What `work` makes of the file, as a whole or not at all; None where the file cannot be used."""
        try:
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as base, base:
                base.execute(_SCHEMA)
                return work(base)
        except sqlite3.OperationalError:
            return None  # locked, full or read-only
        except sqlite3.DatabaseError:
            with suppress(OSError):
                self._file.unlink()  # no database any more
            return None


def _parts(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for begin in range(0, len(keys), _AT_ONCE):
        yield keys[begin : begin + _AT_ONCE]


def _today() -> int:
    return int(time.time()) // _DAY


def _seal(key: bytes, blob: bytes) -> bytes:
    return hashlib.sha256(key + blob).digest()[:_SEAL]
