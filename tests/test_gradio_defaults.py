"""Gradio's defaults that would hurt here are off, behind the fence too, and stay off with the next Gradio."""

from __future__ import annotations

import asyncio
import inspect
import os
import re
from collections.abc import Iterator
from types import ModuleType
from typing import cast

import gradio as gr  # noqa: TID253 - this file is about Gradio
import pytest
from gradio import queueing  # noqa: TID253
from starlette.testclient import TestClient

from corpus.catalogue import Catalogue
from qa.page import AT_ONCE, SESSIONS, WAITING, forget
from qa.page_site import Site, fenced
from qa.settings import load
from tests.made_answers import asked

QUIET = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def site(catalogue: Catalogue) -> Site:
    """The site as it is served."""
    return fenced(load(), catalogue, asked(catalogue))


@pytest.fixture(scope="module")
def blocks(site: Site) -> gr.Blocks:
    """The Gradio page of it."""
    return cast(gr.Blocks, site.demo)


@pytest.fixture(scope="module")
def unfenced(site: Site) -> Iterator[TestClient]:
    """The site without its fence: what Gradio itself would answer."""
    with TestClient(site.inside, base_url=QUIET) as client:
        yield client


def _config(client: TestClient) -> dict[str, object]:
    config: dict[str, object] = client.get("/config").json()
    return config


def _components(client: TestClient) -> list[dict[str, object]]:
    return cast(list[dict[str, object]], _config(client)["components"])


def _join(client: TestClient) -> None:
    body = {"data": ["hip", "[]"], "fn_index": 0, "session_hash": "abc"}
    assert 200 == client.post("/gradio_api/queue/join", json=body).status_code
    assert "process_completed" in client.get("/gradio_api/queue/data?session_hash=abc").text


def test_no_run_history(blocks: gr.Blocks, unfenced: TestClient) -> None:
    """Questions and answers are not written into the visitor's browser storage."""
    assert blocks.run_history is False
    assert _config(unfenced).get("run_history") is False


def test_visitors_are_forgotten(blocks: gr.Blocks, unfenced: TestClient) -> None:
    """Gradio keeps a visitor's last question and answer; ours are dropped soon, and few at most."""
    assert SESSIONS == blocks.state_session_capacity == blocks.state_holder.capacity
    _join(unfenced)
    assert "abc" in blocks.state_holder.session_data

    async def a_while() -> None:
        task = asyncio.create_task(forget(blocks, every=0.01, after=0.02))
        await asyncio.sleep(0.2)
        task.cancel()

    asyncio.run(a_while())
    assert {} == dict(blocks.state_holder.session_data) == blocks.state_holder.time_last_used
    _join(unfenced)  # and the page of a forgotten visitor still works


def test_no_state_is_held_for_visitors(unfenced: TestClient) -> None:
    """There is no State component, so nothing outlives a closed tab."""
    assert "state" not in {one["type"] for one in _components(unfenced)}


def test_components_are_these_only(unfenced: TestClient) -> None:
    """No chatbot, no raw HTML, no files, no dropdowns: text areas, a box, a button, and the API's values."""
    kinds = {one["type"] for one in _components(unfenced)}
    assert {"markdown", "textbox", "button", "column", "form", "api"} == kinds


def test_markdown_is_sanitised_and_free_of_formulas(unfenced: TestClient) -> None:
    """Behind our escaping, Gradio's own sanitising stays on; no text is read as LaTeX."""
    for one in _components(unfenced):
        if one["type"] == "markdown":
            props = cast(dict[str, object], one["props"])
            assert props["sanitize_html"] is True
            assert [] == props["latex_delimiters"]


def test_files_cannot_be_sent_or_fetched(blocks: gr.Blocks) -> None:
    """Uploads are cut off after one byte, and no folder is served; the fence blocks both routes."""
    assert 1 == blocks.max_file_size
    assert [] == blocks.allowed_paths


@pytest.mark.parametrize("path", ["run/answered", "api/answered", "run/predict"])
def test_queue_cannot_be_passed_by(path: str, unfenced: TestClient) -> None:
    """The direct routes, which know no queue and no limits, are closed."""
    body = {"data": ["hip", "[]"], "fn_index": 0}
    assert 404 == unfenced.post(f"/gradio_api/{path}", json=body).status_code


