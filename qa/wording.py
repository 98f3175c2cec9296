"""The register of fixed wordings: every sentence that the product says in its own voice.

A wording has an id and a text with places for labels and numbers only, so that nothing else can be said.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml

from corpus.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Label:
    """A concept's name from the vocabulary, in English."""

    text: str

    @classmethod
    def of(cls, vocabulary: Vocabulary, concept_id: str) -> Label:
        """The label of a concept; KeyError where the vocabulary has none such."""
        return cls(vocabulary.label(concept_id))


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was computed."""

    value: int

    @property
    def text(self) -> str:
        """The number in digits."""
        return str(self.value)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words of the asker, to be escaped and marked as theirs wherever they are shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Brand:
    """A text that the operator set: the clinic's name or phone number."""

    text: str


@dataclass(frozen=True, slots=True)
class BookingLink:
    """The address that the operator set for booking a visit; ValueError where it is none of https."""

    address: str

    def __post_init__(self) -> None:
        if not self.can_be(self.address):
            raise ValueError(
                f"found {self.address!r}; wanted an address like https://clinic.example"
            )

    @staticmethod
    def can_be(address: str) -> bool:
        """True for https with a plain host and nothing that could end an attribute."""
        host = r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d{1,5})?"
        return re.fullmatch(rf"https://{host}(?:[/?#][!#-&(-;=?-\[\]_a-~]*)?", address) is not None


Value = Label | Number | OwnWords | Brand | tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One wording as it stands in the register: its texts by language."""

    id: str
    texts: Mapping[str, str]
    follows: str | None = None  # the public guidance that a safety wording follows
    awaiting_review: tuple[str, ...] = ()  # languages that no native clinician has read yet


@cache
def register() -> Mapping[str, Entry]:
    """All fixed wordings, by id, from the files of `qa/wordings/`; ValueError for a double id."""
    found: dict[str, Entry] = {}
    for file in sorted(files("qa").joinpath("wordings").iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".yaml"):
            continue
        for one in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or ():
            entry = Entry(
                id=one["id"],
                texts={key: one[key].strip() for key in ("en", "es", "zh", "de") if key in one},
                follows=one.get("follows"),
                awaiting_review=tuple(one.get("awaiting_review", ())),
            )
            if entry.id in found:
                raise ValueError(f"{file.name}: wording {entry.id!r} stands twice in the register")
            found[entry.id] = entry
    return found


def _joined(labels: tuple[Label, ...]) -> str:
    texts = [one.text for one in labels]
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + " and " + texts[-1]


@dataclass(frozen=True, slots=True)
class Wording:
    """One fixed wording with its places filled; KeyError for an unknown id or a missing value."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)
    language: str = "en"

    def __post_init__(self) -> None:
        # Building the text now makes a wrong id or a missing value fail where it was made.
        _ = self.text

    @property
    def parts(self) -> tuple[str | Value, ...]:
        """The text in pieces: fixed stretches, and the values between them."""
        entry = register()[self.id]
        template = entry.texts.get(self.language, entry.texts["en"])
        pieces: list[str | Value] = []
        for fixed, name, _spec, _conversion in string.Formatter().parse(template):
            if fixed:
                pieces.append(fixed)
            if name is not None:
                pieces.append(self.values[name])
        return tuple(pieces)

    @property
    def text(self) -> str:
        """The wording in full."""
        return "".join(
            piece
            if isinstance(piece, str)
            else _joined(piece)
            if isinstance(piece, tuple)
            else piece.text
            for piece in self.parts
        )
