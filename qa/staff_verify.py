"""Where a quote comes from: the stored text with the quote marked, what was mended, and how to check both.

A place is a section of a record and code point offsets in it. Nothing here was asked by anybody, so it may
stand in an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from corpus.catalogue import STUDIES, Catalogue
from corpus.errors import EvidenceDeskError
from corpus.records import load_record
from corpus.sentences import is_sentence_span
from corpus.study import Study
from qa.citation import link
from qa.page_markup import NOTHING, Child, Html, element, html, joined, parted, spaced
from qa.pointers import Cited, Digest, Part, Recorded
from qa.wording import Number, Wording

_LONGEST_OFFSET = 9  # digits
_SOURCES = frozenset(
    "page file lines heading citation date title journal authors summary note".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of whole sentences in a stored section."""

    study: Study
    section: int  # which of the record's sections
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Why an address names no place."""

    status: HTTPStatus
    why: Wording


def place(catalogue: Catalogue, asked: Mapping[str, str]) -> Place | Misplaced:
    """The place that `study`, `section`, `start` and `end` name."""
    try:
        study = catalogue.study(asked.get("study", ""))
    except KeyError:
        return Misplaced(HTTPStatus.NOT_FOUND, Wording("staff-problem-study"))
    names = [one.name for one in study.sections]
    if asked.get("section") not in names:
        return Misplaced(HTTPStatus.NOT_FOUND, Wording("staff-problem-section"))
    section = names.index(asked["section"])
    start, end = (_offset(asked.get(one, "")) for one in ("start", "end"))
    if not is_sentence_span(study.sections[section].text, start, end):
        return Misplaced(HTTPStatus.UNPROCESSABLE_ENTITY, Wording("staff-problem-place"))
    return Place(study, section, start, end)


def _offset(text: str) -> int:
    """The number; -1, where no sentence starts, for anything else."""
    plain = text.isascii() and text.isdigit() and len(text) <= _LONGEST_OFFSET
    return int(text) if plain else -1


def place_html(catalogue: Catalogue, where: Place) -> Html:
    """The record around the place: its facts, its whole text, its repairs and its source."""
    study = where.study
    sections = (_section(where, number) for number in range(len(study.sections)))
    return joined(
        _citation(study),
        _facts(catalogue, where),
        element(
            "section",
            element("h2", Wording("staff-check-text")),
            element("p", Wording("staff-check-marked"), class_="hint"),
            *sections,
            class_="record",
        ),
        _repairs(study),
        _source(study),
    )


def _citation(study: Study) -> Html:
    if study.is_page:
        return element("p", Wording("from-the-page"))
    facts: list[Child] = [
        one for part in (Part.AUTHORS, Part.JOURNAL, Part.YEAR) if (one := Cited(study, part)).text
    ]
    address = link(study)
    if address is not None and study.doi:
        words = joined(Wording("staff-doi"), Cited(study, Part.DOI))
        facts.append(element("a", words, href=address.url))
    return joined(
        element("p", element("strong", Cited(study, Part.TITLE)), lang="en"),
        element("p", parted(facts, Wording("page-full-stop")), lang="en"),
    )


# --- facts


def _facts(catalogue: Catalogue, where: Place) -> Html:
    study, section = where.study, where.study.sections[where.section]
    review = study.review.name.lower()
    checked = "published-by-the-clinic" if review == "published" else review
    span = {"start": Number(where.start), "end": Number(where.end)}
    rows = [
        _row(Wording("staff-check-record"), Recorded(study, ("id",))),
        _row(Wording("staff-check-review"), Wording(f"staff-review-{checked}")),
        _row(Wording("staff-check-section"), Recorded(study, ("sections", where.section, "name"))),
        _row(Wording("staff-check-place"), Wording("staff-check-from-to", span)),
        _row(Wording("staff-check-hash-text"), Digest(section.text.encode())),
        *_file(catalogue, study),
    ]
    return element("dl", *rows, class_="facts-list")


def _file(catalogue: Catalogue, study: Study) -> Iterator[Html]:
    """The fingerprint of the record's own file as it is now, and whether it still says the same."""
    file = catalogue.folder_of(study) / STUDIES / f"{study.id}.md"
    try:
        body = file.read_bytes()
    except OSError:  # one of many records in one file, or the shipped page beside other studies
        return
    changed = NOTHING if _still_says(file, study) else _changed()
    digest = element("span", Digest(body), class_="digest")
    yield _row(Wording("staff-check-hash-file"), joined(digest, changed))


