"""Where a failure happened, and of what kind: all of it that may be logged, since messages may hold a question."""

from __future__ import annotations


def told(exc: BaseException) -> str:
    """The kind of an exception and where it was raised, as file and line."""
    trace = exc.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{type(exc).__name__}{place}"
