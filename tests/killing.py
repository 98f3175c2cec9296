"""Processes that are killed at a moment of chance, for tests of what they leave behind."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HAS_KILL = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
# Few of them in every run, and 200 in the long one.
FEW_AND_MANY = [pytest.param(4, id="few"), pytest.param(200, id="many", marks=pytest.mark.long)]


def killed(
    code: str, arguments: Sequence[Path], moments: dict[str, float], chance: random.Random
) -> bool:
    """Run Python code in a process and kill it; True where it was not done before.

    It prints a line at each of its `moments`; one of them is chosen, and so many seconds after it, at most, it is killed.
    """
    moment = chance.choice(sorted(moments))
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline()) and line.strip() != moment:
            pass
        time.sleep(chance.uniform(0, moments[moment]))
        process.kill()
    return process.returncode == -signal.SIGKILL


def left_over(folder: Path) -> list[str]:
    """What stands in a folder that only a process at work needs, but for locks."""
    marks = (".unfinished-", ".discarded-")
    return [
        one.name
        for one in folder.rglob(".*")
        if one.name.startswith(marks) or one.name.endswith(".new") or one.name == ".writing.json"
    ]
