"""Choices as the fields of a form, and what each button of the page does to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa.choices import NO_CHOICES, ChoiceError, Choices
from qa.form_fields import Fields

_LISTS = {"condition": "conditions", "treatment": "treatments", "design": "designs"}
_YEARS = ("year_from", "year_to")
# The buttons that ask the newest question again: chips, "Update the answer", "Show all studies".
_DROPS = tuple(f"drop-{name}" for name in (*_LISTS, *_YEARS))
AGAIN = frozenset(("leave", "back", *_DROPS, "update", "all"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen, as far as it could be read, and what is wrong with the rest."""

    choices: Choices
    wrong: ChoiceError | None = None

    @property
    def sent(self) -> Choices | ChoiceError:
        """The choices, or why there are none."""
        return self.wrong or self.choices


def is_again(fields: Fields) -> bool:
    """True where a button asks for the newest question again."""
    return not AGAIN.isdisjoint(fields)


def chosen(fields: Fields) -> Chosen:
    """The choices of a form, changed as its button says; what was left out holds for the same question only."""
    given: dict[str, object] = {name: _without(fields, key) for key, name in _LISTS.items()}
    if is_again(fields):
        given["without"] = _left_out(fields)
    try:
        kept = Choices.read(given)
    except ChoiceError as wrong:
        return Chosen(NO_CHOICES, wrong)
    if "all" in fields:
        return Chosen(Choices(without=kept.without))
    years = {name: _year(fields, name) for name in _YEARS}
    try:
        read = Choices.read(years)
    except ChoiceError as wrong:
        return Chosen(kept, wrong)
    return Chosen(replace(kept, year_from=read.year_from, year_to=read.year_to))


def _without(fields: Fields, key: str) -> list[str]:
    """The values of a field, without the one whose chip was pressed."""
    dropped = fields.get(f"drop-{key}", ())
    return [one for one in fields.get(key, ()) if one not in dropped]


def _left_out(fields: Fields) -> list[str]:
    back = fields.get("back", ())
    every = (*fields.get("without", ()), *fields.get("leave", ()))
    return [one for one in dict.fromkeys(every) if one not in back]


def _year(fields: Fields, name: str) -> object:
    """A year as a number where it is one, None where the field is empty."""
    typed = (*fields.get(name, ()), "")[0].strip()
    if not typed or f"drop-{name}" in fields:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() else typed
