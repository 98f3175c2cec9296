"""The contenders on the shipped collection: starting, answering, encoding, indexing, one after the other in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from index.library import Library
from qa.benchmarks.child import CONTENDERS
from qa.benchmarks.contender import Contender, Places, StoppedError, started
from qa.benchmarks.figures import OWN, SEARCH, TORCH, Result, Row, auc, high, middle
from qa.evaluation import Judged, Kind, grade, ndcg
from qa.examples import example_texts

Tell = Callable[[int, int, str], None]
_ENCODED = 500  # passages of one round, at most; so few as questions have are encoded on one core
_FEWEST_ROUNDS = 3  # of encoding, which takes a second


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run measures."""

    library: Library
    studies: Sequence[str]  # of each passage, in the order of the work
    questions: Sequence[Judged]
    work: Path
    given: dict[str, object]  # what each contender is told when it is opened
    places: Places
    rounds: int  # of starting, and of encoding
    limit: float  # seconds for one step of one contender
    tell: Tell


@dataclass
class Asked:
    """What one contender has answered."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    answerable: list[float] = field(default_factory=list)  # the best score
    unanswerable: list[float] = field(default_factory=list)


@contextmanager
def standing(plan: Plan, result: Result) -> Iterator[dict[str, Contender]]:
    """The contenders, started in turns, each having answered once; closed in the end.

    The two that a ratio is made of are started as often as planned.
    """
    taken: dict[str, list[float]] = {}
    here: dict[str, Contender] = {}
    try:
        for round_ in range(plan.rounds):
            for name in CONTENDERS if round_ == 0 else (OWN, TORCH):
                row = result.contenders.setdefault(name, Row())
                plan.tell(round_, plan.rounds, "starting")
                if name in here:
                    here.pop(name).close()
                with _told(row):
                    here[name], seconds = started(
                        name,
                        plan.places,
                        work=plan.work,
                        question=example_texts(plan.library.catalogue)[0],
                        given=plan.given,
                        limit=plan.limit,
                    )
                    taken.setdefault(name, []).append(seconds)
                    row.cold_start_s = round(statistics.median(taken[name]), 3)
        yield here
    finally:
        for one in here.values():
            one.close()


@contextmanager
def _told(row: Row) -> Iterator[None]:
    """Write down why a contender stopped, and go on with the others."""
    try:
        yield
    except StoppedError as exc:
        row.status = str(exc)


def measure(plan: Plan, result: Result, here: dict[str, Contender]) -> None:
    """Ask, encode and index, and write the figures into the rows of `result`."""
    for name, one in here.items():
        row = result.contenders[name]
        with _told(row):
            found = one.does("installed", limit=plan.limit)
            row.install_mb, row.versions = found["megabytes"], found["versions"]
    _ask_all(plan, result, here)
    _encode_all(plan, result, here)


def _ask_all(plan: Plan, result: Result, here: dict[str, Contender]) -> None:
    asking = [name for name in here if name != SEARCH]
    found = {name: Asked() for name in asking}
    # Before the first that counts: what the page offers to ask.
    for question in example_texts(plan.library.catalogue)[1:]:
        for name in asking:
            with _told(result.contenders[name]):
                here[name].does("ask", limit=plan.limit, question=question)
    for number, judged in enumerate(plan.questions):
        plan.tell(number, len(plan.questions), "asking")
        turn = number % len(asking)
        for name in (*asking[turn:], *asking[:turn]):  # nobody always comes after the same one
            with _told(result.contenders[name]):
                answer = here[name].does("ask", limit=plan.limit, question=judged.question)
                found[name].seconds.append(answer["seconds"])
                found[name].processor.append(answer["processor"])
                _judge(plan, judged, answer["found"], found[name])
    for name, asked in found.items():
        row = result.contenders[name]
        row.p50_ms, row.p95_ms = middle(asked.seconds), high(asked.seconds)
        row.processor_p50_ms = middle(asked.processor)
        row.per_second = (
            round(len(asked.seconds) / sum(asked.seconds), 1) if asked.seconds else None
        )
        row.ndcg5 = round(statistics.fmean(asked.gains), 3) if asked.gains else None
        row.auc = auc(asked.answerable, asked.unanswerable)
        with _told(row):
            row.memory_mb = here[name].does("memory", limit=plan.limit)["megabytes"]


def _judge(plan: Plan, judged: Judged, found: dict[str, object], asked: Asked) -> None:
    """Count one answer; a contender that only encodes gives none."""
    if "score" not in found:
        return
    score = float(str(found["score"]))
    if judged.kind is Kind.ABSTAIN:
        asked.unanswerable.append(score)
    elif judged.kind is Kind.ANSWER:
        asked.answerable.append(score)
        if judged.relevant:
            asked.gains.append(_gain(plan, judged, _shown(plan, found)))


def _shown(plan: Plan, found: dict[str, object]) -> list[str]:
    """The ids of the studies of an answer, best first, each once; the page is no study."""
    studies, places = found.get("studies"), found.get("places")
    ids = studies if isinstance(studies, list) else []
    if isinstance(places, list):
        ids = [plan.studies[place] for place in places]
    return [one for one in dict.fromkeys(ids) if one != plan.library.catalogue.page.id]


def _gain(plan: Plan, judged: Judged, shown: Sequence[str]) -> float:
    titles = [plan.library.catalogue.study(one).title for one in shown]
    grades = [grade(title, judged.relevant) or 0 for title in titles]
    return ndcg(grades, judged.relevant.values())


def _encode_all(plan: Plan, result: Result, here: dict[str, Contender]) -> None:
    """Passages a second of each encoder in turns, the first round left out; then each index from nothing."""
    both = [name for name in (OWN, TORCH) if name in here]
    count = min(_ENCODED, len(plan.studies))
    seconds: dict[str, list[float]] = {name: [] for name in both}
    rounds = max(plan.rounds, _FEWEST_ROUNDS)
    for round_ in range(rounds + 1):
        for name in both:
            plan.tell(round_, rounds + 1, "encoding")
            with _told(result.contenders[name]):
                taken = here[name].does("encode", limit=plan.limit, count=count)["seconds"]
                if round_:
                    seconds[name].append(taken)
    for name, each in seconds.items():
        if each:
            result.contenders[name].encoded_per_second = round(count / statistics.median(each), 1)
    for name in [one for one in here if one not in (TORCH, *_BARE)]:
        row = result.contenders[name]
        plan.tell(0, 1, "indexing")
        with _told(row):
            row.index_s = round(here[name].does("index", limit=plan.limit)["seconds"], 3)
            if name != OWN:  # nothing but encoding takes time there
                row.encoded_per_second = round(len(plan.studies) / row.index_s, 1)


_BARE = tuple(name for name in CONTENDERS if name.startswith("bare-"))
