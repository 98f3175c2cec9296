"""Every state of every page, from the real collection: readable for all, at every size, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal, cast

import pytest
from playwright.sync_api import Browser, Page

from index.library import Library
from qa.page_states import HIP, STATES, State, reach
from qa.server import open_site, running
from qa.settings import load
from tests.browsing import axe, overflow
from tests.signing_in import CREDENTIALS, PASSWORD

SIZES = (1280, 390, 320, 1920)
SCHEMES = ("light", "dark")
_LOOKS = tuple(product(SIZES, SCHEMES))
_SCREENS = tuple(one for one in STATES if not one.paper)
# Each state in one look, a different one for neighbours, so that all looks come about.
_SAMPLE = [(one, *_LOOKS[place % len(_LOOKS)]) for place, one in enumerate(_SCREENS)]
_ALL = [(one, *look) for one in _SCREENS for look in _LOOKS]


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    """The whole site with the real collection, staff pages and all."""
    settings = load(
        clinic_name="Harbour Street Clinic",
        clinic_phone="02 5550 1234",
        booking_link="https://clinic.example/book",
        staff_password=PASSWORD,
        requests_per_minute=6000,
        requests_at_once=1000,
    )
    with running(open_site(settings, library).app) as found:
        yield found


def _page(browser: Browser, state: State, width: int, scheme: str) -> Page:
    return browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme=cast("Literal['light', 'dark']", scheme),
        http_credentials=CREDENTIALS if state.staff else None,
    )


def _is_fine(browser: Browser, address: str, state: State, width: int, scheme: str) -> None:
    page = _page(browser, state, width, scheme)
    reach(page, address, state)
    assert [] == axe(page)
    assert 0 >= overflow(page)
    # What holds the answer of a request open ends with the page.
    page.unroute_all(behavior="ignoreErrors")
    page.close()


def _name(case: object) -> str:
    return case.name if isinstance(case, State) else str(case)


@pytest.mark.parametrize(("state", "width", "scheme"), _SAMPLE, ids=_name)
def test_state_is_readable_for_all(
    state: State, width: int, scheme: str, browser: Browser, address: str
) -> None:
    """Axe finds nothing wrong and nothing undecided (WCAG 2.0 to 2.2 A, AA, best practice); nothing runs off."""
    _is_fine(browser, address, state, width, scheme)


@pytest.mark.long
@pytest.mark.parametrize(("state", "width", "scheme"), _ALL, ids=_name)
def test_state_is_readable_for_all_everywhere(
    state: State, width: int, scheme: str, browser: Browser, address: str
) -> None:
    """The same for every state in every size and scheme."""
    _is_fine(browser, address, state, width, scheme)


@pytest.mark.parametrize("name", ["empty", "whole-study", "browse", "staff-answer"])
@pytest.mark.parametrize("width", [1280, 640])
def test_text_can_be_twice_as_large(name: str, width: int, browser: Browser, address: str) -> None:
    """WCAG 1.4.4: with text of 200 % nothing runs off the page and no text is cut off in its box."""
    state = next(one for one in STATES if one.name == name)
    page = _page(browser, state, width, "light")
    reach(page, address, state)
    page.add_style_tag(content="html { font-size: 200% !important; }")
    page.wait_for_timeout(200)
    assert 0 >= overflow(page)
    cut = page.evaluate(
        """() => [...document.querySelectorAll("#page *")].filter((one) => {
          const style = getComputedStyle(one);
          const box = one.getBoundingClientRect();
          const small = box.width <= 1 || style.clipPath !== "none"; // for screen readers only
          if (small || style.overflowX !== "hidden") return false;
          return [...one.querySelectorAll("*")].some(
            (inner) => inner.textContent.trim() && inner.getBoundingClientRect().right > box.right + 1,
          );
        }).map((one) => `${one.tagName}.${one.className}`)"""
    )
    assert [] == cut
    page.close()


@pytest.mark.parametrize("name", ["answer", "urgent", "browse", "staff-answer"])
def test_forced_colours_and_still_motion(name: str, browser: Browser, address: str) -> None:
    """With the system's own colours and without motion the page is still right, and nothing moves."""
    state = next(one for one in STATES if one.name == name)
    page = browser.new_page(
        forced_colors="active",
        reduced_motion="reduce",
        http_credentials=CREDENTIALS if state.staff else None,
    )
    reach(page, address, state)
    moving = page.evaluate("document.getAnimations().length")
    assert 0 == moving
    assert 0 >= overflow(page)
    assert page.locator("main").first.inner_text().strip()
    page.close()


def test_one_answer_says_the_same_everywhere(browser: Browser, address: str) -> None:
    """The page, the simple page and the front desk quote the same sentences in the same order."""
    quoted = {}
    for name in ("answer", "simple-answer", "staff-answer"):
        state = next(one for one in STATES if one.name == name)
        assert (HIP,) == state.questions
        page = _page(browser, state, 1280, "light")
        reach(page, address, state)
        quoted[name] = page.locator(".turn .box blockquote").all_inner_texts()
        page.close()
    assert quoted["answer"] == quoted["simple-answer"] == quoted["staff-answer"]
    assert "probably has little or no effect" in " ".join(quoted["answer"])
