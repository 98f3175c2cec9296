"""The page in the clinic's own site: what to paste, and what a visitor of that site gets, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from starlette.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue import Catalogue
from corpus.errors import EvidenceDeskError
from qa.cli import app as command
from qa.embedding import LEAST_HEIGHT, instructions, snippet
from qa.page_site import fenced
from qa.server import running
from qa.settings import load
from tests.browsing import HIP, Watch, axe
from tests.made_answers import asked
from tests.page_tree import tree

DESK = "https://desk.clinic.example"
LIGHT = "rgb(255, 255, 255)"

expect.set_options(timeout=15_000)  # the machine may have other work


# --- what is pasted


def test_snippet_is_a_fenced_frame_and_one_script() -> None:
    """A titled frame, light, without a referrer, with the least it may do; and the script that makes it grow."""
    frame, script = (tree(snippet(DESK)).one(name) for name in ("iframe", "script"))
    given = frame.attributes
    assert f"{DESK}/?__theme=light" == given["src"]
    assert "Ask what the research says" == given["title"]
    assert ("no-referrer", "clipboard-write", "lazy") == (
        given["referrerpolicy"],
        given["allow"],
        given["loading"],
    )
    assert (
        "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"
        " allow-downloads allow-modals"
    ) == given["sandbox"]
    assert "min-height: 640px" in given["style"]
    assert {"src": f"{DESK}/embed.js", "async": ""} == script.attributes


def test_command_prints_what_to_paste_and_what_to_set() -> None:
    """One command tells both ends of it."""
    done = CliRunner().invoke(
        command, ["embed", "--address", f"{DESK}/", "--site", "https://clinic.example"]
    )
    assert 0 == done.exit_code
    assert snippet(DESK) in done.output
    assert "EVIDENCE_DESK_ALLOWED_PARENTS=https://clinic.example" in done.output


@pytest.mark.parametrize(
    "address",
    ["desk", "desk.clinic.example", f"{DESK}/chat", f'{DESK}"><script>', "javascript:alert(1)", ""],
)
def test_odd_address_is_refused(address: str) -> None:
    """What is no plain address never gets into the snippet; the message says what is wanted."""
    with pytest.raises(
        EvidenceDeskError, match=r"--address is .*wanted an address like"
    ) as refused:
        instructions(address, "https://clinic.example")
    assert 1 == len(str(refused.value).splitlines())
    with pytest.raises(EvidenceDeskError, match="--site is"):
        instructions(DESK, address)


def test_setting_that_is_told_is_taken() -> None:
    """What the command says to set, the settings take."""
    line = next(
        one
        for one in instructions(DESK, "https://clinic.example").splitlines()
        if "PARENTS=" in one
    )
    assert ("https://clinic.example",) == load(allowed_parents=line.split("=")[1]).allowed_parents


def test_only_the_script_for_others_may_be_loaded_by_others(catalogue: Catalogue) -> None:
    """The clinic's page loads `embed.js`; everything else is for our own page."""
    site = fenced(load(), catalogue, asked(catalogue))
    with TestClient(site.app, base_url="http://127.0.0.1") as client:
        policy = "cross-origin-resource-policy"
        assert "cross-origin" == client.get("/embed.js").headers[policy]
        assert "same-origin" == client.get("/frame.js").headers[policy]
        assert "text/javascript" in client.get("/embed.js").headers["content-type"]


# --- in a browser: the clinic's page on one host and port, the desk on another


class _Clinic(ThreadingHTTPServer):
    """A clinic's page with whatever was pasted into it."""

    daemon_threads = True
    pasted = ""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Clinic)
        found = self.path == "/"
        body = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Clinic</title>'
            '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            '<body style="margin:0;background:#fff"><main><h1>Harbour Street Clinic</h1>'
            f"{server.pasted}<p>Below the frame</p></main></body></html>"
        ).encode()
        self.send_response(200 if found else 404)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        pass


