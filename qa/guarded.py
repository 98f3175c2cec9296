"""What goes back through the fence: with our headers, its scripts by nonce; and what is refused."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable
from http import HTTPStatus

from starlette.types import Message, Send

Rewrite = Callable[[str], str]
Headers = Iterable[tuple[bytes, bytes]]
_SCRIPT = re.compile(rb"<script(?=[\s>])")


def policy(nonce: str, parents: Iterable[str]) -> str:
    """The content security policy: our own scripts by nonce, no eval, no other host."""
    frames = " ".join(("'self'", *parents))
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; "
        f"object-src 'none'; frame-ancestors {frames}"
    )


async def refuse(
    send: Send, status: HTTPStatus, text: str, *, as_page: bool, headers: Headers = ()
) -> None:
    """Send a refusal: `text` is a whole page, or goes out as the `detail` of a JSON object."""
    body = text.encode() if as_page else json.dumps({"detail": text}).encode()
    kind = b"text/html; charset=utf-8" if as_page else b"application/json"
    length = str(len(body)).encode()
    sent = [(b"content-type", kind), (b"content-length", length), *headers]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})


class Guarded:
    """A `send` that adds our headers and, where asked, rewrites HTML before it goes out.

    `parents` may show it in a frame. What is `kept` may stay in a browser for good, what is `shared` may be loaded
    by pages of other sites. Where a question was asked, Gradio's own "Queue is full" goes no further: the guard words it.
    """

    def __init__(
        self,
        send: Send,
        *,
        parents: Iterable[str],
        rewrite: Rewrite | None,
        kept: bool,
        shared: bool,
        asks: bool = False,
    ) -> None:
        self.kept = kept
        self.shared = shared
        self.asks = asks
        self.is_crowded = False
        self.send = send
        self.rewrite = rewrite
        self.nonce = secrets.token_urlsafe(16)
        self.policy = policy(self.nonce, parents)
        self.start: Message | None = None
        self.has_started = False
        self.parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        """Pass a message on; HTML that is to be rewritten waits until it is whole."""
        if self.is_crowded:
            return
        if message["type"] == "http.response.start":
            if self.asks and _is_unworded(message):
                self.is_crowded = True
                return
            self.has_started = True
            message = {**message, "headers": self._headers(message["headers"])}
            if self.rewrite is not None and _is_page(message):
                self.start = message
                return
        elif self.start is not None:
            self.parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            start, body = self.start, self._rewritten()
            self.start = None
            length = (b"content-length", str(len(body)).encode())
            await self.send(
                {**start, "headers": [*_without(start["headers"], b"content-length"), length]}
            )
            message = {"type": "http.response.body", "body": body}
        await self.send(message)

    def _rewritten(self) -> bytes:
        page = b"".join(self.parts).decode("utf-8")
        if self.rewrite is not None:
            page = self.rewrite(page)
        return _SCRIPT.sub(b'<script nonce="%s"' % self.nonce.encode(), page.encode("utf-8"))

    def _headers(self, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        cache = b"public, max-age=31536000, immutable" if self.kept else b"no-store"
        return [
            *_without(given, b"cache-control", b"set-cookie", b"server", b"x-frame-options"),
            (b"cache-control", cache),
            (b"content-security-policy", self.policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (
                b"permissions-policy",
                b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"cross-origin" if self.shared else b"same-origin"),
        ]


def _without(headers: Iterable[tuple[bytes, bytes]], *names: bytes) -> list[tuple[bytes, bytes]]:
    return [one for one in headers if one[0].lower() not in names]


def _is_unworded(start: Message) -> bool:
    """True where a line is full and nothing says when to ask again: our own doors do."""
    names = {name.lower() for name, _ in start["headers"]}
    return start["status"] == HTTPStatus.SERVICE_UNAVAILABLE and b"retry-after" not in names


def _is_page(start: Message) -> bool:
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return start["status"] == HTTPStatus.OK and any(one.startswith(b"text/html") for one in kinds)
