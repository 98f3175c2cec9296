"""The gate: without the right credentials nothing for staff is reached, and nothing behind it sees them."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount
from starlette.routing import Route as Served
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from qa import gate, guard, settings
from qa.gate import MCP, STAFF, WRONG_AT_ONCE, Gate, SignIn
from qa.guard import MOST_OPEN, POST, READ, Guard, Route, Rules
from qa.page_site import Site, fenced
from qa.paths import under
from qa.peer import is_among
from qa.proxied import Proxied
from qa.server import _ready, running
from qa.settings import PREFIX, load
from tests.made_answers import asked

PASSWORD = "correct horse battery"  # noqa: S105 - of these tests only
TOKEN = "0123456789abcdef01234567"  # noqa: S105
PROXY = "10.0.0.5"
HOME = "http://127.0.0.1:7860"
ALL = SignIn("staff", SecretStr(PASSWORD), SecretStr(TOKEN), "X-Remote-User", (PROXY,))


def _basic(user: str = "staff", password: str = PASSWORD) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _say(refusal: guard.Refusal, *, as_page: bool) -> str:
    return f"{refusal.name} {as_page}"


# --- a stand-in for the site: it tells what it was asked and with which headers


def _echo(request: Request) -> JSONResponse:
    return JSONResponse({"path": request.url.path, "headers": dict(request.headers)})


def _behind(sign_in: SignIn = ALL, prefixes: Sequence[str] = (STAFF,)) -> Gate:
    everything = [Served("/{rest:path}", _echo, methods=["GET", "POST"])]
    return Gate(
        Starlette(routes=everything),
        prefixes=prefixes,
        sign_in=sign_in,
        say=_say,
        themselves=("/metrics",),
    )


def _client(app: ASGIApp, address: str = "192.0.2.7", proxies: Sequence[str] = ()) -> TestClient:
    return TestClient(Proxied(app, proxies=proxies), base_url=HOME, client=(address, 50000))


async def _status(app: ASGIApp, scope: Scope) -> int:
    """What the application answers to one request; 0 for a socket that it closes."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return int(sent[0].get("status", 0))


def _scope(path: str, method: str = "GET", **headers: str) -> Scope:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [
            (b"host", b"127.0.0.1"),
            *((key.replace("_", "-").encode(), one.encode()) for key, one in headers.items()),
        ],
        "client": ("192.0.2.7", 1),
    }


# --- who passes


@pytest.mark.parametrize(
    "authorization",
    [
        _basic(),
        _basic().replace("Basic", "bAsIc"),
        f"Bearer {TOKEN}",
        f"bearer  {TOKEN}",
    ],
)
def test_right_credentials_pass(authorization: str) -> None:
    """The password by the name, or the token, lets somebody in, however the scheme is written."""
    with _client(_behind()) as client:
        answer = client.get("/staff/verify", headers={"authorization": authorization})
    assert 200 == answer.status_code
    assert "/staff/verify" == answer.json()["path"]


def test_accented_password_passes_however_it_is_composed() -> None:
    """A password with an accent is the same from a keyboard that sends it in one piece or in two."""
    sign_in = SignIn(password=SecretStr("caf\u00e9 au lait, s'il vous plait"))
    with _client(_behind(sign_in)) as client:
        two = _basic("staff", "cafe\u0301 au lait, s'il vous plait")
        assert 200 == client.get("/staff", headers={"authorization": two}).status_code


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN.upper()}",
        f"Bearer {PASSWORD}",
        f"Token {TOKEN}",
        TOKEN,
        "Basic !!!!",
        "Basic " + base64.b64encode(PASSWORD.encode()).decode(),
        _basic("admin"),
        _basic("", PASSWORD),
        _basic("staff", ""),
        _basic("staff", PASSWORD + "x"),
        _basic("staff", PASSWORD.upper()),
        _basic("staff", TOKEN),
        "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(),
        f"Basic {PASSWORD}",
    ],
)
def test_wrong_credentials_do_not_pass(authorization: str) -> None:
    """Anything else is asked to sign in, and learns nothing of what was wrong."""
    with _client(_behind()) as client:
        answer = client.get("/staff", headers={"authorization": authorization})
    assert 401 == answer.status_code
    assert 'Basic realm="Evidence Desk", charset="UTF-8"' == answer.headers["www-authenticate"]
    assert "gate-sign-in True" == answer.text


