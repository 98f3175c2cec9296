"""Paraphrases: what people say instead of a name, each of one concept or of none.

Reads and checks them. Comparing a question with them is in `index.senses`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

import yaml

from corpus.errors import VocabularyError
from corpus.nesting import too_deep_at

FILE = "paraphrases.yaml"
_WANTED = "`concepts`, lists of texts by concept id, and `everyday`, a list of texts"


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """One text and the concept that it describes; None where it is everyday talk."""

    text: str
    concept: str | None


def paraphrases(text: str, source: str, known: Container[str]) -> tuple[Paraphrase, ...]:
    """The paraphrases of a YAML text in file order; `source` names it in messages.

    Raises VocabularyError where it is no such list, or names a concept that is not `known`.
    """
    deep = too_deep_at(text, yaml.CSafeLoader)
    if deep is not None:
        raise VocabularyError(
            f"{source}:{deep + 1}: found values nested very deeply; wanted {_WANTED}"
        )
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as exc:
        raise VocabularyError(f"{source}: found {exc}; wanted {_WANTED}") from exc
    if not isinstance(data, dict) or set(data) - {"concepts", "everyday"}:
        raise VocabularyError(f"{source}: wanted {_WANTED}, and nothing else")
    return tuple(_each(data, source, known))


def _each(data: dict[str, object], source: str, known: Container[str]) -> Iterator[Paraphrase]:
    concepts = data.get("concepts") or {}
    if not isinstance(concepts, dict):
        raise VocabularyError(f"{source}: found concepts {concepts!r}; wanted {_WANTED}")
    for concept, texts in concepts.items():
        if concept not in known:
            raise VocabularyError(f"{source}: describes {concept!r}, which is no concept")
        for one in _texts(texts, f"{source}: {concept}"):
            yield Paraphrase(one, str(concept))
    for one in _texts(data.get("everyday") or [], f"{source}: everyday"):
        yield Paraphrase(one, None)


def _texts(value: object, place: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise VocabularyError(f"{place}: found {value!r}; wanted a list of texts")
    return value
