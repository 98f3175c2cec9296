"""Lists the licences of what a server installs, from the bill of materials; `make licences` runs it.

A licence is what the metadata of a package says. What wheels carry inside is not in it; see the head of the list.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LIST = HERE / "licences.md"
# Old metadata names a family instead of a licence.
_FAMILIES = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_HEAD = """\
# Licences

What `deploy/requirements.txt` installs, with the licences that the packages themselves declare. Written by
`make licences`; `deploy/licences.toml` says which may be there, and why some others are.

Wheels also carry libraries of their own, which no metadata names. Looked at by hand in those for Linux: GCC's
`libgomp` and `libgfortran` (GPL-3.0 with the runtime library exception) and `libquadmath` (LGPL-2.1, a shared library that
can be exchanged) in `faiss-cpu`, `numpy`, `scikit-learn`, `scipy` and `torch`; OpenBLAS (BSD-3-Clause); and the picture
libraries of `pillow`, none of them copyleft. Whoever hands on an installed copy, such as a container image, hands these on
too. A server that is only used hands on nothing.

| Package | Version | Licence |
| --- | --- | --- |
"""


def plain(name: str) -> str:
    """A package's name as package indexes spell it.

    >>> plain("MarkupSafe")
    'markupsafe'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(licences: Iterable[Mapping[str, Any]]) -> str:
    """All licences of a component, so that none hides behind another; empty where it declares none.

    >>> declared([{"license": {"id": "MIT"}}, {"license": {"name": "License :: OSI Approved :: BSD License"}}])
    'MIT AND BSD'
    >>> declared([{"license": {"id": "BSD-3-Clause"}}, {"license": {"name": "License :: OSI Approved :: BSD License"}}])
    'BSD-3-Clause'
    """
    found = [_licence(one) for one in licences]
    exact = [one for one in found if one != "BSD"]
    if any(one.startswith("BSD-") for one in exact):
        found = exact
    return " AND ".join(dict.fromkeys(found))


def _licence(one: Mapping[str, Any]) -> str:
    if "expression" in one:
        return str(one["expression"])
    return str(
        one["license"].get("id") or _FAMILIES.get(one["license"]["name"], one["license"]["name"])
    )


def parts(licence: str) -> set[str]:
    """The licences that an expression names, joined by whatever.

    >>> sorted(parts("MPL-2.0 AND (Apache-2.0 OR MIT)"))
    ['Apache-2.0', 'MIT', 'MPL-2.0']
    """
    return set(re.split(r" AND | OR ", licence.replace("(", "").replace(")", "")))


def listed(bill: Mapping[str, Any], locked: Mapping[str, str], known: Mapping[str, Any]) -> str:
    """The list for the packages `locked`, from a bill of materials and what was looked up besides.

    ValueError names a package whose licence neither of them has.
    """
    found = {plain(one["name"]): declared(one.get("licenses", ())) for one in bill["components"]}
    rows = []
    for name, version in sorted(locked.items()):
        licence = found.get(name) or known.get(name, {}).get("licence")
        if not licence:
            raise ValueError(f"{name} declares no licence; wanted one in deploy/licences.toml")
        rows.append(f"| {name} | {version} | {licence} |\n")
    return _HEAD + "".join(rows)


def locked(text: str) -> dict[str, str]:
    """The packages of a file of requirements with their versions."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


def main(bill: Path) -> None:
    """Write the list from the bill of materials in that file."""
    known = tomllib.loads((HERE / "licences.toml").read_text(encoding="utf-8"))["looked_up"]
    requirements = (HERE / "requirements.txt").read_text(encoding="utf-8")
    try:
        text = listed(json.loads(bill.read_text(encoding="utf-8")), locked(requirements), known)
    except ValueError as exc:
        sys.exit(str(exc))
    LIST.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
