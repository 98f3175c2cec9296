"""The benchmark measures what it says: every question answered alone and on the page."""

from __future__ import annotations

from index.library import Library
from qa.bench import page_figures
from qa.settings import load


def test_page_figures_are_of_as_many_questions_as_asked(chromium: str, library: Library) -> None:
    """Ten questions are measured twice each; what is seen on the page takes longer than the answer alone."""
    assert chromium
    found = page_figures(load(), library, 10)
    assert 10 == found.questions
    assert 0 < found.ask_p50 <= found.ask_p95
    assert 0 < found.page_p50 <= found.page_p95
    assert found.added_p50 == round(found.page_p50 - found.ask_p50, 1)
