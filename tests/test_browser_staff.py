"""The front desk's pages in a real browser: by keyboard, without script, copied, printed, and by link."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from corpus.catalogue import Catalogue
from qa.answer import Answer, Outcome, Quote
from qa.page_site import fenced
from qa.server import running
from qa.settings import load
from qa.wording import Wording
from tests.browsing import LOOKS, axe, overflow
from tests.made_answers import answers, asked
from tests.signing_in import CREDENTIALS, PASSWORD

HIP = "what does the research say about acupuncture for hip arthritis?"
QUESTIONS = {
    "empty": "",
    "answer": HIP,
    "no-study": "does acupuncture help migraines?",
    "practitioner": "should I stop my tablets?",
    "urgent": "I cannot feel my legs",
    "refused": "long " * 101,
}
PLACE = "/staff/verify?study=manheimer-2018-hip-oa&section=Summary&start=0&end=249"
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()

expect.set_options(timeout=15_000)  # the machine may have other work


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """The site with answers made by hand, on a free port."""
    settings = load(
        clinic_name="Harbour Street Clinic",
        requests_per_minute=6000,
        requests_at_once=1000,
        staff_password=PASSWORD,
    )
    with running(fenced(settings, catalogue, asked(catalogue)).app) as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A receptionist's window."""
    made = browser.new_context(
        viewport={"width": 1280, "height": 800}, http_credentials=CREDENTIALS
    )
    made.set_default_timeout(15_000)
    yield made
    made.close()


def _ask(page: Page, question: str) -> None:
    """Type a question and press Enter; the answer's card has the focus when it is there."""
    page.locator("#ask").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#say, .problem").first).to_be_visible()
    page.wait_for_load_state()  # what is measured next needs the style sheet


def _answer(catalogue: Catalogue) -> Answer:
    return answers(catalogue)[Outcome.ANSWERED]


def _quotes(made: Answer) -> list[Quote]:
    return [*(quote for one in made.findings for quote in one.quotes), *made.disclaimer]


def _plain(text: str) -> str:
    return " ".join(text.split())


# --- asking


def test_whole_task_is_done_by_keyboard(context: BrowserContext, address: str) -> None:
    """Typing needs no click, Enter asks, the card takes the focus, and all tools follow by Tab."""
    page = context.new_page()
    page.goto(f"{address}/staff")
    expect(page.locator("#ask")).to_be_focused()
    page.keyboard.type(HIP)
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_be_focused()
    expect(page.locator("#copy")).to_be_visible()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
    for wanted in ("Copy with sources", "Print a handout", "RIS", "Copy the link for the patient"):
        assert any(wanted in one for one in reached), wanted


def test_sentence_to_read_out_is_on_the_first_screen(
    context: BrowserContext, address: str, catalogue: Catalogue
) -> None:
    """One glance gives the finding, without scrolling, in larger letters than anything below it."""
    page = context.new_page()
    page.goto(f"{address}/staff")
    _ask(page, HIP)
    lead = page.locator(".aloud blockquote").first
    expect(lead).to_have_text(_answer(catalogue).findings[0].quotes[0].text)
    box = lead.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 800
    sizes = page.evaluate(
        "['.aloud blockquote', '.turn blockquote'].map("
        "one => parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"
    )
    assert sizes[0] > sizes[1]


def test_page_works_without_script(browser: Browser, address: str, catalogue: Catalogue) -> None:
    """Without script asking, reading, saving and printing work, and no dead button is shown."""
    context = browser.new_context(java_script_enabled=False, http_credentials=CREDENTIALS)
    page = context.new_page()
    page.goto(f"{address}/staff")
    _ask(page, HIP)
    for hidden in ("#copy", ".copy-link", "#rich-text"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.locator("#to-copy summary").click()
    text = page.locator("#plain-text").input_value()
    for quote in _quotes(_answer(catalogue)):
        assert quote.text in text
    with page.expect_download() as saved:
        page.get_by_role("button", name="BibTeX").click()
    assert "citations.bib" == saved.value.suggested_filename
    assert "@article{manheimer-2018-hip-oa," in Path(saved.value.path()).read_text("utf-8")
    context.close()


def test_page_asks_nobody_else_and_keeps_nothing(context: BrowserContext, address: str) -> None:
    """No other host, no cookie, no storage, no complaint, and no question in an address that is sent."""
    page = context.new_page()
    sent: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda one: sent.append(one.url))
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: complaints.append(str(one)))
    page.goto(f"{address}/staff")
    _ask(page, HIP)
    assert [] == complaints
    assert {urlsplit(address).netloc} == {urlsplit(one).netloc for one in sent}
    assert not [one for one in sent if "arthritis" in one]
    assert [] == context.cookies()
    assert 0 == page.evaluate("localStorage.length + sessionStorage.length")


# --- copying


@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "copy-event"])
def test_copy_holds_everything_in_both_forms(
    context: BrowserContext, address: str, catalogue: Catalogue, *, clipboard: bool
) -> None:
    """The button puts the rich and the plain form on the clipboard, with every quote, source and limit."""
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.goto(f"{address}/staff")
    _ask(page, HIP)
    if not clipboard:  # as on a page that came over plain http
        page.evaluate("navigator.clipboard.write = undefined")
    page.get_by_role("button", name="Copy with sources").click()
    expect(page.locator("#told")).to_have_text(Wording("staff-copied").text)
    copied = page.evaluate(
        "async () => { const [one] = await navigator.clipboard.read();"
        " const text = async (kind) => (await one.getType(kind)).text();"
        " return [await text('text/plain'), await text('text/html')]; }"
    )
    plain = _plain(copied[0])
    rich = page.evaluate(
        "text => new DOMParser().parseFromString(text, 'text/html').body.textContent", copied[1]
    )
    made = _answer(catalogue)
    for text in (plain, _plain(rich)):
        for quote in _quotes(made):
            assert quote.text in text
        for study in (one.study for one in made.findings):
            assert study.title in text
            assert ", ".join(study.authors) in text
        assert "https://doi.org/10.1002/14651858.CD013010" in text
        assert made.receipt.id in text
        assert HIP in text
    assert "<blockquote" in copied[1]
    assert "<script" not in copied[1]


