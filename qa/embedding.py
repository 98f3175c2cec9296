"""The page in the clinic's own site: what to paste there, and which setting lets it."""

from __future__ import annotations

import re

from corpus.errors import EvidenceDeskError
from qa.places import COLLECTION
from qa.settings import PREFIX
from qa.wording import Wording

_ADDRESS = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")
_PLACE = re.compile(COLLECTION)
LEAST_HEIGHT = 640  # pixels, for sites that do not load the script
# What the page needs: its own scripts, its form, links to studies in new tabs, files to save, and printing.
_MAY = (
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox "
    "allow-downloads allow-modals"
)


def snippet(address: str) -> str:
    """The HTML that shows the page at `address` in another page, as high as it is.

    EvidenceDeskError where the address is not one like https://desk.clinic.example, or https://desk.clinic.example/c/neck-pain.
    """
    page = address.rstrip("/")
    below = _PLACE.search(page)
    home = _checked(
        page[: below.start()] if below and below.end() == len(page) else page, "--address"
    )
    return (
        f'<iframe title="{Wording("embed-title").text}"\n'
        f'  src="{page}/?__theme=light"\n'
        '  referrerpolicy="no-referrer" allow="clipboard-write" loading="lazy"\n'
        f'  sandbox="{_MAY}"\n'
        f'  style="display: block; width: 100%; min-height: {LEAST_HEIGHT}px; border: 0"></iframe>\n'
        f'<script src="{home}/embed.js" async></script>'
    )


def instructions(address: str, parent: str) -> str:
    """The snippet, and what must be set where it is pasted into pages of the site `parent`."""
    site = _checked(parent, "--site")
    return (
        f"Paste this into the page of {site} that should show the desk:\n\n{snippet(address)}\n\n"
        f"Then set this where the desk runs, and start it again:\n\n{PREFIX}ALLOWED_PARENTS={site}\n\n"
        "More than one site? Part them by commas. Without the script line it works too: the frame then scrolls."
    )


def _checked(value: str, option: str) -> str:
    if not _ADDRESS.fullmatch(value.rstrip("/")):
        raise EvidenceDeskError(
            f"{option} is {value!r}; wanted an address like https://desk.clinic.example, without a path but that of a collection"
        )
    return value.rstrip("/")
