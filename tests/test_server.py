"""The server as it is started: by the door, by the command, on a port that is free or not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from index.library import Library
from qa.proxied import Proxied
from qa.server import serve
from qa.settings import PREFIX, load

ROOT = Path(__file__).parent.parent


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield int(one.getsockname()[1])


def _started(*command: str, indexes: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, f"{PREFIX}INDEX_ROOT": str(indexes)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_taken_port_is_told_before_anything_is_loaded(taken: int) -> None:
    """The message names the port and what to do; nothing was announced by then."""
    said: list[str] = []
    with pytest.raises(
        SettingsError, match=f"port {taken} is in use by another program"
    ) as refused:
        serve(load(port=taken), say=said.append)
    assert "--port" in str(refused.value)
    assert [] == said


def test_address_of_another_machine_is_refused() -> None:
    """An address that this machine does not have is told as such."""
    with pytest.raises(SettingsError, match="wanted an address of this machine"):
        serve(load(host="192.0.2.1"))


def test_taken_port_ends_the_command(taken: int, tmp_path: Path) -> None:
    """One line on the screen, no traceback, exit code 1."""
    with _started("-m", "qa", "serve", "--port", str(taken), indexes=tmp_path) as process:
        told, _ = process.communicate(timeout=60)
    assert 1 == process.returncode
    assert [f"evidence-desk: port {taken} is in use by another program"] == [
        line.split(";")[0] for line in told.splitlines()
    ]


def test_door_serves_the_fenced_page(library: Library, indexes: Path, port: int) -> None:
    """`python app.py` says where it is, answers behind the fence, and stops when it is told to."""
    assert library.passages
    with _started("app.py", "--port", str(port), indexes=indexes) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip()]
        while "ready" not in lines[-1] and process.poll() is None:
            lines.append(process.stdout.readline().strip())
        assert f"Evidence Desk is ready: http://127.0.0.1:{port} (Ctrl+C stops it)" == lines[-1], (
            lines
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            assert "default-src 'none'" in page.headers["content-security-policy"]
        form = b"question=does+acupuncture+help+sciatica%3F"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/plain", data=form) as answer:
            assert "outcome-answered" in answer.read().decode()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert 0 == process.returncode
    assert "Stopped." == rest.strip()


def test_door_offers_app_and_demo(
    library: Library, indexes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a server of one's own: `app` is the fenced site, `demo` the page in it, and nothing else is there."""
    import app as door

    assert library.passages
    monkeypatch.setenv(f"{PREFIX}INDEX_ROOT", str(indexes))
    assert isinstance(door.app, Proxied)
    assert "Blocks" == type(door.demo).__name__
    with pytest.raises(AttributeError, match="nothing"):
        _ = door.nothing
