"""What a monitor asks for: does the process live, does it answer, and how much was answered.

Figures are counts only. They are for this machine, or for whoever has the operator's token.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import SecretStr

from corpus.catalogue import Catalogue
from qa.answer import Receipt
from qa.choices import NO_CHOICES
from qa.counting import BOUNDS, Count, Tally
from qa.examples import example_texts
from qa.failures import told
from qa.gate import SignIn
from qa.guard import NOT_FOUND, READ, Route
from qa.peer import is_local
from qa.served import Current, Served
from qa.wording import Wording

ROUTES = (Route("/(?:healthz|readyz|metrics)", READ, api=True),)
_REHEARSAL = "does it help?"  # where a collection has no examples
_log = logging.getLogger(__name__)


def rehearsal(catalogue: Catalogue) -> str:
    """A question that exercises everything: the first example of the collection."""
    return next(iter(example_texts(catalogue)), _REHEARSAL)


class Readiness:
    """Asks once, uncounted, and remembers what the answer rests on."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._tried: tuple[Served, Receipt | None] | None = None
        self._trying = asyncio.Lock()

    async def __call__(self) -> Response:
        """200 with what answers are made of, or 503 as long as none can be made."""
        served = self._current()
        async with self._trying:  # many monitors, one question
            if self._tried is None or self._tried[0] is not served or self._tried[1] is None:
                self._tried = (served, await asyncio.to_thread(_receipt, served))
            receipt = self._tried[1]
        if receipt is None:
            return JSONResponse({"ready": False}, status_code=503)
        return JSONResponse(
            {
                "ready": True,
                "studies": len(served.catalogue.studies),
                "collection": receipt.collection,
                "index": receipt.index,
                "model": receipt.model,
                "engine": receipt.engine,
                "version": receipt.version,
                # False where the collection was changed and its newer state cannot be served.
                "up_to_date": served.trouble is None,
            }
        )


def _receipt(served: Served) -> Receipt | None:
    try:
        return served.ask(rehearsal(served.catalogue), (), NO_CHOICES).receipt
    except Exception as exc:  # noqa: BLE001 - whatever it is, the site is not ready
        _log.error("not ready: %s", told(exc))
        return None


def add_to(
    app: FastAPI, ready: Readiness, tally: Callable[[], Tally], token: SecretStr | None = None
) -> None:
    """Let `app` answer monitors; `token` is what opens the figures to another machine."""
    sign_in = SignIn(token=token)
    registry = CollectorRegistry()
    registry.register(_Figures(tally))

    async def metrics(request: Request) -> Response:
        if not (is_local(request.scope) or sign_in.knows(request.scope)):
            return JSONResponse({"detail": Wording(NOT_FOUND.name).text}, status_code=404)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    both = ["GET", "HEAD"]
    app.add_api_route("/healthz", lambda: {"alive": True}, methods=both)
    app.add_api_route("/readyz", ready.__call__, methods=both)
    app.add_api_route("/metrics", metrics, methods=both)


class _Figures(Collector):
    """A tally in the words of Prometheus. No concepts: with the time of each reading, they would tell on people."""

    def __init__(self, tally: Callable[[], Tally]) -> None:
        self._tally = tally

    def collect(self) -> Iterable[Metric]:
        """The figures of this moment."""
        tally = self._tally()
        answers = CounterMetricFamily(
            "evidence_desk_answers", "Answers by outcome.", labels=["outcome"]
        )
        for (outcome,), count in tally.of(Count.OUTCOME):
            answers.add_metric([outcome], count)
        feedback = CounterMetricFamily(
            "evidence_desk_feedback", "Feedback by outcome.", labels=["helpful", "outcome"]
        )
        for (helpful, outcome), count in tally.of(Count.FEEDBACK):
            feedback.add_metric([helpful, outcome], count)
        refused = CounterMetricFamily(
            "evidence_desk_refusals", "Requests refused, by the wording.", labels=["why"]
        )
        for (why,), count in tally.of(Count.REFUSED):
            refused.add_metric([why], count)
        failed = sum(count for _, count in tally.of(Count.FAILED))
        failures = CounterMetricFamily(
            "evidence_desk_failures", "Questions that ended in an error.", value=failed
        )
        return [answers, feedback, refused, failures, _seconds(tally)]


def _seconds(tally: Tally) -> Metric:
    counts = tally.seconds.counts
    below = [sum(counts[: place + 1]) for place in range(len(counts))]
    buckets = [*zip(map(str, (*BOUNDS, "+Inf")), map(float, below), strict=True)]
    return HistogramMetricFamily(
        "evidence_desk_answer_seconds",
        "How long answers took, without the network.",
        buckets=buckets,
        sum_value=tally.seconds.total,
    )
