"""What a visitor leaves out or chooses: the question as if it had not been said, and only studies that fit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.reading import read
from corpus.study import Design, Role, Study
from corpus.vocabulary import Kind, shipped_vocabulary
from index.library import Library
from qa.answer import Answer, Finding, Flag, Outcome
from qa.choices import NO_CHOICES, ChoiceError, Choices, YearsError
from qa.filters import filters
from qa.narrowing import FILTERS
from qa.pipeline import ask, shelf
from qa.render_json import answer_line, answer_object
from qa.render_text import text
from qa.understanding import Meaning, understand

DAY = date(2026, 11, 22)
VOCABULARY = shipped_vocabulary()
HIP = "does acupuncture help my hip arthritis pain"
URGENT = "my back hurts and I cannot feel my legs or hold my urine"

_BY_KIND = {
    kind: sorted(one.id for one in VOCABULARY.concepts.values() if one.kind is kind)
    for kind in Kind
}
_SAID = (
    HIP,
    "is acupuncture better than sham for sciatica?",
    "the rubber cups thing for my back",
    "studies by Manheimer from 2018",
    "how many people were in the trials on low back pain?",
    "is it safe?",
    "does it help migraines or sciatica?",
    "the newest review on knee arthritis",
    "acupuncture or ibuprofen for a slipped disc",
    "what causes back pain?",
    "should I stop my warfarin before acupuncture for my knee?",
    "hello",
)
questions = st.one_of(
    st.sampled_from(_SAID),
    st.builds(
        "does {} help {}?".format,
        st.sampled_from([VOCABULARY.label(one) for one in _BY_KIND[Kind.TREATMENT]]),
        st.sampled_from([VOCABULARY.label(one) for one in _BY_KIND[Kind.CONDITION]]),
    ),
)
histories = st.lists(questions, max_size=2)
_SOME_CONDITIONS = st.lists(
    st.sampled_from(
        ["sciatica", "osteoarthritis", "low-back-pain", "knee-pain", "migraine", "back-pain"]
    ),
    max_size=2,
    unique=True,
).map(tuple)
_SOME_TREATMENTS = st.lists(
    st.sampled_from(["acupuncture", "cupping", "acupressure", "massage", "ibuprofen"]),
    max_size=2,
    unique=True,
).map(tuple)
_YEARS = st.one_of(st.none(), st.integers(2009, 2023))
_WITHOUT = st.lists(
    st.sampled_from(
        sorted(
            {
                *FILTERS,
                "acupuncture",
                "hip-osteoarthritis",
                "knee-osteoarthritis",
                "pain",
                "sciatica",
                "sham-acupuncture",
                "adverse-events",
                "cupping",
                "back-pain",
                "low-back-pain",
                "migraine",
                "ibuprofen",
            }
        )
    ),
    max_size=4,
    unique=True,
).map(tuple)


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    """Any choices that name what is known, with years in their order."""
    first, last = draw(_YEARS), draw(_YEARS)
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Choices(
        without=draw(_WITHOUT),
        conditions=draw(_SOME_CONDITIONS),
        treatments=draw(_SOME_TREATMENTS),
        designs=draw(st.lists(st.sampled_from(Design), max_size=2, unique=True).map(tuple)),
        year_from=first,
        year_to=last,
    )


def _asked(library: Library, question: str, *history: str, chosen: Choices = NO_CHOICES) -> Answer:
    return ask(question, library, history, day=DAY, choices=chosen)


def _shown(answer: Answer) -> list[Finding]:
    return [one for one in (*answer.findings, *answer.related) if not one.study.is_page]


def _ids(answer: Answer) -> list[str]:
    return [one.study.id for one in _shown(answer)]


def _meaning(catalogue: Catalogue, question: str, *without: str) -> Meaning:
    return understand(question, (), catalogue.vocabulary, shelf(catalogue), without=without)


# --- left out


def test_what_is_left_out_counts_as_not_said(library: Library) -> None:
    """Without "hip osteoarthritis", a question on it is one on acupuncture and pain."""
    before = _asked(library, HIP)
    assert ("hip-osteoarthritis",) == before.understood.conditions
    answer = _asked(library, HIP, chosen=Choices(without=("hip-osteoarthritis",)))
    assert Outcome.ANSWERED is answer.outcome
    assert () == answer.understood.conditions
    assert ("acupuncture",) == answer.understood.treatments
    assert ("pain",) == answer.understood.outcomes
    assert {"li-2019-knee-oa", "ji-2015-sciatica"} < set(_ids(answer))


def test_text_to_search_with_leaves_it_out_too(catalogue: Catalogue) -> None:
    """The words for what was left out are neither encoded nor looked up."""
    meaning = _meaning(catalogue, HIP, "hip-osteoarthritis")
    assert "does acupuncture help my pain" == meaning.query
    assert "arthritis" not in " ".join(meaning.stems)
    assert "does acupuncture help my hip arthritis" == _meaning(catalogue, HIP, "pain").query
    by = "studies by Manheimer on hip arthritis"
    assert "studies by on hip arthritis" == _meaning(catalogue, by, "author").query


def test_wider_condition_goes_with_a_narrower_one(catalogue: Catalogue) -> None:
    """Without knee osteoarthritis, "knee" does not come back as knee pain."""
    meaning = _meaning(
        catalogue, "my knee hurts, I have knee osteoarthritis", "knee-osteoarthritis"
    )
    assert () == meaning.conditions
    assert "osteoarthritis" not in meaning.query


def test_what_an_earlier_question_named_can_be_left_out(library: Library) -> None:
    """A follow-up leans on the earlier question no more for what was left out of it."""
    before = _asked(library, "is it safe?", HIP)
    assert ("hip-osteoarthritis",) == before.understood.conditions
    without = Choices(without=("hip-osteoarthritis",))
    answer = _asked(library, "is it safe?", HIP, chosen=without)
    assert () == answer.understood.conditions
    assert ("acupuncture",) == answer.understood.treatments
    assert "zhang-2011-plantar-fasciitis" in _ids(answer)


def test_leaving_out_brings_nothing_back_from_before(library: Library) -> None:
    """Where the condition of a question is left out, that of an earlier one does not take its place."""
    answer = _asked(
        library, "does cupping help sciatica?", HIP, chosen=Choices(without=("sciatica",))
    )
    assert () == answer.understood.conditions
    assert ("cupping",) == answer.understood.treatments


def test_comparison_without_its_other_side_is_none(library: Library) -> None:
    """Without the sham, "better than sham" asks what acupuncture does: the study on medicines counts too."""
    question = "is acupuncture better than sham for sciatica?"
    assert ["qin-2015-sciatica"] == _ids(_asked(library, question))
    answer = _asked(library, question, chosen=Choices(without=("sham-acupuncture",)))
    assert ["qin-2015-sciatica", "ji-2015-sciatica"] == _ids(answer)
    assert () == answer.understood.comparators


def test_aspect_goes_with_the_outcome_that_told_it(catalogue: Catalogue) -> None:
    """Side effects left out, nothing asks for safety any more."""
    question = "adverse events of acupuncture for sciatica"
    assert "safety" == _meaning(catalogue, question).asks
    assert _meaning(catalogue, question, "adverse-events").asks is None


def test_filters_by_name_can_be_left_out(library: Library) -> None:
    """The author left out, the year still counts."""
    question = "studies by Manheimer from 2018"
    assert ["manheimer-2018-hip-oa"] == _ids(_asked(library, question))
    answer = _asked(library, question, chosen=Choices(without=("author",)))
    assert {"year": 2018} == dict(answer.understood.filters)
    assert {"tang-2018-lumbar-disc", "manheimer-2018-hip-oa", "moura-2018-cupping"} == set(
        _ids(answer)
    )


def test_what_was_taken_by_meaning_can_be_left_out(library: Library) -> None:
    """A description that was taken wrongly is dropped, and nobody is told that it was taken."""
    question = "the rubber cups thing for my back"
    assert ("cupping",) == _asked(library, question).understood.treatments
    answer = _asked(library, question, chosen=Choices(without=("cupping",)))
    assert () == answer.understood.treatments
    assert ("back-pain",) == answer.understood.conditions
    assert "taken-to-mean" not in {one.id for one in answer.notices}


def test_everything_left_out_is_said(library: Library) -> None:
    """With all of it left out there is no question, and the answer says why."""
    every = Choices(without=("hip-osteoarthritis", "acupuncture", "pain"))
    answer = _asked(library, HIP, chosen=every)
    assert Outcome.NO_QUESTION is answer.outcome
    assert ["choices-nothing-left"] == [one.id for one in answer.notices]


# --- chosen


def test_only_studies_that_fit_are_shown(library: Library) -> None:
    """One of each that is chosen must fit: kind of study, and years with both ends in."""
    question = "acupuncture for low back pain"
    single = Choices(designs=(Design.RANDOMISED_TRIAL,))
    assert ["pach-2013-standardised"] == _ids(_asked(library, question, chosen=single))
    late = Choices(year_from=2019, year_to=2019)
    assert ["xiang-2019-low-back"] == _ids(_asked(library, question, chosen=late))


def test_study_on_a_kind_counts_for_the_whole(library: Library) -> None:
    """Osteoarthritis chosen, a study on that of the knee is shown."""
    chosen = Choices(conditions=("osteoarthritis",))
    shown = _ids(_asked(library, "does acupuncture help knee pain?", chosen=chosen))
    assert {"li-2019-knee-oa", "wang-2020-knee-oa"} <= set(shown)
    assert "zhang-2017-chronic-knee" not in shown


def test_chosen_condition_is_asked_for_where_none_is_named(library: Library) -> None:
    """Asked "does it help?" with cupping and back pain chosen, the answer is on these."""
    chosen = Choices(conditions=("back-pain",), treatments=("cupping",))
    answer = _asked(library, "does it help?", chosen=chosen)
    assert ["moura-2018-cupping"] == _ids(answer)
    assert ("back-pain",) == answer.understood.conditions
    assert ("cupping",) == answer.understood.treatments


def test_chosen_condition_does_not_stand_in_for_an_unknown_one(library: Library) -> None:
    """A condition that nobody knows here is not answered from the chosen one."""
    chosen = Choices(conditions=("sciatica",))
    answer = _asked(library, "does it help flibberitis?", chosen=chosen)
    assert Outcome.NOT_IN_COLLECTION is answer.outcome
    assert [] == _ids(answer)


@pytest.mark.parametrize(
    ("chosen", "outcome"),
    [
        (Choices(conditions=("sciatica",)), Outcome.NOT_REPORTED),
        (Choices(year_from=2023), Outcome.NOT_IN_COLLECTION),
        (Choices(treatments=("cupping",), year_to=2012), Outcome.NOT_IN_COLLECTION),
    ],
)
def test_nothing_left_is_said(chosen: Choices, outcome: Outcome, library: Library) -> None:
    """Where choices leave no study, the answer says that they do; nothing that does not fit is shown beside it."""
    answer = _asked(library, HIP, chosen=chosen)
    assert outcome is answer.outcome
    assert ["choices-none-fit"] == [one.id for one in answer.notices]
    assert [] == _ids(answer)


def test_what_is_not_covered_stays_so(library: Library) -> None:
    """A question that has no answer anyway ends as it does without choices."""
    answer = _asked(library, "does it help migraines?", chosen=Choices(year_from=2015))
    assert ["not-covered-condition", "collection-covers"] == [one.id for one in answer.notices]


# --- wrong


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (Choices(without=("hip-osteoarthrits",)), "did you mean hip-osteoarthritis"),
        (Choices(conditions=("acupuncture",)), "is no condition that we know"),
        (Choices(treatments=("sciatica",)), "is no treatment that we know"),
        (Choices(conditions=("sciatca",)), "did you mean sciatica"),
        (Choices(without=("¿",)), "wanted the id of one"),
    ],
)
def test_unknown_ids_are_refused(chosen: Choices, said: str, library: Library) -> None:
    """What names nothing is an error that tells the nearest names."""
    with pytest.raises(ChoiceError, match=said):
        _asked(library, HIP, chosen=chosen)


def test_years_in_the_wrong_order_are_refused(library: Library) -> None:
    """From 2020 to 2015 is a slip, not a filter that lets nothing through."""
    with pytest.raises(YearsError, match="from 2020 to 2015; wanted the earlier one first"):
        _asked(library, HIP, chosen=Choices(year_from=2020, year_to=2015))


@pytest.mark.parametrize(
    "chosen",
    [
        Choices(without=("back-pain", "pain")),
        Choices(conditions=("nonsense",)),
        Choices(year_from=2020, year_to=2015),
        Choices(year_from=2023),
    ],
)
def test_alarm_cannot_be_chosen_away(chosen: Choices, library: Library) -> None:
    """Whatever is chosen, right or wrong, an urgent question gets the very answer that it gets without."""
    assert _asked(library, URGENT) == _asked(library, URGENT, chosen=chosen)


def test_personal_question_stays_one(library: Library) -> None:
    """The practitioner's wording comes first, and only studies that fit stand behind it."""
    question = "should I stop my warfarin before acupuncture for my knee?"
    without = Choices(without=("acupuncture", "knee-pain"), year_from=2019)
    answer = _asked(library, question, chosen=without)
    assert Outcome.ASK_PRACTITIONER is answer.outcome
    assert _asked(library, question).notices == answer.notices