def test_two_credentials_are_none() -> None:
    """A request that says two things of who it is is believed neither."""
    scope = _scope("/staff", authorization=_basic())
    scope["headers"].append((b"authorization", f"Bearer {TOKEN}".encode()))
    assert 401 == asyncio.run(_status(_behind(), scope))


def test_unset_ways_are_closed() -> None:
    """Where only a token is set, no password opens, not even an empty one; and the other way round."""
    with _client(_behind(SignIn(token=SecretStr(TOKEN)))) as client:
        for given in (_basic(), _basic("staff", ""), _basic("staff", "None")):
            assert 401 == client.get("/staff", headers={"authorization": given}).status_code
    with _client(_behind(SignIn(password=SecretStr(PASSWORD)))) as client:
        for given in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
            assert 401 == client.get("/staff", headers={"authorization": given}).status_code


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "TRACE"])
def test_without_any_way_to_sign_in_nothing_is_there(method: str) -> None:
    """Where the operator set none, the pages are off: not found, whatever somebody brings along."""
    with _client(_behind(SignIn())) as client:
        answer = client.request(method, "/staff", headers={"authorization": _basic()})
    assert 404 == answer.status_code


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "TRACE"])
def test_every_method_is_asked_to_sign_in(method: str) -> None:
    """No way of asking goes round the gate."""
    with _client(_behind()) as client:
        assert 401 == client.request(method, "/staff").status_code


