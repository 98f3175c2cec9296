"""What a visitor left out of what was understood: the question as if that had not been said.

Only takes away. A condition that is left out never brings back a wider one or one from an earlier question, and
unknown words stay unknown. Where choices come from and what else they do is `narrowing`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.matching import gazetteer
from corpus.study import Aspect
from corpus.vocabulary import Vocabulary
from corpus.words import stem, words
from qa.asking import asked_aspect
from qa.bibliography import asked
from qa.coverage import is_collection_treatment
from qa.cues import WORDS
from qa.question import Parsed
from qa.shelf import Shelf
from qa.text_cues import cue_text
from qa.turns import Turn


@dataclass(frozen=True, slots=True)
class Shortened:
    """A turn without what was left out, and what that takes out of a text to search with."""

    turn: Turn
    vocabulary: Vocabulary
    shelf: Shelf
    gone: frozenset[str]  # concepts whose names are cut
    without_books: bool  # the bibliography is asked for nothing any more

    def text(self, text: str) -> str:
        """The text without the names of what was left out."""
        mentions = gazetteer(self.vocabulary).mentions(text)
        cut = [(one.start, one.end) for one in mentions if set(one.concepts) <= self.gone]
        if self.without_books:
            cut += asked(text, self.shelf).spans
        kept, at = [], 0
        for start, end in sorted(cut):
            kept.append(text[at : max(at, start)])
            at = max(at, end)
        return " ".join("".join((*kept, text[at:])).split())


def shortened(
    turn: Turn, without: frozenset[str], vocabulary: Vocabulary, shelf: Shelf
) -> Shortened:
    """The turn without the concepts and the filters by name that `without` holds."""
    left = _left(turn, without, vocabulary)
    short = _cut(turn, left, without, vocabulary, shelf)
    by_outcome = left.asks is Aspect.SAFETY and "adverse-events" in without
    by_books = left.asks is Aspect.STUDIES and short.without_books
    if not (by_outcome or by_books) or left.asks_carried:
        return short
    # Perhaps only what is left out said what is asked for.
    asks = asked_aspect(cue_text(short.text(turn.parsed.text)))
    return replace(short, turn=replace(left, asks=asks))


def _cut(
    turn: Turn, left: Turn, without: frozenset[str], vocabulary: Vocabulary, shelf: Shelf
) -> Shortened:
    named = {one for one in without if one in vocabulary}
    parts = {part for one in named for made in vocabulary[one].made_of for part in made}
    wider = {each for one in named for each in vocabulary.above(one)}
    # "knee" beside "knee osteoarthritis" goes with it, unless it is asked for in its own right.
    still = {*left.conditions, *left.treatments, *left.parsed.outcomes, *left.points}
    return Shortened(
        turn=left,
        vocabulary=vocabulary,
        shelf=shelf,
        gone=frozenset((named | parts | wider) - still),
        without_books=bool(turn.filters) and not left.filters,
    )


def _left(turn: Turn, without: frozenset[str], vocabulary: Vocabulary) -> Turn:
    def kept(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(one for one in ids if one not in without)

    treatments = kept(turn.treatments)
    # "acupuncture or sham", without the sham, compares nothing any more.
    one_sided = (
        treatments != turn.treatments
        and len(treatments) == 1
        and is_collection_treatment(vocabulary, treatments[0])
    )
    parsed = turn.parsed
    return replace(
        turn,
        parsed=replace(
            parsed,
            outcomes=kept(parsed.outcomes),
            unwanted=kept(parsed.unwanted),
            measures=_measures(parsed, without),
            compares=parsed.compares and not one_sided,
            offers=parsed.offers and not one_sided,
        ),
        conditions=kept(turn.conditions),
        treatments=treatments,
        filters={key: value for key, value in turn.filters.items() if key not in without},
        unknown_author=None if "author" in without else turn.unknown_author,
        points=kept(turn.points),
        described=kept(turn.described),
    )


def _measures(parsed: Parsed, without: frozenset[str]) -> tuple[str, ...]:
    """The scales that are named, without those of outcomes that are left out."""
    gone = {
        word.folded
        for one in parsed.mentions
        if set(one.concepts) <= without
        for word in words(parsed.text[one.start : one.end])
    }
    return tuple(one for one in parsed.measures if one not in gone)


def stems(text: str) -> tuple[str, ...]:
    """The stems of the words of a text that are not mere grammar, in order, each once."""
    telling = (stem(one.folded) for one in words(text) if one.folded not in WORDS.function)
    return tuple(dict.fromkeys(telling))
