"""The gate: who may see the pages of the staff.

Pure ASGI, behind the guard and in front of everything else. A request for a closed path passes only with the
credentials that the operator set; nothing behind the gate ever sees them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.buckets import Buckets, visitor
from qa.guard import NOT_FOUND, READ, Refusal, Say
from qa.guarded import refuse
from qa.paths import under
from qa.peer import is_among, peer

STAFF = "/staff"
MCP = "/gradio_api/mcp"
METRICS = "/metrics"  # checks a token of its own
WRONG_AT_ONCE = 10  # failed tries of a visitor in one go
WRONG_PER_MINUTE = 6

SIGN_IN = Refusal(HTTPStatus.UNAUTHORIZED, "gate-sign-in")
TOO_MANY_TRIES = Refusal(HTTPStatus.TOO_MANY_REQUESTS, "gate-too-many-tries")
OTHER_SITE = Refusal(HTTPStatus.FORBIDDEN, "gate-other-site")

_HEADERS = {
    SIGN_IN: [(b"www-authenticate", b'Basic realm="Evidence Desk", charset="UTF-8"')],
    TOO_MANY_TRIES: [(b"retry-after", b"60")],
}
_CREDENTIALS = frozenset({b"authorization", b"proxy-authorization"})
_PORTS = {b"http": 80, b"https": 443}


@dataclass(frozen=True, slots=True)
class SignIn:
    """The ways to sign in that the operator set: a password, a token, or a header of a trusted proxy."""

    user: str = "staff"
    password: SecretStr | None = None
    token: SecretStr | None = None
    header: str | None = None
    proxies: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        """True where there is any way to sign in."""
        return bool(self.password or self.token or self.header)

    def knows(self, scope: Scope) -> bool:
        """True where a trusted proxy says who it is, or the credentials of the request are right."""
        if self.header and is_among(peer(scope), self.proxies):
            names = _values(scope, self.header.lower().encode())
            if len(names) == 1 and names[0].strip():
                return True
        given = _values(scope, b"authorization")
        return len(given) == 1 and self._is_right(given[0])

    def _is_right(self, given: bytes) -> bool:
        scheme, _, rest = given.partition(b" ")
        kind = scheme.lower()
        if kind == b"bearer" and self.token:
            return _same(rest.strip(), self.token.get_secret_value())
        if kind == b"basic" and self.password:
            return _same(_decoded(rest.strip()), f"{self.user}:{self.password.get_secret_value()}")
        return False


def wrong_tries() -> Buckets:
    """How often each visitor may be wrong."""
    return Buckets(WRONG_PER_MINUTE, WRONG_AT_ONCE)


class Gate:
    """Wraps an ASGI app: paths under `prefixes` are for those who sign in. `say` words a refusal.

    Credentials go no further, but to the paths that check them `themselves`. Gates that share `wrong` count wrong
    tries together.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        prefixes: Iterable[str],
        sign_in: SignIn,
        say: Say,
        themselves: Iterable[str] = (),
        wrong: Buckets | None = None,
    ) -> None:
        self.app = app
        self.prefixes = tuple(prefixes)
        self.themselves = tuple(themselves)
        self.sign_in = sign_in
        self.say = say
        self.wrong = wrong or wrong_tries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through without its credentials, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope) if under(scope["path"], self.prefixes) else None
        if refusal is None:
            await self.app(self._without_credentials(scope), receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            as_page = not under(scope["path"], [MCP])
            said = self.say(refusal, as_page=as_page)
            headers = _HEADERS.get(refusal, [])
            await refuse(send, refusal.status, said, as_page=as_page, headers=headers)

    def _refusal(self, scope: Scope) -> Refusal | None:
        if not self.sign_in.is_on:
            return NOT_FOUND
        if scope.get("method") not in READ and _is_from_elsewhere(scope):
            return OTHER_SITE
        who = visitor(scope)
        # Before anything is compared: whoever tries too often learns nothing, even from a right guess.
        if not self.wrong.has(who):
            return TOO_MANY_TRIES
        if self.sign_in.knows(scope):
            return None
        if _values(scope, b"authorization"):
            self.wrong.takes(who)
        return SIGN_IN

    def _without_credentials(self, scope: Scope) -> Scope:
        header = {self.sign_in.header.lower().encode()} if self.sign_in.header else set()
        known = () if under(scope["path"], self.themselves) else _CREDENTIALS
        dropped = header.union(known)
        return {
            **scope,
            "headers": [one for one in scope["headers"] if one[0].lower() not in dropped],
        }


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def _decoded(given: bytes) -> bytes:
    try:
        return base64.b64decode(given, validate=True)
    except binascii.Error:
        return b""


def _same(given: bytes, wanted: str) -> bool:
    """True for the same text, in the same time whatever the length or the place of a difference."""
    text = unicodedata.normalize("NFC", given.decode("utf-8", "replace"))
    right = unicodedata.normalize("NFC", wanted)
    hashes = [hashlib.sha256(one.encode()).digest() for one in (text, right)]
    return hmac.compare_digest(*hashes)


def _is_from_elsewhere(scope: Scope) -> bool:
    """True where a browser says that another site's page sends this: it would bring the password along."""
    site = _values(scope, b"sec-fetch-site")
    if site:
        return any(one not in {b"same-origin", b"none"} for one in site)
    origins = _values(scope, b"origin")
    # The guard has made sure that the host is one of ours.
    hosts = _values(scope, b"host")
    return bool(origins) and not (len(origins) == len(hosts) == 1 and _is_at(origins[0], hosts[0]))


def _is_at(origin: bytes, host: bytes) -> bool:
    """True where an origin, like https://desk.example, is that of a request's `host`."""
    scheme = origin.lower().partition(b"://")[0]
    places = (_place(origin), _place(scheme + b"://" + host))
    return scheme in _PORTS and None not in places and places[0] == places[1]


def _place(address: bytes) -> tuple[str | None, int] | None:
    """Host and port of an address; the port of its scheme where it names none."""
    try:
        parts = urlsplit(address.decode("latin-1").lower())
        return parts.hostname, parts.port or _PORTS.get(parts.scheme.encode(), 0)
    except ValueError:
        return None