def test_sockets_are_closed_without_credentials() -> None:
    """A web socket for staff is closed as well."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {**_scope("/staff/live"), "type": "websocket"}
    asyncio.run(_behind()(scope, receive, send))
    assert [{"type": "websocket.close", "code": 1008}] == sent


# --- which paths


@pytest.mark.parametrize(
    "path",
    [
        "/staff",
        "/staff/",
        "/staff/verify",
        "//staff",
        "///staff//verify",
        "/STAFF",
        "/Staff/x",
        "/%2Fstaff",
        "/%73taff",
        "/%2573taff",
        "/./staff",
        "/././staff/.",
        "/staff.",
        "/staff...",
        "/staff /x",
        "/staff\x00",
        "/x/../staff",
        "/staff/../plain",
        "\\staff",
        "/\\staff\\x",
        "/\uff53taff",
        "staff",
    ],
)
def test_every_spelling_of_a_closed_path_is_closed(path: str) -> None:
    """Whatever the application would make of a path, the gate is at least as careful."""
    assert under(path, [STAFF])
    assert 401 == asyncio.run(_status(_behind(), _scope(path)))


@pytest.mark.parametrize("path", ["/", "/plain", "/staffing", "/x/staff", "/gradio_api/queue/join"])
def test_other_paths_are_open(path: str) -> None:
    """What is for everybody needs no credentials."""
    assert not under(path, [STAFF])
    assert 200 == asyncio.run(_status(_behind(), _scope(path)))


def test_tool_server_can_be_closed_too() -> None:
    """Where the operator says so the tool server wants the token, and says so as JSON."""
    with _client(_behind(prefixes=(STAFF, MCP))) as client:
        refused = client.post("/gradio_api/mcp/", json={})
        assert (401, {"detail": "gate-sign-in False"}) == (refused.status_code, refused.json())
        given = {"authorization": f"Bearer {TOKEN}"}
        assert 200 == client.post("/gradio_api/mcp/", json={}, headers=given).status_code
        assert 200 == client.get("/gradio_api/startup-events").status_code


_PIECES = st.sampled_from(
    "/ // /staff /STAFF /%73taff /%2Fstaff /. /.. staff /x /staff. \\ \x00 %2e%2e ; ? %20".split(
        " "
    )
)
_WRONG = st.one_of(
    st.text(max_size=40),
    st.sampled_from([_basic("x"), _basic("staff", "x"), "Bearer x", f"Basic {TOKEN}"]),
    st.binary(max_size=30).map(lambda one: "Basic " + base64.b64encode(one).decode()),
)


@given(
    path=st.lists(_PIECES, min_size=1, max_size=6).map("".join),
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "staff"]),
    authorization=_WRONG,
    user=st.text(max_size=10),
    forwarded=st.sampled_from(["", PROXY, f"{PROXY}:80", f"x, {PROXY}", "127.0.0.1"]),
)
def test_nothing_for_staff_is_reached_without_credentials(
    path: str, method: str, authorization: str, user: str, forwarded: str
) -> None:
    """No path, method or header of a stranger ever reaches a handler below /staff."""
    reached: list[str] = []

    async def staff(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])
        await PlainTextResponse("secret")(scope, receive, send)

    app = Starlette(routes=[Mount("/staff", staff), Served("/{rest:path}", _echo)])
    fence = Gate(app, prefixes=(STAFF,), sign_in=ALL, say=_say)
    scope = _scope(path, method, x_forwarded_for=forwarded)
    latin = authorization.encode("latin-1", "replace"), user.encode("latin-1", "replace")
    scope["headers"] += [(b"authorization", latin[0]), (b"x-remote-user", latin[1])]
    asyncio.run(_status(Proxied(fence, proxies=("127.0.0.1",)), scope))
    assert [] == reached


# --- the proxy's word


def test_proxy_says_who_has_signed_in() -> None:
    """The header counts from the proxy itself, and only there."""
    named = {"x-remote-user": "ann"}
    with _client(_behind(), PROXY, [PROXY]) as client:
        assert 200 == client.get("/staff", headers=named).status_code
        assert 401 == client.get("/staff").status_code
        assert 401 == client.get("/staff", headers={"x-remote-user": " "}).status_code
        both = [("x-remote-user", "ann"), ("x-remote-user", "bob")]
        assert 401 == client.get("/staff", headers=both).status_code
    with _client(_behind(), "192.0.2.7", [PROXY]) as client:
        assert 401 == client.get("/staff", headers=named).status_code


def test_address_that_a_visitor_claims_is_not_the_proxy() -> None:
    """Somebody who says that the proxy's address is theirs is still who is at the other end."""
    claimed = {"x-remote-user": "ann", "x-forwarded-for": PROXY}
    with _client(_behind(), "192.0.2.7", [PROXY]) as client:
        assert 401 == client.get("/staff", headers=claimed).status_code


def test_proxy_is_still_the_proxy_when_it_names_the_visitor() -> None:
    """The proxy's word on the visitor's address does not hide the proxy."""
    headers = {"x-remote-user": "ann", "x-forwarded-for": "192.0.2.7"}
    with _client(_behind(), PROXY, [PROXY]) as client:
        assert 200 == client.get("/staff", headers=headers).status_code


def test_address_of_both_kinds_is_one_address() -> None:
    """A server that listens for IPv6 too writes the proxy's address in another way; it is the same proxy."""
    with _client(_behind(), f"::ffff:{PROXY}", [PROXY]) as client:
        assert 200 == client.get("/staff", headers={"x-remote-user": "ann"}).status_code


@pytest.mark.parametrize(
    ("address", "networks", "expected"),
    [
        ("10.1.2.3", ["10.0.0.0/8"], True),
        ("11.1.2.3", ["10.0.0.0/8"], False),
        ("::1", ["::1"], True),
        ("::1", ["127.0.0.1"], False),
        ("", ["10.0.0.0/8"], False),
        ("testclient", ["10.0.0.0/8"], False),
    ],
)
def test_address_is_looked_up_in_networks(
    address: str, networks: list[str], *, expected: bool
) -> None:
    """A proxy is named by its address or by its network."""
    assert expected is is_among(address, networks)


