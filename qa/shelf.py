"""The shelf: what the studies of a collection are about and by whom, to recognise it in questions.

What a question asks of it is read in `bibliography`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from rapidfuzz.distance import DamerauLevenshtein

from corpus.importing.authors import surname
from corpus.study import Study
from corpus.vocabulary import Vocabulary
from corpus.words import Word, commonness, fold, words

# Journal words that many journals share, or that patients use for other things.
_PLAIN_JOURNAL_WORDS = frozenset(
    "journal of the and in for medicine research science database systematic reviews review internal therapy therapies physical sports acupuncture "
    "alternative complementary evidence based latino americana de medical international clinical health".split()
)


_JOURNAL = re.compile(
    r"\b(?:journals?|magazines?|periodicals?|revista|zeitschrift)\b", re.IGNORECASE
)
_JOURNAL_GRAMMAR = frozenset(
    "a an and at for from in of the journal journals magazine magazines".split()
)
_TOLD = 2  # words


def _is_nearly(word: str, other: str) -> bool:
    """True for the same word in a neighbouring language, or misspelt: "American", "Americana"."""
    return word == other or (
        min(len(word), len(other)) > 4
        and DamerauLevenshtein.distance(word, other, score_cutoff=1) <= 1
    )


def _printed_journal(study: Study) -> str:
    """The journal as the clinic's page prints it, with its publisher."""
    note = study.source.get("note")
    return str(note.get("journal", "")) if isinstance(note, Mapping) else ""


def surname_of(author: str) -> str:
    """The folded family name of an author as records print them."""
    return fold(surname(author))


class Shelf:
    """The names and journals of a collection, to recognise in questions."""

    def __init__(
        self, studies: Iterable[Study], is_topic: Callable[[str], bool] = lambda _: False
    ) -> None:
        """`is_topic` says of a word that it names a topic, so that alone it names no journal."""
        books = tuple(studies)
        self._conditions = frozenset(one for study in books for one in study.conditions)
        self._treatments = frozenset(one for study in books for one in study.treatments)
        self.surnames = {
            surname_of(one): None for study in books for one in study.authors if one.strip()
        }
        self.journals = {fold(study.journal): None for study in books if study.journal}
        self._printed = {
            fold(study.journal): frozenset(
                fold(f"{study.journal} {_printed_journal(study)}").split()
            )
            - _JOURNAL_GRAMMAR
            for study in books
            if study.journal
        }
        self._journal_words: dict[str, str] = {}
        for journal in self.journals:
            for word in journal.split():
                if len(word) > 2 and word not in _PLAIN_JOURNAL_WORDS and not is_topic(word):
                    self._journal_words.setdefault(word, word)

    def covers(self, condition: str) -> bool:
        """True where some study is about just this condition."""
        return condition in self._conditions

    def speaks_of(self, vocabulary: Vocabulary, concept: str) -> bool:
        """True where some study is about the condition or of the treatment, or about a kind of it."""
        return bool((self._conditions | self._treatments) & {concept, *vocabulary.below(concept)})

    def author(self, word: str, *, cued: bool) -> str | None:
        """The surname that a word of a question means, or None.

        Without a cue ("by ...") only names that are no everyday word are taken for names.
        """
        folded = fold(word)
        if folded in self.surnames:
            plain = commonness(folded) > 0 or len(folded) < 4
            return folded if not plain or (cued and word[0].isupper()) else None
        if len(folded) < 6 or commonness(folded):
            return None
        near = sorted(
            (DamerauLevenshtein.distance(folded, name), name)
            for name in self.surnames
            if len(name) > 4 and name[0] == folded[0]
        )
        return near[0][1] if near and near[0][0] <= (1 if len(folded) < 8 else 2) else None

    def journal(self, question: str) -> tuple[str, tuple[int, int]] | None:
        """The journal (its full folded name, or its one telling word) that a question names, with its place."""
        spelt = words(question)
        folded = [one.folded for one in spelt]
        for journal in sorted(self.journals, key=lambda name: (-len(name), name)):
            parts = journal.split()
            if len(parts) > 1:
                for at in range(len(folded) - len(parts) + 1):
                    if folded[at : at + len(parts)] == parts:
                        return journal, (spelt[at].start, spelt[at + len(parts) - 1].end)
        for one in spelt:
            if one.folded in self._journal_words:
                return one.folded, (one.start, one.end)
        return self._journal_described(spelt) if _JOURNAL.search(question) else None

    def _journal_described(self, spelt: Sequence[Word]) -> tuple[str, tuple[int, int]] | None:
        """The journal of which two words or more are told, its publisher's too: "a Latin American nursing journal"."""
        found = {
            journal: [one for one in spelt if any(_is_nearly(one.folded, own) for own in words_)]
            for journal, words_ in self._printed.items()
        }
        most = max(map(len, found.values()), default=0)
        best = [journal for journal, told in sorted(found.items()) if len(told) == most]
        if most < _TOLD or len(best) > 1:
            return None
        told = found[best[0]]
        return best[0], (told[0].start, told[-1].end)
