"""Follows a collection: a change of its files, or a day that ends an approval, is served without a restart.

The new state is built beside and shown as a whole. What cannot be built is told to the operator and the staff; the
page goes on with the state before it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

from corpus.errors import CollectionError, EvidenceDeskError
from corpus.folder_state import State, state
from corpus.standing import today
from index.library import Library
from qa.failures import told

EVERY = 2.0  # seconds between two looks at the folder
_AGAIN_AFTER = 30  # looks until a state that could not be served is tried again: a full disk may have been emptied
_log = logging.getLogger(__name__)

Seen = tuple[tuple[State, ...], date]


class Follower:
    """Looks for changes. `opened` opens the collection as it is now, `show` lets it be served.

    A state is taken only when two looks in a row have found it, since copying files takes a while. `trouble` is told
    why a state cannot be served, and None as soon as that is over.
    """

    def __init__(
        self,
        library: Library,
        opened: Callable[[], Library],
        show: Callable[[Library], None],
        trouble: Callable[[str | None], None],
    ) -> None:
        catalogue = library.catalogue
        self._folders = [one.folder for one in catalogue.parts or (catalogue,)]
        self._served = catalogue.digest
        self._opened = opened
        self._show = show
        self._trouble = trouble
        self._last = self._taken = self._seen()
        self._failed = False
        self._retries = False
        self._looks = 0  # since the last try

    def _seen(self) -> Seen:
        return tuple(map(state, self._folders)), today()

    def look(self) -> bool:
        """One look; True where a newer state is served from now on."""
        before, self._last = self._last, self._seen()
        self._looks += 1
        again = self._retries and self._looks >= _AGAIN_AFTER
        if before != self._last or (self._last == self._taken and not again):
            return False
        self._taken, self._looks = self._last, 0
        try:
            library = self._opened()
        except Exception as exc:  # noqa: BLE001 - whatever it is, the page goes on with what it has
            self._fail(exc)
            return False
        return self._take(library)

    def _take(self, library: Library) -> bool:
        if self._failed:
            self._trouble(None)
        self._failed = self._retries = False
        if library.catalogue.digest == self._served:
            return False
        self._served = library.catalogue.digest
        self._show(library)
        _log.warning("the collection was changed; served from now on: %r", library)
        return True

    def _fail(self, exc: Exception) -> None:
        why = str(exc) if isinstance(exc, EvidenceDeskError) else told(exc)
        _log.error(
            "the collection was changed and cannot be served; the page goes on with the state before: %s",
            why,
        )
        # A wrong record is mended in its file, which is seen; a full disk is emptied elsewhere.
        self._failed, self._retries = True, not isinstance(exc, CollectionError)
        self._trouble(why)


def following(follower: Follower, every: float = EVERY) -> Callable[[], Coroutine[Any, Any, None]]:
    """What looks for ever and again, for an event loop; the work itself is done in a thread."""

    async def follow() -> None:
        while True:
            await asyncio.sleep(every)
            await asyncio.to_thread(follower.look)

    return follow
