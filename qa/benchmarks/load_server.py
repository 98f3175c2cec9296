"""The real server in a process of its own, on this machine, for a load test: how it is started, and what it holds."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from corpus.errors import SettingsError
from qa.settings import Settings

_STARTS_IN = 180.0  # seconds, with an index to build
# What `evidence-desk serve` does, with settings that do not come from the environment.
_SERVE = """
import json, sys
path, given = map(json.loads, sys.argv[1:])
sys.path[:] = path
from qa.server import serve
from qa.settings import load
serve(load(**given))
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at `address`, as process `pid`."""

    address: str
    pid: int

    def megabytes(self) -> float:
        """The memory that the process holds, as Linux tells it; 0 elsewhere."""
        status = Path(f"/proc/{self.pid}/status")
        told = status.read_text(encoding="utf-8").split() if status.exists() else []
        return int(told[told.index("VmRSS:") + 1]) / 1000 if "VmRSS:" in told else 0.0

    def worked(self) -> float:
        """The seconds of processor time that the process has used, as Linux tells it; 0 elsewhere."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return 0.0
        user, system = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def index(self) -> str | None:
        """The build that it answers from; None while it does not answer."""
        try:
            told = httpx.get(f"{self.address}/readyz", timeout=10)
        except httpx.HTTPError:
            return None
        return str(told.json()["index"]) if told.status_code == httpx.codes.OK else None


@contextmanager
def served(settings: Settings, collection: Path | None = None) -> Iterator[Server]:
    """A server of this collection, that of the settings where left out; stopped in the end, whatever happens.

    The word of this machine on a visitor's address is taken, so that there are many visitors, and each may ask without
    a limit. SettingsError where it does not start.
    """
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    folder = collection or settings.collection
    given = {
        "port": port,
        "collection": str(folder) if folder else None,
        "drafts": settings.drafts,
        "index_root": str(settings.indexes),
        "engine": settings.engine,
        "model": settings.model,
        "trusted_proxies": ["127.0.0.1"],
        "requests_per_minute": 6000,
        "requests_at_once": 1000,
    }
    command = [sys.executable, "-c", _SERVE, json.dumps(sys.path), json.dumps(given)]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,  # noqa: S603 - our own code
    ):
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        try:
            deadline = time.monotonic() + _STARTS_IN
            while server.index() is None:
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    told = (log.read().strip().splitlines() or ["it said nothing"])[-1]
                    raise SettingsError(f"the server did not start: {told}")
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
