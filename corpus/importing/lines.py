"""Text on one line, without what no file can hold."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def line(text: str) -> str:
    r"""The text on one line, without what no file can hold.

    >>> line("  Acupuncture\n for\x00 knees ")
    'Acupuncture for knees'
    """
    return " ".join(_CONTROL.sub(" ", text).split())
