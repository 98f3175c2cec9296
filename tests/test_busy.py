"""A server with more questions than it can take: each door says so in plain words, and goes on as soon as it can."""

from __future__ import annotations

import html
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast

import gradio as gr  # noqa: TID253 - its line is filled here
import httpx
import pytest

from corpus.catalogue import Catalogue
from qa.answer import Answer
from qa.choices import Choices
from qa.guard import Visitors
from qa.neighbours import Neighbours
from qa.page_site import Site, fenced, rules
from qa.server import running
from qa.settings import load
from qa.waiting_room import WaitingRoom
from tests.made_answers import asked

BUSY = (
    "Many people are asking right now. Your question is still here. Please try again in a few seconds. "
    "If you need help at once, do not wait: call your emergency number."
)
HIP = "acupuncture for hip arthritis?"
MCP = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@dataclass
class _Crowded:
    """A server that takes one question at a time and lets one more wait; answers are held up until `go` is set."""

    site: Site
    room: WaitingRoom
    address: str = ""
    go: threading.Event = field(default_factory=threading.Event)
    heard: list[str] = field(default_factory=list)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(150))

    def ask(self, question: str, **more: object) -> httpx.Response:
        body = {"question": question, **more}
        return httpx.post(f"{self.address}/api/ask", json=body, timeout=60)

    def asks(self, question: str) -> Future[httpx.Response]:
        return self.pool.submit(self.ask, question)

    def free(self) -> int:
        """How many more would be taken in."""
        return self.room._places._value

    def full(self) -> list[Future[httpx.Response]]:
        """One is being answered, one waits."""
        first = self.asks("hip, first")
        waited(lambda: self.heard == ["hip, first"])
        second = self.asks("hip, second")
        waited(lambda: self.free() == 0)
        return [first, second]


def waited(is_so: Callable[[], bool]) -> None:
    """Return as soon as something is so."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def crowded(catalogue: Catalogue) -> Iterator[_Crowded]:
    """The site with a waiting room of one seat."""
    by_hand = asked(catalogue)

    def answer(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        made.heard.append(question)
        made.go.wait(60)
        return by_hand(question, earlier, choices)

    settings = load(requests_per_minute=6000, requests_at_once=1000)
    room = WaitingRoom(at_once=1, seats=1, longest=120)
    among = Neighbours(Visitors(rules(settings)), room=room)
    made = _Crowded(fenced(settings, catalogue, answer, neighbours=among), room)
    with running(made.site.app) as made.address:
        try:
            yield made
        finally:
            made.go.set()
            made.pool.shutdown()


def _joined(address: str, question: str, session: str = "one") -> httpx.Response:
    body = {"data": [question, "{}"], "fn_index": 0, "session_hash": session}
    return httpx.post(f"{address}/gradio_api/queue/join", json=body, timeout=60)


def _shown(address: str, session: str = "one") -> list[object]:
    """The turn, the box and the status that the page is given."""
    told = httpx.get(f"{address}/gradio_api/queue/data?session_hash={session}", timeout=60).text
    events = [json.loads(line[6:]) for line in told.splitlines() if line.startswith("data: ")]
    (done,) = (one for one in events if one["msg"] == "process_completed")
    found: list[object] = done["output"]["data"]
    return found


def test_every_door_says_that_we_are_busy(crowded: _Crowded) -> None:
    """The API, the simple page, the page, Gradio's API and the tool: the same words, and none of them hangs."""
    held = crowded.full()
    api = crowded.ask(HIP)
    assert (503, {"detail": BUSY}, "5") == (
        api.status_code,
        api.json(),
        api.headers["retry-after"],
    )

    plain = httpx.post(f"{crowded.address}/plain", data={"question": HIP}, timeout=60)
    assert (503, "5") == (plain.status_code, plain.headers["retry-after"])
    assert BUSY in html.unescape(plain.text)
    assert f"{HIP}</textarea>" in html.unescape(plain.text)

    assert 200 == _joined(crowded.address, HIP).status_code
    turn, box, status = _shown(crowded.address)
    assert {"__type__": "update"} == turn == box
    assert BUSY in html.unescape(str(status))

    called = httpx.post(
        f"{crowded.address}/gradio_api/call/ask", json={"data": [HIP, [], {}]}, timeout=60
    )
    event = called.json()["event_id"]
    told = httpx.get(f"{crowded.address}/gradio_api/call/ask/{event}", timeout=60).text
    assert BUSY == json.loads(told.partition("event: error\ndata: ")[2])["error"]

    tool = {"name": "ask", "arguments": {"question": HIP}}
    sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
    answer = httpx.post(f"{crowded.address}/gradio_api/mcp/", json=sent, headers=MCP, timeout=60)
    assert "Many people are asking right now." in answer.text

    crowded.go.set()
    assert [200, 200] == [one.result(60).status_code for one in held]
    assert 200 == crowded.ask(HIP).status_code
    assert "hip, first" in crowded.heard
    figures = httpx.get(f"{crowded.address}/metrics", timeout=60).text
    (counted,) = (one for one in figures.splitlines() if 'why="page-problem-crowded"' in one)
    assert 5 <= float(counted.split()[-1])


