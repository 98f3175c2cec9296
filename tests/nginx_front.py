"""Debian's nginx with the site file that is shipped, run by nobody in particular on free ports of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

SITE = Path(__file__).parent.parent / "deploy" / "nginx.conf"
NAME = "desk.clinic.example"
_NOBODY = 65534
# What Debian's own nginx.conf puts around a site, with all that is written in one folder.
_AROUND = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 256; }}
http {{
    default_type application/octet-stream;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Front:
    """An nginx that runs: where it is, and all that it writes."""

    folder: Path
    port: int  # of TLS
    plain_port: int
    trust: ssl.SSLContext

    @property
    def address(self) -> str:
        """Where visitors come to."""
        return f"https://localhost:{self.port}"

    def visitor(self, address: str = "127.0.0.1") -> httpx.Client:
        """A visitor whose requests come from that address of this machine."""
        line = httpx.HTTPTransport(verify=self.trust, local_address=address)
        return httpx.Client(base_url=self.address, transport=line, timeout=60)


@contextmanager
def front(upstream: str) -> Iterator[Front]:
    """The shipped site before the server at `upstream`, like http://127.0.0.1:7860."""
    folder = Path(tempfile.mkdtemp(prefix="nginx-"))
    try:
        made = Front(folder, _free_port(), _free_port(), _certified(folder))
        (folder / "site.conf").write_text(_site(made, upstream), encoding="utf-8")
        (folder / "nginx.conf").write_text(_AROUND.format(folder=folder), encoding="utf-8")
        _give_away(folder)
        with _started(folder) as server:
            try:
                _wait(made, server)
                yield made
            finally:
                server.terminate()
    finally:
        shutil.rmtree(folder)


def _site(made: Front, upstream: str) -> str:
    """The shipped file, with this machine's ports and folders in the place of a server's."""
    text = SITE.read_text(encoding="utf-8")
    for old, new, times in (
        ("listen 80;", f"listen 127.0.0.1:{made.plain_port};", 1),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{made.port} ssl http2;", 1),
        ("listen [::]:80;", "", 1),  # not every machine that tests has the newer addresses
        ("listen [::]:443 ssl http2;", "", 1),
        ("server 127.0.0.1:7860;", f"server {upstream.removeprefix('http://')};", 1),
        (f"/etc/letsencrypt/live/{NAME}", str(made.folder), 2),
        ("/var/log/nginx", str(made.folder), 1),
        ("/var/www/html", str(made.folder / "html"), 1),
        (f"server_name {NAME};", "server_name localhost;", 2),
        (f"https://{NAME}$", "https://localhost$", 1),
    ):
        assert times == text.count(old), old
        text = text.replace(old, new)
    return text


def _certified(folder: Path) -> ssl.SSLContext:
    """A certificate of our own in `folder`, and what trusts it."""
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [
            *words.split(),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return ssl.create_default_context(cafile=folder / "fullchain.pem")


def _give_away(folder: Path) -> None:
    """Let the server's user own its folder, where root runs the tests."""
    if os.getuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, _NOBODY, _NOBODY)


def _started(folder: Path) -> subprocess.Popen[bytes]:
    nobody = _NOBODY if os.getuid() == 0 else None
    command = [_nginx(), "-p", str(folder), "-e", f"{folder}/errors", "-c", f"{folder}/nginx.conf"]
    return subprocess.Popen(command, user=nobody, group=nobody, extra_groups=[] if nobody else None)


def _nginx() -> str:
    return shutil.which("nginx") or "/usr/sbin/nginx"  # which other users have in no PATH


def _wait(made: Front, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, (made.folder / "errors").read_text(encoding="utf-8")
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", made.port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx did not listen")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])
