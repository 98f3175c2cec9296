"""How the real server stands load: at a fixed rate, with many people at once, and while its collection changes.

The load comes from the same machine and ends by itself. At a fixed rate a question counts from the moment it was due, so
that time spent in waiting is not hidden. Figures of one run belong together; those of another machine do not compare.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue import Catalogue
from qa.benchmarks.load_server import Server, served
from qa.benchmarks.load_states import write_state
from qa.benchmarks.load_steps import Step, Way
from qa.benchmarks.load_visitors import End, Heard, Visitors
from qa.examples import example_texts
from qa.settings import Settings
from qa.waiting_room import AGAIN

RATE = 20.0  # questions a second, as many as is promised for two cores
_VISITORS = 1000  # who ask in turns at a fixed rate
_MOST_OPEN = 800  # questions on their way; more means that the server is lost
_WARM = 30  # questions before those that count
_EVERY = 0.5  # seconds between two looks at the memory
_PAUSE = 4.0  # seconds between two states of the collection

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Measured:
    """One question: how it ended, after how many seconds."""

    heard: Heard
    seconds: float


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What a step showed. Milliseconds are those of answered questions; memory is the server's, in megabytes."""

    step: str
    seconds: float
    questions: int
    answered: int
    busy: int
    failed: int
    why: dict[str, int]  # how those failed
    p50: float
    p95: float
    p99: float
    slowest: float
    work: float  # milliseconds of the processor's time that the server used, for each answer
    memory: tuple[float, float, float]  # at the beginning, in the middle, at the end
    builds: int  # of the collection, that answers came from
    mixed: int  # answers that show two builds, or another one than their receipt names

    @property
    def ratios(self) -> dict[str, float]:
        """Shares of all questions, answers a second, and the growth of memory over the second half."""
        asked = max(self.questions, 1)
        _, middle, end = self.memory
        return {
            "answered": round(self.answered / asked, 4),
            "busy": round(self.busy / asked, 4),
            "failed": round(self.failed / asked, 4),
            "a_second": round(self.answered / max(self.seconds, 0.001), 1),
            "growth": round(end / middle - 1, 4) if middle else 0.0,
        }


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """A whole load test."""

    cores: int
    steps: tuple[StepFigures, ...]


def load_figures(
    settings: Settings,
    catalogue: Catalogue,
    seconds: float,
    steps: Sequence[Step] = tuple(Step),
    *,
    say: Say = lambda _: None,
) -> LoadFigures:
    """Put each of `steps` on a server of its own, of the collection of the settings, for so many seconds.

    SettingsError where it does not start.
    """
    found = []
    for step in steps:
        say(f"{step}: {seconds:.0f} seconds")
        if step is Step.SWAPS:
            with tempfile.TemporaryDirectory() as beside:
                folder = Path(beside) / "collection"
                write_state(catalogue, folder, 0)
                with served(settings, folder) as server:
                    found.append(asyncio.run(_step(server, catalogue, step, seconds, folder)))
        else:
            with served(settings) as server:
                found.append(asyncio.run(_step(server, catalogue, step, seconds, None)))
    return LoadFigures(os.cpu_count() or 1, tuple(found))


async def _step(
    server: Server, catalogue: Catalogue, step: Step, seconds: float, folder: Path | None
) -> StepFigures:
    visitors = Visitors(server.address)
    questions = asked_of(catalogue)
    for number in range(_WARM):
        await visitors.asks(step.ways[number % len(step.ways)], number, next(questions))
    memory: list[float] = []
    async with (
        aclosing(visitors.client),
        _beside(_watched(server, memory)),
        _beside(_changed(server, catalogue, folder)),
    ):
        began, worked = time.perf_counter(), server.worked()
        if step.people is None:
            measured = await _at_rate(visitors, step.ways[0], questions, seconds)
        else:
            measured = await _people(visitors, step, questions, seconds)
        taken = time.perf_counter() - began
        worked = server.worked() - worked
    return figures(step, measured, taken, memory, worked)


def asked_of(catalogue: Catalogue) -> Iterator[str]:
    """Questions without end, each different, so that none is remembered: the collection's examples, counted."""
    texts = example_texts(catalogue)
    for number in itertools.count():
        for text in texts or ["does it help?"]:
            yield f"{text} ({number})"


