"""The Gradio page: a question box, one escaped answer area, and nothing that Gradio keeps or sends on its own.

The only door to Gradio. The frame around it is `page_frame`'s, the fence in front of it `guard`'s. Earlier
turns live in the visitor's page (`page_static/page.js`), which sends the earlier questions along.
"""

from __future__ import annotations

import asyncio
import atexit
import datetime as dt
import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.routing import Mount

# Gradio reads these when it is imported, so they come first: no calls home, small books, no run history.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "50"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000"
os.environ["GRADIO_RUN_HISTORY"] = "False"
os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="evidence-desk-")
atexit.register(shutil.rmtree, os.environ["GRADIO_TEMP_DIR"], ignore_errors=True)
for _name in ("SHARE", "VIBE_MODE", "HISTORY_BUCKET", "ALLOWED_PATHS", "MCP_SERVER", "SSR_MODE"):
    os.environ.pop(f"GRADIO_{_name}", None)

import gradio as gr  # noqa: E402 - see above
from gradio.context import LocalContext  # noqa: E402

from qa import page_doors, page_quiet  # noqa: E402
from qa.conversation import Reply  # noqa: E402
from qa.guard import POST, READ, Route  # noqa: E402
from qa.page_along import SentAlong  # noqa: E402
from qa.page_form import examples_html  # noqa: E402
from qa.page_frame import Frame, browse_link, intro_html  # noqa: E402
from qa.page_markup import NOTHING, element, spaced  # noqa: E402
from qa.places import below  # noqa: E402
from qa.reception import Reception  # noqa: E402
from qa.served import Current  # noqa: E402
from qa.waiting_room import SEATS, Busy, WaitingRoom  # noqa: E402
from qa.wording import Wording  # noqa: E402

WAITING = 50  # questions in Gradio's own line, a second bound; the next is refused
# Events of a kind that Gradio has on its hands: more than wait in the waiting room, which all doors share, so that the
# line is there, where who waits too long is told.
AT_ONCE = 2 * SEATS
_LOOKS = 0.5  # seconds between two looks whether a visitor is still there
SESSIONS = 200  # whose last values Gradio may hold at most
FORGOTTEN_AFTER = 30.0  # seconds until a visitor's last values are dropped

# What a visitor's browser needs of Gradio; uploads, files, links to sessions and the rest stay out of reach.
ROUTES = (
    Route("/", READ),
    Route(r"/(?:config|theme\.css)", READ),
    Route(r"/assets/[\w.\-]+", READ, kept=True),
    Route(r"/static/(?:js|img|fonts)/[\w./\-]+", READ, kept=True),
    Route(r"/gradio_api/(?:startup-events|queue/data|heartbeat/\w+)", frozenset({"GET"}), api=True),
    Route("/gradio_api/queue/join", POST, asks=True, api=True),
    Route("/gradio_api/cancel", POST, api=True),
    *page_doors.API_ROUTES,
)


def mounted(
    app: FastAPI,
    current: Current,
    reception: Reception,
    room: WaitingRoom,
    *,
    mcp: bool,
    prefix: str = "",
) -> gr.Blocks:
    """The page, mounted at `/` of `app`, with Gradio's doors for other software; `mcp` opens the tool server's.

    `app` itself is reached at `prefix`.
    """

    def made() -> gr.Blocks:
        with below(prefix):
            blocks = _blocks(current, reception, room, prefix)
        _mount(app, blocks, mcp=mcp)
        if mcp:
            page_doors.open_tool(blocks, reception)
        return blocks

    async def made_in_loop() -> gr.Blocks:
        return made()

    page_quiet.hush()
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Where no event loop runs, Gradio makes three and closes none.
        return asyncio.run(made_in_loop())
    return made()


