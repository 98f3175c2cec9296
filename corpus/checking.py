"""What a careful reader would question in a collection: claims, gaps, doubles, damage. Finds, never mends.

What keeps a record from loading at all is an error of `records`; `check_folder` lists those as findings too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from corpus.catalogue import (
    BULK,
    Catalogue,
    collection_vocabulary,
    load_catalogue,
    load_studies,
    record_files,
    shipped_folder,
)
from corpus.checks.overclaims import overclaims
from corpus.errors import CollectionError, RecordError
from corpus.records import load_record
from corpus.retractions import retraction_list
from corpus.sentences import sentence_spans
from corpus.standing import Standing, standing, today
from corpus.study import Design, NoticeKind, Review, Role, Study, Voice
from corpus.vocabulary import Vocabulary
from corpus.words import fold


class Check(StrEnum):
    """What was looked for."""

    RECORD = "record"  # a record does not load
    RETRACTED = "retracted"  # withdrawn, or under doubt
    CORRECTED = "corrected"  # the paper was corrected after it was published
    OVERCLAIM = "overclaim"  # a note says more than its study's summary, or than a lone note may
    STRONG_WORDING = "strong-wording"  # words of cure or certainty that no summary here supports
    CAVEAT = "caveat"  # no limit is stated, or none is marked
    COMPARATOR = "comparator"  # not said what a treatment was compared with
    DUPLICATE = "duplicate"  # two records of one piece of research
    DAMAGED_TEXT = "damaged-text"  # wrong encoding, lost characters
    DATE = "date"  # a year that cannot be
    UNSOURCED = "unsourced"  # a bibliographic fact without a source
    OVERLAP = "overlap"  # reviews that may count the same trials; for information
    OLD = "old"  # a study older than asked for; for information


# What is told to be known, and is no fault.
INFORMATION = frozenset((Check.OVERLAP, Check.OLD))
OLDER_THAN = 10  # years; the shipped page itself promises papers of the last ten


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing to look at: in which study, in which words, beside which others, and why."""

    check: Check
    study: str
    why: str
    quote: str = ""
    against: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding in the form that `evidence-desk check --json` prints."""
        return {
            "check": str(self.check),
            "study": self.study,
            "quote": self.quote,
            "against": self.against,
            "why": self.why,
        }


# UTF-8 read as cp1252 leaves these pairs; U+FFFD is what a decoder puts for what it lost.
_DAMAGE = re.compile(r"â€.?|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]|\ufffd|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STRONG = re.compile(
    r"\b(?:cures?|cured|heals?|guaranteed?|miracle|completely safe|no side effects?|no risks?|always works?"
    r"|100 ?%|proven to)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?![\d,]|\.\d)")
_SOURCED = (
    "authors",
    "journal",
    "year",
    "doi",
    "pmid",
    "pmcid",
    "design",
    "trials",
    "participants",
)


def _overclaims(study: Study, vocabulary: Vocabulary) -> Iterator[CheckFinding]:
    """As a person marked them; where nobody did, as the words alone tell.

    Who marked one sentence of a note so has weighed the others of that note, too.
    """
    marked = tuple(_marked_overclaims(study))
    yield from marked
    if not marked:
        for found in overclaims(study, vocabulary):
            yield CheckFinding(Check.OVERCLAIM, study.id, found.why, found.quote, found.against)


def _marked_overclaims(study: Study) -> Iterator[CheckFinding]:
    for mark in study.marks:
        if not mark.roles or Role.OVERCLAIM not in mark.roles:
            continue
        quote = study.section(mark.section)[mark.start : mark.end]
        if mark.contrast is not None:
            section, start, end = mark.contrast
            against = study.section(section)[start:end]
            why = "the note says more than the study's own summary"
        else:
            against = ""
            why = (
                "page only: nothing here bears it out"
                if study.is_page
                else "note only: no summary bears it out"
            )
        yield CheckFinding(Check.OVERCLAIM, study.id, why, quote, against)


def _strong_wording(study: Study) -> Iterator[CheckFinding]:
    for section in study.sections:
        if section.voice is Voice.SUMMARY:
            continue
        for start, end in sentence_spans(section.text):
            sentence = section.text[start:end]
            found = _STRONG.search(sentence)
            if found:
                why = f"{found[0]!r} promises more than studies can show"
                yield CheckFinding(Check.STRONG_WORDING, study.id, why, sentence)


def _gaps(study: Study) -> Iterator[CheckFinding]:
    if study.is_page or study.review is Review.DRAFT:
        return  # who reviews a draft will mark its limits
    roles = [mark.roles or frozenset() for mark in study.marks]
    if not any(Role.CAVEAT in one for one in roles):
        why = "no sentence is marked as a limit of what was found"
        yield CheckFinding(Check.CAVEAT, study.id, why)
    if not study.comparators:
        why = "the text does not say what the treatment was compared with"
        yield CheckFinding(Check.COMPARATOR, study.id, why)


def _damage(study: Study) -> Iterator[CheckFinding]:
    texts = [(section.name, section.text) for section in study.sections]
    for name, text in (("title", study.title), ("authors", ", ".join(study.authors)), *texts):
        for found in _DAMAGE.finditer(text):
            quote = text[max(0, found.start() - 20) : found.end() + 20]
            why = f"{name} holds {found[0]!r}, which looks like a wrong encoding"
            yield CheckFinding(Check.DAMAGED_TEXT, study.id, why, quote)


def _dates(study: Study) -> Iterator[CheckFinding]:
    if study.year is None:
        return
    this_year = datetime.now(tz=UTC).year
    if study.year > this_year:
        yield CheckFinding(Check.DATE, study.id, f"the year {study.year} is still to come")
    for section in study.sections:
        for start, end in sentence_spans(section.text):
            sentence = section.text[start:end]
            later = [one for one in _YEAR.findall(sentence) if int(one) > study.year]
            if later and int(later[0]) <= this_year:
                why = f"published in {study.year}, but speaks of {later[0]}"
                yield CheckFinding(Check.DATE, study.id, why, sentence)


def _unsourced(study: Study) -> Iterator[CheckFinding]:
    if study.review is Review.DRAFT:
        return
    known = {fact.field for fact in study.facts}
    for name in _SOURCED:
        if getattr(study, name) not in (None, (), "") and name not in known:
            yield CheckFinding(Check.UNSOURCED, study.id, f"{name} stands without its source")


def _notices(study: Study) -> Iterator[CheckFinding]:
    for one in study.notices:
        day = f" on {one.on.isoformat()}" if one.on else ""
        if one.kind is NoticeKind.CORRECTED:
            why = f"corrected{day}: compare the text with the correction"
            yield CheckFinding(Check.CORRECTED, study.id, why, "", one.source)
        else:
            kept = (
                "it is shown to nobody"
                if one.kind is NoticeKind.RETRACTED
                else "decide whether it is shown"
            )
            why = f"{one.kind.replace('-', ' ')}{day}; {kept}"
            yield CheckFinding(Check.RETRACTED, study.id, why, "", one.source)


def _overlaps(studies: Iterable[Study]) -> Iterator[CheckFinding]:
    """Reviews of one condition and treatment: their trials, and so their people, must not be added up."""
    reviews: dict[tuple[str, str], list[str]] = {}
    for study in studies:
        if study.design in (Design.SYSTEMATIC_REVIEW, Design.OVERVIEW):
            for condition in study.conditions:
                for treatment in study.treatments:
                    reviews.setdefault((condition, treatment), []).append(study.id)
    shared: dict[tuple[str, str], list[str]] = {}
    for (condition, treatment), ids in sorted(reviews.items()):
        for other in ids[1:]:
            shared.setdefault((other, ids[0]), []).append(f"{treatment} for {condition}")
    for (other, first), topics in sorted(shared.items()):
        why = f"may count the same trials as {first}: both review {', '.join(topics)}"
        yield CheckFinding(Check.OVERLAP, other, why)


def _old(studies: Iterable[Study], years: int) -> Iterator[CheckFinding]:
    this_year = datetime.now(tz=UTC).year
    for study in studies:
        if study.year is not None and this_year - study.year > years:
            why = f"published in {study.year}, more than {years} years ago"
            yield CheckFinding(Check.OLD, study.id, why)


def _doubles(studies: Iterable[Study]) -> Iterator[CheckFinding]:
    ways: dict[str, Callable[[Study], str]] = {
        "title": lambda study: fold(study.title),
        "DOI": lambda study: (study.doi or "").casefold(),
        "PMID": lambda study: study.pmid or "",
    }
    everything = tuple(studies)
    for name, key in ways.items():
        first: dict[str, Study] = {}
        for study in everything:
            value = key(study)
            if value and first.setdefault(value, study) is not study:
                why = f"the same {name} as {first[value].id}"
                yield CheckFinding(Check.DUPLICATE, study.id, why, study.title, first[value].title)


_EACH = (_notices, _strong_wording, _gaps, _damage, _dates, _unsourced)


def check(
    catalogue: Catalogue, withdrawn: Iterable[Study] = (), *, older_than: int = OLDER_THAN
) -> tuple[CheckFinding, ...]:
    """Everything to look at in a collection, by kind of check, then by study; of what is withdrawn only why."""
    own_page = (catalogue.page,) if catalogue.has_own_page else ()
    studies = (*catalogue.studies, *own_page)
    found = [one for study in studies for each in _EACH for one in each(study)]
    found += [one for study in studies for one in _overclaims(study, catalogue.vocabulary)]
    found += [one for study in withdrawn for one in _notices(study)]
    found += (*_doubles(catalogue.studies), *_overlaps(catalogue.studies))
    found += _old(catalogue.studies, older_than)
    order = {kind: place for place, kind in enumerate(Check)}
    return tuple(sorted(found, key=lambda one: (order[one.check], one.study)))


def check_folder(
    folder: Path | None = None, *, older_than: int = OLDER_THAN
) -> tuple[CheckFinding, ...]:
    """As `check`, with drafts; where records do not load, these alone, each with its file and line."""
    place = shipped_folder() if folder is None else folder
    broken = tuple(_broken(place)) if place.is_dir() else ()
    if broken:
        return broken
    try:
        catalogue = load_catalogue(folder, drafts=True)
    except RecordError as exc:
        return (CheckFinding(Check.RECORD, BULK, str(exc)),)
    listed = retraction_list(catalogue.folder)
    every = (listed.told(study) for _, study in load_studies(catalogue.folder, None))
    withdrawn = [one for one in every if standing(one, today()) is Standing.WITHDRAWN]
    return check(catalogue, withdrawn, older_than=older_than)


def _broken(folder: Path) -> Iterator[CheckFinding]:
    vocabulary = collection_vocabulary(folder)
    for file in record_files(folder):
        try:
            load_record(file, vocabulary)
        except CollectionError as exc:
            yield CheckFinding(Check.RECORD, file.stem, str(exc))
