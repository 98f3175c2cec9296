"""The unit of systemd, the container and the guide: sound by themselves, and saying the same."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

import pytest

from qa.settings import PREFIX, Settings, load

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "evidence-desk.service"
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
PROGRAM = "/usr/local/lib/evidence-desk/current/bin/evidence-desk"
MOST_EXPOSED = 15  # tenths of what systemd calls exposure, of 100; below 20 it says "OK"


def _unit(path: Path = UNIT) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def _environment() -> dict[str, str]:
    words = shlex.split(" ".join(_unit()["Environment"]))
    return dict(word.partition("=")[::2] for word in words)


def _analysed(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *words], capture_output=True, text=True, check=False
    )


# --- the unit


@pytest.mark.systemd
def test_units_are_understood(tmp_path: Path) -> None:
    """Systemd finds no fault in any of the three files, told that the program is installed."""
    for path in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")):
        text = path.read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = _analysed("verify", *sorted(tmp_path.iterdir()))
    faults = [line for line in done.stderr.splitlines() if "evidence-desk" in line]
    assert (0, []) == (done.returncode, faults)


@pytest.mark.systemd
def test_unit_exposes_little() -> None:
    """What systemd counts against a service stays below the limit."""
    limit = f"--threshold={MOST_EXPOSED}"
    done = _analysed("security", "--offline=true", limit, UNIT)
    assert 0 == done.returncode, done.stdout


def test_settings_of_the_unit_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the unit sets are settings of the program, and its secrets are read from where systemd lays them."""
    (credential,) = _unit()["LoadCredential"]
    name = credential.partition(":")[0]
    secrets = ("staff_password", "staff_token", "metrics_token")
    for one in secrets:
        # A folder's files are laid as the name of the credential, an underscore, and their own name.
        (tmp_path / f"{name}_{one}").write_text(f"{one}-that-is-long-enough\n", encoding="utf-8")
    for key, value in _environment().items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    found = load()
    assert Path("/var/lib/evidence-desk/indexes") == found.indexes
    assert ("127.0.0.1",) == found.trusted_proxies
    for one in secrets:
        assert f"{one}-that-is-long-enough" == getattr(found, one).get_secret_value()
        assert one in UNIT.read_text(encoding="utf-8")


def test_unit_writes_into_its_state_only() -> None:
    """Every path that its settings write to is below the one folder that systemd opens."""
    unit = _unit()
    assert (["strict"], ["evidence-desk"]) == (unit["ProtectSystem"], unit["StateDirectory"])
    assert [] == unit["ReadWritePaths"]
    paths = [
        value for key, value in _environment().items() if key.startswith(PREFIX) and "/" in value
    ]
    assert 2 == len(paths)
    assert all(one.startswith("/var/lib/evidence-desk/") for one in paths)


def test_unit_waits_where_the_program_listens() -> None:
    """Readiness, health, nginx and the container ask at the program's own port."""
    place = f"http://127.0.0.1:{load().port}"
    assert f"{place}/readyz" in _unit()["ExecStartPost"][0]
    assert f"{place}/healthz" in _unit(DEPLOY / "evidence-desk-health.service")["ExecStart"][0]
    assert f"{place}/readyz" in CONTAINER
    assert "server 127.0.0.1:7860;" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


# What the unit does to the program, by hand: nothing may be written but the state, no new rights, none left.
_SEALED = """
mount --bind "$1" "$1"
mount -o remount,bind,ro /
shift
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
"""


