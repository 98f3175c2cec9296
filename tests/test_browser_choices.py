"""Chips, filters and links in a real browser, on the page and on the simple page, with and without a mouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from index.library import Library
from qa.page_site import Site
from qa.server import open_site, running
from qa.settings import load
from tests.browsing import LOOKS, axe

HIP = "does acupuncture help my hip arthritis pain"
AXE = files("axe_playwright_python").joinpath("axe.min.js")
AXE_TAGS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
expect.set_options(timeout=15_000)  # the machine may have other work


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    """The site with the shipped collection, on a free port."""
    settings = load(requests_per_minute=6000, requests_at_once=1000)
    site: Site = open_site(settings, library)
    with running(site.app) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, ready to be asked; it must not complain."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    opened.on("pageerror", lambda one: complaints.append(str(one)))
    opened.goto(address)
    _ready(opened)
    yield opened
    context.close()
    assert [] == complaints


def _ready(page: Page) -> None:
    expect(page.locator("#first")).to_be_hidden()
    expect(page.locator("#panel #narrow")).to_be_visible()


def _ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#go").click()
    expect(page.locator("#out h2 bdi")).to_have_text(question)
    expect(page.locator("#out h2")).to_be_focused()


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _link(**parts: object) -> str:
    return f"/#{quote(json.dumps(parts), safe='')}"


# --- chips


def test_chip_asks_again_in_place(page: Page) -> None:
    """Left out, the same question is answered anew where its answer stood; the focus and the status tell so."""
    _ask(page, "does cupping help my back?")
    _ask(page, HIP)
    page.locator("#question textarea").fill("half typed")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.method} {urlsplit(one.url).path}"))
    _button(page, "Leave out hip osteoarthritis")
    expect(page.locator("#out h2")).to_be_focused()
    expect(page.locator("#status")).to_contain_text(
        "Left out hip osteoarthritis. Your answer is ready: 6 studies."
    )
    expect(page.locator("#out h2 bdi")).to_have_text(HIP)
    expect(page.locator("#earlier .turn")).to_have_count(1)
    expect(page.locator("#question textarea")).to_have_value("half typed")
    assert ["POST /gradio_api/queue/join", "GET /gradio_api/queue/data"] == sent
    _button(page, "Put back hip osteoarthritis")
    expect(page.get_by_role("button", name="Leave out hip osteoarthritis")).to_be_visible()
    expect(page.locator("#out .card")).to_have_count(2)


def test_what_was_left_out_holds_for_that_question_only(page: Page) -> None:
    """The next question is understood whole; the earlier turn still says what was left out, with no buttons."""
    _ask(page, HIP)
    _button(page, "Leave out acupuncture")
    expect(page.locator("#out")).to_contain_text("Left out")
    _ask(page, "does acupuncture help sciatica?")
    expect(page.get_by_role("button", name="Leave out acupuncture")).to_be_visible()
    earlier = page.locator("#earlier .turn")
    expect(earlier).to_contain_text("Left out")
    expect(earlier.locator(".chip, .every")).to_have_count(0)
    expect(earlier.locator(".understood").first).to_contain_text("hip osteoarthritis")


def test_follow_up_leans_on_the_question_that_was_asked_again(page: Page) -> None:
    """Asked again or not, a question is sent along once."""
    _ask(page, HIP)
    _button(page, "Leave out pain")
    expect(page.locator("#out")).to_contain_text("Left out")
    _ask(page, "and is it safe?")
    expect(page.get_by_role("button", name="Leave out hip osteoarthritis")).to_be_visible()
    along = json.loads(page.locator("#sent-along textarea").input_value())
    assert [HIP, "and is it safe?"] == along["earlier"]


# --- filters


def test_filters_hold_until_they_are_changed(page: Page) -> None:
    """What is ticked narrows this answer and the next; a chip, or "Show all studies", takes it back."""
    page.locator("#narrow summary").click()
    page.get_by_label("Single trial").check()
    expect(page.locator("#narrow summary")).to_contain_text("1 chosen")
    _ask(page, "does acupuncture help low back pain?")
    expect(page.locator("#out .card")).to_have_count(1)
    _ask(page, "does acupuncture help heel pain?")
    expect(page.locator("#out .card")).to_have_count(1)
    _button(page, "Remove Single trial")
    expect(page.locator("#out .card")).to_have_count(2)
    expect(page.get_by_label("Single trial")).not_to_be_checked()
    page.get_by_label("From").fill("2030")
    _button(page, "Update the answer")
    expect(page.locator("#out .notice")).to_contain_text("No study on our list fits all")
    page.locator("#out").get_by_role("button", name="Show all studies").click()
    expect(page.locator("#out .card")).to_have_count(2)
    expect(page.get_by_label("From")).to_have_value("")
    expect(page.locator("#narrow .count")).to_be_empty()
    expect(page.locator("#earlier .turn")).to_have_count(1)


def test_wrong_year_is_told_at_its_place(page: Page) -> None:
    """The message is said, the field has the focus and the mark, and the question is kept."""
    page.locator("#narrow summary").click()
    page.get_by_label("From").fill("soon")
    page.locator("#question textarea").fill(HIP)
    page.locator("#go").click()
    expect(page.locator("#status")).to_contain_text("We cannot use these years.")
    expect(page.get_by_label("From")).to_be_focused()
    expect(page.get_by_label("From")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#question textarea")).to_have_value(HIP)
    assert [] == axe(page)
    page.get_by_label("From").fill("2015")
    expect(page.get_by_label("From")).to_have_attribute("aria-invalid", "false")
    page.keyboard.press("Enter")
    expect(page.locator("#out")).to_contain_text("studies from 2015 or later")


def test_everything_by_keyboard(page: Page) -> None:
    """Ask, leave out, change, tick and update without a mouse."""

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("one => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"no way to {selector}")

    page.locator("#question textarea").focus()
    page.keyboard.type(HIP)
    page.keyboard.press("Enter")
    expect(page.locator("#out h2")).to_be_focused()
    tab_to("button[value='pain']")
    page.keyboard.press("Enter")
    expect(page.locator("#out")).to_contain_text("Left out")
    expect(page.locator("#out h2")).to_be_focused()
    tab_to("a[href='#choose']")
    page.keyboard.press("Enter")
    expect(page.locator("#narrow summary")).to_be_focused()
    tab_to("#choose-design-systematic-review")
    page.keyboard.press("Space")
    tab_to("#narrow [name=update]")
    page.keyboard.press("Enter")
    expect(page.locator("#out")).to_contain_text("You chose")
    expect(page.locator("#out h2")).to_be_focused()


def test_alarm_is_not_chosen_away(page: Page) -> None:
    """With filters and chips in use, an urgent question still gets the alarm, and no link or chip with it."""
    _ask(page, HIP)
    _button(page, "Leave out pain")
    page.locator("#narrow summary").click()
    page.get_by_label("From").fill("soon")
    page.locator("#question textarea").fill("my back hurts and I cannot feel my legs")
    page.locator("#go").click()
    expect(page.locator("#out .alert")).to_be_visible()
    expect(page.locator("#out button, #out .link")).to_have_count(0)


# --- links


def test_link_asks_the_same_again(page: Page, address: str) -> None:
    """A link brings question, earlier ones and choices into an empty page, and says that nothing changed."""
    page.locator("#narrow summary").click()
    page.get_by_label("Review of trials").check()
    _ask(page, HIP)
    _ask(page, "and is it safe?")
    _button(page, "Leave out acupuncture")
    expect(page.locator("#out")).to_contain_text("Left out")
    href = page.locator("#out .link a").get_attribute("href")
    text = page.locator("#out .cards, #out .card").first.inner_text()
    other = page.context.new_page()
    asked: list[str] = []
    other.on("request", lambda one: asked.append(one.url))
    other.goto(f"{address}{href}")
    expect(other.locator("#out .since")).to_have_text(
        "This is the same answer as when the link was made."
    )
    expect(other.locator("#out h2")).to_be_focused()
    assert text == other.locator("#out .cards, #out .card").first.inner_text()
    expect(other.get_by_label("Review of trials")).to_be_checked()
    expect(other.locator("#narrow .count")).to_have_text("1 chosen")
    assert 1 == sum("queue/join" in one for one in asked)
    assert not any("acupuncture" in one or "%7B" in one for one in asked)
    _ask(other, "and how many people?")
    along = json.loads(other.locator("#sent-along textarea").input_value())
    assert [HIP, "and is it safe?", "and how many people?"] == along["earlier"]


def test_changed_answer_says_so(page: Page, address: str) -> None:
    """A mark that is not the answer's own is told."""
    page.goto("about:blank")
    page.goto(address + _link(ask=HIP, mark="00000000"))
    expect(page.locator("#out .since")).to_have_text(
        "This answer has changed since the link was made."
    )
    assert [] == axe(page)


