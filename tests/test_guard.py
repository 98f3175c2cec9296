"""The fence: what passes, how much, how often, and what every answer carries, over the real site."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterator, Sequence

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from corpus.catalogue import Catalogue
from qa import guard
from qa.answer import Answer
from qa.buckets import MOST_VISITORS, Buckets, visitor
from qa.choices import NO_CHOICES, Choices
from qa.guard import BODY_LIMIT, Guard, Rules
from qa.guarded import policy
from qa.page_site import ROUTES, fenced
from qa.settings import load
from tests.made_answers import asked

WHISPER = "my knee and my secret"


@pytest.fixture(scope="module")
def client(catalogue: Catalogue) -> Iterator[TestClient]:
    """The site, with room for the questions of this file."""
    settings = load(
        requests_per_minute=6000,
        requests_at_once=1000,
        allowed_parents=("https://clinic.example",),
        clinic_phone="02 5550 1234",
    )
    app = fenced(settings, catalogue, asked(catalogue)).app
    with TestClient(app, base_url="http://127.0.0.1:7860") as made:
        yield made


def _site(catalogue: Catalogue, **chosen: object) -> TestClient:
    return TestClient(
        fenced(load(**chosen), catalogue, asked(catalogue)).app, base_url="http://127.0.0.1"
    )


def _join(client: TestClient, question: object, along: object = "{}") -> str:
    """A question as the page sends it, and the stream that answers it."""
    body = {"data": [question, along], "fn_index": 0, "session_hash": "abc"}
    joined = client.post("/gradio_api/queue/join", json=body)
    assert 200 == joined.status_code, joined.text
    return client.get("/gradio_api/queue/data?session_hash=abc").text


def _given(stream: str) -> list[object]:
    """The three values that the page gets: the turn, the box, the status."""
    events = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    done = next(one for one in events if one["msg"] == "process_completed")
    assert done["success"], done
    values: list[object] = done["output"]["data"]
    return values


# --- what passes


@pytest.mark.parametrize(
    "path", ["/", "/plain", "/healthz", "/readyz", "/favicon.ico", "/favicon.svg", "/theme.css"]
)
def test_what_the_page_needs_passes(path: str, client: TestClient) -> None:
    """The page, its files and the probes answer."""
    assert 200 == client.get(path).status_code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/deep_link?session_hash=abc"),
        ("GET", "/gradio_api/file=pyproject.toml"),
        ("GET", "/gradio_api/file/pyproject.toml"),
        ("GET", "/file=pyproject.toml"),
        ("GET", "/gradio_api/proxy=https://evil.example/"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress?upload_id=x"),
        ("POST", "/gradio_api/run/answered"),
        ("POST", "/gradio_api/api/answered"),
        ("POST", "/gradio_api/call/answered"),
        ("POST", "/gradio_api/call/v2/answered"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/api/ask"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/reset"),
        ("GET", "/gradio_api/mcp/schema"),
        ("GET", "/gradio_api/mcp/sse"),
        ("POST", "/gradio_api/mcp/messages/"),
        ("POST", "/gradio_api/mcp/http"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/gradio_api/vibe-edit/"),
        ("GET", "/gradio_api/stream/abc/0/0/playlist.m3u8"),
        ("GET", "/login"),
        ("POST", "/login"),
        ("GET", "/logout"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/robots.txt"),
        ("GET", "/manifest.json"),
        ("GET", "/pwa_icon"),
        ("GET", "/custom_component/x/y/z"),
        ("GET", "/static/../app.py"),
        ("GET", "/assets/%2e%2e/index.html"),
        ("PUT", "/plain"),
        ("DELETE", "/"),
        ("POST", "/"),
    ],
)
def test_everything_else_is_not_there(method: str, path: str, client: TestClient) -> None:
    """What Gradio also serves, and what nobody serves, is not found alike."""
    assert 404 == client.request(method, path).status_code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/ask"),
        ("OPTIONS", "/api/ask"),
        ("OPTIONS", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/queue/data"),
        ("GET", "/gradio_api/mcp/"),
        ("DELETE", "/gradio_api/mcp/"),
        ("POST", "/metrics"),
    ],
)
def test_wrong_method_is_told_where_software_asks(
    method: str, path: str, client: TestClient
) -> None:
    """A door for software says that it is one, in JSON; MCP clients need the difference."""
    told = client.request(method, path)
    assert 405 == told.status_code
    assert {"detail": "This address does not take that kind of request."} == told.json()


def test_web_sockets_are_closed(client: TestClient) -> None:
    """The page needs no socket, so there is none."""
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("ws://127.0.0.1/gradio_api/queue/join"),
    ):
        pass
    assert 1008 == closed.value.code


def test_missing_page_says_so(client: TestClient) -> None:
    """Somebody who mistyped an address finds the way back."""
    page = client.get("/plane")
    assert "There is nothing at this address" in page.text
    assert 'href="/"' in page.text


def test_probes_tell_that_the_site_is_ready(client: TestClient) -> None:
    """A monitor learns that the process lives and that the collection is there."""
    assert {"alive": True} == client.get("/healthz").json()
    ready = client.get("/readyz").json()
    assert (True, 17) == (ready["ready"], ready["studies"])


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example"]
)
def test_other_names_are_refused(host: str, client: TestClient) -> None:
    """A page of somebody else that points its name at us gets nothing."""
    assert 421 == client.get("/healthz", headers={"host": host}).status_code


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "[::1]:7860", "LOCALHOST"])
def test_own_names_pass(host: str, client: TestClient) -> None:
    """This machine's names pass, with or without a port."""
    assert 200 == client.get("/healthz", headers={"host": host}).status_code


