"""Everyday words round a question: they name nothing that is missing, and do not change what it is about."""

from __future__ import annotations

import pytest

from index.library import Library
from qa.answer import Answer, Outcome
from qa.pipeline import ask
from qa.unknown import unknown_phrases


def _shown(answer: Answer) -> list[str]:
    return [one.study.id for one in answer.findings]


def _lead(answer: Answer) -> str:
    return answer.findings[0].quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "so is it true acupuncture is hardly any better than the fake kind for hip osteoarthritis?",
        "which eased low back pain more, acupressure or tuina massage",
        "do the researchers honestly recommend acupuncture for sciatica",
        "is acupuncture vastly overrated for chronic knee pain",
    ],
)
def test_everyday_words_in_any_form_name_nothing_unknown(library: Library, question: str) -> None:
    """ "Hardly", "eased" and "honestly" are no treatments that the collection lacks: the question is answered."""
    assert Outcome.ANSWERED is ask(question, library).outcome


def test_a_treatment_in_ing_is_no_form_of_an_everyday_word(library: Library) -> None:
    """ "Fast" is an everyday word, "fasting" may be a treatment: it stays unknown."""
    found = unknown_phrases("does fasting help sciatica", (), library.catalogue.vocabulary)
    assert "fasting" in [one.text.split()[0] for one in found]


@pytest.mark.parametrize(
    "question",
    ["does cabbage help an arthritic knee", "keyhole washout of an arthritic knee"],
)
def test_a_rare_thing_before_a_condition_stays_unknown(library: Library, question: str) -> None:
    """What nobody here knows is not answered with studies of acupuncture."""
    assert Outcome.NOT_IN_COLLECTION is ask(question, library).outcome


def test_nothing_to_compare_with_is_not_nothing_in_the_knee(library: Library) -> None:
    """In "versus nothing in knee osteoarthritis" the condition is not denied."""
    answer = ask("needles versus nothing in knee osteoarthritis", library)
    assert ("knee-osteoarthritis",) == answer.understood.conditions
    assert ("no-treatment",) == answer.understood.comparators
    assert ["wang-2020-knee-oa"] == _shown(answer)


def test_doing_nothing_is_a_comparator_and_does_nothing_is_a_result(library: Library) -> None:
    """Compared with doing nothing: the studies with a group without treatment. "Does nothing": all on the hip."""
    against = ask("which studies compared acupuncture with doing nothing", library)
    assert ("no-treatment",) == against.understood.comparators
    result = ask("I read that acupuncture does nothing for hips, true?", library)
    assert () == result.understood.comparators
    assert "manheimer-2018-hip-oa" == _shown(result)[0]


def test_weeks_of_back_pain_are_not_weeks_back(library: Library) -> None:
    """A figure of speech is not taken apart by little words."""
    answer = ask("is acupuncture helpful in the first weeks of back pain", library)
    assert ("back-pain",) == answer.understood.conditions


def test_a_space_that_nobody_sees_changes_nothing(library: Library) -> None:
    """A space of no width, as copied text holds it, does not part a word."""
    answer = ask("sli\u200bpped disc acupuncture", library)
    assert ["tang-2018-lumbar-disc"] == _shown(answer)


def test_sessions_of_patients_are_not_a_number_of_patients(library: Library) -> None:
    """ "How many sessions did patients get" is not answered with how many patients there were."""
    answer = ask("how many sessions did patients get in the knee osteoarthritis trials", library)
    assert "3 522" not in " ".join(quote.text for one in answer.findings for quote in one.quotes)


def test_words_of_a_title_name_the_study(library: Library) -> None:
    """The guideline of the American College of Physicians comes first where it is asked for."""
    question = (
        "what did the American College of Physicians conclude about needling for low back pain"
    )
    assert "chou-2017-low-back" == _shown(ask(question, library))[0]


