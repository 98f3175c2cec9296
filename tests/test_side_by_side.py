"""Several collections served side by side: each at an address of its own, all of them together at one more."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from playwright.sync_api import Browser, expect
from typer.testing import CliRunner

from corpus.errors import SettingsError
from corpus.study import Design, Review, Section, Study, Voice
from index.encoder import Encoder
from qa import live
from qa.cli import app as command
from qa.server import all_opened, open_all, running
from qa.settings import Settings, load
from qa.sources import sources
from tests.browsing import asked_and_shown, axe, overflow
from tests.browsing import opened as page_opened
from tests.signing_in import PASSWORD, SIGNED_IN
from tests.small_collection import small_collection

SENTENCE = "Acupuncture eased neck pain more than sham acupuncture did."
NECK = Study(
    "neck-2019",
    "Acupuncture for chronic neck pain",
    (Section("Summary", Voice.SUMMARY, f"{SENTENCE} The trials were small and of low quality."),),
    authors=("Ada Hill",),
    journal="Journal of Necks",
    year=2019,
    design=Design.SYSTEMATIC_REVIEW,
    conditions=("neck-pain",),
    treatments=("acupuncture",),
    comparators=("sham-acupuncture",),
    review=Review.PUBLISHED,
)
SAYS = "These studies are for information only."
QUESTION = "does acupuncture help neck pain?"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, indexes: Path) -> Settings:
    """The shipped collection, and one on the neck beside it."""
    folder = tmp_path_factory.mktemp("beside") / "Neck pain"
    small_collection(folder, studies=(NECK,))
    (folder / "collection.yaml").write_text(
        f"name: Neck pain\ndisclaimer: {SAYS}\n", encoding="utf-8"
    )
    return load(
        collections=(folder,),
        index_root=indexes,
        counts_file=folder.parent / "counts.json",
        requests_per_minute=6000,
        requests_at_once=1000,
        staff_password=PASSWORD,
    )


@pytest.fixture(scope="module")
def address(settings: Settings, encoder: Encoder) -> Iterator[str]:
    """The server's address; it looks for changes ten times a second."""
    usual = live.following.__defaults__
    live.following.__defaults__ = (0.1,)
    try:
        with running(open_all(settings, all_opened(settings, encoder)).app) as where:
            yield where
    finally:
        live.following.__defaults__ = usual


def _answer(address: str, question: str = QUESTION) -> dict[str, Any]:
    sent = httpx.post(f"{address}/api/ask", json={"question": question}, timeout=60)
    assert 200 == sent.status_code
    found: dict[str, Any] = sent.json()
    return found


# --- answers


def test_each_page_answers_from_its_own_collection(address: str) -> None:
    """What one collection has is no answer of another one, and the page of all has both."""
    assert "not_in_collection" == _answer(address)["outcome"]
    neck = _answer(f"{address}/c/neck-pain")
    assert ("answered", SAYS) == (neck["outcome"], neck["disclaimer"])
    (finding,) = neck["findings"]
    assert SENTENCE == finding["quotes"][0]["text"]
    assert "collections" not in finding["study"]
    hip = "does acupuncture help hip osteoarthritis?"
    assert "answered" == _answer(address, hip)["outcome"]
    assert "not_in_collection" == _answer(f"{address}/c/neck-pain", hip)["outcome"]


def test_an_answer_from_all_says_where_each_study_is_from(address: str) -> None:
    """Both collections answer one question, under both disclaimers."""
    both = _answer(f"{address}/c/all", "does acupuncture help neck pain or hip osteoarthritis?")
    assert "answered" == both["outcome"]
    shipped = "Acupuncture for back, hip, knee and leg pain"
    assert {("neck-2019", "Neck pain"), ("manheimer-2018-hip-oa", shipped)} <= {
        (one["study"]["id"], *one["study"]["collections"])
        for one in both["findings"]
        if one["study"]["id"] != "page"
    }
    alone = str(_answer(address)["disclaimer"])
    said = str(both["disclaimer"])
    assert [True, True] == [one in said for one in (SAYS, alone.split(". ", maxsplit=1)[0])]


def test_an_emergency_comes_first_at_every_address(address: str) -> None:
    """No collection has to know of it."""
    question = "I cannot feel my legs and I wet myself"
    for place in ("", "/c/neck-pain", "/c/all"):
        assert "urgent" == _answer(address + place, question)["outcome"]


# --- addresses


def _links(address: str, path: str) -> tuple[str, set[str]]:
    page = httpx.get(address + path, headers=SIGNED_IN, timeout=60)
    assert 200 == page.status_code, path
    body = re.sub(r'<nav class="neighbours".*?</nav>', "", page.text, flags=re.DOTALL)
    return page.text, {
        one.partition("#")[0] for one in re.findall(r'(?:href|action)="(/[^"]*)"', body)
    }


_FILES = re.compile(r"/(?:page|accent)\.css|/favicon")


