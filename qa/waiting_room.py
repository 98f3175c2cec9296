"""The waiting room of a server: so many questions are answered side by side, so many wait, and the next is told so.

All doors share one, so that nobody computes beside it. Knows nothing of questions; `Busy` is worded at the doors.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

AT_ONCE = 2  # answered side by side: Python computes one at a time, and the model takes questions in turns
SEATS = 100  # questions that wait; at 50 ms each, the last of them waits five seconds
LONGEST = 15.0  # seconds until somebody who waits is told; the page itself gives up after 20
AGAIN = 5  # seconds after which to ask again

Leaves = Callable[[], Awaitable[object]]  # what ends as soon as somebody leaves
_Result = TypeVar("_Result")


class Busy(Exception):  # noqa: N818 - an answer to a request, no error of ours
    """No seat is free, or none became free in time."""


class WaitingRoom:
    """Does work in threads, `at_once` of it side by side, while up to `seats` more wait. One event loop uses it."""

    def __init__(
        self, *, at_once: int = AT_ONCE, seats: int = SEATS, longest: float = LONGEST
    ) -> None:
        self._pool = ThreadPoolExecutor(at_once, "answers")
        self._places = threading.Semaphore(at_once + seats)
        self._longest = longest

    async def done(self, work: Callable[[], _Result], leaves: Leaves | None = None) -> _Result:
        """What `work` gives; Busy where it cannot be begun and ended in time.

        Who gives up, or of whom `leaves` tells that they left, gives the seat back: what has not begun by then
        never is. Work that has begun keeps its place until it ends.
        """
        if not self._places.acquire(blocking=False):
            raise Busy
        begun: Future[_Result] = self._pool.submit(copy_context().run, work)
        begun.add_done_callback(self._left)
        waiting = asyncio.wrap_future(begun)  # to cancel it is to cancel `begun`
        left = asyncio.ensure_future(leaves()) if leaves is not None else None
        try:
            both: set[asyncio.Future[Any]] = {waiting} if left is None else {waiting, left}
            await asyncio.wait(both, timeout=self._longest, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            raise Busy
        finally:
            waiting.cancel()
            if left is not None:
                left.cancel()

    def _left(self, _: object) -> None:
        self._places.release()