# --- what is behind the gate


@pytest.mark.parametrize("path", ["/", "/staff", "/gradio_api/queue/join"])
def test_nothing_behind_sees_the_credentials(path: str) -> None:
    """Neither Gradio nor the pages of the staff get the password, the token or the proxy's header."""
    headers = {"authorization": _basic(), "x-remote-user": "ann", "proxy-authorization": "x"}
    with _client(_behind()) as client:
        seen = client.get(path, headers=headers).json()["headers"]
    assert {"authorization", "x-remote-user", "proxy-authorization"}.isdisjoint(seen)
    assert "host" in seen


def test_metrics_check_their_own_token() -> None:
    """The one path with a token of its own gets to see it."""
    with _client(_behind()) as client:
        seen = client.get("/metrics", headers={"authorization": "Bearer x"}).json()["headers"]
    assert "Bearer x" == seen["authorization"]


# --- too many tries


def test_tries_are_limited_for_each_visitor() -> None:
    """After ten wrong passwords even the right one waits; somebody else does not."""
    now = [0.0]
    closed = _behind()
    closed.wrong.clock = lambda: now[0]
    with _client(closed) as client:
        wrong = {"authorization": _basic("staff", "guess")}
        tried = [client.get("/staff", headers=wrong).status_code for _ in range(12)]
        assert [401] * WRONG_AT_ONCE + [429] * 2 == tried
        late = client.get("/staff", headers={"authorization": _basic()})
        assert (429, "60") == (late.status_code, late.headers["retry-after"])
        other = _client(closed, "192.0.2.8")
        assert 200 == other.get("/staff", headers={"authorization": _basic()}).status_code
        now[0] += 10
        assert 200 == client.get("/staff", headers={"authorization": _basic()}).status_code


def test_asking_without_credentials_is_no_try() -> None:
    """A browser always asks once without; that costs nothing."""
    with _client(_behind()) as client:
        for _ in range(WRONG_AT_ONCE + 5):
            assert 401 == client.get("/staff").status_code
        assert 200 == client.get("/staff", headers={"authorization": _basic()}).status_code


# --- other sites


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": HOME}, 403),
        ({"origin": HOME}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:3000"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "http://[", "host": "127.0.0.1"}, 403),
        ({"host": "desk.example", "origin": "https://desk.example"}, 200),
        ({"host": "desk.example", "origin": "https://desk.example.evil.example"}, 403),
        ({}, 200),
    ],
)
def test_other_sites_cannot_send_in_the_staffs_name(headers: dict[str, str], status: int) -> None:
    """A browser brings the password along whoever asks; so what another site's page sends is refused."""
    with _client(_behind()) as client:
        sent = client.post("/staff", headers={"authorization": _basic(), **headers})
    assert status == sent.status_code


def test_link_from_another_site_opens() -> None:
    """Reading changes nothing, so a link in a mail or another site may lead to the staff's pages."""
    headers = {"authorization": _basic(), "sec-fetch-site": "cross-site"}
    with _client(_behind()) as client:
        assert 200 == client.get("/staff", headers=headers).status_code


# --- the real site, with a stand-in page for staff


def _with_staff(catalogue: Catalogue, **chosen: object) -> Site:
    site = fenced(load(**chosen), catalogue, asked(catalogue))
    site.inside.router.routes.insert(0, Served("/staff", _echo, methods=["GET", "POST"]))
    fence = cast(Guard, cast(GZipMiddleware, cast(Proxied, site.app).app).app)
    fence.routes = (*fence.routes, Route("/staff(?:/.*)?", READ | POST))
    return site


