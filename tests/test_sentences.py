"""Where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.sentences import is_sentence_span, sentence_spans

# (the text's sentences, as a person reads them)
TABLE = [
    ["Seen in 3 522 participants.", "It helped."],
    ["The study by Wang et al. was small.", "It was blinded."],
    ["The mean was 3.5 points (95% CI 1.2 to 5.8).", "No harm was seen."],
    ["They took drugs.", "Acupuncture treatments help."],
    ["Vs. sham, e.g. needles at Dr. Li's points, no gain.", "I.e. none."],
    ["It helped (see Fig. 2).", "Did it last?", "Not known!"],
    ["Pain fell, p < 0.05.", "Function did not."],
    ["14 trials (2110 participants) were included, and 9 pooled.", "Pain fell."],
    ["Compared with Z. Y. Fan's trial it was longer."],
    ["1. First, needles.", "2. Then rest."],
]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("sentences", TABLE, ids=lambda sentences: str(sentences[0][:30]))
def test_sentences_are_those_a_person_reads(sentences: list[str]) -> None:
    """Abbreviations, "et al.", decimals and numbers in groups do not end a sentence."""
    assert sentences == _sentences(" ".join(sentences))


def test_a_line_break_ends_a_sentence() -> None:
    """Paragraphs and headings without a full stop are sentences of their own."""
    assert ["What does it say", "It says this"] == _sentences("What does it say\n\nIt says this")


def test_a_stray_stop_belongs_to_the_sentence_before_it() -> None:
    """A stop that stands twice makes no sentence without words."""
    assert ["Relative to sham. .", "Because it is so."] == _sentences(
        "Relative to sham. . Because it is so."
    )


def test_a_stray_mark_at_the_start_belongs_to_the_sentence_after_it() -> None:
    """A bullet or dash before a sentence is shown with it."""
    assert ["... And it ends.", "Here."] == _sentences("... And it ends. Here.")


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u2028", "\u3000", "\x0b", "\x85"])
def test_wide_white_space_does_not_stop_the_splitter(space: str) -> None:
    """White space of several bytes after an initial is taken as any other."""
    assert ["Was it B?", f"It was B{space}."] == _sentences(f"Was it B? It was B{space}.")


def test_whole_sentences_only() -> None:
    """A clause is no sentence span; one or more neighbouring sentences of a line are."""
    text = "It was not superior. It was safe.\nIt was cheap."
    assert is_sentence_span(text, 0, 20)
    assert is_sentence_span(text, 0, 33)
    assert not is_sentence_span(text, 11, 20)
    assert not is_sentence_span(text, 0, 19)
    assert not is_sentence_span(text, 0, len(text))
    assert not is_sentence_span(text, 20, 20)


ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .?!…,;:()[]\"'’“”«»。！？\n\t\u00a0\u2028\u3000\u200b-–0123456789aBCé中"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
)


@given(ODD)
def test_spans_cover_every_character_in_order(text: str) -> None:
    """Spans lie in order, do not overlap, and leave nothing out but white space."""
    last = 0
    for start, end in sentence_spans(text):
        assert last <= start < end
        assert "" == text[last:start].strip()
        assert text[start:end].strip() == text[start:end]
        last = end
    assert "" == text[last:].strip()


@given(ODD)
def test_every_span_is_a_sentence_span(text: str) -> None:
    """What the splitter gives may be quoted, and lies within one line."""
    for start, end in sentence_spans(text):
        assert is_sentence_span(text, start, end)
        assert "\n" not in text[start:end]


def test_no_word_of_the_collection_is_outside_its_sentences(catalogue: Catalogue) -> None:
    """Each sentence of a record begins where a line or another sentence ends, and ends with a stop or its line."""
    for study in (*catalogue.studies, catalogue.page):
        for section in study.sections:
            for start, end in sentence_spans(section.text):
                before, after = section.text[:start].rstrip(" "), section.text[end:].lstrip(" ")
                assert not before or before[-1] in ".?!:;)\n", section.text[start:end]
                assert not after or after[0] == "\n" or section.text[end - 1] in ".?!"
