"""`POST /feedback`: whether an answer helped. A yes or a no and the answer's outcome are counted, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from qa.answer import Outcome
from qa.form_fields import Fields, fields_of
from qa.guard import POST, Route
from qa.wording import Wording

ROUTES = (Route("/feedback", POST, asks=True),)

Tell = Callable[[Wording, Wording], str]  # a page of a heading and a message


def add_to(app: FastAPI, count: Callable[[str, Outcome], None], page: Tell) -> None:
    """Let `app` take feedback. `count` is told "yes" or "no" and the outcome; `page` makes a page."""

    @app.post("/feedback")
    async def feedback(request: Request) -> Response:
        def said(status: HTTPStatus, heading: str, message: str) -> Response:
            words = Wording(message)
            if _is_script(request):
                return JSONResponse({"detail": words.text}, status_code=status)
            return HTMLResponse(page(Wording(heading), words), status_code=status)

        if not is_own(request):
            return said(HTTPStatus.FORBIDDEN, "page-problem-heading", "feedback-elsewhere")
        sent = await fields_of(request)
        helpful, outcome = _one(sent, "helpful"), _one(sent, "outcome")
        if helpful not in {"yes", "no"} or outcome not in set(Outcome):
            return said(HTTPStatus.UNPROCESSABLE_ENTITY, "page-problem-heading", "feedback-wrong")
        count(helpful, Outcome(outcome))
        if _is_script(request):
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return said(HTTPStatus.OK, "feedback-thanks-heading", "feedback-thanks")


def is_own(request: Request) -> bool:
    """True where nothing says that a page of somebody else sent the request.

    `sec-fetch-site` comes first: with our referrer policy, a form's `origin` is "null" even from our own page.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _is_script(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _one(sent: Fields, name: str) -> str:
    """The value of a field that was sent once; empty where it was not."""
    values = sent.get(name, ())
    return values[0] if len(values) == 1 else ""
