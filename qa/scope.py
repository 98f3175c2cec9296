"""The scope of a question: the studies that its own filters and the visitor's choices leave to be searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.study import Study
from corpus.vocabulary import Vocabulary
from index.library import Library, Part
from qa.bibliography import matches
from qa.understanding import Meaning

Fits = Callable[[Study], bool]
"""True where a study fits what the visitor chose."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The studies that the question itself lets through, and what is left of the library of them after the choices."""

    studies: Sequence[Study]
    part: Part | None  # None where nothing is filtered or chosen: everything


def scope(meaning: Meaning, library: Library, chosen: Fits | None) -> Scope:
    """The scope of a question; `chosen` is None where the visitor chose nothing."""
    catalogue = library.catalogue
    studies: Sequence[Study] = catalogue.studies
    if meaning.filters or meaning.unwanted:
        studies = [
            study
            for study in studies
            if matches(study, meaning.filters)
            and not _is_unwanted(meaning, catalogue.vocabulary, study)
        ]
    left = [study.id for study in studies if chosen is None or chosen(study)]
    return Scope(studies, library.part(left) if len(left) < len(catalogue.studies) else None)


def _is_unwanted(meaning: Meaning, vocabulary: Vocabulary, study: Study) -> bool:
    """True where the study is of nothing but what the asker does not want ("no needles")."""
    unwanted = {one for name in meaning.unwanted for one in (name, *vocabulary.below(name))}
    return bool(study.treatments) and set(study.treatments) <= unwanted