def _sealed(state: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """A command that may write to `state` only, as far as one file system holds all; its home is not there."""
    own = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    return subprocess.run(
        [*own, "sh", "-ec", _SEALED, "sealed", state, *command],
        cwd=state,
        env={
            **os.environ,
            "HOME": "/nonexistent",
            "TMPDIR": str(state),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            f"{PREFIX}INDEX_ROOT": str(state / "indexes"),
            f"{PREFIX}ENGINE": "openvino",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.model
@pytest.mark.sealing
def test_program_writes_into_its_state_only(tmp_path: Path) -> None:
    """Converting the model, building the index and answering need no place but the state, and no rights."""
    refused = _sealed(tmp_path, "touch", ROOT / "written")
    assert (1, False) == (refused.returncode, (ROOT / "written").exists())
    question = "does acupuncture help sciatica?"
    done = _sealed(tmp_path, sys.executable, "-m", "qa", "ask", question, "--json")
    assert 0 == done.returncode, done.stderr
    assert json.loads(done.stdout)["receipt"]["engine"].startswith("openvino-")


# --- the container


def test_container_says_that_it_was_not_run() -> None:
    """Nobody takes it for more than it is."""
    assert CONTAINER.startswith("# NOT RUN BY US")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(
        r"`deploy/Containerfile` [^.;]*[.;] it\s+has\s+not\s+been\s+run", readme, re.IGNORECASE
    )
    assert re.search(
        r"`deploy/Containerfile` [^.;]*[.;] it\s+has\s+not\s+been\s+run", GUIDE, re.IGNORECASE
    )


def test_container_follows_the_unit() -> None:
    """The same program in the same place, with the same settings; the address alone is the container's."""
    set_there = dict(re.findall(r"\b([A-Z_]+)=(\S+)", "\n".join(_instructions("ENV"))))
    unit = {
        key: value for key, value in _environment().items() if key != f"{PREFIX}TRUSTED_PROXIES"
    }
    assert {**unit, f"{PREFIX}HOST": "0.0.0.0"} == set_there  # noqa: S104 - a container's
    assert [f'["{PROGRAM}"]'] == _instructions("ENTRYPOINT")
    assert [f"{PROGRAM} serve"] == _unit()["ExecStart"]
    assert ['["serve"]'] == _instructions("CMD")


def test_container_installs_as_the_guide_does() -> None:
    """By the same script, from the locked requirements, and all that is copied exists."""
    assert any(
        "deploy/install /usr/local/lib/evidence-desk/current" in one for one in _instructions("RUN")
    )
    copied = [
        word for line in _instructions("COPY") if "--from" not in line for word in line.split()[:-1]
    ]
    assert [] == [one for one in copied if not (ROOT / one).exists()]
    assert {"corpus", "index", "qa", "deploy/requirements.txt"} <= set(copied)
    assert "deploy/licences.md" not in copied


def test_container_serves_as_a_user_without_rights() -> None:
    """Two stages, the builder's tools stay in the first, and the last user has a fixed number."""
    first, last = re.split(r"^FROM .*\n", CONTAINER, flags=re.MULTILINE)[1:]
    assert "python3-venv" in first
    assert "python3-venv" not in last
    assert ["10001:10001"] == re.findall(r"^USER (.+)$", last, re.MULTILINE)
    assert last.index("USER ") < last.index("ENTRYPOINT")


def test_container_holds_no_secret() -> None:
    """No setting that is a secret is set in it or asked for while it is built."""
    secret = {
        name for name, one in Settings.model_fields.items() if "Secret" in str(one.annotation)
    }
    assert {"staff_password", "staff_token", "metrics_token"} == secret
    told = "\n".join(_instructions("ENV") + _instructions("ARG"))
    assert [] == [one for one in secret if one.upper() in told]


def _instructions(name: str) -> list[str]:
    """What stands behind an instruction, with its lines joined; of HEALTHCHECK nothing."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", CONTAINER, flags=re.MULTILINE))
    return re.findall(rf"^{name} (.+)$", joined, re.MULTILINE)


# --- installing


def _install(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOY / "install", *words],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_install_keeps_what_is_there(tmp_path: Path) -> None:
    """A folder that exists is never installed over, so that one can go back to it."""
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    done = _install(str(tmp_path))
    assert (2, "mine") == (done.returncode, (tmp_path / "kept").read_text(encoding="utf-8"))
    assert "wanted a new folder" in done.stderr


def test_install_names_the_python_that_it_wants(tmp_path: Path) -> None:
    """Another Python than those with hashes is refused before anything is made."""
    done = _install(str(tmp_path / "new"), PYTHON="/bin/false")
    assert (1, False) == (done.returncode, (tmp_path / "new").exists())
    assert "/bin/false is no Python 3.11, 3.12 or 3.13" in done.stderr
    assert 2 == _install().returncode


def test_failed_install_leaves_nothing(tmp_path: Path) -> None:
    """Where packages cannot be had, no half of an installation looks like a whole one."""
    done = _install(
        str(tmp_path / "new"), PYTHON=sys.executable, PIP_FLAGS="--no-index --no-such-option"
    )
    assert done.returncode not in (0, None)
    assert not (tmp_path / "new").exists()


@pytest.mark.long
def test_locked_installation_answers(tmp_path: Path) -> None:
    """The script installs all packages by their hashes, and the program answers from there. Needs a network."""
    done = _install(str(tmp_path / "new"), PYTHON=sys.executable)
    assert 0 == done.returncode, done.stderr
    answer = subprocess.run(
        [tmp_path / "new" / "bin" / "evidence-desk", "ask", "does acupuncture help sciatica?"],
        cwd=tmp_path,
        env={**os.environ, f"{PREFIX}INDEX_ROOT": str(tmp_path / "indexes")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == answer.returncode, answer.stderr
    assert "sciatica" in answer.stdout


# --- the guide


def _blocks() -> list[str]:
    found = re.findall(r"^ *```sh\n(.*?)^ *```", GUIDE, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(one) for one in found]


def test_commands_of_the_guide_are_commands() -> None:
    """The shell understands each block."""
    assert len(_blocks()) > 8
    for block in _blocks():
        done = subprocess.run(
            [shutil.which("bash") or "sh", "-n"],
            input=block,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (0, "") == (done.returncode, done.stderr), block


def test_guide_names_what_there_is() -> None:
    """Files, settings and targets that the guide names exist."""
    files = set(re.findall(r"\b((?:deploy|docs)/[\w.*-]+[\w*])", GUIDE))
    assert {"deploy/install", "deploy/nginx.conf", "deploy/evidence-desk.service"} <= files
    assert [] == [one for one in sorted(files) if not list(ROOT.glob(one))]
    named = {one.removeprefix(PREFIX).lower() for one in re.findall(rf"{PREFIX}[A-Z_]+", GUIDE)}
    assert set() == named - set(Settings.model_fields)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z]+)`", GUIDE):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_every_deployed_file_is_in_the_guide() -> None:
    """Nothing lies in the folder of which the guide does not speak."""
    files = {path.name for path in DEPLOY.iterdir() if path.is_file()}
    of_the_lock = {
        "lock.py",
        "audit.py",
        "licences.py",
        "uv.toml",
        "tools.in",
        "tools.txt",
        "build-requirements.txt",
    }
    assert set() == {
        one for one in files - of_the_lock if f"deploy/{one}" not in GUIDE and one not in GUIDE
    }
