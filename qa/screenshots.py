"""Pictures of the page in every state, for a person to look at, and the one in the README.

Playwright and a Chromium are needed for this and for tests only, so both may be missing.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.errors import EvidenceDeskError, SettingsError
from qa.page_states import STATES, State, reach
from qa.server import open_site, opened, running
from qa.settings import Settings, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, HttpCredentials

README_PICTURE = "answer.png"
OTHERS = "all"  # the folder for all other pictures
WIDTHS = (1280, 390)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_README = "Does acupuncture help sciatica?"


@dataclass(frozen=True, slots=True)
class View:
    """A state as one visitor sees it."""

    state: State
    width: int
    dark: bool


def screenshots(folder: Path) -> Iterator[Path]:
    """Write a picture of each state in each width and scheme below `folder`, and give each file's path.

    Staff pages are signed in to with a password made for the occasion.

    EvidenceDeskError where Playwright or a Chromium is missing.
    """
    with launched() as browser:
        settings = load(staff_password=secrets.token_urlsafe(16))
        site = open_site(settings, opened(settings))
        (folder / OTHERS).mkdir(parents=True, exist_ok=True)
        with running(site.app) as address:
            yield _readme(browser, address, folder / README_PICTURE)
            for view in _views():
                yield _picture(browser, address, view, folder / OTHERS, credentials(settings))


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium without a window; EvidenceDeskError where it or Playwright is missing."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of development
    except ImportError as exc:
        raise EvidenceDeskError(
            "Playwright is not installed; wanted it to drive a browser: pip install 'evidence-desk[dev]'"
        ) from exc
    program = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if program is None:
        raise EvidenceDeskError(
            f"no browser was found; wanted one of {', '.join(BROWSERS)}, "
            "which Debian has as the package chromium"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


def credentials(settings: Settings) -> HttpCredentials:
    """What a browser needs to sign in to the staff pages."""
    password = settings.staff_password
    if password is None:
        raise SettingsError("no password for staff is set; wanted one to look at their pages")
    return {"username": settings.staff_user, "password": password.get_secret_value()}


def _readme(browser: Browser, address: str, file: Path) -> Path:
    """The first screen of an answer from the top of the page, in the sharpness of a good screen."""
    page = browser.new_page(viewport={"width": 960, "height": 1000}, device_scale_factor=1.5)
    reach(page, address, State("readme", (_README,)))
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=file)
    page.close()
    return file


def _views() -> Iterator[View]:
    for state in STATES:
        for width in WIDTHS:
            yield View(state, width, dark=False)
            if not state.paper:
                yield View(state, width, dark=True)


def _picture(
    browser: Browser, address: str, view: View, folder: Path, sign_in: HttpCredentials
) -> Path:
    scheme: Literal["light", "dark"] = "dark" if view.dark else "light"
    page = browser.new_page(
        viewport={"width": view.width, "height": 800},
        color_scheme=scheme,
        http_credentials=sign_in if view.state.staff else None,
    )
    reach(page, address, view.state)
    file = folder / f"{view.state.name}-{view.width}-{scheme}.png"
    page.screenshot(path=file, full_page=True)
    page.close()
    return file
