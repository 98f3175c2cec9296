"""The page is left and come back to: by reload, by the back button, in another tab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from corpus.catalogue import Catalogue
from qa.page_site import fenced
from qa.server import running
from qa.settings import load
from tests.browsing import asked_and_shown, axe, opened, ready
from tests.made_answers import asked

HIP = "hip arthritis?"
TYPED = "and what about <my> knee?"
GONE = "so the answers are gone. Your last question is here"


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """The site with answers made by hand."""
    settings = load(requests_per_minute=6000, requests_at_once=1000)
    with running(fenced(settings, catalogue, asked(catalogue)).app) as found:
        yield found


def _reload(page: Page) -> None:
    page.wait_for_timeout(600)  # what is typed is kept about twice a second
    page.reload()


def _holds(page: Page, text: str, said: str) -> None:
    ready(page)
    expect(page.locator("#question textarea")).to_have_value(text)
    expect(page.locator("#saying")).to_contain_text(said)
    expect(page.locator("#saying")).to_have_attribute("role", "status")


def test_reload_keeps_what_was_typed(context: BrowserContext, address: str) -> None:
    """Before the first answer and after one, the typed question is in the box again, and the page says what is gone."""
    page = opened(context, address)
    page.locator("#question textarea").fill(TYPED)
    _reload(page)
    _holds(page, TYPED, "This page was loaded again. Your question is still here.")
    asked_and_shown(page, HIP)
    page.locator("#question textarea").fill(TYPED)
    _reload(page)
    _holds(page, TYPED, "so the earlier answers are gone. Your question is still here.")
    assert [] == axe(page)
    asked_and_shown(page, TYPED)
    expect(page.locator("#out h2 bdi")).to_have_text(TYPED)


def test_reload_keeps_the_last_question(context: BrowserContext, address: str) -> None:
    """With nothing typed, the question that was answered last is in the box, one press from its answer."""
    page = opened(context, address)
    asked_and_shown(page, "migraine?")
    asked_and_shown(page, HIP)
    _reload(page)
    _holds(page, HIP, GONE)
    page.locator("#go").click()
    expect(page.locator("#out h2 bdi")).to_have_text(HIP)


def test_back_button_keeps_the_question(context: BrowserContext, address: str) -> None:
    """Away to another page and back: the answers are there still, or the page says that they are gone."""
    page = opened(context, address)
    asked_and_shown(page, HIP)
    page.wait_for_timeout(600)
    page.goto(f"{address}/plain")
    page.go_back()
    if page.locator("#out .turn").count():
        expect(page.locator("#out h2 bdi")).to_have_text(HIP)
    else:
        _holds(page, HIP, GONE)


def test_nothing_comes_back_in_another_tab(context: BrowserContext, address: str) -> None:
    """What was typed stays in its tab: a new one, or the next visitor, starts with an empty box."""
    page = opened(context, address)
    asked_and_shown(page, HIP)
    page.locator("#question textarea").fill(TYPED)
    _reload(page)
    _holds(page, TYPED, "Your question is still here.")
    other = opened(context, address)
    other.wait_for_timeout(500)
    expect(other.locator("#question textarea")).to_have_value("")
    expect(other.locator("#saying")).to_have_text("")
    stored = "[localStorage.length, sessionStorage.length, document.cookie.length]"
    assert [0, 0, 0] == page.evaluate(stored)