@contextmanager
def _clinic() -> Iterator[_Clinic]:
    with _Clinic(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


def _at(server: _Clinic) -> str:
    return f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def allowed() -> Iterator[_Clinic]:
    """The clinic's site, which may show the desk."""
    with _clinic() as server:
        yield server


@pytest.fixture(scope="module")
def desk(catalogue: Catalogue, allowed: _Clinic) -> Iterator[str]:
    """The desk, which knows the clinic's site."""
    settings = load(
        allowed_parents=(_at(allowed),), clinic_name="Harbour Street Clinic", accent="#1b4d8f"
    )
    with running(fenced(settings, catalogue, asked(catalogue)).app) as found:
        allowed.pasted = snippet(found)
        yield found


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody whose browser prefers dark pages."""
    made = browser.new_context(color_scheme="dark", viewport={"width": 1000, "height": 800})
    made.set_default_timeout(15_000)
    yield made
    made.close()


def _framed(page: Page) -> FrameLocator:
    frame = page.frame_locator("iframe")
    expect(frame.locator("#first")).to_be_hidden()
    expect(frame.locator("#question textarea")).to_be_visible()
    return frame


def _height(page: Page) -> float:
    return float(page.locator("iframe").evaluate("one => one.getBoundingClientRect().height"))


def _scrolls_inside(frame: FrameLocator) -> bool:
    return bool(frame.locator("html").evaluate("one => one.scrollHeight > one.clientHeight + 1"))


def test_page_works_in_the_clinics_site(
    visitor: BrowserContext, allowed: _Clinic, desk: str
) -> None:
    """Asked and answered in the frame, which grows with it; nothing kept, nothing sent elsewhere, no complaint."""
    watch = Watch()
    page = visitor.new_page()
    watch.on(page)
    page.goto(_at(allowed))
    frame = _framed(page)
    expect(frame.locator(".band")).to_be_hidden()
    expect(frame.locator(".foot .emergency")).to_be_visible()
    before = _height(page)
    frame.locator("#question textarea").fill(HIP)
    frame.locator("#go").click()
    expect(frame.locator("#out .turn h2")).to_be_focused()
    expect(frame.locator("#out .limits")).to_contain_text("we do not make any claims")
    page.wait_for_timeout(300)
    after = _height(page)
    assert after > before >= LEAST_HEIGHT
    assert not _scrolls_inside(frame)
    # Dark is preferred, and the clinic's site is light.
    expect(frame.locator("#panel")).to_have_css("background-color", LIGHT)
    expect(frame.locator("body")).to_have_css("color", "rgb(20, 35, 42)")
    assert {urlsplit(desk).netloc, urlsplit(_at(allowed)).netloc} == watch.hosts
    assert [] == watch.complaints
    assert [] == visitor.cookies()
    # Some browsers let a frame of another site have no storage at all, and say so by an error.
    kept = "() => { try { return localStorage.length + sessionStorage.length } catch { return 0 } }"
    assert 0 == frame.locator("html").evaluate(kept)
    assert 0 == page.evaluate(kept)
    assert [] == axe(page.frames[1])  # type: ignore[arg-type] # it evaluates as a page does


def test_frame_shrinks_again(visitor: BrowserContext, allowed: _Clinic, desk: str) -> None:
    """When less is shown the frame is lower again: there is no gap above what follows in the clinic's page."""
    assert desk
    page = visitor.new_page()
    page.goto(_at(allowed))
    frame = _framed(page)
    page.wait_for_timeout(300)
    high = _height(page)
    frame.locator("#examples summary").first.click()
    page.wait_for_timeout(300)
    assert _height(page) < high
    assert not _scrolls_inside(frame)


def test_without_the_script_the_frame_scrolls(
    visitor: BrowserContext, allowed: _Clinic, desk: str
) -> None:
    """A clinic that allows no script of ours has a frame of its own height, and the answer can be reached."""
    pasted = allowed.pasted
    allowed.pasted = snippet(desk).split("<script")[0]
    page = visitor.new_page()
    page.goto(_at(allowed))
    frame = _framed(page)
    frame.locator("#question textarea").fill(HIP)
    frame.locator("#go").click()
    expect(frame.locator("#out .turn h2")).to_be_in_viewport()
    assert LEAST_HEIGHT == _height(page)
    assert _scrolls_inside(frame)
    allowed.pasted = pasted


def test_simple_page_is_light_in_the_frame_too(
    visitor: BrowserContext, allowed: _Clinic, desk: str
) -> None:
    """What is not there is told within the frame, light and without a band as well."""
    pasted = allowed.pasted
    allowed.pasted = snippet(desk).replace("/?__theme", "/nothing?__theme")
    page = visitor.new_page()
    page.goto(_at(allowed))
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Page not found")
    expect(frame.locator(".band")).to_be_hidden()
    expect(frame.locator("body")).to_have_css("color", "rgb(20, 35, 42)")
    allowed.pasted = pasted


def test_other_site_gets_an_empty_frame(visitor: BrowserContext, desk: str) -> None:
    """A site that the operator did not name cannot show the page."""
    with _clinic() as stranger:
        stranger.pasted = snippet(desk)
        page = visitor.new_page()
        complaints: list[str] = []
        page.on("console", lambda one: complaints.append(one.text))
        page.goto(_at(stranger))
        page.wait_for_timeout(1000)
        frame = page.frame_locator("iframe")
        expect(frame.locator("#page")).to_have_count(0)
        assert any("frame-ancestors" in one for one in complaints)


def test_frame_grows_for_the_frame_only(
    visitor: BrowserContext, allowed: _Clinic, desk: str
) -> None:
    """Messages from the page itself, or of another kind, change nothing."""
    assert desk
    page = visitor.new_page()
    page.goto(_at(allowed))
    frame = _framed(page)
    page.wait_for_timeout(300)
    before = _height(page)
    page.evaluate("postMessage(9000, '*')")
    for odd in ("'9000'", "-5", "1.5", "1e9", "{height: 9000}", "null"):
        frame.locator("html").evaluate(f"() => parent.postMessage({odd}, '*')")
    page.wait_for_timeout(300)
    assert before == _height(page)


def test_page_of_its_own_keeps_its_band(visitor: BrowserContext, desk: str) -> None:
    """Outside a frame nothing changes: the band is there and the browser's scheme holds."""
    page = visitor.new_page()
    page.goto(desk)
    expect(page.locator("#first")).to_be_hidden()
    expect(page.locator(".band")).to_be_visible()
    expect(page.locator("#panel")).to_have_css("background-color", "rgb(24, 36, 42)")


def test_the_page_of_one_of_several_collections_is_embedded() -> None:
    """The frame shows that page; the script comes from the desk itself."""
    written = snippet(f"{DESK}/c/neck-pain/")
    assert f'src="{DESK}/c/neck-pain/?__theme=light"' in written
    assert f'src="{DESK}/embed.js"' in written
    with pytest.raises(EvidenceDeskError, match="without a path"):
        snippet(f"{DESK}/c/neck-pain/browse")
