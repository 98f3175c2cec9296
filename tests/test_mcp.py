"""Gradio's API with its real client, and the MCP tool with its real client, through the fence."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from corpus.catalogue import Catalogue
from qa.answer import Answer
from qa.api_shapes import AnswerShape
from qa.choices import Choices
from qa.page_site import fenced
from qa.render_json import answer_object
from qa.server import running
from qa.settings import load
from tests.made_answers import asked

WHISPER = "my knee and my secret"
T = TypeVar("T")
SENT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """The site on a free port; a question with "broken" in it fails."""
    by_hand = asked(catalogue)

    def answer(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        if "broken" in question:
            raise RuntimeError(question)
        return by_hand(question, earlier, choices)

    settings = load(requests_per_minute=6000, requests_at_once=1000)
    with running(fenced(settings, catalogue, answer).app) as found:
        yield found


# --- Gradio's API


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    """Gradio's own client."""
    made = Client(address, verbose=False, analytics_enabled=False)
    yield made
    made.close()


def test_python_client_gets_the_answer_as_data(client: Client, catalogue: Catalogue) -> None:
    """`predict` gives the object of the contract, disclaimer and all."""
    got = client.predict(question="hip", history=["knee"], api_name="/ask")
    assert answer_object(asked(catalogue)("hip", (), Choices())) == got
    assert got["disclaimer"].startswith("Although well-conducted clinical research")


def test_python_client_may_leave_out_history(client: Client) -> None:
    """A question alone is enough, and choices come as an object."""
    assert "urgent" == client.predict(question="my legs", api_name="/ask")["outcome"]
    chosen = {"year_from": 2015}
    got = client.predict(question="hip", choices=chosen, api_name="/ask")
    assert "answered" == got["outcome"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "Please type a question first."),
        ("x" * 501, "Your question has 501 characters. Please use 500 or fewer."),
        ([WHISPER], "Please send a question as text, under the name question."),
        ("broken", "Something went wrong on our side. Please try again."),
    ],
)
def test_python_client_is_told_what_is_wrong(question: object, said: str, client: Client) -> None:
    """A refusal is the same sentence as at the other doors."""
    with pytest.raises(AppError) as refused:
        client.predict(question=question, api_name="/ask")
    assert said == str(refused.value)


def test_public_api_is_one_function(address: str, client: Client) -> None:
    """The page's own event is not among what is offered, however it is asked for."""
    for query in ("", "?serialize=False", "?all_endpoints=True"):
        offered = httpx.get(f"{address}/gradio_api/info{query}").json()
        assert (["/ask"], {}) == (list(offered["named_endpoints"]), offered["unnamed_endpoints"])
    parameters = offered["named_endpoints"]["/ask"]["parameters"]
    assert ["question", "history", "choices"] == [one["parameter_name"] for one in parameters]
    assert "caveats" in offered["named_endpoints"]["/ask"]["description"]
    with pytest.raises(ValueError, match="Cannot find a function"):
        client.predict(WHISPER, "[]", api_name="/answered")


@pytest.mark.parametrize(
    ("path", "body"),
    [("ask", {"data": ["hip", None, None]}), ("v2/ask", {"question": "hip"})],
)
def test_api_answers_by_hand(path: str, body: dict[str, object], address: str) -> None:
    """Two plain requests do it without any client, as Gradio's description tells."""
    event = httpx.post(f"{address}/gradio_api/call/{path}", json=body).json()["event_id"]
    stream = httpx.get(f"{address}/gradio_api/call/ask/{event}").text
    assert stream.startswith("event: complete\n")
    (got,) = json.loads(stream.split("data: ", 1)[1])
    assert "answered" == got["outcome"]


def test_gradio_asks_are_limited(catalogue: Catalogue) -> None:
    """A call by Gradio's API draws on the same allowance as the page."""
    settings = load(requests_per_minute=1, requests_at_once=1)
    with running(fenced(settings, catalogue, asked(catalogue)).app) as address:
        body = {"data": ["hip", None, None]}
        statuses = [
            httpx.post(f"{address}/gradio_api/call/ask", json=body).status_code for _ in range(2)
        ]
    assert [200, 429] == statuses


# --- the MCP tool


