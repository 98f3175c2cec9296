"""Author lines as pages print them, in many styles, taken apart into names; nothing is translated or reordered.

Only what glues names together goes: commas, dots between, "and", "&", letters that point to affiliations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.[ -]?)+")
_BARE_INITIALS = re.compile(r"[^\W\d_](?:[^\W\d_]|[.-]){0,4}")
_AFFILIATION = re.compile(r"(?<=\.)[a-z]$")
_ET_AL = re.compile(r",?\s?\bet al\.?$")
_LABEL = re.compile(r"\s?Full Article$")


def authors_of(line: str) -> tuple[str, ...]:
    """The names of an author line; "et al." stays as the last where the line breaks off.

    >>> authors_of("Wang, Tt., Liu, Y., Ning, Zy. et al. Full Article")
    ('Wang, Tt.', 'Liu, Y.', 'Ning, Zy.', 'et al.')
    >>> authors_of("Tao Li , Xiaohui Li ,Fan Huang , and S. Wu")
    ('Tao Li', 'Xiaohui Li', 'Fan Huang', 'S. Wu')
    """
    line = _LABEL.sub("", " ".join(line.split()))
    short = _ET_AL.search(line)
    if short:
        line = line[: short.start()]
    names: list[str] = []
    for chunk in re.split(r" · | & |,|;|\band\b", line):
        name = _AFFILIATION.sub("", chunk.strip())
        if not name:
            continue
        if names and "," not in names[-1] and _INITIALS.fullmatch(name):
            names[-1] = f"{names[-1]}, {name}"
        else:
            names.append(name)
    if names and re.search(r"^[^,.]+ [A-Z]{1,3}\.$", names[-1]):
        names[-1] = names[-1][:-1]  # the full stop of the line, not of an initial
    return (*names, "et al.") if short else tuple(names)


def surname(name: str) -> str:
    """The family name of a printed name, as far as its form tells.

    >>> [surname(one) for one in ("Li YX", "Tao Li", "Wang, Tt.", "Lv Z.-T.", "Z. Y. Fan")]
    ['Li', 'Li', 'Wang', 'Lv', 'Fan']
    """
    if "," in name:
        return name.split(",", maxsplit=1)[0]
    words = name.split()
    if len(words) > 1 and _BARE_INITIALS.fullmatch(words[-1]) and words[-1].upper() == words[-1]:
        return " ".join(words[:-1])
    return words[-1] if words else ""


_LONGEST_ID = 80  # characters; it is the name of a file
_SMALL_WORDS = frozenset("a an and at by for from in of on or the to versus vs with".split())


def study_id(title: str, authors: Sequence[str], year: str) -> str:
    """An id that a person can read: first author, year, and the first words of the title that tell something.

    >>> study_id("The effect of needles on knees", ("Li YX",), "2019")
    'li-2019-effect-needles-knees'
    """
    words = [word for word in slug(title).split("-") if word not in _SMALL_WORDS]
    name = slug(surname(authors[0])) if authors else ""
    return "-".join(part for part in (name, year, *words[:4]) if part)[:_LONGEST_ID].strip("-")


def slug(text: str) -> str:
    """The text in small plain letters, digits and hyphens.

    >>> slug("Érica de Souza's")
    'erica-de-souza-s'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
