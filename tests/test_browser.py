"""The page in a real browser: asked, read, listened to, attacked, and left without its server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import cast
from urllib.parse import urlsplit

import gradio as gr  # noqa: TID253 - its line is filled here
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    expect,
)

from corpus.catalogue import Catalogue
from corpus.study import Section, Study, Voice
from index.library import Library
from qa.answer import Answer, Finding, Outcome, Quote, QuoteRole
from qa.choices import NO_CHOICES, Choices
from qa.conversation import Ask
from qa.guard import Visitors
from qa.neighbours import Neighbours
from qa.page_site import fenced, rules
from qa.server import open_site, running
from qa.settings import load
from qa.waiting_room import WaitingRoom
from tests.browsing import LOOKS, Watch, asked_and_shown, axe, opened, overflow, ready
from tests.made_answers import answer, asked

HIP = "what does the research say about acupuncture for hip arthritis?"
AXE = files("axe_playwright_python").joinpath("axe.min.js")
AXE_TAGS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
HOSTILE = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror='window.hacked=1'>",
    '"><svg/onload=window.hacked=1>',
    "<iframe src='javascript:parent.hacked=1'></iframe>",
    "</textarea></article><h1>mine</h1><style>*{display:none}</style>",
    "<a href=\"javascript:window.hacked=1\">x</a><form action='https://evil.example'><input></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "![x](https://evil.example/x.png) [y](javascript:hacked=1) <https://evil.example>",
    "**bold** _it_ `code` ~~no~~ # head\n\n- one\n1. two\n> quote\n\n    code",
    "$$\\href{javascript:hacked=1}{x}$$ \\(y\\) ```mermaid\ngraph TD\n```",
    "&lt;b&gt; &amp;amp; &#60; {{7*7}} ${7*7} <%= 7*7 %>",
    "  two  spaces,\ta tab and שלום مرحبا zero\u200bwidth 😀",
)
SHOWN = {"half \ud83d": "half \ufffd", "abc\u202edef": "abc\\u202edef", "bell\x07": "bell\\u0007"}


expect.set_options(timeout=15_000)  # the machine may have other work


# --- the browser and what it saw


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """The site with answers made by hand, on a free port."""
    settings = load(
        clinic_name="Harbour Street Clinic",
        clinic_phone="02 5550 1234",
        requests_per_minute=6000,
        requests_at_once=1000,
    )
    with running(fenced(settings, catalogue, _asked(catalogue)).app) as found:
        yield found


def _asked(catalogue: Catalogue) -> Ask:
    """The answers made by hand; "stored" quotes a study whose text is the question, "broken" fails."""
    by_hand = asked(catalogue)

    def ask(question: str, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> Answer:
        if question == "broken":
            raise RuntimeError(question)
        if question.startswith("stored "):
            text = question.removeprefix("stored ")
            study = Study(
                id="odd", title=text, sections=(Section("Headline", Voice.SUMMARY, text),)
            )
            quote = Quote(study, "Headline", 0, len(text), QuoteRole.FINDING)
            return answer(catalogue, "x", Outcome.ANSWERED, findings=[Finding(study, (quote,))])
        if question == "how many before?":
            return answer(catalogue, " / ".join(earlier), Outcome.NO_QUESTION)
        return by_hand(question, earlier, choices)

    return ask


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    """The page, ready to be asked."""
    return opened(context, address)


# --- asking


def test_question_is_asked_and_the_answer_read(
    browser: Browser, library: Library, catalogue: Catalogue
) -> None:
    """From the real collection, the first card on hips holds both sides, each with what it was compared with."""
    settings = load()
    context = browser.new_context()
    with running(open_site(settings, library).app) as address:
        page = opened(context, address)
        asked_and_shown(page, HIP)
        card = page.locator("#out .card").first
        expect(card).to_contain_text(
            "may improve pain and function compared to routine primary physician care"
        )
        expect(card).to_contain_text("probably has little or no effect")
        against = card.locator(".quote", has_text="probably has little or no effect").first.locator(
            ".against"
        )
        expect(against).to_contain_text("sham acupuncture")
        expect(
            card.locator(".quote", has_text="may improve pain and function").locator(".against")
        ).to_contain_text("usual care")
        expect(page.locator("#out .limits")).to_contain_text("we do not make any claims")
        asked_and_shown(page, "and is it safe?")
        expect(page.locator("#out .understood").first).to_contain_text("hip osteoarthritis")
        context.close()
    assert 17 == len(catalogue.studies)


def test_every_example_is_answered(library: Library, catalogue: Catalogue) -> None:
    """What the page offers to ask, the real collection answers."""
    from qa.examples import examples
    from qa.pipeline import ask

    outcomes = {
        question.text: ask(question.text, library).outcome
        for group in examples(catalogue)
        for question in group.questions
    }
    assert {} == {text: one for text, one in outcomes.items() if one is not Outcome.ANSWERED}


def test_page_is_quiet(context: BrowserContext, address: str) -> None:
    """One host, no cookies, no storage, no complaints, 300 KB at first and two requests a message."""
    watch = Watch()
    page = opened(context, address, watch)
    page.wait_for_timeout(500)
    sizes = [one.sizes()["responseBodySize"] for one in watch.requests if one.response()]
    assert 300_000 > sum(sizes)
    asked_and_shown(page, HIP)
    for question in ("does it help migraines?", "my legs are numb"):
        watch.requests.clear()
        asked_and_shown(page, question)
        page.wait_for_timeout(200)
        assert ["POST /gradio_api/queue/join", "GET /gradio_api/queue/data"] == [
            f"{one.method} {urlsplit(one.url).path}" for one in watch.requests
        ]
    assert {urlsplit(address).netloc} == watch.hosts
    assert [] == watch.complaints
    assert [] == context.cookies()
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,"
        " (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"
    )
    assert [0, 0, 0, 0, 0] == kept


def test_focus_goes_to_the_new_answer(page: Page) -> None:
    """The heading of the new answer has the focus and is in view, and the box is empty for the next."""
    asked_and_shown(page, HIP)
    asked_and_shown(page, "does it help migraines?")
    heading = page.locator("#out .turn h2")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator("#status")).to_have_attribute("role", "status")
    expect(page.locator("#status")).to_contain_text("Your answer is ready.")


def test_earlier_turns_stay(page: Page) -> None:
    """Earlier questions stay on the page with their whole answers, oldest first, no id twice."""
    for question in (HIP, "does it help migraines?", "hello"):
        asked_and_shown(page, question)
    earlier = page.locator("#earlier .turn")
    expect(earlier).to_have_count(2)
    expect(earlier.nth(0)).to_contain_text("probably has little or no effect")
    expect(earlier.nth(0)).to_contain_text("we do not make any claims")
    expect(earlier.nth(1)).to_contain_text("migraines")
    expect(page.locator("#out .turn")).to_contain_text("hello")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id).filter(Boolean)")
    assert len(ids) == len(set(ids))


def test_earlier_questions_are_sent_along(page: Page) -> None:
    """A question comes with those answered before it, in order; a refused one is not among them."""
    asked_and_shown(page, 'with "quotes" \\ and é')
    page.locator("#question textarea").fill("broken")
    page.locator("#go").click()
    expect(page.locator("#status .problem")).to_be_visible()
    asked_and_shown(page, "hip?")
    asked_and_shown(page, "how many before?")
    expect(page.locator("#out h2 bdi")).to_have_text('with "quotes" \\ and é / hip?')


def test_same_question_twice_is_two_turns(page: Page) -> None:
    """Asked again, it is answered again."""
    asked_and_shown(page, HIP)
    asked_and_shown(page, HIP)
    expect(page.locator("#earlier .turn")).to_have_count(1)


def test_example_is_asked_with_one_click(page: Page) -> None:
    """An example question is asked at once, and the examples make room."""
    example = page.locator(".example").first
    text = example.inner_text()
    example.click()
    expect(page.locator("#out h2 bdi")).to_have_text(text)
    expect(page.locator("#examples details")).not_to_have_attribute("open", "")


def test_visitors_do_not_see_each_other(browser: Browser, address: str) -> None:
    """Two people at once: each sees the own turns, before and after a reload."""
    one, two = browser.new_context(), browser.new_context()
    first, second = opened(one, address), opened(two, address)
    asked_and_shown(first, "hip of the first")
    asked_and_shown(second, "hip of the second")
    asked_and_shown(first, "knee of the first")
    expect(second.locator("main")).not_to_contain_text("of the first")
    expect(first.locator("main")).not_to_contain_text("of the second")
    second.reload()
    ready(second)
    expect(second.locator(".turn")).to_have_count(0)
    one.close()
    two.close()


# --- for everybody


def test_whole_task_by_keyboard(page: Page) -> None:
    """Tab to the box, type, Enter, read on, and Tab back to the box."""
    page.locator("body").click(position={"x": 5, "y": 300})
    page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.matches('#question textarea')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type(HIP)
    page.keyboard.press("Enter")
    heading = page.locator("#out .turn h2")
    expect(heading).to_be_focused()
    for _ in range(30):  # past links, parts that unfold and the tools of the answer
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#question textarea')"):
            break
    expect(page.locator("#question textarea")).to_be_focused()


@pytest.mark.parametrize(
    ("width", "scheme"),
    LOOKS,
)
def test_axe_finds_nothing(width: int, scheme: str, browser: Browser, address: str) -> None:
    """WCAG 2.0 to 2.2 A and AA and best practice: nothing wrong and nothing undecided in any state."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = opened(context, address)
    assert [] == axe(page), "empty"
    for state in (
        HIP,
        "does it help migraines?",
        "should I stop my tablets?",
        "what causes it?",
        "my legs are numb",
    ):
        asked_and_shown(page, state)
        assert [] == axe(page), state
        assert 0 >= overflow(page), state
    page.locator("#question textarea").fill("x" * 501)
    page.locator("#go").click()
    expect(page.locator("#status .problem")).to_be_visible()
    assert [] == axe(page), "refused"
    page.goto(f"{address}/plain")
    page.locator("textarea").fill(HIP)
    page.locator(".go").click()
    expect(page.locator(".turn")).to_be_visible()
    assert [] == axe(page), "simple page"
    context.close()


