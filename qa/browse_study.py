"""One study on a page of its own: all that is held of it, in order, with who speaks and what limits it.

Sentences are quoted, never joined or cut otherwise. A note that says more than the summary carries its flag
and stands beside the sentence that contrasts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.catalogue import Catalogue
from corpus.reading import Sentence, read
from corpus.study import Role, Study
from corpus.vocabulary import Vocabulary
from qa.answer import Flag, Quote, QuoteRole
from qa.browse_html import (
    authors_html,
    facts_html,
    limits_html,
    source_html,
    title_of,
)
from qa.page_cards import named_html
from qa.page_frame import Frame, whole_page
from qa.page_markup import NOTHING, Html, element, joined, spaced
from qa.page_tools import example_button
from qa.places import at
from qa.pointers import Recorded
from qa.render_text import flag_wording
from qa.wording import Label, Number, Wording


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences of a study that are shown, and whether others are withheld."""

    study: Study
    sentences: tuple[Sentence, ...]
    withheld: bool

    @classmethod
    def of(cls, study: Study, vocabulary: Vocabulary, *, withhold: bool) -> Told:
        """All sentences; with `withhold`, without the notes that say more than the study."""
        every = read(study, vocabulary)
        kept = tuple(one for one in every if not (withhold and Role.OVERCLAIM in one.roles))
        return cls(study, kept, withheld=len(kept) < len(every))

    @property
    def caveats(self) -> tuple[Sentence, ...]:
        """The sentences that limit what came out."""
        return tuple(one for one in self.sentences if Role.CAVEAT in one.roles)

    def quote(self, first: Sentence, last: Sentence, role: QuoteRole) -> Quote:
        """A stretch of neighbouring sentences of one line."""
        place = (first.section, first.start, last.end)
        return Quote(self.study, *place, role, first.comparators, first.direction)


def study_page(study: Study, catalogue: Catalogue, frame: Frame, *, withhold: bool) -> str:
    """The page of one study of the catalogue."""
    vocabulary = catalogue.vocabulary
    told = Told.of(study, vocabulary, withhold=withhold)
    return whole_page(
        frame,
        title_of(study),
        _head(told, vocabulary),
        *_voices(told, vocabulary),
        _asking(study, vocabulary),
        _repairs(study),
        limits_html(catalogue),
        path="/browse",
    )


def _head(told: Told, vocabulary: Vocabulary) -> Html:
    study = told.study
    named = (
        ("browse-looked-at", study.conditions),
        ("browse-tested", study.treatments),
        ("page-compared-with", study.comparators),
        ("browse-measured", study.outcomes),
    )
    lines = (named_html(name, concepts, vocabulary) for name, concepts in named)
    back = element("a", Wording("browse-back"), href=at("/browse"))
    return element(
        "header",
        element("p", back, class_="browse-link back"),
        element("h1", title_of(study), lang="en"),
        facts_html(study),
        authors_html(study),
        element("div", *lines, class_="named"),
        source_html(study),
        _flags(told),
        class_="intro study",
    )


def _flags(told: Told) -> Html:
    """What a reader must know before the first sentence."""
    said = []
    if told.study.note_only:
        said.append(flag_wording(Flag.NOTE_ONLY, told.study))
    if told.withheld:
        said.append(Wording("browse-withheld"))
    if told.study.withheld:
        said.append(Wording("review-not-shown"))
    if not told.caveats:
        said.append(flag_wording(Flag.NO_CAVEAT_STATED, told.study))
    return element("ul", *(element("li", one) for one in said), class_="flags") if said else NOTHING


def _voices(told: Told, vocabulary: Vocabulary) -> Iterator[Html]:
    """One box for each voice in turn; in the first also the limits that stand elsewhere."""
    for number, (voice, same) in enumerate(groupby(told.sentences, key=lambda one: one.voice)):
        here = tuple(same)
        elsewhere = () if number else tuple(one for one in told.caveats if one not in here)
        yield element(
            "section",
            element("h2", Wording(f"voice-{voice}")),
            element(
                "div",
                *_said(told, here, vocabulary),
                _elsewhere(told, elsewhere, vocabulary),
                class_="box",
            ),
            class_="card",
        )


def _elsewhere(told: Told, caveats: Sequence[Sentence], vocabulary: Vocabulary) -> Html:
    if not caveats:
        return NOTHING
    quotes = (
        _quoted(told.quote(one, one, QuoteRole.CAVEAT), vocabulary, voice=True) for one in caveats
    )
    return _limit(Wording("browse-limits-elsewhere"), *quotes)


