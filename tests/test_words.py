"""Words of a text: the quick way for plain texts is the long way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spellchecker import SpellChecker

from corpus.word_counts import COMMON, everyday
from corpus.words import words

ACCENT = "é"  # one letter that is not plain sends the whole text the long way


@given(
    st.one_of(
        st.text(st.sampled_from("ab1'`_- .C\x00\x7f\n")), st.text(st.characters(max_codepoint=127))
    )
)
def test_a_plain_text_has_the_same_words_either_way(text: str) -> None:
    """Apostrophes, underscores and controls part or join words alike."""
    longer = words(f"{text} {ACCENT}")
    assert longer[:-1] == words(text)
    assert ("e", len(text) + 1, len(text) + 2) == (
        longer[-1].folded,
        longer[-1].start,
        longer[-1].end,
    )


def test_a_long_text_has_the_same_words_as_its_parts() -> None:
    """What is too long to be remembered is read alike."""
    part = "Pain eased in 12 people, can't it? "
    assert 60 * [one.folded for one in words(part)] == [one.folded for one in words(60 * part)]


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_counts_are_those_of_the_list(language: str) -> None:
    """Each word of pyspellchecker's list has its count, kept small though they are; what is in no list has none."""
    counts = SpellChecker(language=language).word_frequency.dictionary
    kept = everyday(language)
    assert [] == [word for word, count in counts.items() if kept[word] != count]
    assert {word for word, count in counts.items() if count >= COMMON} == kept.common
    assert [0, 0] == [kept["xqzzyq"], kept[""]]
