"""Several collections as one, to be searched together: each study says which of them it is from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from corpus.catalogue import Catalogue, Description
from corpus.errors import CollectionError
from corpus.paraphrases import Paraphrase
from corpus.study import Mark, Repair, Section, Study, Voice
from corpus.vocabulary import Concept, Vocabulary


def joined(catalogues: Mapping[str, Catalogue], name: str) -> Catalogue:
    """The catalogues, each under a short name of its own, as one that is called `name`.

    A study that several hold word for word stands once; one that shares no more than its id gets the short name
    behind it. The page is the first one's, with what the others say beside it, and every disclaimer.
    CollectionError where one concept is of two kinds, or an id cannot be kept apart.
    """
    parts = list(catalogues.values())
    first = parts[0]
    said = [name, *(f"{short} {one.digest}" for short, one in catalogues.items())]
    return Catalogue(
        description=Description(
            name=name,
            topic="; ".join(_once(one.description.topic for one in parts)),
            languages=tuple(_once(each for one in parts for each in one.description.languages)),
        ),
        folder=first.folder,
        studies=tuple(sorted(_studies(catalogues), key=lambda study: study.id)),
        page=_page(parts),
        vocabulary=_vocabulary(parts),
        digest=hashlib.sha256("\n".join(said).encode()).hexdigest(),
        has_own_page=any(one.has_own_page for one in parts),
        parts=tuple(parts),
    )


def _once(texts: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(one for one in texts if one)


def _studies(catalogues: Mapping[str, Catalogue]) -> Iterable[Study]:
    found: dict[str, Study] = {}
    for short, catalogue in catalogues.items():
        for study in catalogue.studies:
            known = found.get(study.id)
            if known is not None and replace(known, collections=()) == study:
                both = (*known.collections, catalogue.name)
                found[study.id] = replace(known, collections=both)
                continue
            own = study.id if known is None else f"{study.id}-{short}"
            if own in found:
                raise CollectionError(
                    f"{catalogue.folder}: found the study {study.id!r}, which cannot be told from another one named "
                    f"{own!r}; wanted another id for one of them"
                )
            found[own] = replace(study, id=own, collections=(catalogue.name,))
    return found.values()


# --- the page -------------------------------------------------------------------------------------


_BETWEEN = "\n\n"


def _page(parts: Sequence[Catalogue]) -> Study:
    """The pages as one: sections of one name follow each other, and what several say alike is said once."""
    pages = [one.page for one in parts]
    texts: dict[str, dict[str, int]] = {}  # section, its texts and where each begins
    marks: list[Mark] = []
    repairs: list[Repair] = []
    for page in pages:
        shift: dict[str, int] = {}
        for section in page.sections:
            said = texts.setdefault(section.name, {})
            if section.text not in said:
                begin = sum(len(one) + len(_BETWEEN) for one in said)
                said[section.text] = shift[section.name] = begin
        marks += [_moved(one, shift) for one in page.marks if one.section in shift]
        repairs += [
            replace(one, at=one.at + shift[one.section])
            for one in page.repairs
            if one.section in shift
        ]
    sections = tuple(Section(name, Voice.PAGE, _BETWEEN.join(said)) for name, said in texts.items())
    return replace(pages[0], sections=sections, marks=tuple(marks), repairs=tuple(repairs))


def _moved(mark: Mark, shift: Mapping[str, int]) -> Mark:
    by = shift[mark.section]
    contrast = mark.contrast
    if contrast is not None:
        section, start, end = contrast
        contrast = (section, start + shift.get(section, 0), end + shift.get(section, 0))
    return replace(mark, start=mark.start + by, end=mark.end + by, contrast=contrast)


# --- the vocabulary -------------------------------------------------------------------------------


def _vocabulary(parts: Sequence[Catalogue]) -> Vocabulary:
    """All concepts; one that stands in several vocabularies has the names of all."""
    first, *others = dict.fromkeys(one.vocabulary for one in parts)
    if not others:
        return first
    concepts: dict[str, Concept] = {}
    for catalogue in parts:
        for concept in catalogue.vocabulary.concepts.values():
            known = concepts.setdefault(concept.id, concept)
            if known.kind is not concept.kind:
                raise CollectionError(
                    f"{catalogue.folder}: found the concept {concept.id!r} as a {concept.kind}, which is a "
                    f"{known.kind} in another collection; wanted one kind where they are searched together"
                )
            concepts[concept.id] = _both(known, concept)
    said: dict[Paraphrase, None] = dict.fromkeys(
        each for one in parts for each in one.vocabulary.paraphrases
    )
    return Vocabulary(concepts, tuple(said))


def _both(one: Concept, other: Concept) -> Concept:
    if one == other:
        return one
    languages = dict.fromkeys((*one.names, *other.names))
    return replace(
        one,
        names={
            language: tuple(
                dict.fromkeys((*one.names.get(language, ()), *other.names.get(language, ())))
            )
            for language in languages
        },
        broader=tuple(dict.fromkeys((*one.broader, *other.broader))),
        made_of=tuple(dict.fromkeys((*one.made_of, *other.made_of))),
    )