def test_names_below_a_name_can_be_allowed(catalogue: Catalogue) -> None:
    """`*.clinic.example` stands for every name below it, and not for itself."""
    client = _site(catalogue, allowed_hosts=("*.clinic.example",))
    assert 200 == client.get("/healthz", headers={"host": "desk.clinic.example"}).status_code
    assert 421 == client.get("/healthz", headers={"host": "clinic.example"}).status_code


# --- how much, how often


def test_large_body_is_refused(client: TestClient) -> None:
    """More than the limit is refused, whether it is announced or just comes."""
    large = b"x" * (BODY_LIMIT + 1)
    assert 413 == client.post("/gradio_api/queue/join", content=large).status_code
    assert 413 == client.post("/plain", content=iter([large])).status_code


def test_largest_honest_body_passes(client: TestClient) -> None:
    """Eight earlier questions and one more, all of 500 characters that take most room, fit."""
    long = "😀" * 500
    fields = {"question": long, "earlier": [long] * 8}
    sent = client.post("/plain", data=fields)
    assert 200 == sent.status_code
    assert BODY_LIMIT >= len(sent.request.content) > BODY_LIMIT * 0.8


def test_slow_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that trickles does not hold a place for ever."""
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.01)

    async def never(*request: object) -> None:
        raise AssertionError(request)

    async def trickle() -> Message:
        await asyncio.sleep(1)
        return {"type": "http.request", "body": b"x", "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    def say(refusal: guard.Refusal, *, as_page: bool) -> str:
        return f"{refusal.name} {as_page}"

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/plain",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
    }
    asyncio.run(
        Guard(never, routes=ROUTES, rules=Rules(), say=say, rewrite={})(scope, trickle, send)
    )
    assert 408 == sent[0]["status"]


def test_questions_are_limited_for_each_visitor(catalogue: Catalogue) -> None:
    """After the burst, a visitor is told to wait, in JSON for the page and as a page for the form."""
    with _site(catalogue, requests_per_minute=1, requests_at_once=2) as client:
        assert 200 == client.post("/plain", data={"question": "hip"}).status_code
        assert 422 == client.post("/plain", data={"question": ""}).status_code
        page = client.post("/plain", data={"question": "hip"})
        assert 429 == page.status_code
        assert "Please wait a minute" in page.text
        assert "60" == page.headers["retry-after"]
        joined = client.post("/gradio_api/queue/join", json={})
        assert 429 == joined.status_code
        assert joined.json()["detail"].startswith("You have asked many questions")
        assert 200 == client.get("/plain").status_code


def test_buckets_fill_again() -> None:
    """Half a minute gives half a minute's questions back, and never more than a burst."""
    now = [0.0]
    buckets = Buckets(per_minute=4, at_once=3, clock=lambda: now[0])
    assert [True, True, True, False] == [buckets.takes("a") for _ in range(4)]
    assert buckets.takes("b")
    now[0] += 30
    assert [True, True, False] == [buckets.takes("a") for _ in range(3)]
    now[0] += 3600
    assert [True, True, True, False] == [buckets.takes("a") for _ in range(4)]


def test_visitors_are_forgotten() -> None:
    """The table of visitors has an end, whoever asks from however many addresses."""
    buckets = Buckets(per_minute=1, at_once=1)
    for number in range(MOST_VISITORS + 50):
        buckets.takes(str(number))
    assert MOST_VISITORS == len(buckets._left)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_household_counts_as_one(address: str, counted: str) -> None:
    """An IPv6 household has as many addresses as it likes; its network is counted."""
    assert counted == visitor({"client": (address, 1)})


