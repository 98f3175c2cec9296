"""Connections that stand still are closed: a request that does not come, an answer that nobody fetches.

uvicorn waits for both without end, and each would keep one of the places that it has. A body that does not come is
`guard`'s matter, since that one gets an answer in words.
"""

from __future__ import annotations

import asyncio
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

PATIENCE = 20.0  # seconds; what stood still for so long, and for twice as long at most, is closed
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(H11Protocol):
    """uvicorn's connection, looked at now and then."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        self._has_heard = False
        self._seen: object = None
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Remember that something came."""
        self._has_heard = True
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._timer.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(PATIENCE, self._look)

    def _look(self) -> None:
        """Close what stands where it stood at the last look; what is being answered may take its time."""
        cycle = cast(RequestResponseCycle | None, self.cycle)
        is_idle = cycle is None or cycle.response_complete
        unfetched = self.transport.get_write_buffer_size()
        before, self._seen = self._seen, (cycle, is_idle, unfetched)
        if before != self._seen or not (is_idle or unfetched):
            self._wait()
        elif cycle is None and self._has_heard:
            # Only to a first request: later, it would read as the answer to the one before.
            self.transport.write(_TOO_SLOW)
            self.transport.close()
        else:
            self.transport.abort()
