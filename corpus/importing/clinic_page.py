"""A clinic's evidence page as text: summaries of studies, then a reference list with notes, and the page's own words.

The two voices of a study are joined by its title alone: years, journals and first authors repeat on such a page
(two studies of sciatica of one year in one journal), and one of its titles may be the beginning of another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.errors import ImportingError
from corpus.importing.authors import authors_of, study_id
from corpus.importing.entries import Draft, Entry, Format, Kept, Match, Unread
from corpus.importing.limits import MOST_PAGE
from corpus.importing.source import Source
from corpus.records import NOTE_SECTION
from corpus.repairing import repaired
from corpus.study import PAGE_ID, Fact, Repair, Section, Study, Voice

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*"
_DATE = re.compile(rf"((?:19|20)\d\d)(?:, {_MONTH}(?: \d{{1,2}})?)?")
_HEADING = re.compile(r"((?:19|20)\d\d) ([^\W\d_].{2,120}[^.?!])")


@dataclass(frozen=True)
class _Note:
    """One block of the reference list."""

    first: int  # line numbers, from 1
    last: int
    date: str
    title: str
    journal: str
    text: tuple[str, ...]
    authors: str


@dataclass(frozen=True)
class _Summary:
    """One block of the summaries."""

    first: int
    last: int
    heading: str
    text: tuple[str, ...]  # headline first
    citation: str = ""
    title: str | None = None  # the title of the reference list that the citation starts with


@dataclass(frozen=True)
class _Page:
    """A page taken apart; each line that is not empty is in one of these."""

    notes: tuple[_Note, ...] = ()
    summaries: tuple[_Summary, ...] = ()
    unread: tuple[Unread, ...] = ()
    own: dict[str, list[int]] = field(default_factory=dict)  # section of the page's own text: lines


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}"


def _notes(lines: Sequence[str]) -> Iterator[_Note | Unread]:
    """The blocks of the reference list: date, title, journal, note, authors; an empty line ends one."""
    at = 0
    while at < len(lines):
        if not _DATE.fullmatch(lines[at].strip()):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].strip() and not _DATE.fullmatch(lines[end].strip()):
            end += 1
        block = [line.strip() for line in lines[at:end]]
        if len(block) >= 5:
            date, title, journal, *text, authors = block
            yield _Note(at + 1, end, date, title, journal, tuple(text), authors)
        else:
            why = (
                f"a reference of {len(block)} lines; wanted date, title, journal, note and authors"
            )
            yield Unread(f"lines {_span(at + 1, end)}", why)
        at = end


def _folded(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip().rstrip(".").casefold()


class _Titles:
    """The titles of a reference list, to be found at the beginning of a line."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles: Mapping[str, str] = {_folded(one): one for one in reversed(titles)}
        self._lengths = sorted({len(one) for one in self._titles}, reverse=True)

    def of(self, line: str) -> str | None:
        """The title that `line` starts with; the longest, since one may begin another."""
        folded = re.sub(r"\s+", " ", line).casefold()
        for length in self._lengths:
            title = self._titles.get(folded[:length])
            if title is not None and not folded[length : length + 1].isalnum():
                return title
        return None


def _summaries(lines: Sequence[str], titles: _Titles, end: int) -> Iterator[_Summary]:
    """The blocks of the summaries among the first `end` lines: heading, headline, summary, citation."""
    heads = [at for at in range(end) if _HEADING.fullmatch(lines[at].strip())]
    for at, following in pairwise((*heads, end)):
        block = range(at + 1, following)
        cited = next((row for row in block if titles.of(lines[row])), None)
        last = following - 1 if cited is None else cited
        text = tuple(lines[row].strip() for row in range(at + 1, last + (cited is None)))
        yield _Summary(
            first=at + 1,
            last=last + 1,
            heading=lines[at].strip(),
            text=tuple(one for one in text if one),
            citation="" if cited is None else lines[cited].strip(),
            title=None if cited is None else titles.of(lines[cited]),
        )


def _part(line: str, last: str | None) -> str:
    """The section of the page's own text that a line belongs to, after a line of section `last`."""
    folded = line.casefold()
    if last is None:
        return "Title"
    if "do not make any claim" in folded:
        return "Disclaimer"
    if folded.startswith("consult "):
        return "Consult"
    if folded.endswith("references"):
        return "References"
    if folded.endswith("?"):
        return "What the research says"
    after = {"Title": "Causes", "Disclaimer": "Advice", "Consult": "Advice"}
    return after.get(last, last)


def _own(lines: Sequence[str], taken: set[int]) -> dict[str, list[int]]:
    own: dict[str, list[int]] = {}
    last: str | None = None
    for number, line in enumerate(lines, 1):
        if number not in taken and line.strip():
            last = _part(line.strip(), last)
            own.setdefault(last, []).append(number)
    return own


