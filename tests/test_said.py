"""What was said is encoded once, however many readers look at it, and how it ends changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index.hashing_encoder import HashingEncoder
from index.library import Library
from index.vectors import Vectors
from qa.pipeline import ask
from qa.render_json import answer_line
from qa.said import Said


class _Noting(HashingEncoder):
    """Notes what it was given."""

    def __init__(self, *, reads_alike: bool) -> None:
        super().__init__()
        self.reads_alike = reads_alike
        self.questions: list[str] = []
        self.texts: list[str] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.questions += texts
        return super().queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().passages(texts)


def _said(library: Library, *, reads_alike: bool = True) -> tuple[Said, _Noting]:
    encoder = _Noting(reads_alike=reads_alike)
    return Said(replace(library, encoder=encoder)), encoder


def test_a_question_that_is_read_whole_and_in_pieces_is_encoded_once(library: Library) -> None:
    """The whole is shared by who asks for a question and who asks for pieces; each other piece comes once."""
    said, encoder = _said(library)
    rows = said.pieces(["My knee hurts. Why?", "My knee hurts", "Why?", "Why"])
    assert (3, encoder.dimension) == rows.shape
    assert np.array_equal(rows[0], said.question("My knee hurts. Why"))
    said.pieces(["My knee hurts. Why?", "My knee hurts"])
    assert ["My knee hurts. Why"] == encoder.questions
    assert ["My knee hurts", "Why"] == encoder.texts


def test_a_model_that_reads_questions_otherwise_gets_both(library: Library) -> None:
    """Beside examples a text is a passage: a question's vector would be another."""
    said, encoder = _said(library, reads_alike=False)
    said.question("knee pain")
    said.pieces(["knee pain"])
    assert (["knee pain"], ["knee pain"]) == (encoder.questions, encoder.texts)


@pytest.mark.parametrize("text", ["?", "...", "。"])
def test_a_text_of_nothing_but_ends_is_itself(library: Library, text: str) -> None:
    """Something is always encoded."""
    said, encoder = _said(library)
    said.question(text)
    assert [text] == encoder.questions


def test_a_question_mark_changes_no_answer(library: Library) -> None:
    """The same studies and sentences come, whether or not the mark was typed."""
    asked = "does acupuncture help sciatica"
    one, other = (answer_line(ask(text, library)) for text in (asked, f"{asked}?"))
    assert one == other.replace("sciatica?", "sciatica")