@pytest.mark.parametrize("name", ["neck-pain", "all"])
def test_a_visitor_of_a_collection_stays_in_it(address: str, name: str) -> None:
    """Every link and form of every page leads on in the same collection, and is answered there."""
    home = f"/c/{name}"
    waiting, seen = [f"{home}/", f"{home}/plain", f"{home}/staff"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        links = {one for one in _links(address, path)[1] if not _FILES.match(one)}
        assert [] == [one for one in links if not one.startswith(f"{home}/")], path
        waiting += [
            one
            for one in links
            if not one.endswith(
                ("/feedback", "/handout", "/export", "/record")
            )  # these take forms only
        ]
    assert {f"{home}/browse", f"{home}/browse/neck-2019", f"{home}/staff/gaps"} < seen
    assert (f"{home}/staff/review" in seen) == (name != "all")


@pytest.mark.parametrize("path", ["/", "/plain", "/browse", "/staff", "/staff/gaps"])
def test_each_page_leads_to_the_same_page_of_the_others(address: str, path: str) -> None:
    """The names of the collections stand at the top, the one that is open marked."""
    for here in ("", "/c/neck-pain", "/c/all"):
        page, _ = _links(address, here + path)
        (nav,) = re.findall(r'<nav class="neighbours".*?</nav>', page, flags=re.DOTALL)
        links = re.findall(r'<a href="([^"]*)"( aria-current="true")?>', nav)
        wanted = ["", "/c/neck-pain", "/c/all"]
        assert [(one + path, one == here) for one in wanted] == [
            (href, bool(current)) for href, current in links
        ]


def test_an_answer_on_the_simple_page_leads_on_in_its_collection(address: str) -> None:
    """The form, the chips and the feedback of the answer too."""
    sent = httpx.post(f"{address}/c/neck-pain/plain", data={"question": QUESTION}, timeout=60)
    assert SENTENCE.split(".", maxsplit=1)[0] in re.sub(
        r"&#(\d+);", lambda one: chr(int(one[1])), sent.text
    )
    assert {"/c/neck-pain/plain", "/c/neck-pain/feedback"} == set(
        re.findall(r'action="([^"]*)"', sent.text)
    )
    again = httpx.post(
        f"{address}/c/neck-pain/feedback",
        data={"helpful": "yes", "outcome": "answered"},
        timeout=60,
    )
    assert 200 == again.status_code
    assert 'href="/c/neck-pain/"' in again.text


def test_an_address_without_its_last_stroke_is_put_right(address: str) -> None:
    """People type what they were told."""
    found = httpx.get(f"{address}/c/neck-pain", timeout=60)
    assert (308, "/c/neck-pain/") == (found.status_code, found.headers["location"])


@pytest.mark.parametrize(
    "path", ["/c/", "/c/none/", "/c/none/browse", "/c/Neck pain/", "/c/neck-pain/c/all/", "/c/neck-pain/nothing"]
)  # fmt: skip
def test_what_is_not_there_is_told_as_elsewhere(address: str, path: str) -> None:
    """A page of ours says so."""
    found = httpx.get(address + path, timeout=60)
    assert 404 == found.status_code
    assert "Evidence Desk" in found.text


@pytest.mark.parametrize(
    "path", ["/staff", "//staff", "/staff/", "/%2e%2e/staff", "/x/..%2fstaff", "/STAFF", "/staff%2freview", "/..%2f..%2fstaff"]
)  # fmt: skip
def test_pages_for_staff_are_closed_at_every_address(address: str, path: str) -> None:
    """However the address is written, nobody gets in without the password."""
    found = httpx.get(f"{address}/c/neck-pain{path}", timeout=60)
    assert found.status_code in {401, 404}
    assert "Ask for a caller" not in found.text


# --- limits and counts


def test_visitors_are_limited_across_all_collections(settings: Settings, encoder: Encoder) -> None:
    """Whoever has asked too often at one address waits at the others, too; so does who guesses passwords."""
    strict = settings.model_copy(
        update={
            "requests_per_minute": 1,
            "requests_at_once": 2,
            "counts_file": None,
            "follow": False,
        }
    )
    with running(open_all(strict, all_opened(strict, encoder)).app) as address:
        places = ("", "/c/neck-pain", "/c/all")
        asked = [
            httpx.post(f"{address}{one}/api/ask", json={"question": QUESTION}, timeout=60)
            for one in places
        ]
        assert [200, 200, 429] == [one.status_code for one in asked]
        wrong = {"authorization": "Basic d3Jvbmc6d3Jvbmc="}
        for _ in range(5):
            for place in places[:2]:
                httpx.get(f"{address}{place}/staff", headers=wrong, timeout=60)
        last = httpx.get(f"{address}/c/all/staff", headers=wrong, timeout=60)
        assert 429 == last.status_code


def test_each_collection_has_counts_of_its_own(address: str, settings: Settings) -> None:
    """What people miss in one collection says nothing of another one."""
    _answer(f"{address}/c/neck-pain", "does acupuncture help migraine?")
    file = settings.counts_file
    assert file is not None
    assert {"counts.json", "counts.neck-pain.json", "counts.all.json"} <= {
        one.name for one in file.parent.iterdir()
    }
    figures = httpx.get(f"{address}/c/neck-pain/metrics", timeout=60).text
    assert 'evidence_desk_answers_total{outcome="not_in_collection"}' in figures


# --- other doors


def test_other_software_reaches_each_collection(address: str) -> None:
    """Gradio's client and the tool server answer from the collection of their address."""
    client = Client(f"{address}/c/neck-pain/", verbose=False, analytics_enabled=False)
    try:
        found = client.predict(QUESTION, api_name="/ask")
    finally:
        client.close()
    assert ["neck-2019"] == [one["study"]["id"] for one in found["findings"]]
    sent = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    call = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": QUESTION}},
    }  # fmt: skip
    told = httpx.post(f"{address}/c/neck-pain/gradio_api/mcp/", json=call, headers=sent, timeout=60)
    assert "neck-2019" in told.text


