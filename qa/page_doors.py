"""The doors for other software that Gradio holds open: its own API with the Python client, and the MCP tool.

Both answer with the object of the contract, as `POST /api/ask` does, from the same reception.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import gradio as gr

from qa.api_shapes import AnswerShape, Asked, schema
from qa.guard import POST, Route
from qa.reception import Reception, Refused
from qa.render_json import answer_line, answer_object

API_ROUTES = (
    Route("/gradio_api/info/?", frozenset({"GET"}), api=True),
    Route("/gradio_api/call/(?:v2/)?ask/?", POST, asks=True, api=True),
    Route(r"/gradio_api/call/ask/[0-9a-f]{32}", frozenset({"GET"}), api=True),
)
# Every message counts as a question: a client sends four for its first, and one for each further.
MCP_ROUTES = (Route("/gradio_api/mcp/", POST, asks=True, api=True),)

_ABOUT_TOOL = (
    "Answers a question about the studies that a clinic chose, with the studies' own sentences, word for word. "
    "Show findings only together with their caveats, comparators, citations, the notices and the disclaimer. "
    "With the outcome 'urgent' show the notices at once and nothing before them. It is no medical advice."
)

_Api = Callable[..., Awaitable[dict[str, object]]]


def api(reception: Reception) -> _Api:
    """The function of Gradio's API."""

    # Gradio reads the types and the docstring, and shows them to whoever asks for the API's description.
    async def ask(
        question: str,
        history: list[str] | None = None,
        choices: dict[str, object] | None = None,
    ) -> dict[str, object]:
        """Answer a question with the sentences of the clinic's study summaries, word for word.

        Show findings only together with their caveats, comparators, citations, the notices and the disclaimer.

        Args:
            question: The question, in the asker's own words, 500 characters at most.
            history: The earlier questions of the same conversation, oldest first.
            choices: What to leave out or to keep, as `/api/openapi.json` describes it.

        Returns:
            The answer object, as `/api/openapi.json` describes it.
        """
        given = {"question": question, "history": history, "choices": choices}
        try:
            answer = await reception.take(
                {key: one for key, one in given.items() if one is not None}
            )
        except Refused as exc:
            raise gr.Error(exc.wording.text, print_exception=False) from None
        return answer_object(answer)

    return ask


def open_tool(blocks: gr.Blocks, reception: Reception) -> None:
    """Let the tool server of a mounted page offer one tool, `ask`, and nothing else.

    Gradio would derive a tool from the API; ours has the whole schema of question and answer, gives JSON, and
    repeats nothing that was sent when it refuses.
    """
    kit = blocks.mcp_server_obj
    if kit is None:
        raise RuntimeError("the page was mounted without Gradio's tool server")
    server, types = kit.mcp_server, kit.types
    for kind in list(server.request_handlers):
        if kind is not types.PingRequest:
            del server.request_handlers[kind]

    @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def tools() -> list[Any]:
        return [
            types.Tool(
                name="ask",
                title="Ask the studies",
                description=_ABOUT_TOOL,
                inputSchema=schema(Asked),
                outputSchema=schema(AnswerShape),
                annotations=types.ToolAnnotations(
                    readOnlyHint=True, idempotentHint=True, openWorldHint=False
                ),
            )
        ]

    # Unchecked by the server, whose messages would repeat what was sent; the reception checks.
    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
    async def call(name: str, arguments: Mapping[str, object]) -> Any:  # noqa: ANN401 - a type of `mcp`
        del name  # there is one tool
        try:
            answer = await reception.take(arguments)
        except Refused as exc:
            said = types.TextContent(type="text", text=exc.wording.text)
            return types.CallToolResult(content=[said], isError=True)
        line = answer_line(answer)
        said = types.TextContent(type="text", text=line)
        return types.CallToolResult(content=[said], structuredContent=json.loads(line))
