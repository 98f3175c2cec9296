"""The front desk's addresses: ask, print, save sources, and check where a quote comes from.

A question is sent in the body of a request only, so that no address and no log holds one. Who may come in is
not decided here.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from qa import page_files, staff_html
from qa.answer import Answer, Outcome
from qa.choice_form import Chosen, chosen, is_again
from qa.choices import NO_CHOICES, ChoiceError, Choices
from qa.conversation import MOST_EARLIER, Conversation
from qa.exports import KINDS, Format, exported
from qa.form_fields import Fields, fields_of
from qa.guard import POST, READ, Route
from qa.handout import paper_html
from qa.page_frame import Frame
from qa.page_markup import NOTHING, Html
from qa.served import Current
from qa.staff_frame import SCRIPT, desk_page, paper_page, trouble_page
from qa.staff_html import Asked
from qa.staff_verify import Misplaced, place, place_html
from qa.wording import Wording

ROUTES = (
    Route("/staff", READ | POST, asks=True),
    Route("/staff/handout", POST, asks=True),
    Route("/staff/export", POST),
    Route("/staff/verify", READ),
    Route(r"/staff\.js", READ, kept=True),
)


def add_to(app: FastAPI, current: Current) -> None:
    """Let `app` serve the front desk's pages."""
    app.add_route("/staff", partial(_form, current))
    app.add_route("/staff", partial(_answered, current), methods=["POST"])
    app.add_route("/staff/handout", partial(_handout, current), methods=["POST"])
    app.add_route("/staff/export", partial(_export, current), methods=["POST"])
    app.add_route("/staff/verify", partial(_verify, current))
    page_files.serve(app, [SCRIPT])


async def _form(current: Current, _: Request) -> Response:
    served = current()
    behind = NOTHING if served.trouble is None else staff_html.behind_html()
    return HTMLResponse(_page(served.frame, behind, staff_html.form_html(here=True)))


def _page(frame: Frame, *inside: Html) -> str:
    return desk_page(frame, Wording("staff-heading"), *inside, here="/staff")


@dataclass(frozen=True, slots=True)
class _Brought:
    """What a form brings: what is asked, and the choices, or why there are none."""

    asked: Asked
    choices: Choices | ChoiceError


async def _brought(request: Request) -> _Brought:
    sent = await fields_of(request)
    # Chips send fields, links and the forms of an answer send JSON.
    picked = chosen(sent) if is_again(sent) else _written(_first(sent, "choices"))
    asked = Asked(
        question=_first(sent, "question").replace("\r\n", "\n").strip(),
        earlier=tuple(sent.get("earlier", ()))[-MOST_EARLIER:],
        choices=picked.choices,
        mark=_first(sent, "mark"),
    )
    return _Brought(asked, picked.sent)


def _written(choices: str) -> Chosen:
    try:
        return Chosen(_choices(choices))
    except ChoiceError as wrong:
        return Chosen(NO_CHOICES, wrong)


def _choices(written: str) -> Choices:
    if not written:
        return NO_CHOICES
    try:
        read = json.loads(written)
    except (ValueError, RecursionError) as exc:
        raise ChoiceError("the choices are no JSON; wanted an object") from exc
    if not isinstance(read, dict):
        raise ChoiceError(f"the choices are a {type(read).__name__}; wanted an object")
    return Choices.read(read)


def _first(sent: Fields, name: str) -> str:
    return (sent.get(name) or [""])[0]


async def _answered(current: Current, request: Request) -> Response:
    served = current()
    frame = served.frame
    brought = await _brought(request)
    asked = brought.asked
    found = await asyncio.to_thread(_shown, served.conversation, brought)
    if isinstance(found, Wording):
        form = staff_html.form_html(
            typed=asked.question, earlier=asked.earlier, problem=found, here=True
        )
        return HTMLResponse(_page(frame, form), HTTPStatus.UNPROCESSABLE_ENTITY)
    earlier = (*asked.earlier, asked.question)[-MOST_EARLIER:]
    form = staff_html.form_html(earlier=earlier, here=False)
    inside = (found.whole, form) if found.urgent else (form, found.whole)
    return HTMLResponse(_page(frame, *inside))


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer as shown; an urgent one comes before everything else on the page."""

    whole: Html
    urgent: bool


def _shown(conversation: Conversation, brought: _Brought) -> _Found | Wording:
    asked = brought.asked

    def show(answer: Answer) -> _Found:
        whole = staff_html.answered_html(answer, asked, conversation.vocabulary)
        return _Found(whole, answer.outcome is Outcome.URGENT)

    return conversation.shown(asked.question, asked.earlier, brought.choices, show)


async def _handout(current: Current, request: Request) -> Response:
    served = current()
    frame, conversation = served.frame, served.conversation

    def show(answer: Answer) -> Html | Wording:
        if answer.outcome is Outcome.URGENT:
            return Wording("staff-problem-handout")
        return paper_html(frame, answer, conversation.vocabulary)

    brought = await _brought(request)
    asked = brought.asked
    found = await asyncio.to_thread(
        conversation.shown, asked.question, asked.earlier, brought.choices, show
    )
    if isinstance(found, Wording):
        return _trouble(frame, found)
    return HTMLResponse(paper_page(frame, Wording("page-heading"), found))


async def _export(current: Current, request: Request) -> Response:
    served = current()
    frame, catalogue = served.frame, served.catalogue
    sent = await fields_of(request)
    try:
        form = Format(_first(sent, "format").lower())
    except ValueError:
        return _trouble(frame, Wording("staff-problem-format"))
    try:
        studies = [catalogue.study(one) for one in dict.fromkeys(sent.get("study", ()))]
    except KeyError:
        return _trouble(frame, Wording("staff-problem-study"), HTTPStatus.NOT_FOUND)
    if not studies:
        return _trouble(frame, Wording("staff-problem-study"), HTTPStatus.NOT_FOUND)
    kind = KINDS[form]
    headers = {"content-disposition": f'attachment; filename="{kind.file_name}"'}
    media_type = f"{kind.media_type}; charset=utf-8"
    return Response(exported(studies, form), media_type=media_type, headers=headers)


async def _verify(current: Current, request: Request) -> Response:
    served = current()
    frame, catalogue = served.frame, served.catalogue
    where = place(catalogue, request.query_params)
    if isinstance(where, Misplaced):
        return _trouble(frame, where.why, where.status)
    inside = await asyncio.to_thread(place_html, catalogue, where)
    return HTMLResponse(desk_page(frame, Wording("staff-check-heading"), inside))


def _trouble(
    frame: Frame, why: Wording, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Response:
    return HTMLResponse(trouble_page(frame, why), status)
