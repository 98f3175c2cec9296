"""The list of studies and the page of a study in a real browser: read, listened to, printed, attacked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from corpus.catalogue import Catalogue
from corpus.study import Design, Review, Section, Study, Voice
from qa.page_site import fenced
from qa.server import running
from qa.settings import load
from tests.browsing import LOOKS, axe, overflow
from tests.made_answers import asked

AXE = files("axe_playwright_python").joinpath("axe.min.js")
AXE_TAGS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
PATHS = (
    "/browse",
    "/browse/manheimer-2018-hip-oa",
    "/browse/lv-2016-chondromalacia",
    "/browse/cox-2016-extremities",
)
HOSTILE = (
    "<script>window.hacked=1</script>",
    "<img src=https://evil.example/x.png onerror='window.hacked=1'>",
    '"><svg/onload=window.hacked=1>',
    "</title></h1></main><style>*{display:none}</style><iframe src=//evil.example></iframe>",
    "&lt;b&gt; &#60; [x](https://evil.example) שלום 漢字 😀",
)

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """The site with the shipped collection, on a free port."""
    settings = load(clinic_name="Harbour Street Clinic", requests_per_minute=6000)
    with running(fenced(settings, catalogue, asked(catalogue)).app) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a visitor whose browser runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: str) -> None:
    """Nothing wrong and nothing undecided on any page, open or closed, and nothing scrolls sideways."""
    dark = "dark" if scheme == "dark" else "light"
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=dark)  # type: ignore[arg-type]
    page = context.new_page()
    for path in PATHS:
        page.goto(address + path)
        for one in page.locator("summary").all():
            one.click()
        assert [] == axe(page), path
        assert 0 >= overflow(page), path
    context.close()


def test_whole_list_by_keyboard(page: Page, address: str) -> None:
    """From the link on the simple page to a heading, a study, its numbers and back, without a mouse."""
    page.goto(f"{address}/plain")
    page.get_by_role("link", name="See all 17 studies").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The studies on our list")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the list of studies")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Acute low back pain 2")).to_be_focused()
    page.get_by_role("link", name="Hip osteoarthritis 1").press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Acupuncture for hip osteoarthritis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Acupuncture for hip osteoarthritis")
    page.get_by_text("Mended in the text: 2").press("Enter")
    expect(page.get_by_text("outâ€ofâ€pocket")).to_be_visible()
    page.get_by_role("link", name="Back to the list of studies").press("Enter")
    page.get_by_text("Show the numbers as a table").press("Enter")
    expect(page.get_by_role("table", name="Studies by year and kind")).to_be_visible()
    expect(page.get_by_role("row", name="2018 3 0 0 3")).to_be_visible()


def test_chart_is_one_picture_with_a_name(page: Page, address: str) -> None:
    """A screen reader hears one picture and its name, not seventeen marks."""
    page.goto(f"{address}/browse")
    chart = page.get_by_role("img")
    expect(chart).to_have_count(1)
    expect(chart).to_have_accessible_name(
        "A chart of 17 studies by year and kind. The same numbers are in the table below it."
    )


@pytest.mark.parametrize("width", [1280, 320])
def test_marks_stand_over_their_years(browser: Browser, address: str, width: int) -> None:
    """Each mark is inside its column, and the last year is written in full even where room is short."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}/browse")
    years = page.locator(".chart .axis .cell")
    rows = page.locator(".chart .row:not(.axis)")
    assert (11, 3) == (years.count(), rows.count())
    for row in rows.all():
        for cell, year in zip(row.locator(".cell").all(), years.all(), strict=True):
            if not cell.locator("svg").count():
                continue
            mark, label = cell.locator("svg").bounding_box(), year.bounding_box()
            assert mark is not None
            assert label is not None
            assert mark["width"] >= 12
            middle = mark["x"] + mark["width"] / 2
            assert abs(middle - (label["x"] + label["width"] / 2)) < 1
    expect(years.last).to_be_visible()
    expect(years.last).to_have_text("2021")
    assert 300 > rows.first.evaluate("one => one.parentElement.offsetHeight")
    page.close()


def test_kinds_can_be_told_without_colour(browser: Browser, address: str) -> None:
    """In forced colours all marks have the colour of text, and shapes still tell the kinds apart."""
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{address}/browse")
    fills = page.evaluate(
        "[...document.querySelectorAll('.chart .marks > *')].map(one => getComputedStyle(one).fill)"
    )
    ground = page.evaluate("getComputedStyle(document.querySelector('.chart')).backgroundColor")
    assert 1 == len(set(fills))
    assert ground != fills[0]
    assert {"circle", "rect", "polygon"} == set(
        page.evaluate(
            "[...document.querySelectorAll('.chart .marks > *')].map(one => one.localName)"
        )
    )
    context.close()


