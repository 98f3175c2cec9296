"""How often a visitor may ask: token buckets, by address. In memory, for as long as the limit needs them."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import Scope

MOST_VISITORS = 10_000  # whose use is remembered


@dataclass(slots=True)
class Buckets:
    """Token buckets by visitor: `at_once` requests in one go, refilled at `per_minute`."""

    per_minute: int
    at_once: int
    clock: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def takes(self, visitor: str) -> bool:
        """True, and one less left, where the visitor may ask now."""
        now = self.clock()
        left, since = self._left.pop(visitor, (float(self.at_once), now))
        left = min(float(self.at_once), left + (now - since) * self.per_minute / 60)
        allowed = left >= 1
        self._left[visitor] = (left - 1 if allowed else left, now)
        while len(self._left) > MOST_VISITORS:
            self._left.popitem(last=False)
        return allowed

    def has(self, visitor: str) -> bool:
        """True where the visitor may ask now; takes nothing."""
        left, since = self._left.get(visitor, (float(self.at_once), 0.0))
        return left + (self.clock() - since) * self.per_minute / 60 >= 1


def visitor(scope: Scope) -> str:
    """Whom a request counts for: the address, or for IPv6 the /64 that one household has."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
