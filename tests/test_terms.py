"""Terms are what people look up, and BM25 over them is the published formula."""

from __future__ import annotations

import logging
import math
import os
import string
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import IndexUnusableError
from index.ranking import Scored
from index.selection import Selection
from index.terms import K1, B, TermIndex, _bm25s, terms

TEXTS = (
    "Knee pain eased after acupuncture",
    "Acupuncture for low back pain, and more back pain",
    "Sciatica",
    "The point PC 7 at the wrist",
    "",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("What is it for?", []),
        ("Knees, KNEE's", ["knee", "knee"]),
        ("Injuries and crutches", ["injury", "crutch"]),
        ("sciatica arthritis pus", ["sciatica", "arthritis", "pus"]),
        ("Ménière's", ["meniere"]),
        ("ＰＣ７", ["pc7"]),
        ("PC7", ["pc7"]),
        ("PC 7", ["pc", "7", "pc7"]),
        ("pc-7", ["pc", "7", "pc7"]),
        ("PC. 7", ["pc", "7"]),
        ("in 50 people", ["50", "people"]),
        ("not superior", ["not", "superior"]),
        ("95% CI 0.5", ["95", "ci", "0", "ci0", "5"]),
        ("膝痛", ["膝", "痛", "膝痛"]),
        ("膝 pain 痛", ["膝", "pain", "痛"]),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    """Case, accents, plurals and stop words go; points and Chinese pairs are terms too."""
    assert expected == terms(text)


@given(st.text())
def test_terms_depend_on_folded_words_only(text: str) -> None:
    """Any text has terms, without capitals, and capitals change none."""
    assert terms(text) == terms(text + " ?!")
    assert all(one == one.casefold() and one.strip() == one != "" for one in terms(text))


def _bm25(texts: tuple[str, ...], question: str) -> list[float]:
    """Each text's score, straight from the formula.

    Kamphuis and others, "Which BM25 Do You Mean?", 2020, table 1, row "Lucene (accurate)".
    """
    split = [terms(text) for text in texts]
    mean = sum(map(len, split)) / len(split) or 1
    scores = []
    for each in split:
        score = 0.0
        for term in dict.fromkeys(terms(question)):
            holding = sum(term in other for other in split)
            rarity = math.log(1 + (len(split) - holding + 0.5) / (holding + 0.5))
            often = each.count(term)
            score += rarity * often / (often + K1 * (1 - B + B * len(each) / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize("question", ["back pain", "acupuncture for knees", "sciatica", "pc7 PC 7"])
def test_scores_are_those_of_the_formula(question: str) -> None:
    """Found are exactly the texts that the formula gives a score, with that score, best first."""
    scored = sorted((-score, at) for at, score in enumerate(_bm25(TEXTS, question)) if score > 0)
    found = TermIndex.from_texts(TEXTS).search(question, 10)
    assert [at for _, at in scored] == [one.position for one in found]
    assert [pytest.approx(-score, abs=2e-6) for score, _ in scored] == [one.score for one in found]


def test_a_score_worked_out_by_hand() -> None:
    """One of 5 texts of 18 terms holds the word, once and nothing else: ln 4 / (1 + 1.5 · 0.4583)."""
    assert (Scored(2, 0.821508),) == TermIndex.from_texts(TEXTS).search("sciatica", 5)


_WORDS = st.lists(st.sampled_from("knee back pain hip neck".split()), max_size=5).map(" ".join)


@given(texts=st.lists(_WORDS, min_size=1, max_size=40), question=_WORDS, k=st.integers(0, 50))
def test_search_is_the_formula_cut_at_k(texts: list[str], question: str, k: int) -> None:
    """The best k, equal scores in order of position, also where k falls among equals."""
    scores = [round(one, 4) for one in _bm25(tuple(texts), question)]
    order = sorted(
        (at for at, score in enumerate(scores) if score > 0), key=lambda at: (-scores[at], at)
    )
    found = TermIndex.from_texts(texts).search(question, k)
    assert order[:k] == [one.position for one in found]


@given(
    texts=st.lists(_WORDS, min_size=1, max_size=40),
    question=_WORDS,
    k=st.integers(0, 50),
    kept=st.sets(st.integers(0, 39)),
)
def test_a_selection_is_searched_as_if_it_alone_were_found(
    texts: list[str], question: str, k: int, kept: set[int]
) -> None:
    """Within a selection the order and the scores are those of the whole search, cut at k only afterwards."""
    index = TermIndex.from_texts(texts)
    chosen = {at for at in kept if at < len(texts)}
    whole = index.search(question, len(texts))
    expected = [one for one in whole if one.position in chosen][:k]
    assert expected == list(index.search(question, k, among=Selection.of(chosen, len(texts))))


def test_a_selection_of_other_texts_is_refused() -> None:
    """A selection out of another number of texts would select others than were meant."""
    with pytest.raises(ValueError, match="out of 4 positions; wanted one out of 5"):
        TermIndex.from_texts(TEXTS).search("pain", 5, among=Selection.of([0], 4))


def test_the_first_ten_are_those_of_bm25s(subtests: pytest.Subtests) -> None:
    """bm25s itself, with the same weights, finds at least 98 of 100 of our first ten; only equal scores part them."""
    chance = np.random.default_rng(5)
    many = [f"word{at}" for at in range(2000)]
    often = 1 / np.arange(1, 2001)
    texts = [
        " ".join(chance.choice(many, int(length), p=often / often.sum()))
        for length in chance.integers(40, 121, 2000)
    ]
    ours = TermIndex.from_texts(texts)
    theirs = _bm25s().BM25(k1=K1, b=B, method="lucene", backend="numpy")
    theirs.index([terms(text) for text in texts], show_progress=False)
    agreeing = 0
    for _ in range(100):
        question = " ".join(chance.choice(many[5:500], 5, replace=False))
        found = ours.search(question, 10)
        ids, scores = theirs.retrieve([terms(question)], k=10, show_progress=False)
        agreeing += len({one.position for one in found} & set(ids[0].tolist()))
        with subtests.test(question=question):
            assert pytest.approx(scores[0].tolist(), abs=2e-6) == [one.score for one in found]
    assert agreeing >= 980


def test_a_repeated_word_counts_once() -> None:
    """Asking twice for the same thing finds the same, with the same scores."""
    index = TermIndex.from_texts(TEXTS)
    assert index.search("back pain", 5) == index.search("back back pain pains back", 5) != ()


@pytest.mark.parametrize("question", ["", "What is it?", "migraine", "?!", "\ud800"])
def test_a_question_without_known_terms_finds_nothing(question: str) -> None:
    """Nothing shared, nothing found: never a text of score 0."""
    assert () == TermIndex.from_texts(TEXTS).search(question, 5)


@pytest.mark.parametrize("texts", [(), ("",), ("the", "of")])
def test_an_index_without_terms_finds_nothing(texts: tuple[str, ...], tmp_path: Path) -> None:
    """No text, or only empty ones, are an index too, also after saving."""
    index = TermIndex.from_texts(texts)
    index.save(tmp_path / "terms")
    loaded = TermIndex.load(tmp_path / "terms", count=len(texts))
    assert () == index.search("pain", 5) == loaded.search("pain", 5)
    assert len(texts) == len(loaded)


def test_saved_and_loaded_finds_the_same(tmp_path: Path) -> None:
    """An index read from disk gives the same scores."""
    index = TermIndex.from_texts(TEXTS)
    index.save(tmp_path / "terms")
    loaded = TermIndex.load(tmp_path / "terms", count=len(TEXTS))
    assert index.search("sciatica", 5) == loaded.search("sciatica", 5)
    assert index.search("back pain acupuncture", 5) == loaded.search("back pain acupuncture", 5)


def test_an_index_of_other_texts_is_refused(tmp_path: Path) -> None:
    """Loading says how many passages were found and wanted."""
    TermIndex.from_texts(TEXTS).save(tmp_path / "terms")
    with pytest.raises(IndexUnusableError, match="of 5 passages; wanted 6"):
        TermIndex.load(tmp_path / "terms", count=6)
    (tmp_path / "terms" / "params.index.json").write_text("{", encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="no term index"):
        TermIndex.load(tmp_path / "terms", count=5)


def test_files_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Terms are numbered in the order of the alphabet, not in that of a set."""
    code = (
        "import sys; from pathlib import Path; from index.terms import TermIndex;"
        "TermIndex.from_texts(['knee hip back', 'neck pain']).save(Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, tmp_path / seed],
            check=True,
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
    contents = [
        [path.read_bytes() for path in sorted((tmp_path / seed).iterdir())] for seed in ("1", "2")
    ]
    assert 5 == len(contents[0])
    assert contents[0] == contents[1]


def test_logging_stays_as_the_application_has_it() -> None:
    """bm25s sets its logger to DEBUG when imported; that is undone."""
    TermIndex.from_texts(TEXTS)
    assert logging.NOTSET == logging.getLogger("bm25s").level


@given(st.lists(st.text(string.printable, max_size=40), max_size=8), st.text(max_size=40))
def test_any_text_can_be_indexed_and_asked(texts: list[str], question: str) -> None:
    """Whatever people write, the search neither fails nor finds a text that shares no term."""
    for one in TermIndex.from_texts(texts).search(question, 8):
        assert set(terms(texts[one.position])) & set(terms(question))
        assert one.score > 0
