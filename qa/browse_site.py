"""The addresses of the list of studies: the list, and a page for each study."""

from __future__ import annotations

from functools import lru_cache

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from qa.browse import address
from qa.browse_html import list_page
from qa.browse_study import study_page
from qa.guard import NOT_FOUND, READ, Route
from qa.page_frame import message_page
from qa.page_markup import Html
from qa.served import Current, Served
from qa.wording import Wording

ROUTES = (Route(r"/browse(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?", READ),)


def add_to(app: FastAPI, current: Current, *, withhold: bool) -> None:
    """Let `app` serve the list and the studies; with `withhold`, without notes that say too much.

    The list of one build is made once, when it is first asked for, and again when another collection is renamed. Drafts
    are not there.
    """

    @lru_cache(maxsize=1)
    def whole(served: Served, _: Html) -> bytes:
        return list_page(served.shelf, served.frame).encode()

    @app.api_route("/browse", methods=["GET", "HEAD"])
    def every() -> HTMLResponse:
        served = current()
        return HTMLResponse(whole(served, served.frame.neighbours("/browse")))

    @app.api_route("/browse/{name}", methods=["GET", "HEAD"])
    def one(name: str) -> HTMLResponse:
        served = current()
        frame, shelf = served.frame, served.shelf
        study = next((one for one in shelf.studies if address(one) == name), None)
        if study is None:
            missing = Wording("page-not-found-heading"), Wording(NOT_FOUND.name)
            return HTMLResponse(message_page(frame, *missing), status_code=NOT_FOUND.status)
        return HTMLResponse(study_page(study, shelf, frame, withhold=withhold))
