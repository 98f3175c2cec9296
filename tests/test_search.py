"""Plain search: both engines together, and questions that lean on earlier ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from index.build import ensure
from index.encoder import Encoder
from index.library import Library
from qa.cli import app
from qa.follow_up import readings
from qa.search import Legs, Mode, ranking
from tests.small_collection import small_collection

KNEES = "Does acupuncture help painful knees?"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, indexes: Path, encoder: Encoder) -> Library:
    """Three studies, of knees, backs and knees in Chinese, and a page."""
    folder = tmp_path_factory.mktemp("small")
    return ensure(small_collection(folder), indexes, encoder)


def _order(library: Library, query: str, *history: str, mode: Mode = Mode.HYBRID) -> list[str]:
    return [study for study, _ in ranking(library, query, 10, mode, history)]


def test_hybrid_of_a_worked_example() -> None:
    """0.6 of the share of the best cosine and 0.4 of the share of the best BM25, each counted from nought."""
    found = Legs(near={"a": 0.8, "b": 0.4, "c": -0.1}, said={"b": 10.0, "d": 5.0})
    assert (("b", 0.7), ("a", 0.6), ("d", 0.2), ("c", 0.0)) == found.ranked(Mode.HYBRID, 10)
    assert ("a", "b", "c") == tuple(study for study, _ in found.ranked(Mode.DENSE, 10))
    assert (("b", 10.0),) == found.ranked(Mode.BM25, 1)


def test_equal_scores_are_ordered_by_id() -> None:
    """Of two studies with the same score, the one with the smaller id comes first."""
    assert (("a", 0.6), ("b", 0.6)) == Legs({"b": 0.5, "a": 0.5}, {}).ranked(Mode.HYBRID, 10)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1), min_size=1),
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 30), min_size=1),
)
def test_a_farther_study_changes_no_other_score(
    near: dict[str, float], said: dict[str, float]
) -> None:
    """What a study scores hangs on the best one and itself, not on how much else the collection holds."""
    before = dict(Legs(near, said).ranked(Mode.HYBRID, 10))
    more = Legs({**near, "z": min(near.values()) / 2}, {**said, "z": min(said.values()) / 2})
    after = dict(more.ranked(Mode.HYBRID, 10))
    del after["z"]
    assert before == after


def test_words_alone_find_nothing_without_a_shared_word(small: Library) -> None:
    """BM25 returns no study for words that none has, where meaning still returns all, and never the page."""
    assert [] == _order(small, "sore patella", mode=Mode.BM25)
    assert {"knee", "back", "note"} == set(_order(small, "sore patella", mode=Mode.DENSE))
    assert {"knee", "back", "note"} == set(_order(small, "Ask your practitioner."))


@pytest.mark.parametrize("mode", list(Mode))
def test_a_follow_up_is_searched_with_its_topic(small: Library, mode: Mode) -> None:
    """ "How good was it?" is about knees after a question on knees, whatever the engine."""
    asked = "How good was it?"
    assert "knee" == _order(small, asked, KNEES, mode=mode)[0]
    assert "back" == _order(small, asked, "Does acupuncture help low back pain?", mode=mode)[0]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_new_topic_drops_the_old_one(small: Library, mode: Mode) -> None:
    """A question that names its own topic is searched as if nothing had been said before."""
    asked = "Does cupping relieve lumbar back pain?"
    assert ranking(small, asked, 10, mode) == ranking(small, asked, 10, mode, [KNEES])


def test_the_command_reads_the_history(
    library: Library,  # noqa: ARG001 - builds the index that the command opens
    indexes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`evidence-desk search` takes `history` along: after sciatica, "does it last?" finds studies of sciatica."""
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    query = {"_id": "q", "text": "Does it last?", "history": ["Does acupuncture help sciatica?"]}
    file = tmp_path / "queries.jsonl"
    file.write_text(json.dumps(query) + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["search", str(file), "-k", "2"])
    found = {line.split()[2] for line in result.stdout.splitlines()}
    assert {"ji-2015-sciatica", "qin-2015-sciatica"} == found


# Conversations of our own, each turn with the words that any reading of it carries; none: it stands alone.
_TALK = [
    (
        [
            ("What is plantar fasciitis?", ""),
            ("What causes it?", "plantar fasciitis"),
            ("What are the symptoms?", "plantar fasciitis"),
            ("Can it come back after treatment?", "plantar fasciitis"),
            ("Does laser acupuncture help carpal tunnel syndrome?", ""),
            ("How many sessions does it take?", "laser acupuncture carpal tunnel syndrome"),
        ]
    ),
    (
        [
            ("Tell me about Lyme disease.", ""),
            ("How do you get Lyme disease?", ""),
            ("Is it dangerous?", "Lyme disease"),
            ("What about the treatment?", "Lyme disease"),
        ]
    ),
]


@pytest.mark.parametrize("talk", _TALK, ids=lambda talk: str(talk[0][0]))
def test_what_is_carried(talk: list[tuple[str, str]]) -> None:
    """The topic is carried to turns that need it, and only to these; what was asked about it is not."""
    said: list[str] = []
    for question, wanted in talk:
        texts = [one.text for one in readings(question, said)]
        carried = " ".join(texts[-1].removesuffix(question).split())
        assert wanted == carried, (question, texts)
        said.append(question)


_TEXTS = st.lists(st.sampled_from("What is gout it the X pain of 7 针灸 ? , Knee".split())).map(
    " ".join
)


@given(st.lists(_TEXTS, max_size=4), _TEXTS)
def test_readings_end_in_the_question_and_weigh_one(history: list[str], question: str) -> None:
    """Each reading is words of earlier questions, then the question; all weights add up to 1, the same each time."""
    found = readings(question, history)
    assert found == readings(question, history)
    assert pytest.approx(1.0) == sum(one.weight for one in found)
    assert question == found[0].text
    earlier = set(" ".join(history).replace("?", " ").replace(",", " ").split())
    for one in found:
        assert one.text.endswith(question)
        carried = one.text[: len(one.text) - len(question)].split()
        assert all(word in earlier or len(word) == 1 for word in carried)
    if not history:
        assert 1 == len(found)
