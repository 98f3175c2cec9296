"""The contenders on growing collections: their vectors are known, so that searching alone is measured, and then answers."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.benchmarks.contender import Contender, StoppedError
from qa.benchmarks.figures import (
    MEASURED,
    MIDDLE,
    OWN,
    PEERS,
    SEARCH,
    Grown,
    Result,
    high,
    middle,
    recall,
)
from qa.benchmarks.work import NEAREST, NOWHERE, Vectors, Work, save

SIZES = (1_000, 10_000, 100_000)
SYNTHETIC = 1_000_000
_SEARCHES, _ANSWERS = 40, 20
_WARM = 3
OVER = "the time of the run was over"

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """Passages with their vectors, as many as the largest collection has, and the questions that are asked."""

    texts: Sequence[str]
    vectors: Vectors
    questions: Sequence[str]
    asked: Vectors
    place: Path
    limit: float  # seconds for one step of one contender
    deadline: float  # of the whole run, on the clock of `time.monotonic`
    tell: Tell

    def work(self, count: int) -> Path:
        """The first `count` passages, written for the contenders."""
        work = Work(self.texts[:count], self.vectors[:count], self.questions, self.asked)
        return save(work, self.place / str(count))


class _Member:
    """A contender at one size: it does what is asked until it stops for the first time."""

    def __init__(self, one: Contender, row: Grown, ground: Ground) -> None:
        self.row = row
        self._one = one
        self._ground = ground

    def does(self, what: str, **more: object) -> dict[str, Any] | None:
        """The answer; None where it has stopped, at this size or before."""
        if self.row.status != MEASURED:
            return None
        if time.monotonic() > self._ground.deadline:
            self.row.status = OVER
            return None
        try:
            return self._one.does(what, limit=self._ground.limit, **more)
        except StoppedError as exc:
            self.row.status = str(exc)
            return None


def grow(
    ground: Ground, result: Result, here: Mapping[str, Contender], sizes: Sequence[int]
) -> None:
    """Measure each size, and write it into `result`. The middle one is for both searches together, and takes no peers."""
    for size in sizes:
        names = (OWN, SEARCH) if size == MIDDLE else (OWN, SEARCH, *PEERS)
        members = _members(ground, result, here, names, size)
        folder = ground.work(size)
        for number, one in enumerate(members):
            ground.tell(number, len(members), f"taking in {size:,} passages")
            one.does("forget-peak")
            one.does("load", work=str(folder))
            if (filled := one.does("fill")) is not None:
                one.row.fill_s = round(filled["seconds"], 2)
        _search(ground, members, size)
        _hybrid(ground, members)
        if size != MIDDLE:
            _ask(ground, members, size)
        for one in members:
            one.row.memory_mb = (one.does("memory") or {}).get("megabytes")
        shutil.rmtree(folder)


def grow_synthetic(ground: Ground, result: Result, here: Mapping[str, Contender]) -> None:
    """Searching alone among a million made-up vectors: this program's store against the bare one, which is exact."""
    folder = ground.work(1)
    members = _members(ground, result, here, (OWN, SEARCH), SYNTHETIC)
    for number, one in enumerate(members):
        ground.tell(number, len(members), f"taking in {SYNTHETIC:,} vectors")
        one.does("forget-peak")
        one.does("load", work=str(folder))
        if (filled := one.does("synthetic", count=SYNTHETIC)) is not None:
            one.row.fill_s = round(filled["seconds"], 2)
    found = _in_turns(ground, members, "search", f"searching {SYNTHETIC:,} vectors")
    for one in members:
        _write_search(one.row, found[one.row.contender])
        places = [each for _, each in found[one.row.contender]]
        exact = [each for _, each in found.get(SEARCH, ())]
        if len(exact) == len(places):
            one.row.recall10 = recall(places, exact)
        one.row.memory_mb = (one.does("memory") or {}).get("megabytes")


def _members(
    ground: Ground, result: Result, here: Mapping[str, Contender], names: Sequence[str], size: int
) -> list[_Member]:
    """Those of `names` that are here; a row is written for each, and says why where one is not."""
    members = []
    for name in names:
        row = Grown(name, size)
        if name in here:
            members.append(_Member(here[name], row, ground))
        elif name in result.contenders:
            row.status = result.contenders[name].status
        else:
            continue
        result.growth.append(row)
    return members


_Found = dict[str, list[tuple[float, Any]]]


def _in_turns(ground: Ground, members: Sequence[_Member], what: str, telling: str) -> _Found:
    """The seconds and finds of each contender, asked one after the other, the first few rounds left out."""
    found: _Found = {one.row.contender: [] for one in members}
    rounds = min(_SEARCHES + _WARM, len(ground.asked))
    for at in range(rounds):
        ground.tell(at, rounds, telling)
        for one in members:
            answer = one.does(what, at=at)
            if answer is not None and at >= _WARM:
                found[one.row.contender].append((answer["seconds"], answer["found"]))
    return found


def _write_search(row: Grown, found: Sequence[tuple[float, Any]]) -> None:
    seconds = [one for one, _ in found]
    row.search_p50_ms, row.search_p95_ms = middle(seconds), high(seconds)


def _search(ground: Ground, members: Sequence[_Member], size: int) -> None:
    found = _in_turns(ground, members, "search", f"searching {size:,} passages")
    nearest = _nearest(ground.vectors[:size], ground.asked[_WARM : _SEARCHES + _WARM])
    for one in members:
        _write_search(one.row, found[one.row.contender])
        known = [[at for at in each if at != NOWHERE] for _, each in found[one.row.contender]]
        exact = [near[: len(each)] for each, near in zip(known, nearest, strict=False)]
        one.row.recall10 = recall(known, exact)


def _nearest(vectors: Vectors, asked: Vectors) -> list[list[int]]:
    scores = asked @ vectors.T
    places = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
    return [[int(one) for one in row] for row in places]


def _hybrid(ground: Ground, members: Sequence[_Member]) -> None:
    both = [one for one in members if one.row.contender in (OWN, SEARCH)]
    found = _in_turns(ground, both, "hybrid", "searching by meaning and words")
    for one in both:
        one.row.hybrid_p50_ms = middle([seconds for seconds, _ in found[one.row.contender]])


def _ask(ground: Ground, members: Sequence[_Member], size: int) -> None:
    """Whole answers; each question is worded anew for this size, so that no cache helps."""
    asking = [one for one in members if one.row.contender != SEARCH]
    seconds: dict[str, list[float]] = {one.row.contender: [] for one in asking}
    rounds = min(_ANSWERS + _WARM, len(ground.questions))
    for at in range(rounds):
        ground.tell(at, rounds, f"asking {size:,} passages")
        for one in asking:
            answer = one.does("ask", question=f"{ground.questions[at]} ({size})")
            if answer is not None and at >= _WARM:
                seconds[one.row.contender].append(answer["seconds"])
    for one in asking:
        one.row.ask_p50_ms = middle(seconds[one.row.contender])
