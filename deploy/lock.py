"""Writes the requirements with hashes that servers install from; `make lock` runs it.

Versions are those of constraints.txt. Only Linux is locked, since only there this is a server.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
TORCH = HERE / "torch-cpu.sha256"
_ELSEWHERE = re.compile(
    r"; sys_platform == '(?:win32|emscripten|darwin)'|and sys_platform == '(?:win32|emscripten)'"
)
_BY = "# Written by `make lock`. Do not edit by hand."
_HEADS = {
    "requirements.txt": f"""\
# What a server installs, with the hashes of all files that may be taken: pip install --require-hashes
# For Linux, Python 3.11 to 3.13. torch is PyTorch's build for processors (torch-cpu.sha256); docs/deploy.md says
# where pip finds it, and what was tried.
{_BY}
""",
    "build-requirements.txt": f"# What builds the wheel of the program itself.\n{_BY}\n",
    "tools.txt": f"# What tools.in asks for: the programs behind `make lock`, `make sbom` and `make audit`.\n{_BY}\n",
}


def entries(text: str) -> Iterator[str]:
    """The requirements of a file, each with the lines of its hashes."""
    yield from re.findall(r"^[\w.\[\]-]+==.*\n(?: +--hash=.*\n)*", text, re.MULTILINE)


def for_linux(found: Iterable[str]) -> Iterator[str]:
    """Without those that only other systems need."""
    yield from (one for one in found if not _ELSEWHERE.search(one.partition("\n")[0]))


def with_torch(found: Iterable[str], sums: str) -> Iterator[str]:
    """With torch's hashes replaced by those of `sums`, lines of a hash and the name of a file."""
    hashes = sorted(line.split()[0] for line in sums.splitlines())
    for one in found:
        if one.startswith("torch=="):
            head = one.split(" \\", 1)[0]
            yield " \\\n    ".join([head, *(f"--hash=sha256:{each}" for each in hashes)]) + "\n"
        else:
            yield one


def _resolved(uv: str, *words: str, given: str | None = None) -> str:
    command = [uv, "pip", "compile", *words]
    command += ["--universal", "--python-version", "3.11", "--only-binary", ":all:"]
    command += ["--generate-hashes", "--no-annotate", "--no-header", "--quiet"]
    command += ["--config-file", str(HERE / "uv.toml")]
    done = subprocess.run(  # noqa: S603 - the tool that `make lock` installed
        command, cwd=ROOT, input=given, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed; wanted versions that go together, and a network")
    return done.stdout


def main(uv: str) -> None:
    """Resolve all three files by the program `uv`, then write them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = "\n".join(project["build-system"]["requires"])
    pinned = ("--constraint", "constraints.txt")
    of_server = for_linux(entries(_resolved(uv, "pyproject.toml", *pinned)))
    made = {
        "requirements.txt": with_torch(of_server, TORCH.read_text(encoding="utf-8")),
        "build-requirements.txt": for_linux(entries(_resolved(uv, "-", *pinned, given=build))),
        "tools.txt": for_linux(entries(_resolved(uv, "deploy/tools.in"))),
    }
    texts = {name: _HEADS[name] + "".join(found) for name, found in made.items()}
    for name, text in texts.items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