def test_what_needs_no_answer_is_served_meanwhile(crowded: _Crowded) -> None:
    """A monitor, the page itself and the list of studies do not wait for questions."""
    crowded.full()
    for path in ("/healthz", "/", "/plain", "/browse", "/page.js"):
        assert 200 == httpx.get(f"{crowded.address}{path}", timeout=60).status_code, path


def test_an_asker_who_left_takes_no_seat(crowded: _Crowded) -> None:
    """A connection that is closed while its question waits leaves its seat to the next, and is never answered."""
    first = crowded.asks("hip, first")
    waited(lambda: crowded.heard == ["hip, first"])
    for number in range(5):
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{crowded.address}/api/ask", json={"question": f"gone {number}"}, timeout=0.5
            )
        waited(lambda: crowded.free() == 1)
    waiting = crowded.asks("hip, stays")
    waited(lambda: crowded.free() == 0)
    assert 503 == crowded.ask("hip, too many").status_code
    crowded.go.set()
    assert [200, 200] == [one.result(60).status_code for one in (first, waiting)]
    assert [] == [one for one in crowded.heard if one.startswith("gone")]


def test_a_full_line_of_the_page_is_told_in_our_words(
    crowded: _Crowded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradio's own "Queue is full" names sizes; the visitor gets a sentence, and when to come again."""
    monkeypatch.setattr(cast(gr.Blocks, crowded.site.demo)._queue, "max_size", 0)
    for path, data in (("queue/join", [HIP, "{}"]), ("call/ask", [HIP, [], {}])):
        body = {"data": data, "fn_index": 0, "session_hash": "one"}
        told = httpx.post(f"{crowded.address}/gradio_api/{path}", json=body, timeout=60)
        assert (503, {"detail": BUSY}) == (told.status_code, told.json()), path
        assert "5" == told.headers["retry-after"]


def test_a_visitor_who_closes_the_page_takes_no_seat(crowded: _Crowded) -> None:
    """The same for the page: its stream is closed, and a question that waits is never answered."""
    first = crowded.asks("hip, first")
    waited(lambda: crowded.heard == ["hip, first"])
    for number in range(3):
        assert 200 == _joined(crowded.address, f"gone {number}", f"gone{number}").status_code
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(
                f"{crowded.address}/gradio_api/queue/data?session_hash=gone{number}", timeout=0.5
            )
        waited(lambda: crowded.free() == 1)
    crowded.go.set()
    assert 200 == first.result(60).status_code
    assert [] == [one for one in crowded.heard if one.startswith("gone")]


def test_a_crowd_is_answered_or_told(crowded: _Crowded) -> None:
    """A hundred at once: each is answered with the answer to its own question, or hears that we are busy."""
    crowded.go.set()
    found = list(crowded.pool.map(crowded.ask, (f"hip, number {one}" for one in range(100))))
    assert {200, 503} >= {one.status_code for one in found}
    answered = {
        number: one.json()["question"] for number, one in enumerate(found) if one.status_code == 200
    }
    assert answered
    assert {number: f"hip, number {number}" for number in answered} == answered
