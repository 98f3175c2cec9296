"""The comparison with peers: its arithmetic, its contenders in processes of their own, and the form of what it gives."""

from __future__ import annotations

import io
import json
import os
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EvidenceDeskError
from index.build import ensure
from index.hashing_encoder import HashingEncoder
from index.library import Library
from qa.benchmarks import figures, growing, passages_of, plot, run, shipped, table
from qa.benchmarks.child import CONTENDERS, Desk, serve
from qa.benchmarks.contender import HOW_TO_INSTALL, Contender, Places, StoppedError
from qa.benchmarks.figures import (
    ENCODER,
    MIDDLE,
    OWN,
    PEERS,
    SEARCH,
    TORCH,
    Grown,
    Result,
    Row,
    auc,
    from_json,
    high,
    met,
    middle,
    recall,
)
from qa.benchmarks.installed import megabytes, versions
from qa.benchmarks.own import Given, made
from qa.benchmarks.work import Work, load, save, synthetic
from qa.cli_bench import bench
from qa.encoders import encoder_of
from qa.evaluation import Judged, Kind
from qa.settings import load as load_settings

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT / "docs" / "bench"
HERE = Places(Path(sys.executable), {**os.environ})  # where no peer is installed


def _result() -> Result:
    """A result with round figures: this program twice as fast as the fastest peer."""
    machine = {
        "processor": "Made-up Processor",
        "cores": 2,
        "memory_gb": 4.0,
        "python": "3.11.0",
        "bf16": True,
        "load": 0.1,
        "day": "2026-01-01",
    }
    questions = {"files": ["dev.jsonl"], "asked": 3, "answerable": 2, "unanswerable": 1}
    result = Result(quick=True, machine=machine, questions=questions)
    result.contenders = {
        OWN: Row(p50_ms=4.0, encoded_per_second=300.0, cold_start_s=1.0, ndcg5=0.9, auc=1.0),
        TORCH: Row(p50_ms=12.0, encoded_per_second=60.0, cold_start_s=4.0),
        "txtai": Row(p50_ms=8.0, ndcg5=0.8),
        "haystack": Row(p50_ms=20.0),
        "llama-index": Row(status=HOW_TO_INSTALL),
        ENCODER: Row(p50_ms=2.0),
    }
    result.growth = [
        Grown(OWN, 1000, search_p50_ms=0.2),
        Grown(SEARCH, 1000, search_p50_ms=0.1),
        Grown(OWN, MIDDLE, search_p50_ms=2.0, hybrid_p50_ms=3.0),
        Grown(SEARCH, MIDDLE, search_p50_ms=1.0, hybrid_p50_ms=2.5),
    ]
    return result


def test_ratios_are_those_of_the_figures() -> None:
    """The fastest peer counts; a ratio of speeds is turned the other way than one of times."""
    assert {
        "ask_vs_fastest_peer": 0.5,
        "ask_vs_encoder": 2.0,
        "encode_vs_torch": 5.0,
        "hybrid_vs_bare": 1.2,
        "cold_start_vs_torch": 0.25,
    } == _result().ratios


def test_a_ratio_without_its_figures_is_left_open() -> None:
    """Nothing is made up for what was not measured."""
    assert {None} == set(Result(quick=True, machine={}, questions={}).ratios.values())


def test_goals_are_met_from_their_side() -> None:
    """At most for times, at least for speeds; an answer within 5 ms is quick enough beside any encoder."""
    assert met("ask_vs_fastest_peer", 0.5, None)
    assert not met("ask_vs_fastest_peer", 0.51, None)
    assert met("encode_vs_torch", 3.0, None)
    assert not met("encode_vs_torch", 2.9, None)
    assert met("ask_vs_encoder", 2.4, 4.9)
    assert not met("ask_vs_encoder", 2.4, 5.1)
    assert met("hybrid_vs_bare", None, None) is None


def test_auc_of_worked_examples() -> None:
    """All above is 1, all alike one half; of 4 pairs 3 right and none tied is 0.75; without a side there is none."""
    assert 1.0 == auc([0.9, 0.8], [0.1])
    assert 0.5 == auc([1.0, 1.0], [1.0])
    assert 0.75 == auc([0.9, 0.3], [0.5, 0.1])
    assert auc([], [0.1]) is None


@given(st.lists(st.floats(0, 1), min_size=1), st.lists(st.floats(0, 1), min_size=1))
def test_auc_turned_round_is_the_rest(one: list[float], other: list[float]) -> None:
    """What is above from one side is below from the other."""
    there, back = auc(one, other), auc(other, one)
    assert there is not None
    assert back is not None
    assert 1.0 == pytest.approx(there + back, abs=0.0011)


