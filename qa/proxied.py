"""Reverse proxies: whose word on a visitor's address is taken, and who was really at the other end.

The outermost layer, so that it does not matter which server runs the application.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn._types import ASGI3Application
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from qa.peer import FORWARDED, PEER, SAYS_SO


class Proxied:
    """Wraps an ASGI app: a trusted proxy's word replaces the visitor's address, and the proxy's own is remembered."""

    def __init__(self, app: ASGIApp, *, proxies: Iterable[str]) -> None:
        self.app = app
        self._told = ProxyHeadersMiddleware(cast(ASGI3Application, app), list(proxies))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with the address that counts."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        client = _plain(scope.get("client"))
        # Asked now, since the guard takes these headers away.
        forwarded = any(name.lower() in SAYS_SO for name, _ in scope["headers"])
        known = {
            **scope,
            "client": client,
            PEER: client[0] if client else "",
            FORWARDED: forwarded,
        }
        await self._told(known, receive, send)  # type: ignore[arg-type]


def _plain(client: tuple[str, int] | None) -> tuple[str, int] | None:
    """An IPv4 address as such; one that listens for both kinds writes it as ::ffff:10.0.0.5."""
    if client is None:
        return None
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return client
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (str(mapped), client[1]) if mapped else client