def _taken_apart(lines: Sequence[str]) -> _Page:
    listed = list(_notes(lines))
    notes = tuple(one for one in listed if isinstance(one, _Note))
    unread = [one for one in listed if isinstance(one, Unread)]
    starts = [note.first - 1 for note in notes]
    titles = _Titles([note.title for note in notes])
    blocks = list(_summaries(lines, titles, min(starts, default=len(lines))))
    seen: set[str] = set()
    summaries: list[_Summary] = []
    taken = {row for note in notes for row in range(note.first, note.last + 1)}
    taken.update(row for one in unread for row in _rows(one.place))
    for block in blocks:
        taken |= set(range(block.first, block.last + 1))
        place = f"lines {_span(block.first, block.last)}"
        if block.title is None or not block.text:
            unread.append(Unread(place, "a summary whose citation is not in the reference list"))
        elif block.title in seen:
            unread.append(Unread(place, f"a second summary of {block.title!r}"))
        else:
            seen.add(block.title)
            summaries.append(block)
    return _Page(notes, tuple(summaries), tuple(unread), _own(lines, taken))


def _rows(place: str) -> range:
    numbers = [int(one) for one in re.findall(r"\d+", place)]
    return range(numbers[0], numbers[-1] + 1)


def _section(
    name: str, voice: Voice, paragraphs: Sequence[str]
) -> tuple[Section, tuple[Repair, ...]]:
    text, repairs = repaired(name, "\n\n".join(paragraphs))
    return Section(name, voice, text), repairs


def _journal(note: _Note, summary: _Summary | None) -> str:
    """The journal; a reference may have its publisher glued on, which a summary's heading has not."""
    if summary is not None:
        match = _HEADING.fullmatch(summary.heading)
        if match and note.journal.startswith(match[2]):
            return match[2]
    return note.journal


def _study(note: _Note, summary: _Summary | None, name: str) -> Study:
    parts: list[tuple[Section, tuple[Repair, ...]]] = []
    source: dict[str, object] = {"page": name}
    if summary is not None:
        parts.append(_section("Headline", Voice.SUMMARY, summary.text[:1]))
        if summary.text[1:]:
            parts.append(_section("Summary", Voice.SUMMARY, summary.text[1:]))
        source["summary"] = {
            "lines": _span(summary.first, summary.last),
            "heading": summary.heading,
            "citation": summary.citation,
        }
    parts.append(_section(NOTE_SECTION, Voice.NOTE, note.text))
    source["note"] = {
        "lines": _span(note.first, note.last),
        "date": note.date,
        "title": note.title,
        "journal": note.journal,
        "authors": note.authors,
    }
    authors = authors_of(note.authors)
    lines = {"title": 1, "authors": note.last - note.first, "journal": 2, "year": 0}
    return Study(
        id=study_id(note.title, authors, note.date[:4]),
        title=note.title.rstrip("."),
        sections=tuple(section for section, _ in parts),
        authors=authors,
        journal=_journal(note, summary),
        year=int(note.date[:4]),
        repairs=tuple(repair for _, repairs in parts for repair in repairs),
        facts=tuple(
            Fact(field=one, mark="page", source=f"{name}, line {note.first + offset}")
            for one, offset in lines.items()
        ),
        source=source,
    )


def _page_study(lines: Sequence[str], own: dict[str, list[int]], name: str) -> Study:
    parts = [
        _section(part, Voice.PAGE, [lines[number - 1].strip() for number in numbers])
        for part, numbers in own.items()
    ]
    places = {part: ", ".join(str(number) for number in numbers) for part, numbers in own.items()}
    return Study(
        id=PAGE_ID,
        title=parts[0][0].text.split("\n")[0].rstrip("."),
        sections=tuple(section for section, _ in parts),
        repairs=tuple(repair for _, repairs in parts for repair in repairs),
        source={"page": name, "lines": places},
    )


def recognises(text: str) -> bool:
    """True where `text` has a reference list of the kind that these pages have."""
    found = [one for one in _notes(text.split("\n")) if isinstance(one, _Note)]
    return len(found) >= 1 and not text.lstrip().startswith(("{", "<", "["))


def entries(source: Source) -> Iterator[Entry]:
    """The studies of a page, each with both its voices, then the page's own text."""
    refuse_long(source.text, source.path)
    return entries_of(source.text, source.name)


def refuse_long(text: str, path: str, most: int = MOST_PAGE) -> None:
    """ImportingError for a text that is longer than any page."""
    if len(text) > most:
        raise ImportingError(
            f"{path}: found a page of more than {most} characters; wanted one page of summaries and references"
        )


def entries_of(text: str, name: str) -> Iterator[Entry]:
    """The same for the text of a page from the file `name`."""
    lines = text.split("\n")
    page = _taken_apart(lines)
    summaries = {one.title: one for one in page.summaries}
    for note in page.notes:
        summary = summaries.get(note.title)
        places = [_span(one.first, one.last) for one in (summary, note) if one is not None]
        yield Draft(f"lines {' and '.join(places)}", _study(note, summary, name))
    yield from page.unread
    if page.own:
        rows = [number for numbers in page.own.values() for number in numbers]
        place = f"{len(rows)} lines of the page's own text"
        yield Draft(place, _page_study(lines, page.own, name))


CLINIC_PAGE = Format(
    name="clinic page",
    match=Match.WORK,
    kept=Kept.FILE,
    recognises=recognises,
    entries=entries,
)
