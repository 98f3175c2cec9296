"""What the page adds to an answer: from the press of the button until the answer can be read.

Measured in a real browser on this machine, side by side with the answers themselves in one run, so that a busy
machine slows both. Playwright and a Chromium are needed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.choices import NO_CHOICES
from qa.examples import example_texts
from qa.pipeline import ask
from qa.screenshots import launched
from qa.server import open_site, running

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from index.library import Library
    from qa.settings import Settings

# Presses the button and gives the milliseconds until a new answer stands in the page and was painted.
_PRESS = """
() => new Promise((done) => {
  const out = document.querySelector("#out");
  const id = () => (out.querySelector(".turn [tabindex='-1']") || {}).id;
  const before = id();
  const start = performance.now();
  new MutationObserver((_, watch) => {
    if (!id() || id() === before) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  }).observe(out, { childList: true, subtree: true });
  document.querySelector("#go").click();
})
"""
_WARM = 3  # questions before the first that counts


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds a question: the answer alone, and from the press of the button until it is shown."""

    questions: int
    ask_p50: float
    ask_p95: float
    page_p50: float
    page_p95: float

    @property
    def added_p50(self) -> float:
        """What the page adds, at the median."""
        return round(self.page_p50 - self.ask_p50, 1)


def page_figures(settings: Settings, library: Library, count: int) -> Figures:
    """Ask `count` different questions of the real page, each just after the same one was answered without it.

    Each question is worded anew for the page ("please"), so that no cache helps either side.
    EvidenceDeskError where Playwright or a Chromium is missing.
    """
    open_limits = settings.model_copy(
        update={"requests_per_minute": 6000, "requests_at_once": 1000}
    )
    alone: list[float] = []
    shown: list[float] = []
    with _page(open_limits, library) as page:
        for number, question in enumerate(_questions(library, count + _WARM)):
            start = time.perf_counter()
            ask(question, library, (), desk=settings.desk, choices=NO_CHOICES)
            alone.append((time.perf_counter() - start) * 1000)
            page.locator("#question textarea").fill(f"please: {question}")
            shown.append(float(page.evaluate(_PRESS)))
            if number + 1 == _WARM:
                alone.clear()
                shown.clear()
            if number % 20 == 19:  # a page with a hundred answers is not what is measured
                page.reload()
                page.locator("#first").wait_for(state="hidden")
    return Figures(len(alone), *_middle_and_high(alone), *_middle_and_high(shown))


def _middle_and_high(times: Sequence[float]) -> tuple[float, float]:
    return round(statistics.median(times), 1), round(statistics.quantiles(times, n=20)[-1], 1)


def _questions(library: Library, count: int) -> Iterator[str]:
    """Different questions that the collection can answer: its examples, counted through."""
    texts = example_texts(library.catalogue)
    for number in range(count):
        yield f"{texts[number % len(texts)]} ({number // len(texts) + 1})"


@contextmanager
def _page(settings: Settings, library: Library) -> Iterator[Page]:
    site = open_site(settings, library)
    with running(site.app) as address, launched() as browser:
        page = browser.new_page()
        page.goto(address)
        page.locator("#first").wait_for(state="hidden")
        yield page
