"""What a server installs: the lock is in step with the project, every licence is known, and an audit never lies."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from deploy.licences import declared, listed, locked, parts, plain
from deploy.lock import entries, for_linux, with_torch

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (DEPLOY / "requirements.txt").read_text(encoding="utf-8")
BUILD = (DEPLOY / "build-requirements.txt").read_text(encoding="utf-8")
TOOLS = (DEPLOY / "tools.txt").read_text(encoding="utf-8")
STALE = "deploy/ and constraints.txt are out of step; `make lock` writes both anew"
SERVED_BY = (  # the systems that the lock is for
    {"sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.11"},
    {"sys_platform": "linux", "platform_machine": "aarch64", "python_version": "3.13"},
)


def _pins() -> dict[str, str]:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return {plain(name): version for name, version in locked(text).items()}


# --- the lock


@pytest.mark.parametrize("text", [LOCK, BUILD], ids=["server", "builder"])
def test_versions_are_those_of_the_constraints(text: str) -> None:
    """A server runs with what the checks ran with."""
    pins = _pins()
    # The sound library's stand-in is for Python 3.13, so it is not among what was installed here.
    differing = {
        f"{name}: locked {version}, pinned {pins.get(name)}"
        for name, version in locked(text).items()
        if pins.get(name) != version and name != "audioop-lts"
    }
    assert set() == differing, STALE


def test_every_dependency_is_locked() -> None:
    """All that pyproject.toml asks for is there, in a version that it takes."""
    found = locked(LOCK)
    wanted = [Requirement(one) for one in PROJECT["project"]["dependencies"]]
    missing = {
        str(one) for one in wanted if not one.specifier.contains(found.get(plain(one.name), "0"))
    }
    assert set() == missing, STALE
    builder = locked(BUILD)
    for one in map(Requirement, PROJECT["build-system"]["requires"]):
        assert one.specifier.contains(builder.get(plain(one.name), "0")), STALE


def test_nothing_is_locked_that_nobody_needs() -> None:
    """The packages are those that the dependencies need in turn, by the metadata of what is installed; no more, no fewer."""
    needed: set[str] = set()
    for system in SERVED_BY:
        environment = {**default_environment(), **system}
        environment["python_full_version"] = f"{system['python_version']}.0"
        waiting = [Requirement(one) for one in PROJECT["project"]["dependencies"]]
        seen: set[tuple[str, frozenset[str]]] = set()
        while waiting:
            one = waiting.pop()
            key = (plain(one.name), frozenset(one.extras))
            if key in seen:
                continue
            seen.add(key)
            waiting += _asked_by(one, environment)
        needed |= {name for name, _ in seen}
    assert set(locked(LOCK)) == needed, STALE


def _asked_by(package: Requirement, environment: Mapping[str, Any]) -> list[Requirement]:
    try:
        asked = importlib.metadata.requires(package.name) or []
    except importlib.metadata.PackageNotFoundError:
        return []  # for another Python than this one
    extras = ("", *package.extras)
    return [
        one
        for one in map(Requirement, asked)
        if one.marker is None
        or any(one.marker.evaluate({**environment, "extra": extra}) for extra in extras)
    ]


@pytest.mark.parametrize("text", [LOCK, BUILD, TOOLS], ids=["server", "builder", "tools"])
def test_every_package_has_hashes(text: str) -> None:
    """No file is taken that is not named by its hash, and no package stands there twice."""
    found = list(entries(text))
    assert len(locked(text)) == len(found) > 5
    assert [] == [one for one in found if not re.search(r"--hash=sha256:[0-9a-f]{64}\n", one)]
    unread = text
    for one in found:
        unread = unread.replace(one, "")
    assert [] == [line for line in unread.splitlines() if not line.startswith("#")]


def test_torch_is_the_build_for_processors() -> None:
    """Its hashes are those of the listed files and of nothing else; the other build draws gigabytes."""
    sums = (DEPLOY / "torch-cpu.sha256").read_text(encoding="utf-8").splitlines()
    assert "torch==2.13.0" in PROJECT["project"]["dependencies"]
    files = {name: total for total, name in (line.split("  ") for line in sums)}
    assert {
        f"torch-2.13.0+cpu-cp{python}-cp{python}-manylinux_2_28_{machine}.whl"
        for python in ("311", "312", "313")
        for machine in ("x86_64", "aarch64")
    } == set(files)
    (entry,) = [one for one in entries(LOCK) if one.startswith("torch==2.13.0 ")]
    assert set(files.values()) == set(re.findall(r"sha256:([0-9a-f]{64})", entry))
    assert [] == [name for name in locked(LOCK) if name.startswith(("nvidia", "triton", "cuda"))]


def test_what_torch_asks_for_is_told_to_the_resolver_truly() -> None:
    """deploy/uv.toml repeats the metadata of the build that is installed."""
    config = tomllib.loads((DEPLOY / "uv.toml").read_text(encoding="utf-8"))
    (told,) = config["dependency-metadata"]
    asked = [one for one in importlib.metadata.requires("torch") or [] if "extra ==" not in one]
    if importlib.metadata.version("torch").endswith("+cpu"):
        assert sorted(asked) == sorted(told["requires-dist"])
    assert ("torch", "2.13.0") == (told["name"], told["version"])


def test_other_systems_are_left_out() -> None:
    """What only Windows or a browser needs is not for a server; torch's hashes are replaced, others kept."""
    text = (
        "a==1 \\\n    --hash=sha256:1\n"
        "b==2 ; sys_platform == 'win32' \\\n    --hash=sha256:2\n"
        "c==3 ; python_full_version >= '3.12' and sys_platform == 'emscripten' \\\n    --hash=sha256:3\n"
        "d==4 ; sys_platform != 'emscripten' \\\n    --hash=sha256:4\n"
        "torch==5 \\\n    --hash=sha256:5\n"
    )
    kept = "".join(with_torch(for_linux(entries(text)), "77  x.whl\n66  y.whl\n"))
    assert (
        "a==1 \\\n    --hash=sha256:1\n"
        "d==4 ; sys_platform != 'emscripten' \\\n    --hash=sha256:4\n"
        "torch==5 \\\n    --hash=sha256:66 \\\n    --hash=sha256:77\n"
    ) == kept


