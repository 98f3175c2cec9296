"""Research words in plain words: found where they stand, and no text is touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.study import Section, Study, Voice
from qa.answer import Finding, Outcome, Quote, QuoteRole
from qa.glossary import Term, terms
from qa.page_html import answer_html
from qa.wording import register
from tests.made_answers import answer, hip
from tests.page_tree import tree

_IDS = sorted(
    one.removeprefix("glossary-").removesuffix("-name")
    for one in register()
    if re.fullmatch(r"glossary-.*-name", one)
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("14 RCTs were sham-controlled.", ["rct", "sham"]),
        ("a randomized controlled trial with six months follow-up", ["rct", "follow-up"]),
        ("randomised placebo- or sham-controlled trials", ["rct", "placebo", "sham"]),
        ("Non-Steroidal Anti-Inflammatory Drugs", ["nsaid"]),
        ("at 12 weeks on WOMAC pain subscale and VAS", ["womac", "vas"]),
        (
            "given the heterogeneity and methodological limitations",
            ["heterogeneity", "method-quality"],
        ),
        ("Subgroup and sensitivity analysis found", ["subgroup-analysis", "sensitivity-analysis"]),
        ("acupuncture points appear more effective than nonacupoints", ["acupoint", "nonacupoint"]),
        ("One unblinded trial", ["unblinded"]),
        ("The controlled shamble of an oath was vast.", []),
        ("It was a grade of rct and oa.", []),
    ],
)
def test_words_are_found_whole(text: str, ids: list[str]) -> None:
    """Plurals, spellings and abbreviations count; a part of another word does not."""
    assert ids == [one.id for one in terms([text])]


def test_each_word_is_explained_once_in_the_order_of_the_texts() -> None:
    """A word that comes again, or in another form, is not explained again."""
    found = terms(["A meta-analysis of RCTs.", "The RCT was blinded; the meta-analyses were not."])
    assert ["meta-analysis", "rct", "blinded"] == [one.id for one in found]


@pytest.mark.parametrize("name", _IDS)
def test_every_word_has_a_name_and_a_short_meaning(name: str) -> None:
    """One or two sentences of at most thirty words say what the word means."""
    term = Term(name, "")
    assert term.name.text
    meaning = term.meaning.text
    assert meaning.endswith(".")
    assert 30 >= len(meaning.split())
    assert 2 >= len(re.findall(r"\.(?: |$)", meaning))


@pytest.mark.parametrize("name", _IDS)
def test_meanings_claim_nothing(name: str) -> None:
    """No meaning says what helps, harms or is safe."""
    claims = (
        r"\b(?:safe|safely|effective|benefits?|helps?|cures?|heals?|harmless|proven|recommended?)\b"
    )
    assert not re.search(claims, Term(name, "").meaning.text, re.IGNORECASE)


@given(st.lists(st.text(max_size=200) | st.sampled_from(_IDS), max_size=5))
def test_every_word_found_stands_in_the_texts(texts: list[str]) -> None:
    """Nothing is explained that the reader does not see; no word twice."""
    found = terms(texts)
    assert all(any(one.found in text for text in texts) for one in found)
    assert len(found) == len({one.id for one in found})


def test_words_of_the_whole_collection_stand_in_it(catalogue: Catalogue) -> None:
    """Each word found in a section stands there whole, and many of the words occur."""
    found: set[str] = set()
    for study in catalogue.studies:
        for section in study.sections:
            for one in terms([section.text]):
                assert re.search(rf"(?<!\w){re.escape(one.found)}(?!\w)", section.text)
                found.add(one.id)
    assert {"sham", "rct", "nsaid", "womac", "vas", "heterogeneity", "confidence-interval"} <= found


def test_card_explains_its_words_and_leaves_the_quotes(catalogue: Catalogue) -> None:
    """The words stand in a list of their own, closed at first; the quotes are the stored sentences."""
    found = hip(catalogue)
    one = answer(catalogue, "x", Outcome.ANSWERED, findings=[found])
    card = tree(answer_html(one, catalogue.vocabulary, anchor="t").markup).one(within="card")
    words = card.one(within="words")
    assert "open" not in words.attributes
    assert "Words used here" == words.one("summary").text
    names = {"Sham", "Confidence interval", "Randomised controlled trial (RCT)"}
    assert names == {name.text for name in words.all("dt")}
    assert len(words.all("dt")) == len(words.all("dd"))
    shown = [quote.text for quote in card.one(within="box").all("blockquote")]
    assert [quote.text for quote in found.quotes] == shown


def test_card_without_such_words_has_no_list(catalogue: Catalogue) -> None:
    """Nothing to explain, nothing to unfold."""
    text = "The pain was less."
    study = Study(id="odd", title="Pain", sections=(Section("Headline", Voice.SUMMARY, text),))
    found = Finding(study, (Quote(study, "Headline", 0, len(text), QuoteRole.FINDING),))
    one = answer(catalogue, "x", Outcome.ANSWERED, findings=[found])
    assert [] == tree(answer_html(one, catalogue.vocabulary, anchor="t").markup).all("details")
