"""What was asked last is not computed again, and what is remembered is what would be computed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.hashing_encoder import HashingEncoder
from index.remembering_encoder import RememberingEncoder
from index.vectors import Vectors


class _Counting(HashingEncoder):
    """Keeps what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, ...]] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(tuple(texts))
        return super().queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(tuple(texts))
        return super().passages(texts)


def test_the_same_question_is_computed_once() -> None:
    """A second time it comes from memory, as the same bytes."""
    counting = _Counting()
    encoder = RememberingEncoder(counting)
    first, second = encoder.queries(["knee pain"]), encoder.queries(["knee pain"])
    assert first.tobytes() == second.tobytes()
    assert [("knee pain",)] == counting.asked


def test_a_question_and_a_passage_are_remembered_apart() -> None:
    """A model may want other words before each."""
    counting = _Counting()
    encoder = RememberingEncoder(counting)
    encoder.queries(["knee pain"])
    encoder.passages(["knee pain"])
    assert 2 == len(counting.asked)


def test_what_was_asked_longest_ago_is_forgotten() -> None:
    """No more rows are kept than were allowed; one that was asked again stays."""
    counting = _Counting()
    encoder = RememberingEncoder(counting, most=3)
    for text in ("one", "two", "three", "one", "four", "one", "two"):
        encoder.queries([text])
    assert ["one", "two", "three", "four", "two"] == [each for (each,) in counting.asked]


def test_many_texts_pass_through() -> None:
    """What is no question is neither remembered nor drives out what is."""
    counting = _Counting()
    encoder = RememberingEncoder(counting)
    encoder.queries(["knee pain"])
    for _ in range(2):
        encoder.passages([str(number) for number in range(65)])
    encoder.queries(["knee pain"])
    assert 3 == len(counting.asked)


def test_no_text_is_kept() -> None:
    """Only hashes under a secret of this process: nobody can read or try out what was asked."""
    encoder, other = RememberingEncoder(HashingEncoder()), RememberingEncoder(HashingEncoder())
    for each in (encoder, other):
        each.queries(["my very own knee"])
    assert "knee" not in repr(vars(encoder))
    assert list(encoder._kept) != list(other._kept)


def test_what_is_remembered_cannot_be_changed() -> None:
    """Who gets a vector cannot spoil it for the next."""
    rows = RememberingEncoder(HashingEncoder()).queries(["knee pain"])
    with pytest.raises(ValueError, match="read-only"):
        rows[0, 0] = 1.0


@given(st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=12))
def test_memory_changes_no_vector(asked: list[list[str]]) -> None:
    """Whatever is asked in whatever order, also how texts are parted, the rows are those of the encoder itself."""
    plain, encoder = HashingEncoder(), RememberingEncoder(HashingEncoder(), most=5)
    for texts in asked:
        assert plain.passages(texts).tobytes() == encoder.passages(texts).tobytes()


def test_it_is_told_apart_from_no_other() -> None:
    """An index made with the encoder itself is that of the remembering one."""
    plain, encoder = HashingEncoder(), RememberingEncoder(HashingEncoder())
    assert (plain.name, plain.digest, plain.engine, plain.dimension, plain.window) == (
        encoder.name,
        encoder.digest,
        encoder.engine,
        encoder.dimension,
        encoder.window,
    )
    assert plain.tokens("two words") == encoder.tokens("two words")
    assert plain.lasting(["a"]).tobytes() == encoder.lasting(["a"]).tobytes()