def test_tools_are_no_dependencies() -> None:
    """What audits and describes the supply chain is installed beside nothing that is served."""
    tools = {Requirement(one).name for one in _lines(DEPLOY / "tools.in")}
    assert {"cyclonedx-bom", "pip-audit", "uv"} == tools
    assert set() == tools & {*locked(LOCK), *locked(BUILD), *_pins()}
    for one in map(Requirement, _lines(DEPLOY / "tools.in")):
        assert one.specifier.contains(locked(TOOLS)[one.name]), STALE


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


# --- licences

KNOWN = tomllib.loads((DEPLOY / "licences.toml").read_text(encoding="utf-8"))
ROWS = re.findall(
    r"^\| (\S+) \| (\S+) \| (.+) \|$",
    (DEPLOY / "licences.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)[2:]  # without the head of the table


def test_every_locked_package_has_its_licence_listed() -> None:
    """No package more, none less, each in its version."""
    assert locked(LOCK) == {name: version for name, version, _ in ROWS}, "wanted `make licences`"


def test_no_licence_comes_as_a_surprise() -> None:
    """Each licence is an allowed one, or allowed for that package with a reason; no exception is left over."""
    exceptions = {name: one["licence"] for name, one in KNOWN["exceptions"].items()}
    surprising = {
        (name, one) for name, _, licence in ROWS for one in parts(licence) - set(KNOWN["allowed"])
    }
    assert set(exceptions.items()) == surprising
    assert all(
        one["reason"] for one in (*KNOWN["exceptions"].values(), *KNOWN["looked_up"].values())
    )
    assert [] == [one for one in KNOWN["allowed"] if re.search(r"GPL|SSPL|MPL|EUPL|NC", one)]


def test_listed_licences_are_those_of_what_is_installed() -> None:
    """For each package that states a licence in the newer way, the list says the same."""
    stated = {
        name: importlib.metadata.metadata(name).json.get("license_expression")
        for name, _, _ in ROWS
        if name != "audioop-lts"
    }
    differing = {
        name: stated[name] for name, _, licence in ROWS if stated.get(name) not in (None, licence)
    }
    assert {} == differing
    assert len([one for one in stated.values() if one]) > 40


def test_unknown_licence_stops_the_list() -> None:
    """A package that declares nothing, and that nobody looked up, is named."""
    with pytest.raises(
        ValueError, match=r"knee declares no licence; wanted one in deploy/licences\.toml"
    ):
        listed({"components": [{"name": "Knee"}]}, {"knee": "1"}, {})


def test_no_licence_hides_behind_another() -> None:
    """Where the old metadata says two things, both are listed."""
    family = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    two = [{"license": {"id": "MIT"}}, {"license": {"name": family}}]
    assert f"MIT AND {family}" == declared(two)


# --- the audit


def _audited(tmp_path: Path, says: str, code: int = 0) -> tuple[int, str]:
    """The audit with a stand-in for pip-audit, whose service of advisories is on the network."""
    stand_in = tmp_path / "stand-in.py"
    stand_in.write_text(f"import sys\nprint({says!r})\nsys.exit({code})\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, DEPLOY / "audit.py", sys.executable, stand_in],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == done.stderr
    return done.returncode, done.stdout


CLEAN = {"name": "numpy", "version": "2.4.6", "vulns": []}
WEAK = {
    "name": "knee",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
SKIPPED = {"name": "hip", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("packages", "code", "told"),
    [
        ([CLEAN], 0, "1 packages audited, no advisory is known for any."),
        (
            [CLEAN, WEAK],
            1,
            "knee 1.0: PYSEC-1, mended in 1.1\nknee 1.0: PYSEC-2, mended in no version yet",
        ),
        ([CLEAN, SKIPPED], 2, "NOT AUDITED: 1 of 2 packages (hip)."),
        ([WEAK, SKIPPED], 1, "NOT AUDITED: 1 of 2 packages (hip)."),
        ([], 2, "NOT AUDITED: nothing was asked about"),
    ],
    ids=["clean", "weak", "skipped", "weak-and-skipped", "nothing"],
)
def test_audit_tells_what_it_could_ask(
    packages: list[dict[str, object]], code: int, told: str, tmp_path: Path
) -> None:
    """Weaknesses end with 1, a question that got no whole answer with 2, whatever the tool makes of it."""
    ended, said = _audited(tmp_path, json.dumps({"dependencies": packages, "fixes": []}))
    assert code == ended
    assert told in said


def test_audit_without_a_network_says_so(tmp_path: Path) -> None:
    """No list at all is no clean list."""
    ended, said = _audited(tmp_path, "", code=1)
    assert (2, "NOT AUDITED: it said nothing\n") == (ended, said)
