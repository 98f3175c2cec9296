"""What a visitor chose beside the question: what was misunderstood, and which studies to look at.

Choices come with each question and are checked here; what they do to an answer is `narrowing`'s matter. They never
reach the safety rules: an alarm cannot be chosen away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.errors import EvidenceDeskError
from corpus.study import Design

MOST = 40  # entries of one choice


class ChoiceError(EvidenceDeskError):
    """A choice that names nothing; the message says what was found and what was wanted."""


class YearsError(ChoiceError):
    """Years that are none, or that end before they begin."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is left out of what was understood (`without`), and what the studies shown must have.

    `without` holds ids of concepts, and names of filters such as `year` or `author`. Of `conditions`, `treatments`
    and `designs` one of each that is given must fit. Years are whole and inclusive.
    """

    without: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    designs: tuple[Design, ...] = ()
    year_from: int | None = None
    year_to: int | None = None

    def __bool__(self) -> bool:
        return self != NO_CHOICES

    def given(self) -> dict[str, list[str] | int]:
        """What was chosen, without what was left open, as plain values for `read`."""
        values = ((name, getattr(self, name)) for name in self.__slots__)
        return {
            name: value if isinstance(value, int) else [str(one) for one in value]
            for name, value in values
            if value
        }

    @classmethod
    def read(cls, given: Mapping[str, object]) -> Choices:
        """The choices in a JSON object; ChoiceError for an unknown name or a value of another kind."""
        unknown = sorted(set(given) - set(cls.__slots__))
        if unknown:
            raise ChoiceError(
                f"{unknown[0]!r} is no choice; wanted one of {_listed(cls.__slots__)}"
            )
        return cls(
            without=_texts(given, "without"),
            conditions=_texts(given, "conditions"),
            treatments=_texts(given, "treatments"),
            designs=tuple(map(_design, _texts(given, "designs"))),
            year_from=_year(given, "year_from"),
            year_to=_year(given, "year_to"),
        )


NO_CHOICES = Choices()


def _texts(given: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = given.get(name, ())
    if (
        not isinstance(value, list | tuple)
        or len(value) > MOST
        or not all(isinstance(one, str) for one in value)
    ):
        raise ChoiceError(f"{name} is {value!r:.60}; wanted a list of at most {MOST} texts")
    return tuple(dict.fromkeys(value))


def _design(name: str) -> Design:
    try:
        return Design(name)
    except ValueError as exc:
        raise ChoiceError(f"designs holds {name!r:.60}; wanted one of {_listed(Design)}") from exc


def _year(given: Mapping[str, object], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1000 <= value <= 9999:
        raise YearsError(f"{name} is {value!r:.60}; wanted a year of four digits")
    return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(str(one) for one in names)