# --- laws


def _has(studied: tuple[str, ...], chosen: tuple[str, ...]) -> bool:
    wanted = {each for one in chosen for each in (one, *VOCABULARY.below(one))}
    return not chosen or bool(wanted & set(studied))


def _fits(study: Study, chosen: Choices) -> bool:
    year = study.year or 0
    return (
        _has(study.conditions, chosen.conditions)
        and _has(study.treatments, chosen.treatments)
        and (not chosen.designs or study.design in chosen.designs)
        and (chosen.year_from or 0) <= year <= (chosen.year_to or 9999)
    )


@given(questions, histories, choices())
@example(HIP, [], Choices(conditions=("sciatica",)))
@example(_SAID[10], [], Choices(year_from=2019))
def test_choices_are_kept_to(
    library: Library, question: str, history: list[str], chosen: Choices
) -> None:
    """Whatever is asked and chosen: no study that does not fit, none without its limits, and nothing left out."""
    answer = _asked(library, question, *history, chosen=chosen)
    for finding in _shown(answer):
        assert _fits(finding.study, chosen), finding.study.id
        limits = {one.start for one in read(finding.study, VOCABULARY) if Role.CAVEAT in one.roles}
        told = bool(limits & {quote.start for quote in finding.quotes})
        assert told is not (Flag.NO_CAVEAT_STATED in finding.flags)
    understood = answer.understood
    said = (
        *understood.conditions,
        *understood.treatments,
        *understood.comparators,
        *understood.outcomes,
        *understood.filters,
    )
    assert set() == set(said) & set(chosen.without) - {*chosen.conditions, *chosen.treatments}
    assert (answer.outcome is Outcome.ANSWERED) is bool(answer.findings)


