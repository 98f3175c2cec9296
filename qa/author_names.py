"""An author's name in parts, as far as the record's own spelling tells them apart.

Programs that keep references sort by family name. A wrong one is worse than none, so a name that can be read in
two ways stays whole: "Denismar Alves Nogueira" may have one family name or two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OTHERS = "et al."
_WORD = r"[^\W\d_](?:[^\W\d_]|['’\-])*"
_INITIALS = r"[A-Z]\.?(?:-?[A-Z]\.?){0,3}"  # E, LS, D., Z.-T.
# What can stand for a family name where no comma says so.
_FAMILY = rf"(?!(?:{_INITIALS}|Jr|Sr)\.?(?: |$)){_WORD}"
_INVERTED = re.compile(
    rf"(?P<family>{_WORD}(?: {_WORD})*), (?P<given>{_WORD}\.?(?:[ -]{_WORD}\.?)*)"
)
_FAMILY_FIRST = re.compile(rf"(?P<family>{_FAMILY}) (?P<given>{_INITIALS}(?: {_INITIALS})*)")
_GIVEN_FIRST = re.compile(
    rf"(?P<given>(?:{_INITIALS} )*{_WORD}|{_INITIALS})(?P<middle>(?: {_INITIALS})*) (?P<family>{_FAMILY})"
)
_READINGS = (_INVERTED, _FAMILY_FIRST, _GIVEN_FIRST)
# A body that wrote a paper has no family name.
_BODIES = frozenset(
    """alliance association centre center collaboration college committee consortium council department foundation
    group initiative institute investigators network office organisation organization panel project society team
    trial university
    """.split()
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in two parts, or `whole` where the parts cannot be told apart."""

    family: str = ""
    given: str = ""
    whole: str = ""

    @property
    def is_others(self) -> bool:
        """True for "et al.", which stands for authors whom the record does not name."""
        return self.whole == _OTHERS

    @property
    def sorted(self) -> str:
        """The family name first, parted by a comma; or the whole."""
        return f"{self.family}, {self.given}" if self.family else self.whole


def name(text: str) -> Name:
    """The parts of a name as a record spells it.

    >>> name("Brian M Berman"), name("Tang S")
    (Name(family='Berman', given='Brian M', whole=''), Name(family='Tang', given='S', whole=''))
    >>> name("Ana Carolina Lima Ramos Cardoso").family
    ''
    """
    plain = " ".join(text.split())
    if plain.rstrip(".").lower() == "et al":
        return Name(whole=_OTHERS)
    words = plain.lower().replace(",", "").split()
    if not _BODIES.isdisjoint(words) or "and" in words:
        return Name(whole=plain)
    found = next((found for one in _READINGS if (found := one.fullmatch(plain))), None)
    if found is not None:
        middle = found.groupdict().get("middle") or ""
        return Name(family=found["family"], given=found["given"] + middle)
    return Name(whole=plain)
