"""The site: the page, the simple page, their files and two probes, behind the guard.

An ASGI application as a value. Opening a library and serving are `server`'s matter, what may pass is `guard`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from corpus.catalogue import Catalogue
from qa import browse_site, page, page_files
from qa.browse import published
from qa.choice_form import Fields, chosen
from qa.conversation import MOST_EARLIER, Ask, Conversation
from qa.examples import examples
from qa.filters import filters
from qa.guard import NOT_FOUND, POST, READ, Guard, Refusal, Route, Rules
from qa.page_frame import Form, Frame, full_page, message_page, most, plain_page
from qa.settings import Settings
from qa.wording import Brand, Number, OwnWords, Wording


def _frame(settings: Settings, catalogue: Catalogue) -> Frame:
    files = page_files.Files(settings.accent)
    studies = len(published(catalogue).studies)
    return Frame(
        collection=Brand(catalogue.name),
        examples=examples(catalogue),
        styles=tuple(one.address for one in files.style_sheets),
        scripts=tuple(one.address for one in files.scripts),
        turn_script=page_files.script("turn.js").address,
        clinic=Brand(settings.clinic_name) if settings.clinic_name else None,
        phone=Brand(settings.clinic_phone) if settings.clinic_phone else None,
        keeps_questions=settings.log_questions,
        filters=filters(catalogue),
        studies=Number(studies) if studies else None,
    )


_PROBES = Route("/(?:healthz|readyz)", READ, api=True)
_PLAIN = Route("/plain", READ | POST, asks=True)
ROUTES = (_PROBES, _PLAIN, *page_files.ROUTES, *browse_site.ROUTES, *page.ROUTES)


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
    page_files.Files(settings.accent).add_to(app)
    _add_plain(app, conversation, frame)
    browse_site.add_to(app, catalogue, frame, withhold=settings.desk.withhold_flagged)
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
        return await asyncio.to_thread(_plain_reply, conversation, frame, sent)


def _plain_reply(conversation: Conversation, frame: Frame, sent: Fields) -> HTMLResponse:
    """The simple page after a question, a chip, or a change of the filters."""
    typed = (*sent.get("example", ()), *sent.get("question", ()), "")[0].replace("\r\n", "\n")
    earlier = tuple(sent.get("earlier", ()))[-MOST_EARLIER:]
    picked = chosen(sent)
    # These two stand beside the question box: what is typed there stays, and the last question is asked again.
    beside = bool({"update", "all"} & set(sent)) and bool(earlier)
    question, before = (earlier[-1], earlier[:-1]) if beside else (typed, earlier)
    reply = conversation.reply(question, before, picked.sent)
    form = Form(
        typed=OwnWords(typed) if beside and typed else None,
        before=tuple(map(OwnWords, before)),
        newest=OwnWords(question.strip()),
        choices=picked.choices,
    )
    if reply.turn:
        return HTMLResponse(plain_page(frame, form, turn=reply.turn))
    if not beside:
        form = replace(form, typed=OwnWords(typed), newest=None)
    if reply.status.id.startswith("choices-"):
        first, last = ((*sent.get(one, ()), "")[0] for one in ("year_from", "year_to"))
        form = replace(form, years=(OwnWords(first), OwnWords(last)))
    return HTMLResponse(plain_page(frame, replace(form, problem=reply.status)), status_code=422)
