"""Counts: each question once, whatever door it came through; kept, shown and told without a word of it."""

from __future__ import annotations

import json
import logging
import os
import stat
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue import Catalogue, load_catalogue
from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Outcome, Understood
from qa.choices import NO_CHOICES, Choices
from qa.cli import app as commands
from qa.counting import BOUNDS, OTHER, Count, Counts, CountsError, Tally, missing, read, saved
from qa.gaps import FEWEST, Gap, gaps
from qa.gaps_html import gaps_html
from qa.page_site import fenced
from qa.settings import PREFIX, load
from tests.made_answers import answer, answers, asked
from tests.page_tree import Node, tree
from tests.signing_in import PASSWORD, SIGNED_IN

HERE = "http://127.0.0.1"
DAY = date(2026, 11, 2)
TOKEN = "open-sesame"  # noqa: S105 - of the tests


def _tally(*counts: tuple[str, Outcome, int]) -> Tally:
    return Tally(DAY, {(Count.GAP.value, concept, outcome): n for concept, outcome, n in counts})


def _client(catalogue: Catalogue, peer: str = "127.0.0.1", **chosen: object) -> TestClient:
    settings = load(**{"requests_per_minute": 6000, "requests_at_once": 1000, **chosen})
    app = fenced(settings, catalogue, asked(catalogue)).app
    return TestClient(app, base_url=HERE, client=(peer, 1))


def _figures(client: TestClient, **headers: str) -> dict[tuple[str, ...], float]:
    """Every figure, by its name and the values of its labels."""
    text = client.get("/metrics", headers=headers).text
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


# --- what is counted


def test_every_door_counts_once(catalogue: Catalogue) -> None:
    """The page, the simple page, the API, Gradio's API and the tool each add one to the outcome."""
    sent = {"accept": "application/json, text/event-stream"}
    call = {"name": "ask", "arguments": {"question": "hip"}}
    with _client(catalogue) as client:
        body = {"data": ["hip", "[]"], "fn_index": 0, "session_hash": "abc"}
        client.post("/gradio_api/queue/join", json=body)
        assert "process_completed" in client.get("/gradio_api/queue/data?session_hash=abc").text
        client.post("/plain", data={"question": "hip"})
        client.post("/api/ask", json={"question": "hip"})
        event = client.post("/gradio_api/call/ask", json={"data": ["hip", None, None]}).json()
        assert "complete" in client.get(f"/gradio_api/call/ask/{event['event_id']}").text
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        assert "answered" in client.post("/gradio_api/mcp/", json=message, headers=sent).text
        figures = _figures(client)
    assert 5 == figures["evidence_desk_answers_total", "answered"]
    assert 5 == figures["evidence_desk_answer_seconds_count",]
    assert 5 == figures["evidence_desk_answer_seconds_bucket", "+Inf"]


def test_refusals_are_counted_by_their_wording(catalogue: Catalogue) -> None:
    """Too long, empty, too often: each under the wording that was shown, from the page and the API alike."""
    with _client(catalogue, requests_per_minute=1, requests_at_once=3) as client:
        client.post("/plain", data={"question": "x" * 501})
        client.post("/api/ask", json={"question": "x" * 501})
        client.post("/plain", data={"question": " "})
        client.post("/api/ask", json={"question": "hip"})
        figures = _figures(client)
    assert 2 == figures["evidence_desk_refusals_total", "page-problem-long"]
    assert 1 == figures["evidence_desk_refusals_total", "page-problem-empty"]
    assert 1 == figures["evidence_desk_refusals_total", "page-problem-often"]
    assert not any(name == "evidence_desk_answers_total" for name, *_ in figures)


def test_failures_are_counted(catalogue: Catalogue) -> None:
    """A question that ends in an error is no answer, and is seen."""

    def broken(question: str, _: Sequence[str], __: Choices) -> Answer:
        raise RuntimeError(question)

    app = fenced(load(), catalogue, broken).app
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 1)) as client:
        client.post("/api/ask", json={"question": "hip"})
        assert 1 == _figures(client)["evidence_desk_failures_total",]


