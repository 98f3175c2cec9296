"""What is served at one moment: one build of a collection, and what the pages show of it.

A request takes it once and uses nothing else, so that no answer mixes two builds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from corpus.catalogue import Catalogue
from qa.browse import published
from qa.conversation import Ask, Conversation
from qa.page_frame import Frame


@dataclass(frozen=True, eq=False)
class Served:
    """One build: `ask` answers uncounted, `conversation` for people, and counted."""

    catalogue: Catalogue
    ask: Ask
    conversation: Conversation
    frame: Frame
    trouble: str | None = None  # why a newer state of the collection is not served

    @cached_property
    def shelf(self) -> Catalogue:
        """The catalogue without drafts, whatever the operator lets answers use."""
        return published(self.catalogue)


class Current:
    """Holds what is served now; called, it gives it."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def __call__(self) -> Served:
        """What is served now."""
        return self._served

    def troubled(self, why: str | None) -> None:
        """Remember why a newer state cannot be served, or None where that is over."""
        self._served = replace(self._served, trouble=why)

    def put(self, served: Served) -> None:
        """Serve this from now on; who has taken the one before goes on with it."""
        self._served = served
