"""Reviewing records: what may be decided, what stays as it is, and for how long an approval holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.drafting import proposals
from corpus.errors import ReviewError
from corpus.mending import mended
from corpus.numbers_told import participants_told, trials_told
from corpus.reading import propose, read, read_all
from corpus.records import read_json, write_json
from corpus.repairing import raw_section
from corpus.review_days import State, state
from corpus.reviewing import MOST_MONTHS, approved, edited, last_day, marked, place_of, returned
from corpus.standing import Standing, standing
from corpus.study import (
    Design,
    Notice,
    NoticeKind,
    Review,
    Role,
    Section,
    Study,
    Voice,
)
from corpus.vocabulary import shipped_vocabulary
from qa.answer import Quote, QuoteRole

DAY = date(2026, 11, 25)
WORDS = shipped_vocabulary()
TEXT = (
    "A total of 84 adults with sciatica were randomly assigned to acupuncture or sham acupuncture. "
    "Pain was significantly reduced in the acupuncture group. "
    "However, the trial was small. Costs were not looked at."
)
STUDY = Study(
    "needles",
    "Acupuncture for sciatica: a randomised trial",
    (Section("Abstract", Voice.SUMMARY, TEXT),),
    source={"file": "corpus.jsonl, line 1"},
)
FINDING, LIMIT = "Abstract:2", "Abstract:3"
WITHHELD = frozenset({Role.WITHHELD})


def _approved(study: Study = STUDY, *, months: int = 12) -> Study:
    return approved(study, WORDS, by="Dr Ada Hill", on=DAY, months=months)


def _marked(study: Study, named: str, *roles: Role) -> Study:
    return marked(study, WORDS, {place_of(study, WORDS, named): frozenset(roles)})


# --- drafting


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("A total of 120 patients were randomised to needles (n = 60) or sham (n = 60).", 120),
        ("Sixty-two women were randomly allocated to two groups.", 62),
        ("Patients were randomised to needles (n=30) or sham (n=31).", None),
        ("Participants (N = 120) received needles.", 120),
        ("Topics were found in posts (n = 300,360).", None),
        ("We divided them into two: the first (n = 50) and women of the second (n = 50).", None),
        ("Grade 11 or 12 students (N = 51) registered.", 51),
        ("Sixty cases have been reported in the world.", None),
        ("Forty-one women from the sham acupuncture group were asked again.", None),
        ("50% of patients improved.", None),
        ("We enrolled one hundred and twenty chronic low back pain patients.", 120),
        ("65 year old patients were treated.", None),
        (
            "Sixty patients in the acupuncture group improved and 58 patients in the sham group.",
            None,
        ),
        ("12 trials involving 1,834 patients were included.", 1834),
        ("12 trials involving 1 834 patients were included.", 1834),
        ("12 trials with 1.834 patients were included.", None),
        ("Of 150 patients recruited, 120 patients were randomised.", 120),
        ("Twelve patients dropped out.", None),
        ("Forty women were randomised. Thirty women completed the trial.", 40),
    ],
)
def test_how_many_took_part(text: str, people: int | None) -> None:
    """The number of all who took part is proposed, never that of a group, a share or those who left."""
    told = participants_told([f"{one}." for one in text.rstrip(".").split(". ")])
    assert people == (told.value if told else None)


@pytest.mark.parametrize(
    ("text", "trials"),
    [
        ("Twenty-four randomized controlled trials (RCTs) met the criteria.", 24),
        ("Of 350 studies, 12 randomised trials were included.", 12),
        ("Five studies were of low quality, two trials were good.", None),
    ],
)
def test_how_many_trials(text: str, trials: int | None) -> None:
    """The number of trials that a review includes is proposed, and none where it is not said."""
    told = trials_told([text])
    assert trials == (told.value if told else None)


def test_each_proposal_stands_beside_its_words() -> None:
    """The condition is in the title; the number of people is in the first sentence, word for word."""
    found = {(one.field, one.value): one for one in proposals(STUDY, WORDS)}
    assert {"sciatica"} == {value for field, value in found if field == "conditions"}
    assert found["conditions", "sciatica"].section is None
    people = found["participants", 84]
    assert "Abstract" == people.section
    assert TEXT[people.start : people.end].startswith("A total of 84 adults")
    assert ("design", "randomised-trial") in found


def test_what_a_library_says_of_the_paper_comes_first() -> None:
    """A publication type outweighs the title, and a subject heading names a condition that the text does not."""
    known = replace(
        STUDY, source={"publication types": ["Meta-Analysis"], "mesh": ["Osteoarthritis, Knee"]}
    )
    assert Design.SYSTEMATIC_REVIEW is propose(known, WORDS).design
    assert "knee-osteoarthritis" in propose(known, WORDS).conditions


# --- approving


def test_an_approval_says_who_when_and_until_when() -> None:
    """Name, day and last day are in the record, and what was proposed is written out with its sources."""
    study = _approved()
    assert Review.APPROVED is study.review
    assert study.approval is not None
    assert ("Dr Ada Hill", DAY, date(2027, 11, 25)) == (
        study.approval.by,
        study.approval.on,
        study.approval.until,
    )
    assert (("sciatica",), Design.RANDOMISED_TRIAL, 84) == (
        study.conditions,
        study.design,
        study.participants,
    )
    assert "Abstract, sentence 1" in {one.source for one in study.facts}
    assert study.marks


def test_what_was_approved_no_longer_changes_with_the_cues() -> None:
    """Roles, conditions and outcomes of the marked sentences are read from the record alone."""
    study = _approved()
    before = [one for one in read_all(propose(STUDY, WORDS), WORDS) if one.roles]
    after = [one for one in read_all(study, WORDS) if one.roles]
    assert [(one.text, one.roles, one.conditions, one.outcomes) for one in before] == [
        (one.text, one.roles, one.conditions, one.outcomes) for one in after
    ]


@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cc", "Cs"]),
        min_size=1,
    ).filter(lambda one: any(letter.isalpha() for letter in one))
)
def test_approving_and_returning_keep_every_letter(text: str) -> None:
    """No review changes the text, and a record that was approved reads back as it was written."""
    study = replace(STUDY, sections=(Section("Abstract", Voice.SUMMARY, text),))
    new = _approved(study)
    assert text == new.section("Abstract")
    assert new == read_json(write_json(new), "record", 1, WORDS)
    back = returned(new)
    assert (Review.DRAFT, None) == (back.review, back.approval)
    assert new == _approved(back)


@given(on=st.dates(date(2020, 1, 1), date(2090, 1, 1)), months=st.integers(1, MOST_MONTHS))
def test_an_approval_holds_on_its_last_day_and_not_on_the_next(on: date, months: int) -> None:
    """A record is shown until the end of its last day, and is over on the day after."""
    study = approved(STUDY, WORDS, by="Ada", on=on, months=months)
    last = last_day(on, months)
    assert Standing.SHOWN is standing(study, last)
    assert State.DUE is state(study, last)
    assert State.EXPIRED is state(study, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("study", "by", "months", "kind"),
    [
        (STUDY, "  ", 12, "name"),
        (STUDY, "Ada", 0, "months"),
        (STUDY, "Ada", MOST_MONTHS + 1, "months"),
        (replace(STUDY, sections=()), "Ada", 12, "empty"),
        (replace(STUDY, id="page"), "Ada", 12, "page"),
        (replace(STUDY, notices=(Notice(NoticeKind.RETRACTED, "RIN"),)), "Ada", 12, "retracted"),
    ],
)
def test_what_cannot_be_approved(study: Study, by: str, months: int, kind: str) -> None:
    """No name, no or too long a time, nothing to show, no study, or a retracted paper: each is refused."""
    with pytest.raises(ReviewError) as refused:
        approved(study, WORDS, by=by, on=DAY, months=months)
    assert kind == refused.value.kind


# --- deciding


def test_a_decision_is_recorded_and_must_be_approved_anew() -> None:
    """A changed field names who decided it and when; the record is a draft until somebody approves it."""
    study = edited(_approved(), WORDS, {"participants": 80}, by="Bo", on=DAY)
    assert (Review.DRAFT, None, 80) == (study.review, study.approval, study.participants)
    assert [("review", "Bo, 2026-11-25")] == [
        (one.mark, one.source) for one in study.facts if one.field == "participants"
    ]


def test_what_a_person_emptied_is_not_proposed_again() -> None:
    """Approving fills in nothing that a person took out."""
    study = edited(STUDY, WORDS, {"participants": None, "outcomes": ()}, by="Bo", on=DAY)
    assert (None, ()) == (_approved(study).participants, _approved(study).outcomes)


def test_an_unknown_concept_is_refused() -> None:
    """Only concepts of the vocabulary can be decided on, each of its own kind."""
    for values in ({"conditions": ("sciatika",)}, {"treatments": ("sciatica",)}, {"trials": -1}):
        with pytest.raises(ReviewError):
            edited(STUDY, WORDS, values, by="Bo", on=DAY)


def test_approving_alone_leaves_proposed_facets_proposals() -> None:
    """Only a decision on conditions or treatments lets facets decide what a study speaks to."""
    assert _approved().only_proposed
    decided = edited(STUDY, WORDS, {"conditions": ("low-back-pain",)}, by="Bo", on=DAY)
    assert not _approved(decided).only_proposed


# --- sentences


def test_marking_back_gives_the_record_back() -> None:
    """A sentence that is marked otherwise and back is as it was."""
    study = returned(_approved())
    once = _marked(study, "Abstract:4", Role.CAVEAT)
    assert "Costs were not looked at." in {
        one.text for one in read(once, WORDS) if Role.CAVEAT in one.roles
    }
    again = _marked(once, "Abstract:4")
    roles = {one.text: one.roles for one in read(again, WORDS)}
    assert {one.text: one.roles for one in read(study, WORDS)} == roles


def test_a_withheld_sentence_cannot_be_quoted() -> None:
    """It is not read, not searched, and no quote can be made of it; the approval stands, and it can be shown again."""
    study = _marked(_approved(), "Abstract:4", Role.WITHHELD)
    assert study.approval is not None
    place = place_of(study, WORDS, "Abstract:Costs")
    assert "Costs were not looked at." not in {one.text for one in read(study, WORDS)}
    assert "Costs" not in study.shown_text("Abstract")
    with pytest.raises(ValueError, match="withheld"):
        Quote(study, *place, QuoteRole.DETAIL)
    shown = marked(study, WORDS, {place: None})
    assert "Costs were not looked at." in {one.text for one in read(shown, WORDS)}
    assert Review.DRAFT is shown.review


def test_the_last_limit_stays_as_long_as_a_finding_is_shown() -> None:
    """All that limits a finding cannot be withheld, unless the finding goes with it."""
    study = _approved()
    assert Role.FINDING in _roles(study, FINDING)
    assert Role.CAVEAT in _roles(study, LIMIT)
    with pytest.raises(ReviewError) as refused:
        _marked(study, LIMIT, Role.WITHHELD)
    assert "limits" == refused.value.kind
    both = {place_of(study, WORDS, one): WITHHELD for one in (FINDING, LIMIT)}
    assert 2 == len(marked(study, WORDS, both).withheld)


def _roles(study: Study, named: str) -> frozenset[Role]:
    place = place_of(study, WORDS, named)
    return next(
        one.roles for one in read_all(study, WORDS) if (one.section, one.start, one.end) == place
    )


@pytest.mark.parametrize("named", ["Abstract:0", "Abstract:5", "Summary:1", "Abstract:Nowhere", ""])
def test_a_sentence_must_be_named_beyond_doubt(named: str) -> None:
    """A number or words that no sentence has are refused."""
    with pytest.raises(ReviewError):
        place_of(STUDY, WORDS, named)


# --- mending


def test_a_mend_is_recorded_and_can_be_undone() -> None:
    """The text has the new words, the record what stood there, and undoing it gives the old text."""
    study = mended(_approved(), "Abstract", "However,", "However", "a stray comma")
    assert "However the trial" in study.section("Abstract")
    assert TEXT == raw_section(study, "Abstract")
    twice = mended(study, "Abstract", "adults", "grown-ups", "no")
    assert TEXT == raw_section(twice, "Abstract")
    assert twice == read_json(write_json(twice), "record", 1, WORDS)
    assert Review.DRAFT is study.review


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("84", "48"),
        ("Costs were not", "Costs were"),
        ("nowhere", "x"),
        ("a", "b"),
        (TEXT, "x"),
        ("", "x"),
    ],
)
def test_a_mend_never_changes_what_is_said(old: str, new: str) -> None:
    """Numbers, denials, long stretches and words that stand nowhere or often cannot be mended."""
    with pytest.raises(ReviewError):
        mended(STUDY, "Abstract", old, new, "why")


def test_a_place_is_mended_once() -> None:
    """What was mended before is left as it is."""
    study = mended(STUDY, "Abstract", "However,", "But", "no")
    with pytest.raises(ReviewError):
        mended(study, "Abstract", "But the", "Yet the", "no")
