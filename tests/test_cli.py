"""The commands as people use them: help, good input, bad input, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from corpus.errors import EvidenceDeskError
from index.library import Library
from qa import cli
from qa.cli import app

COMMANDS = (
    "ask",
    "batch",
    "search",
    "evidence",
    "build",
    "import",
    "check",
    "serve",
    "evaluate",
    "agreement",
    "measure",
    "bench",
    "export",
    "gaps",
    "review",
    "screenshots",
    "embed",
)


@pytest.fixture
def run(library: Library, indexes: Path, monkeypatch: pytest.MonkeyPatch) -> object:  # noqa: ARG001
    """Runs a command on the shipped collection with the index of this test session."""
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    """`--help` of each command says what it does and shows one use of it."""
    result = CliRunner().invoke(app, [name, "--help"])
    assert 0 == result.exit_code
    assert f"Example: evidence-desk {name}" in " ".join(result.output.split())


def test_there_are_no_other_commands() -> None:
    """Each command is listed here, so that none goes without a test of its help."""
    result = CliRunner().invoke(app, ["--help"])
    listed = {name for name in COMMANDS if f" {name} " in result.output}
    assert set(COMMANDS) == listed
    assert len(COMMANDS) == len(app.registered_commands) + len(app.registered_groups)


def test_ask_answers_in_three_forms(run: object) -> None:
    """Text, Markdown and JSON of one question all hold the study's words and the disclaimer."""
    for form in ([], ["--markdown"], ["--json"]):
        result = run("ask", "does acupuncture help sciatica?", *form)  # type: ignore[operator]
        assert 0 == result.exit_code, result.output
        assert "pain associated with sciatica" in result.output
        assert "we do not make any claims" in result.output


def test_batch_echoes_questions_in_order(run: object, tmp_path: Path) -> None:
    """One answer a line, in the order asked, each with its question unchanged."""
    asked = ["sciatica", "", "  ¿ciática? ", "hip arthritis"]
    file, out = tmp_path / "asked.jsonl", tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps({"question": one, "id": 7}) + "\n" for one in asked))
    result = run("batch", str(file), "-o", str(out))  # type: ignore[operator]
    assert 0 == result.exit_code, result.output
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert asked == [one["question"] for one in answers]
    assert [out, file] == sorted(tmp_path.iterdir())


def test_search_writes_a_trec_run(run: object, tmp_path: Path) -> None:
    """Each line is `qid Q0 docid rank score tag`; the sciatica reviews come first for sciatica."""
    file = tmp_path / "queries.jsonl"
    file.write_text('{"_id": "q1", "text": "acupuncture for sciatica"}\n')
    for mode in ("hybrid", "dense", "bm25"):
        result = run("search", str(file), "-k", "3", "--mode", mode)  # type: ignore[operator]
        rows = [line.split() for line in result.stdout.splitlines()]
        assert [["q1", "Q0", "1"], ["q1", "Q0", "2"], ["q1", "Q0", "3"]] == [
            [row[0], row[1], row[3]] for row in rows
        ]
        assert {"ji-2015-sciatica", "qin-2015-sciatica"} == {row[2] for row in rows[:2]}
        scores = [float(row[4]) for row in rows]
        assert scores == sorted(scores, reverse=True)


def test_evidence_orders_all_sentences(run: object, tmp_path: Path) -> None:
    """The numbers of all sentences come back, the one that answers first."""
    file = tmp_path / "items.jsonl"
    sentences = [
        "We searched four databases.",
        "Knee pain fell significantly after acupuncture compared with sham.",
        "The weather was fine.",
    ]
    item = {"question": "Does acupuncture reduce knee pain?", "sentences": sentences}
    file.write_text(json.dumps(item) + "\n")
    result = run("evidence", str(file))  # type: ignore[operator]
    order = json.loads(result.stdout)["order"]
    assert 1 == order[0]
    assert [0, 1, 2] == sorted(order)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json\n", "wanted one JSON object a line"),
        ('{"text": "x"}\n', "wanted an object with 'question' as str"),
        ('["x"]\n', "wanted an object with 'question' as str"),
    ],
)
def test_bad_lines_are_named(
    text: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong line of a questions file ends with file, line, what was found and wanted; no traceback."""
    file = tmp_path / "asked.jsonl"
    file.write_text('{"question": "fine"}\n' + text)
    monkeypatch.setattr("sys.argv", ["evidence-desk", "batch", str(file)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert 1 == stopped.value.code
    said = capsys.readouterr().err
    assert f"{file}:2:" in said
    assert message in said


def test_wrong_usage_ends_with_two() -> None:
    """An unknown option is a usage error."""
    assert 2 == CliRunner().invoke(app, ["ask", "--colour", "red", "sciatica"]).exit_code


def test_a_half_written_file_is_never_left(
    run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where answering fails midway, the old output stays and nothing lies beside it."""
    file, out = tmp_path / "asked.jsonl", tmp_path / "answers.jsonl"
    file.write_text('{"question": "sciatica"}\n{"question": "knee"}\n')
    out.write_text("old")
    answered = []

    def fails_at_the_second(*_: object, **__: object) -> str:
        answered.append(1)
        if len(answered) > 1:
            raise EvidenceDeskError("the disk is full")
        return "{}"

    monkeypatch.setattr("qa.render_json.answer_line", fails_at_the_second)
    result = run("batch", str(file), "-o", str(out))  # type: ignore[operator]
    assert isinstance(result.exception, EvidenceDeskError)
    assert "old" == out.read_text()
    assert [out, file] == sorted(tmp_path.iterdir())
