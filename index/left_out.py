"""Libraries that others take where they find them, left out of a process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_out(library: str) -> Iterator[None]:
    """Let an import go without a library that it takes where it finds it, though nothing here needs it."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment] # what Python offers for this: importing it fails
    try:
        yield
    finally:
        del sys.modules[library]
