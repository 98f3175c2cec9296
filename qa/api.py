"""`POST /api/ask`: a question as JSON, its answer as the JSON object of the contract; and what describes it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from qa.api_shapes import AnswerShape, Asked, Problem
from qa.guard import POST, READ, Route
from qa.receipt import code_version
from qa.reception import Reception, Refused
from qa.render_json import answer_line
from qa.waiting_room import AGAIN
from qa.wording import Wording

ROUTES = (
    Route("/api/ask", POST, asks=True, api=True),
    Route(r"/api/openapi\.json", READ, api=True),
)
_ABOUT = """\
Answers questions with the sentences of a clinic's own study summaries, word for word. It writes none itself.

An answer is a unit: findings come with their caveats, what they were compared with, the citation and the
disclaimer. Show them together. Equal questions on the same day get equal answers.
"""
_REFUSALS = {
    404: "There is nothing at this address.",
    405: "The address does not take that kind of request.",
    408: "The body took too long to come.",
    413: "The body is larger than 64 KiB.",
    415: "The content type is not application/json.",
    421: "The request names another host.",
    422: "The question cannot be asked: it is missing, empty, no text or too long, or a field is unknown or wrong.",
    429: "Too many questions in a short time; Retry-After says how many seconds to wait.",
    500: "Something went wrong here.",
    503: "Too many questions are waiting; Retry-After says how many seconds to wait.",
}


def add_to(app: FastAPI, reception: Reception) -> None:
    """Let `app` take questions as JSON, and describe how."""
    router = APIRouter(route_class=_worded_by(reception), tags=["answers"])

    @router.post(
        "/api/ask",
        summary="Ask a question",
        operation_id="ask",
        response_model=AnswerShape,
        response_description="The answer, whatever its outcome.",
        responses={
            status: {"model": Problem, "description": why} for status, why in _REFUSALS.items()
        },
    )
    async def ask(asked: Asked, request: Request) -> Response:
        """Answer one question, said after the earlier ones in `history`. Nothing is kept of it."""
        # The body was read, so what comes next is that the asker leaves.
        line = answer_line(await reception.answer(asked, request.receive))
        return Response(line.encode("utf-8"), media_type="application/json")

    described = get_openapi(
        title="Evidence Desk",
        version=code_version(),
        openapi_version="3.1.0",
        description=_ABOUT,
        routes=router.routes,
    )
    app.include_router(router)
    app.add_api_route("/api/openapi.json", lambda: JSONResponse(described), methods=["GET", "HEAD"])


_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def _worded_by(reception: Reception) -> type[APIRoute]:
    """A route that words each refusal, and repeats nothing of what was sent."""

    class Worded(APIRoute):
        """A route with its refusals in plain words."""

        def get_route_handler(self) -> _Handler:
            """FastAPI's handler, with our words for what goes wrong in it."""
            handle = super().get_route_handler()

            async def handled(request: Request) -> Response:
                if not _is_json(request):
                    return problem(415, reception.refused(Wording("api-not-json")).wording)
                try:
                    return await handle(request)
                except Refused as exc:
                    return problem(exc.status, exc.wording)
                except RequestValidationError as exc:
                    return problem(422, _refusal(reception, exc).wording)
                except HTTPException:  # what JSON libraries choke on, like brackets a thousand deep
                    return problem(422, reception.refused(Wording("api-unreadable")).wording)

            return handled

    return Worded


def _refusal(reception: Reception, exc: RequestValidationError) -> Refused:
    """What is wrong, without the `body` that FastAPI puts before each place."""
    problems = [{**one, "loc": tuple(one["loc"])[1:]} for one in exc.errors()]
    if any(one["type"] == "json_invalid" for one in problems):
        return reception.refused(Wording("api-unreadable"))
    return reception.refusal(problems)  # type: ignore[arg-type]


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json"


def problem(status: int, wording: Wording) -> JSONResponse:
    """A refusal as JSON; with when to ask again, where we are busy."""
    headers = {"retry-after": str(AGAIN)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse({"detail": wording.text}, status_code=status, headers=headers)
