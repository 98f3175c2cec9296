"""Mends of broken text: made once at import, recorded, and undone again to show what stood there.

Only slips that change no word's meaning: encoding, spacing, doubled stops, spelling of a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.study import Repair, Study

# (what stands in the source, what it is mended to, why). Kept short on purpose: grammar is the source's own.
MENDS = (
    ("outâ€ofâ€pocket", "out-of-pocket", "two hyphens were garbled by a wrong encoding"),
    ("out‐of‐pocket", "out-of-pocket", "two typographic hyphens become plain ones"),
    ("comparedwith", "compared with", "a space was missing"),
    ("chrondomalacia", "chondromalacia", "the name of the condition was misspelt"),
    ("carpel tunnel", "carpal tunnel", "the name of the condition was misspelt"),
    ("acupuncture. .", "acupuncture.", "a full stop stood twice"),
    ("drugs.Acupuncture", "drugs. Acupuncture", "a space between two sentences was missing"),
    ("’", "'", "a typographic apostrophe becomes a plain one"),
)


_BROKEN = re.compile("|".join(re.escape(old) for old, _, _ in MENDS))
_MENDED = {old: (new, why) for old, new, why in MENDS}


def repaired(section: str, text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text of a section with all mends made, and a record of each.

    >>> repaired("Summary", "It was better comparedwith rest.")[0]
    'It was better compared with rest.'
    """
    pieces: list[str] = []
    repairs: list[Repair] = []
    length = done = 0
    for found in _BROKEN.finditer(text):
        new, why = _MENDED[found[0]]
        pieces += (text[done : found.start()], new)
        length += found.start() - done
        repairs.append(Repair(section=section, at=length, old=found[0], new=new, why=why))
        length += len(new)
        done = found.end()
    pieces.append(text[done:])
    return "".join(pieces), tuple(repairs)


def unrepaired(text: str, repairs: Iterable[Repair]) -> str:
    """The text as it stood before the repairs of its section."""
    for repair in sorted(repairs, key=lambda one: one.at, reverse=True):
        text = text[: repair.at] + repair.old + text[repair.at + len(repair.new) :]
    return text


def raw_section(study: Study, section: str) -> str:
    """The text of a section as it stood in the source; KeyError where there is no such section."""
    of_section = (repair for repair in study.repairs if repair.section == section)
    return unrepaired(study.section(section), of_section)