def test_percentiles_are_milliseconds() -> None:
    """The median and the 95th percentile of 1 to 20 ms; of nothing there is none."""
    seconds = [one / 1000 for one in range(20, 0, -1)]
    assert 10.5 == middle(seconds)
    assert 20.0 == high(seconds)
    assert middle([]) is None
    assert high([]) is None


def test_recall_is_the_share_of_the_exact_ones() -> None:
    """One of two and two of two found is three quarters; order does not matter."""
    assert 0.75 == recall([[1, 9], [4, 3]], [[1, 2], [3, 4]])
    assert recall([], []) is None


def test_a_result_survives_its_file() -> None:
    """What is read from the JSON is what was written, ratios included."""
    result = _result()
    data = json.loads(json.dumps(result.as_json()))
    assert result == from_json(data)
    assert result.ratios == data["ratios"]
    assert set(figures.GOALS) == set(data["ratios"]) == set(data["goals"])


def test_an_absent_peer_is_named_with_what_to_do() -> None:
    """Without an environment of the peers each says how to get it."""
    with pytest.raises(StoppedError, match=r"^not installed: make bench-install$"):
        Contender("txtai", Places(None, {}))


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_whose_library_is_missing_says_so(name: str) -> None:
    """An interpreter that lacks the library is no failure of the run: the row says what to do, and which is missing."""
    one = Contender(name, HERE)
    try:
        with pytest.raises(StoppedError, match=r"^not installed: make bench-install \(No module"):
            one.does("open", limit=60, model="none")
    finally:
        one.close()


def test_a_contender_that_takes_too_long_is_stopped_for_good() -> None:
    """It is told at once from then on, without waiting again."""
    one = Contender("bare-search", HERE)
    with pytest.raises(StoppedError, match="stopped after 0 s"):
        one.does("open", limit=0.001)
    with pytest.raises(StoppedError, match="stopped after 0 s"):
        one.does("memory", limit=60)


def test_a_contender_that_ends_says_with_which_code() -> None:
    """A child that is no contender at all ends, and the parent does not wait for it."""
    one = Contender("bare-none", HERE)
    try:
        with pytest.raises(StoppedError, match="failed: KeyError"):
            one.does("open", limit=60)
    finally:
        one.close()


def test_a_limit_that_cannot_be_had_says_why() -> None:
    """Where torch computes there is no converted model to call bare; the others are measured all the same."""
    one = Contender(ENCODER, HERE)
    try:
        with pytest.raises(StoppedError, match="found no converted model: torch computes here"):
            one.does("open", limit=60)
    finally:
        one.close()


def test_a_child_answers_whatever_goes_wrong() -> None:
    """A request that fails is answered with its reason, and the next one is done."""
    answers = io.StringIO()
    serve(Desk(OWN), io.StringIO('{"do": "search"}\n{"do": "memory"}\n'), answers)
    failed, memory = map(json.loads, answers.getvalue().splitlines())
    assert "wanted work to be loaded first" in failed["failed"]
    assert 1 < memory["megabytes"]


