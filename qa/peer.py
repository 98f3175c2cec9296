"""Who is at the other end of the connection: the visitor, or a proxy that speaks for one.

`proxied` remembers it, since the visitor's own address takes its place.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.types import Scope

PEER = "evidence_desk.peer"  # the key of a request's scope
FORWARDED = "evidence_desk.forwarded"  # true where the request says that it came through a proxy
# A proxy on this machine makes all the world look like this machine, but says that it is one.
SAYS_SO = frozenset({b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"})


def peer(scope: Scope) -> str:
    """The address at the other end of the connection; empty where nobody remembered it."""
    return str(scope.get(PEER, ""))


def is_local(scope: Scope) -> bool:
    """True where the request comes from this machine, and through no proxy that says so."""
    return not scope.get(FORWARDED, True) and is_among(peer(scope), ("127.0.0.0/8", "::1"))


def is_among(address: str, networks: Iterable[str]) -> bool:
    """True where the address is one of `networks`, which are addresses or like 10.0.0.0/8."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one) for one in networks)
