"""The kinds of files that can be imported, tried in order; the first that recognises the content reads it."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import ImportingError
from corpus.importing.beir import BEIR
from corpus.importing.clinic_page import CLINIC_PAGE
from corpus.importing.entries import Format

FORMATS: tuple[Format, ...] = (BEIR, CLINIC_PAGE)


def text_to_import(file: Path) -> str:
    """The text of a file with plain line ends; ImportingError where it cannot be read as UTF-8."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = exc.object.count(b"\n", 0, exc.start) + 1
        raise ImportingError(
            f"{file}:{line}: found a byte that is not UTF-8; wanted the file saved as UTF-8"
        ) from exc
    except OSError as exc:
        raise ImportingError(
            f"{file}: found {exc.strerror}; wanted a file that can be read"
        ) from exc
    return text.replace("\r\n", "\n").replace("\r", "\n")


def format_of(text: str, file: Path) -> Format:
    """The format of a text; ImportingError where no format recognises it."""
    for one in FORMATS:
        if one.recognises(text):
            return one
    names = ", ".join(one.name for one in FORMATS)
    raise ImportingError(f"{file}: found a file of no known kind; wanted one of: {names}")
