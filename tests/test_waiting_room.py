"""The waiting room: who waits, who is told that we are busy, and how a seat comes back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest

from qa.waiting_room import Busy, WaitingRoom

MARK: ContextVar[str] = ContextVar("mark", default="")


class _Desk:
    """Work that is held up until somebody lets it go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun: list[int] = []

    def work(self, number: int) -> Callable[[], int]:
        def done() -> int:
            self.begun.append(number)
            assert self.go.wait(30)
            return number

        return done


@contextmanager
def _held() -> Iterator[_Desk]:
    desk = _Desk()
    try:
        yield desk
    finally:
        desk.go.set()


async def _begun(desk: _Desk, *numbers: int) -> None:
    async with asyncio.timeout(30):
        while desk.begun != list(numbers):  # noqa: ASYNC110 - a thread begins it
            await asyncio.sleep(0.01)


def _run(test: Callable[[_Desk], Coroutine[Any, Any, None]]) -> None:
    with _held() as desk:
        asyncio.run(test(desk))


def test_the_first_beyond_the_seats_is_told_at_once() -> None:
    """One is served, two wait, the fourth hears that we are busy; then all three are served."""
    room = WaitingRoom(at_once=1, seats=2)

    async def three_and_one(desk: _Desk) -> None:
        three = [asyncio.create_task(room.done(desk.work(number))) for number in range(3)]
        await _begun(desk, 0)
        with pytest.raises(Busy):
            await room.done(desk.work(3))
        desk.go.set()
        assert [0, 1, 2] == await asyncio.gather(*three)
        assert 4 == await room.done(desk.work(4))

    _run(three_and_one)


def test_who_leaves_gives_the_seat_back() -> None:
    """A question whose asker left before it was begun is never begun, and somebody else may wait."""
    room = WaitingRoom(at_once=1, seats=1)

    async def leaving(desk: _Desk) -> None:
        gone = asyncio.Event()
        first = asyncio.create_task(room.done(desk.work(0)))
        await _begun(desk, 0)
        second = asyncio.create_task(room.done(desk.work(1), gone.wait))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await room.done(desk.work(2))
        gone.set()
        with pytest.raises(Busy):
            await second
        third = asyncio.create_task(room.done(desk.work(3)))
        await asyncio.sleep(0)
        desk.go.set()
        assert [0, 3] == list(await asyncio.gather(first, third))

    _run(leaving)


def test_a_task_that_is_cancelled_gives_the_seat_back() -> None:
    """However often somebody gives up, no seat is lost."""
    room = WaitingRoom(at_once=1, seats=1)

    async def giving_up(desk: _Desk) -> None:
        first = asyncio.create_task(room.done(desk.work(0)))
        await _begun(desk, 0)
        for number in range(1, 20):
            other = asyncio.create_task(room.done(desk.work(number)))
            await asyncio.sleep(0)
            other.cancel()
            with pytest.raises(asyncio.CancelledError):
                await other
        desk.go.set()
        assert 0 == await first
        assert 99 == await room.done(desk.work(99))

    _run(giving_up)


def test_nobody_waits_for_ever() -> None:
    """Where what is being computed hangs, those who wait are told in time, and it keeps its place until it ends."""
    room = WaitingRoom(at_once=1, seats=1, longest=0.05)

    async def hanging(desk: _Desk) -> None:
        both = [asyncio.create_task(room.done(desk.work(number))) for number in range(2)]
        told = await asyncio.gather(*both, return_exceptions=True)
        assert all(isinstance(one, Busy) for one in told)
        assert {0} == set(desk.begun)
        third = asyncio.create_task(room.done(desk.work(2)))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await room.done(desk.work(3))
        desk.go.set()
        assert 2 == await third

    _run(hanging)


def test_an_error_reaches_who_waits() -> None:
    """What the work raises comes out as it is, and the place is free again."""
    room = WaitingRoom(at_once=1, seats=0)

    def broken() -> int:
        raise LookupError("nothing there")

    async def twice(_: _Desk) -> None:
        for _once in range(2):
            with pytest.raises(LookupError, match="nothing there"):
                await room.done(broken)

    _run(twice)


def test_the_work_knows_where_it_was_asked() -> None:
    """What is set for a request holds in the thread that answers it."""
    room = WaitingRoom()

    async def marked(_: _Desk) -> None:
        MARK.set("here")
        assert "here" == await room.done(MARK.get)

    _run(marked)