def _still_says(file: Path, study: Study) -> bool:
    try:
        return load_record(file) == study
    except EvidenceDeskError:
        return False


def _changed() -> Html:
    return element("p", Wording("staff-check-file-changed"), class_="problem")


def _row(name: Child, value: Child) -> Html:
    return element("div", element("dt", name), element("dd", value))


# --- text


def _section(where: Place, number: int) -> Html:
    """One section, paragraph by paragraph, with the place marked where it is this one's."""
    study = where.study
    section = study.sections[number]
    paragraphs, at = [], 0
    for line in section.text.split("\n"):
        end = at + len(line)
        if line.strip():
            paragraphs.append(element("p", *_line(where, number, at, end), class_="stored"))
        at = end + 1
    return joined(
        element("h3", Recorded(study, ("sections", number, "name"))),
        element("p", Wording(f"voice-{section.voice}"), class_="voice"),
        *paragraphs,
    )


def _line(where: Place, number: int, start: int, end: int) -> Iterator[Child]:
    """The line from `start` to `end` in up to three pieces: before the place, the place, after it."""

    def stored(begin: int, stop: int) -> Html:
        """The stretch, with the sentences in it named that a reviewer withheld."""
        name, pieces, at = where.study.sections[number].name, [], begin
        for section, first, last in sorted(where.study.withheld):
            if section == name and at <= first and last <= stop:
                said = element("strong", Wording("review-withheld-here"))
                held = Recorded(where.study, ("sections", number, "text"), first, last)
                between = Recorded(where.study, ("sections", number, "text"), at, first)
                pieces += [html(between), element("span", spaced(said, held), class_="withheld")]
                at = last
        return joined(*pieces, Recorded(where.study, ("sections", number, "text"), at, stop))

    if number != where.section or not start <= where.start < end:
        yield stored(start, end)
        return
    yield stored(start, where.start)
    yield element("mark", stored(where.start, where.end), id="quote")
    yield stored(where.end, end)


# --- repairs and source


def _repairs(study: Study) -> Html:
    heading = element("h2", Wording("staff-check-repairs"))
    if not study.repairs:
        return element("section", heading, element("p", Wording("staff-check-no-repairs")))

    def repair(number: int) -> Html:
        def value(key: str) -> Recorded:
            return Recorded(study, ("repairs", number, key))

        rows = [
            _row(Wording("staff-check-section"), value("section")),
            _row(Wording("staff-repair-was"), element("span", value("old"), class_="stored")),
            _row(Wording("staff-repair-now"), element("span", value("new"), class_="stored")),
            _row(Wording("staff-repair-why"), value("why")),
        ]
        return element("li", element("dl", *rows, class_="facts-list"))

    repairs = map(repair, range(len(study.repairs)))
    return element("section", heading, element("ul", *repairs, class_="repairs"))


def _source(study: Study) -> Html:
    heading = element("h2", Wording("staff-check-source"))
    if not study.source:
        return element("section", heading, element("p", Wording("staff-check-no-source")))
    inside = (_origin(study, (key,), value) for key, value in study.source.items())
    return element("section", heading, *inside)


def _origin(study: Study, path: tuple[str, ...], value: object) -> Html:
    """One fact of where the text was found, or a group of them under its name."""
    if isinstance(value, dict):
        rows = (_row(_name(study, key), Recorded(study, ("source", *path, key))) for key in value)
        heading = element("h3", _name(study, path[-1]))
        return joined(heading, element("dl", *rows, class_="facts-list"))
    row = _row(_name(study, path[-1]), Recorded(study, ("source", *path)))
    return element("dl", row, class_="facts-list")


def _name(study: Study, key: str) -> Child:
    """What a fact is called: by a wording, or by the name of the section that it is about."""
    if key in _SOURCES:
        return Wording(f"staff-source-{key}")
    names = [one.name for one in study.sections]
    if key in names:
        return Recorded(study, ("sections", names.index(key), "name"))
    return Wording("staff-source-other")
