"""The README: each command in it is run, each table in it is true."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from qa.counting import Counts

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def _commands(language: str = "sh") -> list[list[str]]:
    lines = [line for block in _blocks(language) for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def _table(heading: str) -> list[list[str]]:
    """The rows of the table under `heading`, without its head."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


OF_THE_DESK = [one for one in _commands() if one[0] == "evidence-desk"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the README's commands name, its example study among them."""
    folder = tmp_path_factory.mktemp("readme")
    record = re.search(r"`(my-studies/studies/[\w-]+\.md)`", README)
    assert record is not None
    (folder / record[1]).parent.mkdir(parents=True)
    (folder / record[1]).write_text(_blocks("markdown")[0], encoding="utf-8")
    question = "Does acupuncture help sciatica?"
    sentences = ["It was a trial of 40 people.", "Acupuncture eased sciatica."]
    judged = (ROOT / "tests/questions/tune.jsonl").read_text(encoding="utf-8").splitlines()[0]
    rows = {
        "questions.jsonl": {"question": question},
        "queries.jsonl": {"_id": "1", "text": question},
        "items.jsonl": {"question": question, "sentences": sentences},
        "corpus.jsonl": {"_id": "1", "title": "Needles for the knee", "text": "It helped."},
        "judged.jsonl": json.loads(judged),
        "judged-again.jsonl": json.loads(judged),
    }
    for name, row in rows.items():
        (folder / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
    medline = "PMID- 1\nTI  - Needles for the neck\nAB  - It helped.\nDP  - 2019\n"
    (folder / "pubmed.nbib").write_text(medline, encoding="utf-8")
    (folder / "neck-pain" / "studies").mkdir(parents=True)
    Counts(folder / "counts.json")
    public = folder / "public-data"
    public.mkdir()
    for name in ("queries.jsonl", "corpus.jsonl"):
        shutil.copy(folder / name, public)
    (public / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\t1\t1\n", encoding="utf-8")
    return folder


def _run(command: list[str], folder: Path, indexes: Path, patch: pytest.MonkeyPatch) -> None:
    """Run a command of the desk here, as its script would; AssertionError where it fails."""
    from qa.cli import main

    patch.chdir(folder)
    patch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    patch.setenv("EVIDENCE_DESK_COUNTS_FILE", str(folder / "counts.json"))
    patch.setattr(sys, "argv", command)
    end: object = 0
    try:
        main()
    except SystemExit as raised:
        end = raised.code
    assert end in {0, None}


@pytest.mark.model
@pytest.mark.parametrize(
    "command", [one for one in OF_THE_DESK if one[1] != "serve"], ids=lambda one: " ".join(one[1:4])
)
def test_command_runs(
    command: list[str],
    sandbox: Path,
    indexes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A command of the README ends well and leaves the file that it was asked for."""
    _run(command, sandbox, indexes, monkeypatch)
    if "-o" in command:
        assert (sandbox / command[command.index("-o") + 1]).read_text(encoding="utf-8").strip()
    else:
        assert capsys.readouterr().out.strip()


@pytest.mark.model
def test_added_study_is_quoted(
    sandbox: Path,
    indexes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The example study, added as the README says, answers the question that the README asks."""
    command = next(one for one in OF_THE_DESK if "--drafts" in one)
    _run([*command, "--json"], sandbox, indexes, monkeypatch)
    answer = json.loads(capsys.readouterr().out)
    assert ["example-2024"] == [one["study"]["id"] for one in answer["findings"]]


@pytest.mark.model
def test_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines of Python in the README answer the question in them."""
    monkeypatch.chdir(tmp_path)
    exec(compile(_blocks("python")[0], "README.md", "exec"), {})  # noqa: S102 - our own README
    assert capsys.readouterr().out.startswith("answered ")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _serves(command: list[str], port: int, folder: Path, indexes: Path, tmp_path: Path) -> str:
    """Start a server, read its page, stop it as Ctrl-C does, and return what it printed."""
    printed = tmp_path / "printed"
    settings = {"EVIDENCE_DESK_PORT": str(port), "EVIDENCE_DESK_INDEX_ROOT": str(indexes)}
    with printed.open("wb") as out:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        page = _first_page(f"http://127.0.0.1:{port}/", server, printed)
        assert "<html" in page
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGINT)
        server.wait(timeout=30)
    told = printed.read_text(encoding="utf-8")
    assert "Traceback" not in told, told
    return told


def _first_page(address: str, server: subprocess.Popen[bytes], printed: Path) -> str:
    for _ in range(600):
        assert server.poll() is None, printed.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode("utf-8"))
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer: {printed.read_text(encoding='utf-8')}")


@pytest.mark.model
def test_make_run_serves(indexes: Path, tmp_path: Path) -> None:
    """`make run` builds the index if need be, serves the page, and prints its address."""
    assert ["make", "run"] in _commands()
    port = _free_port()
    # The environment that runs this test is the one that `make run` would have made.
    command = ["make", "run", f"PORT={port}", f"BIN={BIN}", "RUN=Makefile"]
    assert f"http://127.0.0.1:{port}" in _serves(command, port, ROOT, indexes, tmp_path)


@pytest.mark.model
def test_module_serves(indexes: Path, tmp_path: Path) -> None:
    """`python -m qa serve` serves the page from any folder."""
    assert [".venv/bin/python", "-m", "qa", "serve"] in _commands()
    command = [sys.executable, "-m", "qa", "serve"]
    port = _free_port()
    assert f"http://127.0.0.1:{port}" in _serves(command, port, tmp_path, indexes, tmp_path)


@pytest.mark.model
def test_collections_are_served_side_by_side(sandbox: Path, indexes: Path, tmp_path: Path) -> None:
    """The command that serves two collections prints the address of each, and of both together."""
    command = next(one for one in OF_THE_DESK if one[1] == "serve" and "--collection" in one)
    port = _free_port()
    told = _serves([str(BIN / command[0]), *command[1:]], port, sandbox, indexes, tmp_path)
    for name in ("neck-pain", "all"):
        assert f"http://127.0.0.1:{port}/c/{name}/" in told


def test_make_run_is_the_serve_command() -> None:
    """What the README says about `serve` is what `make run` does."""
    done = _make("--dry-run", "run", f"RUN={ROOT / 'Makefile'}")
    serve = next(one for one in OF_THE_DESK if one[1] == "serve")
    assert done.splitlines()[-1].endswith(" ".join(serve))


def test_make_test_ends_with_pytest() -> None:
    """`make test` checks style, types and directions, and runs pytest last."""
    assert ["make", "test"] in _commands()
    lines = _make("--dry-run", "test", f"DEV={ROOT / 'Makefile'}").splitlines()
    tools = ["ruff check", "ruff format --check", "mypy", "lint-imports", "-m pytest"]
    assert tools == [tool for line in lines for tool in tools if tool in line]


def _make(*words: str) -> str:
    done = subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def test_make_targets_exist() -> None:
    """Each `make` target that the README names is in the Makefile, and `make help` lists it."""
    named = set(re.findall(r"\bmake ([a-z-]+)", "".join(re.findall(r"`[^`]+`", README))))
    listed = set(re.findall(r"^  make ([a-z-]+)", _make("help"), re.MULTILINE))
    assert {"run", "test"} <= named <= listed


def test_every_command_is_shown() -> None:
    """The commands in the README are those that the program has, all of them."""
    from typer.main import get_command

    from qa.cli import app

    commands = getattr(get_command(app), "commands", {})
    assert set(commands) == set(re.findall(r"evidence-desk ([a-z]+)", README))


def test_windows_and_macos_commands_are_the_same() -> None:
    """The lines for Windows and for macOS differ in paths only, and install from this folder, pinned."""
    (windows,) = _blocks("bat")
    as_on_macos = windows.replace("py -m venv", "python3 -m venv").replace(
        ".venv\\Scripts\\", ".venv/bin/"
    )
    assert as_on_macos in _blocks("sh")
    assert ".venv/bin/python -m pip install -c constraints.txt .\n" in as_on_macos


@pytest.mark.long
def test_plain_pip_commands_install(indexes: Path, tmp_path: Path) -> None:
    """The plain pip commands, run in a copy of the checkout, give a server. Needs a network."""
    copy = tmp_path / "copy"
    left_out = shutil.ignore_patterns(".venv", ".git", "var", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=left_out)
    block = next(one for one in _blocks("sh") if "pip install" in one)
    *first, serve = [shlex.split(line) for line in block.splitlines()]
    for command in first:
        subprocess.run(command, cwd=copy, check=True, capture_output=True)
    port = _free_port()
    assert f"http://127.0.0.1:{port}" in _serves(serve, port, copy, indexes, tmp_path)


def test_settings_table_is_the_settings() -> None:
    """The settings table is the one that the settings themselves give."""
    from qa.settings import settings_table

    section = README.partition("\n## Settings\n")[2].partition("\n## ")[0]
    assert settings_table() in section, f"README.md, Settings; wanted:\n{settings_table()}"


def test_file_map_is_true() -> None:
    """Every path in the file map exists, and every folder at the top is in it."""
    paths = [row[0].strip("`") for row in _table("Where things are")]
    assert [] == [one for one in paths if not (ROOT / one).exists()]
    assert {"corpus/", "index/", "qa/", "tests/", "app.py"} <= set(paths)


def test_linked_files_exist() -> None:
    """Pictures and files that the README links to are there."""
    links = [one for one in re.findall(r"\]\(([^)]+)\)", README) if "://" not in one]
    assert "docs/answer.png" in links
    assert [] == [one for one in links if not (ROOT / one.partition("#")[0]).exists()]