def test_work_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Texts, questions and all numbers come back."""
    work = Work(["one\n", "zwei ä"], synthetic(2, 8), ["why?"], synthetic(1, 8, seed=3))
    found = load(save(work, tmp_path))
    assert ["one\n", "zwei ä"] == found.texts
    assert ["why?"] == found.questions
    assert np.array_equal(work.vectors, found.vectors)
    assert np.array_equal(work.asked, found.asked)


def test_synthetic_vectors_are_the_same_each_time_and_of_length_1() -> None:
    """Two processes search the same numbers."""
    rows = synthetic(70, 16)
    assert np.array_equal(rows, synthetic(70, 16))
    assert np.allclose(1.0, np.linalg.norm(rows, axis=1), atol=1e-5)


def test_made_passages_are_of_the_words_of_others() -> None:
    """As many as asked for, the same each time, of known words, with vectors of length 1."""
    texts = ["Knee\nneedles helped the knee a lot", "Hip\nthe hip was not much better after"]
    rows = synthetic(2, 16)
    new, vectors = passages_of.made_up(texts, rows, 30)
    again, same = passages_of.made_up(texts, rows, 30)
    assert again == new
    assert np.array_equal(same, vectors)
    assert 30 == len(new) == len(vectors)
    words = {word for text in texts for word in text.partition("\n")[2].split()}
    assert {word for text in new for word in text.partition("\n")[2].split()} <= words
    assert np.allclose(1.0, np.linalg.norm(vectors, axis=1), atol=1e-5)


def test_passages_are_read_from_public_data(tmp_path: Path) -> None:
    """Each record is cut as a study is; no more than asked for are read."""
    (tmp_path / "some").mkdir()
    lines = [
        json.dumps({"_id": str(at), "title": f"T{at}", "text": "It\nhelped."}) for at in (1, 2)
    ]
    (tmp_path / "some" / "corpus.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told: list[int] = []
    read = passages_of.read(tmp_path, 9, HashingEncoder(), lambda done, *_: told.append(done))
    assert ["T1\nIt helped.", "T2\nIt helped."] == read
    assert ["T1\nIt helped."] == passages_of.read(tmp_path, 1, HashingEncoder(), lambda *_: None)
    assert [0, 1] == told


def test_a_damaged_line_of_public_data_is_named(tmp_path: Path) -> None:
    """The message names file and line; a folder without any data says what was wanted."""
    with pytest.raises(EvidenceDeskError, match=r"found no corpus\.jsonl"):
        passages_of.read(tmp_path, 9, HashingEncoder(), lambda *_: None)
    (tmp_path / "corpus.jsonl").write_text('{"title": "x"}\n', encoding="utf-8")
    with pytest.raises(EvidenceDeskError, match=r"corpus\.jsonl:1: found .*wanted an object"):
        passages_of.read(tmp_path, 9, HashingEncoder(), lambda *_: None)


def test_known_vectors_are_kept_for_the_next_run(tmp_path: Path) -> None:
    """The second time nothing is encoded; other texts are."""
    encoder = HashingEncoder()
    told: list[str] = []

    def tell(done: int, total: int, what: str) -> None:
        del done, total
        told.append(what)

    first = passages_of.encoded(["one", "two"], encoder, tmp_path, tell)
    assert np.array_equal(first, passages_of.encoded(["one", "two"], encoder, tmp_path, tell))
    assert np.allclose(encoder.passages(["one", "two"]), first)
    passages_of.encoded(["one", "three"], encoder, tmp_path, tell)
    assert ["encoding passages"] * 2 == told


def test_a_made_collection_has_the_given_passages(library: Library) -> None:
    """Each text is one passage of one study, its title before it, and is given its own vector, as are its sentences."""
    texts = ["Knee\nIt helped. It lasted.", "Knee\nNo harm was seen.", "Hip\nIt failed."]
    catalogue = made(library.catalogue, texts)
    assert ["Knee", "Hip"] == [one.title for one in catalogue.studies]
    assert "It helped. It lasted.\nNo harm was seen." == catalogue.studies[0].section("Summary")
    rows = synthetic(3, library.encoder.dimension)
    given_rows = Given(library.encoder, texts, rows).lasting([*texts, "It lasted.", "It failed."])
    assert np.array_equal(rows[[0, 1, 2, 0, 2]], given_rows)


def test_packages_are_weighed_with_what_they_need() -> None:
    """A package is no lighter than what it needs; one that is not installed has no weight."""
    alone, whole = megabytes(["numpy"]), megabytes(["faiss-cpu"])
    assert alone is not None
    assert whole is not None
    assert 1 < alone < whole
    assert megabytes(["no-such-package-at-all"]) is None
    assert {"numpy"} == set(versions(["numpy", "no-such-package-at-all"]))


def test_tables_leave_nobody_out() -> None:
    """A peer that is not installed has its row, with what to do; what was not measured is a dash."""
    shown = table.text(_result())
    assert 2 == shown.count(f"LlamaIndex ({HOW_TO_INSTALL})")
    assert "1,000 passages, their vectors known" in shown
    ratios, answers, *_ = table.tables(_result())
    assert "| LlamaIndex (not installed: make bench-install) | – | – | – | – | – | – |" in (
        answers.markdown().splitlines()
    )
    assert [["2.00", "at most 1.5", "yes"]] == [
        list(row[1:]) for row in ratios.rows if "ask_vs_encoder" in row[0]
    ]


def test_plots_name_all_that_was_measured() -> None:
    """Each is well-formed, says what it shows to who cannot see it, and has a bar or a line for each that has a figure."""
    drawn = plot.plots(_result())
    assert {"ask.svg", "start.svg", "encode.svg", "search.svg"} == set(drawn)
    trees = {name: ET.fromstring(svg) for name, svg in drawn.items()}  # noqa: S314 - our own
    assert "Milliseconds an answer: " in trees["ask.svg"].attrib["aria-label"]
    texts = {one.text for one in trees["ask.svg"].iter() if one.tag.endswith("text")}
    assert {"Evidence Desk", "txtai", "4", "8", "20.0"} <= texts
    assert "LlamaIndex" not in texts
    assert 2 == sum(one.tag.endswith("polyline") for one in trees["search.svg"].iter())


@given(st.lists(st.floats(0, 400), min_size=1, max_size=8))
def test_names_at_lines_never_cover_each_other(places: list[float]) -> None:
    """They only move down, and stay fifteen apart."""
    moved = plot._spread(places)
    assert all(after >= before for before, after in zip(places, moved, strict=True))
    ordered = sorted(moved)
    assert all(below - above >= 15 - 1e-9 for above, below in pairwise(ordered))


def test_an_absent_peer_has_a_row_at_every_size(tmp_path: Path) -> None:
    """Nobody is left out of a table silently: the row says why there are no figures."""
    result = _result()
    result.growth.clear()
    texts, rows = ["Knee\nIt helped."] * 12, synthetic(12, 8)
    ground = growing.Ground(texts, rows, ["why?"], rows[:1], tmp_path, 9, 0, lambda *_: None)
    growing.grow(ground, result, {}, (10,))
    told = {one.contender: one.status for one in result.growth}
    assert HOW_TO_INSTALL == told["llama-index"]


def test_a_run_measures_contenders_and_names_absent_peers(
    library: Library, indexes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real contenders of a small run have figures, their answers are right, and a peer that is not there is in the result."""
    few = {one: CONTENDERS[one] for one in (OWN, "txtai", ENCODER, SEARCH)}
    monkeypatch.setattr(shipped, "CONTENDERS", few)
    monkeypatch.setattr(growing, "_WARM", 0)
    for module in (figures, growing, run):
        monkeypatch.setattr(module, "MIDDLE", 60)
    titles = {"The Efficacy of Acupuncture for the Treatment of Sciatica": 2}
    judged = [
        Judged("a", Kind.ANSWER, "", "Does acupuncture help sciatica?", (), titles, (), None),
        Judged("b", Kind.ABSTAIN, "", "Does acupuncture help asthma?", (), {}, (), None),
        Judged("c", Kind.URGENT, "", "I have chest pain", (), {}, (), None),
        Judged("d", Kind.ABSTAIN, "", " ", (), {}, (), None),
    ]
    settings = load_settings(index_root=indexes)
    quick = ensure(library.catalogue, indexes, encoder_of(settings))
    choice = run.Choice(quick=True, files=["f"], judged=judged, data=None, limit=60, minutes=5)
    result = run.compared(settings, quick, choice, HERE, lambda *_: None)
    assert 2 == result.questions["asked"]
    assert result.contenders["txtai"].status.startswith(HOW_TO_INSTALL)
    assert {OWN, SEARCH} == {one.contender for one in result.growth}
    assert [1.0, 1.0] == [one.recall10 for one in result.growth]
    own = result.contenders[OWN]
    assert "measured" == own.status
    assert 1.0 == own.auc
    assert 0 < (own.ndcg5 or 0) <= 1
    assert None not in {
        own.p50_ms,
        own.processor_p50_ms,
        own.cold_start_s,
        own.index_s,
        own.encoded_per_second,
    }
    assert {"ask_vs_encoder", "hybrid_vs_bare"} == {
        name for name, found in result.ratios.items() if found is not None
    }
    assert result == from_json(json.loads(json.dumps(result.as_json())))