def test_colours_differ_and_stand_out(browser: Browser, address: str, catalogue: Catalogue) -> None:
    """Every kind has its own colour, at least 3 to 1 against the ground, in both schemes."""
    studies = tuple(
        Study(f"s{place}", f"Title {place}", (), design=kind, year=2020, review=Review.PUBLISHED)
        for place, kind in enumerate((*Design, None))
    )
    settings = load()
    site = fenced(settings, replace(catalogue, studies=studies), asked(catalogue)).app
    with running(site) as odd:
        for scheme in ("light", "dark"):
            context = browser.new_context(color_scheme=scheme)
            page = context.new_page()
            page.goto(f"{odd}/browse")
            seen = page.evaluate(
                """() => {
                    const light = text => {
                        const part = text.match(/\\d+/g).slice(0, 3).map(one => one / 255)
                            .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
                        return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
                    };
                    const chart = document.querySelector('.chart');
                    const grounds = [chart, chart.querySelector('.cell:nth-child(1)')]
                        .map(one => getComputedStyle(one).backgroundColor);
                    return [...chart.querySelectorAll('.kind .marks > *')].map(one => {
                        const style = getComputedStyle(one);
                        const colour = style.fill === 'none' ? style.stroke : style.fill;
                        const [a, b] = [light(colour), light(grounds[0])].sort((x, y) => y - x);
                        return [colour, (a + 0.05) / (b + 0.05)];
                    });
                }"""
            )
            assert 5 == len({colour for colour, _ in seen}), scheme
            assert all(ratio >= 3 for _, ratio in seen), (scheme, seen)
            context.close()
    assert address


def test_no_other_host_is_asked(browser: Browser, address: str) -> None:
    """The pages ask for their own two style sheets, icon and script for frames, and set no cookie."""
    context = browser.new_context()
    page = context.new_page()
    hosts, scripts, complaints = set(), [], []
    page.on("request", lambda one: hosts.add(urlsplit(one.url).netloc))
    page.on(
        "request", lambda one: scripts.append(one.url) if one.resource_type == "script" else None
    )
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    for path in PATHS:
        page.goto(address + path)
    assert {urlsplit(address).netloc} == hosts
    assert {"/frame.js"} == {urlsplit(one).path for one in scripts}
    assert ([], []) == (complaints, context.cookies())
    context.close()


def test_hostile_records_are_shown_letter_for_letter(
    browser: Browser, catalogue: Catalogue
) -> None:
    """Markup in records is text: on the list, on the study's page and in the title of the tab."""
    studies = tuple(
        Study(
            f"odd-{place}",
            text,
            (Section("Summary", Voice.SUMMARY, text),),
            authors=(text,),
            journal=text,
            year=2020,
            review=Review.PUBLISHED,
        )
        for place, text in enumerate(HOSTILE)
    )
    settings = load()
    site = fenced(settings, replace(catalogue, studies=studies), asked(catalogue)).app
    with running(site) as odd:
        page = browser.new_page()
        hosts = set()
        page.on("request", lambda one: hosts.add(urlsplit(one.url).netloc))
        page.goto(f"{odd}/browse")
        assert list(HOSTILE) == page.locator("h4").evaluate_all(
            "all => all.map(one => one.textContent)"
        )
        assert list(HOSTILE) == page.locator(".authors").evaluate_all(
            "all => all.map(one => one.textContent)"
        )
        for place, text in enumerate(HOSTILE):
            page.goto(f"{odd}/browse/odd-{place}")
            assert text == page.locator("h1").evaluate("one => one.textContent")
            assert text == page.evaluate("document.querySelector('title').textContent")
            quotes = page.locator("blockquote").evaluate_all(
                "all => all.map(one => one.textContent)"
            )
            assert text == " ".join(quotes)
        assert page.evaluate("window.hacked === undefined")
        assert {urlsplit(odd).netloc} == hosts
        page.close()


def test_print_holds_all_that_matters(page: Page, address: str) -> None:
    """On paper the chart, its numbers, every study, limits and disclaimer stay; ways around the site do not."""
    page.emulate_media(media="print")
    page.goto(f"{address}/browse")
    expect(page.locator(".chart")).to_be_visible()
    expect(page.get_by_role("row", name="2018 3 0 0 3")).to_be_visible()
    expect(page.locator(".studies h4:not(.short)")).to_have_count(17)
    expect(page.locator(".disclaimer").first).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".foot")).to_be_hidden()
    page.goto(f"{address}/browse/lv-2016-chondromalacia")
    for one in page.locator("blockquote, .flag, .limit, .against, .mends, .disclaimer").all():
        expect(one).to_be_visible()
    expect(page.locator(".asking")).to_be_hidden()


def test_study_is_asked_about_without_script(page: Page, address: str) -> None:
    """The button below a study asks on the simple page, which answers."""
    page.goto(f"{address}/browse/manheimer-2018-hip-oa")
    page.get_by_role("button", name="Does acupuncture help with hip osteoarthritis?").click()
    expect(page.locator("h2 bdi")).to_have_text("Does acupuncture help with hip osteoarthritis?")
    expect(page.locator(".card").first).to_contain_text("probably has little or no effect")


def test_link_stands_near_the_question(browser: Browser, address: str) -> None:
    """On the full page the list is one click below the question box, and opens beside the conversation."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    expect(page.locator("#first")).to_be_hidden()
    link = page.locator("#browse").get_by_role("link")
    expect(link).to_be_in_viewport()
    expect(link).to_have_text("See all 17 studies (opens in a new tab)")
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("The studies on our list")
    expect(page.locator("#question textarea")).to_be_visible()
    page.close()
