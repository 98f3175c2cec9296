"""Names of concepts in texts: exact, inflected, misspelt, put together, and not where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.matching import How, concepts, gazetteer
from corpus.vocabulary import Kind
from corpus.words import fold, stem, words
from tests.small_vocabulary import small_vocabulary

VOCABULARY = small_vocabulary()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sciatica", ["sciatica"]),
        ("Sciatica?!", ["sciatica"]),
        ("siatica", ["sciatica"]),  # a letter lost
        ("sciatika", ["sciatica"]),  # a letter changed
        ("accupuncture for my knees", ["acupuncture", "knee-pain"]),
        ("migranes", ["migraine"]),
        ("I slipped a disc", ["slipped-disc"]),  # a little word inside
        ("¿sirve la acupuntura para la ciatica?", ["acupuncture", "sciatica"]),
        ("针灸能治疗膝关节炎吗", ["acupuncture", "knee-osteoarthritis"]),
        ("arthritis in my knee", ["knee-osteoarthritis"]),
        ("arthritis in my knees and my hip", ["knee-osteoarthritis", "hip-osteoarthritis"]),
        ("rheumatoid arthritis in my knee", ["rheumatoid-arthritis", "knee-pain"]),
        ("my knee pain is long-standing", ["chronic-knee-pain"]),
        ("does it heal on the heels", []),  # everyday words are never misspelt names
        ("the ship hips", ["hip-pain"]),
        ("PC7 or PC 7", ["pc7"]),
        ("", []),
    ],
)
def test_names_are_recognised_as_people_write_them(text: str, expected: list[str]) -> None:
    """A name is found exact, inflected, misspelt, with little words inside, or made of two others."""
    assert expected == list(concepts(VOCABULARY, text))


def test_the_longest_name_wins() -> None:
    """ "Frozen shoulder" is the disease and not also the pain of the place."""
    assert ("frozen-shoulder",) == concepts(VOCABULARY, "a frozen shoulder", Kind.CONDITION)


def test_a_misspelt_name_says_so() -> None:
    """How a name was recognised is known, so that a guess can be told from a match."""
    names = gazetteer(VOCABULARY)
    assert [How.EXACT] == [one.how for one in names.mentions("sciatica")]
    assert [How.MISSPELT] == [one.how for one in names.mentions("siatica")]


@given(st.text(max_size=200))
def test_places_of_words_are_exact(text: str) -> None:
    """Each word stands where it says, in order, and folds to itself."""
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.folded in fold(text[word.start : word.end]).replace(" ", "") or "İ" in text
        end = word.start


@given(st.text(max_size=200))
def test_mentions_are_inside_the_text_and_do_not_overlap(text: str) -> None:
    """Whatever is typed, mentions lie in the text, in order, one after the other."""
    end = 0
    for mention in gazetteer(VOCABULARY).mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("knees", "knee"),
        ("injuries", "injury"),
        ("crutches", "crutch"),
        ("pelvis", "pelvis"),
        ("gas", "gas"),
    ],
)
def test_only_plural_endings_go(word: str, expected: str) -> None:
    """A stem is the word without a plural ending, and nothing more."""
    assert expected == stem(word)
