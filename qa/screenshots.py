"""Pictures of the page in every state, for a person to look at, and the one in the README.

Playwright and a Chromium are needed for this and for tests only, so both may be missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.errors import EvidenceDeskError
from qa.server import open_site, opened, running
from qa.settings import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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
_HIP = "What does the research say about acupuncture for hip arthritis?"


@dataclass(frozen=True, slots=True)
class State:
    """A state of the page: the questions that lead to it, the page to ask them on, and what is left out then."""

    name: str
    questions: tuple[str, ...] = ()
    path: str = "/"
    paper: bool = False
    leaves_out: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A state as one visitor sees it."""

    state: State
    width: int
    dark: bool


STATES = (
    State("empty"),
    State("answer", (_HIP,)),
    State("long-answer", ("Does acupuncture help with low back pain?",)),
    State("conversation", (_HIP, "And is it safe?")),
    State("left-out", (_HIP,), leaves_out="hip osteoarthritis"),
    State("no-study", ("Does acupuncture help migraines?",)),
    State("not-reported", ("How much does acupuncture for sciatica cost?",)),
    State("practitioner", ("Should I stop my blood thinners before acupuncture for my knee?",)),
    State("urgent", ("My back hurts and I cannot feel my legs or hold my urine",)),
    State("clinic", ("What time do you open on Saturday?",)),
    State("clinic-page", ("What causes back pain?",)),
    State("too-long", ("Why does my hip hurt? " * 30,)),
    State("simple-empty", path="/plain"),
    State("simple-answer", (_HIP,), path="/plain"),
    State("simple-left-out", (_HIP,), path="/plain", leaves_out="hip osteoarthritis"),
    State("not-found", path="/nothing"),
    State("browse", path="/browse"),
    State("browse-study", path="/browse/manheimer-2018-hip-oa"),
    State("browse-stronger-note", path="/browse/lv-2016-chondromalacia"),
    State("paper", (_HIP,), paper=True),
)


def screenshots(folder: Path) -> Iterator[Path]:
    """Write a picture of each state in each width and scheme below `folder`, and give each file's path.

    EvidenceDeskError where Playwright or a Chromium is missing.
    """
    with launched() as browser:
        settings = load()
        site = open_site(settings, opened(settings))
        (folder / OTHERS).mkdir(parents=True, exist_ok=True)
        with running(site.app) as address:
            yield _readme(browser, address, folder / README_PICTURE)
            for view in _views():
                yield _picture(browser, address, view, folder / OTHERS)


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


def _readme(browser: Browser, address: str, file: Path) -> Path:
    """The first screen of an answer from the top of the page, in the sharpness of a good screen."""
    page = browser.new_page(viewport={"width": 960, "height": 1000}, device_scale_factor=1.5)
    _reach(page, address, State("readme", (_README,)))
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


def _picture(browser: Browser, address: str, view: View, folder: Path) -> Path:
    scheme: Literal["light", "dark"] = "dark" if view.dark else "light"
    page = browser.new_page(viewport={"width": view.width, "height": 800}, color_scheme=scheme)
    _reach(page, address, view.state)
    if view.state.paper:
        page.emulate_media(media="print")
    file = folder / f"{view.state.name}-{view.width}-{scheme}.png"
    page.screenshot(path=file, full_page=True)
    page.close()
    return file


def _reach(page: Page, address: str, state: State) -> None:
    page.goto(address + state.path)
    full = state.path == "/"
    if full:
        page.locator("#first").wait_for(state="hidden")
    for question in state.questions:
        page.locator("#question textarea" if full else "textarea").fill(question)
        page.locator("#go" if full else ".go").click()
        asked = page.locator("#out .asked" if full else ".turn .asked", has_text=question[:40])
        refused = page.locator("#status .problem, .panel .problem")
        asked.or_(refused).first.wait_for(state="attached")
    if state.leaves_out is not None:
        page.get_by_role("button", name=f"Leave out {state.leaves_out}").click()
        page.locator(".turn .chip.back").wait_for()
        page.locator("#narrow summary").click()
    page.wait_for_timeout(300)
