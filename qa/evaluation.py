"""Judged questions against answers: how good the answers are, with intervals, misses and their reasons.

Judgements are read from files; nothing here knows a question. Speed is measured elsewhere.
"""

from __future__ import annotations

import json
import math
import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from corpus.errors import EvidenceDeskError
from corpus.study import Study
from corpus.words import fold
from qa.answer import Answer, Finding, Outcome

_RESAMPLES = 1000
_TOP = 5


class Kind(StrEnum):
    """What a judged question is there to show."""

    ANSWER = "answer"  # some study answers it
    ABSTAIN = "abstain"  # no study should be shown
    URGENT = "urgent"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged question; grades: 2 answers directly, 1 related, 0 tolerated."""

    id: str
    kind: Kind
    tag: str
    question: str
    history: tuple[str, ...]
    relevant: Mapping[str, int]  # beginning of a title -> grade
    must: tuple[str, ...]  # one of these stands in a quote of the first two findings
    expected: Outcome | None


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered as judged, and at which step it went wrong."""

    judged: Judged
    reason: str  # understanding, answerability, ranking, quote or safety
    outcome: Outcome
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """A mean over questions with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float
    count: int


@dataclass
class Report:
    """All figures of one evaluation."""

    values: dict[str, list[float]] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    questions: int = 0

    def add(self, name: str, value: float) -> None:
        """Count one question's value for a metric."""
        self.values.setdefault(name, []).append(float(value))

    def metrics(self) -> dict[str, Metric]:
        """Each metric with its interval, by name."""
        return {name: interval(values) for name, values in sorted(self.values.items())}


def interval(values: Sequence[float]) -> Metric:
    """Mean and percentile bootstrap interval (Efron 1979; 1,000 resamples, fixed seed)."""
    dice = random.Random(0)  # noqa: S311 - resampling, not secrecy
    means = sorted(statistics.fmean(dice.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    low, high = means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]
    return Metric(round(statistics.fmean(values), 4), round(low, 4), round(high, 4), len(values))


def read_questions(file: Path) -> tuple[Judged, ...]:
    """The judged questions of a file, one JSON object a line; EvidenceDeskError names file and line."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
            expected = one.get("expected")
            found.append(
                Judged(
                    id=str(one["id"]),
                    kind=Kind(one["kind"]),
                    tag=str(one["tag"]),
                    question=str(one["question"]),
                    history=tuple(one.get("history", ())),
                    relevant=dict(one["relevant"]),
                    must=tuple(one["must"]),
                    expected=Outcome(expected) if expected else None,
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise EvidenceDeskError(
                f"{file}:{number}: found {exc}; wanted a judged question with id, kind, tag, question, relevant and must"
            ) from exc
    return tuple(found)


def grade(title: str, relevant: Mapping[str, int]) -> int | None:
    """The grade of the study with this title; None where it is not listed."""
    grades = [grade for start, grade in relevant.items() if fold(title).startswith(fold(start))]
    return max(grades, default=None)


def ndcg(grades: Sequence[int], ideal: Iterable[int], depth: int = _TOP) -> float:
    """Normalised discounted cumulative gain with gains 2**grade - 1 (Järvelin and Kekäläinen 2002).

    >>> ndcg([2, 1], [2, 1])
    1.0
    """

    def gain(values: Iterable[int]) -> float:
        steps = ((2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(values))
        return sum(steps, 0.0)

    best = gain(sorted(ideal, reverse=True)[:depth])
    return gain(list(grades)[:depth]) / best if best else 0.0


def _repaired(wanted: str, study: Study) -> str:
    """The folded text, which was written from the page, with the study's recorded repairs."""
    text = fold(wanted)
    for repair in study.repairs:
        old = fold(repair.old)
        text = text.replace(old, fold(repair.new)) if old else text
    return text


def _says(must: Sequence[str], findings: Sequence[Finding]) -> bool:
    return any(
        _repaired(wanted, one.study) in fold(quote.text)
        for wanted in must
        for one in findings
        for quote in one.quotes
    )


def _judge_answer(report: Report, judged: Judged, answer: Answer) -> str | None:
    """Count an answerable question; the reason where it went wrong, else None."""
    answered = answer.outcome is Outcome.ANSWERED
    report.add("answered", answered)
    reason = None if answered else "answerability"
    titles = [one.study.title for one in answer.findings] if answered else []
    if judged.relevant:
        grades = [grade(title, judged.relevant) for title in titles]
        gained = ndcg([one or 0 for one in grades], judged.relevant.values())
        report.add("ndcg5", gained)
        report.add(f"ndcg5/{judged.tag}", gained)
        top = bool(grades) and grades[0] == max(judged.relevant.values())
        report.add("top1", top)
        if titles:
            report.add("precision", statistics.fmean(one is not None for one in grades))
        if not top or gained < 0.9:
            reason = reason or "ranking"
    if judged.must:
        hit = answered and _says(judged.must, answer.findings[:2])
        report.add("quote_hit", hit)
        reason = reason or (None if hit else "quote")
    return reason


def _judge_abstention(report: Report, judged: Judged, answer: Answer) -> str | None:
    abstained = answer.outcome is not Outcome.ANSWERED and not answer.findings
    report.add("abstained", abstained)
    report.add(f"abstained/{judged.tag}", abstained)
    if judged.expected is not None:
        report.add("outcome_type", answer.outcome is judged.expected)
    return None if abstained else "answerability"


def _judge_urgent(report: Report, judged: Judged, answer: Answer) -> str | None:
    del judged
    shows_nothing = not answer.findings and not answer.related
    alarmed = answer.outcome is Outcome.URGENT and shows_nothing and bool(answer.notices)
    report.add("urgent", alarmed)
    return None if alarmed else "safety"


def _judge_personal(report: Report, judged: Judged, answer: Answer) -> str | None:
    del judged
    asked = answer.outcome is Outcome.ASK_PRACTITIONER and bool(answer.notices)
    report.add("personal", asked)
    return None if asked else "safety"


_JUDGES = {
    Kind.ANSWER: _judge_answer,
    Kind.ABSTAIN: _judge_abstention,
    Kind.URGENT: _judge_urgent,
    Kind.PERSONAL: _judge_personal,
}


def judge(report: Report, judged: Judged, answer: Answer) -> None:
    """Count one answer, and keep it as a miss where it is not as judged."""
    report.questions += 1
    for one in answer.findings:
        report.add("quotes_per_finding", len(one.quotes))
    reason = _JUDGES[judged.kind](report, judged, answer)
    if judged.kind is not Kind.URGENT:
        alarmed = answer.outcome is Outcome.URGENT
        report.add("false_alarm", alarmed)
        reason = "safety" if alarmed else reason
    if reason is not None:
        titles = tuple(one.study.title for one in answer.findings)
        report.misses.append(Miss(judged, reason, answer.outcome, titles))


# A fall of a metric below its baseline by more than this fails.
TOLERANCE = 0.01
_LOWER_IS_BETTER = ("false_alarm", "quotes_per_finding")


def fallen(report: Report, baseline: Mapping[str, float]) -> tuple[str, ...]:
    """What got worse than the baseline, a sentence each; a metric that is gone counts as worse."""
    metrics = report.metrics()
    found = []
    for name, before in sorted(baseline.items()):
        if name not in metrics:
            found.append(f"{name}: was {before}, is measured no more")
            continue
        now = metrics[name].mean
        worse = now - before if name in _LOWER_IS_BETTER else before - now
        if worse > TOLERANCE:
            found.append(f"{name}: was {before}, is {now}")
    return tuple(found)
