"""Reviewing a record: approving it, deciding what it is about, marking its sentences, mending its text.

Values in, values out; keeping them is `review_store`'s matter. Text is never edited, only mended with a recorded repair.
A record that is changed must be approved anew; only withholding a sentence leaves an approval standing.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from corpus.drafting import evidence, proposals
from corpus.errors import RecordError, ReviewError
from corpus.reading import Sentence, propose, read_all
from corpus.records import read_json, write_json
from corpus.study import (
    BY_REVIEW,
    Approval,
    Direction,
    Fact,
    Mark,
    NoticeKind,
    Review,
    Role,
    Study,
)
from corpus.vocabulary import Vocabulary

MONTHS = 12
# Cochrane asks that a review be looked at again within two years of its last search (Garner et al., BMJ 2016;354:i3507).
MOST_MONTHS = 24
EDITABLE = (
    "conditions", "treatments", "comparators", "outcomes", "design", "trials", "participants",
)  # fmt: skip
_FACTS = ("design", "trials", "participants")
_OPEN = frozenset({Direction.NO_DIFFERENCE, Direction.MIXED, Direction.UNCLEAR})
_DECIDED = frozenset({Role.FINDING, Role.CAVEAT, Role.WITHHELD})
_STAYING = frozenset({Role.OVERCLAIM, Role.CONTRADICTED})  # what `check` goes by
Place = tuple[str, int, int]


def last_day(on: date, months: int) -> date:
    """The last day of an approval: the same day so many months later, or the last one of that month.

    >>> last_day(date(2028, 2, 29), 12)
    datetime.date(2029, 2, 28)
    """
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def checked(study: Study, vocabulary: Vocabulary) -> Study:
    """The study, where a record can hold it; ReviewError says what is wrong with it."""
    try:
        kept = read_json(write_json(study), f"the record {study.id}", 1, vocabulary)
    except (RecordError, ValueError) as exc:
        raise ReviewError("value", str(exc).replace(":1: ", ": ")) from exc
    if kept != study:
        raise ReviewError("value", f"{study.id}: the record would not read as it was written")
    return study


def _name(by: str) -> str:
    name = " ".join(by.split())
    if not name or len(name) > 100:
        raise ReviewError(
            "name", "found no name; wanted who reviews, in at most 100 letters: --by NAME"
        )
    return name


def _is_study(study: Study) -> None:
    if study.is_page:
        raise ReviewError(
            "page", "the page's own text is no study and is not reviewed; wanted a study's id"
        )


def _reopened(study: Study) -> Study:
    return replace(study, review=Review.DRAFT, approval=None)


# --- approving


def written_out(study: Study, vocabulary: Vocabulary) -> Study:
    """The study with what is proposed for it as values and marks of its own, which no vocabulary changes any more."""
    whole = propose(study, vocabulary)
    marks = whole.marks or tuple(_mark(one) for one in read_all(whole, vocabulary) if one.roles)
    return replace(whole, marks=marks, facts=(*whole.facts, *_sources(whole, vocabulary)))


def _mark(one: Sentence) -> Mark:
    return Mark(
        section=one.section,
        start=one.start,
        end=one.end,
        roles=one.roles,
        aspects=one.aspects,
        conditions=one.conditions,
        treatments=one.treatments,
        comparators=one.comparators,
        outcomes=one.outcomes,
        direction=one.direction,
        contrast=one.contrast,
    )


def _sources(study: Study, vocabulary: Vocabulary) -> list[Fact]:
    """Where design and numbers were read, for those of which the record does not say it."""
    known = {fact.field for fact in study.facts}
    wanted = [one for one in _FACTS if one not in known and getattr(study, one) is not None]
    found = proposals(study, vocabulary) if wanted else ()
    sources = []
    for field in wanted:
        for one in evidence(found, field, getattr(study, field)):
            place = one.heading or "title"
            if one.section is not None:
                number = _number(study, vocabulary, (one.section, one.start, one.end))
                place = f"{one.section}, sentence {number}"
            sources.append(Fact(field, "import", place))
    return sources


def _number(study: Study, vocabulary: Vocabulary, place: Place) -> int:
    here = [one for one in read_all(study, vocabulary) if one.section == place[0]]
    return next(n for n, one in enumerate(here, 1) if (one.section, one.start, one.end) == place)


def refuse_retracted(study: Study) -> None:
    """ReviewError for a study whose paper was retracted."""
    if any(one.kind is NoticeKind.RETRACTED for one in study.notices):
        raise ReviewError("retracted", f"{study.id}: its paper was retracted; wanted it left out")


def approved(
    study: Study, vocabulary: Vocabulary, *, by: str, on: date, months: int = MONTHS
) -> Study:
    """The study, approved by a person on a day for some months, with all that was proposed written out.

    ReviewError for the page, for a retracted paper, for a record without a sentence to show, for a wrong
    number of months and for no name.
    """
    _is_study(study)
    if not 1 <= months <= MOST_MONTHS:
        raise ReviewError("months", f"found {months} months; wanted 1 to {MOST_MONTHS}")
    refuse_retracted(study)
    whole = written_out(study, vocabulary)
    if all(
        (one.section, one.start, one.end) in whole.withheld for one in read_all(whole, vocabulary)
    ):
        raise ReviewError("empty", f"{study.id}: found no sentence to show; wanted a text")
    _limits_kept(whole, vocabulary)
    approval = Approval(_name(by), on, last_day(on, months))
    return checked(replace(whole, review=Review.APPROVED, approval=approval), vocabulary)


def returned(study: Study) -> Study:
    """The study as a draft, which no patient sees; what was decided about it stays."""
    _is_study(study)
    return _reopened(study)


# --- deciding


def edited(
    study: Study, vocabulary: Vocabulary, values: Mapping[str, object], *, by: str, on: date
) -> Study:
    """The study with other values for some of the fields `EDITABLE`, decided by a person on a day.

    Values that are there already are no decision. ReviewError for what a record cannot hold, such as a
    concept that the vocabulary lacks.
    """
    _is_study(study)
    found = propose(study, vocabulary)
    changed = {name: value for name, value in values.items() if getattr(found, name) != value}
    if not changed:
        return study
    source = f"{_name(by)}, {on.isoformat()}"
    facts = [fact for fact in study.facts if fact.field not in changed]
    facts += [Fact(name, BY_REVIEW, source) for name in EDITABLE if name in changed]
    new = replace(_reopened(study), **changed, facts=tuple(facts))  # type: ignore[arg-type]
    return checked(new, vocabulary)


def place_of(study: Study, vocabulary: Vocabulary, named: str) -> Place:
    """The place of the sentence that "SECTION:NUMBER" or "SECTION:first words" names; ReviewError for none or several."""
    for section in study.sections:
        head = f"{section.name}:"
        if not named.casefold().startswith(head.casefold()):
            continue
        wanted = named[len(head) :].strip()
        here = [one for one in read_all(study, vocabulary) if one.section == section.name]
        if wanted.isascii() and wanted.isdigit():
            found = here[int(wanted) - 1 : int(wanted)] if 0 < int(wanted) <= len(here) else []
        else:
            found = [one for one in here if wanted and one.text.startswith(wanted)]
        if len(found) == 1:
            return found[0].section, found[0].start, found[0].end
        raise ReviewError(
            "place",
            f"{study.id}: found {len(found) or 'no'} sentence{'s' * (len(found) != 1)} at {named!r}; wanted one of"
            f" {section.name}:1 to {section.name}:{len(here)}, or the first words of one",
        )
    names = ", ".join(one.name for one in study.sections) or "none"
    raise ReviewError(
        "place",
        f"{study.id}: found {named!r}; wanted SECTION:NUMBER with one of the sections {names}",
    )


def marked(
    study: Study, vocabulary: Vocabulary, roles: Mapping[Place, frozenset[Role] | None]
) -> Study:
    """The study with some sentences marked: as a finding, a caveat, both, neither (no roles), withheld.

    Withheld and nothing else, a sentence keeps what it was; None shows it again. ReviewError where what limits the
    study's findings would be withheld while they are shown.
    """
    _is_study(study)
    whole = written_out(study, vocabulary)
    changed: dict[Place, Mark] = {}
    stands = True
    for place, wanted in roles.items():
        sentence = _sentence(whole, vocabulary, place)
        new = _roles(sentence.roles, wanted)
        if new != sentence.roles:
            changed[place] = _mark(replace(sentence, roles=new))
            stands = stands and new == sentence.roles | {Role.WITHHELD}
    if not changed:
        return study
    kept = (one for one in whole.marks if (one.section, one.start, one.end) not in changed)
    marks = sorted((*kept, *changed.values()), key=lambda one: _order(whole, one))
    after = replace(whole, marks=tuple(marks))
    _limits_kept(after, vocabulary)
    return checked(after if stands else _reopened(after), vocabulary)


def _roles(old: frozenset[Role], wanted: frozenset[Role] | None) -> frozenset[Role]:
    if wanted is None:
        return old - {Role.WITHHELD}
    if wanted == {Role.WITHHELD}:
        return old | wanted
    return (old & _STAYING) | (wanted & _DECIDED)


def _order(study: Study, mark: Mark) -> tuple[int, int]:
    return [one.name for one in study.sections].index(mark.section), mark.start


def _sentence(study: Study, vocabulary: Vocabulary, place: Place) -> Sentence:
    for one in read_all(study, vocabulary):
        if (one.section, one.start, one.end) == place:
            return one
    raise ReviewError("place", f"{study.id}: found no sentence at {place}; wanted a whole one")


def _limits_kept(study: Study, vocabulary: Vocabulary) -> None:
    """ReviewError where a finding is shown and all that limits it is withheld."""
    every = read_all(study, vocabulary)
    shown = [one for one in every if Role.WITHHELD not in one.roles]
    limits = [one for one in every if Role.CAVEAT in one.roles or one.direction in _OPEN]
    kept = any(one in shown for one in limits)
    if limits and not kept and any(Role.FINDING in one.roles for one in shown):
        raise ReviewError(
            "limits",
            f"{study.id}: found findings that are shown, and nothing left that limits them; wanted a caveat or a null"
            " result to stay, or the findings withheld first",
        )
    withheld = study.withheld
    if any(one.contrast in withheld for one in shown if one.contrast is not None):
        raise ReviewError(
            "limits",
            f"{study.id}: found a claim that must stand beside the sentence to be withheld; wanted the claim withheld"
            " first",
        )
