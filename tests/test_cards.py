"""The cards of an answer: parted by comparator, in balance, and open to the whole study."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.reading import read
from corpus.sentences import sentence_spans
from corpus.study import Direction, Role, Voice
from corpus.vocabulary import Vocabulary
from index.library import Library
from qa.answer import Answer, Finding, Outcome
from qa.comparison import FIRST, Against, against, grouped
from qa.evidence import is_open
from qa.examples import offers
from qa.page_html import answer_html
from qa.page_markup import element
from qa.pipeline import Desk, ask
from tests.made_answers import answer, hip, note_only, osteoarthritis
from tests.page_tree import Node, tree
from tests.test_laws import questions

DAY = date(2026, 11, 22)
BACK = "Does acupuncture help with low back pain?"
KNEE = "Does acupuncture help with chronic knee pain?"
LONGEST = 60_000  # characters of markup that six studies may take, folded parts and all


def _turn(one: Answer, vocabulary: Vocabulary) -> Node:
    return tree(answer_html(one, vocabulary, anchor="turn-1").markup).one("article")


def _against(catalogue: Catalogue, comparator: str | None, direction: Direction | None) -> Finding:
    """The hip review with one quote, compared with this and pointing there."""
    found = hip(catalogue)
    compared = (comparator,) if comparator else ()
    lead = replace(found.quotes[0], comparators=compared, direction=direction)
    return replace(found, quotes=(lead,), comparator=None)


# --- parted by what was compared with


@pytest.mark.parametrize(
    ("comparator", "its"),
    [
        ("sham-acupuncture", Against.SHAM),
        ("no-treatment", Against.NO_TREATMENT),
        ("usual-care", Against.NO_TREATMENT),
        ("western-medicine", Against.DRUG),
        ("nsaid", Against.DRUG),
        ("ibuprofen", Against.DRUG),
        ("mannitol-dexamethasone", Against.DRUG),
        ("lumbar-traction", Against.THERAPY),
        ("tuina", Against.THERAPY),
        ("fugui-gutong", Against.THERAPY),
        ("acupuncture", Against.THERAPY),
        ("standardised-acupuncture", Against.THERAPY),
        ("other-acupuncture-point", Against.THERAPY),
        ("conventional-therapy", Against.THERAPY),
        ("control-group", Against.UNNAMED),
        (None, Against.UNNAMED),
    ],
)
def test_finding_has_the_class_of_its_comparator(
    comparator: str | None, its: Against, catalogue: Catalogue
) -> None:
    """Sham, nothing, a drug and another therapy are kept apart; a mere "control group" names nothing."""
    assert its is against(_against(catalogue, comparator, None), catalogue.vocabulary)


def test_lead_decides_the_class(catalogue: Catalogue) -> None:
    """A study that speaks of several comparators stands with its first quote's first; else with the study's own."""
    vocabulary = catalogue.vocabulary
    found = hip(catalogue)
    assert Against.SHAM is against(found, vocabulary)
    turned = replace(found, quotes=(found.quotes[1], found.quotes[0]))
    assert Against.NO_TREATMENT is against(turned, vocabulary)
    bare = replace(_against(catalogue, None, None), comparator="nsaid")
    assert Against.DRUG is against(bare, vocabulary)


_FINDINGS = st.lists(
    st.tuples(
        st.sampled_from(["sham-acupuncture", "usual-care", "nsaid", "tuina", None]),
        st.sampled_from([Direction.BETTER, Direction.NO_DIFFERENCE, Direction.MIXED, None]),
    ),
    max_size=6,
)


def _keeps_balance(findings: tuple[Finding, ...], vocabulary: Vocabulary) -> None:
    """Law 4 on the page: an open finding among the first stays among the first cards, or in the first group."""
    groups = grouped(findings, vocabulary)
    shown = [one for group in groups for one in group.findings]
    assert sorted(map(id, findings)) == sorted(map(id, shown))
    for group in groups:
        places = [
            next(at for at, one in enumerate(findings) if one is its) for its in group.findings
        ]
        assert places == sorted(places)
        assert {group.against} == {against(one, vocabulary) for one in group.findings}
    assert len(groups) == len({group.against for group in groups})
    if any(map(is_open, findings[:FIRST])):
        assert any(map(is_open, [*groups[0].findings, *shown[:FIRST]]))


@given(made=_FINDINGS)
@example(made=[("nsaid", None), ("usual-care", Direction.MIXED), ("nsaid", None), ("nsaid", None)])
def test_groups_keep_the_balance(
    made: list[tuple[str | None, Direction | None]], catalogue: Catalogue
) -> None:
    """Whatever is found, each finding stands once, in its order, and balance is not lost below a long group."""
    findings = tuple(_against(catalogue, *one) for one in made)
    _keeps_balance(findings, catalogue.vocabulary)


def test_open_finding_is_not_pushed_down(catalogue: Catalogue) -> None:
    """Three studies against a drug do not come before the second best, which found no difference to usual care."""
    made = [
        _against(catalogue, "nsaid", Direction.BETTER),
        _against(catalogue, "usual-care", Direction.NO_DIFFERENCE),
        _against(catalogue, "nsaid", Direction.BETTER),
        _against(catalogue, "ibuprofen", Direction.BETTER),
    ]
    assert [Against.NO_TREATMENT, Against.DRUG] == [
        one.against for one in grouped(made, catalogue.vocabulary)
    ]
    assert [Against.DRUG, Against.NO_TREATMENT] == [
        one.against for one in grouped(made[:3], catalogue.vocabulary)
    ]


def test_groups_have_headings_and_a_line_to_reach_them(library: Library) -> None:
    """Above the first card stand links to each group; each group's heading comes before its cards."""
    turn = _turn(ask(BACK, library, day=DAY), library.catalogue.vocabulary)
    groups = turn.all("section", within="group-of-cards")
    headings = [one.one("h4") for one in groups]
    assert [
        "No clear comparison named",
        "Compared with sham acupuncture",
        "Compared with no treatment or usual care",
        "Compared with another therapy",
    ] == [one.text for one in headings]
    links = turn.one(within="jump").all("a")
    assert [one.text for one in headings] == [one.text for one in links]
    assert [f"#{one.attributes['id']}" for one in headings] == [
        one.attributes["href"] for one in links
    ]
    assert [2, 1, 1, 1] == [len(one.all(within="card")) for one in groups]


