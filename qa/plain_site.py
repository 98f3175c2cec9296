"""The simple page: a form, and the answer above it, that work without script."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from qa.choice_form import chosen
from qa.conversation import MOST_EARLIER, Reply
from qa.form_fields import Fields, fields_of
from qa.guard import POST, READ, Route
from qa.page_form import Form
from qa.page_frame import plain_page
from qa.page_markup import NOTHING
from qa.served import Current, Served
from qa.waiting_room import AGAIN, Busy, WaitingRoom
from qa.wording import OwnWords, Wording

ROUTES = (Route("/plain", READ | POST, asks=True),)
_CROWDED = Wording("page-problem-crowded")


def add_to(app: FastAPI, current: Current, room: WaitingRoom) -> None:
    """Let `app` serve the page without script at `/plain`; questions wait in `room`."""

    @app.get("/plain")
    def form() -> HTMLResponse:
        return HTMLResponse(plain_page(current().frame))

    @app.post("/plain")
    async def answered(request: Request) -> HTMLResponse:
        served, sent = current(), await fields_of(request)
        try:
            return await room.done(partial(_reply, served, sent), request.receive)
        except Busy:
            served.conversation.count(_CROWDED.id)
            return _reply(served, sent, is_crowded=True)


def _reply(served: Served, sent: Fields, *, is_crowded: bool = False) -> HTMLResponse:
    """The simple page after a question, a chip, or a change of the filters; with no answer where it is crowded."""
    typed = (*sent.get("example", ()), *sent.get("question", ()), "")[0].replace("\r\n", "\n")
    earlier = tuple(sent.get("earlier", ()))[-MOST_EARLIER:]
    picked = chosen(sent)
    # These two stand beside the question box: what is typed there stays, and the last question is asked again.
    beside = bool({"update", "all"} & set(sent)) and bool(earlier)
    question, before = (earlier[-1], earlier[:-1]) if beside else (typed, earlier)
    reply = (
        Reply(NOTHING, _CROWDED)
        if is_crowded
        else served.conversation.reply(question, before, picked.sent)
    )
    form = Form(
        typed=OwnWords(typed) if beside and typed else None,
        before=tuple(map(OwnWords, before)),
        newest=OwnWords(question.strip()),
        choices=picked.choices,
    )
    if reply.turn:
        return HTMLResponse(plain_page(served.frame, form, turn=reply.turn))
    if not beside:
        form = replace(form, typed=OwnWords(typed), newest=None)
    if reply.status.id.startswith("choices-"):
        first, last = ((*sent.get(one, ()), "")[0] for one in ("year_from", "year_to"))
        form = replace(form, years=(OwnWords(first), OwnWords(last)))
    return HTMLResponse(
        plain_page(served.frame, replace(form, problem=reply.status)),
        status_code=HTTPStatus.SERVICE_UNAVAILABLE if is_crowded else 422,
        headers={"retry-after": str(AGAIN)} if is_crowded else None,
    )
