"""An answer as plain text or Markdown, for the shell and for copying.

Both come from the same blocks, so that neither can leave out a caveat, a comparator or the disclaimer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from corpus.study import Study
from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Finding, Flag, Outcome, Quote, QuoteRole
from qa.choice_names import chosen, left_out
from qa.choices import Choices
from qa.citation import link, reference
from qa.details import related_heading, sizes
from qa.wording import Brand, Label, Wording


class Block(Enum):
    """What a stretch of text is, so that each form can set it in its own way."""

    NOTICE = auto()
    HEADING = auto()
    TITLE = auto()
    QUOTE = auto()
    SMALL = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of text, with the address it links to."""

    block: Block
    text: str
    url: str | None = None


def _said(wording_id: str) -> str:
    return Wording(wording_id).text


def _quote(quote: Quote, vocabulary: Vocabulary) -> Iterator[Piece]:
    if quote.role is QuoteRole.CAVEAT:
        yield Piece(Block.SMALL, _said("role-caveat"))
    if quote.role is QuoteRole.CONTRAST:
        yield Piece(Block.SMALL, _said("role-contrast"))
    yield Piece(Block.QUOTE, quote.text)
    notes = [_said(f"voice-{quote.voice}")]
    if quote.comparators:
        labels = tuple(Label.of(vocabulary, one) for one in quote.comparators)
        notes.append(Wording("compared-with", {"names": labels}).text)
    yield Piece(Block.SMALL, " · ".join(notes))


def flag_wording(flag: Flag, study: Study) -> Wording:
    """What is said of a flag; a lone note can be stronger only than what is not known here."""
    if flag is Flag.NOTE_STRONGER and study.note_only:
        return Wording("flag-note-stronger-alone")
    return Wording(f"flag-{flag}")


def _finding(finding: Finding, vocabulary: Vocabulary) -> Iterator[Piece]:
    study = finding.study
    if study.is_page:
        yield Piece(Block.SMALL, _said("from-the-page"))
    else:
        yield Piece(Block.TITLE, study.title or study.id)
    if finding.comparator is not None and not finding.quotes[0].comparators:
        label = Label.of(vocabulary, finding.comparator)
        yield Piece(Block.SMALL, Wording("compared-with", {"names": (label,)}).text)
    for quote in finding.quotes:
        yield from _quote(quote, vocabulary)
    for flag in finding.flags:
        yield Piece(Block.FLAG, flag_wording(flag, study).text)
    yield from _details(study)
    for name in study.collections:
        yield Piece(Block.SMALL, Wording("study-from", {"name": Brand(name)}).text)
    address = link(study)
    if address is not None:
        yield Piece(Block.SMALL, _said(address.wording), address.url)


def _details(study: Study) -> Iterator[Piece]:
    """The bibliographic data: none for the page, which is no study."""
    if study.is_page:
        return
    yield Piece(Block.SMALL, reference(study))
    yield from (Piece(Block.SMALL, one.text) for one in sizes(study))


def _choices(choices: Choices, vocabulary: Vocabulary) -> Iterator[Piece]:
    """What was left out and what was chosen: without it the answer would read as one to the bare question."""
    lines = (
        ("choices-left-out", [name.text for _, name in left_out(choices, vocabulary)]),
        ("choices-chosen-ones", [name.text for _, _, name in chosen(choices, vocabulary)]),
    )
    for wording, names in lines:
        if names:
            yield Piece(Block.NOTICE, f"{_said(wording)}: {', '.join(names)}")


def pieces(answer: Answer, vocabulary: Vocabulary) -> Iterator[Piece]:
    """The answer in reading order: choices, notices, findings, the nearest there is, boundary, disclaimer."""
    yield from _choices(answer.choices, vocabulary)
    for notice in answer.notices:
        yield Piece(Block.NOTICE, notice.text)
    if answer.findings and answer.outcome is Outcome.ANSWERED:
        yield Piece(Block.HEADING, _said("answered-heading"))
    for finding in answer.findings:
        yield from _finding(finding, vocabulary)
    if answer.related:
        yield Piece(Block.HEADING, related_heading(answer).text)
        for finding in answer.related:
            yield from _finding(finding, vocabulary)
    if answer.boundary is not None:
        yield Piece(Block.SMALL, answer.boundary.text)
    for quote in answer.disclaimer:
        yield Piece(Block.NOTICE, quote.text)


_TEXT = {
    Block.NOTICE: "{}",
    Block.HEADING: "== {} ==",
    Block.TITLE: "* {}",
    Block.QUOTE: "    “{}”",
    Block.SMALL: "    {}",
    Block.FLAG: "    ! {}",
}
_MARKDOWN = {
    Block.NOTICE: "{}",
    Block.HEADING: "## {}",
    Block.TITLE: "### {}",
    Block.QUOTE: "> {}",
    Block.SMALL: "{}",
    Block.FLAG: "**{}**",
}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#+!|~&])|^(\d+)([.)])|^([-=])", re.MULTILINE)


def _escaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[2]:
            return f"{match[2]}\\{match[3]}"
        return f"\\{match[1] or match[4]}"

    return _MARKUP.sub(one, text.replace("\n", " "))


def text(answer: Answer, vocabulary: Vocabulary) -> str:
    """The answer as plain text."""
    lines = []
    for piece in pieces(answer, vocabulary):
        line = _TEXT[piece.block].format(piece.text)
        lines.append(f"{line}: {piece.url}" if piece.url else line)
        if piece.block in (Block.NOTICE, Block.HEADING) or piece.url:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def markdown(answer: Answer, vocabulary: Vocabulary) -> str:
    """The answer as Markdown; quotes are escaped, so that they read letter for letter."""
    lines = []
    for piece in pieces(answer, vocabulary):
        words = _escaped(piece.text)
        lines.append(
            _MARKDOWN[piece.block].format(f"[{words}]({piece.url})" if piece.url else words)
        )
    return "\n\n".join(lines) + "\n"
