"""The site: the page, the simple page, their files and the doors for other software, behind the guard.

An ASGI application as a value. Opening a library and serving are `server`'s matter, what may pass is `guard`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI
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
    plain_site,
    probes,
    staff_review,
    staff_site,
)
from qa.browse import published
from qa.conversation import Ask, Conversation
from qa.counting import Count, Counts, counted, saved, saving
from qa.examples import examples
from qa.filters import filters
from qa.gate import METRICS, SIGN_IN, Gate
from qa.guard import NOT_FOUND, Guard, Refusal, Rules
from qa.page_frame import Frame, full_page, message_page, most
from qa.proxied import Proxied
from qa.reception import Reception
from qa.settings import Settings
from qa.wording import BookingLink, Brand, Number, Wording


def _frame(settings: Settings, catalogue: Catalogue) -> Frame:
    files = page_files.Files(page_brand.colours_css(settings))
    logo = page_brand.logo_of(settings)
    studies = len(published(catalogue).studies)
    return Frame(
        collection=Brand(catalogue.name),
        examples=examples(catalogue),
        styles=tuple(one.address for one in files.style_sheets),
        clinic=Brand(settings.clinic_name) if settings.clinic_name else None,
        phone=Brand(settings.clinic_phone) if settings.clinic_phone else None,
        logo=logo.address if logo else None,
        booking=_booking(settings),
        keeps_questions=settings.log_questions,
        filters=filters(catalogue),
        studies=Number(studies) if studies else None,
    )


ROUTES = (
    *plain_site.ROUTES,
    *page_files.ROUTES,
    *page_brand.ROUTES,
    *browse_site.ROUTES,
    *page.ROUTES,
    *api.ROUTES,
    *probes.ROUTES,
    *feedback.ROUTES,
    *staff_site.ROUTES,
    *gaps_html.ROUTES,
    *staff_review.ROUTES,
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
    refused = partial(counts.add, Count.REFUSED)
    ask = counted(asked, counts, catalogue)
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
    _add_pages(app, settings, catalogue, frame, conversation)
    _add_doors(
        app,
        settings=settings,
        catalogue=catalogue,
        frame=frame,
        counts=counts,
        reception=reception,
        asked=asked,
    )
    # Where the parent app has a CORS policy Gradio adds none of its own; this one lets no other site in.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    blocks = page.mounted(app, conversation, frame, reception, mcp=settings.mcp)
    return Site(_behind_the_fence(app, settings, frame, refused), blocks, app)


def _add_pages(
    app: FastAPI,
    settings: Settings,
    catalogue: Catalogue,
    frame: Frame,
    conversation: Conversation,
) -> None:
    page_files.Files(page_brand.colours_css(settings)).add_to(app)
    page_files.serve(app, page_brand.files_of_brand(settings))
    plain_site.add_to(app, conversation, frame)
    browse_site.add_to(app, catalogue, frame, withhold=settings.desk.withhold_flagged)
    staff_site.add_to(app, conversation, frame, catalogue)
    staff_review.add_to(app, frame, catalogue.folder)


def _add_doors(
    app: FastAPI,
    *,
    settings: Settings,
    catalogue: Catalogue,
    frame: Frame,
    counts: Counts,
    reception: Reception,
    asked: Ask,
) -> None:
    api.add_to(app, reception)
    ready = probes.Readiness(asked, catalogue)
    probes.add_to(app, ready, counts.tally, settings.metrics_token)
    feedback.add_to(app, partial(counts.add, Count.FEEDBACK), partial(message_page, frame))
    gaps_html.add_to(app, counts.tally, catalogue.vocabulary, frame)


def _behind_the_fence(
    app: FastAPI, settings: Settings, frame: Frame, refused: Callable[[str], None]
) -> ASGIApp:
    """The proxy's word first, then packing, then the guard, then the gate of the staff."""
    say = partial(_refused, frame, refused)
    gate = Gate(
        app,
        prefixes=settings.closed,
        sign_in=settings.sign_in,
        say=say,
        themselves=(METRICS,),
    )
    rules = Rules(
        settings.requests_per_minute,
        settings.requests_at_once,
        settings.allowed_parents,
        tuple(one.strip("[]") for one in settings.hosts),
        settings.closed,
    )
    routes = (*ROUTES, *page_doors.MCP_ROUTES) if settings.mcp else ROUTES
    rewrite = {"/": partial(full_page, frame=frame)}
    guarded = Guard(gate, routes=routes, rules=rules, say=say, rewrite=rewrite)
    # Outside the guard, which writes into the page; streams of events stay as they are.
    packed = GZipMiddleware(guarded, minimum_size=1000, compresslevel=6)
    return Proxied(packed, proxies=settings.trusted_proxies)


def _refused(frame: Frame, count: Callable[[str], None], refusal: Refusal, *, as_page: bool) -> str:
    count(refusal.name)
    wording = Wording(refusal.name, {"most": most()})
    if not as_page:
        return wording.text
    headings = {NOT_FOUND: "page-not-found-heading", SIGN_IN: "gate-heading"}
    return message_page(frame, Wording(headings.get(refusal, "page-problem-heading")), wording)
