"""The door: `python app.py` serves the page, the same fenced server as `evidence-desk serve`.

For a server of one's own there are `app`, the fenced ASGI application, and `demo`, the Gradio page inside it,
without the fence. Both are built from the settings when they are first asked for. Start it with
`uvicorn app:app --no-proxy-headers --no-server-header`: the application itself reads what proxies say, and must
know who is really at the other end.
"""

from __future__ import annotations

import sys
from functools import cache

from qa import cli, server, settings


@cache
def _site() -> object:
    chosen = settings.load()
    return server.open_all(chosen, server.all_opened(chosen))


def __getattr__(name: str) -> object:
    if name in {"app", "demo"}:
        return getattr(_site(), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if __name__ == "__main__":
    sys.argv.insert(1, "serve")
    cli.main()
