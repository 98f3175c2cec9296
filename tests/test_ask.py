"""Questions to the shipped collection, with the answers that a reader of the page expects."""

from __future__ import annotations

from pathlib import Path

from corpus.catalogue import load_catalogue
from corpus.study import Section, Study, Voice
from index.build import ensure
from index.encoder import Encoder
from index.library import Library
from qa.answer import Answer, Flag, Outcome, QuoteRole
from qa.pipeline import Desk, ask
from qa.probes import rehearsal
from tests.small_collection import small_collection


def titles(answer: Answer) -> list[str]:
    """The titles of the studies found, shortened to be read here."""
    return [finding.study.title[:40] for finding in answer.findings]


def test_hip_arthritis_shows_both_comparisons_in_the_first_card(library: Library) -> None:
    """The add-on benefit and the null result against sham stand together, each with its comparator."""
    answer = ask("what does the research say about acupuncture for hip arthritis?", library)
    first = answer.findings[0]
    beside = {quote.text: quote.comparators for quote in first.quotes}
    assert "Acupuncture for hip osteoarthritis" == first.study.title
    routine = next(text for text in beside if "compared to routine primary physician care" in text)
    sham = next(text for text in beside if "probably has little or no effect" in text)
    assert "may improve pain and function" in routine
    assert ("usual-care",) == beside[routine]
    assert ("sham-acupuncture",) == beside[sham]


def test_sciatica_is_answered_by_its_two_reviews(library: Library) -> None:
    """Ji and Qin, near-identical titles of one year and journal, are two findings and nothing else is."""
    answer = ask("does acupuncture help sciatica?", library)
    assert Outcome.ANSWERED is answer.outcome
    assert {"ji-2015-sciatica", "qin-2015-sciatica"} == {one.study.id for one in answer.findings}


def test_migraine_is_not_answered_with_back_pain(library: Library) -> None:
    """A condition that no study is about ends as not covered and shows no study."""
    answer = ask("does acupuncture help migraines?", library)
    assert Outcome.NOT_IN_COLLECTION is answer.outcome
    assert () == answer.findings
    assert "This collection has no study on migraine." == answer.notices[0].text


def test_a_covered_condition_with_an_uncovered_treatment(library: Library) -> None:
    """Steroid injections for sciatica are not answered with acupuncture studies; those stand apart."""
    answer = ask("do steroid injections help sciatica?", library)
    assert Outcome.NOT_IN_COLLECTION is answer.outcome
    assert () == answer.findings
    assert {"ji-2015-sciatica", "qin-2015-sciatica"} == {one.study.id for one in answer.related}


def test_a_half_covered_question_names_the_other_half(library: Library) -> None:
    """Sciatica is answered, migraine is said to be missing."""
    answer = ask("acupuncture for sciatica and migraine", library)
    assert Outcome.ANSWERED is answer.outcome
    assert ["part-not-covered"] == [one.id for one in answer.notices]
    assert "migraine" in answer.notices[0].text


def test_an_outcome_no_study_reports(library: Library) -> None:
    """No sciatica study speaks of sleep, and the answer says so."""
    answer = ask("does acupuncture improve sleep in people with sciatica?", library)
    assert Outcome.NOT_REPORTED is answer.outcome


def test_a_number_is_answered_with_the_sentence_that_has_it(library: Library) -> None:
    """Asked how many people, the lead is the sentence with the number."""
    answer = ask("how many people took part in the sciatica studies?", library)
    assert (
        "A total of 12 studies (involving 1842 participants) were included."
        == answer.findings[0].quotes[0].text
    )


def test_a_lone_note_is_flagged_and_never_ahead_of_a_summary(library: Library) -> None:
    """Cox's note is shown last and says that only a note is known."""
    answer = ask("acupuncture for heel pain", library)
    assert ["zhang-2011-plantar-fasciitis", "cox-2016-extremities"] == [
        one.study.id for one in answer.findings
    ]
    assert Flag.NOTE_ONLY in answer.findings[1].flags


def test_the_stronger_note_stands_beside_the_contrast(library: Library) -> None:
    """Asked for blood circulation, which only the clinic's note claims, the summary leads all the same."""
    answer = ask("does acupuncture improve blood circulation in lumbar disc herniation?", library)
    for finding in answer.findings:
        assert "blood circulation" not in finding.quotes[0].text


