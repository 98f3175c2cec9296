"""Which collections the settings name, and how each is loaded: alone, or several as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue import Catalogue, load_catalogue, shipped_folder
from corpus.errors import SettingsError
from corpus.importing.authors import slug
from corpus.joining import joined
from qa.places import prefix_of
from qa.settings import Settings
from qa.wording import Wording

TOGETHER = "all"  # the short name of all collections searched as one


@dataclass(frozen=True, slots=True)
class Source:
    """A collection that is served; `short` stands in its address and is empty for the one at `/`."""

    short: str
    folders: tuple[Path, ...]
    load: Callable[[], Catalogue]

    @property
    def prefix(self) -> str:
        """What the addresses of its pages begin with."""
        return prefix_of(self.short)


def sources(settings: Settings) -> tuple[Source, ...]:
    """The collection at `/`, those beside it, and all of them as one where there are several.

    SettingsError where two could not be told apart by their addresses.
    """
    first, beside = settings.collection or shipped_folder(), settings.collections
    alone = Source("", (first,), _loader(settings, settings.collection))
    if not beside:
        return (alone,)
    every = together(settings, (first, *beside))
    others = (Source(short_name(one), (one,), _loader(settings, one)) for one in beside)
    return (alone, *others, every)


def together(settings: Settings, folders: tuple[Path, ...]) -> Source:
    """The collections of several folders, searched as one.

    SettingsError where two of them have names that read the same in an address.
    """
    shorts = [short_name(one) for one in folders]
    for folder, short in zip(folders, shorts, strict=True):
        if not short or short == TOGETHER or shorts.count(short) > 1:
            raise SettingsError(
                f"{folder}: found a collection whose page would have the address {prefix_of(short)}/; wanted folders with names "
                f"of their own, of letters or digits, none of them {TOGETHER!r}"
            )

    def load() -> Catalogue:
        loaded = (load_catalogue(one, drafts=settings.drafts) for one in folders)
        return joined(dict(zip(shorts, loaded, strict=True)), Wording("neighbours-all").text)

    return Source(TOGETHER, folders, load)


def short_name(folder: Path) -> str:
    """The name of a folder as it stands in an address.

    >>> short_name(Path("Neck pain (2026)"))
    'neck-pain-2026'
    """
    return slug(folder.resolve().name)


def _loader(settings: Settings, folder: Path | None) -> Callable[[], Catalogue]:
    return lambda: load_catalogue(folder, drafts=settings.drafts)