# --- what goes back


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    """Found or not, page or probe: the same rules for the browser."""
    for path in ("/", "/plain", "/healthz", "/nothing", "/page.css"):
        headers = client.get(path).headers
        assert "nosniff" == headers["x-content-type-options"], path
        assert "no-referrer" == headers["referrer-policy"], path
        assert headers["content-security-policy"].startswith("default-src 'none';"), path
        assert "set-cookie" not in headers, path
        assert "access-control-allow-origin" not in headers, path


def test_what_the_app_says_about_itself_is_replaced() -> None:
    """Cookies, server names and caching of the app inside do not get out."""
    told = [
        (b"set-cookie", b"id=1"),
        (b"Server", b"uvicorn"),
        (b"Cache-Control", b"public"),
        (b"x-kept", b"yes"),
    ]

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": b""})

    def say(refusal: guard.Refusal, *, as_page: bool) -> str:
        return f"{refusal.name} {as_page}"

    client = TestClient(
        Guard(inside, routes=ROUTES, rules=Rules(), say=say, rewrite={}),
        base_url="http://localhost",
    )
    headers = client.get("/healthz").headers
    assert {"set-cookie", "server"}.isdisjoint(headers)
    assert ("no-store", "yes") == (headers["cache-control"], headers["x-kept"])


def test_policy_allows_no_eval_and_no_other_host() -> None:
    """The policy names our own site only, and the parents that the operator allows."""
    text = policy("abc", ("https://clinic.example",))
    assert "unsafe-eval" not in text
    assert "script-src 'self' 'nonce-abc';" in text
    assert text.endswith("frame-ancestors 'self' https://clinic.example")
    assert ["https://clinic.example"] == re.findall(r"https?://[^ ;]+", text)


def test_every_script_carries_the_nonce(client: TestClient) -> None:
    """Each script of the page has this answer's nonce; the next answer has another."""
    one, two = client.get("/"), client.get("/")
    nonces = []
    for page in (one, two):
        nonce = re.search(r"'nonce-([^']+)'", page.headers["content-security-policy"])
        assert nonce is not None
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert len(scripts) >= 5
        assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
        nonces.append(nonce[1])
    assert nonces[0] != nonces[1]


def test_page_names_no_other_host(client: TestClient) -> None:
    """Neither the page nor its style or script names an address elsewhere."""
    for path in ("/", "/plain", "/page.css", "/page.js", "/accent.css", "/theme.css"):
        found = re.findall(
            r"(?:https?:)?//(?!www\.w3\.org)[a-z0-9][\w.-]*\.[a-z]{2,}", client.get(path).text
        )
        assert [] == found, path


def test_page_cannot_be_pointed_elsewhere(client: TestClient) -> None:
    """A forwarded host is not believed: the page's root stays its own."""
    page = client.get(
        "/", headers={"x-forwarded-host": "evil.example", "x-gradio-server": "https://evil.example"}
    )
    assert "evil.example" not in page.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000"])
def test_other_sites_cannot_read(origin: str, client: TestClient) -> None:
    """No origin is let in, with credentials or without, whatever our own name is."""
    for path in ("/", "/config", "/healthz", "/gradio_api/startup-events"):
        headers = client.get(path, headers={"origin": origin}).headers
        assert "access-control-allow-origin" not in headers, path
        assert "access-control-allow-credentials" not in headers, path


def test_only_named_files_are_kept(client: TestClient) -> None:
    """Files named for their content may be kept for ever, everything else not at all."""
    assert "no-store" == client.get("/").headers["cache-control"]
    assert "no-store" == client.get("/plain").headers["cache-control"]
    style = re.search(r'href="(/page\.css\?v=[0-9a-f]{12})"', client.get("/plain").text)
    assert style is not None
    assert "immutable" in client.get(style[1]).headers["cache-control"]


# --- what is asked


def test_question_is_answered(client: TestClient) -> None:
    """The page's own way of asking gives a turn, an empty box and a status."""
    turn, box, status = _given(_join(client, "acupuncture for hip arthritis?"))
    assert "Acupuncture probably has little or no effect" in str(turn).replace("&#46;", ".")
    assert "" == box
    assert "Your answer is ready" in str(status)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "Please type a question first"),
        ("  \n ", "Please type a question first"),
        ("x" * 501, "Your question has 501 characters&#46; Please use 500 or fewer"),
    ],
)
def test_refused_question_leaves_the_box_alone(
    question: str, said: str, client: TestClient
) -> None:
    """What was typed stays; only the status says what is wrong."""
    turn, box, status = _given(_join(client, question))
    assert said in str(status)
    assert {"__type__": "update"} == turn == box