@pytest.mark.parametrize(
    ("outcome", "conditions", "treatments", "wanted"),
    [
        (Outcome.ANSWERED, ("sciatica",), ("acupuncture",), ()),
        (Outcome.URGENT, (), (), ()),
        (Outcome.ASK_PRACTITIONER, ("migraine",), (), ()),
        (Outcome.NOT_IN_COLLECTION, ("migraine",), ("acupuncture",), ("migraine",)),
        (Outcome.NOT_IN_COLLECTION, ("migraine", "asthma"), (), ("migraine", "asthma")),
        (Outcome.NOT_IN_COLLECTION, ("sciatica",), ("surgery",), ("surgery",)),
        (Outcome.NOT_IN_COLLECTION, (), ("acupuncture",), (OTHER,)),
        (Outcome.NOT_IN_COLLECTION, (), (), (OTHER,)),
        (Outcome.NOT_REPORTED, ("sciatica",), ("acupuncture",), ("sciatica",)),
        (Outcome.NOT_REPORTED, (), ("acupuncture",), ("acupuncture",)),
    ],
)
def test_gap_is_what_was_not_found(
    outcome: Outcome,
    conditions: tuple[str, ...],
    treatments: tuple[str, ...],
    wanted: tuple[str, ...],
    catalogue: Catalogue,
) -> None:
    """Of "acupuncture for migraine" the migraine is missing, not acupuncture, which the collection has."""
    understood = Understood(conditions=conditions, treatments=treatments)
    assert wanted == missing(answer(catalogue, "?", outcome, understood=understood), catalogue)


def test_threads_lose_no_count() -> None:
    """Eight threads that count a thousand times each count eight thousand."""
    counts = Counts()

    def many() -> None:
        for _ in range(1000):
            counts.add(Count.FAILED)
            counts.took(0.03)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    tally = counts.tally()
    assert {(Count.FAILED.value,): 8000} == tally.counts
    assert (0, 0, 8000, 0, 0, 0, 0, 0, 0, 0) == tally.seconds.counts


@given(st.lists(st.floats(min_value=0, max_value=100), max_size=30))
def test_time_falls_into_its_bucket(seconds: list[float]) -> None:
    """As many answers took at most a bound as the counts up to it say."""
    counts = Counts()
    for one in seconds:
        counts.took(one)
    told = counts.tally().seconds
    for place, bound in enumerate(BOUNDS):
        assert sum(one <= bound for one in seconds) == sum(told.counts[: place + 1])
    assert len(seconds) == sum(told.counts)


# --- the file


def test_counts_outlive_the_server(catalogue: Catalogue, tmp_path: Path) -> None:
    """What was counted is written when the server stops, for its owner's eyes, and goes on from there."""
    file = tmp_path / "counts.json"
    for round_ in (1, 2):
        with _client(catalogue, counts_file=file) as client:
            client.post("/api/ask", json={"question": "migraine, my secret"})
        told = dict(read(file).counts)
        assert round_ == told["outcome", "not_in_collection"]
        assert round_ == told["concept", "acupuncture", "not_in_collection"]
        assert round_ == told["gap", "other", "not_in_collection"]
    assert "secret" not in file.read_text(encoding="utf-8")
    assert [file] == list(tmp_path.iterdir())
    if os.name == "posix":
        assert 0o600 == stat.S_IMODE(file.stat().st_mode)


def test_counts_are_saved_where_they_changed(tmp_path: Path) -> None:
    """A file is there from the start, with the day, and is written again only after something was counted."""
    file = tmp_path / "counts.json"
    counts = Counts(file, today=DAY)
    assert Tally(DAY, {}) == read(file)
    file.unlink()
    counts.save()
    assert not file.exists()
    counts.add(Count.FEEDBACK, "yes", "answered")
    counts.save()
    assert {("feedback", "yes", "answered"): 1} == read(file).counts
    assert DAY == Counts(file, today=date(2030, 1, 1)).tally().since


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '{"form": "another", "since": "2026-11-02", "counts": []}',
        '{"form": "evidence-desk-counts-1", "since": "yesterday", "counts": []}',
        '{"form": "evidence-desk-counts-1", "since": "2026-11-02", "counts": [[["gap"], 1]]}',
        '{"form": "evidence-desk-counts-1", "since": "2026-11-02", "counts": [[["odd"], 1]]}',
        '{"form": "evidence-desk-counts-1", "since": "2026-11-02", "counts": [[["failed"], -1]]}',
        '{"form": "evidence-desk-counts-1", "since": "2026-11-02", "counts": [[["outcome", "x"], 1]]}',
    ],
)
def test_broken_file_stops_the_start(text: str, catalogue: Catalogue, tmp_path: Path) -> None:
    """The message names the file and what to do; the file stays as it was."""
    file = tmp_path / "counts.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CountsError, match=r"counts\.json: .*Move the file away"):
        fenced(load(counts_file=file), catalogue, asked(catalogue))
    assert text == file.read_text(encoding="utf-8")


def test_place_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    """A folder that is not there is told at once, not when the server stops."""
    with pytest.raises(CountsError, match="wanted a file that can be written"):
        Counts(tmp_path / "missing" / "counts.json")


