"""The page in a real browser, for tests: opened, asked, and looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

HIP = "what does the research say about acupuncture for hip arthritis?"
PATIENCE = 15_000  # milliseconds; the machine may have other work
AXE = files("axe_playwright_python").joinpath("axe.min.js")
AXE_TAGS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()

# How a page is looked at, as width and colour scheme: one look always, all of them where there is time.
LOOKS = [
    pytest.param(width, scheme, marks=[] if (width, scheme) == (390, "dark") else pytest.mark.long)
    for width in (1280, 390, 320)
    for scheme in ("light", "dark")
]

expect.set_options(timeout=PATIENCE)


@dataclass
class Watch:
    """What a page asked for and complained of."""

    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Watch a page."""
        page.on("request", self._asked_for)
        page.on(
            "console", lambda one: self.complaints.append(one.text) if one.type == "error" else None
        )
        page.on("pageerror", lambda one: self.complaints.append(str(one)))

    def _asked_for(self, one: Request) -> None:
        self.requests.append(one)

    @property
    def hosts(self) -> set[str]:
        """Where anything was asked for."""
        return {
            urlsplit(one.url).netloc for one in self.requests if not one.url.startswith("data:")
        }


def opened(context: BrowserContext, address: str, watch: Watch | None = None) -> Page:
    """The page, ready to be asked."""
    page = context.new_page()
    if watch is not None:
        watch.on(page)
    page.goto(address)
    ready(page)
    return page


def ready(page: Page) -> None:
    """Wait until Gradio has taken over from the first form."""
    expect(page.locator("#first")).to_be_hidden()
    expect(page.locator("#question textarea")).to_be_visible()


def asked_and_shown(page: Page, question: str) -> None:
    """Type a question, send it, and wait until its answer has come and has the focus."""
    turn = page.locator("#out .turn")
    before = turn.locator("[tabindex='-1']").first.get_attribute("id") if turn.count() else ""
    page.locator("#question textarea").fill(question)
    page.locator("#go").click()
    expect(
        page.locator(f"#out .turn [tabindex='-1']:not(#{before or 'none'})").first
    ).to_be_focused()


def axe(page: Page) -> list[str]:
    """What axe finds wrong, or cannot decide."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations', 'incomplete']})",
        AXE_TAGS,
    )
    return [
        f"{kind} {one['id']}: {node['target']} {node['failureSummary']}"
        for kind in ("violations", "incomplete")
        for one in found[kind]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
