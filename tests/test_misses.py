"""What real patients type and blind judging found misread: on the shipped collection, with the real model."""

from __future__ import annotations

import pytest

from index.library import Library
from qa.answer import Answer, Outcome
from qa.pipeline import ask


def _shown(answer: Answer) -> list[str]:
    return [one.study.id for one in answer.findings]


@pytest.mark.parametrize("owner", ["wifes", "the neighbour's", "Darren's"])
def test_whose_sciatica_it_is_names_no_treatment(owner: str, library: Library) -> None:
    """Without an apostrophe, or with a name, somebody's sciatica is sciatica."""
    assert {"ji-2015-sciatica", "qin-2015-sciatica"} == set(
        _shown(ask(f"{owner} sciatica", library))
    )


@pytest.mark.parametrize(
    ("question", "study"),
    [
        ("study by Roger Chou", "chou-2017-low-back"),
        ("anything by chou", "chou-2017-low-back"),
        ("is Cox a good study", "cox-2016-extremities"),
        ("what did Liu find", "liu-2015-low-back"),
    ],
)
def test_an_author_is_known_by_full_name_lower_case_or_what_was_found(
    question: str, study: str, library: Library
) -> None:
    """Surnames that everyday English has are names where only a person can be meant."""
    assert study == _shown(ask(question, library))[0]


def test_an_author_of_no_study_is_no_reason_to_show_all(library: Library) -> None:
    """A common surname in lower case that no record has is an author who is not here."""
    answer = ask("articles by smith", library)
    assert Outcome.NOT_IN_COLLECTION is answer.outcome
    assert [] == _shown(answer)


def test_published_in_a_year_is_no_story(library: Library) -> None:
    """ "Was published in 2018" asks for papers of that year; "my operation was in 2018" does not."""
    assert {"manheimer-2018-hip-oa", "tang-2018-lumbar-disc", "moura-2018-cupping"} == set(
        _shown(ask("what was published in 2018", library))
    )
    story = ask("my knee operation was in 2018, does acupuncture help", library)
    assert "year" not in story.understood.filters


@pytest.mark.parametrize(
    ("earlier", "question", "studies"),
    [
        ("acupuncture for knee osteoarthritis", "show me the newest one", {"wang-2020-knee-oa"}),
        ("sciatica", "which of those is from 2015", {"ji-2015-sciatica", "qin-2015-sciatica"}),
        ("low back pain", "any randomised ones?", {"pach-2013-standardised"}),
        ("sciatica", "what is the most recent study you have", {"li-2021-acupressure-low-back"}),
    ],
)
def test_the_newest_one_is_of_what_was_talked_about(
    earlier: str, question: str, studies: set[str], library: Library
) -> None:
    """Words that point back pick among the studies of the topic; without them all studies are meant."""
    assert studies == set(_shown(ask(question, library, (earlier,))))


def test_how_many_reviews_asks_for_reviews(library: Library) -> None:
    """What is counted is what the question names, not the people in it."""
    answer = ask("how many reviews were in the low back overview", library)
    assert "Sixteen systematic reviews were appraised." == answer.findings[0].quotes[0].text


@pytest.mark.parametrize(
    "question",
    ["which conditions does it not work for", "is there any study that says it doesnt work"],
)
def test_where_it_does_not_work_is_a_question(question: str, library: Library) -> None:
    """Asked where it does not work, the study that found little or no effect comes first."""
    assert "manheimer-2018-hip-oa" == _shown(ask(question, library))[0]


def test_a_scale_on_its_own_shows_the_study_that_names_it(library: Library) -> None:
    """Only the review of chronic knee pain tells of WOMAC."""
    for question in ("WOMAC", "WOMAC pain score"):
        assert ["zhang-2017-chronic-knee"] == _shown(ask(question, library)), question


def test_words_that_only_look_like_everyday_ones_stay_unknown(library: Library) -> None:
    """What "counts" as a sham marriage is no question about sham acupuncture."""
    assert [] == _shown(ask("what counts as a sham marriage in law", library))


def test_what_somebody_is_not_ready_for_is_not_asked_about(library: Library) -> None:
    """A joint replacement that is put off is no treatment asked about; the Cochrane review speaks of just that."""
    answer = ask("not ready for a joint replacement, hip", library)
    assert "manheimer-2018-hip-oa" == _shown(answer)[0]
    assert Outcome.NOT_IN_COLLECTION is ask("is a hip replacement worth it", library).outcome


def test_whether_posture_causes_pain_is_a_question_of_causes(library: Library) -> None:
    """The page's introduction speaks of posture; what acupuncture may cause is a question of safety."""
    assert ["page"] == _shown(ask("does bad posture cause back pain", library))
    assert "page" not in _shown(ask("does acupuncture cause side effects", library))


def test_marks_that_cups_leave_are_not_reported(library: Library) -> None:
    """Asked whether cupping leaves marks, no study tells."""
    answer = ask("does it leave marks", library, ("cupping for back pain",))
    assert Outcome.NOT_REPORTED is answer.outcome
