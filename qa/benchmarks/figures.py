"""The arithmetic of the benchmarks, and what a result holds. Nothing is measured here."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

OWN, TORCH = "evidence-desk", "evidence-desk-torch"
PEERS = ("langchain-faiss", "txtai", "haystack", "llama-index")
ENCODER, SEARCH = "bare-encoder", "bare-search"
LABELS = {
    OWN: "Evidence Desk",
    TORCH: "Evidence Desk, torch",
    "langchain-faiss": "LangChain + FAISS",
    "txtai": "txtai",
    "haystack": "Haystack",
    "llama-index": "LlamaIndex",
    ENCODER: "bare encoder (OpenVINO)",
    SEARCH: "bare FAISS + bm25s",
}
MEASURED = "measured"
# What the ratios are to be: at most, or at least.
GOALS = {
    "ask_vs_fastest_peer": ("at most", 0.5),
    "ask_vs_encoder": ("at most", 1.5),
    "encode_vs_torch": ("at least", 3.0),
    "hybrid_vs_bare": ("at most", 1.3),
    "cold_start_vs_torch": ("at most", 0.5),
}
# An answer that takes no more milliseconds than this is quick enough, whatever the encoder alone takes.
QUICK_ENOUGH = 5.0


@dataclass
class Row:
    """One contender on the shipped collection. None: does not apply, or was not measured; `status` tells why."""

    status: str = MEASURED
    versions: dict[str, str] = field(default_factory=dict)
    install_mb: float | None = None  # with all that it needs, without the model's weights
    cold_start_s: float | None = None
    memory_mb: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    processor_p50_ms: float | None = None  # of all its threads together
    per_second: float | None = None
    ndcg5: float | None = None
    auc: float | None = None
    encoded_per_second: float | None = None
    index_s: float | None = None


@dataclass
class Grown:
    """One contender on a collection of so many passages, their vectors known. None as in `Row`."""

    contender: str
    passages: int
    status: str = MEASURED
    fill_s: float | None = None
    memory_mb: float | None = None
    search_p50_ms: float | None = None
    search_p95_ms: float | None = None
    recall10: float | None = None
    hybrid_p50_ms: float | None = None
    ask_p50_ms: float | None = None


@dataclass
class Result:
    """One run: figures that belong together."""

    quick: bool
    machine: dict[str, Any]
    questions: dict[str, Any]
    contenders: dict[str, Row] = field(default_factory=dict)
    growth: list[Grown] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ratios(self) -> dict[str, float | None]:
        """What is promised; None where a part of it was not measured."""
        rows = self.contenders
        own, torch = rows.get(OWN, Row()), rows.get(TORCH, Row())
        peers = [p50 for one in PEERS if (p50 := rows.get(one, Row()).p50_ms) is not None]
        hybrid = {one.contender: one.hybrid_p50_ms for one in self.growth if one.passages == MIDDLE}
        return {
            "ask_vs_fastest_peer": ratio(own.p50_ms, min(peers, default=None)),
            "ask_vs_encoder": ratio(own.p50_ms, rows.get(ENCODER, Row()).p50_ms),
            "encode_vs_torch": ratio(own.encoded_per_second, torch.encoded_per_second),
            "hybrid_vs_bare": ratio(hybrid.get(OWN), hybrid.get(SEARCH)),
            "cold_start_vs_torch": ratio(own.cold_start_s, torch.cold_start_s),
        }

    def as_json(self) -> dict[str, Any]:
        """The result as `bench.json` holds it."""
        return {"schema": 1, **asdict(self), "ratios": self.ratios, "goals": GOALS}


MIDDLE = 20_000  # passages at which both searches are held against the bare libraries


def from_json(data: Mapping[str, Any]) -> Result:
    """The result that `as_json` gave; KeyError or TypeError where it is another object."""
    return Result(
        quick=data["quick"],
        machine=data["machine"],
        questions=data["questions"],
        contenders={name: Row(**row) for name, row in data["contenders"].items()},
        growth=[Grown(**one) for one in data["growth"]],
        notes=data["notes"],
        seconds=data["seconds"],
    )


def ratio(one: float | None, other: float | None) -> float | None:
    """One figure as a multiple of another; None where one is missing or nothing.

    >>> ratio(3.0, 2.0)
    1.5
    """
    return round(one / other, 3) if one is not None and other else None


def met(name: str, found: float | None, own_p50: float | None) -> bool | None:
    """True where a ratio is as promised; None where it was not measured."""
    if found is None:
        return None
    if name == "ask_vs_encoder" and own_p50 is not None and own_p50 <= QUICK_ENOUGH:
        return True
    way, bound = GOALS[name]
    return found <= bound if way == "at most" else found >= bound


def auc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """How often a positive scores higher than a negative, a tie counting half (Hanley and McNeil 1982).

    >>> auc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not positive or not negative:
        return None
    above = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    return round(above / (len(positive) * len(negative)), 3)


def middle(seconds: Sequence[float]) -> float | None:
    """The median in milliseconds."""
    return round(1000 * statistics.median(seconds), 3) if seconds else None


def high(seconds: Sequence[float]) -> float | None:
    """The 95th percentile in milliseconds: the largest where there are few."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return round(1000 * ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)], 3)


def recall(found: Sequence[Sequence[Any]], exact: Sequence[Sequence[Any]]) -> float | None:
    """The mean share of the exact nearest that were found.

    >>> recall([[1, 2]], [[2, 3]])
    0.5
    """
    pairs = list(zip(found, exact, strict=True))
    if not pairs:
        return None
    return round(statistics.fmean(len({*one} & {*all_}) / len(all_) for one, all_ in pairs), 3)
