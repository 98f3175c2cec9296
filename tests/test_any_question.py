"""Whatever is asked, there is an answer and every law holds: a sample in a plain run, 100,000 questions in a long one."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings

from corpus.catalogue import Catalogue
from index.build import ensure
from index.library import Library
from qa.encoders import serving_encoder
from qa.pipeline import ask
from qa.render_json import answer_line
from qa.settings import load
from tests import laws
from tests.any_questions import Conversation, any_conversations, scripts

DAY = date(2026, 11, 22)
PIECE = 1000  # questions
PIECES = 100
_SCRIPTS = """LATIN GREEK CYRILLIC HEBREW ARABIC DEVANAGARI THAI HANGUL CJK HIRAGANA KATAKANA UGARITIC EGYPTIAN
CHEROKEE RUNIC ETHIOPIC KHMER TIBETAN ADLAM""".split()


@pytest.fixture(scope="module")
def as_served(catalogue: Catalogue, indexes: Path) -> Library:
    """The shipped collection as the server has it: with the fast encoder, which remembers."""
    return ensure(catalogue, indexes, serving_encoder(load(index_root=indexes)))


@pytest.mark.model
@pytest.mark.parametrize(
    ("piece", "count"),
    [
        pytest.param(0, 200, id="some"),
        *(
            pytest.param(number, PIECE, id=f"piece-{number:03}", marks=pytest.mark.long)
            for number in range(1, PIECES + 1)
        ),
    ],
)
def test_every_law_holds_whatever_is_asked(as_served: Library, piece: int, count: int) -> None:
    """Nothing is raised, quotes are verbatim and come with their caveats, and asked again the answer is the same."""

    @seed(piece)
    @settings(
        max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(any_conversations())
    def holds(asked: Conversation) -> None:
        question, before = asked
        answer = ask(question, as_served, before, day=DAY)
        laws.verbatim(answer)
        laws.caveat_lock(answer, as_served)
        laws.two_voices(answer, as_served)
        laws.disclaimed(answer, as_served)
        laws.typed(answer)
        laws.closed_page(answer, [question, *before], as_served)
        again = ask(question, as_served, before, day=DAY)
        assert answer_line(answer) == answer_line(again)

    holds()


def test_every_script_of_unicode_is_among_the_letters() -> None:
    """Latin, Greek, Han, Arabic and the small ones: each has its letters, however few."""
    names = {unicodedata.name(one[-1], "other").split()[0] for one in scripts()}
    assert set(_SCRIPTS) <= names
    assert 150 < len(names)