def test_withheld_notes_are_not_shown(library: Library) -> None:
    """With `withhold_flagged` a note that says more than its summary is nowhere."""
    answer = ask("acupuncture for heel pain", library, desk=Desk(withhold_flagged=True))
    assert ["zhang-2011-plantar-fasciitis"] == [one.study.id for one in answer.findings]


def test_causes_are_answered_from_the_page(library: Library) -> None:
    """The page's own introduction answers what causes back pain, as itself and not as a study."""
    answer = ask("what causes back pain?", library)
    assert ["page"] == [one.study.id for one in answer.findings]
    assert (
        "Back troubles commonly occur because of poor posture, improper lifting, over-exertion and bad habits "
        "which develop over a long period of time." == answer.findings[0].quotes[0].text
    )


def test_the_false_ten_year_claim_is_never_quoted(library: Library) -> None:
    """The page's sentence on "the last 10 years" is false and appears in no answer."""
    for question in ("how recent are the papers?", "what is in your references", "last 10 years"):
        answer = ask(question, library)
        said = [quote.text for one in (*answer.findings, *answer.related) for quote in one.quotes]
        assert not any("within the last 10 years" in text for text in said)


def test_a_later_question_keeps_the_topic(library: Library) -> None:
    """ "And the knee?" after hip osteoarthritis asks about knee osteoarthritis."""
    answer = ask("and the knee?", library, ["acupuncture for hip osteoarthritis"])
    assert ("knee-osteoarthritis",) == answer.understood.conditions
    assert {"wang-2020-knee-oa", "li-2019-knee-oa"} == {one.study.id for one in answer.findings[:2]}


def test_few_quotes_and_no_dump(library: Library) -> None:
    """A finding shows four sentences at the most, the lead first."""
    for question in ("acupuncture for hip arthritis", "sciatica", "knee pain", "back pain"):
        for finding in ask(question, library).findings:
            assert 1 <= len(finding.quotes) <= 4
            assert QuoteRole.CONTRAST is not finding.quotes[0].role


def test_what_is_too_long_is_refused_with_the_limit(library: Library) -> None:
    """A question over the limit is refused with what was found and what can be taken."""
    answer = ask("does it help " + "x" * 488, library)
    assert Outcome.NO_QUESTION is answer.outcome
    assert (
        "Your question has 501 characters. We can take 500 at most. Please ask in fewer words."
        == answer.notices[0].text
    )


def test_a_long_story_with_a_red_flag_still_alarms(library: Library) -> None:
    """Length does not hide an emergency."""
    story = "My neighbour told me about your clinic and I have been meaning to ask. " * 8
    answer = ask(
        story + "Since this morning I have crushing chest pain and my left arm is numb.", library
    )
    assert Outcome.URGENT is answer.outcome


def test_a_long_talk_counts_only_its_latest_turns(library: Library) -> None:
    """Any number of earlier questions is taken, whatever their length."""
    history = ["sciatica"] * 30 + ["y" * 600, "acupuncture for hip osteoarthritis"]
    answer = ask("is it safe?", library, history)
    assert ("hip-osteoarthritis",) == answer.understood.conditions


def test_a_collection_without_studies_says_so(tmp_path: Path, encoder: Encoder) -> None:
    """Before the first record is approved each question is answered plainly, and none fails."""
    (tmp_path / "new" / "studies").mkdir(parents=True)
    library = ensure(load_catalogue(tmp_path / "new"), tmp_path / "indexes", encoder)
    for question in ("does acupuncture help my knee?", "does it help?"):
        answer = ask(question, library)
        assert "It has no studies yet." in [one.text for one in answer.notices], question
        assert () == answer.findings


def test_a_collection_that_covers_no_condition_says_none(tmp_path: Path, encoder: Encoder) -> None:
    """Records whose studies name no condition can be asked, and so be served; nothing is listed as covered."""
    catalogue = small_collection(
        tmp_path / "small",
        studies=[Study("a", "A", (Section("Summary", Voice.SUMMARY, "It helped."),))],
    )
    library = ensure(catalogue, tmp_path / "indexes", encoder)
    answer = ask(rehearsal(catalogue), library)
    assert Outcome.NO_QUESTION is answer.outcome
    assert ["no-question"] == [one.id for one in answer.notices]
