"""The load test measures what it says: shares, waiting, memory and builds; and it loads this machine only."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.catalogue import Catalogue, load_catalogue
from corpus.errors import SettingsError
from index.library import Library
from qa.benchmarks import load as load_test
from qa.benchmarks.load import asked_of, figures
from qa.benchmarks.load_states import write_state
from qa.benchmarks.load_steps import Step, Way
from qa.benchmarks.load_visitors import End, Heard, Visitors, local, states_in
from qa.cli import app
from tests.small_collection import small_collection

ANSWERED = Heard(End.ANSWERED, "a1", frozenset({"0"}))


def _measured(*ends: tuple[Heard, float]) -> list[load_test._Measured]:
    return [load_test._Measured(heard, seconds) for heard, seconds in ends]


@pytest.mark.parametrize(
    "address",
    ["http://192.0.2.7:80", "https://clinic.example", "http://10.0.0.1", "127.0.0.1:1", "file:///"],
)
def test_another_machine_is_never_loaded(address: str) -> None:
    """Any address that is not plainly this machine's is refused, before anything is sent."""
    with pytest.raises(SettingsError, match="not an address of this machine"):
        Visitors(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:7860", "http://[::1]:1", "http://localhost"])
def test_this_machine_may_be_loaded(address: str) -> None:
    """Its names and addresses pass."""
    assert address == local(address)


def test_figures_are_those_of_what_was_measured() -> None:
    """Of ten questions six are answered, three hear "busy", one fails; times are those of the answered ones."""
    answered = [(ANSWERED, seconds) for seconds in (0.6, 0.1, 0.2, 0.3, 0.4, 0.5)]
    others = [(Heard(End.BUSY), 9.0)] * 3 + [(Heard(End.FAILED, why="ReadError"), 9.0)]
    memory = [100, 101, 110, 111, 120]
    found = figures(Step.API_100, _measured(*answered, *others), 2.0, memory, 0.3)
    assert 50.0 == found.work
    assert (10, 6, 3, 1) == (found.questions, found.answered, found.busy, found.failed)
    assert {"ReadError": 1} == found.why
    assert (300.0, 600.0, 600.0, 600.0) == (found.p50, found.p95, found.p99, found.slowest)
    assert (100.0, 110.0, 120.0) == found.memory
    assert {
        "answered": 0.6,
        "busy": 0.3,
        "failed": 0.1,
        "a_second": 3.0,
        "growth": 0.0909,
    } == found.ratios


def test_an_answer_of_two_builds_is_found() -> None:
    """Titles of two states in one answer, a state that is not that of its receipt, and no receipt at all."""
    right = [(ANSWERED, 0.1), (ANSWERED, 0.1), (Heard(End.ANSWERED, "a1"), 0.1)]
    newer = [(Heard(End.ANSWERED, "b2", frozenset({"1"})), 0.1)] * 2
    assert 0 == figures(Step.SWAPS, _measured(*right, *newer), 1.0, []).mixed
    assert 2 == figures(Step.SWAPS, _measured(*right, *newer), 1.0, []).builds
    wrong = [
        (Heard(End.ANSWERED, "a1", frozenset({"0", "1"})), 0.1),
        (Heard(End.ANSWERED, "b2", frozenset({"0"})), 0.1),
        (Heard(End.ANSWERED, None), 0.1),
    ]
    assert 3 == figures(Step.SWAPS, _measured(*right, *newer, *wrong), 1.0, []).mixed


def test_at_a_fixed_rate_waiting_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes one question at a time and needs longer than the rate allows falls behind, and it shows."""
    turn = asyncio.Lock()

    async def slow(self: Visitors, way: Way, visitor: int, question: str) -> Heard:
        del self, way, visitor, question
        async with turn:
            await asyncio.sleep(0.1)
        return ANSWERED

    monkeypatch.setattr(Visitors, "asks", slow)

    async def rushed() -> list[load_test._Measured]:
        visitors = Visitors("http://127.0.0.1:1")
        questions = iter(map(str, range(100)))
        async with visitors.client:
            return await load_test._at_rate(visitors, Way.API, questions, 1.0)

    found = asyncio.run(rushed())
    assert 20 == len(found)
    assert max(one.seconds for one in found) >= 20 * 0.1 - 19 / 20


def test_questions_are_all_different(catalogue: Catalogue) -> None:
    """None is asked twice, so that none is remembered."""
    questions = asked_of(catalogue)
    assert {1} == set(Counter(next(questions) for _ in range(500)).values())


def test_each_state_tells_which_it_is(tmp_path: Path) -> None:
    """A state has all studies of the collection, each with the state's number in its title, and its own digest."""
    small = small_collection(tmp_path / "small")
    digests = set()
    for number in (0, 1):
        write_state(small, tmp_path / "changing", number)
        found = load_catalogue(tmp_path / "changing", drafts=True)
        assert [one.id for one in small.studies] == [one.id for one in found.studies]
        assert {str(number)} == states_in(" ".join(one.title for one in found.studies))
        assert small.name == found.name
        digests.add(found.digest)
    assert 2 == len(digests)


def test_command_loads_the_real_server(
    library: Library, indexes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second of 20 questions, both ways while the collection changes: none fails, and memory is told."""
    assert library.passages
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    done = CliRunner().invoke(
        app, ["bench", "--load", "1", "--step", "api-rate", "--step", "swaps", "--json"]
    )
    assert 0 == done.exit_code, done.output
    rate, swaps = json.loads(done.stdout)["steps"]
    assert ("api-rate", 20, 0) == (rate["step"], rate["questions"], rate["failed"])
    assert ("swaps", 0, 0) == (swaps["step"], swaps["failed"], swaps["mixed"])
    assert 1 <= swaps["builds"]
    assert rate["answered"] + rate["busy"] == 20
    assert 0 < rate["p50"] <= rate["p95"]


def test_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each step, with shares and the server's memory."""
    from qa.benchmarks.load import LoadFigures
    from qa.cli_load import _print

    found = figures(Step.PAGE_RATE, _measured((ANSWERED, 0.25), (Heard(End.BUSY), 1.0)), 2.0, [310])
    _print(LoadFigures(2, (found,)))
    head, line = capsys.readouterr().out.splitlines()
    assert head.startswith("2 cores")
    assert "page-rate 2 50.0% 50.0% 0.0% 0.5 250 250 250 0 310 310 310 1 0" == " ".join(
        line.split()
    )