@pytest.mark.parametrize(
    "odd", ["/#nonsense", "/#%", "/#%7B%7D", "/#[1]", _link(ask=5), _link(ask=" "), "/#null"]
)
def test_odd_links_do_nothing(odd: str, page: Page, address: str) -> None:
    """What is no link of ours is passed over, and the page works."""
    page.goto("about:blank")
    page.goto(address + odd)
    _ready(page)
    page.wait_for_timeout(300)
    expect(page.locator(".turn")).to_have_count(0)


def test_refused_link_keeps_its_question(page: Page, address: str) -> None:
    """A link with a choice that is not known here is told, and its question stands in the box."""
    page.goto("about:blank")
    page.goto(address + _link(ask=HIP, choices={"conditions": ["nonsense"]}))
    expect(page.locator("#status")).to_contain_text("We do not know one of your choices.")
    expect(page.locator("#question textarea")).to_have_value(HIP)


# --- for everybody


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing(width: int, scheme: str, browser: Browser, address: str) -> None:
    """Chips, open filters and a link, on the page and the simple page: nothing wrong, undecided or too wide."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(address)
    _ready(page)
    page.locator("#narrow summary").click()
    assert [] == axe(page), "filters"
    page.get_by_label("Osteoarthritis", exact=False).last.check()
    page.get_by_label("From").fill("2012")
    _ask(page, HIP)
    _button(page, "Leave out pain")
    expect(page.locator("#out")).to_contain_text("Left out")
    assert [] == axe(page), "page"
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert 0 >= page.evaluate(wide)
    small = (
        "[...document.querySelectorAll('.chip, .every, .change, #narrow button, #narrow summary')]"
        ".filter(one => one.offsetParent && one.offsetHeight < 44).length"
    )
    assert 0 == page.evaluate(small)
    page.goto(f"{address}/plain")
    page.locator("textarea").fill(HIP)
    page.locator(".go").click()
    _button(page, "Leave out pain")
    page.locator("#narrow summary").click()
    assert [] == axe(page), "simple page"
    assert 0 >= page.evaluate(wide)
    context.close()


def test_simple_page_without_script(browser: Browser, address: str) -> None:
    """Without scripts: leave out, change, tick, update and show all, by plain forms."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Your question").fill(HIP)
    _button(page, "Ask")
    _button(page, "Leave out hip osteoarthritis")
    expect(page.locator("h2 bdi")).to_have_text(HIP)
    expect(page.locator(".understanding")).to_contain_text("Left out")
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Sciatica").check()
    _button(page, "Update the answer")
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator("#narrow summary")).to_contain_text("1 chosen")
    _button(page, "Put back hip osteoarthritis")
    expect(page.locator(".notice")).to_contain_text("No study on our list fits all")
    page.locator(".understanding").get_by_role("button", name="Show all studies").click()
    expect(page.get_by_role("button", name="Leave out hip osteoarthritis")).to_be_visible()
    expect(page.locator("#narrow .count")).to_be_empty()
    context.close()
