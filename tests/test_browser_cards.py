"""What an answer unfolds and offers, in a real browser: groups, whole studies, words, copy, print, feedback."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from index.library import Library
from qa.answer import Answer
from qa.pipeline import ask
from qa.render_text import pieces
from qa.server import open_site, running
from qa.settings import load
from tests.browsing import LOOKS, Watch, asked_and_shown, axe, opened, overflow

BACK = "Does acupuncture help with low back pain?"
MIGRAINE = "Does acupuncture help migraines?"
SURGERY = "does surgery help my knee arthritis?"
URGENT = "my back hurts and I cannot feel my legs or hold my urine"


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    """The site with the real collection, on a free port."""
    settings = load(requests_per_minute=6000, requests_at_once=1000)
    with running(open_site(settings, library).app) as found:
        yield found


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """A visitor who lets the page use the clipboard."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    """The page, ready to be asked."""
    return opened(context, address)


def _words(text: str) -> str:
    """The text with white space and marks of quotation made equal; a PDF breaks its lines where it likes."""
    return re.sub(r"[\s“”]+", "", text)


def _said(answer: Answer, library: Library) -> list[str]:
    """All that print and copy must hold, as the plain text form of the answer has it."""
    parts = []
    for piece in pieces(answer, library.catalogue.vocabulary):
        parts += [one for one in piece.text.split(" · ") if not one.startswith("What the studies")]
        if piece.url is not None:
            parts.append(piece.url)
    # The page writes "Compared with x", and a source as "authors. journal, year".
    return [_words(one.replace("Compared with: ", "Compared with ")) for one in parts]


def _clipboard(page: Page, kind: str) -> str:
    return str(
        page.evaluate(
            """async kind => {
                const board = window.board || navigator.clipboard;
                const [item] = await board.read();
                return (await item.getType(kind)).text();
            }""",
            kind,
        )
    )


def _sources(answer: Answer) -> list[str]:
    """Authors, journal and title of each study."""
    found = []
    for finding in (*answer.findings, *answer.related):
        study = finding.study
        found += [study.title, ", ".join(study.authors), study.journal or "", str(study.year or "")]
    return [_words(one) for one in found]


def _holds(shown: str, answer: Answer, library: Library) -> None:
    """`shown` has every quote, caveat, comparator, flag, citation, link, boundary and the disclaimer."""
    have = _words(shown)
    quotes = [_words(quote.text) for one in answer.findings for quote in one.quotes]
    assert len(quotes) > 6
    wanted = [*quotes, *_sources(answer)]
    references = {_words(f"{one}") for one in _citations(answer)}
    wanted += [one for one in _said(answer, library) if one not in references]
    assert [] == [one for one in wanted if one not in have]


def _citations(answer: Answer) -> list[str]:
    """The one-line citations, which the page words in parts."""
    from qa.citation import reference

    return [reference(one.study) for one in answer.findings]


# --- reading on


def test_whole_study_and_words_unfold(page: Page) -> None:
    """One press shows all sentences below the quotes, the quoted ones marked; another shows the words."""
    asked_and_shown(page, BACK)
    card = page.locator("#out .card").first
    note = card.locator(".whole-study")
    sentence = note.get_by_text("Sixteen systematic reviews were appraised.")
    expect(sentence).to_be_hidden()
    note.locator("summary").press("Enter")
    expect(sentence).to_be_visible()
    expect(note.locator("mark").first).to_contain_text("Quoted above:")
    line = note.locator("mark > span:last-child").first
    assert "underline" == line.evaluate("one => getComputedStyle(one).textDecorationLine")
    words = card.locator(".words")
    words.locator("summary").click()
    expect(words.locator("dt").first).to_be_visible()


def test_group_is_reached_from_the_line_above(page: Page) -> None:
    """A link to a group moves view and focus to its heading, and leaves the address as it is."""
    asked_and_shown(page, BACK)
    before = page.url
    page.locator("#out .jump a", has_text="another therapy").click()
    heading = page.locator("#out h4", has_text="Compared with another therapy")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    assert before == page.url


def test_earlier_turns_keep_what_can_be_read(page: Page) -> None:
    """An earlier answer can be unfolded and copied; links, rating and print are of the newest one only."""
    asked_and_shown(page, BACK)
    asked_and_shown(page, MIGRAINE)
    earlier = page.locator("#earlier .turn")
    for gone in (".jump", ".feedback", ".print"):
        expect(earlier.locator(gone)).to_have_count(0)
    earlier.locator(".whole-study summary").first.click()
    expect(earlier.get_by_text("Sixteen systematic reviews were appraised.")).to_be_visible()
    earlier.locator(".copy").click()
    expect(earlier.locator(".done")).to_have_text("Copied, with all sources.")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id).filter(Boolean)")
    assert len(ids) == len(set(ids))


def test_offer_is_asked_with_one_press(page: Page) -> None:
    """Where there is no answer, a question that the collection can answer is one press away."""
    asked_and_shown(page, MIGRAINE)
    offer = page.locator("#out .offers button", has_text="hip osteoarthritis")
    offer.click()
    expect(page.locator("#out h2 bdi")).to_have_text(
        "Does acupuncture help with hip osteoarthritis?"
    )
    expect(page.locator("#earlier .offers button").first).to_be_visible()
    page.locator("#earlier .offers button", has_text="sciatica").click()
    expect(page.locator("#out h2 bdi")).to_have_text("Does acupuncture help with sciatica?")


def test_alarm_has_no_tools(page: Page) -> None:
    """An alert stands alone."""
    asked_and_shown(page, URGENT)
    expect(page.locator("#out .alert")).to_be_visible()
    expect(page.locator("#out button, #out details, #out form")).to_have_count(0)


# --- was it helpful


def test_helpful_is_sent_and_thanked(context: BrowserContext, address: str) -> None:
    """Yes sends two words to our own server, the form gives way to thanks, and the focus is not lost."""
    watch = Watch()
    page = opened(context, address, watch)
    sent: list[dict[str, list[str]]] = []

    def count(route: Route) -> None:
        sent.append(parse_qs(route.request.post_data or ""))
        route.fulfill(status=204)

    page.route("**/feedback", count)
    asked_and_shown(page, BACK)
    page.locator("#out .feedback").get_by_role("button", name="Yes").click()
    done = page.locator("#out .done")
    expect(done).to_have_text("Thank you. We count the answers and keep nothing else.")
    expect(done).to_have_attribute("role", "status")
    expect(done).to_be_focused()
    expect(page.locator("#out .feedback")).to_be_hidden()
    assert [{"outcome": ["answered"], "helpful": ["yes"]}] == sent
    assert {urlsplit(address).netloc} == watch.hosts
    assert [] == watch.complaints


@pytest.mark.parametrize("status", [500, 429, None])
def test_failed_feedback_is_told(status: int | None, page: Page) -> None:
    """Where the server refuses or is gone, the page says so, and the buttons stay."""
    page.route("**/feedback", lambda one: one.fulfill(status=status) if status else one.abort())
    asked_and_shown(page, MIGRAINE)
    page.locator("#out .feedback").get_by_role("button", name="No").click()
    expect(page.locator("#out .done")).to_have_text("We could not count that. Please try again.")
    expect(page.locator("#out .feedback")).to_be_visible()


# --- copy and print


@pytest.mark.parametrize("newer", [True, False])
def test_copy_holds_the_whole_answer(newer: bool, page: Page, library: Library) -> None:  # noqa: FBT001
    """Both forms of the copy hold all that is locked together, and no buttons or folded parts.

    Where the browser lacks the newer way, as without TLS, the older one does it.
    """
    if not newer:
        page.evaluate(
            "window.board = navigator.clipboard;"
            "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
        )
    asked_and_shown(page, BACK)
    page.locator("#out .copy").click()
    expect(page.locator("#out .done")).to_have_text("Copied, with all sources.")
    answer = ask(BACK, library)
    plain, rich = _clipboard(page, "text/plain"), _clipboard(page, "text/html")
    _holds(plain, answer, library)
    shown = page.evaluate(
        "one => new DOMParser().parseFromString(one, 'text/html').body.textContent", rich
    )
    links = re.findall(r'href="(https://[^"]+)"', rich)
    _holds(f"{shown} {' '.join(links)}".replace("&amp;", "&"), answer, library)
    for text in (plain, shown):
        for left in ("Words used here", "Sixteen systematic", "helpful", "Print", "new tab"):
            assert left not in text
    assert "class=" not in rich
    assert plain.startswith("You asked")
    assert BACK in plain.split("\n", maxsplit=1)[0]
    assert "We looked for low back pain acupuncture" in " ".join(plain.split())


def test_failed_copy_is_told(page: Page) -> None:
    """Where the browser does not allow it at all, the page says what to do."""
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
    )
    asked_and_shown(page, BACK)
    page.locator("#out .copy").click()
    expect(page.locator("#out .done")).to_contain_text("Please mark the text and copy it.")


def test_print_is_one_press(page: Page) -> None:
    """The button opens the browser's own print."""
    page.evaluate("window.print = () => { window.printed = true }")
    asked_and_shown(page, BACK)
    page.locator("#out .print").click()
    assert page.evaluate("window.printed === true")


