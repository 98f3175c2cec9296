"""The reviewer's pages in a real browser: without script, by keyboard, wide and narrow, and for who listens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from corpus.catalogue import Catalogue, load_catalogue
from corpus.importing.imports import import_files
from qa.page_site import fenced
from qa.server import running
from qa.settings import load
from tests.browsing import LOOKS, axe, overflow
from tests.made_answers import asked
from tests.signing_in import CREDENTIALS, PASSWORD

TEXT = (
    "We randomised 84 adults with sciatica to needles or sham needles. Pain was significantly reduced in both. "
    "However, the trial was small. It rained."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection of three drafts."""
    rows = [
        {"_id": f"study-{number}", "title": f"Needles for sciatica, trial {number}", "text": TEXT}
        for number in range(3)
    ]
    file = tmp_path / "corpus.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    import_files([file], tmp_path / "collection")
    return tmp_path / "collection"


@pytest.fixture
def address(folder: Path, catalogue: Catalogue) -> Iterator[str]:
    """The site over that collection, on a free port."""
    settings = load(requests_per_minute=6000, requests_at_once=1000, staff_password=PASSWORD)
    made = fenced(settings, load_catalogue(folder), asked(catalogue)).app
    with running(made) as found:
        yield f"{found}/staff/review"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reviewer's window, which runs no script."""
    made = browser.new_context(
        viewport={"width": 1280, "height": 800},
        http_credentials=CREDENTIALS,
        java_script_enabled=False,
    )
    made.set_default_timeout(15_000)
    yield made
    made.close()


def test_a_study_is_reviewed_without_script(
    address: str, context: BrowserContext, folder: Path
) -> None:
    """From the list to the study, a sentence hidden, approved by name, and back to what is left."""
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="trial 1").click()
    expect(page.get_by_label("How many people")).to_have_value("84")
    page.get_by_role("group", name="It rained.").get_by_label("Do not show this").check()
    page.get_by_label("Your name").fill("Dr Ada Hill")
    page.get_by_role("button", name="Approve for a year").click()
    expect(page.get_by_role("status")).to_contain_text("Approved.")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    study = load_catalogue(folder).study("study-1")
    assert "It rained." not in study.shown_text("Abstract")


def test_all_of_the_list_are_approved_by_keyboard(
    address: str, context: BrowserContext, folder: Path
) -> None:
    """A name, two tabs and Enter approve the whole page."""
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Your name").fill("Dr Ada Hill")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Approved: 3")
    assert 3 == len(load_catalogue(folder).studies)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_both_pages_can_be_used_by_everybody(
    address: str, browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Axe finds nothing wrong and nothing runs out of the window, also after approving."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, http_credentials=CREDENTIALS
    )
    page = context.new_page()
    page.goto(address)
    _looked_at(page)
    page.get_by_role("link", name="trial 1").click()
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    _looked_at(page)
    page.get_by_label("Your name").fill("Dr Ada Hill")
    page.get_by_role("button", name="Approve for a year").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_be_visible()
    _looked_at(page)
    context.close()


def _looked_at(page: Page) -> None:
    page.wait_for_load_state("load")
    assert [] == axe(page)
    assert 0 == overflow(page)