@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 640)])
def test_nothing_runs_off_a_small_screen(
    width: int, height: int, browser: Browser, address: str
) -> None:
    """A window of 1280 at 400 % is one of 320: nothing needs scrolling sideways, not even a long word."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = opened(context, address)
    assert 0 >= overflow(page)
    asked_and_shown(page, "hip " + "W" * 300)
    assert 0 >= overflow(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert 0 >= overflow(page)
    context.close()


def test_targets_are_large_enough(page: Page) -> None:
    """What is pressed or followed is at least 44 px high; a link inside a text need not be."""
    asked_and_shown(page, HIP)
    page.locator("#examples summary").click()
    page.locator("#narrow summary").click()
    sizes = page.evaluate(
        "[...document.querySelectorAll('button, summary, textarea, .band a')]"
        ".filter(one => one.offsetParent).map(one => [one.textContent.slice(0, 30), one.offsetHeight])"
    )
    assert len(sizes) > 5
    assert [] == [one for one in sizes if one[1] < 44]


def test_language_is_ours(browser: Browser, address: str) -> None:
    """Whatever the browser speaks, the page says that it is English."""
    context = browser.new_context(locale="de-DE")
    page = opened(context, address)
    asked_and_shown(page, HIP)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#out article")).to_have_attribute("lang", "en")
    context.close()


def test_theme_can_be_chosen_by_the_site_around(context: BrowserContext, address: str) -> None:
    """A light site keeps a light page, whatever the visitor's machine prefers."""
    dark = context.browser
    assert dark is not None
    made = dark.new_context(color_scheme="dark")
    page = made.new_page()
    page.goto(address)
    ready(page)
    assert "rgb(15, 23, 27)" == page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(f"{address}/?__theme=light")
    ready(page)
    assert "rgb(241, 245, 246)" == page.evaluate("getComputedStyle(document.body).backgroundColor")
    made.close()


