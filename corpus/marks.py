"""Marks in a record: `section` and the first words of a sentence, resolved to its exact place, and back.

A person writes `starts: However, the potential`; which sentence that is must be beyond doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.field_types import Fields
from corpus.front_matter import Path
from corpus.sentences import sentence_spans
from corpus.study import Aspect, Direction, Mark, Role

Place = tuple[str, int, int]

_KEYS = (
    "section", "starts", "occurrence", "roles", "aspects", "conditions", "treatments",
    "comparators", "outcomes", "direction", "contrast",
)  # fmt: skip
# Enough to know a sentence by when reading a diff; more words where two sentences begin alike.
_FEWEST_WORDS = 6


def _matching(text: str, starts: str) -> list[tuple[int, int]]:
    return [span for span in sentence_spans(text) if text[span[0] : span[1]].startswith(starts)]


def _place(fields: Fields, path: Path, texts: Mapping[str, str]) -> Place:
    section = fields.text((*path, "section"))
    starts = fields.text((*path, "starts"))
    if section not in texts:
        names = ", ".join(texts) or "none"
        raise fields.wrong((*path, "section"), f"the section {section!r}", f"one of: {names}")
    found = _matching(texts[section], starts)
    occurrence = fields.whole_number((*path, "occurrence"), range(1, 10_000))
    if occurrence is None and len(found) == 1:
        return (section, *found[0])
    if occurrence is not None and occurrence <= len(found):
        return (section, *found[occurrence - 1])
    raise fields.wrong(
        (*path, "starts"),
        f"{len(found) or 'no'} sentence{'' if len(found) == 1 else 's'} of {section!r} starting {starts!r}",
        "the first words of exactly one sentence"
        if occurrence is None
        else f"at least {occurrence} such sentences",
    )


def mark_of(fields: Fields, path: Path, texts: Mapping[str, str]) -> Mark:
    """The mark written at `path`; RecordError where it names no sentence, or more than one."""
    fields.only(path, _KEYS)
    section, start, end = _place(fields, path, texts)
    roles = fields.members((*path, "roles"), Role)
    aspects = fields.members((*path, "aspects"), Aspect)
    contrast = None
    if fields.has((*path, "contrast")):
        fields.only((*path, "contrast"), ("section", "starts", "occurrence"))
        contrast = _place(fields, (*path, "contrast"), texts)
    return Mark(
        section=section,
        start=start,
        end=end,
        roles=None if roles is None else frozenset(roles),
        aspects=None if aspects is None else frozenset(aspects),
        conditions=fields.concepts((*path, "conditions")),
        treatments=fields.concepts((*path, "treatments")),
        comparators=fields.concepts((*path, "comparators")),
        outcomes=fields.concepts((*path, "outcomes")),
        direction=fields.member((*path, "direction"), Direction),
        contrast=contrast,
    )


def _place_fields(place: Place, texts: Mapping[str, str]) -> dict[str, object]:
    section, start, end = place
    text = texts[section]
    sentence = text[start:end]
    words = sentence.split(" ")
    for count in range(min(_FEWEST_WORDS, len(words)), len(words) + 1):
        starts = " ".join(words[:count])
        found = _matching(text, starts)
        if len(found) == 1:
            return {"section": section, "starts": starts}
    # The whole sentence stands there more than once, or begins a longer one.
    found = _matching(text, sentence)
    return {"section": section, "starts": sentence, "occurrence": found.index((start, end)) + 1}


def _sorted(values: frozenset[Role] | frozenset[Aspect]) -> list[object]:
    order = {member: place for place, member in enumerate((*Role, *Aspect))}
    return [str(one) for one in sorted(values, key=lambda one: order[one])]


def mark_fields(mark: Mark, texts: Mapping[str, str]) -> dict[str, object]:
    """The mark as a record writes it; ValueError where it does not hold one whole sentence."""
    fields = _place_fields((mark.section, mark.start, mark.end), texts)
    for name in ("roles", "aspects"):
        members: frozenset[Role] | frozenset[Aspect] | None = getattr(mark, name)
        if members is not None:
            fields[name] = _sorted(members)
    for name in ("conditions", "treatments", "comparators", "outcomes"):
        ids: Sequence[str] | None = getattr(mark, name)
        if ids is not None:
            fields[name] = list(ids)
    if mark.direction is not None:
        fields["direction"] = str(mark.direction)
    if mark.contrast is not None:
        fields["contrast"] = _place_fields(mark.contrast, texts)
    return fields
