"""The fence in front of the page: what may be asked for, how much, how often, and what goes back.

Pure ASGI, so that streamed answers stay streams. Knows nothing of questions and keeps no text; visitors'
addresses are held in memory for as long as the limit needs them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.buckets import Buckets, visitor
from qa.failures import told
from qa.guarded import Guarded, Rewrite, refuse
from qa.paths import under
from qa.waiting_room import AGAIN

BODY_LIMIT = (
    64 * 1024
)  # bytes: nine questions of 500 characters, each written as %F0%9F%98%80, and some
BODY_SECONDS = 10.0  # a body that takes longer is given up
HEAD_LIMIT = 16 * 1024  # bytes of path, query and headers
MOST_OPEN = 100  # requests of one visitor that are being answered; a fifth of what the server takes
# Gradio believes some of these; a visitor could point the page elsewhere with them. What a trusted proxy says of
# the visitor was read by `proxied` before. `cookie` has no use here.
# Not all of X-Forwarded-: in X-Forwarded-User some proxies name who has signed in, which is `gate`'s matter.
FORWARDED = frozenset(
    f"x-forwarded-{one}" for one in "for host port prefix proto protocol scheme server ssl".split()
)
_DROPPED = frozenset(one.encode() for one in FORWARDED) | {
    b"forwarded",
    b"x-real-ip",
    b"x-gradio-server",
    b"cookie",
}


_log = logging.getLogger(__name__)

READ = frozenset({"GET", "HEAD"})
POST = frozenset({"POST"})


@dataclass(frozen=True, slots=True)
class Route:
    """What may be asked for: a path, as a pattern that it matches whole, and how.

    A request that `asks` counts against its visitor's limit. What is `kept` has an address that changes when
    it does, so browsers may keep it for good. An `api` tells its refusals as JSON. What is `shared` may be loaded by
    pages of other sites.
    """

    path: str
    methods: frozenset[str] = READ
    asks: bool = False
    kept: bool = False
    api: bool = False
    shared: bool = False

    def takes(self, method: str, path: str) -> bool:
        """True where a request is for this."""
        return method in self.methods and re.fullmatch(self.path, path) is not None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decides about the fence."""

    per_minute: int = 60
    at_once: int = 20
    parents: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")  # `*.clinic.example` for all below
    closed: tuple[str, ...] = ()  # what no other site may show in a frame, allowed parent or not


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further: `name` is the wording that says so, `again` when to try again, in seconds."""

    status: HTTPStatus
    name: str
    again: int | None = None


NOT_FOUND = Refusal(HTTPStatus.NOT_FOUND, "page-not-found")
WRONG_METHOD = Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "api-wrong-method")
WRONG_HOST = Refusal(HTTPStatus.MISDIRECTED_REQUEST, "page-problem-host")
TOO_OFTEN = Refusal(HTTPStatus.TOO_MANY_REQUESTS, "page-problem-often", 60)
CROWDED = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "page-problem-crowded", AGAIN)
TOO_LARGE = Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "page-problem-large")
TOO_MUCH_HEAD = Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "page-problem-headers")
TOO_SLOW = Refusal(HTTPStatus.REQUEST_TIMEOUT, "page-problem-failed")
FAILED = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "page-problem-failed")


class Say(Protocol):
    """Words a refusal."""

    def __call__(self, refusal: Refusal, *, as_page: bool) -> str:
        """The text, as a whole HTML page or bare."""


class Visitors:
    """What is remembered of visitors by address: how often they asked, and how many answers they wait for."""

    def __init__(self, rules: Rules) -> None:
        self.buckets = Buckets(rules.per_minute, rules.at_once)
        self.open: Counter[str] = Counter()


class Guard:
    """Wraps an ASGI app. `say` words a refusal; `rewrite` maps paths to what is done to their HTML.

    Guards that share their `visitors` limit them together.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Iterable[Route],
        rules: Rules,
        say: Say,
        rewrite: Mapping[str, Rewrite],
        visitors: Visitors | None = None,
    ) -> None:
        self.app = app
        self.routes = tuple(routes)
        self.rules = rules
        self.say = say
        self.rewrite = rewrite
        self.visitors = visitors or Visitors(rules)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it; web sockets are never let through."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        who = visitor(scope)
        waiting = self.visitors.open
        waiting[who] += 1
        try:
            await self._answered(scope, receive, send)
        finally:
            waiting[who] -= 1
            if not waiting[who]:
                del waiting[who]

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._route(scope)
        parents = () if under(scope["path"], self.rules.closed) else self.rules.parents
        rewrite = self.rewrite.get(scope["path"])
        answer = Guarded(
            send,
            parents=parents,
            rewrite=rewrite,
            kept=route is not None and route.kept,
            shared=route is not None and route.shared,
            asks=route is not None and route.asks,
        )
        refusal = self._refusal(scope, route)
        if refusal is None:
            body = await _body(receive)
            if isinstance(body, bytes):
                refusal = await self._passed(scope, _replay(body, receive), answer)
            else:
                refusal = body
        if refusal is not None:
            as_page = not (route.api if route else refusal is WRONG_METHOD)
            headers = [(b"retry-after", b"%d" % refusal.again)] if refusal.again else []
            said = self.say(refusal, as_page=as_page)
            await refuse(answer, refusal.status, said, as_page=as_page, headers=headers)

    async def _passed(self, scope: Scope, receive: Receive, answer: Guarded) -> Refusal | None:
        """Let a request through; the refusal where it failed before anything was sent back."""
        try:
            await self.app(_stripped(scope, self.rewrite), receive, answer)
        except Exception as exc:  # noqa: BLE001 - the server behind us would log its message
            # Its message may hold a question.
            _log.error("a request failed: %s", told(exc))
            return None if answer.has_started else FAILED
        if answer.is_crowded:
            answer.is_crowded = False  # what it says next is ours
            return CROWDED
        return None

    def _route(self, scope: Scope) -> Route | None:
        return next((one for one in self.routes if one.takes(scope["method"], scope["path"])), None)

    def _refusal(self, scope: Scope, route: Route | None) -> Refusal | None:
        if not _is_ours(scope, self.rules.hosts):
            return WRONG_HOST
        if _head_size(scope) > HEAD_LIMIT:
            return TOO_MUCH_HEAD
        if self.visitors.open[visitor(scope)] > MOST_OPEN:
            return TOO_OFTEN
        if route is None:
            paths = (one.path for one in self.routes if one.api)
            is_here = any(re.fullmatch(path, scope["path"]) for path in paths)
            return WRONG_METHOD if is_here else NOT_FOUND
        asks = route.asks and scope["method"] == "POST"
        return TOO_OFTEN if asks and not self.visitors.buckets.takes(visitor(scope)) else None


def _is_ours(scope: Scope, hosts: Iterable[str]) -> bool:
    """True where the request names us: another name would mean that somebody else's page asks (DNS rebinding)."""
    named = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
    match = (
        re.fullmatch(r"(?:\[([0-9a-f:]+)\]|([^:\[\]]+))(?::\d+)?", named[0])
        if len(named) == 1
        else None
    )
    if match is None:
        return False
    host = match[1] or match[2]
    return any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in hosts)


def _head_size(scope: Scope) -> int:
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope["path"]) + len(scope.get("query_string", b""))


def _stripped(scope: Scope, rewrite: Mapping[str, Rewrite]) -> Scope:
    """The request without headers that must not be believed; HTML to be rewritten comes unpacked."""
    dropped = _DROPPED | ({b"accept-encoding"} if scope["path"] in rewrite else set())
    return {**scope, "headers": [one for one in scope["headers"] if one[0].lower() not in dropped]}


async def _body(receive: Receive) -> bytes | Refusal:
    """The whole body, at most BODY_LIMIT bytes of it and at most BODY_SECONDS long."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return TOO_SLOW
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > BODY_LIMIT:
                    return TOO_LARGE
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        return TOO_SLOW


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body at once, and then whatever comes: the visitor leaving."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
