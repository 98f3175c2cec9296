"""Visitors of a load test: each asks as other software does, or as the page does, and reads what came of it.

They ask this machine only. What they read is kept as figures, not as text.
"""

from __future__ import annotations

import html
import ipaddress
import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import httpx

from corpus.errors import SettingsError
from qa.benchmarks.load_steps import Way
from qa.wording import Wording

_PATIENCE = 30.0  # seconds until a visitor gives up; the page does after 20
_MOST = 1000  # connections
_IDLE = 2.0  # seconds until one that is not used is closed, before the server does it while a question is sent
STATE = re.compile(r"\(state (\d+)\)")  # what `load_states` writes into titles


class End(StrEnum):
    """How a question ends."""

    ANSWERED = "answered"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a question: the receipt of the answer, and the states of the collection that it shows."""

    end: End
    receipt: str | None = None
    states: frozenset[str] = frozenset()
    why: str = ""  # what failed


def local(address: str) -> str:
    """The address, which must be one of this machine: a load test is no weapon. SettingsError else."""
    host = urlsplit(address).hostname or ""
    try:
        is_local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_local = False
    if not is_local:
        raise SettingsError(
            f"{address} is not an address of this machine; wanted one like http://127.0.0.1:7860: "
            "load is put on one's own server only"
        )
    return address


@dataclass(slots=True)
class Visitors:
    """All who ask one server; `asks` is one question of one of them."""

    address: str
    client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        limits = httpx.Limits(
            max_connections=_MOST, max_keepalive_connections=_MOST, keepalive_expiry=_IDLE
        )
        self.client = httpx.AsyncClient(
            base_url=local(self.address), timeout=_PATIENCE, limits=limits, trust_env=False
        )

    async def asks(self, way: Way, visitor: int, question: str) -> Heard:
        """What came of a question of the visitor with this number."""
        headers = {"x-forwarded-for": str(ipaddress.IPv4Address(0x0A000000 + visitor % 0xFFFFFF))}
        try:
            if way is Way.API:
                return await self._by_api(question, headers)
            return await self._by_page(question, f"load{visitor}", headers)
        except (httpx.HTTPError, ValueError, LookupError) as exc:
            return Heard(End.FAILED, why=type(exc).__name__)

    async def _by_api(self, question: str, headers: dict[str, str]) -> Heard:
        answer = await self.client.post("/api/ask", json={"question": question}, headers=headers)
        if answer.status_code != httpx.codes.OK:
            return _not_answered(answer.status_code)
        return Heard(End.ANSWERED, answer.json()["receipt"]["id"], states_in(answer.text))

    async def _by_page(self, question: str, session: str, headers: dict[str, str]) -> Heard:
        body = {"data": [question, "{}"], "fn_index": 0, "session_hash": session}
        joined = await self.client.post("/gradio_api/queue/join", json=body, headers=headers)
        if joined.status_code != httpx.codes.OK:
            return _not_answered(joined.status_code)
        event = joined.json()["event_id"]
        where = {"session_hash": session}
        async with self.client.stream(
            "GET", "/gradio_api/queue/data", params=where, headers=headers
        ) as stream:
            if stream.status_code != httpx.codes.OK:
                return _not_answered(stream.status_code)
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                told = json.loads(line.removeprefix("data:"))
                if told["msg"] == "process_completed" and told["event_id"] == event:
                    return _shown(told)
        return Heard(End.FAILED, why="no end")


def _shown(told: dict[str, Any]) -> Heard:
    """What the page shows at the end of an event: a turn with its receipt, or a status only."""
    if not told["success"]:
        return Heard(End.FAILED, why="event failed")
    turn, _, status = told["output"]["data"]
    if isinstance(turn, str):
        text = html.unescape(turn)
        receipt = re.search(r'class="number"[^>]*>\s*([0-9a-f]{12})', text)
        return Heard(End.ANSWERED, receipt[1] if receipt else None, states_in(text))
    crowded = Wording("page-problem-crowded").text in html.unescape(status)
    return Heard(End.BUSY) if crowded else Heard(End.FAILED, why="refused")


def _not_answered(status: int) -> Heard:
    if status == httpx.codes.SERVICE_UNAVAILABLE:
        return Heard(End.BUSY)
    return Heard(End.FAILED, why=f"status {status}")


def states_in(text: str) -> frozenset[str]:
    """The states of the collection that a text tells of."""
    return frozenset(STATE.findall(text))
