"""The site: the page, the simple page, their files and two probes, behind the guard.

An ASGI application as a value. Opening a library and serving are `server`'s matter, what may pass is `guard`'s.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from corpus.catalogue import Catalogue
from qa import page
from qa.conversation import MOST_EARLIER, Ask, Conversation
from qa.examples import examples
from qa.guard import NOT_FOUND, Guard, Refusal, Rules
from qa.page_frame import Frame, full_page, message_page, most, plain_page
from qa.settings import Settings
from qa.wording import Brand, OwnWords, Wording


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the page, with an address that changes when it does."""

    path: str
    body: bytes
    kind: str

    @property
    def address(self) -> str:
        return f"{self.path}?v={hashlib.sha256(self.body).hexdigest()[:12]}"


@cache
def _static(name: str, kind: str) -> _File:
    return _File(f"/{name}", files("qa").joinpath("page_static", name).read_bytes(), kind)


def _files(settings: Settings) -> tuple[_File, ...]:
    accent = f":root{{--accent:{settings.accent}}}\n".encode()
    return (
        _static("page.css", "text/css; charset=utf-8"),
        _static("page.js", "text/javascript; charset=utf-8"),
        _File("/accent.css", accent, "text/css; charset=utf-8"),
        _static("favicon.svg", "image/svg+xml"),
    )


def _frame(settings: Settings, catalogue: Catalogue) -> Frame:
    style, script, accent, _ = _files(settings)
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
    for file in _files(settings):
        app.add_api_route(file.path, partial(_sent, file), methods=["GET", "HEAD"])
    app.add_api_route("/favicon.ico", partial(_sent, _files(settings)[-1]), methods=["GET", "HEAD"])
    _add_plain(app, conversation, frame)
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
    guarded = Guard(app, rules=rules, say=partial(_refused, frame), rewrite=rewrite)
    return Site(guarded, blocks)


async def _sent(file: _File) -> Response:
    return Response(file.body, media_type=file.kind)


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