def test_full_disk_does_not_end_the_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A failed save goes to the log, and the next one saves all of it."""
    folder = tmp_path / "there"
    folder.mkdir()
    counts = Counts(folder / "counts.json")
    (folder / "counts.json").unlink()
    folder.rmdir()
    counts.add(Count.FAILED)
    with caplog.at_level(logging.ERROR):
        saved(counts)
    assert "counts were not saved" in caplog.text
    folder.mkdir()
    saved(counts)
    assert {("failed",): 1} == read(folder / "counts.json").counts


# --- what staff see


def test_small_counts_are_not_named(vocabulary: Vocabulary) -> None:
    """A topic is named from three questions on; fewer are added to the others, so that the sum stays."""
    found = gaps(
        _tally(
            ("migraine", Outcome.NOT_IN_COLLECTION, 3),
            ("asthma", Outcome.NOT_IN_COLLECTION, 2),
            ("sciatica", Outcome.NOT_REPORTED, 9),
            (OTHER, Outcome.NOT_IN_COLLECTION, 4),
            ("no-longer-known", Outcome.NOT_REPORTED, 7),
        ),
        vocabulary,
    )
    assert DAY == found.since
    assert (
        Gap("sciatica", Outcome.NOT_REPORTED, 9),
        Gap("migraine", Outcome.NOT_IN_COLLECTION, 3),
        Gap(None, Outcome.NOT_REPORTED, 7),
        Gap(None, Outcome.NOT_IN_COLLECTION, 6),
    ) == found.rows


@given(
    st.dictionaries(st.sampled_from(["migraine", "asthma", "sciatica", OTHER]), st.integers(1, 9))
)
def test_gaps_lose_no_question(vocabulary: Vocabulary, counts: dict[str, int]) -> None:
    """However small the counts, the rows add up, and no named one is below the least."""
    tally = _tally(*((key, Outcome.NOT_IN_COLLECTION, count) for key, count in counts.items()))
    rows = gaps(tally, vocabulary).rows
    assert sum(counts.values()) == sum(one.count for one in rows)
    assert all(one.count >= FEWEST for one in rows if one.concept)


def test_staff_page_is_a_table_of_labels(vocabulary: Vocabulary) -> None:
    """The page names the topic, what was said and how often, since when, and that small ones have no name."""
    tally = _tally(("migraine", Outcome.NOT_IN_COLLECTION, 12), ("asthma", Outcome.NOT_REPORTED, 1))
    page = tree(gaps_html(gaps(tally, vocabulary), vocabulary).markup)
    rows = [[cell.text for cell in row.inside if isinstance(cell, Node)] for row in page.all("tr")]
    assert [
        ["Topic, and what we said", "Questions"],
        ["migraineWe have no study on this", "12"],
        ["OtherThe studies do not report this", "1"],
    ] == rows
    assert "Counted since 2 November 2026" == page.one(within="counted-since").text
    assert "once people have asked about it 3 times" in page.one(within="hint").text
    empty = tree(gaps_html(gaps(Tally(DAY, {}), vocabulary), vocabulary).markup)
    assert "There are none so far." in empty.text


def test_staff_page_is_served(catalogue: Catalogue) -> None:
    """What was asked and not found is there at once."""
    sick = Understood(conditions=("migraine",))

    def ask(question: str, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> Answer:
        del earlier, choices
        made = answers(catalogue)[Outcome.NOT_IN_COLLECTION]
        return replace(made, question=question, understood=sick)

    app = fenced(load(staff_password=PASSWORD), catalogue, ask).app
    with TestClient(app, base_url=HERE) as client:
        for _ in range(FEWEST):
            client.post("/api/ask", json={"question": "my secret migraine"})
        page = client.get("/staff/gaps", headers=SIGNED_IN).text
    assert ">migraine<" in page
    assert "secret" not in page


def test_command_lists_the_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`evidence-desk gaps` reads the file, as a list for people or as JSON."""
    file = tmp_path / "counts.json"
    counts = Counts(file, today=DAY)
    for _ in range(3):
        counts.add(Count.GAP, "migraine", "not_in_collection")
    counts.add(Count.GAP, "asthma", "not_in_collection")
    for one in load_catalogue().studies:
        if one.id not in {"cox-2016-extremities", "moura-2018-cupping"}:
            counts.add(Count.SHOWN, one.id, "answered")
    counts.save()
    monkeypatch.setenv(f"{PREFIX}COUNTS_FILE", str(file))
    told = CliRunner().invoke(commands, ["gaps"])
    assert [
        "Questions that found nothing since 2026-11-02:",
        "     3  migraine (not in collection)",
        "     1  other (not in collection)",
        "Studies that no answer has shown since then:",
        "        cox-2016-extremities",
        "        moura-2018-cupping",
        "The oldest studies:",
        "  2011  zhang-2011-plantar-fasciitis",
        "  2013  pach-2013-standardised",
        "  2014  manyanga-2014-oa",
        "  2015  ji-2015-sciatica",
        "  2015  liu-2015-low-back",
    ] == told.stdout.splitlines()
    as_json = json.loads(CliRunner().invoke(commands, ["gaps", "--json"]).stdout)
    assert "2026-11-02" == as_json["since"]
    assert {"concept": "migraine", "outcome": "not_in_collection", "count": 3} == as_json["gaps"][0]
    assert {"concept": "other", "outcome": "not_in_collection", "count": 1} == as_json["gaps"][1]
    assert ["cox-2016-extremities", "moura-2018-cupping"] == as_json["never_shown"]
    assert {"study": "zhang-2011-plantar-fasciitis", "year": 2011} == as_json["oldest"][0]


