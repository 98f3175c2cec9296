"""The nginx site that is shipped, run before the real site: what passes, what is limited, what is never written."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from starlette.types import Receive, Scope, Send

from corpus.catalogue import Catalogue
from index.encoder import Encoder
from qa.guard import BODY_LIMIT
from qa.page_site import fenced
from qa.server import all_opened, open_all, running
from qa.settings import Settings, load
from tests.made_answers import asked
from tests.nginx_front import SITE, Front, front
from tests.small_collection import small_collection

pytestmark = pytest.mark.nginx
QUESTION = "does acupuncture help sciatica?"
STREAM = "/gradio_api/queue/data?session_hash=abc"


def _settings(**chosen: object) -> Settings:
    return load(**{"trusted_proxies": ("127.0.0.1",), **chosen})


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, indexes: Path, encoder: Encoder
) -> Iterator[Front]:
    """The real site with two collections, behind nginx."""
    small = tmp_path_factory.mktemp("beside") / "knees"
    small_collection(small)
    chosen = _settings(
        index_root=indexes, collections=(small,), requests_per_minute=6000, requests_at_once=1000
    )
    with (
        running(open_all(chosen, all_opened(chosen, encoder)).app) as upstream,
        front(upstream) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def fence(catalogue: Catalogue) -> Iterator[Front]:
    """The real fence with its own limits and answers made by hand, behind nginx."""
    chosen = _settings(requests_at_once=2, requests_per_minute=1, staff_header="X-Remote-User")
    with (
        running(fenced(chosen, catalogue, asked(catalogue)).app) as upstream,
        front(upstream) as made,
    ):
        yield made


# --- what passes


def test_plain_http_leads_to_https(desk: Front) -> None:
    """The same page at the address that is safe."""
    plain = f"http://127.0.0.1:{desk.plain_port}"
    got = httpx.get(f"{plain}/browse?condition=sciatica", headers={"host": "localhost"})
    assert 301 == got.status_code
    assert "https://localhost/browse?condition=sciatica" == got.headers["location"]


def test_certificates_can_be_renewed(desk: Front) -> None:
    """What proves the name to who signs certificates is served without TLS."""
    file = desk.folder / "html" / ".well-known" / "acme-challenge" / "proof"
    file.parent.mkdir(parents=True)
    file.write_text("it is us", encoding="utf-8")
    plain = f"http://127.0.0.1:{desk.plain_port}"
    assert "it is us" == httpx.get(f"{plain}/.well-known/acme-challenge/proof").text


def test_question_is_answered_by_the_api(desk: Front) -> None:
    """Through TLS, with the studies' sentences."""
    with desk.visitor() as visitor:
        got = visitor.post("/api/ask", json={"question": QUESTION})
    assert ("HTTP/1.1", 200, "answered") == (
        got.http_version,
        got.status_code,
        got.json()["outcome"],
    )


@pytest.mark.parametrize("prefix", ["", "/c/knees", "/c/all"])
def test_question_is_answered_by_the_stream_of_the_page(desk: Front, prefix: str) -> None:
    """At every collection's address, the two requests of the page bring its answer."""
    body = {"data": [QUESTION, "{}"], "fn_index": 0, "session_hash": "abc"}
    with desk.visitor() as visitor:
        joined = visitor.post(f"{prefix}/gradio_api/queue/join", json=body)
        assert 200 == joined.status_code, joined.text
        stream = visitor.get(f"{prefix}{STREAM}")
    assert "text/event-stream" in stream.headers["content-type"]
    assert '"process_completed"' in stream.text
    assert "sciatica" in stream.text


def test_question_is_answered_by_gradios_client(desk: Front) -> None:
    """The client of Gradio finds its way through, ports and all."""
    client = Client(desk.address, ssl_verify=False, verbose=False, download_files=False)
    try:
        assert "answered" == client.predict(QUESTION, api_name="/ask")["outcome"]
    finally:
        client.close()


def test_newer_http_is_spoken(desk: Front) -> None:
    """A browser that offers HTTP/2 gets it, so that a page's many files come over one connection."""
    trust = ssl.create_default_context(cafile=desk.folder / "fullchain.pem")
    trust.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", desk.port)) as line,
        trust.wrap_socket(line, server_hostname="localhost") as safe,
    ):
        assert "h2" == safe.selected_alpn_protocol()


def test_events_are_passed_on_as_they_come() -> None:
    """The first part of an answer arrives while the second is still being made."""
    arrived = threading.Event()

    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] != "http":
            return
        kind = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        seen = await asyncio.to_thread(arrived.wait, 20)
        await send({"type": "http.response.body", "body": f"data: {seen}\n\n".encode()})

    for prefix in ("", "/c/neck-pain"):
        arrived.clear()
        with (
            running(slowly) as upstream,
            front(upstream) as made,
            made.visitor() as visitor,
            visitor.stream("GET", f"{prefix}{STREAM}") as stream,
        ):
            parts = stream.iter_text()
            assert "data: 1\n\n" == next(parts)
            arrived.set()
            assert "data: True\n\n" == "".join(parts)