def test_one_group_needs_no_heading(catalogue: Catalogue) -> None:
    """Where all studies compare with the same, or one study answers, nothing is grouped."""
    made = [_against(catalogue, "nsaid", None), _against(catalogue, "ibuprofen", None)]
    for findings in (made, made[:1]):
        turn = _turn(
            answer(catalogue, "x", Outcome.ANSWERED, findings=findings), catalogue.vocabulary
        )
        assert [] == turn.all(within="group-of-cards") + turn.all(within="jump")
        assert len(findings) == len(turn.all("h4"))


# --- the whole study


def _sections(details: Node) -> list[str]:
    """The sentences as shown, a list for each voice."""
    return [
        " ".join(one.text for one in box.all("span") if one.classes != ["unseen"])
        for box in details.all("blockquote")
    ]


def _whole_studies_word_for_word(answered: Answer, turn: Node, vocabulary: Vocabulary) -> None:
    """Unfolded, each sentence of a study stands once and in order, and the quoted ones are marked."""
    findings = [one for group in grouped(answered.findings, vocabulary) for one in group.findings]
    cards = turn.all(within="card")
    for finding, card in zip([*findings, *answered.related], cards, strict=True):
        stored = [
            section.text[start:end]
            for section in finding.study.sections
            for start, end in sentence_spans(section.text)
        ]
        quoted = {one.text for one in finding.quotes}
        whole = card.all(within="whole-study")
        if finding.study.is_page or not whole:
            assert finding.study.is_page or set(stored) <= quoted
            continue
        assert " ".join(stored) == " ".join(_sections(whole[0]))
        marks = [one.all("span") for one in whole[0].all("mark")]
        assert quoted == {text.text for _, text in marks}
        assert all("Quoted above:" == heard.text for heard, _ in marks)
        flags = [one.text for one in whole[0].all(within="flag")]
        assert any(Role.OVERCLAIM in one.roles for one in finding.sentences) is bool(flags)
        assert all("more than the study" in one for one in flags)


