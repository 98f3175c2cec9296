"""Who is at the other end of the connection: the visitor, or a proxy that speaks for one.

`proxied` remembers it, since the visitor's own address takes its place.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.types import Scope

PEER = "evidence_desk.peer"  # the key of a request's scope


def peer(scope: Scope) -> str:
    """The address at the other end of the connection; empty where nobody remembered it."""
    return str(scope.get(PEER, ""))


def is_among(address: str, networks: Iterable[str]) -> bool:
    """True where the address is one of `networks`, which are addresses or like 10.0.0.0/8."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one) for one in networks)
