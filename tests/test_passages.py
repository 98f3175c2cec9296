"""Passages are whole neighbouring sentences of one line, short enough, and lose nothing."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import is_sentence_span, sentence_spans
from corpus.study import Section, Study, Voice
from index.passages import embedded_text, passages
from tests.small_collection import BACK, KNEE, PAGE

_SENTENCE = st.text(st.sampled_from("abc é针🦵.0 ,"), min_size=1, max_size=30)
_TEXTS = st.lists(st.lists(_SENTENCE, min_size=1, max_size=6), max_size=5).map(
    lambda lines: "\n".join(" ".join(f"{one}." for one in line) for line in lines)
)


def _study(text: str, title: str = "") -> Study:
    return Study("one", title, (Section("Summary", Voice.SUMMARY, text),))


def _always(text: str) -> bool:
    return bool(text)


def _never(_: str) -> bool:
    return False


def test_a_passage_is_filled_up_and_ends_with_its_line() -> None:
    """With room enough each line is one passage, with exact places."""
    found = [(one.id, one.text) for one in passages(KNEE, _always)]
    expected = [
        ("knee/Headline/0-18", "Needles for knees."),
        (
            "knee/Summary/0-68",
            "Two trials took part. Pain eased in 3 522 people, Wang et al. found.",
        ),
        (
            "knee/Summary/70-137",
            "It was no better than sham acupuncture. The point PC 7 was needled.",
        ),
    ]
    assert expected == found


def test_without_room_each_sentence_stands_alone() -> None:
    """A sentence is never cut, however short the window."""
    expected = ["Back pain eased a little.", "The evidence is weak.", "Very good for the back!"]
    assert expected == [one.text for one in passages(BACK, _never)]


def test_a_sentence_that_does_not_fit_begins_the_next_passage() -> None:
    """Sentences are taken as long as they fit, title counted."""
    study = _study("One. Two. Three.", title="Title")
    found = [one.text for one in passages(study, lambda text: len(text) <= len("Title\nOne. Two."))]
    assert ["One. Two.", "Three."] == found


def test_what_is_embedded_is_not_what_is_quoted() -> None:
    """The title is embedded with a passage and is no part of its text; the page has none to add."""
    first = passages(BACK, _always)[0]
    expected = (
        "Acupuncture for low back pain\nBack pain eased a little. The evidence is weak.",
        "Back pain eased a little. The evidence is weak.",
    )
    assert expected == (embedded_text(BACK, first.text), first.text)
    assert "Ask your practitioner." == embedded_text(PAGE, "Ask your practitioner.")


def test_two_sections_of_equal_text_have_passages_of_their_own() -> None:
    """An id holds study, section and place, so equal words are still two passages."""
    sections = tuple(Section(name, Voice.SUMMARY, "Same.") for name in ("One", "Two"))
    found = passages(Study("twin", "", sections), _always)
    assert ["twin/One/0-5", "twin/Two/0-5"] == [one.id for one in found]


@given(text=_TEXTS, room=st.integers(0, 80))
def test_passages_tile_the_sentences(text: str, room: int) -> None:
    """Each sentence is in exactly one passage, in order; a passage is whole sentences of one line."""
    study = _study(text)
    found = passages(study, lambda words: len(words) <= room)
    covered = [
        span
        for one in found
        for span in sentence_spans(text)
        if one.start <= span[0] and span[1] <= one.end
    ]
    assert list(sentence_spans(text)) == covered
    assert all(is_sentence_span(text, one.start, one.end) for one in found)
    assert all(text[one.start : one.end] == one.text for one in found)


@given(text=_TEXTS, room=st.integers(0, 80))
def test_passages_are_as_long_as_fits(text: str, room: int) -> None:
    """One that is too long is a single sentence; two neighbours of a line fit in no one passage."""
    study = _study(text)

    def fits(words: str) -> bool:
        return len(words) <= room

    found = passages(study, fits)
    spans = set(sentence_spans(text))
    for one in found:
        assert fits(embedded_text(study, one.text)) or (one.start, one.end) in spans
    for one, following in pairwise(found):
        first_of_next = next(span for span in sentence_spans(text) if span[0] == following.start)
        joined = text[one.start : first_of_next[1]]
        assert "\n" in joined or not fits(embedded_text(study, joined))
