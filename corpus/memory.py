"""Memory that was used and is not needed again, given back to the system.

A server on a small machine keeps some tens of megabytes less. Where there are no calls for this, nothing happens.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from pathlib import Path

_ARENA_MAX = -8  # M_ARENA_MAX of GNU's <malloc.h>
_DONT_NEED = 4  # MADV_DONTNEED of <sys/mman.h>: of a file that was only read, what is read again comes from it again


def share_one_heap() -> None:
    """Let all threads of this process take memory from one place, where freed parts are used again by any of them.

    For programs that serve: with a heap for each thread, a server of two cores kept 19 MB more. Threads hardly wait
    for each other, since Python's own objects are made one at a time anyway.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than GNU's
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Let the C library return what was freed: it keeps what large files took; takes a few milliseconds."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than GNU's
            ctypes.CDLL(None).malloc_trim(0)


def give_back_file(path: Path) -> None:
    """Let go of what a library has mapped of the file `path` and, having made its own of it, hardly reads again.

    Only for files that are mapped to be read.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError, ValueError):
        advise = ctypes.CDLL(None).madvise
        for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
            span, rights, *_, name = line.split(maxsplit=5)
            if name == str(path.resolve()) and rights.startswith("r--"):
                begin, end = (int(one, 16) for one in span.split("-"))
                advise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _DONT_NEED)
