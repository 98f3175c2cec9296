"""Where a page of the site is: below `/`, or below the address of one of several collections.

Pages link to each other with `at`, so that a visitor of one collection stays in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_BELOW: ContextVar[str] = ContextVar("below", default="")


def at(path: str) -> str:
    """The address of a path of the site, in the collection whose page is being made.

    >>> with below("/c/neck-pain"):
    ...     at("/browse")
    '/c/neck-pain/browse'
    >>> at("/browse")
    '/browse'
    """
    return f"{_BELOW.get()}{path}"


@contextmanager
def below(prefix: str) -> Iterator[None]:
    """Pages made in here are those of the collection at `prefix`; "" for the one at `/`."""
    token = _BELOW.set(prefix)
    try:
        yield
    finally:
        _BELOW.reset(token)
