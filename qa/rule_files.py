"""The files of `qa/rules/`, parsed. What they mean is told in `phrases` and `rulebook`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml


@cache
def rule_file(name: str) -> Mapping[str, object]:
    """A file of `qa/rules/`, parsed; all its values are texts, so that an unquoted `no` stays a word."""
    text = files("qa").joinpath("rules", name).read_text(encoding="utf-8")
    loaded: Mapping[str, object] = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - it makes texts only
    return loaded
