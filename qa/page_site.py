"""The site: the page, the simple page, their files and the doors for other software, behind the guard.

An ASGI application as a value. Opening a library and serving are `server`'s matter, what may pass is `guard`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

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
from qa.answer import Answer
from qa.browse import published
from qa.choices import Choices
from qa.conversation import Ask, Conversation
from qa.counting import Count, Counts, counted, saved, saving
from qa.examples import examples
from qa.filters import filters
from qa.gate import METRICS, SIGN_IN, Gate
from qa.guard import NOT_FOUND, Guard, Refusal, Rules
from qa.neighbours import Neighbour, Neighbours
from qa.page_frame import Frame, full_page, message_page, most
from qa.places import prefix_of
from qa.proxied import Proxied
from qa.reception import Reception
from qa.served import Current, Served
from qa.settings import Settings
from qa.waiting_room import WaitingRoom
from qa.wording import BookingLink, Brand, Number, Wording


def _frame(settings: Settings, neighbours: Neighbours, catalogue: Catalogue) -> Frame:
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
        neighbours=neighbours.ways,
        is_reviewed=not catalogue.parts,
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
    """The fenced application, the Gradio page inside it, and what is behind the fence.

    `show` puts a newer state of the collection, and who answers from it, in the place of what `current` holds. The
    addresses of the site begin with `prefix`.
    """

    app: ASGIApp
    demo: object
    inside: FastAPI
    current: Current
    show: Callable[[Catalogue, Ask], None]
    prefix: str = ""


Beside = Callable[[Site], Coroutine[Any, Any, None]]


def fenced(
    settings: Settings,
    catalogue: Catalogue,
    asked: Ask,
    *,
    beside: Sequence[Beside] = (),
    short: str = "",
    neighbours: Neighbours | None = None,
) -> Site:
    """The page, the simple page and the other doors behind the guard; `asked` answers the questions.

    Each of `beside` is given the site and runs as long as it is served. One of several collections has a `short` name,
    which its addresses begin with, and is told to its `neighbours`. CountsError where the file of counts cannot be used.
    """
    among = neighbours or Neighbours.alone(rules(settings))
    prefix = prefix_of(short)
    counts = Counts(settings.counts_of(short))
    refused = partial(counts.add, Count.REFUSED)
    made = partial(_served, settings, among, counts)
    current = Current(made(catalogue, asked))
    among.every.append(Neighbour(prefix, lambda: current().catalogue.name))

    def ask(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        return current().conversation.ask(question, earlier, choices)

    reception = Reception(ask, refused, room=among.room, log_questions=settings.log_questions)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        works = (page.forget(blocks), saving(counts), *(one(site) for one in beside))
        tasks = [asyncio.create_task(one) for one in works]
        yield
        for task in tasks:
            task.cancel()
        saved(counts)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=alive)
    _add_pages(app, settings, current, among.room)
    _add_doors(app, settings, current, counts, reception)
    # Where the parent app has a CORS policy Gradio adds none of its own; this one lets no other site in.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    blocks = page.mounted(app, current, reception, among.room, mcp=settings.mcp, prefix=prefix)

    def show(catalogue: Catalogue, asked: Ask) -> None:
        served = made(catalogue, asked)
        current.put(served)
        page.show(blocks, served.frame, prefix)

    fence = _behind_the_fence(app, settings, current, refused, among)
    site = Site(fence, blocks, app, current, show, prefix)
    return site


def rules(settings: Settings) -> Rules:
    """What the operator decides about the fence."""
    return Rules(
        settings.requests_per_minute,
        settings.requests_at_once,
        settings.allowed_parents,
        tuple(one.strip("[]") for one in settings.hosts),
        settings.closed,
    )


def _served(
    settings: Settings,
    among: Neighbours,
    counts: Counts,
    catalogue: Catalogue,
    asked: Ask,
) -> Served:
    conversation = Conversation(
        counted(asked, counts, catalogue),
        catalogue.vocabulary,
        log_questions=settings.log_questions,
        count=partial(counts.add, Count.REFUSED),
        booking=_booking(settings),
    )
    return Served(catalogue, asked, conversation, _frame(settings, among, catalogue))


def _add_pages(app: FastAPI, settings: Settings, current: Current, room: WaitingRoom) -> None:
    page_files.Files(page_brand.colours_css(settings)).add_to(app)
    page_files.serve(app, page_brand.files_of_brand(settings))
    plain_site.add_to(app, current, room)
    browse_site.add_to(app, current, withhold=settings.desk.withhold_flagged)
    staff_site.add_to(app, current)
    if current().frame.is_reviewed:
        staff_review.add_to(app, current, current().catalogue.folder)


def _add_doors(
    app: FastAPI, settings: Settings, current: Current, counts: Counts, reception: Reception
) -> None:
    def message(heading: Wording, words: Wording) -> str:
        return message_page(current().frame, heading, words)

    api.add_to(app, reception)
    probes.add_to(app, probes.Readiness(current), counts.tally, settings.metrics_token)
    feedback.add_to(app, partial(counts.add, Count.FEEDBACK), message)
    gaps_html.add_to(app, counts.tally, current)


def _behind_the_fence(
    app: FastAPI,
    settings: Settings,
    current: Current,
    refused: Callable[[str], None],
    among: Neighbours,
) -> ASGIApp:
    """The proxy's word first, then packing, then the guard, then the gate of the staff."""
    say = partial(_refused, current, refused)
    gate = Gate(
        app,
        prefixes=settings.closed,
        sign_in=settings.sign_in,
        say=say,
        themselves=(METRICS,),
        wrong=among.wrong,
    )
    routes = (*ROUTES, *page_doors.MCP_ROUTES) if settings.mcp else ROUTES
    rewrite = {"/": lambda gradio: full_page(gradio, current().frame)}
    guarded = Guard(
        gate,
        routes=routes,
        rules=rules(settings),
        say=say,
        rewrite=rewrite,
        visitors=among.visitors,
    )
    # Outside the guard, which writes into the page; streams of events stay as they are.
    packed = GZipMiddleware(guarded, minimum_size=1000, compresslevel=6)
    return Proxied(packed, proxies=settings.trusted_proxies)


def _refused(
    current: Current, count: Callable[[str], None], refusal: Refusal, *, as_page: bool
) -> str:
    count(refusal.name)
    wording = Wording(refusal.name, {"most": most()})
    if not as_page:
        return wording.text
    headings = {NOT_FOUND: "page-not-found-heading", SIGN_IN: "gate-heading"}
    return message_page(
        current().frame, Wording(headings.get(refusal, "page-problem-heading")), wording
    )
