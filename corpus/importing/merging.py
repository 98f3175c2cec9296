"""A record that comes in and the studies that are there: which of them it is, and what it adds.

Text that a person has reviewed is never changed by an import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.importing.authors import surname
from corpus.importing.entries import Match
from corpus.study import Review, Section, Study
from corpus.words import fold

# What another record may fill in where a study has nothing.
_GAPS = (
    "title",
    "authors",
    "journal",
    "year",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "pmcid",
    "design",
    "trials",
    "participants",
)
# The same in a reviewed study: identifiers say nothing new of what was found.
_GAPS_REVIEWED = ("volume", "issue", "pages", "doi", "pmid", "pmcid")
# Shares of words that two texts have in common: above the first they are one text that two databases print in their
# own ways, below the second two papers that only share a title ("Editorial").
_SAME_TEXT, _OTHER_TEXT = 0.85, 0.4


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of a record that met its study; `why_not` where it could not be joined."""

    study: Study
    why: str = ""
    why_not: str | None = None


def _keys(study: Study) -> Iterable[tuple[str, str]]:
    if study.pmid:
        yield "PMID", study.pmid
    if study.doi:
        yield "DOI", study.doi.casefold()
    title = fold(study.title)
    if title:
        yield "title and year", f"{title} {study.year}"
    elif study.sections:
        yield "text", fold(" ".join(section.text for section in study.sections))


class Shelf:
    """The studies of a collection, to be found again by what identifies a piece of research."""

    def __init__(self, studies: Iterable[Study]) -> None:
        self.studies: dict[str, Study] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._numbers: dict[str, int] = {}  # the last that was given to an id
        for study in studies:
            self.put(study)

    def put(self, study: Study) -> None:
        """Add a study, or put it in the place of the one with its id."""
        self.studies[study.id] = study
        for key in _keys(study):
            self._keys.setdefault(key, study.id)

    def find(self, study: Study, match: Match) -> tuple[Study, str] | None:
        """The study that a record is, with what told so; None where it is new."""
        if match is Match.ID or study.is_page:
            known = self.studies.get(study.id)
            return None if known is None else (known, "id")
        for name, value in _keys(study):
            found = self._keys.get((name, value))
            if found is None or _differ(self.studies[found], study):
                continue
            if name != "title and year" or not _only_share_a_title(self.studies[found], study):
                return self.studies[found], name
        return None

    def free_id(self, wanted: str) -> str:
        """`wanted`, or with the first number that makes it new."""
        if wanted not in self.studies:
            return wanted
        number = self._numbers.get(wanted, 1) + 1
        while f"{wanted}-{number}" in self.studies:
            number += 1
        self._numbers[wanted] = number
        return f"{wanted}-{number}"


def _differ(one: Study, other: Study) -> bool:
    """True where identifiers say that two records of one title are two pieces of research."""
    pairs = (
        (one.pmid, other.pmid),
        (one.doi and one.doi.casefold(), other.doi and other.doi.casefold()),
    )
    return any(a and b and a != b for a, b in pairs) and not any(a and a == b for a, b in pairs)


def _only_share_a_title(one: Study, other: Study) -> bool:
    """True where two records of one title and year have other first authors, or speak of other things."""
    if (
        one.authors
        and other.authors
        and fold(surname(one.authors[0])) != fold(surname(other.authors[0]))
    ):
        return True
    shared = _shared(one.sections, other.sections)
    return shared is not None and shared < _OTHER_TEXT


def _shared(one: Sequence[Section], other: Sequence[Section]) -> float | None:
    """The share of words that two texts have in common (Jaccard); None where one of them is empty."""
    first, second = (
        {word for section in each for word in fold(section.text).split()} for each in (one, other)
    )
    return len(first & second) / len(first | second) if first and second else None


def _words(sections: Iterable[Section]) -> list[str]:
    """The paragraphs of sections without white space; how they are divided does not matter."""
    lines = (line for section in sections for line in section.text.split("\n"))
    return sorted(re.sub(r"\s+", " ", line).strip() for line in lines if line.strip())


def joined(known: Study, new: Study, why: str) -> Joined:
    """The known study with what the new record adds; the very same one where that is nothing."""
    reviewed = known.review is not Review.DRAFT
    gaps = _GAPS_REVIEWED if reviewed else _GAPS
    filled = {
        name: getattr(new, name)
        for name in gaps
        if getattr(known, name) in (None, "", ()) and getattr(new, name) not in (None, "", ())
    }
    notices = tuple(one for one in new.notices if one not in known.notices)
    whole = replace(
        known,
        **filled,
        facts=(*known.facts, *(one for one in new.facts if one.field in filled)),
        notices=(*known.notices, *notices),
    ) if filled or notices else known  # fmt: skip
    filled |= {f"notice ({one.kind})": one for one in notices}
    shared = _shared(known.sections, new.sections)
    others = {one.name for one in known.sections}.isdisjoint(one.name for one in new.sections)
    # A reviewed text that reads a little otherwise must not go unseen.
    same = shared is not None and shared >= _SAME_TEXT and (others or not reviewed)
    if not new.sections or same or _words(known.sections) == _words(new.sections):
        return Joined(whole, f"same {why}; {_names(filled)}")
    if reviewed:
        return _beside_reviewed(known, new, whole, filled, why)
    return _with_sections(known, new, whole, filled, why)


def _names(filled: Iterable[str], *, otherwise: str = "nothing new") -> str:
    names = ", ".join(filled)
    return f"took over its {names}" if names else otherwise


def _beside_reviewed(
    known: Study, new: Study, whole: Study, filled: Iterable[str], why: str
) -> Joined:
    """A reviewed study keeps its text; other text for a section it has must not go unseen."""
    have = {section.name: section for section in known.sections}
    changed = [one.name for one in new.sections if one.name in have and one != have[one.name]]
    if changed:
        why_not = (
            f"same {why} as the reviewed study {known.id}, but {', '.join(changed)} reads otherwise;"
            " reviewed text is not changed by an import"
        )
        return Joined(known, why_not=why_not)
    left = ", ".join(one.name for one in new.sections)
    return Joined(whole, f"same {why}; reviewed text kept, {left} left aside; {_names(filled)}")


def _with_sections(
    known: Study, new: Study, whole: Study, filled: Iterable[str], why: str
) -> Joined:
    """A draft takes over new sections, and newer text for sections it has."""
    newer = {section.name: section for section in new.sections}
    kept = tuple(newer.pop(one.name, one) for one in known.sections)
    sections = (*kept, *newer.values())
    same = {one.name for one in sections if one in known.sections}
    others = {name for name in (one.name for one in new.sections) if name not in same}
    study = replace(
        whole,
        sections=sections,
        marks=tuple(one for one in whole.marks if one.section in same and not one.contrast),
        repairs=(
            *(one for one in whole.repairs if one.section in same),
            *(one for one in new.repairs if one.section in others),
        ),
        source={**new.source, **known.source},
    )
    names = ", ".join(one.name for one in new.sections if one.name in others)
    return Joined(study, f"same {why}; took over {names}; {_names(filled)}")
