"""Plots of a result."""

from __future__ import annotations

from pathlib import Path

from qa.benchmarks.figures import Result


def write(result: Result, folder: Path) -> None:
    """Write all plots."""
