"""Passages: stretches of whole neighbouring sentences, short enough for the encoder.

Cuts studies into passages and says which words of one are embedded. The sentences themselves are
found by `corpus.sentences`; nothing is embedded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from corpus.sentences import Span, sentence_spans
from corpus.study import Section, Study

# Tokens of what is embedded, title included. A vector of much text is like everything a little. Best passage
# of a study on published abstracts (190 studies, 63 questions, nDCG@10 for long and short wording): 0.787 and
# 0.747 with the model's whole window of 256, 0.836 and 0.776 with 128, 0.847 and 0.800 with 64; consumer health
# questions do not tell 64 from 128, and lose with 256.
PASSAGE_TOKENS = 64

Fits = Callable[[str], bool]
"""True where a text is short enough to be embedded as one passage."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One or more whole neighbouring sentences of one line of one section.

    `start` and `end` are code point offsets into the section; `text` is what stands there.
    """

    id: str
    study: str
    section: str
    start: int
    end: int
    text: str


def passage(study: Study, section: str, start: int, end: int) -> Passage:
    """The passage at a place; its id is made of the place."""
    text = study.section(section)[start:end]
    return Passage(f"{study.id}/{section}/{start}-{end}", study.id, section, start, end, text)


def passages(study: Study, fits: Fits) -> tuple[Passage, ...]:
    """The passages of `study` in reading order: each sentence is in exactly one, but for those withheld, in none.

    A passage takes sentences as long as `fits` allows. A sentence that is too long by itself is a passage
    by itself: the encoder reads its beginning, a quote shows all of it.
    """
    return tuple(
        passage(study, section.name, start, end)
        for section in study.sections
        for start, end in _filled(
            section.text,
            _shown_spans(study, section),
            lambda text: fits(embedded_text(study, text)),
        )
    )


def _shown_spans(study: Study, section: Section) -> list[Span | None]:
    """The places of the sentences of a section; None in the place of one that is withheld, which parts the others."""
    return [
        None if (section.name, *span) in study.withheld else span
        for span in sentence_spans(section.text)
    ]


def embedded_text(study: Study, text: str) -> str:
    """The words that stand for a passage in a search: its study's title, then its own.

    A summary seldom repeats which condition it speaks of; its title names it. The page's own text is
    about no study, so its title would say nothing. Never shown to anybody.
    """
    return text if study.is_page else f"{study.title}\n{text}"


def _filled(text: str, spans: Iterable[Span | None], fits: Fits) -> Iterator[Span]:
    """Spans of neighbouring sentences of one line, each as long as `fits` allows."""
    begin = end = -1
    for span in spans:
        if span is None:
            if begin >= 0:
                yield begin, end
            begin = -1
            continue
        start, stop = span
        if begin >= 0 and "\n" not in text[end:start] and fits(text[begin:stop]):
            end = stop
            continue
        if begin >= 0:
            yield begin, end
        begin, end = start, stop
    if begin >= 0:
        yield begin, end
