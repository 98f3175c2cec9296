"""The steps of a load test: how is asked, and how many ask. Light, so that the command can name them."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How a visitor asks."""

    API = "api"  # one request, JSON
    PAGE = "page"  # Gradio's two: a call, and the stream of its events


class Step(StrEnum):
    """A piece of a load test, named for how is asked and for how many ask."""

    API_RATE = "api-rate"
    PAGE_RATE = "page-rate"
    PAGE_1 = "page-1"
    PAGE_20 = "page-20"
    PAGE_100 = "page-100"
    PAGE_200 = "page-200"
    API_100 = "api-100"
    SWAPS = "swaps"  # 8 people, half of them each way, while the collection changes again and again

    @property
    def ways(self) -> tuple[Way, ...]:
        """How is asked."""
        return (Way.API, Way.PAGE) if self is Step.SWAPS else (Way(self.value.split("-")[0]),)

    @property
    def people(self) -> int | None:
        """How many people ask, each as soon as the question before is answered; None at a fixed rate."""
        if self is Step.SWAPS:
            return 8
        told = self.value.split("-")[1]
        return int(told) if told.isdigit() else None
