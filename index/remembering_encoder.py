"""An encoder that remembers what it encoded last: people ask the same, and examples are pressed again and again.

Holds vectors and hashes of texts, in memory and not for long; no text. Only for questions: builds pass through.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from index.encoder import Encoder
from index.vectors import Vectors

_MOST = 4096  # rows, 6 MB of 384 numbers each
_FEW = 64  # texts at once; more are no question


class RememberingEncoder:
    """Another encoder's vectors, those of the last questions kept.

    Texts that were encoded together are remembered together, so that what is remembered is to the bit what would be
    computed. Safe to share between threads.
    """

    def __init__(self, encoder: Encoder, *, most: int = _MOST) -> None:
        self._encoder = encoder
        self._most = most
        self._secret = secrets.token_bytes(32)  # so that nobody can try texts against the hashes
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()
        self._rows = 0
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """What people call the model."""
        return self._encoder.name

    @property
    def digest(self) -> str:
        """The sha256 of the weights."""
        return self._encoder.digest

    @property
    def engine(self) -> str:
        """What computes."""
        return self._encoder.engine

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self._encoder.dimension

    @property
    def window(self) -> int:
        """How many tokens of a text are read."""
        return self._encoder.window

    @property
    def reads_alike(self) -> bool:
        """True where a question and a passage of the same words have the same vector."""
        return self._encoder.reads_alike

    def tokens(self, text: str) -> int:
        """How many tokens a passage has."""
        return self._encoder.tokens(text)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question."""
        return self._remembered(b"query", texts, self._encoder.queries)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""
        return self._remembered(b"passage", texts, self._encoder.passages)

    def lasting(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage, to be kept elsewhere."""
        return self._encoder.lasting(texts)

    def _remembered(
        self, kind: bytes, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        if len(texts) > min(_FEW, self._most):
            return encode(texts)
        key = self._key(kind, texts)
        with self._turn:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        rows = encode(texts)
        rows.flags.writeable = False
        with self._turn:
            if key not in self._kept:
                self._kept[key] = rows
                self._rows += len(rows)
            while self._rows > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._rows -= len(oldest)
        return rows

    def _key(self, kind: bytes, texts: Sequence[str]) -> bytes:
        total = hashlib.blake2b(key=self._secret, person=kind, digest_size=32)
        for text in texts:
            said = text.encode("utf-8", "surrogatepass")
            total.update(len(said).to_bytes(8, "big") + said)
        return total.digest()
