"""The site: the page, the simple page, their files and two probes, behind the guard.

An ASGI application as a value. Opening a library and serving are `server`'s matter, what may pass is `guard`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from corpus.catalogue import Catalogue
from qa import page, page_files, staff_site
from qa.conversation import MOST_EARLIER, Ask, Conversation
from qa.examples import examples
from qa.guard import NOT_FOUND, POST, READ, Guard, Refusal, Route, Rules
from qa.page_frame import Frame, full_page, message_page, most, plain_page
from qa.settings import Settings
from qa.wording import Brand, OwnWords, Wording


def _frame(settings: Settings, catalogue: Catalogue) -> Frame:
    style, script, accent, _ = page_files.files_of(settings.accent)
    return Frame(
        collection=Brand(catalogue.name),
        examples=examples(catalogue),
        style=style.address,
        script=script.address,
        accent=accent.address,
        clinic=Brand(settings.clinic_name) if settings.clinic_name else None,
        phone=Brand(settings.clinic_phone) if settings.clinic_phone else None,
        keeps_questions=settings.log_questions,
    )


_PROBES = Route("/(?:healthz|readyz)", READ, api=True)
_PLAIN = Route("/plain", READ | POST, asks=True)
ROUTES = (_PROBES, _PLAIN, *page_files.ROUTES, *staff_site.ROUTES, *page.ROUTES)


@dataclass(frozen=True, slots=True)
class Site:
    """The fenced application, and the Gradio page inside it."""

    app: ASGIApp
    demo: object


def fenced(settings: Settings, catalogue: Catalogue, asked: Ask) -> Site:
    """The page, the simple page and two probes behind the guard; `asked` answers the questions."""
    frame = _frame(settings, catalogue)
    conversation = Conversation(asked, catalogue.vocabulary, log_questions=settings.log_questions)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        forgetting = asyncio.create_task(page.forget(blocks))
        yield
        forgetting.cancel()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=alive)
    app.add_api_route("/healthz", lambda: {"alive": True})
    app.add_api_route("/readyz", lambda: {"ready": True, "studies": len(catalogue.studies)})
    page_files.add_to(app, page_files.files_of(settings.accent))
    _add_plain(app, conversation, frame)
    staff_site.add_to(app, conversation, frame, catalogue)
    # Where the parent app has a CORS policy Gradio adds none of its own; this one lets no other site in.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    blocks = page.mounted(app, conversation, frame)
    rules = Rules(
        settings.requests_per_minute,
        settings.requests_at_once,
        settings.allowed_parents,
        tuple(one.strip("[]") for one in settings.hosts),
    )
    rewrite = {"/": partial(full_page, frame=frame)}
    say = partial(_refused, frame)
    guarded = Guard(app, routes=ROUTES, rules=rules, say=say, rewrite=rewrite)
    return Site(guarded, blocks)


def _refused(frame: Frame, refusal: Refusal, *, as_page: bool) -> str:
    wording = Wording(refusal.name, {"most": most()})
    if not as_page:
        return wording.text
    if refusal is NOT_FOUND:
        return message_page(frame, Wording("page-not-found-heading"), wording)
    return message_page(frame, Wording("page-problem-heading"), wording)


def _add_plain(app: FastAPI, conversation: Conversation, frame: Frame) -> None:
    @app.get("/plain")
    def form() -> HTMLResponse:
        return HTMLResponse(plain_page(frame))

    @app.post("/plain")
    async def answered(request: Request) -> HTMLResponse:
        sent = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        typed = (sent.get("example") or sent.get("question") or [""])[0].replace("\r\n", "\n")
        earlier = tuple(sent.get("earlier", ()))[-MOST_EARLIER:]
        reply = await asyncio.to_thread(conversation.reply, typed, earlier)
        kept = tuple(map(OwnWords, earlier))
        if reply.turn:
            kept = (*kept, OwnWords(typed.strip()))[-MOST_EARLIER:]
            return HTMLResponse(plain_page(frame, turn=reply.turn, earlier=kept))
        page = plain_page(frame, typed=OwnWords(typed), earlier=kept, problem=reply.status)
        return HTMLResponse(page, status_code=422)
