"""The server: opens what is needed, serves the site, and says so in plain words.

`python app.py` and `evidence-desk serve` both come through here. What is served is `page_site`'s matter,
which is imported late: Gradio takes some seconds, and the port should be tried before them.
"""

from __future__ import annotations

import errno
import gc
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp

from corpus.errors import SettingsError
from corpus.memory import give_back, share_one_heap
from corpus.review_days import reminder
from corpus.standing import today
from index.library import Library
from qa.answer import Answer
from qa.choices import NO_CHOICES, Choices
from qa.connections import Connection
from qa.conversation import Ask
from qa.gate import STAFF
from qa.guard import HEAD_LIMIT
from qa.live import Follower, following
from qa.pipeline import ask
from qa.probes import rehearsal
from qa.settings import PREFIX, Settings
from qa.sources import Source, sources

if TYPE_CHECKING:
    from index.encoder import Encoder
    from qa.neighbours import Neighbours
    from qa.page_site import Site

Say = Callable[[str], None]
_SILENCE = 1.0  # seconds of work that pass without a word


def opened(
    settings: Settings,
    source: Source | None = None,
    *,
    encoder: Encoder | None = None,
    say: Say | None = None,
) -> Library:
    """The library of a source, the one at `/` where left out; its index is built first where it is missing or stale.

    Work of some seconds is reported now and then to `say`. The `encoder` is that of the settings where left out.
    """
    from index.build import ensure
    from qa.encoders import serving_encoder

    last = time.monotonic()

    def progress(done: int, total: int, what: str) -> None:
        nonlocal last
        if say is not None and time.monotonic() - last > _SILENCE:
            last = time.monotonic()
            say(f"Building the index: {done} of {total} {what}")

    catalogue = (source or sources(settings)[0]).load()
    return ensure(
        catalogue, settings.indexes, encoder or serving_encoder(settings), progress=progress
    )


def all_opened(
    settings: Settings, encoder: Encoder | None = None, *, say: Say | None = None
) -> list[tuple[Source, Library]]:
    """Every source of the settings with its library; they share one model."""
    from qa.encoders import serving_encoder

    one = encoder or serving_encoder(settings)
    return [(each, opened(settings, each, encoder=one, say=say)) for each in sources(settings)]


def open_site(
    settings: Settings,
    library: Library,
    source: Source | None = None,
    neighbours: Neighbours | None = None,
) -> Site:
    """The fenced site that answers from `library`, ready to answer quickly by the time it is there.

    As long as it is served it follows its `source`, where the settings say so; left out, that is the one at `/`.
    """
    from qa.page_site import fenced

    asked = _warm(settings, library)
    of = source or sources(settings)[0]
    beside = [partial(_follow, settings, library, of)] if settings.follow else []
    return fenced(
        settings,
        library.catalogue,
        asked,
        beside=beside,
        short=of.short,
        neighbours=neighbours,
    )


def open_all(settings: Settings, opened: Sequence[tuple[Source, Library]]) -> Site:
    """The sites of all sources as one, in their order; the first is at `/`."""
    from qa.neighbours import Neighbours
    from qa.page_site import rules
    from qa.side_by_side import side_by_side

    among = Neighbours.alone(rules(settings))
    return side_by_side([open_site(settings, library, of, among) for of, library in opened])


def _warm(settings: Settings, library: Library) -> Ask:
    """What answers from `library`, asked once: that loads the model and reads all rules before the first visitor."""

    def asked(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        return ask(question, library, earlier, desk=settings.desk, choices=choices)

    asked(rehearsal(library.catalogue), (), NO_CHOICES)
    return asked


async def _follow(settings: Settings, library: Library, source: Source, site: Site) -> None:
    """Let the site follow its source for ever; the model is the one that is loaded already."""
    from index.build import ensure

    def newest() -> Library:
        return ensure(source.load(), settings.indexes, library.encoder)

    def show(newer: Library) -> None:
        site.show(newer.catalogue, _warm(settings, newer))

    await following(Follower(library, newest, show, site.current.troubled))()


def serve(settings: Settings, *, say: Say | None = None) -> None:
    """Serve the page until it is stopped, and say where it is as soon as it answers.

    SettingsError where the port is taken. Messages go to `say`; to the terminal where it is left out.
    """
    share_one_heap()
    tell = say or _tell
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    if settings.log_questions:
        logging.getLogger("qa").setLevel(logging.INFO)
    # The port comes first: nobody should wait for an index and then hear that it is taken.
    with _listening(settings) as door:
        tell("Starting Evidence Desk. This takes a few seconds.")
        found = all_opened(settings, say=tell)
        for folder in dict.fromkeys(each for one, _ in found for each in one.folders):
            due = reminder(folder, today())
            if due is not None:
                tell(due)
        ready = _ready(settings, found)

        def started() -> None:
            gc.collect()  # which loading has put off
            give_back()
            tell(ready)

        server = _Server(_uvicorn(open_all(settings, found).app), started)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[door])
    tell("Stopped.")


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """The application served from a thread on a free port of this machine, as its address."""
    ready = threading.Event()
    server = _Server(_uvicorn(app), ready.set)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            if not ready.wait(30):
                raise SettingsError(
                    "the server did not start in 30 seconds; wanted a quieter machine"
                )
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host.strip("[]"), settings.port), family=family)
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {settings.port} is in use by another program; wanted a free one: "
                f"choose it with --port or {PREFIX}PORT"
            ) from exc
        raise SettingsError(
            f"{settings.host}:{settings.port} cannot be listened on ({exc.strerror}); "
            f"wanted an address of this machine in {PREFIX}HOST and a port that this user may open"
        ) from exc


def _uvicorn(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        log_level="warning",
        access_log=False,  # addresses of visitors have no business in a log either
        server_header=False,
        date_header=True,
        proxy_headers=False,  # the site reads them itself, whichever server runs it
        h11_max_incomplete_event_size=HEAD_LIMIT,
        timeout_graceful_shutdown=2,
        limit_concurrency=500,
        ws="none",
    )


class _Server(uvicorn.Server):
    """A server that tells when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()


def _ready(settings: Settings, found: Sequence[tuple[Source, Library]] = ()) -> str:
    """What is said as soon as the page answers."""
    beside = "".join(
        f"\n{library.catalogue.name}: {settings.address}{source.prefix}/"
        for source, library in found[1:]
    )
    ready = f"Evidence Desk is ready: {settings.address} (Ctrl+C stops it)"
    return f"{_staff(settings)}{beside}\n{ready}"


def _staff(settings: Settings) -> str:
    """Whether the pages for staff are on; what would make them so, or what is dangerous about them."""
    if not settings.sign_in.is_on:
        return (
            f"The pages for staff are off. To switch them on, set {PREFIX}STAFF_PASSWORD "
            "to 12 characters or more."
        )
    on = f"The pages for staff are on: {settings.address}{STAFF}"
    if settings.is_local or settings.trusted_proxies:
        return on
    return (
        f"{on}\nTake care: without https in front, passwords cross the network in clear text. "
        f"Put a proxy in front and name it in {PREFIX}TRUSTED_PROXIES."
    )


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
