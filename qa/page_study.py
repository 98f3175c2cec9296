"""What a card unfolds: all sentences of its study with the quoted ones marked, and its words explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from corpus.reading import Sentence
from corpus.sentences import sentence_spans
from corpus.study import Role, Voice
from corpus.vocabulary import Vocabulary
from qa.answer import Finding, Flag, Quote, QuoteRole
from qa.glossary import Term, terms
from qa.page_markup import NOTHING, Html, element, joined, spaced
from qa.render_text import flag_wording
from qa.wording import Label, Wording


def words_html(finding: Finding, vocabulary: Vocabulary) -> Html:
    """The research words of the title, the quotes and what they compare with, explained; closed at first."""
    compared = [one for quote in finding.quotes for one in quote.comparators]
    compared += [finding.comparator] if finding.comparator else []
    labels = (Label.of(vocabulary, one).text for one in compared)
    title = () if finding.study.is_page else (finding.study.title,)
    found = terms((*title, *(one.text for one in finding.quotes), *labels))
    if not found:
        return NOTHING
    return element(
        "details",
        element("summary", Wording("glossary-heading")),
        _list(found),
        class_="more words",
    )


def _list(found: Iterable[Term]) -> Html:
    pairs = (joined(element("dt", one.name), element("dd", one.meaning)) for one in found)
    return element("dl", *pairs)


def sentences_html(finding: Finding) -> Html:
    """All sentences that may be shown of the study, closed at first; nothing where all are quoted already."""
    quoted = {
        (quote.section, start)
        for quote in finding.quotes
        for start, _ in sentence_spans(quote.text)
        for start in (quote.start + start,)
    }
    if all((one.section, one.start) in quoted for one in finding.sentences):
        return NOTHING
    voices = groupby(finding.sentences, key=lambda one: one.voice)
    stored = sum(len(sentence_spans(one.text)) for one in finding.study.sections)
    withheld = len(finding.study.withheld)
    left_out = len(finding.sentences) + withheld < stored
    return element(
        "details",
        element("summary", Wording("cards-all-sentences")),
        element("p", Wording("cards-all-key"), class_="key"),
        *(_voice(voice, tuple(said), finding, quoted) for voice, said in voices),
        element("p", Wording("cards-withheld"), class_="key") if left_out else NOTHING,
        element("p", Wording("review-not-shown"), class_="key") if withheld else NOTHING,
        class_="more whole-study",
    )


def _voice(
    voice: Voice, said: tuple[Sentence, ...], finding: Finding, quoted: set[tuple[str, int]]
) -> Html:
    """What one voice says, with a flag before it where it says too much."""
    stronger = any(Role.OVERCLAIM in one.roles for one in said)
    flag = (
        element("p", flag_wording(Flag.NOTE_STRONGER, finding.study), class_="flag")
        if stronger
        else NOTHING
    )
    text = (element("p", spaced(*one)) for one in _paragraphs(said, finding, quoted))
    return element(
        "div",
        element("p", Wording(f"voice-{voice}"), class_="voice"),
        flag,
        element("blockquote", *text, lang="en"),
    )


def _paragraphs(
    said: tuple[Sentence, ...], finding: Finding, quoted: set[tuple[str, int]]
) -> Iterator[list[Html]]:
    """The sentences, parted where the stored text begins a new section or line."""
    paragraph: list[Html] = []
    last: Sentence | None = None
    for one in said:
        if last is not None and _parts(last, one, finding):
            yield paragraph
            paragraph = []
        place = (one.section, one.start, one.end)
        quote = Quote(finding.study, *place, QuoteRole.DETAIL)
        paragraph.append(_marked(quote) if place[:2] in quoted else element("span", quote))
        last = one
    yield paragraph


def _parts(last: Sentence, one: Sentence, finding: Finding) -> bool:
    return (
        last.section != one.section
        or "\n" in finding.study.section(one.section)[last.end : one.start]
    )


def _marked(quote: Quote) -> Html:
    """A sentence that the card quotes: marked for the eye, and said to who listens."""
    heard = element("span", Wording("cards-quoted"), class_="unseen")
    return element("mark", spaced(heard, element("span", quote)))