def test_a_place_that_is_not_there_is_told_first(tmp_path: Path) -> None:
    """Nobody waits for a run whose result, or whose questions, have no place."""
    with pytest.raises(EvidenceDeskError, match="make the folder first"):
        bench(output=tmp_path / "none" / "bench.json")
    with pytest.raises(EvidenceDeskError, match="wanted judged questions"):
        bench(questions=[tmp_path / "none.jsonl"])


@pytest.mark.parametrize("name", ["bench.json", plot.TABLES])
def test_published_files_are_there(name: str) -> None:
    """The figures that the README shows are in the project."""
    assert (PUBLISHED / name).is_file()


def test_published_tables_and_plots_are_those_of_the_published_figures() -> None:
    """Nothing was written by hand: `make bench` writes all of it."""
    result = from_json(json.loads((PUBLISHED / "bench.json").read_text(encoding="utf-8")))
    wanted = {**plot.plots(result), plot.TABLES: table.markdown(result)}
    found = {
        path.name: path.read_text(encoding="utf-8")
        for path in PUBLISHED.iterdir()
        if path.name != "bench.json"
    }
    assert wanted == found


def test_readme_shows_the_published_figures() -> None:
    """The README's tables are those of the published run, and it names each of its plots that it shows."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    result = from_json(json.loads((PUBLISHED / "bench.json").read_text(encoding="utf-8")))
    for one in table.tables(result)[:2]:
        assert one.markdown() in readme, f"README.md, How fast it is; wanted:\n{one.markdown()}"