def test_paper_holds_the_whole_answer(
    page: Page, library: Library, tmp_path: Path, pdftotext: str
) -> None:
    """The PDF has every quote, caveat, comparator, flag, citation, link and disclaimer; what is folded stays away."""
    asked_and_shown(page, BACK)
    page.locator("#out .card").nth(1).locator(".words summary").click()
    page.pdf(path=tmp_path / "answer.pdf", format="A4")
    subprocess.run([pdftotext, "-raw", tmp_path / "answer.pdf"], check=True)
    text = (tmp_path / "answer.txt").read_text(encoding="utf-8")
    _holds(text.replace("\f", ""), ask(BACK, library), library)
    assert 1 == text.count("Words used here")
    assert 1 == text.count("A study of studies.")
    for left in ("Sixteen systematic", "helpful?", "Copy with sources", "Show all"):
        assert left not in text
    assert date.today().isoformat()[:4] in text  # noqa: DTZ011 - the operator's own day


# --- for everybody


@pytest.mark.parametrize(
    ("width", "scheme"),
    LOOKS,
)
def test_axe_finds_nothing_unfolded(
    width: int, scheme: str, browser: Browser, address: str
) -> None:
    """With all unfolded: nothing wrong, nothing undecided, nothing sideways, and large enough to press."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = opened(context, address)
    page.route("**/feedback", lambda one: one.fulfill(status=204))
    for question in (BACK, MIGRAINE, SURGERY):
        asked_and_shown(page, question)
        page.evaluate(
            "document.querySelectorAll('.turn details').forEach(one => (one.open = true))"
        )
        assert [] == axe(page), question
        assert 0 >= overflow(page), question
    heights = page.evaluate(
        "[...document.querySelectorAll('.turn button, .turn summary, .jump a')]"
        ".filter(one => one.offsetParent).map(one => one.offsetHeight)"
    )
    assert 44 <= min(heights)
    page.locator("#out .feedback").get_by_role("button", name="Yes").click()
    expect(page.locator("#out .done")).to_be_focused()
    assert [] == axe(page), "thanked"
    context.close()


def test_small_screen_and_large_text(browser: Browser, address: str) -> None:
    """At 320 px with text of twice the size, unfolded parts stay within the screen."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = opened(context, address)
    asked_and_shown(page, BACK)
    page.evaluate("document.querySelectorAll('.turn details').forEach(one => (one.open = true))")
    assert 0 >= overflow(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert 0 >= overflow(page)
    context.close()


def test_simple_page_offers_the_same(context: BrowserContext, address: str) -> None:
    """On the simple page copy works, and an offered question sends the earlier ones along."""
    page = context.new_page()
    page.goto(f"{address}/plain")
    page.get_by_label("Your question").fill(MIGRAINE)
    page.locator(".go").click()
    page.locator(".tools .copy").click()
    expect(page.locator(".tools .done")).to_have_text("Copied, with all sources.")
    assert [] == axe(page)
    page.locator(".offers button", has_text="sciatica").click()
    expect(page.locator("h2 bdi")).to_have_text("Does acupuncture help with sciatica?")
    earlier = page.locator("#question-form input[name=earlier]")
    assert [MIGRAINE, "Does acupuncture help with sciatica?"] == [
        earlier.nth(at).input_value() for at in range(2)
    ]


def test_without_script_what_needs_none_works(browser: Browser, address: str) -> None:
    """Without script: parts unfold, groups are reached, the rating is sent, and no dead button stands there."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.route("**/feedback", lambda one: one.fulfill(status=200, body="counted"))
    page.goto(f"{address}/plain")
    page.get_by_label("Your question").fill(BACK)
    page.locator(".go").click()
    page.locator(".card").first.locator(".whole-study summary").click()
    expect(page.get_by_text("Sixteen systematic reviews were appraised.")).to_be_visible()
    expect(page.locator(".by-script")).to_be_hidden()
    page.locator(".jump a", has_text="another therapy").click()
    expect(page.locator("h4", has_text="Compared with another therapy")).to_be_in_viewport()
    with page.expect_request("**/feedback") as sent:
        page.get_by_role("button", name="Yes").click()
    assert {"outcome": ["answered"], "helpful": ["yes"]} == parse_qs(sent.value.post_data or "")
    context.close()
