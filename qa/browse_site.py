"""The addresses of the list of studies: the list, and a page for each study."""

from __future__ import annotations

from functools import cache

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from corpus.catalogue import Catalogue
from qa.browse import address, published
from qa.browse_html import list_page
from qa.browse_study import study_page
from qa.guard import NOT_FOUND, READ, Route
from qa.page_frame import Frame, message_page
from qa.wording import Wording

ROUTES = (Route(r"/browse(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?", READ),)


def add_to(app: FastAPI, catalogue: Catalogue, frame: Frame, *, withhold: bool) -> None:
    """Let `app` serve the list and the studies; with `withhold`, without notes that say too much.

    The list is made once, when it is first asked for. Drafts are not there.
    """
    shelf = published(catalogue)
    studies = {address(one): one for one in shelf.studies}

    @cache
    def whole() -> bytes:
        return list_page(shelf, frame).encode()

    @app.api_route("/browse", methods=["GET", "HEAD"])
    def every() -> HTMLResponse:
        return HTMLResponse(whole())

    @app.api_route("/browse/{name}", methods=["GET", "HEAD"])
    def one(name: str) -> HTMLResponse:
        study = studies.get(name)
        if study is None:
            missing = Wording("page-not-found-heading"), Wording(NOT_FOUND.name)
            return HTMLResponse(message_page(frame, *missing), status_code=NOT_FOUND.status)
        return HTMLResponse(study_page(study, shelf, frame, withhold=withhold))
