"""Questions about the collection and about how large its studies are: answered from what the records tell."""

from __future__ import annotations

import pytest

from index.library import Library
from qa.answer import Answer, Outcome
from qa.pipeline import ask
from qa.render_text import text


def _shown(answer: Answer) -> set[str]:
    return {one.study.id for one in answer.findings}


def _notices(answer: Answer) -> list[str]:
    return [one.id for one in answer.notices]


@pytest.mark.parametrize(
    ("question", "studies"),
    [
        (
            "studies with more than 2000 participants",
            {
                "xiang-2019-low-back",  # 2110
                "li-2021-acupressure-low-back",  # 2400
                "tang-2018-lumbar-disc",  # 3503
                "wang-2020-knee-oa",  # 3522
            },
        ),
        ("low back pain reviews with at least 2,400 people", {"li-2021-acupressure-low-back"}),
        ("trials of fewer than 100 patients", {"zhang-2011-plantar-fasciitis"}),  # 53
        ("which study is the smallest?", {"zhang-2011-plantar-fasciitis"}),
    ],
)
def test_studies_are_found_by_their_size(
    library: Library, question: str, studies: set[str]
) -> None:
    """A study whose number of people is not known is none of those asked for."""
    answer = ask(question, library)
    assert (Outcome.ANSWERED, studies) == (answer.outcome, _shown(answer))


@pytest.mark.parametrize(
    ("question", "study", "details"),
    [
        ("how many people were in the hip osteoarthritis review", "manheimer-2018-hip-oa", "413 people"),
        ("how many took part in the plantar fasciitis trial", "zhang-2011-plantar-fasciitis", "53 people"),
        ("how many trials are there on cupping", "moura-2018-cupping", "16 trials"),
    ],
)  # fmt: skip
def test_what_only_the_record_tells_is_shown_as_such(
    library: Library, question: str, study: str, details: str
) -> None:
    """No sentence of these texts has the number, the record has: it is shown, and nothing is said against it."""
    answer = ask(question, library)
    assert (Outcome.NOT_REPORTED, study) == (answer.outcome, answer.related[0].study.id)
    assert ["told-in-details"] == _notices(answer)
    said = text(answer, library.catalogue.vocabulary)
    assert details in said
    assert "does not answer your question" not in said


def test_a_sentence_with_the_number_comes_before_the_record(library: Library) -> None:
    """Where the text tells how many, its sentence is the answer and nothing is said of details."""
    answer = ask("how many people were in the knee osteoarthritis review by Wang", library)
    assert [] == _notices(answer)
    assert "3 522 participants" in answer.findings[0].quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "what topics do you have",
        "which body parts are covered?",
        "tell me about the collection",
        "which conditions do you cover",
        "what pains does this collection cover?",
        "what does this website cover",
    ],
)
def test_what_the_collection_is_about_is_told(library: Library, question: str) -> None:
    """Asked what there is, the answer names what the studies are on, and quotes none of them."""
    answer = ask(question, library)
    assert (Outcome.NO_QUESTION, ()) == (answer.outcome, answer.findings)
    assert any("knee osteoarthritis" in one.text for one in answer.notices)


def test_what_acupuncture_helps_with_is_a_question_about_the_studies(library: Library) -> None:
    """A treatment that is named is asked about, however the question begins."""
    assert Outcome.ANSWERED is ask("what problems can acupuncture help with", library).outcome


def test_how_large_an_effect_is_asks_for_no_number_of_people(library: Library) -> None:
    """ "How big is the effect" is about what came out."""
    assert "effect" == ask("how big is the effect for knees", library).understood.asks
    assert "participants" == ask("how big was the hip study", library).understood.asks


def test_a_study_of_lasting_pain_of_the_whole_back_speaks_to_the_low_back(library: Library) -> None:
    """Cupping for low back pain is answered from cupping for chronic back pain, for acute low back pain it is not."""
    answer = ask("cupping for low back pain", library)
    assert (Outcome.ANSWERED, {"moura-2018-cupping"}) == (answer.outcome, _shown(answer))
    assert Outcome.NOT_REPORTED is ask("cupping for acute low back pain", library).outcome
    assert Outcome.NOT_IN_COLLECTION is ask("cupping for upper back pain", library).outcome