def test_longest_question_is_taken(client: TestClient) -> None:
    """Exactly 500 characters are not too many."""
    turn, _, _ = _given(_join(client, "hip " + "é" * 496))
    assert "outcome-answered" in str(turn)


@pytest.mark.parametrize(
    "along",
    [
        "",
        "no json",
        "{}",
        '"text"',
        "[1]",
        "null",
        None,
        5,
        ["x"],
        json.dumps(["x"] * 500),
        '{"earlier": 5, "mark": [], "question": 7, "more": {}}',
        json.dumps({"earlier": ["x"] * 500}),
        '{"earlier": [1], "choices": null, "mark": "nonsense"}',
    ],
)
def test_odd_things_sent_along_do_no_harm(along: object, client: TestClient) -> None:
    """Whatever a changed page sends along, the question itself is answered."""
    turn, _, _ = _given(_join(client, "hip", along))
    assert "outcome-answered" in str(turn)


def test_earlier_questions_come_along(catalogue: Catalogue) -> None:
    """The last eight earlier questions reach the desk, oldest first; a longer one is refused."""
    heard: list[Sequence[str]] = []

    def ask(question: str, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> Answer:
        heard.append((*earlier, question))
        return asked(catalogue)(question, earlier, choices)

    app = fenced(load(), catalogue, ask).app
    with TestClient(app, base_url="http://127.0.0.1") as client:
        _join(client, "hip", json.dumps({"earlier": [f"q{number}" for number in range(12)]}))
        client.post("/plain", data={"question": "and its safety?", "earlier": ["hip", "knee"]})
        _, _, status = _given(_join(client, "hip", json.dumps({"earlier": ["x" * 501]})))
    assert [f"q{number}" for number in range(4, 12)] == list(heard[0][:-1])
    assert ("hip", "knee", "and its safety?") == heard[1]
    assert 2 == len(heard)
    assert "501 characters" in str(status)


def test_simple_page_answers_the_same(client: TestClient) -> None:
    """The form without script gives the same turn, and sends the question along with the next."""
    page = client.post("/plain", data={"question": "hip arthritis"}).text
    turn, _, _ = _given(_join(client, "hip arthritis"))

    def unnamed(markup: str) -> str:
        return re.sub(r"turn-[0-9a-f]{8}", "turn", markup)

    assert unnamed(str(turn)) in unnamed(page)
    assert 'name="earlier" value="hip arthritis"' in page


def test_simple_page_keeps_what_was_typed(client: TestClient) -> None:
    """A refused question is still in the box, with the reason above it."""
    page = client.post("/plain", data={"question": "<b>" + "x" * 600})
    assert 422 == page.status_code
    assert f"&#60;b&#62;{'x' * 600}</textarea>" in page.text
    assert "Your question has 603 characters" in page.text


def test_failure_tells_nothing_of_itself(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    """The visitor gets a plain sentence; the log gets the place, and neither gets the question."""

    def broken(question: str, _: Sequence[str], __: Choices) -> Answer:
        raise RuntimeError(f"could not answer {question}")

    with (
        caplog.at_level(logging.DEBUG),
        TestClient(fenced(load(), catalogue, broken).app, base_url="http://127.0.0.1") as client,
    ):
        turn, _, status = _given(_join(client, WHISPER))
    assert {"__type__": "update"} == turn
    assert "Something went wrong on our side" in str(status)
    assert "RuntimeError in " in caplog.text
    assert "secret" not in caplog.text


def test_no_question_is_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Asked in every way there is, the question is in no log and on no screen of the server."""
    with caplog.at_level(logging.DEBUG):
        _join(client, WHISPER, json.dumps({"earlier": [WHISPER]}))
        client.post("/plain", data={"question": WHISPER})
        client.get("/", params={"q": WHISPER})
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("http")]
    assert [] == [one for one in ours if "secret" in one]
    assert "secret" not in "".join(capfd.readouterr())


def test_question_is_logged_where_the_operator_says_so(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    """Turned on, the log has the question, and the page's foot says so."""
    with caplog.at_level(logging.INFO), _site(catalogue, log_questions=True) as client:
        client.post("/plain", data={"question": WHISPER})
        assert "The clinic keeps the questions" in client.get("/plain").text
    assert WHISPER in caplog.text


def test_emergency_in_too_many_words_is_one(client: TestClient) -> None:
    """A question that is too long is refused, but not where it tells of an emergency."""
    long = "I fell and it is a long story. " * 20
    turn, _, _ = _given(_join(client, f"{long} My back hurts and I cannot feel my legs."))
    assert "outcome-urgent" in str(turn)
    _, _, status = _given(_join(client, long.replace("fell", "ask")))
    assert "Please use 500 or fewer" in str(status)