def test_print_holds_the_answers_and_not_the_form(page: Page) -> None:
    """On paper: every turn with caveats, comparators, citation addresses and disclaimer; no form, no buttons."""
    asked_and_shown(page, HIP)
    asked_and_shown(page, "does it help migraines?")
    page.emulate_media(media="print")
    for text in (
        "probably has little or no effect",
        "Compared with sham acupuncture",
        "What limits this",
        "Answered on",
    ):
        expect(page.get_by_text(text).and_(page.locator(":visible")).first).to_be_visible()
    assert 2 == page.get_by_text("we do not make any claims").count()
    for hidden in ("#panel", "#examples", "#intro"):
        expect(page.locator(hidden)).to_be_hidden()
    shown = page.evaluate(
        "getComputedStyle(document.querySelector('.source a'), '::after').content"
    )
    assert "https://doi.org/10.1002/14651858.CD013010" in shown


# --- attacked


def test_hostile_questions_are_shown_letter_for_letter(
    context: BrowserContext, address: str
) -> None:
    """Markup in a question or in the collection is text: it runs nothing, adds nothing, sends nothing."""
    watch = Watch()
    page = opened(context, address, watch)
    plain = "document.querySelectorAll('#out *').length"
    asked_and_shown(page, "hello")
    elements = page.evaluate(plain)
    for text in HOSTILE:
        asked_and_shown(page, f"hello {text}")
        assert f"hello {text}" == page.locator("#out h2 bdi").evaluate("one => one.textContent"), (
            text
        )
        assert elements == page.evaluate(plain), text
    for text, shown in SHOWN.items():
        asked_and_shown(page, text)
        assert shown == page.locator("#out h2 bdi").evaluate("one => one.textContent")
    for text in HOSTILE:
        line = text.replace("\n", " ").strip().replace(". ", " ").replace("> ", " ")
        asked_and_shown(page, f"stored {line}")
        assert line == page.locator("#out blockquote").evaluate("one => one.textContent"), text
        assert line == page.locator("#out h4").evaluate("one => one.textContent"), text
    assert page.evaluate("window.hacked === undefined")
    assert {urlsplit(address).netloc} == watch.hosts
    assert [] == watch.complaints


