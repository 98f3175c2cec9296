"""Slow, silent, vanished and malformed clients of the real server: one clear answer at most, and their place comes back."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from corpus.catalogue import Catalogue
from qa import connections, guard
from qa.answer import Answer
from qa.choices import Choices
from qa.page_site import fenced
from qa.server import running
from qa.settings import load
from tests.made_answers import asked

SHORT = 0.2  # seconds
SLOW = "Something went wrong on our side. Your question is still here. Please try again."
HEAD = b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """The site; a question with "slowly" in it takes longer than anybody may stand still."""
    by_hand = asked(catalogue)

    def answer(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        if "slowly" in question:
            time.sleep(6 * SHORT)
        return by_hand(question, earlier, choices)

    settings = load(requests_per_minute=6000, requests_at_once=1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "PATIENCE", SHORT)
        patch.setattr(guard, "BODY_SECONDS", SHORT)
        with running(fenced(settings, catalogue, answer).app) as found:
            yield found


def _told(address: str, *sent: bytes) -> bytes:
    """All that the server says until it closes the connection, which must not take for ever."""
    host, port = address.removeprefix("http://").split(":")
    heard = b""
    with socket.create_connection((host, int(port)), timeout=60) as wire:
        for one in sent:
            wire.sendall(one)
        while True:
            try:
                part = wire.recv(65536)
            except ConnectionResetError:
                return heard
            if not part:
                return heard
            heard += part


def _is_well(address: str) -> bool:
    answer = httpx.post(f"{address}/api/ask", json={"question": "hip"}, timeout=60)
    return bool(answer.json()["findings"])


@pytest.mark.parametrize(
    "part", [b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "]
)
def test_a_head_that_does_not_come_is_told(part: bytes, address: str) -> None:
    """Whoever sends a part of a request and no more hears 408, and the connection is closed."""
    assert _told(address, part).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert _is_well(address)


def test_a_silent_connection_is_closed(address: str) -> None:
    """Browsers open connections that they may not need; those are closed without a word."""
    assert b"" == _told(address)


def test_a_body_that_never_ends_is_told(address: str) -> None:
    """Chunk after chunk, or nothing after an announced length: one answer in JSON, with our words."""
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
    announced = HEAD + b"Content-Length: 40\r\n\r\n{"
    for sent in (chunked, announced):
        head, _, body = _told(address, sent).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 ")
        assert {"detail": SLOW} == json.loads(body)
    assert _is_well(address)


def test_an_answer_may_take_longer_than_that(address: str) -> None:
    """Who waits for an answer is not standing still."""
    answer = httpx.post(f"{address}/api/ask", json={"question": "hip, slowly"}, timeout=60)
    assert "answered" == answer.json()["outcome"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"421"),
        (b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n", b"431"),
        (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"4"),
        (HEAD + b"Content-Length: 99999999\r\n\r\n" + b"x" * 70_000, b"413"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n11171\r\n" + b"x" * 70_001, b"413"),
    ],
)
def test_what_is_malformed_gets_one_answer(sent: bytes, status: bytes, address: str) -> None:
    """Neither a traceback nor a second answer, and the server goes on."""
    told = _told(address, sent)
    assert told.startswith(b"HTTP/1.1 " + status)
    assert 1 == told.count(b"HTTP/1.1 ")
    assert b"Traceback" not in told
    assert _is_well(address)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 60_000,
        b'{"data": ["\xff\xfe"], "fn_index": 0, "session_hash": "a"}',
        b'{"data": 5, "fn_index": 0, "session_hash": "a"}',
        b'{"data": ["hip"], "fn_index": "none", "session_hash": ["a"]}',
        b'"hip"',
        b"null",
    ],
)
@pytest.mark.parametrize("path", ["queue/join", "call/ask"])
def test_gradio_doors_refuse_what_they_cannot_read(path: str, body: bytes, address: str) -> None:
    """A refusal of the asker's making, in JSON, that repeats nothing of what was sent; never a failure of ours."""
    kind = {"content-type": "application/json"}
    told = httpx.post(f"{address}/gradio_api/{path}", content=body, headers=kind, timeout=60)
    assert told.status_code in {400, 422}, told.text
    assert {"detail"} == set(told.json())
    assert _is_well(address)


def test_an_answer_that_nobody_fetches_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks for much and reads nothing loses its connection, and what was made for it ends."""
    monkeypatch.setattr(connections, "PATIENCE", SHORT)
    ended = threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(200):
            await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})
        ended.set()

    with running(endless) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert ended.wait(60)