# --- headers


@pytest.mark.parametrize(
    "path", ["/", "/plain", "/browse", "/healthz", "/c/knees/", "/nothing", "/api/ask"]
)
def test_every_header_is_sent_once(desk: Front, path: str) -> None:
    """The program's headers come through, TLS is made to stay, and neither says a thing twice."""
    with desk.visitor() as visitor:
        headers = visitor.get(path).headers
    once = {
        name: len(headers.get_list(name))
        for name in (
            "cache-control",
            "content-security-policy",
            "content-type",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "permissions-policy",
            "referrer-policy",
            "server",
            "strict-transport-security",
            "x-content-type-options",
        )
    }
    assert dict.fromkeys(once, 1) == once
    assert "nginx" == headers["server"]  # and no version of it
    assert "x-frame-options" not in headers


# --- limits


def test_large_body_is_refused_before_it_is_read(desk: Front) -> None:
    """A byte more than the program takes gets plain words; as much as it takes gets the program's own."""
    with desk.visitor() as visitor:
        large = visitor.post("/api/ask", content=b"x" * (BODY_LIMIT + 1))
        as_large_as_may_be = visitor.post("/api/ask", content=b"x" * BODY_LIMIT)
    assert (413, "text/plain") == (large.status_code, large.headers["content-type"])
    assert "more text than this page can take" in large.text
    assert "strict-transport-security" in large.headers
    assert "detail" in as_large_as_may_be.json()


def test_flood_is_refused_in_plain_words(desk: Front) -> None:
    """One address that sends without end is told to wait, and others are answered meanwhile."""
    with desk.visitor("127.0.0.9") as flood:
        got = (flood.post("/gradio_api/cancel", json={}) for _ in range(400))
        refused = next(one for one in got if one.status_code == 429)
    assert ("text/plain", "60") == (
        refused.headers["content-type"],
        refused.headers["retry-after"],
    )
    assert "Please wait a minute, then ask again." in refused.text
    with desk.visitor("127.0.0.8") as other:
        assert 200 == other.post("/api/ask", json={"question": QUESTION}).status_code


def test_visitors_are_told_apart_by_the_program(fence: Front) -> None:
    """Each address has questions of its own, whatever it says of itself, and hears the program's own words."""
    with fence.visitor("127.0.0.2") as one, fence.visitor("127.0.0.3") as another:
        said = [
            one.post(
                "/api/ask", json={"question": "hip"}, headers={"x-forwarded-for": f"10.1.1.{n}"}
            )
            for n in range(3)
        ]
        assert [200, 200, 429] == [each.status_code for each in said]
        assert "detail" in said[-1].json()
        assert 200 == another.post("/api/ask", json={"question": "hip"}).status_code


def test_nobody_can_sign_in_by_a_header_of_his_own(fence: Front) -> None:
    """The header in which a proxy names who has signed in is taken out of visitors' requests."""
    with fence.visitor() as visitor:
        assert 401 == visitor.get("/staff", headers={"x-remote-user": "ada"}).status_code


@pytest.mark.parametrize("path", ["/readyz", "/metrics", "/c/knees/readyz", "/c/knees/metrics"])
def test_figures_are_not_for_visitors(desk: Front, path: str) -> None:
    """What monitors of the server ask for is not found from outside."""
    with desk.visitor() as visitor:
        assert 404 == visitor.get(path).status_code


def test_life_can_be_seen_from_outside(desk: Front) -> None:
    """A monitor elsewhere learns that the site lives, and nothing more."""
    with desk.visitor() as visitor:
        assert {"alive": True} == visitor.get("/healthz").json()


def test_absence_is_told_in_plain_words() -> None:
    """While the program is away, as during an update, visitors are asked to come back."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    with front(f"http://127.0.0.1:{closed}") as made, made.visitor() as visitor:
        got = visitor.get("/")
    assert (503, "60") == (got.status_code, got.headers["retry-after"])
    assert "Please try again in a minute." in got.text


# --- what is written


def test_no_question_is_written(desk: Front) -> None:
    """Neither questions nor the pages that people look at are in any file of nginx afterwards."""
    question = "unmistakable sciatica"
    with desk.visitor() as visitor:
        visitor.post("/api/ask", json={"question": question + " " * 40_000})
        visitor.post("/plain", data={"question": question})
        visitor.get("/browse", params={"condition": "unmistakable"})
        visitor.post("/api/ask", json={"question": question + "x" * BODY_LIMIT})
    written = {path.name: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    assert "evidence-desk.log" in written
    assert [] == [name for name, told in written.items() if b"unmistakable" in told]


def test_site_says_what_the_program_says() -> None:
    """The size that nginx takes is the program's."""
    text = SITE.read_text(encoding="utf-8")
    assert f"client_max_body_size    {BODY_LIMIT // 1024}k;" in text
    assert json.dumps("127.0.0.1:7860").strip('"') in text
