"""The site: the page, the simple page, their files and the doors for other software, behind the guard.

An ASGI application as a value. Opening a library and serving are `server`'s matter, what may pass is `guard`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from corpus.catalogue import Catalogue
from qa import (
    api,
    browse_site,
    feedback,
    gaps_html,
    page,
    page_brand,
    page_doors,
    page_files,
    probes,
    staff_site,
)
from qa.browse import published
from qa.choice_form import Fields, chosen
from qa.conversation import MOST_EARLIER, Ask, Conversation
from qa.counting import Count, Counts, counted, saved, saving
from qa.examples import examples
from qa.filters import filters
from qa.gate import METRICS, SIGN_IN, Gate
from qa.guard import NOT_FOUND, POST, READ, Guard, Refusal, Route, Rules
from qa.page_form import Form
from qa.page_frame import Frame, full_page, message_page, most, plain_page
from qa.proxied import Proxied
from qa.reception import Reception
from qa.settings import Settings
from qa.wording import BookingLink, Brand, Number, OwnWords, Wording


def _frame(settings: Settings, catalogue: Catalogue) -> Frame:
    files = page_files.Files(page_brand.colours_css(settings))
    logo = page_brand.logo_of(settings)
    studies = len(published(catalogue).studies)
    return Frame(
        collection=Brand(catalogue.name),
        examples=examples(catalogue),
        styles=tuple(one.address for one in files.style_sheets),
        scripts=tuple(one.address for one in files.scripts),
        turn_script=page_files.script("turn.js").address,
        clinic=Brand(settings.clinic_name) if settings.clinic_name else None,
        phone=Brand(settings.clinic_phone) if settings.clinic_phone else None,
        logo=logo.address if logo else None,
        booking=_booking(settings),
        keeps_questions=settings.log_questions,
        filters=filters(catalogue),
        studies=Number(studies) if studies else None,
    )


_PLAIN = Route("/plain", READ | POST, asks=True)
ROUTES = (
    _PLAIN,
    *page_files.ROUTES,
    *page_brand.ROUTES,
    *browse_site.ROUTES,
    *page.ROUTES,
    *api.ROUTES,
    *probes.ROUTES,
    *feedback.ROUTES,
    *staff_site.ROUTES,
    *gaps_html.ROUTES,
)


def _booking(settings: Settings) -> BookingLink | None:
    return BookingLink(settings.booking_link) if settings.booking_link else None


@dataclass(frozen=True, slots=True)
class Site:
    """The fenced application, the Gradio page inside it, and what is behind the fence."""

    app: ASGIApp
    demo: object
    inside: FastAPI


def fenced(settings: Settings, catalogue: Catalogue, asked: Ask) -> Site:
    """The page, the simple page and the other doors behind the guard; `asked` answers the questions.

    CountsError where the file of counts cannot be used.
    """
    frame = _frame(settings, catalogue)
    counts = Counts(settings.counts_file)
    ask = counted(asked, counts, catalogue)
    refused = partial(counts.add, Count.REFUSED)
    conversation = Conversation(
        ask,
        catalogue.vocabulary,
        log_questions=settings.log_questions,
        count=refused,
        booking=_booking(settings),
    )
    reception = Reception(ask, refused, log_questions=settings.log_questions)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(one) for one in (page.forget(blocks), saving(counts))]
        yield
        for task in tasks:
            task.cancel()
        saved(counts)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=alive)
    page_files.Files(page_brand.colours_css(settings)).add_to(app)
    page_files.serve(app, page_brand.files_of_brand(settings))
    _add_plain(app, conversation, frame)
    browse_site.add_to(app, catalogue, frame, withhold=settings.desk.withhold_flagged)
    api.add_to(app, reception)
    token = settings.metrics_token
    ready = probes.Readiness(asked, catalogue)
    probes.add_to(app, ready, counts.tally, token.get_secret_value() if token else None)
    feedback.add_to(app, partial(counts.add, Count.FEEDBACK), partial(message_page, frame))
    staff_site.add_to(app, conversation, frame, catalogue)
    gaps_html.add_to(app, counts.tally, catalogue.vocabulary, frame)
    # Where the parent app has a CORS policy Gradio adds none of its own; this one lets no other site in.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    blocks = page.mounted(app, conversation, frame, reception, mcp=settings.mcp)
    rules = Rules(
        settings.requests_per_minute,
        settings.requests_at_once,
        settings.allowed_parents,
        tuple(one.strip("[]") for one in settings.hosts),
        settings.closed,
    )
    routes = (*ROUTES, *page_doors.MCP_ROUTES) if settings.mcp else ROUTES
    rewrite = {"/": partial(full_page, frame=frame)}
    say = partial(_refused, frame, refused)
    gate = Gate(
        app,
        prefixes=settings.closed,
        sign_in=settings.sign_in,
        say=say,
        themselves=(METRICS,),
    )
    guarded = Guard(gate, routes=routes, rules=rules, say=say, rewrite=rewrite)
    # Outside the guard, which writes into the page; streams of events stay as they are.
    packed = GZipMiddleware(guarded, minimum_size=1000, compresslevel=6)
    return Site(Proxied(packed, proxies=settings.trusted_proxies), blocks, app)


def _refused(frame: Frame, count: Callable[[str], None], refusal: Refusal, *, as_page: bool) -> str:
    count(refusal.name)
    wording = Wording(refusal.name, {"most": most()})
    if not as_page:
        return wording.text
    headings = {NOT_FOUND: "page-not-found-heading", SIGN_IN: "gate-heading"}
    return message_page(frame, Wording(headings.get(refusal, "page-problem-heading")), wording)


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