@pytest.fixture(scope="module")
def staffed(catalogue: Catalogue) -> Iterator[TestClient]:
    """The site with a password and a parent that may show the public page."""
    site = _with_staff(
        catalogue, staff_password=PASSWORD, allowed_parents=("https://clinic.example",)
    )
    with TestClient(site.app, base_url=HOME) as client:
        yield client


def test_site_asks_staff_to_sign_in(staffed: TestClient) -> None:
    """A plain page says what the sign-in is for, with all headers of the site and no cookie."""
    page = staffed.get("/staff")
    assert 401 == page.status_code
    assert "For staff" in page.text
    assert "Please sign in with the name and password you were given" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "no-store" == page.headers["cache-control"]
    assert "set-cookie" not in page.headers
    assert 200 == staffed.get("/staff", headers={"authorization": _basic()}).status_code


def test_site_without_a_password_has_no_staff_pages(catalogue: Catalogue) -> None:
    """The pages are off until the operator sets a way to sign in."""
    with TestClient(_with_staff(catalogue).app, base_url=HOME) as client:
        page = client.get("/staff", headers={"authorization": _basic()})
    assert 404 == page.status_code
    assert "There is nothing at this address" in page.text


@pytest.mark.parametrize(
    "path", ["/staff/", "//staff", "/STAFF", "/%2Fstaff", "/./staff", "/staff.", "/staff%00"]
)
def test_site_knows_no_side_door(path: str, staffed: TestClient) -> None:
    """Other spellings of the path end at the sign-in or are not there."""
    assert staffed.get(HOME + path).status_code in {401, 404}
    assert staffed.post(HOME + path).status_code in {401, 404}


def test_no_site_frames_the_staffs_pages(staffed: TestClient) -> None:
    """A site that may show the public page in a frame may not show the staff's."""
    policy = "content-security-policy"
    public = staffed.get("/").headers[policy]
    closed = staffed.get("/staff", headers={"authorization": _basic()}).headers[policy]
    assert public.endswith("frame-ancestors 'self' https://clinic.example")
    assert closed.endswith("frame-ancestors 'self'")


def test_staffs_password_does_not_change_the_public_page(staffed: TestClient) -> None:
    """A browser that brings the password along everywhere gets the same public page."""
    assert 200 == staffed.get("/plain", headers={"authorization": "Basic nonsense"}).status_code


def test_header_of_a_usual_proxy_reaches_the_gate(catalogue: Catalogue) -> None:
    """X-Forwarded-User, in which some proxies name who has signed in, is not taken for a visitor's claim."""
    header = "X-Forwarded-User"
    site = _with_staff(catalogue, staff_header=header, trusted_proxies=("192.0.2.7",), mcp=False)
    with TestClient(site.app, base_url=HOME, client=("192.0.2.7", 1)) as client:
        assert 200 == client.get("/staff", headers={header: "ann"}).status_code
    with TestClient(site.app, base_url=HOME, client=("192.0.2.8", 1)) as client:
        assert 401 == client.get("/staff", headers={header: "ann"}).status_code


def test_peer_is_seen_by_a_real_server(catalogue: Catalogue) -> None:
    """Over a real connection the proxy is whoever connects, whatever the request says of it."""
    here = _with_staff(catalogue, staff_header="X-Remote-User", trusted_proxies=("127.0.0.1",))
    elsewhere = _with_staff(catalogue, staff_header="X-Remote-User", trusted_proxies=(PROXY,))
    for site, status in ((here, 200), (elsewhere, 401)):
        with running(site.app) as address:
            asks = urllib.request.Request(
                f"{address}/staff", headers={"X-Remote-User": "ann", "X-Forwarded-For": PROXY}
            )
            try:
                with urllib.request.urlopen(asks) as answer:
                    found = answer.status
            except urllib.error.HTTPError as exc:
                found = exc.code
                exc.close()
        assert status == found


