"""Several sites as one ASGI application: one at `/`, each other one below the address of its collection."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from qa.page_site import Site
from qa.places import COLLECTION, below

_PLACE = re.compile(rf"({COLLECTION})(/.*)?", re.DOTALL)


def side_by_side(sites: Sequence[Site]) -> Site:
    """The first site, at `/`, with the others below their own addresses; just that one where it is the only one."""
    first, *others = sites
    return replace(first, app=_SideBySide(first, others)) if others else first


class _SideBySide:
    """Hands each request to its site, which knows it by the path below its own address."""

    def __init__(self, first: Site, others: Sequence[Site]) -> None:
        self._first = first
        self._others = {one.prefix: one for one in others}
        self._life = Starlette(lifespan=self._alive)

    @asynccontextmanager
    async def _alive(self, _: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for site in (self._first, *self._others.values()):
                await stack.enter_async_context(site.inside.router.lifespan_context(site.inside))
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the site that the path names; the first one knows what to say of an unknown path."""
        if scope["type"] == "lifespan":
            await self._life(scope, receive, send)
            return
        place = _PLACE.fullmatch(scope["path"])
        site = self._others.get(place[1]) if place else None
        if site is None or place is None:
            await self._first.app(scope, receive, send)
        elif place[2] is None and scope["type"] == "http":
            there = RedirectResponse(f"{place[1]}/", HTTPStatus.PERMANENT_REDIRECT)
            await there(scope, receive, send)
        else:
            inside = {**scope, "path": place[2] or "/", "root_path": site.prefix}
            inside["raw_path"] = inside["path"].encode("utf-8", "surrogateescape")
            with below(site.prefix):
                await site.app(inside, receive, send)
