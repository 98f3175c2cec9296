"""A link to an answer holds what was asked, and tells a changed answer from the same one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from index.library import Library
from qa.answer import Outcome
from qa.choices import Choices
from qa.permalink import fragment, mark
from qa.pipeline import ask
from tests.made_answers import answer

HIP = "does acupuncture help hip arthritis?"


def test_same_answer_has_the_same_mark_on_another_day(library: Library) -> None:
    """The mark is of what is said; the day and the receipt's number are not said by the studies."""
    monday, tuesday = (ask(HIP, library, day=date(2026, 11, day)) for day in (23, 24))
    assert monday.receipt.id != tuesday.receipt.id
    assert mark(monday) == mark(tuesday)


def test_another_answer_has_another_mark(library: Library) -> None:
    """One quote less, and the mark is another."""
    found = ask(HIP, library)
    lead = found.findings[0]
    shorter = replace(found, findings=(replace(lead, quotes=lead.quotes[:1]), *found.findings[1:]))
    assert mark(found) != mark(shorter)


@given(question=st.text(min_size=1), earlier=st.lists(st.text(), max_size=3))
def test_link_brings_back_what_was_asked(
    question: str, earlier: list[str], catalogue: Catalogue
) -> None:
    """Whatever was typed comes back letter for letter, and nothing in it can end the address."""
    made = fragment(
        answer(catalogue, question, Outcome.NO_QUESTION), earlier, Choices(without=("sciatica",))
    )
    assert made.isascii()
    assert not set(made) & set("#?&/ \"'<>")
    read = json.loads(unquote(made))
    assert question == read["ask"]
    assert earlier == read.get("earlier", [])
    assert {"without": ["sciatica"]} == read["choices"]
