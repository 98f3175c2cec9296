"""What tests share: the real collection, encoder and index, Chromium, and a closed network.

Everything that takes time is made once a session, and only when a test asks for it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # fixtures import what they make, so that a test of one part needs that part only
    from playwright.sync_api import Browser, BrowserContext

    from corpus.catalogue import Catalogue
    from corpus.vocabulary import Vocabulary
    from index.encoder import Encoder
    from index.library import Library

# Fixtures of ours are read-only values, so one of them may serve many examples.
_CALM = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
settings.register_profile(
    "quick", max_examples=50, derandomize=True, deadline=None, suppress_health_check=_CALM
)
settings.register_profile(
    "long", max_examples=1000, deadline=None, print_blob=True, suppress_health_check=_CALM
)
settings.load_profile("quick")  # --hypothesis-profile=long comes after this and wins

_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_HOW_TO_GET_CHROMIUM = (
    "Chromium was not found. On Debian: apt-get install chromium; on Ubuntu: snap install chromium;"
    " elsewhere install Google Chrome."
)
_HOW_TO_GET_PDFTOTEXT = "pdftotext was not found. It reads what is printed; on Debian and Ubuntu: apt-get install poppler-utils."
_HOW_TO_GET_NGINX = (
    "nginx was not found. On Debian and Ubuntu: apt-get install nginx-light openssl."
)
_HOW_TO_GET_SYSTEMD = "systemd-analyze was not found. It checks the unit; on Debian and Ubuntu: apt-get install systemd."
_HOW_TO_SEAL = (
    "No file system can be made read-only for one program here. On Linux it takes unshare and setpriv (util-linux)"
    " and the right to mount: run as root, or allow user namespaces."
)
_HOW_TO_GET = (
    _HOW_TO_GET_CHROMIUM,
    _HOW_TO_GET_PDFTOTEXT,
    _HOW_TO_GET_NGINX,
    _HOW_TO_GET_SYSTEMD,
    _HOW_TO_SEAL,
)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None})  # noqa: S104


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001
    """Settings of whoever runs the tests stay outside, and no model is looked for on the network."""
    for name in [one for one in os.environ if one.startswith("EVIDENCE_DESK_")]:
        del os.environ[name]
    os.environ["HF_HUB_OFFLINE"] = "1"


def _chromium() -> str | None:
    return next((path for path in map(shutil.which, _BROWSERS) if path), None)


def _has_nginx() -> bool:
    places = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin"  # where only root looks
    return all(shutil.which(one, path=places) for one in ("nginx", "openssl"))


def _can_seal() -> bool:
    if not all(map(shutil.which, ("unshare", "setpriv"))):
        return False
    as_root = [] if os.getuid() == 0 else ["--map-root-user"]
    tried = ["unshare", "--mount", *as_root, "mount", "-o", "remount,bind,ro", "/"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def _on_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that takes the encoder is marked `model`, one that takes Chromium `browser`."""
    for item in items:
        taken = set(getattr(item, "fixturenames", ()))
        if taken & {"encoder", "library"}:
            item.add_marker("model")
        if "chromium" in taken:
            item.add_marker("browser")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test without the program that it drives, such as a browser, is left out; on CI it fails.

    What the machine forbids is left out there too, since nothing could be installed against it.
    """
    for missing in _missing(item):
        if _on_ci() and missing != _HOW_TO_SEAL:
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)


def _missing(item: pytest.Item) -> Iterator[str]:
    if item.get_closest_marker("browser") is not None and _chromium() is None:
        yield _HOW_TO_GET_CHROMIUM
    if "pdftotext" in getattr(item, "fixturenames", ()) and shutil.which("pdftotext") is None:
        yield _HOW_TO_GET_PDFTOTEXT
    if item.get_closest_marker("nginx") is not None and not _has_nginx():
        yield _HOW_TO_GET_NGINX
    if item.get_closest_marker("systemd") is not None and shutil.which("systemd-analyze") is None:
        yield _HOW_TO_GET_SYSTEMD
    if item.get_closest_marker("sealing") is not None and not _can_seal():
        yield _HOW_TO_SEAL


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly which tests were left out for want of a program, and how to get it."""
    skipped = terminalreporter.getreports("skipped")
    for missing in _HOW_TO_GET:
        left_out = [one for one in skipped if missing in str(one.longrepr)]
        if left_out:
            terminalreporter.section("TESTS LEFT OUT", sep="!", red=True, bold=True)
            for report in left_out:
                terminalreporter.line(f"not run: {report.nodeid}", red=True)
            terminalreporter.line(missing, red=True)


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Nothing in this process reaches, or looks up, another machine."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: tuple[object, ...] | str) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in _LOOPBACK:
            raise AssertionError(f"a connection to {address!r} was tried; wanted none")
        connect(self, address)

    def guarded_look_up(host: object, *args: object, **options: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOOPBACK:
            raise AssertionError(f"the address of {host!r} was looked up; wanted none")
        return look_up(host, *args, **options)  # type: ignore[arg-type]

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped collection."""
    from corpus.catalogue import load_catalogue

    return load_catalogue()


@pytest.fixture(scope="session")
def vocabulary(catalogue: Catalogue) -> Vocabulary:
    """The shipped vocabulary."""
    return catalogue.vocabulary


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The packaged encoder."""
    from index.encoder import load_encoder

    return load_encoder(None)


@pytest.fixture(scope="session")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that built indexes go to; shared, so that each is built once."""
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture(scope="session")
def library(catalogue: Catalogue, indexes: Path, encoder: Encoder) -> Library:
    """The shipped collection with its index, built with the packaged encoder."""
    from index.build import ensure

    return ensure(catalogue, indexes, encoder)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; tests that take it are left out where there is none."""
    found = _chromium()
    assert found is not None, _HOW_TO_GET_CHROMIUM
    return found


@pytest.fixture(scope="session")
def pdftotext() -> str:
    """The path of the program that reads the text of a PDF."""
    found = shutil.which("pdftotext")
    assert found is not None, _HOW_TO_GET_PDFTOTEXT
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests of a file; two of Playwright's own loops cannot run side by side."""
    from playwright.sync_api import sync_playwright

    from qa.screenshots import BROWSER_FLAGS

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        yield made
        made.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who was never here."""
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    made.set_default_timeout(15_000)
    yield made
    made.close()