def _levels_are_not_skipped(turn: Node) -> None:
    """Below the question's h2 each heading is at most one level deeper than the one before."""
    levels = [int(one.name[1]) for one in turn.all() if re.fullmatch("h[1-6]", one.name)]
    assert 2 == levels[0]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@given(asked=questions)
@example(asked=BACK)
@example(asked=KNEE)
@example(asked="is acupuncture safe?")
@example(asked="acupuncture for hip osteoarthritis")
@example(asked="acupressure for low back pain")
@example(asked="does acupuncture help with a slipped disc?")
@example(asked="does surgery help my knee arthritis?")
def test_real_answers_are_balanced_whole_and_in_order(asked: str, library: Library) -> None:
    """Law 4 holds on the page; studies unfold word for word, stronger notes below their flag; headings nest."""
    answered = ask(asked, library, day=DAY)
    vocabulary = library.catalogue.vocabulary
    turn = _turn(answered, vocabulary)
    _keeps_balance(answered.findings, vocabulary)
    _whole_studies_word_for_word(answered, turn, vocabulary)
    _levels_are_not_skipped(turn)
    assert "within the last 10 years" not in turn.text


def test_voices_are_told_apart(catalogue: Catalogue) -> None:
    """Headline and summary are the study's; the note is the clinic's."""
    one = answer(catalogue, "x", Outcome.ANSWERED, findings=[hip(catalogue)])
    whole = _turn(one, catalogue.vocabulary).one(within="whole-study")
    assert ["From the summary of the study", "From the clinic's note on the study"] == [
        voice.text for voice in whole.all(within="voice")
    ]
    summary, note = whole.all("blockquote")
    assert summary.text.startswith(("In people with hip", "Quoted above: In people with hip"))
    assert 2 == len(summary.all("p"))  # the headline and the summary's one paragraph
    assert "confidence intervals" in note.text


@given(asked=questions)
@example(asked=BACK)
@example(asked="acupressure for low back pain")
@example(asked="does acupuncture help with a slipped disc?")
def test_withheld_notes_stay_away(asked: str, library: Library) -> None:
    """Where the operator leaves out stronger notes, none stands in the whole study either, and the page says so."""
    answered = ask(asked, library, day=DAY, desk=Desk(withhold_flagged=True))
    text = _turn(answered, library.catalogue.vocabulary).text
    for finding in (*answered.findings, *answered.related):
        if finding.study.is_page:
            continue
        sentences = read(finding.study, library.catalogue.vocabulary)
        summary = {one.text for one in sentences if one.voice is Voice.SUMMARY}
        for one in sentences:
            if Role.OVERCLAIM in one.roles and one.text not in summary:
                assert one.text not in text
        left_out = any(Role.OVERCLAIM in one.roles for one in sentences)
        alone = answer(library.catalogue, "x", Outcome.ANSWERED, findings=[finding])
        card = _turn(alone, library.catalogue.vocabulary).one(within="card")
        if card.all(within="whole-study"):
            assert left_out is ("We have left out a note by the clinic" in card.text)


def test_nothing_unfolds_where_all_is_quoted(catalogue: Catalogue) -> None:
    """A study whose every sentence stands on the card has nothing more to show."""
    study = catalogue.study("moura-2018-cupping")
    found = note_only(catalogue)
    lead = replace(found.quotes[0], study=study, start=0, end=len(study.section("Clinic note")))
    sentences = read(study, catalogue.vocabulary)
    one = replace(found, study=study, quotes=(lead,), sentences=sentences)
    turn = _turn(answer(catalogue, "x", Outcome.ANSWERED, findings=[one]), catalogue.vocabulary)
    assert [] == turn.all(within="whole-study")


def test_answer_stays_small(library: Library) -> None:
    """The longest answers, with all that unfolds, stay below 60 kB."""
    for asked in (BACK, KNEE, "acupuncture", "is acupuncture safe?"):
        one = ask(asked, library, day=DAY)
        markup = answer_html(one, library.catalogue.vocabulary, anchor="turn-1").markup
        assert LONGEST >= len(markup), asked


