"""The files of the page: style sheets as one, scripts, the operator's colours and the icon."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import Response

from qa.guard import READ, Route

_CSS = "text/css; charset=utf-8"
_SCRIPTS = ("page.js", "kept.js", "turn.js")
_STATIC = files("qa").joinpath("page_static")

ROUTES = (
    Route(r"/(?:(?:page|kept|turn)\.js|(?:page|accent)\.css)", READ, kept=True),
    Route(r"/favicon\.(?:ico|svg)", READ),
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of the page, with an address that changes when it does."""

    path: str
    body: bytes
    kind: str

    @property
    def address(self) -> str:
        """Its path with its version."""
        return f"{self.path}?v={hashlib.sha256(self.body).hexdigest()[:12]}"


@cache
def static(name: str, kind: str) -> File:
    """A file of `page_static`, under its own name."""
    return File(f"/{name}", _STATIC.joinpath(name).read_bytes(), kind)


def script(name: str) -> File:
    """A script of `page_static`."""
    return static(name, "text/javascript; charset=utf-8")


def scripts() -> tuple[File, ...]:
    """The scripts of the page, in the order in which they run."""
    return tuple(map(script, _SCRIPTS))


@cache
def _style() -> File:
    """The sheets of `page_static/css` as one, in the order of their names."""
    sheets = sorted(_STATIC.joinpath("css").iterdir(), key=lambda one: one.name)
    body = b"\n".join(one.read_bytes() for one in sheets if one.name.endswith(".css"))
    return File("/page.css", body, _CSS)


@dataclass(frozen=True, slots=True)
class Files:
    """All files of the page, with the style sheet of the operator's colours."""

    colours: str

    @property
    def style_sheets(self) -> tuple[File, ...]:
        """Ours, and the one with the operator's colours."""
        return (_style(), File("/accent.css", self.colours.encode(), _CSS))

    def add_to(self, app: FastAPI) -> None:
        """Let `app` serve them all."""
        icon = static("favicon.svg", "image/svg+xml")
        serve(app, (*self.style_sheets, *scripts(), icon))
        app.add_api_route("/favicon.ico", partial(_sent, icon), methods=["GET", "HEAD"])


def serve(app: FastAPI, files: Iterable[File]) -> None:
    """Let `app` serve each file at its path."""
    for file in files:
        app.add_api_route(file.path, partial(_sent, file), methods=["GET", "HEAD"])


async def _sent(file: File) -> Response:
    return Response(file.body, media_type=file.kind)