@given(questions, histories)
def test_no_choices_change_nothing(library: Library, question: str, history: list[str]) -> None:
    """Without choices the answer is, byte for byte, the one of a desk that knows none."""
    plain = ask(question, library, history, day=DAY)
    assert answer_line(plain) == answer_line(_asked(library, question, *history))
    assert "choices" not in answer_object(plain)


@given(questions, histories)
def test_everything_can_be_left_out(library: Library, question: str, history: list[str]) -> None:
    """All that was understood left out, there is still an answer, and it understood nothing more than before."""
    said = _asked(library, question, *history).understood
    ids = (*said.conditions, *said.treatments, *said.comparators, *said.outcomes, *said.filters)
    answer = _asked(library, question, *history, chosen=Choices(without=ids))
    left = answer.understood
    assert () == (*left.conditions, *left.treatments, *left.comparators, *left.outcomes)
    assert {} == left.filters


@given(st.sampled_from([URGENT, "chest pain spreading down my arm"]), histories, choices())
def test_urgent_stays_urgent(
    library: Library, question: str, history: list[str], chosen: Choices
) -> None:
    """No choice makes an emergency anything else."""
    answer = _asked(library, question, *history, chosen=chosen)
    assert Outcome.URGENT is answer.outcome
    assert NO_CHOICES == answer.choices
    assert [] == _shown(answer)


