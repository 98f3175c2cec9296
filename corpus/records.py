"""Study records as files: one Markdown file a study, or one line of JSON a study.

Written in one way only: writing what was loaded changes nothing, so that a diff shows what a person changed.
Where the files of a collection are, and which of them count, is in `catalogue`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path as File

from corpus import front_matter
from corpus.errors import RecordError
from corpus.fields import KEYS, fields_of, study_of
from corpus.front_matter import Written
from corpus.nesting import is_too_deep
from corpus.reading import propose
from corpus.study import PAGE_ID, Review, Section, Study, Voice
from corpus.vocabulary import Vocabulary

_FENCE = "---"
_HEADING = "# "
_ESCAPED_HEADING = re.compile(r"^\\+#")
_HEADING_LIKE = re.compile(r"^\\*#")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
NOTE_SECTION = "Clinic note"


def usual_voice(study_id: str, section: str) -> Voice:
    """Who speaks in a section whose voice a record does not name."""
    if study_id == PAGE_ID:
        return Voice.PAGE
    return Voice.NOTE if section == NOTE_SECTION else Voice.SUMMARY


# --- Markdown -------------------------------------------------------------------------------------


def read_markdown(text: str, file: str, vocabulary: Vocabulary | None = None) -> Study:
    """The study of one Markdown record.

    `file` is its name for messages. Concept ids are not checked where `vocabulary` is None.
    Raises RecordError.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0] != _FENCE:
        raise RecordError(file, 1, found=repr(lines[0][:40]), wanted="`---`, then the fields")
    try:
        close = lines.index(_FENCE, 1)
    except ValueError:
        wanted = "a second `---` after the fields"
        raise RecordError(file, len(lines), found="the end of the file", wanted=wanted) from None
    written = front_matter.read("\n".join(lines[1:close]), file, first=2)
    _only(written, (*KEYS, "voices"))
    return study_of(written, _body(lines[close + 1 :], close + 2, written), vocabulary)


def _only(written: Written, keys: Sequence[str]) -> None:
    for key in written.values:
        if key not in keys:
            wanted = f"one of: {', '.join(keys)}"
            raise written.wrong((key,), found=f"the key {key!r}", wanted=wanted)


def _body(lines: Sequence[str], first: int, written: Written) -> tuple[Section, ...]:
    """The sections of a Markdown body whose first line is line `first` of its file."""
    voices = written.values.get("voices")
    found: dict[str, tuple[int, list[str]]] = {}
    current: list[str] | None = None
    for number, line in enumerate(lines, first):
        if line.startswith(_HEADING):
            name = line.removeprefix(_HEADING).strip()
            if not name or name in found:
                seen = f"the section {name!r} twice" if name else "a heading without a name"
                raise RecordError(written.file, number, found=seen, wanted="each section once")
            current = []
            found[name] = (number, current)
        elif current is not None:
            current.append(line[1:] if _ESCAPED_HEADING.match(line) else line)
        elif line.strip():
            wanted = "a heading such as `# Summary` above it"
            raise RecordError(written.file, number, found=f"text {line[:40]!r}", wanted=wanted)
    sections = []
    for name, (number, body) in found.items():
        text = "\n".join(body).strip()
        if not text:
            wanted = "its text, or no heading"
            seen = f"an empty section {name!r}"
            raise RecordError(written.file, number, found=seen, wanted=wanted)
        voice = _voice(voices, name, written)
        sections.append(Section(name, voice, text))
    return tuple(sections)


def _voice(voices: object, section: str, written: Written) -> Voice:
    if voices is None or (isinstance(voices, dict) and section not in voices):
        return usual_voice(str(written.values.get("id")), section)
    named = voices.get(section) if isinstance(voices, dict) else None
    if not isinstance(named, str) or named not in list(Voice):
        wanted = f"sections with one of: {', '.join(Voice)}"
        raise written.wrong(("voices", section), found=f"voices: {voices!r}", wanted=wanted)
    return Voice(named)


def write_markdown(study: Study) -> str:
    """The study as a Markdown record; `read_markdown` gives it back.

    Raises RecordError for what Markdown records cannot hold: text with white space around it,
    carriage returns, halves of characters.
    """
    voices = {
        section.name: str(section.voice)
        for section in study.sections
        if section.voice is not usual_voice(study.id, section.name)
    }
    values = fields_of(study)
    if voices:
        values["voices"] = voices
    parts = [_FENCE, "\n", front_matter.write(values), _FENCE, "\n"]
    for section in study.sections:
        if section.text != section.text.strip() or not section.text or "\r" in section.text:
            found = f"the section {section.name!r} with white space that Markdown does not keep"
            raise RecordError(f"{study.id}.md", 1, found=found, wanted="text without it")
        lines = (
            "\\" + line if _HEADING_LIKE.match(line) else line for line in section.text.split("\n")
        )
        parts += ["\n", _HEADING, section.name, "\n\n", "\n".join(lines), "\n"]
    text = "".join(parts)
    if _HALF_CHARACTER.search(text):
        found = "half of a character (a lone surrogate)"
        raise RecordError(f"{study.id}.md", 1, found=found, wanted="text that UTF-8 can hold")
    return text