# --- when something is wrong


def test_too_long_question_is_refused_and_kept(page: Page) -> None:
    """The message says how long it is and may be; the text stays, and the box is marked and has the focus."""
    long = "my hip " * 80
    page.locator("#question textarea").fill(long)
    expect(page.locator("#count")).to_contain_text("559 of 500 characters used")
    page.locator("#go").click()
    expect(page.locator("#status")).to_contain_text(
        "Your question has 559 characters. Please use 500 or fewer."
    )
    box = page.locator("#question textarea")
    expect(box).to_have_value(long)
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_attribute("aria-describedby", "status")
    expect(box).to_be_focused()
    asked_and_shown(page, "hip")
    expect(box).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#status")).to_contain_text("Your answer is ready")


def test_empty_question_gets_a_hint(page: Page) -> None:
    """Nothing typed: the page says what to do, each time."""
    for _ in range(2):
        page.locator("#go").click()
        expect(page.locator("#status")).to_contain_text("Please type a question first.")
    expect(page.locator(".turn")).to_have_count(0)


def test_failure_inside_is_told_and_the_question_kept(page: Page) -> None:
    """An error of ours is a plain sentence without detail; the next question is answered."""
    page.locator("#question textarea").fill("broken")
    page.locator("#go").click()
    expect(page.locator("#status")).to_contain_text("Something went wrong on our side.")
    expect(page.locator("#question textarea")).to_have_value("broken")
    asked_and_shown(page, "hip")


def test_too_many_questions_are_told_and_the_question_kept(
    browser: Browser, catalogue: Catalogue
) -> None:
    """Behind the limit the page says to wait; the question is still there."""
    settings = load(requests_per_minute=1, requests_at_once=1)
    context = browser.new_context()
    with running(fenced(settings, catalogue, asked(catalogue)).app) as address:
        page = opened(context, address)
        asked_and_shown(page, "hip")
        page.locator("#question textarea").fill("one more")
        page.locator("#go").click()
        expect(page.locator("#saying")).to_contain_text("Please wait a minute")
        expect(page.locator("#question textarea")).to_have_value("one more")
        expect(page.locator("#question textarea")).to_be_focused()
        assert [] == axe(page)
        context.close()


def test_lost_server_is_told_and_the_question_kept(browser: Browser, catalogue: Catalogue) -> None:
    """With the server gone, the page says so, keeps question and turns, and works when it is back."""
    settings = load()
    context = browser.new_context()
    with running(fenced(settings, catalogue, asked(catalogue)).app) as address:
        page = opened(context, address)
        asked_and_shown(page, "hip")
        context.set_offline(True)
        page.locator("#question textarea").fill("are you there?")
        page.locator("#go").click()
        expect(page.locator("#saying")).to_contain_text("We cannot reach the server.")
        expect(page.locator("#question textarea")).to_have_value("are you there?")
        expect(page.locator(".turn")).to_have_count(1)
        context.set_offline(False)
        page.locator("#go").click()
        expect(page.locator("#out h2 bdi")).to_have_text("are you there?")
        expect(page.locator("#saying")).to_be_empty()
        context.close()