def _with_session(address: str, do: Callable[[ClientSession], Awaitable[T]]) -> T:
    """What `do` gives in a session of the MCP client."""

    async def run() -> T:
        async with (
            streamable_http_client(f"{address}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await do(session)

    return asyncio.run(run())


def _called(address: str, arguments: dict[str, Any]) -> CallToolResult:
    return _with_session(address, lambda session: session.call_tool("ask", arguments))


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_tool_is_the_only_thing_offered(address: str) -> None:
    """One tool, read-only, with both schemas; no prompts, no resources."""

    async def looked(session: ClientSession) -> None:
        (tool,) = (await session.list_tools()).tools
        assert "ask" == tool.name
        assert ["question", "history", "choices"] == list(tool.inputSchema["properties"])
        assert ["question"] == tool.inputSchema["required"]
        assert tool.outputSchema is not None
        assert "disclaimer" in tool.outputSchema["required"]
        assert tool.annotations is not None
        assert tool.annotations.readOnlyHint
        assert "disclaimer" in (tool.description or "")
        for other in (session.list_prompts, session.list_resources):
            with pytest.raises(McpError, match="Method not found"):
                await other()

    _with_session(address, looked)


def test_tool_gives_locked_units(address: str, catalogue: Catalogue) -> None:
    """The tool's data and its text are the object of the contract; the client has checked the schema."""
    got = _called(address, {"question": "hip", "history": ["knee"]})
    assert not got.isError
    told = answer_object(asked(catalogue)("hip", (), Choices()))
    assert told == got.structuredContent == json.loads(_text(got))
    assert AnswerShape.model_validate(told).disclaimer.endswith("personalised care and advice.")
    assert told["findings"]


def test_tool_passes_an_alarm_on(address: str) -> None:
    """A red flag comes with its notice and the disclaimer, and with no study."""
    got = _called(
        address, {"question": "my back hurts and I cannot feel my legs"}
    ).structuredContent
    assert got is not None
    assert ("urgent", [], []) == (got["outcome"], got["findings"], got["related"])
    assert got["notices"]
    assert got["disclaimer"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"question": "x" * 501}, "Your question has 501 characters. Please use 500 or fewer."),
        ({"question": [WHISPER]}, "Please send a question as text, under the name question."),
        ({"q": WHISPER}, "Please send a question as text, under the name question."),
        ({"question": "hip", WHISPER: 1}, "You sent a field that we do not know."),
        ({"question": "broken"}, "Something went wrong on our side."),
    ],
)
def test_tool_refuses_in_plain_words(arguments: dict[str, Any], said: str, address: str) -> None:
    """The error of the tool is one sentence, without a word of what was sent."""
    got = _called(address, arguments)
    assert got.isError
    assert _text(got).startswith(said)
    assert "secret" not in _text(got)


def test_tool_answers_its_own_name_only(address: str) -> None:
    """A page that points its own name at us reaches no tool (DNS rebinding)."""
    there = f"{address}/gradio_api/mcp/"
    for host, status in (("evil.example", 421), ("localhost", 200)):
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        assert status == httpx.post(there, json=body, headers={**SENT, "host": host}).status_code
    large = httpx.post(there, content=b"x" * 70_000, headers=SENT)
    assert 413 == large.status_code


def test_tool_calls_are_limited(catalogue: Catalogue) -> None:
    """Every message to the tool counts, so that calls do too."""
    settings = load(requests_per_minute=1, requests_at_once=2)
    with running(fenced(settings, catalogue, asked(catalogue)).app) as address:
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        statuses = [
            httpx.post(f"{address}/gradio_api/mcp/", json=body, headers=SENT).status_code
            for _ in range(3)
        ]
    assert [200, 200, 429] == statuses


# --- what is left behind


def _joined(address: str, body: dict[str, object]) -> None:
    sent = {**body, "session_hash": "abc"}
    if httpx.post(f"{address}/gradio_api/queue/join", json=sent).is_success:
        httpx.get(f"{address}/gradio_api/queue/data?session_hash=abc")


def _called_by_hand(address: str, params: object) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    httpx.post(f"{address}/gradio_api/mcp/", json=body, headers=SENT)


