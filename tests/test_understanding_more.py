"""Turns of phrase that change what a question is about: on the shipped collection, with the real model."""

from __future__ import annotations

import pytest

from index.library import Library
from qa.answer import Answer, Outcome
from qa.pipeline import ask


def _shown(answer: Answer) -> list[str]:
    return [one.study.id for one in answer.findings]


def _first_quotes(answer: Answer) -> str:
    return " ".join(quote.text for quote in answer.findings[0].quotes)


def test_how_deep_is_a_fact_that_no_study_reports(library: Library) -> None:
    """A fact asked for with "how" that no text tells is not reported, and no study is shown for it."""
    answer = ask("how deep did they push the needles in the sciatica trials?", library)
    assert Outcome.NOT_REPORTED is answer.outcome
    assert [] == _shown(answer)


def test_a_word_that_asks_is_no_unknown_thing(library: Library) -> None:
    """ "Shaky" asks for the quality of the evidence; it names nothing that is missing."""
    answer = ask("how shaky is the evidence for acupressure", library)
    assert () == answer.understood.unknown
    assert ["li-2021-acupressure-low-back"] == _shown(answer)


def test_a_date_is_answered_with_the_sentence_that_holds_it(library: Library) -> None:
    """Asked up to when the databases were searched, the sentence with the month leads."""
    answer = ask("up to what date were the databases searched for knee osteoarthritis?", library)
    lead = answer.findings[0].quotes[0]
    assert "Eight databases were extensively searched up to March 2018." == lead.text


def test_two_numbers_that_answer_stand_together(library: Library) -> None:
    """Nineteen trials were included and 17 of them analysed: both are told."""
    answer = ask("of the nineteen chronic knee pain trials how many had usable data?", library)
    told = _first_quotes(answer)
    assert "Nineteen trials were included" in told
    assert "data from 17 studies" in told


def test_the_same_words_are_shown_once(library: Library) -> None:
    """The sciatica review says one sentence in its headline and in the clinic's note; it is quoted once."""
    answer = ask("is there any research on acupuncture for sciatica?", library)
    for finding in answer.findings:
        texts = [quote.text for quote in finding.quotes]
        assert sorted(set(texts)) == sorted(texts)


@pytest.mark.parametrize(
    ("question", "study"),
    [
        ("something from a Latin American nursing journal?", "moura-2018-cupping"),
        ("the cupping paper from the São Paulo nursing journal", "moura-2018-cupping"),
    ],
)
def test_a_journal_told_of_is_found(question: str, study: str, library: Library) -> None:
    """Two words of a journal or its publisher, in a neighbouring language too, are enough."""
    assert [study] == _shown(ask(question, library))


def test_one_word_is_no_journal(library: Library) -> None:
    """A word that several journals share names none of them."""
    answer = ask("is there a journal on evidence?", library)
    assert "journal" not in answer.understood.filters


def test_the_covered_side_of_a_list_is_answered(library: Library) -> None:
    """Asked whether acupuncture or yoga helps, acupuncture is answered and yoga named as missing."""
    answer = ask("does acupuncture or yoga help low back pain?", library)
    assert Outcome.ANSWERED is answer.outcome
    assert any("yoga" in one.text for one in answer.notices)


def test_a_choice_needs_both_sides(library: Library) -> None:
    """Asked which of two is better, acupuncture alone is no answer."""
    answer = ask("is surgery or acupuncture better for sciatica?", library)
    assert Outcome.ANSWERED is not answer.outcome
    assert [] == _shown(answer)


def test_one_of_several_comparators_is_enough(library: Library) -> None:
    """Against ibuprofen or glucosamine: the first is answered, the second named as missing."""
    answer = ask("acupuncture vs ibuprofen or glucosamine for sciatica", library)
    assert "qin-2015-sciatica" in _shown(answer)
    assert any("glucosamine" in one.text for one in answer.notices)


def test_arthritis_everywhere_is_arthritis(library: Library) -> None:
    """Named in three joints it is the disease as a whole, and the review of all joints comes first."""
    answer = ask("osteoarthritis in my hands, hips and knees, does acupuncture ease it?", library)
    assert ("osteoarthritis",) == answer.understood.conditions
    assert "manyanga-2014-oa" == _shown(answer)[0]


def test_a_stiff_back_asks_for_no_stiffness(library: Library) -> None:
    """How the back feels is no result that a study would have to report."""
    answer = ask("what does research make of acupuncture for a stiff sore lower back?", library)
    assert () == answer.understood.outcomes
    assert "chou-2017-low-back" in _shown(answer)


def test_little_or_nothing_is_a_result(library: Library) -> None:
    """ "Does little or nothing" asks for null results, not for a comparison with no treatment."""
    answer = ask("which study says acupuncture does little or nothing?", library)
    assert () == answer.understood.comparators
    assert "manheimer-2018-hip-oa" in _shown(answer)[:3]


def test_a_contradicted_note_stands_last(library: Library) -> None:
    """Cox, whose note its own paper contradicts, is behind the study that has a summary."""
    answer = ask("acupuncture for plantar fasciitis", library)
    assert ["zhang-2011-plantar-fasciitis", "cox-2016-extremities"] == _shown(answer)


def test_a_guideline_review_known_by_its_note_keeps_its_place(library: Library) -> None:
    """Chou speaks to low back pain as a whole; that only a note is known puts it behind the summaries alone."""
    shown = _shown(ask("what is the evidence for acupuncture in low back pain?", library))
    assert {"xiang-2019-low-back", "liu-2015-low-back"} == set(shown[:2])
    assert "chou-2017-low-back" == shown[2]


def test_harm_that_is_reported_comes_before_harm_by_the_way(library: Library) -> None:
    """Asked about safety alone, studies with a sentence on harm of its own stand before "simple and safe"."""
    shown = _shown(ask("is acupuncture safe", library))
    assert "zhang-2011-plantar-fasciitis" not in shown[:5]
    assert "qin-2015-sciatica" in shown


@pytest.mark.parametrize("owner", ["hubby's", "my sister\N{RIGHT SINGLE QUOTATION MARK}s", "nan's"])
def test_somebodys_hip_is_a_hip(owner: str, library: Library) -> None:
    """Whose hip it is names no condition and no treatment."""
    answer = ask(f"{owner} hip arthritis, would needling help", library)
    assert () == answer.understood.unknown
    assert "manheimer-2018-hip-oa" == _shown(answer)[0]


def test_cups_told_by_their_marks_are_no_question_of_harm(library: Library) -> None:
    """Bruises that tell which treatment is meant are not what is asked about; bruises asked about are."""
    cups = ask("the cups that leave round bruises, for an achy back", library)
    assert ["moura-2018-cupping"] == _shown(cups)
    assert () == cups.understood.outcomes
    assert "adverse-events" in ask("does acupuncture leave bruises?", library).understood.outcomes


def test_trials_and_no_reviews_are_trials(library: Library) -> None:
    """Said with "only" or "not reviews", the kind of study is a filter: the two single trials, nothing else."""
    for question in (
        "randomised trials only please, not reviews",
        "only RCTs",
        "trials, no reviews",
    ):
        assert {"zhang-2011-plantar-fasciitis", "pach-2013-standardised"} == set(
            _shown(ask(question, library))
        ), question


def test_size_of_needles_is_a_fact_that_no_study_reports(library: Library) -> None:
    """The size of a needle is not reported; the size of a sample is."""
    assert Outcome.NOT_REPORTED is ask("what size needles for sciatica", library).outcome
    sample = ask("what was the sample size of the sciatica reviews", library)
    assert "1842" in _first_quotes(sample)
