"""Asks whether anything that a server installs has a known weakness; `make audit` runs it.

pip-audit asks, and calls what it could not ask about "no known vulnerabilities". Here that is a failure of its own:
code 0 where every package was asked about and none is known to be weak, 1 where one is, 2 where the question got no
whole answer, as without a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent / "requirements.txt"
NONE_KNOWN, WEAK, NOT_ASKED = 0, 1, 2


def told(packages: Sequence[dict[str, Any]]) -> tuple[int, str]:
    """The code and the words for what pip-audit found."""
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    weak = [
        f"{one['name']} {one['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version yet'}"
        for one in packages
        for each in one.get("vulns", ())
    ]
    lines = [*weak]
    if skipped:
        lines.append(
            f"NOT AUDITED: {len(skipped)} of {len(packages)} packages ({', '.join(skipped[:5])}"
            f"{' and others' if len(skipped) > 5 else ''}). The service of advisories did not know them or could not be "
            "reached; wanted a network that reaches it."
        )
    if not packages:
        lines.append(f"NOT AUDITED: nothing was asked about; wanted packages in {LOCK.name}.")
    if weak:
        return WEAK, "\n".join(lines)
    if lines:
        return NOT_ASKED, "\n".join(lines)
    return NONE_KNOWN, f"{len(packages)} packages audited, no advisory is known for any."


def main(command: Sequence[str]) -> int:
    """Audit the locked requirements with pip-audit, whose path is the first of `command`, with options of one's own."""
    options = ["--disable-pip", "--require-hashes", "--requirement", str(LOCK)]
    quiet = ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run([*command, *options, *quiet], capture_output=True, text=True, check=False)  # noqa: S603 - the tool that `make audit` installed
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        code, words = NOT_ASKED, f"NOT AUDITED: {last}"
    else:
        code, words = told(packages)
    print(words)  # noqa: T201 - this is its message
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