def test_a_crowded_desk_is_told_and_the_question_kept(
    browser: Browser, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no seat left, or with Gradio's own line full, the page says so, and asking again works."""
    settings = load()
    context = browser.new_context()
    room = WaitingRoom(at_once=1, seats=0)
    among = Neighbours(Visitors(rules(settings)), room=room)
    site = fenced(settings, catalogue, asked(catalogue), neighbours=among)
    with running(site.app) as address:
        page = opened(context, address)
        room._places.acquire()
        page.locator("#question textarea").fill("are you there?")
        page.locator("#go").click()
        expect(page.locator("#status .problem")).to_contain_text("Many people are asking right now")
        expect(page.locator("#question textarea")).to_have_value("are you there?")
        room._places.release()

        line = cast(gr.Blocks, site.demo)._queue
        with monkeypatch.context() as full:
            full.setattr(line, "max_size", 0)
            page.locator("#go").click()
            expect(page.locator("#saying")).to_contain_text("Many people are asking right now.")
        expect(page.locator("#question textarea")).to_have_value("are you there?")
        page.locator("#go").click()
        expect(page.locator("#out h2 bdi")).to_have_text("are you there?")
        context.close()


def test_broken_answer_is_told_and_the_question_kept(page: Page) -> None:
    """Where the line breaks while the answer is on its way, nothing is lost, and asking again works."""
    asked_and_shown(page, "hip")
    page.route(re.compile("/queue/data"), lambda route: route.abort())
    page.locator("#question textarea").fill("are you there?")
    page.locator("#go").click()
    expect(page.locator("#saying")).to_contain_text("We cannot reach the server.")
    expect(page.locator("#question textarea")).to_have_value("are you there?")
    page.unroute(re.compile("/queue/data"))
    page.wait_for_timeout(2500)  # Gradio would have loaded the page anew by now
    page.locator("#go").click()
    expect(page.locator("#out h2 bdi")).to_have_text("are you there?")
    expect(page.locator(".turn")).to_have_count(2)


def test_page_without_script_answers_too(browser: Browser, address: str) -> None:
    """With scripts off the same page has a form, and the answer comes with caveats and disclaimer."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Your question").fill(HIP)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".card").first).to_contain_text("probably has little or no effect")
    expect(page.locator(".limits")).to_contain_text("we do not make any claims")
    page.get_by_label("Your question").fill("how many before?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("h2 bdi")).to_have_text(HIP)
    context.close()


def test_form_works_before_gradio_is_there(context: BrowserContext, address: str) -> None:
    """While the scripts load, or when they never come, the question can be asked already."""
    context.route(re.compile(r"/assets/"), lambda route: route.abort())
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Your question").fill(HIP)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".card").first).to_contain_text("probably has little or no effect")


def test_typed_text_moves_into_gradio(context: BrowserContext, address: str) -> None:
    """What was typed before Gradio was there stays, with the focus and the place in it."""

    def hold(_: Route) -> None:
        """Neither let the script through nor stop it."""

    context.route(re.compile(r"/assets/.*js$"), hold)
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.locator("#first textarea").fill("does it help my hip")
    page.locator("#first textarea").evaluate("one => one.setSelectionRange(5, 7)")
    context.unroute(re.compile(r"/assets/.*js$"))  # lets go of what was held
    ready(page)
    box = page.locator("#question textarea")
    expect(box).to_have_value("does it help my hip")
    expect(box).to_be_focused()
    assert [5, 7] == box.evaluate("one => [one.selectionStart, one.selectionEnd]")
    page.keyboard.press("Enter")
    expect(page.locator("#out h2 bdi")).to_have_text("does it help my hip")


def test_policy_is_kept_by_the_browser(context: BrowserContext, address: str) -> None:
    """A script that somehow got into the page would not run."""
    page = opened(context, address)
    refused = page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', one => done(one.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.hacked = 1';
            document.body.append(script);
            setTimeout(() => done('ran'), 2000);
        })"""
    )
    assert "script-src-elem" == refused
    assert page.evaluate("window.hacked === undefined")


def test_texts_of_the_script_are_those_of_the_register(page: Page) -> None:
    """What the script says on its own is worded in the register too."""
    texts = json.loads(page.locator("#texts").evaluate("one => one.textContent"))
    script = {"busy", "chosen", "count", "crowded", "earlier", "failed", "lost", "often"}
    again = {"again", "againAsked", "againTyped"}
    tools = {"copied", "notCopied", "notSent", "thanks"}
    assert script | again | tools == set(texts)
    assert "of 500 characters used" == texts["count"]