def test_stop_is_not_doubled(library: Library) -> None:
    """Authors that end in "et al." bring their own full stop."""
    one = ask("Does acupuncture help with knee osteoarthritis?", library, day=DAY)
    text = _turn(one, library.catalogue.vocabulary).text
    assert "et al. Journal of Acupuncture" in text
    assert ".." not in text


# --- what to ask instead


def test_no_answer_offers_what_is_covered(library: Library) -> None:
    """Asked about what is not covered, the page offers a question on each condition, by their names."""
    one = ask("Does acupuncture help migraines?", library, day=DAY)
    section = _turn(one, library.catalogue.vocabulary).one(within="offers")
    assert "Questions we can look up" == section.one("h3").text
    assert [
        f"Does acupuncture help with {name}?"
        for name in (
            "chondromalacia patellae",
            "chronic knee pain",
            "heel pain",
            "hip osteoarthritis",
            "knee osteoarthritis",
            "low back pain",
            "lumbar disc herniation",
            "osteoarthritis",
            "sciatica",
        )
    ] == [button.text for button in section.all("button")]
    button = section.all("button")[0]
    assert ("example", "question-form") == (button.attributes["name"], button.attributes["form"])
    assert button.text == button.attributes["value"]


def test_every_offer_is_answered(library: Library) -> None:
    """What is offered, the collection speaks to."""
    asked = [one.text for one in offers(library.catalogue, ())]
    assert asked
    assert {Outcome.ANSWERED} == {ask(one, library, day=DAY).outcome for one in asked}


def test_covered_condition_brings_its_own_offers(library: Library) -> None:
    """Asked of a covered condition for what no study tests, only questions on it and its kin are offered."""
    one = ask("does surgery help my knee arthritis?", library, day=DAY)
    assert Outcome.NOT_IN_COLLECTION is one.outcome
    assert [
        "Does acupuncture help with knee osteoarthritis?",
        "Does acupuncture help with osteoarthritis?",
    ] == [offer.text for offer in one.offers]


@pytest.mark.parametrize(
    "asked",
    [
        BACK,
        "my back hurts and I cannot feel my legs or hold my urine",
        "should I stop my blood thinners before acupuncture?",
        "what time do you open on Saturday?",
        "x" * 600,
    ],
)
def test_nothing_is_offered_elsewhere(asked: str, library: Library) -> None:
    """An answer, an alarm, a matter for a person or a text that is too long comes without questions to ask."""
    assert () == ask(asked, library, day=DAY).offers


def test_collection_without_studies_offers_nothing(catalogue: Catalogue) -> None:
    """Where nothing is covered there is nothing to offer, and no empty box."""
    assert () == offers(replace(catalogue, studies=()), ())
    one = answer(catalogue, "x", Outcome.NOT_IN_COLLECTION)
    assert [] == _turn(one, catalogue.vocabulary).all(within="offers")


# --- words that are sent


@pytest.mark.parametrize("word", ["two words", "", "<b>", "Yes", "-a"])
def test_only_ids_are_sent(word: str) -> None:
    """What a form sends unseen is an id, so that no text can hide in it."""
    with pytest.raises(ValueError, match="wanted a token"):
        element("button", sent=word)


def test_id_to_send_is_never_seen() -> None:
    """Such an id stands in buttons and in inputs that do not show their value."""
    assert 'value="yes"' in element("button", sent="yes").markup
    assert 'value="yes"' in element("input", type="radio", sent="yes").markup
    with pytest.raises(ValueError, match="found an id in a visible input"):
        element("input", type="text", sent="yes")


def test_two_studies_of_two_classes_are_parted(catalogue: Catalogue) -> None:
    """Even one card each: sham and no comparator do not stand side by side unnamed."""
    findings = [hip(catalogue), osteoarthritis(catalogue)]
    turn = _turn(answer(catalogue, "x", Outcome.ANSWERED, findings=findings), catalogue.vocabulary)
    assert ["Compared with sham acupuncture", "No clear comparison named"] == [
        one.text for one in turn.all("h4")
    ]
    assert 2 == len(turn.all("h5"))
