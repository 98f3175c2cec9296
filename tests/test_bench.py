"""The benchmark measures what it says: every question answered alone and on the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.library import Library
from qa.bench import page_figures
from qa.cli import app
from qa.cli_bench import bench
from qa.settings import load


def test_page_figures_are_of_as_many_questions_as_asked(chromium: str, library: Library) -> None:
    """Ten questions are measured twice each; what is seen on the page takes longer than the answer alone."""
    assert chromium
    found = page_figures(load(), library, 10)
    assert 10 == found.questions
    assert 0 < found.ask_p50 <= found.ask_p95
    assert 0 < found.page_p50 <= found.page_p95
    assert found.added_p50 == round(found.page_p50 - found.ask_p50, 1)


def test_command_prints_a_table(
    chromium: str,
    library: Library,
    indexes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each figure has a row with milliseconds, and the number of questions is told."""
    assert chromium
    assert library.passages
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    bench(page=10, as_json=False, collection=None)
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.endswith("of 10")
    assert ["the answer alone", "from the button to the eye", "what the page adds"] == [
        re.split(r" {2,}", one)[0] for one in rows
    ]


def test_an_import_is_measured_in_a_process_of_its_own() -> None:
    """All records come in, and seconds, size and memory are told."""
    done = CliRunner().invoke(app, ["bench", "--import", "40", "--json"])
    found = json.loads(done.output)
    assert 40 == found["records"]
    assert min(found["megabytes"], found["seconds"], found["peak_megabytes"]) > 0


def test_the_encoder_is_measured_against_torch(
    library: Library, indexes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each figure is there, the ratios are those of the figures, and the vectors are the reference's."""
    assert library.passages
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    done = CliRunner().invoke(app, ["bench", "--encoder", "1", "--json"])
    found = json.loads(done.output)
    assert {"encode_vs_torch", "question_vs_torch", "cold_start_vs_torch"} == set(found["ratios"])
    assert found["engine"].startswith("openvino-")
    assert (
        round(found["fast_passages"] / found["torch_passages"], 2)
        == found["ratios"]["encode_vs_torch"]
    )
    assert (
        round(found["fast_start"] / found["torch_start"], 2)
        == found["ratios"]["cold_start_vs_torch"]
    )
    assert 0.9999 <= found["cosine"] <= 1.000001
    assert 0 < found["fast_megabytes"] < found["torch_megabytes"]
