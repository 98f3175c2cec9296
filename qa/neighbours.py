"""Collections that are served side by side: what their sites share, and how their pages lead to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from qa.buckets import Buckets
from qa.gate import wrong_tries
from qa.guard import Rules, Visitors
from qa.page_markup import NOTHING, Html, element
from qa.places import at
from qa.waiting_room import WaitingRoom
from qa.wording import Brand, Wording


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A collection that is served: what the addresses of its pages begin with, and its name at this moment."""

    prefix: str
    name: Callable[[], str]


@dataclass(slots=True)
class Neighbours:
    """All that are served, and what their visitors share, whichever of them they ask."""

    visitors: Visitors
    wrong: Buckets = field(default_factory=wrong_tries)
    room: WaitingRoom = field(default_factory=WaitingRoom)
    every: list[Neighbour] = field(default_factory=list)

    @classmethod
    def alone(cls, rules: Rules) -> Neighbours:
        """Those of a collection that may be the only one."""
        return cls(Visitors(rules))

    def ways(self, path: str) -> Html:
        """Links to the same page of each collection; nothing where there is one only."""
        if len(self.every) < 2:
            return NOTHING
        here = at("")

        def way(one: Neighbour) -> Html:
            current = "true" if one.prefix == here else None
            link = element("a", Brand(one.name()), href=f"{one.prefix}{path}", aria_current=current)
            return element("li", link)

        listed = element("ul", *map(way, self.every), class_="inner")
        return element("nav", listed, class_="neighbours", aria_label=Wording("neighbours-nav"))
