"""Where a page of the site is: below `/`, or below the address of one of several collections.

Pages link to each other with `at`, so that a visitor of one collection stays in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What the addresses of one of several collections begin with; a site of one collection has none.
COLLECTION = "/c/[a-z0-9-]+"
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


def prefix_of(short: str) -> str:
    """What the addresses of the collection with a short name begin with; "" for the one at `/`, which has none.

    >>> prefix_of("neck-pain")
    '/c/neck-pain'
    """
    return f"/c/{short}" if short else ""


@contextmanager
def below(prefix: str) -> Iterator[None]:
    """Pages made in here are those of the collection at `prefix`; "" for the one at `/`."""
    token = _BELOW.set(prefix)
    try:
        yield
    finally:
        _BELOW.reset(token)