# --- JSON lines -----------------------------------------------------------------------------------


class _TwiceError(ValueError):
    """A key stands twice in one object."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return values


def read_json(row: str, file: str, line: int, vocabulary: Vocabulary | None = None) -> Study:
    """The study of line `line` of a JSON lines file; otherwise as `read_markdown`."""
    try:
        values = json.loads(row, object_pairs_hook=_once)
    except _TwiceError as exc:
        raise RecordError(
            file, line, found=f"the key {str(exc)!r} twice", wanted="it once"
        ) from exc
    except (ValueError, RecursionError) as exc:
        raise RecordError(
            file, line, found="text that is no JSON", wanted="one study a line"
        ) from exc
    if not isinstance(values, dict):
        found = f"JSON that is no object: {row[:40]!r}"
        raise RecordError(file, line, found=found, wanted="one study a line")
    if is_too_deep(values):
        raise RecordError(file, line, found="values nested very deeply", wanted="a flat record")
    written = Written(file, values, first=line)
    _only(written, (*KEYS, "sections"))
    return study_of(written, _listed_sections(written), vocabulary)


def _listed_sections(written: Written) -> tuple[Section, ...]:
    listed = written.values.get("sections", [])
    wanted = "a list of {name, voice, text}"
    if not isinstance(listed, list):
        raise written.wrong(("sections",), found=f"sections: {str(listed)[:40]!r}", wanted=wanted)
    sections: dict[str, Section] = {}
    for one in listed:
        if not isinstance(one, Mapping) or not set(one) <= {"name", "voice", "text"}:
            raise written.wrong(("sections",), found=f"a section {str(one)[:60]!r}", wanted=wanted)
        name, text = one.get("name"), one.get("text")
        voice = one.get("voice", usual_voice(str(written.values.get("id")), str(name)))
        if not isinstance(name, str) or not isinstance(text, str) or voice not in list(Voice):
            raise written.wrong(("sections",), found=f"a section {str(one)[:60]!r}", wanted=wanted)
        if not name.strip() or not text.strip() or name in sections:
            found = f"a section {name!r} that is empty or stands twice"
            raise written.wrong(("sections",), found=found, wanted=wanted)
        sections[name] = Section(name, Voice(voice), text)
    return tuple(sections.values())


def write_json(study: Study) -> str:
    """The study as one line of JSON, without a line break; `read_json` gives it back."""
    values = fields_of(study)
    values["sections"] = [
        {"name": section.name, "voice": str(section.voice), "text": section.text}
        for section in study.sections
    ]
    return json.dumps(values, ensure_ascii=False)


# --- files ----------------------------------------------------------------------------------------


def text_of(file: File) -> str:
    """The text of a file of a collection; RecordError where it is not UTF-8 or cannot be read."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as exc:
        line = exc.object.count(b"\n", 0, exc.start) + 1
        found = f"a byte that is not UTF-8 ({exc.object[exc.start]:#04x})"
        raise RecordError(file, line, found=found, wanted="the file saved as UTF-8") from exc
    except OSError as exc:
        raise RecordError(file, 1, found=str(exc), wanted="a file that can be read") from exc


def load_record(file: File, vocabulary: Vocabulary | None = None) -> Study:
    """The study of a Markdown file, which must be called after the study's id."""
    study = read_markdown(text_of(file), str(file), vocabulary)
    if study.id != file.stem:
        wanted = f"the id {file.stem!r}, as the file is called"
        raise RecordError(file, 2, found=f"the id {study.id!r}", wanted=wanted)
    return study


def load_bulk(file: File, vocabulary: Vocabulary | None = None) -> tuple[Study, ...]:
    """The studies of a JSON lines file, in its order; empty lines are passed over.

    The facets of a draft are proposals: where the vocabulary has changed since, they are proposed anew.
    """
    rows = text_of(file).removeprefix("\ufeff").split("\n")
    return tuple(
        _draft_or_study(row, str(file), number, vocabulary)
        for number, row in enumerate(rows, 1)
        if row.strip()
    )


def _draft_or_study(row: str, file: str, number: int, vocabulary: Vocabulary | None) -> Study:
    try:
        return read_json(row, file, number, vocabulary)
    except RecordError:
        study = read_json(row, file, number)  # raises where more than a facet is wrong
        if vocabulary is None or study.review is not Review.DRAFT:
            raise
        bare = replace(study, conditions=(), treatments=(), comparators=(), outcomes=())
        return propose(bare, vocabulary)