# --- printing


def test_handout_is_one_sheet_with_everything(
    context: BrowserContext, address: str, catalogue: Catalogue, tmp_path: Path, pdftotext: str
) -> None:
    """The handout opens beside the page and prints on one A4 sheet: all quotes, sources and limits, no ways."""
    page = context.new_page()
    page.goto(f"{address}/staff")
    _ask(page, HIP)
    with context.expect_page() as opened:
        page.get_by_role("button", name="Print a handout").click()
    sheet = opened.value
    expect(sheet.locator("#print")).to_be_visible()
    file = tmp_path / "handout.pdf"
    sheet.pdf(path=file, format="A4")
    done = subprocess.run([pdftotext, "-raw", file, "-"], capture_output=True, check=True)
    text = done.stdout.decode("utf-8")
    assert 1 == text.count("\f")
    # A line of the sheet may end after a hyphen of its own.
    printed = re.sub(r"\s+", "", text)
    made = _answer(catalogue)
    wanted = [one.text for one in _quotes(made)]
    for one in made.findings:
        study = one.study
        wanted += [study.title, ", ".join(study.authors), f"{study.journal}, {study.year}"]
        wanted += [f"https://doi.org/{study.doi}"] if study.doi else []
    wanted += ["Harbour Street Clinic", HIP, "Answered on 22 November 2026", made.receipt.id]
    wanted += ["Compared with sham acupuncture", "Compared with usual care"]
    assert made.boundary is not None
    for one_text in [*wanted, made.boundary.text]:
        assert re.sub(r"\s+", "", one_text) in printed, one_text
    for left_out in ("Patient page", "All studies", "Print this page", "cookies"):
        assert re.sub(r"\s+", "", left_out) not in printed


# --- links


def test_link_asks_again_and_tells_a_change(context: BrowserContext, address: str) -> None:
    """The link for the desk asks on its own, with what came before; a changed answer says so."""
    page = context.new_page()
    page.goto(f"{address}/staff")
    _ask(page, "does it hurt?")
    _ask(page, HIP)
    href = page.locator(".links a").first.get_attribute("href")
    assert href is not None
    other = context.new_page()
    other.goto(address + href)
    expect(other.locator(".since")).to_have_text(Wording("staff-link-same").text)
    expect(other.locator(".aloud .asked .own")).to_have_text(HIP)
    expect(other.locator(".before")).to_contain_text("does it hurt?")
    assert f"{address}/staff" == other.url
    changed = re.sub(r"(mark%22%3A%22)\w{8}", r"\g<1>00000000", href)
    other.goto(address + changed)
    expect(other.locator(".since")).to_have_text(Wording("staff-link-changed").text)


@pytest.mark.parametrize("end", ["%7B", "%7B%22ask%22%3A1%7D", "{%E0%A4%A"])
def test_broken_link_is_told(context: BrowserContext, address: str, end: str) -> None:
    """A link that lost its end asks nothing and says so."""
    page = context.new_page()
    page.goto(f"{address}/staff#{end}")
    expect(page.locator("#form .problem")).to_have_text(Wording("staff-link-broken").text)
    assert 0 == page.locator(".aloud").count()


# --- for everybody


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """In every state: no violation, nothing undecided, no sideways scrolling."""
    context = browser.new_context(
        http_credentials=CREDENTIALS,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    found = {}
    for name, question in QUESTIONS.items():
        page.goto(f"{address}/staff")
        if question:
            _ask(page, question)
        found[name] = [*axe(page), *([f"{overflow(page)} px"] if overflow(page) > 0 else [])]
    page.goto(f"{address}/staff")
    _ask(page, HIP)
    page.locator("#to-copy summary").click()
    found["open"] = axe(page)
    with context.expect_page() as opened:
        page.get_by_role("button", name="Print a handout").click()
    expect(opened.value.locator("#print")).to_be_visible()
    found["handout"] = [*axe(opened.value), *(["wide"] if overflow(opened.value) > 0 else [])]
    for name, path in {"verify": PLACE, "wrong": "/staff/verify?study=none"}.items():
        page.goto(address + path)
        found[name] = [*axe(page), *(["wide"] if overflow(page) > 0 else [])]
    context.close()
    assert {name: [] for name in found} == found


def test_targets_are_large_enough(browser: Browser, address: str) -> None:
    """Buttons are at least 44 px high on a phone, and every link is at least 24 px."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, http_credentials=CREDENTIALS
    )
    page = context.new_page()
    page.goto(f"{address}/staff")
    _ask(page, HIP)
    low = page.evaluate(
        "[...document.querySelectorAll('button, .new, .ways a, .check a, .links a')]"
        ".filter(one => one.offsetHeight && one.offsetHeight <"
        " (one.matches('button, .new, .ways a') ? 44 : 24)).map(one => one.textContent)"
    )
    context.close()
    assert [] == low