# --- settings and secrets


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STAFF_PASSWORD", "short", "cannot be used; wanted at least 12 printable characters"),
        ("STAFF_PASSWORD", "with a\nnew line in it", "wanted at least 12 printable characters"),
        ("STAFF_TOKEN", "abc123", "cannot be used; wanted at least 24 letters, digits"),
        ("STAFF_TOKEN", "two words that are long enough", "in one word"),
        ("STAFF_USER", "a:b", "is 'a:b'; wanted a name of printable characters without a colon"),
        ("STAFF_HEADER", "Cookie", "is 'Cookie'; wanted the name of a header that the proxy sets"),
        ("STAFF_HEADER", "X-Forwarded-For", "wanted the name of a header that the proxy sets"),
        ("STAFF_HEADER", "X Remote", "wanted the name of a header that the proxy sets"),
        ("STAFF_HEADER", "X-Remote-User", "wanted EVIDENCE_DESK_TRUSTED_PROXIES to say"),
        ("MCP_FOR_STAFF", "yes", "there is no way to sign in; wanted one of"),
        ("TRUSTED_PROXIES", "proxy.example", "wanted an address like 10.0.0.5"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "wanted an address like 10.0.0.5"),
        ("TRUSTED_PROXIES", "*", "wanted an address like 10.0.0.5"),
    ],
)
def test_wrong_setting_stops_the_start(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message names the setting and what was wanted; a secret is not in it."""
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as refused:
        load()
    message = str(refused.value)
    assert message.startswith(PREFIX + name)
    assert said in message
    assert 1 == len(message.splitlines())
    if name in {"STAFF_PASSWORD", "STAFF_TOKEN"}:
        assert value not in message
        assert value not in str(refused.value.__cause__)


def test_secrets_are_told_nowhere(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the settings nor the start nor a page nor a log shows the password or the token."""
    monkeypatch.setenv(f"{PREFIX}STAFF_PASSWORD", PASSWORD)
    monkeypatch.setenv(f"{PREFIX}STAFF_TOKEN", TOKEN)
    chosen = load()
    told = [repr(chosen), str(chosen), repr(chosen.sign_in), repr(chosen.desk), _ready(chosen)]
    site = fenced(chosen, catalogue, asked(catalogue))
    with caplog.at_level(logging.DEBUG), TestClient(site.app, base_url=HOME) as client:
        told.append(client.get("/").text)
        told.append(client.get("/staff", headers={"authorization": _basic("x")}).text)
        told.append(client.post("/plain", data={"question": "hip"}).text)
    told.append(caplog.text)
    assert not any(one in text for text in told for one in (PASSWORD, TOKEN))
    assert PASSWORD == chosen.staff_password.get_secret_value()  # type: ignore[union-attr]


def test_secrets_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password may lie in a file where Docker or systemd puts it; a new line at its end does not count."""
    (tmp_path / "evidence_desk_staff_password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load().staff_password == SecretStr(PASSWORD)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    monkeypatch.setattr(settings, "_SECRET_FOLDER", tmp_path)
    assert load().sign_in.is_on
    monkeypatch.setattr(settings, "_SECRET_FOLDER", tmp_path / "none")
    assert not load().sign_in.is_on


def test_start_says_whether_staff_can_sign_in() -> None:
    """The start tells how to switch the pages on, where they are, and what is dangerous about them."""
    off = _ready(load())
    assert "The pages for staff are off. To switch them on, set EVIDENCE_DESK_STAFF_PASSWORD" in off
    assert off.endswith("Evidence Desk is ready: http://127.0.0.1:7860 (Ctrl+C stops it)")
    on = _ready(load(staff_password=PASSWORD))
    assert "The pages for staff are on: http://127.0.0.1:7860/staff" in on
    assert "Take care" not in on
    bare = {"host": "192.0.2.1", "staff_password": PASSWORD}
    assert "Take care: without https in front" in _ready(load(**bare))
    assert "Take care" not in _ready(load(**bare, trusted_proxies=(PROXY,)))


# --- what else the fence keeps out


def _fence(app: ASGIApp, **rules: object) -> Guard:
    routes = (Route("/.*", READ | POST),)
    return Guard(app, routes=routes, rules=Rules(**rules), say=_say, rewrite={})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "scope",
    [
        _scope("/", x_long="x" * 16_500),
        _scope("/" + "x" * 16_500),
        {**_scope("/"), "query_string": b"q=" + b"x" * 16_500},
    ],
)
def test_long_head_is_refused(scope: Scope) -> None:
    """A request with more than 16 KB before its body goes no further."""
    assert 431 == asyncio.run(_status(_fence(Starlette()), scope))


def test_longest_honest_head_passes() -> None:
    """Half of that, which no browser of ours sends, is still answered."""
    app = _fence(Starlette(routes=[Served("/", _echo)]))
    assert 200 == asyncio.run(_status(app, _scope("/", x_long="x" * 8_000)))


def test_one_visitor_cannot_hold_all_connections() -> None:
    """Of requests that never end a visitor has a hundred; the next is refused, and others are answered."""
    release = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            await release.wait()
        await PlainTextResponse("done")(scope, receive, send)

    async def run() -> tuple[int, int, int]:
        app = _fence(slow)
        held = [asyncio.create_task(_status(app, _scope("/slow"))) for _ in range(MOST_OPEN)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        refused = await _status(app, _scope("/"))
        other = await _status(app, {**_scope("/"), "client": ("192.0.2.8", 1)})
        release.set()
        await asyncio.gather(*held)
        return refused, other, await _status(app, _scope("/"))

    assert (429, 200, 200) == asyncio.run(run())


def test_what_proxies_say_is_believed_of_proxies_only(catalogue: Catalogue) -> None:
    """That a request came by https, or for which host, is the trusted proxy's word, nobody else's."""
    with TestClient(
        fenced(load(), catalogue, asked(catalogue)).app, base_url=HOME, client=("192.0.2.7", 1)
    ) as client:
        claims = {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"}
        page = client.get("/", headers=claims).text
    assert "https://127.0.0.1" not in page
    assert "evil.example" not in page
    trusting = fenced(load(trusted_proxies=("192.0.2.7",)), catalogue, asked(catalogue)).app
    with TestClient(trusting, base_url=HOME, client=("192.0.2.7", 1)) as client:
        assert "https://127.0.0.1" in client.get("/", headers=claims).text


@pytest.mark.parametrize("path", ["/", "/plain", "/page.css", "/healthz", "/nothing"])
def test_pages_and_files_are_for_our_own_page(path: str, staffed: TestClient) -> None:
    """No page of another site can load them as its own picture, script or style."""
    assert "same-origin" == staffed.get(path).headers["cross-origin-resource-policy"]


@pytest.mark.parametrize("path", ["/", "/plain", "/page.css", "/healthz", "/staff", "/nothing"])
def test_head_is_the_answer_without_its_body(path: str, staffed: TestClient) -> None:
    """Asking for the head only gives headers of the fence and no body."""
    answer = staffed.head(path)
    assert b"" == answer.content
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_real_server_names_no_server(staffed: TestClient, catalogue: Catalogue) -> None:
    """What the server is made of is nobody's business, on pages and on requests that make no sense."""
    assert "server" not in staffed.get("/").headers
    with running(fenced(load(), catalogue, asked(catalogue)).app) as address:
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            assert answer.headers["server"] is None
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 40_000)
            told = line.recv(4096)
    assert told.startswith(b"HTTP/1.1 400")
    assert b"server:" not in told.lower()


def test_gate_is_named_in_the_fence() -> None:
    """The paths that are closed, as settings tell them."""
    assert ("/staff",) == load(staff_token=TOKEN).closed
    assert ("/staff", "/gradio_api/mcp") == load(staff_token=TOKEN, mcp_for_staff=True).closed
    assert gate.METRICS == "/metrics"
