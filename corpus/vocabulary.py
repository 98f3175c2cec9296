"""The vocabulary: concepts with their names in the words that people use.

Holds and checks concepts. Finding them in a text is in `matching`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files

import yaml

from corpus import paraphrases as said
from corpus.errors import VocabularyError
from corpus.paraphrases import Paraphrase


class Kind(StrEnum):
    """What sort of thing a concept is."""

    CONDITION = "condition"
    TREATMENT = "treatment"
    COMPARATOR = "comparator"  # sham, no treatment, usual care: what is never asked for itself
    OUTCOME = "outcome"
    COURSE = "course"  # acute, chronic
    POINT = "point"  # acupuncture points
    PHRASE = "phrase"  # holds names of other things and means none of them: "on the other hand"


LANGUAGES = ("en", "es", "zh", "de")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing people ask about.

    `names` maps a language to its names, label first in English. `made_of` lists sets of concepts which
    together mean this one ("arthritis" and "knee"). `broader` are the concepts this one is a kind of.
    """

    id: str
    kind: Kind
    label: str
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broader: tuple[str, ...] = ()
    made_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All concepts, by id, in file order; compared by identity, so that it can key a cache."""

    concepts: Mapping[str, Concept]
    paraphrases: tuple[Paraphrase, ...] = ()

    def __getitem__(self, concept_id: str) -> Concept:
        return self.concepts[concept_id]

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self.concepts

    def label(self, concept_id: str) -> str:
        """The concept's name as shown to people."""
        return self.concepts[concept_id].label

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {}
        for concept in self.concepts.values():
            for parent in concept.broader:
                below.setdefault(parent, []).append(concept.id)
        return {parent: tuple(children) for parent, children in below.items()}

    @cache  # noqa: B019 - vocabularies are few and live as long as the process
    def above(self, concept_id: str) -> frozenset[str]:
        """All concepts that this one is a kind of, itself excluded."""
        found: set[str] = set()
        waiting = list(self.concepts[concept_id].broader)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self.concepts[one].broader)
        return frozenset(found)

    @cache  # noqa: B019
    def below(self, concept_id: str) -> frozenset[str]:
        """All concepts that are kinds of this one, itself excluded."""
        found: set[str] = set()
        waiting = list(self._narrower.get(concept_id, ()))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self._narrower.get(one, ()))
        return frozenset(found)


def _strings(entry: Mapping[str, object], key: str, concept_id: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise VocabularyError(f"concept {concept_id!r}: {key} is {value!r}; wanted a list of texts")
    return tuple(value)


def _concept(entry: Mapping[str, object]) -> Concept:
    unknown = set(entry) - {"id", "kind", "label", "broader", "made_of", *LANGUAGES}
    concept_id = str(entry.get("id"))
    if unknown:
        raise VocabularyError(f"concept {concept_id!r}: unknown keys {sorted(unknown)}")
    try:
        kind = Kind(str(entry["kind"]))
        label = str(entry["label"])
    except (KeyError, ValueError) as exc:
        raise VocabularyError(f"concept {concept_id!r}: {exc}; wanted id, kind and label") from exc
    made_of = entry.get("made_of", [])
    if not isinstance(made_of, list) or not all(isinstance(one, list) for one in made_of):
        raise VocabularyError(
            f"concept {concept_id!r}: made_of is {made_of!r}; wanted lists of ids"
        )
    names = {language: _strings(entry, language, concept_id) for language in LANGUAGES}
    names["en"] = tuple(dict.fromkeys((label, *names["en"])))
    return Concept(
        id=concept_id,
        kind=kind,
        label=label,
        names=names,
        broader=_strings(entry, "broader", concept_id),
        made_of=tuple(tuple(str(part) for part in parts) for parts in made_of),
    )


def vocabulary(
    entries: Iterable[Mapping[str, object]], paraphrases: str = "", source: str = said.FILE
) -> Vocabulary:
    """The vocabulary of parsed entries, with the paraphrases of a YAML text from the file `source`.

    Raises VocabularyError for a double id, an unknown key or kind, or a reference to no concept.
    """
    concepts: dict[str, Concept] = {}
    for entry in entries:
        concept = _concept(entry)
        if concept.id in concepts:
            raise VocabularyError(f"concept {concept.id!r} stands twice; wanted each id once")
        concepts[concept.id] = concept
    for concept in concepts.values():
        for other in (*concept.broader, *(part for parts in concept.made_of for part in parts)):
            if other not in concepts:
                raise VocabularyError(
                    f"concept {concept.id!r} names {other!r}, which is no concept"
                )
    found = said.paraphrases(paraphrases, source, concepts) if paraphrases else ()
    return Vocabulary(concepts, found)


@cache
def shipped_vocabulary() -> Vocabulary:
    """The vocabulary that ships with Evidence Desk, `vocabulary.yaml` and `paraphrases.yaml`."""
    text, meant = (
        files("corpus").joinpath(name).read_text(encoding="utf-8")
        for name in ("vocabulary.yaml", said.FILE)
    )
    return vocabulary(yaml.load(text, Loader=yaml.CSafeLoader), meant)