def test_a_study_is_seen_once_an_answer_has_shown_it(catalogue: Catalogue) -> None:
    """The staff's page lists all studies before anybody asked, and no longer the one that was shown."""
    shown = answers(catalogue)[Outcome.ANSWERED].findings[0].study
    client = _client(catalogue, staff_password=PASSWORD)

    def unseen() -> str:
        page = client.get("/staff/gaps", headers=SIGNED_IN).text
        return page[
            page.index("Studies that no answer has shown") : page.index("The oldest studies")
        ]

    link = f'href="/browse/{shown.id}"'
    assert link in unseen()
    client.post("/api/ask", json={"question": "hip"})
    assert link not in unseen()


def test_command_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the setting, or without the file, the message names what is wanted."""
    told = CliRunner().invoke(commands, ["gaps"])
    assert f"{PREFIX}COUNTS_FILE is not set" in str(told.exception)
    monkeypatch.setenv(f"{PREFIX}COUNTS_FILE", str(tmp_path / "none.json"))
    assert "none.json: No such file" in str(CliRunner().invoke(commands, ["gaps"]).exception)


# --- what monitors see


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.9.9.9", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("testclient", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 404),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 404),
        ("127.0.0.1", {"via": "1.1 proxy"}, 404),
        ("192.0.2.7", {"authorization": "Bearer open-sesame"}, 200),
        ("192.0.2.7", {"authorization": "bearer open-sesame"}, 200),
        ("192.0.2.7", {"authorization": "Bearer open"}, 404),
        ("192.0.2.7", {"authorization": "Basic open-sesame"}, 404),
        ("192.0.2.7", {"authorization": "Bearer "}, 404),
        ("192.0.2.7", {"authorization": "open-sesame"}, 404),
    ],
)
def test_figures_are_for_this_machine_or_the_token(
    peer: str, headers: dict[str, str], status: int, catalogue: Catalogue
) -> None:
    """Anybody else is told that there is nothing here, and a proxy on this machine is somebody else."""
    with _client(catalogue, peer, metrics_token=TOKEN) as client:
        got = client.get("/metrics", headers=headers)
    assert status == got.status_code
    if status == 404:
        assert {"detail": "There is nothing at this address."} == got.json()


def test_no_token_opens_nothing(catalogue: Catalogue) -> None:
    """Where no token is set, an empty one is none."""
    with _client(catalogue, "192.0.2.7") as client:
        for sent in ("Bearer ", "Bearer None", "Bearer"):
            assert 404 == client.get("/metrics", headers={"authorization": sent}).status_code


def test_token_is_not_shown() -> None:
    """Settings printed by mistake do not tell it."""
    assert "open-sesame" not in repr(load(metrics_token=TOKEN))


def test_figures_tell_no_topic(catalogue: Catalogue) -> None:
    """Read every few seconds, counts by topic would tell who asked what; so there are none."""
    with _client(catalogue) as client:
        client.post("/api/ask", json={"question": "migraine"})
        client.post("/api/ask", json={"question": "hip"})
        text = client.get("/metrics").text
    assert 'evidence_desk_answers_total{outcome="not_in_collection"} 1.0' in text
    for word in ("migraine", "hip", "acupuncture", "osteoarthritis"):
        assert word not in text


def test_ready_only_once_the_library_answers(catalogue: Catalogue) -> None:
    """503 as long as no answer can be made, then 200 with what answers rest on; the trial is not counted."""
    broken = [True]

    def ask(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        if broken[0]:
            raise RuntimeError(question)
        return asked(catalogue)(question, earlier, choices)

    app = fenced(load(), catalogue, ask).app
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 1)) as client:
        assert 200 == client.get("/healthz").status_code
        not_yet = client.get("/readyz")
        assert (503, {"ready": False}) == (not_yet.status_code, not_yet.json())
        broken[0] = False
        assert {
            "ready": True,
            "studies": 17,
            "collection": "c",
            "index": "i",
            "model": "m",
            "engine": "e",
            "version": "0",
            "up_to_date": True,
        } == client.get("/readyz").json()
        assert ("evidence_desk_answers_total", "answered") not in _figures(client)
