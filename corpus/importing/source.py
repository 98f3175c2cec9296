"""A file to import as bytes and as text: unpacked, decoded, with plain line ends.

UTF-8 and UTF-16 are told by their marks or by their form; what is neither is read as Windows-1252, as most older
programs of this kind write it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus.errors import ImportingError

MOST_UNPACKED = (
    2**30
)  # bytes; a packed file may hold no more, so that a small one cannot fill the memory
_HEAD = 262_144  # bytes that a format is recognised by
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_SHORTEST_WIDE = 32  # bytes; fewer tell nothing of an encoding
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Bytes that no text has; a form feed and a line separator of old programs are let through.
_BINARY = re.compile(rb"[\x00-\x07\x0e-\x1a]")


@dataclass(frozen=True)
class Source:
    """One file: where it is, for messages, and what it holds."""

    path: str
    data: bytes

    @property
    def name(self) -> str:
        """What it is called, for records: in which folder it lay on somebody's machine is no matter of theirs."""
        return Path(self.path).name

    @cached_property
    def encoding(self) -> str:
        """How the bytes are read; ImportingError where they are no text."""
        for mark, encoding in _MARKS:
            if self.data.startswith(mark):
                return encoding
        wide = _wide(self.data[:_HEAD])
        if wide is not None:
            return wide
        if _BINARY.search(self.data[:_HEAD]):
            raise ImportingError(
                f"{self.path}: found bytes that are no text; wanted an export as text: RIS, PubMed, BibTeX, "
                "CSL-JSON, CSV, XML or a page"
            )
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8"

    @cached_property
    def text(self) -> str:
        """The whole text with plain line ends; ImportingError where it cannot be decoded."""
        try:
            found = self.data.decode(self.encoding)
        except UnicodeDecodeError as exc:
            line = exc.object.count(b"\n", 0, exc.start) + 1
            raise ImportingError(
                f"{self.path}:{line}: found a byte that is neither UTF-8 nor Windows-1252 "
                f"({exc.object[exc.start]:#04x}); wanted the file saved as UTF-8"
            ) from exc
        return _plain_lines(found)

    @cached_property
    def head(self) -> str:
        """The beginning of the text, by which a format is recognised."""
        encoding = self.encoding
        return _plain_lines(self.data[:_HEAD].decode(encoding, "ignore"))


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: nearly every other byte of a western text is zero."""
    zeros = [head[place::2].count(0) for place in (0, 1)]
    half = len(head) // 2
    if len(head) >= _SHORTEST_WIDE and max(zeros) > 0.7 * half and min(zeros) < 0.1 * half:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return None


def read_source(file: Path) -> Source:
    """The file, unpacked where it is packed with gzip. ImportingError where it cannot be read."""
    if file.is_dir():
        raise ImportingError(
            f"{file}: found a folder; wanted files: name them, or write {file}/* for all of them"
        )
    try:
        data = file.read_bytes()
    except OSError as exc:
        raise ImportingError(
            f"{file}: found {exc.strerror}; wanted a file that can be read"
        ) from exc
    if data.startswith(_GZIP):
        data = _unpacked(data, file)
    if not data.strip():
        raise ImportingError(f"{file}: found an empty file; wanted records to import")
    return Source(str(file), data)


def _unpacked(data: bytes, file: Path) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = data
    try:
        while rest.startswith(_GZIP):  # several packed files may follow each other
            unpacker = zlib.decompressobj(wbits=31)
            part = unpacker.decompress(rest, _CHUNK)
            while part:
                size += len(part)
                if size > MOST_UNPACKED:
                    raise ImportingError(
                        f"{file}: found more than {MOST_UNPACKED >> 20} MB in a packed file; "
                        "wanted it in smaller parts"
                    )
                parts.append(part)
                part = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
            if not unpacker.eof:
                raise _damaged(file, "it ends too early")
            rest = unpacker.unused_data
    except zlib.error as exc:
        raise _damaged(file, str(exc)) from exc
    return b"".join(parts)


def _damaged(file: Path, why: str) -> ImportingError:
    return ImportingError(
        f"{file}: found a packed file that is damaged ({why}); wanted it whole: fetch it again"
    )
