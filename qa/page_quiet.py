"""Keeps what visitors sent out of what Gradio and its tool server print and log when a request is malformed.

Gradio prints the traceback of what goes wrong in an event, and its message quotes the inputs. The tool server logs
what it could not read, with all of it. Kinds and places are enough for whoever looks after the site.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from gradio import queueing

from qa.failures import told

_WORDY = frozenset({"mcp", "sse_starlette"})  # packages of the tool server
_log = logging.getLogger(__name__)


class _Places:
    """In place of the module `traceback`, of which Gradio's queue uses this one function."""

    @staticmethod
    def print_exc() -> None:
        """Log what is being handled, without its message."""
        failure = sys.exc_info()[1]
        if failure is not None:
            _log.error("an event failed: %s", told(failure))


class _Wordless:
    """Makes log records, those of the tool server without their words: it logs to the root as well, so no filter does."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, *args: object, **values: object) -> logging.LogRecord:
        """The record."""
        record = self._make(*args, **values)
        if _WORDY & set(record.pathname.replace("\\", "/").split("/")):
            failure = record.exc_info[1] if record.exc_info else None
            place = f"{record.module}:{record.lineno}"
            record.msg = "the tool server met %s"
            record.args = (told(failure) if failure else place,)
            record.exc_info = record.exc_text = record.stack_info = None
        return record


def hush() -> None:
    """Quieten both; once is enough, and twice does no harm."""
    queueing.traceback = _Places  # type: ignore[assignment, attr-defined]
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Wordless):
        logging.setLogRecordFactory(_Wordless(make))