KNOCKS: dict[str, Callable[[str], object]] = {
    "api": lambda at: httpx.post(f"{at}/api/ask", json={"question": WHISPER}),
    "api, no text": lambda at: httpx.post(f"{at}/api/ask", json={"question": [WHISPER]}),
    "api, failing": lambda at: httpx.post(f"{at}/api/ask", json={"question": f"{WHISPER} broken"}),
    "api, no JSON": lambda at: httpx.post(f"{at}/api/ask", content=WHISPER, headers=SENT),
    "form, failing": lambda at: httpx.post(f"{at}/plain", data={"question": f"{WHISPER} broken"}),
    "feedback": lambda at: httpx.post(
        f"{at}/feedback", data={"helpful": WHISPER, "outcome": WHISPER}
    ),
    "figures": lambda at: httpx.get(f"{at}/metrics", params={"q": WHISPER}),
    "call, too few": lambda at: httpx.post(f"{at}/gradio_api/call/ask", json={"data": [WHISPER]}),
    "call, no list": lambda at: httpx.post(f"{at}/gradio_api/call/ask", json={"data": WHISPER}),
    "call, no text": lambda at: httpx.post(
        f"{at}/gradio_api/call/v2/ask", json={"question": {"a": WHISPER}}
    ),
    "queue, too few": lambda at: _joined(at, {"data": [WHISPER], "fn_index": 0}),
    "queue, too many": lambda at: _joined(at, {"data": [WHISPER, WHISPER, WHISPER], "fn_index": 1}),
    "queue, no such event": lambda at: _joined(at, {"data": [WHISPER], "fn_index": 99}),
    "queue, failing": lambda at: _joined(at, {"data": [f"{WHISPER} broken", "[]"], "fn_index": 0}),
    "tool, failing": lambda at: _called(at, {"question": f"{WHISPER} broken"}),
    "tool, no text": lambda at: _called(at, {"question": [WHISPER]}),
    "tool, no object": lambda at: _called_by_hand(at, {"name": "ask", "arguments": WHISPER}),
    "tool, other name": lambda at: _called_by_hand(at, {"name": WHISPER, "arguments": {}}),
    "tool, no call": lambda at: _called_by_hand(at, WHISPER),
    "tool, no message": lambda at: httpx.post(
        f"{at}/gradio_api/mcp/", json=[WHISPER], headers=SENT
    ),
    "tool, no JSON": lambda at: httpx.post(f"{at}/gradio_api/mcp/", content=WHISPER, headers=SENT),
}


@pytest.mark.parametrize("knock", KNOCKS)
def test_no_door_leaves_a_word_behind(
    knock: str,
    address: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Rightly or wrongly asked, at every door, the question is in no log, no figure and on no screen."""
    # The clients log what they send; they are not the server.
    theirs = ("httpx", "httpcore", "mcp.client")
    with caplog.at_level(logging.DEBUG):
        KNOCKS[knock](address)
    said = [
        f"{one.getMessage()} {one.exc_info}"
        for one in caplog.records
        if not one.name.startswith(theirs)
    ]
    assert [] == [one for one in said if "secret" in one]
    assert "secret" not in "".join(capfd.readouterr())
    assert "secret" not in httpx.get(f"{address}/metrics").text


@pytest.mark.parametrize(
    "body", [{"data": WHISPER}, {"data": [], "fn_index": WHISPER}, [WHISPER], WHISPER]
)
def test_gradio_repeats_nothing(body: object, address: str) -> None:
    """What Gradio cannot read is refused without being repeated."""
    for path in ("queue/join", "call/ask", "call/v2/ask"):
        told = httpx.post(f"{address}/gradio_api/{path}", json=body)
        assert "secret" not in told.text
        assert not isinstance(body, list | str) or 422 == told.status_code


def test_answers_come_side_by_side(address: str) -> None:
    """Ten callers at once are all answered."""

    async def all_of_them() -> list[int]:
        async with httpx.AsyncClient(timeout=30) as client:
            asked = (
                client.post(f"{address}/api/ask", json={"question": f"hip {place}"})
                for place in range(10)
            )
            return [one.status_code for one in await asyncio.gather(*asked)]

    assert [200] * 10 == asyncio.run(all_of_them())