def _blocks(current: Current, reception: Reception, room: WaitingRoom, prefix: str) -> gr.Blocks:
    """Intro, answer area, question box, status, examples, and the API."""
    blocks: gr.Blocks
    with gr.Blocks(title=Wording("page-heading").text, analytics_enabled=False) as blocks:
        gr.Markdown(intro_html().markup, elem_id="intro", latex_delimiters=[])
        out = gr.Markdown("", elem_id="out", latex_delimiters=[])
        with gr.Column(elem_id="panel"):
            box = gr.Textbox(
                label=Wording("page-label").text,
                info=Wording("page-hint").text,
                elem_id="question",
                lines=1,
                max_lines=8,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=True),
            )
            # The script writes here what belongs to the question; a visitor never sees it.
            along = gr.Textbox("{}", elem_id="sent-along", visible="hidden", container=False)
            go = gr.Button(Wording("page-ask").text, variant="primary", elem_id="go")
            status = gr.Markdown("", elem_id="status", latex_delimiters=[])
        for name, shown in _told(current().frame).items():
            gr.Markdown(shown, elem_id=name, latex_delimiters=[])

        def replied(typed: str, sent_along: str) -> tuple[object, object, str]:
            sent = SentAlong.read(sent_along)
            again = sent.question is not None
            question = typed if sent.question is None else sent.question
            with below(prefix):  # Gradio runs this on its own, not while a request is answered
                reply = current().conversation.reply(
                    question, sent.earlier, sent.choices, sent.mark
                )
            return _shown(reply, keeps_box=again)

        async def answered(typed: str, sent_along: str) -> tuple[object, object, str]:
            try:
                return await room.done(partial(replied, typed, sent_along), partial(_left, blocks))
            except Busy:
                crowded = Wording("page-problem-crowded")
                current().conversation.count(crowded.id)
                return _shown(Reply(NOTHING, crowded), keeps_box=True)

        gr.on(
            [box.submit, go.click],
            answered,
            [box, along],
            [out, box, status],
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="once",
            concurrency_limit=AT_ONCE,
        )
        ask = page_doors.api(reception)
        gr.api(ask, api_name="ask", concurrency_limit=AT_ONCE)  # type: ignore[attr-defined]
    blocks.max_threads = 2 * AT_ONCE  # events in all; ours wait without a thread
    blocks.queue(api_open=False, max_size=WAITING, default_concurrency_limit=AT_ONCE)
    blocks.state_session_capacity = SESSIONS
    return blocks


async def _left(blocks: gr.Blocks) -> None:
    """Return as soon as the visitor whose event this is has closed the page, as Gradio notes it."""
    events = blocks._queue.event_ids_to_events  # noqa: SLF001 - Gradio tells nobody
    event = events.get(LocalContext.event_id.get("") or "")
    while event is None or event.alive:  # noqa: ASYNC110 - and sets no event
        await asyncio.sleep(_LOOKS)


def _told(frame: Frame) -> dict[str, str]:
    """What the page tells of the collection, by the id of the element that shows it."""
    return {
        # Gradio opens what it links to in a new tab, which also keeps the conversation here.
        "browse": browse_link(frame, keeps=True).markup,
        "examples": examples_html(frame.examples, submits=False).markup,
    }


def show(blocks: gr.Blocks, frame: Frame, prefix: str = "") -> None:
    """Let the page at `prefix`, for those who open it from now on, tell of the collection as it is now."""
    with below(prefix):
        told = _told(frame)
    for component in blocks.config["components"]:
        name = component["props"].get("elem_id")
        if name in told:
            component["props"]["value"] = told[name]


def _shown(reply: Reply, *, keeps_box: bool) -> tuple[object, object, str]:
    """What goes to the answer area, the box and the status; a refusal leaves the first two as they are."""
    # The id differs each time, so that the script sees a second refusal that reads like the first.
    is_choice = reply.status.id.startswith("choices-")
    kind = "ready" if reply.turn else "problem choice" if is_choice else "problem"
    words = spaced(reply.left_out, reply.status)
    said = element("p", words, id=f"said-{secrets.token_hex(4)}", class_=kind).markup
    if not reply.turn:
        return gr.skip(), gr.skip(), said
    return reply.turn.markup, gr.skip() if keeps_box else "", said


def _mount(app: FastAPI, blocks: gr.Blocks, *, mcp: bool) -> None:
    """Every default is off that keeps, serves or tells more than it must."""
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        run_history=False,
        footer_links=[],
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=mcp,
        max_file_size="1b",
        allowed_paths=[],
        theme=gr.themes.Base(
            font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
        ),
    )
    (inside,) = (
        one.app for one in app.routes if isinstance(one, Mount) and isinstance(one.app, FastAPI)
    )
    inside.add_exception_handler(RequestValidationError, _unreadable)


async def _unreadable(_: Request, __: Exception) -> JSONResponse:
    """In place of FastAPI's own message, which repeats what was sent."""
    return JSONResponse({"detail": Wording("api-unreadable").text}, status_code=422)


async def forget(blocks: gr.Blocks, *, every: float = 10.0, after: float = FORGOTTEN_AFTER) -> None:
    """Drop, for ever and again, what Gradio holds of visitors who asked nothing for `after` seconds.

    Gradio keeps each visitor's last question and answer in memory and has no time limit of its own.
    """
    while True:
        await asyncio.sleep(every)
        for visitor in _idle(blocks, after):
            blocks.state_holder.session_data.pop(visitor, None)
            blocks.state_holder.time_last_used.pop(visitor, None)


def _idle(blocks: gr.Blocks, after: float) -> Sequence[str]:
    holder, now = blocks.state_holder, dt.datetime.now()  # noqa: DTZ005 - Gradio's own clock
    with holder.lock:
        return [
            visitor
            for visitor, used in holder.time_last_used.items()
            if (now - used).total_seconds() > after
        ]