@pytest.mark.parametrize(
    ("question", "study"),
    [("everything from 2018", "tang-2018-lumbar-disc"), ("what do you have from 2015", "ji-2015-sciatica")],
)  # fmt: skip
def test_all_that_is_there_of_a_year(library: Library, question: str, study: str) -> None:
    """A year with a word for all there is asks for the studies of that year, even where no paper is named."""
    answer = ask(question, library)
    assert study in _shown(answer)
    assert {question[-4:]} == {one.split("-")[1] for one in _shown(answer)}


def test_research_under_way_is_answered_with_what_is_registered(library: Library) -> None:
    """Asked for trials under way, the sentence on ongoing trials leads."""
    answer = ask("are more trials under way for hip arthritis", library)
    assert "no registered ongoing RCTs" in _lead(answer)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("which study is the largest", "18 RCTs were included, involving a total of 3 522"),
        ("what did Manheimer find", "may improve pain and function"),
    ],
)
def test_a_study_that_is_asked_for_tells_what_it_found(
    library: Library, question: str, told: str
) -> None:
    """The lead is a finding, or the size where the largest was asked for; not just any sentence."""
    assert told in _lead(ask(question, library))


@pytest.mark.parametrize(
    "question",
    ["does cupping hurt", "can acupuncture make sciatica worse", "are injuries from needles common"],
)  # fmt: skip
def test_harm_in_plain_words_asks_for_safety(library: Library, question: str) -> None:
    """It is not answered with what helped."""
    assert "safety" == str(ask(question, library).understood.asks)


def test_hurting_less_is_no_harm(library: Library) -> None:
    """ "Do they only hurt less" asks for the effect."""
    question = (
        "does acupuncture get people with low back pain moving better, or do they only hurt less?"
    )
    assert Outcome.ANSWERED is ask(question, library).outcome


def test_a_point_is_asked_about_and_not_where_it_lies(library: Library) -> None:
    """ "Is PC7 on the wrist" is no question about wrists."""
    assert ["zhang-2011-plantar-fasciitis"] == _shown(ask("is PC7 on the wrist", library))


def test_whether_children_have_it_is_for_the_practitioner(library: Library) -> None:
    """Treatment of children is asked about, whoever asks."""
    answer = ask("do kids get acupuncture for leg pain", library)
    assert Outcome.ASK_PRACTITIONER is answer.outcome


@pytest.mark.parametrize(
    "question",
    [
        "how does acupuncture work?",
        "How does acupuncture actually work",
        "what does acupuncture do to the body",
        "by what mechanism does acupuncture relieve pain",
        "why do the needles work",
        "wie wirkt Akupunktur?",
    ],
)
def test_by_what_it_works_is_not_answered_with_how_well(library: Library, question: str) -> None:
    """No study here tells of a mechanism, and that it eases pain is no answer to how it does."""
    answer = ask(question, library)
    assert (Outcome.NOT_REPORTED, ()) == (answer.outcome, answer.findings)


@pytest.mark.parametrize(
    "question", ["how well does acupuncture work?", "how does acupuncture work for back pain"]
)
def test_how_well_it_works_is_answered(library: Library, question: str) -> None:
    """Who names a pain wants to know whether it helps."""
    assert Outcome.ANSWERED is ask(question, library).outcome


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("does wrapping my knee in cabbage leaves help?", Outcome.NOT_IN_COLLECTION),
        ("does brushing my legs with nettles help sciatica", Outcome.NOT_IN_COLLECTION),
        ("does using needles help sciatica", Outcome.ANSWERED),
        ("will having acupuncture help my back", Outcome.ANSWERED),
    ],
)
def test_what_somebody_does_to_a_sore_place_is_a_treatment(
    library: Library, question: str, outcome: Outcome
) -> None:
    """One that nobody knows here is not answered with needles."""
    assert outcome is ask(question, library).outcome


@pytest.mark.parametrize(
    "question",
    [
        "my knees are knackered, any point trying needles",
        "my back is banjaxed, any good having cupping",
        "my hubby's hip is shot, would needles do owt",
    ],
)
def test_what_is_said_of_a_sore_place_is_no_treatment(library: Library, question: str) -> None:
    """A word that tells how bad it is names nothing that a study would have to test."""
    assert Outcome.ANSWERED is ask(question, library).outcome
