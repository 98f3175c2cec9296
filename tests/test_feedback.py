"""Feedback: a yes or a no is counted with the outcome, from our own page only, and nothing else is taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright
from starlette.testclient import TestClient

from corpus.catalogue import Catalogue
from qa.page_site import fenced
from qa.screenshots import BROWSER_FLAGS
from qa.server import running
from qa.settings import load
from tests.made_answers import asked

HERE = "http://127.0.0.1"
YES = {"helpful": "yes", "outcome": "answered"}
SCRIPT = {"accept": "application/json"}


@pytest.fixture
def client(catalogue: Catalogue) -> Iterator[TestClient]:
    """The site, asked from this machine, which may read its figures."""
    app = fenced(load(), catalogue, asked(catalogue)).app
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 1)) as made:
        yield made


def _counted(client: TestClient) -> list[str]:
    lines = client.get("/metrics").text.splitlines()
    return [one for one in lines if one.startswith("evidence_desk_feedback_total{")]


def test_script_gets_no_page(client: TestClient) -> None:
    """204, and one more of that kind."""
    answer = client.post("/feedback", data=YES, headers=SCRIPT)
    assert (204, b"") == (answer.status_code, answer.content)
    client.post("/feedback", data={"helpful": "no", "outcome": "not_reported"}, headers=SCRIPT)
    client.post("/feedback", data=YES, headers=SCRIPT)
    assert [
        'evidence_desk_feedback_total{helpful="no",outcome="not_reported"} 1.0',
        'evidence_desk_feedback_total{helpful="yes",outcome="answered"} 2.0',
    ] == _counted(client)


def test_form_gets_thanks(client: TestClient) -> None:
    """Without script there is a small page with the way back."""
    page = client.post("/feedback", data=YES)
    assert 200 == page.status_code
    assert "<h1>Thank you</h1>" in page.text
    assert 'href="/"' in page.text
    assert 1 == len(_counted(client))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"helpful": "yes"},
        {"outcome": "answered"},
        {"helpful": "perhaps", "outcome": "answered"},
        {"helpful": "yes", "outcome": "my secret"},
        {"helpful": ["yes", "no"], "outcome": "answered"},
        {"helpful": "yes", "outcome": ["answered", "urgent"]},
    ],
)
def test_anything_else_is_refused(fields: dict[str, object], client: TestClient) -> None:
    """Neither a third value nor two at once is counted, or repeated."""
    page = client.post("/feedback", data=fields)
    told = client.post("/feedback", data=fields, headers=SCRIPT)
    assert (422, 422) == (page.status_code, told.status_code)
    assert {"detail": "Please tell us yes or no, for one of our answers."} == told.json()
    assert "secret" not in page.text + told.text
    assert [] == _counted(client)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 204),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 204),  # what a form of ours sends
        ({"origin": HERE}, 204),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": HERE}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_other_pages_cannot_vote(headers: dict[str, str], status: int, client: TestClient) -> None:
    """What the browser says about where it comes from is believed."""
    answer = client.post("/feedback", data=YES, headers={**SCRIPT, **headers})
    assert status == answer.status_code
    assert (1 if status == 204 else 0) == len(_counted(client))


def test_feedback_is_limited(catalogue: Catalogue) -> None:
    """It draws on the visitor's allowance."""
    app = fenced(load(requests_per_minute=1, requests_at_once=1), catalogue, asked(catalogue)).app
    with TestClient(app, base_url=HERE) as client:
        statuses = [client.post("/feedback", data=YES).status_code for _ in range(2)]
    assert [200, 429] == statuses


def test_browser_may_vote_from_our_page(chromium: str, catalogue: Catalogue) -> None:
    """Chromium sends both ways from our own page, by script and by form, and is thanked."""
    settings = load()
    form = (
        "document.body.innerHTML = '<form action=/feedback method=post><input name=helpful value=yes>"
        "<input name=outcome value=urgent><button>Send</button></form>'"
    )
    send = """() => fetch('/feedback', {method: 'POST', headers: {accept: 'application/json'},
        body: new URLSearchParams({helpful: 'yes', outcome: 'answered'})}).then((one) => one.status)"""
    with (
        running(fenced(settings, catalogue, asked(catalogue)).app) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        page = browser.new_page()
        page.goto(f"{address}/plain")
        assert 204 == page.evaluate(send)
        page.evaluate(form)
        page.get_by_role("button", name="Send").click()
        assert "Thank you" == page.get_by_role("heading", level=1).inner_text()
        browser.close()