# --- changes


def test_a_changed_collection_is_served_at_its_address_and_in_all(
    address: str, settings: Settings
) -> None:
    """The others stay as they are."""
    places = ("", "/c/neck-pain", "/c/all")

    def builds() -> list[str]:
        return [
            httpx.get(f"{address}{one}/readyz", timeout=60).json()["collection"] for one in places
        ]

    httpx.get(f"{address}/browse", timeout=60)  # it is kept from now on
    before = builds()
    (folder,) = settings.collections
    (folder / "collection.yaml").write_text(
        f"name: The neck\ndisclaimer: {SAYS}\n", encoding="utf-8"
    )
    deadline = time.monotonic() + 60
    while not all(old != new for old, new in zip(before[1:], builds()[1:], strict=True)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert before[0] == builds()[0]
    for path in ("/plain", "/browse"):
        assert ">The neck</a>" in httpx.get(f"{address}{path}", timeout=60).text
    (folder / "collection.yaml").write_text(
        f"name: Neck pain\ndisclaimer: {SAYS}\n", encoding="utf-8"
    )
    while ">Neck pain</a>" not in httpx.get(f"{address}/plain", timeout=60).text:
        assert time.monotonic() < deadline
        time.sleep(0.2)


# --- in a browser


@pytest.mark.parametrize("width", [1280, 390])
def test_patients_change_between_collections(
    browser: Browser, chromium: str, address: str, width: int
) -> None:
    """Asked at one address, then at the next: the page works, is accessible, and nothing runs over its edge."""
    del chromium
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = page_opened(context, f"{address}/c/neck-pain/")
    asked_and_shown(page, QUESTION)
    expect(page.locator("#out")).to_contain_text(SENTENCE)
    link = page.locator("#out .link a").get_attribute("href")
    assert str(link).startswith("/c/neck-pain/#")
    page.get_by_role("navigation", name="Lists of studies").get_by_text("All lists").click()
    expect(page).to_have_url(f"{address}/c/all/")
    expect(page.locator("#first")).to_be_hidden()
    asked_and_shown(page, QUESTION)
    expect(page.locator("#out .card .facts").first).to_contain_text("From: Neck pain")
    assert ([], 0) == (axe(page), max(0, overflow(page)))
    context.close()


# --- what the settings may say


def test_collections_of_one_address_are_refused(tmp_path: Path) -> None:
    """No page hides another one."""
    both = (tmp_path / "a" / "Neck pain", tmp_path / "b" / "neck-pain")
    with pytest.raises(SettingsError, match="the address /c/neck-pain/; wanted folders with names"):
        sources(load(collections=both))
    for name in ("all", "针灸"):
        with pytest.raises(SettingsError, match="none of them 'all'"):
            sources(load(collections=(tmp_path / name,)))


def test_a_list_of_folders_is_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of folders may hold spaces."""
    monkeypatch.setenv("EVIDENCE_DESK_COLLECTIONS", "Neck pain, sleep,")
    assert (Path("Neck pain"), Path("sleep")) == load().collections


@pytest.mark.model
def test_the_command_asks_several_collections_at_once(
    tmp_path: Path, indexes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given twice, the option searches both as one."""
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    small_collection(tmp_path / "neck", name="Neck pain", studies=(NECK,))
    small_collection(tmp_path / "other", name="Other", studies=())
    folders = ["--collection", str(tmp_path / "other"), "--collection", str(tmp_path / "neck")]
    done = CliRunner().invoke(command, ["ask", QUESTION, "--json", *folders])
    found = json.loads(done.output.splitlines()[-1])
    assert [["Neck pain"]] == [one["study"]["collections"] for one in found["findings"]]
