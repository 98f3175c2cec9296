"""A file to import as bytes and as text: unpacked, decoded, with plain line ends.

UTF-8 and UTF-16 are told by their marks or by their form; what is neither is read as Windows-1252, as most older
programs of this kind write it.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus.errors import ImportingError
from corpus.importing.limits import MOST_BYTES

# No export packs so well: text becomes three to thirty times smaller. Below the size it does no harm.
_MOST_PACKED, _HARMLESS = 100, 2**26
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
        if "\x00" in found:
            line = found.count("\n", 0, found.index("\x00")) + 1
            raise ImportingError(
                f"{self.path}:{line}: found a zero byte, which no text has; wanted the file whole: fetch it again"
            )
        return _plain_lines(found)

    def rows(self) -> Iterator[str]:
        """The lines of the text, one after the other: a list of all could be larger than the text many times."""
        text, start = self.text, 0
        while (end := text.find("\n", start)) >= 0:
            yield text[start:end]
            start = end + 1
        yield text[start:]

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
        if file.stat().st_size > MOST_BYTES:
            raise _too_large(file)
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
    """What a packed file holds; several that follow each other are one, and nothing else may follow."""
    found = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            while part := packed.read(_CHUNK):
                found += part
                if len(found) > MOST_BYTES:
                    raise _too_large(file)
                if len(found) > max(_HARMLESS, _MOST_PACKED * len(data)):
                    raise ImportingError(
                        f"{file}: found a small packed file that unpacks to more than {len(found) >> 20} MB of the "
                        "same again and again; wanted a packed export"
                    )
    except EOFError as exc:
        raise _damaged(file, "it ends too early") from exc
    except (OSError, zlib.error) as exc:
        raise _damaged(file, str(exc)) from exc
    return bytes(found)


def _too_large(file: Path) -> ImportingError:
    return ImportingError(
        f"{file}: found more than {MOST_BYTES >> 20} MB in one file; wanted it in smaller parts"
    )


def _damaged(file: Path, why: str) -> ImportingError:
    return ImportingError(
        f"{file}: found a packed file that is damaged ({why}); wanted it whole: fetch it again"
    )
