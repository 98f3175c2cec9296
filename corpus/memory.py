"""Memory that was used and freed, given back to the system.

The C library keeps what large files took while they were read, some tens of megabytes of a server that fits a small
machine. Where it has no call for this, nothing happens.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress


def give_back() -> None:
    """Let the C library return free memory; takes a few milliseconds."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than GNU's
            ctypes.CDLL(None).malloc_trim(0)