async def _at_rate(
    visitors: Visitors, way: Way, questions: Iterator[str], seconds: float
) -> list[_Measured]:
    """Questions that are due at fixed moments, whatever became of those before."""
    found: list[_Measured] = []
    open_ones: set[asyncio.Task[None]] = set()
    start = time.perf_counter()

    async def one(number: int, due: float) -> None:
        heard = await visitors.asks(way, number % _VISITORS, next(questions))
        found.append(_Measured(heard, time.perf_counter() - due))

    for number in range(int(RATE * seconds)):
        due = start + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if len(open_ones) >= _MOST_OPEN:
            found.append(_Measured(Heard(End.FAILED, why="not sent"), 0.0))
            continue
        task = asyncio.create_task(one(number, due))
        open_ones.add(task)
        task.add_done_callback(open_ones.discard)
    await asyncio.gather(*open_ones)
    return found


async def _people(
    visitors: Visitors, step: Step, questions: Iterator[str], seconds: float
) -> list[_Measured]:
    """People who all ask at once, and ask again as soon as they are answered, or a while after they heard "busy"."""
    found: list[_Measured] = []
    until = time.perf_counter() + seconds

    async def person(number: int) -> None:
        way = step.ways[number % len(step.ways)]
        while (began := time.perf_counter()) < until:
            heard = await visitors.asks(way, number, next(questions))
            found.append(_Measured(heard, time.perf_counter() - began))
            if heard.end is not End.ANSWERED:
                await asyncio.sleep(AGAIN)

    await asyncio.gather(*(person(number) for number in range(step.people or 0)))
    return found


@asynccontextmanager
async def _beside(work: AsyncIterator[None]) -> AsyncIterator[None]:
    """Something that goes on without end, for as long as needed."""

    async def through() -> None:
        async for _ in work:
            pass

    task = asyncio.create_task(through())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _watched(server: Server, memory: list[float]) -> AsyncIterator[None]:
    while True:
        memory.append(server.megabytes())
        await asyncio.sleep(_EVERY)
        yield


async def _changed(
    server: Server, catalogue: Catalogue, folder: Path | None
) -> AsyncIterator[None]:
    """One new state after the other, each as soon as the one before is served."""
    for number in itertools.count(1):
        if folder is None:
            return
        await asyncio.sleep(_PAUSE)
        before = await asyncio.to_thread(server.index)
        await asyncio.to_thread(write_state, catalogue, folder, number)
        while await asyncio.to_thread(server.index) in {before, None}:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)
        yield


def figures(
    step: Step,
    measured: Sequence[_Measured],
    seconds: float,
    memory: Sequence[float],
    worked: float = 0.0,
) -> StepFigures:
    """The figures of what was measured."""
    ends = Counter(one.heard.end for one in measured)
    times = sorted(one.seconds * 1000 for one in measured if one.heard.end is End.ANSWERED)
    heard = [one.heard for one in measured if one.heard.end is End.ANSWERED]
    return StepFigures(
        step=step,
        seconds=round(seconds, 1),
        questions=len(measured),
        answered=ends[End.ANSWERED],
        busy=ends[End.BUSY],
        failed=ends[End.FAILED],
        why=dict(Counter(one.heard.why for one in measured if one.heard.end is End.FAILED)),
        p50=_at(times, 0.5),
        p95=_at(times, 0.95),
        p99=_at(times, 0.99),
        slowest=_at(times, 1.0),
        work=round(1000 * worked / len(heard), 1) if heard else 0.0,
        memory=_three(memory),
        builds=len({one.receipt for one in heard}),
        mixed=_mixed(heard),
    )


def _at(times: Sequence[float], share: float) -> float:
    """What this share of sorted times does not exceed; 0 where there are none."""
    return round(times[math.ceil(share * len(times)) - 1], 1) if times else 0.0


def _three(memory: Sequence[float]) -> tuple[float, float, float]:
    """Medians of the first, the middle and the last tenth."""
    if not memory:
        return (0.0, 0.0, 0.0)
    tenth = max(1, len(memory) // 10)
    middle = (len(memory) - tenth) // 2
    parts = (memory[:tenth], memory[middle : middle + tenth], memory[-tenth:])
    first, half, last = (round(statistics.median(one), 1) for one in parts)
    return (first, half, last)


def _mixed(heard: Sequence[Heard]) -> int:
    """Answers that show more than one state, or another one than most answers with their receipt, or have no receipt."""
    shown: dict[str | None, Counter[str]] = {}
    for one in heard:
        shown.setdefault(one.receipt, Counter()).update(one.states)
    of = {receipt: states.most_common(1)[0][0] for receipt, states in shown.items() if states}
    return sum(one.receipt is None or not one.states <= {of.get(one.receipt, "")} for one in heard)