def _said(told: Told, sentences: Iterable[Sentence], vocabulary: Vocabulary) -> Iterator[Html]:
    """The sentences in their order; neighbours that limit what came out share a block that is named so."""
    for role, same in groupby(_stretches(told.study, sentences), key=lambda one: _role(one[0])):
        quotes = (_stretch(told, one, role, vocabulary) for one in same)
        if role is QuoteRole.CAVEAT:
            yield _limit(Wording("role-caveat"), *quotes)
        else:
            yield from quotes


def _limit(name: Wording, *quotes: Html) -> Html:
    return element("div", element("p", name, class_="role"), *quotes, class_="limit")


def _stretch(
    told: Told, stretch: Sequence[Sentence], role: QuoteRole, vocabulary: Vocabulary
) -> Html:
    """Some neighbouring sentences; a note that says too much comes after its flag, and before its contrast."""
    quoted = _quoted(told.quote(stretch[0], stretch[-1], role), vocabulary)
    if Role.OVERCLAIM not in stretch[0].roles:
        return quoted
    flag = element("p", flag_wording(Flag.NOTE_STRONGER, told.study), class_="flag")
    return joined(flag, quoted, _contrast(told, stretch[0].contrast, vocabulary))


def _contrast(told: Told, place: tuple[str, int, int] | None, vocabulary: Vocabulary) -> Html:
    found = [one for one in told.sentences if (one.section, one.start, one.end) == place]
    quotes = (
        _quoted(told.quote(one, one, QuoteRole.CONTRAST), vocabulary, voice=True) for one in found
    )
    return _limit(Wording("role-contrast"), *quotes) if found else NOTHING


def _role(sentence: Sentence) -> QuoteRole:
    if Role.CAVEAT in sentence.roles:
        return QuoteRole.CAVEAT
    return QuoteRole.FINDING if sentence.roles else QuoteRole.DETAIL


def _stretches(study: Study, sentences: Iterable[Sentence]) -> list[list[Sentence]]:
    """Neighbours of one line that say the same kind of thing of the same comparison, to be read on."""
    found: list[list[Sentence]] = []
    for one in sentences:
        if found and _reads_on(study, found[-1][-1], one):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _reads_on(study: Study, one: Sentence, following: Sentence) -> bool:
    return (
        one.section == following.section
        and one.number + 1 == following.number
        and _role(one) is _role(following)
        and one.comparators == following.comparators
        and (Role.OVERCLAIM in one.roles) == (Role.OVERCLAIM in following.roles)
        and one.contrast == following.contrast
        and "\n" not in study.section(one.section)[one.start : following.end]
    )


def _quoted(quote: Quote, vocabulary: Vocabulary, *, voice: bool = False) -> Html:
    return element(
        "div",
        named_html("page-compared-with", quote.comparators, vocabulary),
        element("blockquote", quote, lang="en"),
        element("p", Wording(f"voice-{quote.voice}"), class_="voice") if voice else NOTHING,
        class_=f"quote {quote.role}",
    )


def _asking(study: Study, vocabulary: Vocabulary) -> Html:
    """A question on what the study is about; none for a study known by a note, which is too thin to point to."""
    if study.note_only or not study.conditions or not study.treatments:
        return NOTHING
    values = {
        "treatment": Label.of(vocabulary, study.treatments[0]),
        "condition": Label.of(vocabulary, study.conditions[0]),
    }
    question = Wording("page-example-help", values)
    return element(
        "form",
        element("h2", Wording("browse-ask")),
        element("div", example_button(question), class_="questions"),
        action=at("/plain"),
        method="post",
        class_="asking",
    )


def _repairs(study: Study) -> Html:
    count = len(study.repairs)
    if not count:
        return element("p", Wording("browse-repairs-none"), class_="hint")
    mends = (element("li", *_mend(study, place)) for place in range(count))
    return element(
        "details",
        element("summary", Wording("browse-repairs", {"count": Number(count)})),
        element("p", Wording("browse-repairs-why"), class_="hint"),
        element("ul", *mends, class_="mends"),
        class_="numbers",
    )


def _mend(study: Study, place: int) -> Iterator[Html]:
    names = {"old": "browse-was", "new": "browse-now", "why": "browse-why"}
    for part, name in names.items():
        said = element("span", Wording(name), class_="name")
        yield element(
            "p", spaced(said, element("span", Recorded(study, ("repairs", place, part)), lang="en"))
        )