@pytest.mark.parametrize(
    "chosen",
    [
        Choices(without=("pain", "year"), conditions=("osteoarthritis",)),
        Choices(treatments=("acupuncture",), designs=(Design.SYSTEMATIC_REVIEW,), year_to=2018),
    ],
)
def test_same_choices_give_the_same_answer(library: Library, chosen: Choices) -> None:
    """Equal choices, equal bytes; and the answer names the choices, so that it can be asked for again."""
    line = answer_line(_asked(library, HIP, chosen=chosen))
    again = Choices.read(json.loads(line).get("choices", {}))
    assert chosen == again
    assert line == answer_line(_asked(library, HIP, chosen=again))


def test_text_names_the_choices(library: Library) -> None:
    """The text for the shell and for copying says what was left out and what was chosen."""
    chosen = Choices(without=("acupuncture", "year_to"), conditions=("hip-osteoarthritis",))
    said = text(
        _asked(library, HIP, chosen=replace(chosen, year_from=2015)), library.catalogue.vocabulary
    )
    assert "Left out: acupuncture, the last year\n" in said
    assert "You chose: hip osteoarthritis, studies from 2015 or later\n" in said


# --- what can be chosen


def test_filters_are_what_the_collection_has(catalogue: Catalogue) -> None:
    """Conditions and treatments of the studies, with how many have them, kinds of a condition counted in."""
    found = filters(catalogue)
    conditions = {one.id: one.studies.value for one in found.conditions}
    assert 2 == conditions["sciatica"]
    assert 4 == conditions["osteoarthritis"]  # one on all of it, two on the knee, one on the hip
    assert "migraine" not in conditions
    assert 1 == {one.id: one.studies.value for one in found.treatments}["cupping"]
    assert ["systematic-review", "overview-of-reviews", "randomised-trial"] == [
        one.id for one in found.designs
    ]
    assert found.years is not None
    assert (2011, 2021) == tuple(one.value for one in found.years)
