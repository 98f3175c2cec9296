"""Figures on public data: how well studies are found, shown, refused and quoted, and how well a conversation is followed.

Takes values and gives values: files are read, and collections built, in `cli_measure`. Judged answers of the clinic's
own collection are in `evaluation`; speed is measured elsewhere.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.encoder import Encoder
from index.library import Library
from qa.answer import Outcome
from qa.evaluation import interval
from qa.pipeline import Desk, ask
from qa.search import Legs, Mode, evidence_order, legs

_TOP = 10
_DEPTH = 1000  # of each engine, for reciprocal rank fusion
_RRF = 60  # Cormack, Clarke and Büttcher 2009
# What a written-out question finds first is what the question as said should find: grades by rank.
_GRADES = (3, 3, 3, 2, 2, 2, 1, 1, 1, 1)

Tell = Callable[[int, int], None]  # so many are done, of so many


@dataclass(frozen=True, slots=True)
class Query:
    """A question in one or more wordings by name, with the grades of the studies that are relevant."""

    wordings: Mapping[str, str]
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question that the collection cannot answer, and of what kind it is."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation, as it was said and as a person wrote it out."""

    said: str
    written_out: str
    history: tuple[str, ...]  # oldest first
    leans: bool  # cannot be understood without its history
    medical: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A question, the sentences of an abstract, and the numbers of those that a person marked as the evidence."""

    question: str
    sentences: tuple[str, ...]
    marked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it says, its value, over how many questions, and the 95 % interval where it is a mean."""

    what: str
    value: float
    count: int
    low: float | None = None
    high: float | None = None


def mean(what: str, values: Sequence[float]) -> Iterator[Figure]:
    """The mean of some values as a figure; nothing where there are none."""
    if values:
        found = interval(values)
        yield Figure(what, found.mean, found.count, found.low, found.high)


def ndcg(found: Sequence[str], relevant: Mapping[str, int]) -> float:
    """Discounted cumulative gain of the first ten, with grades as gains, as a share of the best possible.

    As `ndcg_cut_10` of trec_eval (Järvelin and Kekäläinen 2002); some grade must be above 0.

    >>> ndcg(["other", "good"], {"good": 2}) == 1 / math.log2(3)
    True
    """

    def gain(grades: Sequence[int]) -> float:
        return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(grades[:_TOP]))

    best = gain(sorted(relevant.values(), reverse=True))
    return gain([relevant.get(study, 0) for study in found]) / best


def _first(found: Legs, mode: Mode, k: int = _TOP) -> list[str]:
    return [study for study, _ in found.ranked(mode, k)]


def _by_ranks(found: Legs) -> list[str]:
    """The first ten by reciprocal rank fusion, the yardstick."""
    scores: dict[str, float] = {}
    for mode in (Mode.DENSE, Mode.BM25):
        for rank, study in enumerate(_first(found, mode, _DEPTH), 1):
            scores[study] = scores.get(study, 0.0) + 1 / (_RRF + rank)
    return sorted(scores, key=lambda study: (-scores[study], study))[:_TOP]


def finding(library: Library, queries: Sequence[Query], tell: Tell) -> Iterator[Figure]:
    """The nDCG@10 of each engine, of both together, and of reciprocal rank fusion, for each wording."""
    values: dict[tuple[str, str], list[float]] = {}
    for done, query in enumerate(queries, 1):
        for wording, text in query.wordings.items():
            found = legs(library, text)
            rankings = {str(mode): _first(found, mode) for mode in Mode}
            for name, ranked in {**rankings, "RRF": _by_ranks(found)}.items():
                values.setdefault((wording, name), []).append(ndcg(ranked, query.relevant))
        tell(done, len(queries))
    for (wording, name), each in values.items():
        yield from mean(f"nDCG@10 {name}, {wording}", each)


def showing(library: Library, queries: Sequence[Query], desk: Desk, tell: Tell) -> Iterator[Figure]:
    """The share of questions whose study is among the first two that the answer shows."""
    values: dict[str, list[float]] = {}
    for done, query in enumerate(queries, 1):
        for wording, text in query.wordings.items():
            answer = ask(text, library, desk=desk)
            shown = [one.study.id for one in answer.findings[:2]]
            hit = any(query.relevant.get(study, 0) > 0 for study in shown)
            values.setdefault(wording, []).append(float(hit))
        tell(done, len(queries))
    for wording, each in values.items():
        yield from mean(f"study shown first or second, {wording}", each)


def refusing(
    library: Library, unanswerable: Sequence[Unanswerable], desk: Desk, tell: Tell
) -> Iterator[Figure]:
    """The share of questions without an answer here that are not answered: of all, and of each kind."""
    values: dict[str, list[float]] = {}
    for done, one in enumerate(unanswerable, 1):
        refused = ask(one.text, library, desk=desk).outcome is not Outcome.ANSWERED
        values.setdefault(one.kind, []).append(float(refused))
        tell(done, len(unanswerable))
    yield from mean("unanswerable refused", [one for each in values.values() for one in each])
    for kind, each in values.items() if len(values) > 1 else ():
        yield from mean(f"unanswerable refused, {kind}", each)


def following(library: Library, turns: Sequence[Turn], tell: Tell) -> Iterator[Figure]:
    """How far knowing the history takes the questions of conversations from as said to as written out.

    What the written-out question finds is taken as judged, so it reaches an nDCG@10 of 1, and what lies between that
    and the bare question as said is the gap.
    """
    bare, after = [], []
    for done, turn in enumerate(turns, 1):
        wanted = _first(legs(library, turn.written_out), Mode.HYBRID)
        relevant = dict(zip(wanted, _GRADES, strict=False)) or {"": 1}
        alone = ndcg(_first(legs(library, turn.said), Mode.HYBRID), relevant)
        bare.append(alone)
        if turn.history:
            alone = ndcg(_first(legs(library, turn.said, turn.history), Mode.HYBRID), relevant)
        after.append(alone)
        tell(done, len(turns))
    groups = {
        "all turns": [True for _ in turns],
        "follow-ups": [turn.leans for turn in turns],
        "medical follow-ups": [turn.leans and turn.medical for turn in turns],
        "turns that stand alone": [not turn.leans and bool(turn.history) for turn in turns],
    }
    for group, members in groups.items():
        here = [at for at, is_in in enumerate(members) if is_in]
        yield from _closed(group, [bare[at] for at in here], [after[at] for at in here])


def _closed(group: str, bare: Sequence[float], after: Sequence[float]) -> Iterator[Figure]:
    yield from mean(f"nDCG@10 as said, {group}", bare)
    yield from mean(f"nDCG@10 with history, {group}", after)
    if bare and (gap := 1 - statistics.fmean(bare)) > 0.01:
        share = (statistics.fmean(after) - statistics.fmean(bare)) / gap
        yield Figure(f"share of the gap closed, {group}", round(share, 4), len(bare))


def quoting(items: Sequence[Item], encoder: Encoder, tell: Tell) -> Iterator[Figure]:
    """The share of items where a marked sentence is put first; those without one are left out."""
    judged = [one for one in items if one.marked]
    values = []
    for done, one in enumerate(judged, 1):
        order = evidence_order(one.question, one.sentences, encoder)
        values.append(float(order[0] in one.marked))
        tell(done, len(judged))
    yield from mean("marked sentence put first", values)