def test_events_are_limited_and_the_page_s_is_private(blocks: gr.Blocks) -> None:
    """The page's event is no public API; it and the API run a few times at once and wait in a short line."""
    page, api = blocks.fns.values()
    assert ("private", "public") == (page.api_visibility, api.api_visibility)
    assert WAITING == blocks._queue.max_size
    assert AT_ONCE == blocks._queue.default_concurrency_limit
    for event in (page, api):
        assert AT_ONCE == event.concurrency_limit
        assert event.queue is not False
        assert getattr(event, "validator", None) is None  # with one, the line has no end


def test_event_runs_no_script(unfenced: TestClient) -> None:
    """Script texts would need `unsafe-eval`."""
    events = cast(list[dict[str, object]], _config(unfenced)["dependencies"])
    assert [None] * len(events) == [one.get("js") for one in events]
    assert not _config(unfenced).get("js")


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "desk.clinic.example"])
def test_no_origin_is_let_in(host: str, unfenced: TestClient) -> None:
    """Gradio echoes every origin with credentials on a public host; ours lets none in."""
    sent = {"host": host, "origin": "https://evil.example"}
    headers = unfenced.get("/config", headers=sent).headers
    assert "access-control-allow-origin" not in headers
    assert "access-control-allow-credentials" not in headers


def test_errors_and_figures_are_not_public(blocks: gr.Blocks, unfenced: TestClient) -> None:
    """What went wrong inside, and how much was asked, is not told."""
    assert blocks.show_error is False
    assert blocks.enable_monitoring is False
    assert 200 != unfenced.get("/monitoring/summary").status_code


def test_nothing_calls_home(blocks: gr.Blocks) -> None:
    """No telemetry; that no address was looked up is watched over all tests."""
    assert blocks.analytics_enabled is False
    assert "False" == os.environ["GRADIO_ANALYTICS_ENABLED"]


def test_books_are_small(blocks: gr.Blocks) -> None:
    """The figures that Gradio computes after each event are over a few events only."""
    assert 50 == blocks._queue.ANALYTICS_MAX_EVENTS
    assert "1000" == os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"]


@pytest.mark.parametrize(
    "name", ["SHARE", "VIBE_MODE", "HISTORY_BUCKET", "ALLOWED_PATHS", "MCP_SERVER", "SSR_MODE"]
)
def test_environment_turns_nothing_on(name: str) -> None:
    """A variable that happens to be set opens nothing."""
    assert f"GRADIO_{name}" not in os.environ


def test_nothing_else_is_served(blocks: gr.Blocks) -> None:
    """No app manifest, no server-side rendering, no links below the page, no share."""
    assert not blocks.pwa
    assert not blocks.ssr_mode
    assert not blocks.share
    assert [] == blocks.footer_links


def test_tool_server_can_be_left_out(catalogue: Catalogue) -> None:
    """Where the operator turns it off, Gradio's tool server is not even made."""
    site = fenced(load(mcp=False), catalogue, asked(catalogue))
    assert cast(gr.Blocks, site.demo).mcp_server_obj is None
    with TestClient(site.app, base_url=QUIET) as client:
        assert 404 == client.post("/gradio_api/mcp/", json={}).status_code


def test_queue_prints_through_the_module_that_is_replaced() -> None:
    """What Gradio prints of a failed event quotes the question; it prints with one function, which ours stands for."""
    source = inspect.getsource(queueing)
    assert {"print_exc"} == set(re.findall(r"\btraceback\.(\w+)", source))
    assert not isinstance(queueing.traceback, ModuleType)  # type: ignore[attr-defined]


def test_fonts_are_those_of_the_system(unfenced: TestClient) -> None:
    """The theme fetches no font, from here or elsewhere."""
    theme = unfenced.get("/theme.css").text
    assert "@font-face" not in theme
    assert "system-ui" in theme


def test_config_names_no_other_host(unfenced: TestClient) -> None:
    """What the page is made of holds no address elsewhere."""
    found = re.findall(r"https?://[\w.-]+", unfenced.get("/config").text)
    assert [QUIET.rsplit(":", 1)[0]] * len(found) == found


def test_gradio_is_the_one_that_was_tried() -> None:
    """Forgetting visitors leans on Gradio's inside, so a new minor version needs a look first."""
    assert gr.__version__.startswith("6.31.")
