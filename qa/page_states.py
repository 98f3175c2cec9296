"""The states that the pages can be in, and how a visitor gets there: for pictures, and for tests that look at each.

Driven through Playwright, which is needed for this only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

HIP = "What does the research say about acupuncture for hip arthritis?"
BACK = "Does acupuncture help with low back pain?"
URGENT = "My back hurts and I cannot feel my legs or hold my urine"
_SETTLED = 300  # milliseconds for what moves or loads late

Act = Callable[["Page"], None]


@dataclass(frozen=True, slots=True)
class State:
    """A state: the page it begins on, what is done before it is opened, the questions, and what is done then.

    `paper` is looked at as print. `staff` needs somebody who has signed in.
    """

    name: str
    questions: tuple[str, ...] = ()
    path: str = "/"
    before: Act | None = None
    then: tuple[Act, ...] = ()
    paper: bool = False

    @property
    def staff(self) -> bool:
        """True for the front desk's pages."""
        return self.path.startswith("/staff")

    @property
    def full(self) -> bool:
        """True for the page in Gradio."""
        return self.path == "/"


def _leave_out(page: Page) -> None:
    page.get_by_role("button", name="Leave out hip osteoarthritis").click()
    page.locator(".turn .chip.back").wait_for()


def _opens(selector: str) -> Act:
    def act(page: Page) -> None:
        page.locator(selector).first.click()

    return act


def _tick(page: Page) -> None:
    page.locator("#narrow summary").first.click()
    page.locator("#narrow input[type=checkbox]").first.check()


def _checked(page: Page) -> None:
    page.goto(page.locator(".check a").first.evaluate("one => one.href"))


def _held(page: Page) -> None:
    """The answer never comes."""

    def hold(_: Route) -> None:
        pass

    page.route("**/gradio_api/queue/join*", hold)


def _lost(page: Page) -> None:
    page.route("**/gradio_api/queue/join*", lambda route: route.abort())


def _handed_out(page: Page) -> None:
    form = page.locator("form[action='/staff/handout']")
    form.evaluate(
        "one => one.removeAttribute('target')"
    )  # in this tab, so that it can be looked at
    form.locator("button").click()
    page.locator("#print").wait_for()


_NARROW = _opens("#narrow summary")
_SENTENCES = _opens(".turn .whole-study summary")
_WORDS = _opens(".turn .words summary")

STATES = (
    State("empty"),
    State("loading", (HIP,), before=_held),
    State("answer", (HIP,)),
    State("long-answer", (BACK,)),
    State("conversation", (HIP, "And is it safe?")),
    State("whole-study", (HIP,), then=(_WORDS, _SENTENCES)),
    State("narrowed", (BACK,), then=(_NARROW,)),
    State("left-out", (HIP,), then=(_leave_out, _NARROW)),
    State("no-study", ("Does acupuncture help migraines?",)),
    State("not-reported", ("How much does acupuncture for sciatica cost?",)),
    State("practitioner", ("Should I stop my blood thinners before acupuncture for my knee?",)),
    State("urgent", (URGENT,)),
    State("crisis", ("I want to end my life",)),
    State("clinic", ("What time do you open on Saturday?",)),
    State("clinic-page", ("What causes back pain?",)),
    State("no-question", ("hello",)),
    State("too-long", ("Why does my hip hurt? " * 30,)),
    State("lost", (HIP,), before=_lost),
    State("simple-empty", path="/plain"),
    State("simple-answer", (HIP,), path="/plain"),
    State("simple-left-out", (HIP,), path="/plain", then=(_leave_out, _NARROW)),
    State("simple-urgent", (URGENT,), path="/plain"),
    State("not-found", path="/nothing"),
    State("browse", path="/browse"),
    State("browse-study", path="/browse/manheimer-2018-hip-oa"),
    State("browse-stronger-note", path="/browse/lv-2016-chondromalacia"),
    State("staff-empty", path="/staff"),
    State("staff-answer", (HIP,), path="/staff"),
    State("staff-no-study", ("Does acupuncture help migraines?",), path="/staff"),
    State("staff-urgent", (URGENT,), path="/staff"),
    State("staff-verify", (HIP,), path="/staff", then=(_checked,)),
    State("staff-gaps", path="/staff/gaps"),
    State("staff-handout", (HIP,), path="/staff", then=(_handed_out,)),
    State("paper", (HIP,), paper=True),
)


def reach(page: Page, address: str, state: State) -> None:
    """Bring a page that was just made into a state of the site at `address`."""
    if state.before is not None:
        state.before(page)
    page.goto(address + state.path)
    if state.full:
        page.locator("#first").wait_for(state="hidden")
    for question in state.questions:
        _ask(page, question, state)
    for act in state.then:
        act(page)
    if state.paper:
        page.emulate_media(media="print")
    page.wait_for_timeout(_SETTLED)


def _ask(page: Page, question: str, state: State) -> None:
    page.locator("#question textarea" if state.full else "[name=question]").first.fill(question)
    page.locator("#go" if state.full else ".go").first.click()
    shown = "#out .asked" if state.full else ".turn .asked"
    asked = page.locator(shown, has_text=question[:40])
    said = page.locator("#status .problem, #saying:not(:empty), .panel .problem")
    asked.or_(said).first.wait_for(state="attached")
