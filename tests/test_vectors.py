"""Every vector store finds what plain arithmetic finds, within a selection too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import IndexUnusableError
from index import faiss_stores
from index.faiss_stores import load_vector_store, vector_store
from index.ranking import Scored
from index.selection import Selection
from index.vectors import Kind, Vectors, VectorStore, kind_for

SIZE, DIMENSION = 300, 24
KINDS = pytest.mark.parametrize("kind", Kind)


def _unit_rows(count: int, dimension: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _eighths(count: int, dimension: int, seed: int) -> Vectors:
    """Rows of a few eighths: their products are exact in any arithmetic, in two bytes too, and often equal."""
    whole = np.random.default_rng(seed).integers(-8, 9, (count, dimension))
    return np.asarray(whole / 8, dtype=np.float32)


def _by_plain_arithmetic(
    rows: Vectors, vector: Vectors, k: int, among: Selection | None = None
) -> tuple[Scored, ...]:
    scores = rows @ vector
    every = np.arange(len(rows)) if among is None else among.positions
    order = every[np.lexsort((every, -scores[every]))]
    return tuple(Scored(int(at), float(scores[at])) for at in order[:k])


ROWS = _eighths(SIZE, DIMENSION, seed=7)
_STORES = {kind: vector_store(ROWS, kind) for kind in Kind}


@pytest.fixture(params=["as made", "as saved and loaded"])
def store(request: pytest.FixtureRequest, tmp_path: Path, kind: Kind) -> VectorStore:
    """The store of three hundred vectors, of each kind."""
    if request.param == "as made":
        return _STORES[kind]
    _STORES[kind].save(tmp_path / "vectors.faiss")
    return load_vector_store(tmp_path / "vectors.faiss", kind=kind, count=SIZE, dimension=DIMENSION)


@KINDS
@pytest.mark.parametrize("k", [1, 10, 299, 300, 1000])
def test_nearest_are_those_of_plain_arithmetic(store: VectorStore, k: int) -> None:
    """Positions and scores are those of a product computed in numpy, however many are asked for."""
    for vector in _eighths(20, DIMENSION, seed=8):
        assert _by_plain_arithmetic(ROWS, vector, k) == store.search(vector, k)


@KINDS
def test_a_store_says_what_it_is(store: VectorStore, kind: Kind) -> None:
    """Kind, number of vectors and of numbers in each."""
    assert (kind, SIZE, DIMENSION) == (store.kind, len(store), store.dimension)


@KINDS
def test_each_vector_is_nearest_to_itself(kind: Kind) -> None:
    """A unit vector's own place comes first, with similarity 1."""
    rows = _unit_rows(300, 24, seed=7)
    found = [store.search(row, 1)[0] for store in [vector_store(rows, kind)] for row in rows]
    assert list(range(300)) == [one.position for one in found]
    assert [pytest.approx(1.0, abs=5e-4 if kind is not Kind.FLAT else 1e-6)] * 300 == [
        one.score for one in found
    ]


@KINDS
@given(copies=st.integers(1, 60), others=st.integers(0, 30), k=st.integers(0, 100))
def test_equal_scores_come_in_order_of_position(
    kind: Kind, copies: int, others: int, k: int
) -> None:
    """Of many equal vectors the first ones are found, also where the last place falls among them."""
    away = np.array([[0.0, 1.0]] * others, dtype=np.float32).reshape(others, 2)
    same = np.array([[1.0, 0.0]] * copies, dtype=np.float32)
    store = vector_store(np.concatenate([away, same]), kind)
    found = [one.position for one in store.search(np.array([1.0, 0.0], dtype=np.float32), k)]
    assert [*range(others, others + copies), *range(others)][:k] == found


@KINDS
@given(kept=st.sets(st.integers(0, SIZE - 1)), k=st.integers(0, 320), seed=st.integers(0, 99))
def test_a_selection_is_searched_as_if_there_were_no_others(
    kind: Kind, kept: set[int], k: int, seed: int
) -> None:
    """Within a selection, however small, all that plain arithmetic finds there is found, and nothing else."""
    among = Selection.of(kept, SIZE)
    [vector] = _eighths(1, DIMENSION, seed)
    expected = _by_plain_arithmetic(ROWS, vector, k, among)
    assert expected == _STORES[kind].search(vector, k, among=among)


@KINDS
def test_a_selection_of_another_store_is_refused(store: VectorStore) -> None:
    """A selection out of another number of positions would select others than were meant."""
    with pytest.raises(ValueError, match="out of 299 positions; wanted one out of 300"):
        store.search(ROWS[0], 5, among=Selection.of([1], 299))


# Of topics, as sentences have them: vectors without any structure have no neighbours worth finding.
_TOPICS = _unit_rows(40, 48, seed=1)


def _on_topics(count: int, seed: int) -> Vectors:
    chance = np.random.default_rng(seed)
    rows = _TOPICS[chance.integers(0, 40, count)] + 0.1 * chance.normal(size=(count, 48))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


MANY = _on_topics(20_000, seed=2)
QUESTIONS = _on_topics(50, seed=3)
_FAST = vector_store(MANY, Kind.FAST)


def _recall(store: VectorStore, k: int, among: Selection | None = None) -> float:
    hits = 0
    for vector in QUESTIONS:
        found = {one.position for one in store.search(vector, k, among=among)}
        hits += sum(one.position in found for one in _by_plain_arithmetic(MANY, vector, k, among))
    return hits / (k * len(QUESTIONS))


@pytest.mark.parametrize("few", [0, 50_000])
def test_a_fast_store_finds_nearly_all(
    subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Of 20 000 vectors at least 98 of 100 are found, and 97 within filters that keep a tenth and more.

    Also where so few are not compared one by one, as those of a larger store are not.
    """
    monkeypatch.setattr(faiss_stores, "_FEW", few)
    chance = np.random.default_rng(4)
    about_half_the_topics = (MANY @ _TOPICS[:20].T).max(1) > (MANY @ _TOPICS[20:].T).max(1)
    for k in (10, 200):
        with subtests.test("all", k=k):
            assert _recall(_FAST, k) >= 0.98
        for share in (0.1, 0.15, 0.5, 0.9):
            with subtests.test("by chance", k=k, share=share):
                assert _recall(_FAST, k, Selection(chance.random(len(MANY)) < share)) >= 0.97
        with subtests.test("of some topics", k=k):
            assert _recall(_FAST, k, Selection(about_half_the_topics)) >= 0.97


@given(share=st.floats(0, 1), seed=st.integers(0, 9), at=st.integers(0, 49), k=st.integers(1, 300))
def test_a_fast_store_never_leaves_the_selection(share: float, seed: int, at: int, k: int) -> None:
    """By whichever way it searches: nothing unselected, nothing twice, as many as were asked for, best first."""
    among = Selection(np.random.default_rng(seed).random(len(MANY)) < share)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faiss_stores, "_FEW", 0)
        found = _FAST.search(QUESTIONS[at], k, among=among)
    positions = [one.position for one in found]
    assert min(k, len(among)) == len(set(positions)) == len(positions)
    assert all(among.kept[positions])
    assert sorted(found, key=lambda one: (-one.score, one.position)) == list(found)


@pytest.mark.parametrize(
    ("count", "kind"),
    [
        (0, Kind.FLAT),
        (20_000, Kind.FLAT),
        (20_001, Kind.HALF),
        (50_000, Kind.HALF),
        (50_001, Kind.FAST),
        (1_000_000, Kind.FAST),
    ],
)
def test_the_kind_is_chosen_by_the_number_of_vectors(count: int, kind: Kind) -> None:
    """Exact where that costs nothing, in half the memory while that suffices, fast beyond."""
    assert kind is kind_for(count)


def test_a_store_is_of_the_kind_for_its_size_unless_told() -> None:
    """Three hundred vectors are kept as they are."""
    assert Kind.FLAT is vector_store(ROWS).kind
    assert Kind.HALF is vector_store(ROWS, Kind.HALF).kind


def test_a_store_of_half_numbers_takes_half_the_room(tmp_path: Path) -> None:
    """And the codes of a fast one add a sixteenth of what the vectors took."""
    sizes = {}
    for kind in Kind:
        vector_store(MANY, kind).save(tmp_path / kind)
        sizes[kind] = (tmp_path / kind).stat().st_size
    assert pytest.approx(0.5, abs=0.01) == sizes[Kind.HALF] / sizes[Kind.FLAT]
    assert pytest.approx(0.5 + 1 / 32, abs=0.01) == sizes[Kind.FAST] / sizes[Kind.FLAT]


@KINDS
def test_files_are_the_same_in_every_process(kind: Kind, tmp_path: Path) -> None:
    """What a fast store learns hangs on its vectors alone, not on the process or the number of threads."""
    code = (
        "import sys; from pathlib import Path; import numpy as np;"
        "from index.faiss_stores import vector_store; from index.vectors import Kind;"
        "rows = np.load(sys.argv[1]); vector_store(rows, Kind(sys.argv[2])).save(Path(sys.argv[3]))"
    )
    np.save(tmp_path / "rows.npy", MANY[:3000])
    for threads in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, tmp_path / "rows.npy", kind, tmp_path / threads],
            check=True,
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "OMP_NUM_THREADS": threads},
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


@KINDS
@pytest.mark.parametrize("dimension", [1, 2, 7, 9, 384])
@pytest.mark.parametrize("count", [1, 15, 17])
def test_few_vectors_of_any_length_make_a_store(
    kind: Kind, dimension: int, count: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Fewer vectors than codes, and lengths that no four numbers divide: all are found, and FAISS says nothing."""
    store = vector_store(_unit_rows(count, dimension, seed=5), kind)
    assert count == len(store.search(np.ones(dimension, dtype=np.float32), 99))
    assert ("", "") == capfd.readouterr()


@KINDS
def test_an_empty_store_finds_nothing(tmp_path: Path, kind: Kind) -> None:
    """No vectors, no hits, and no place -1 that would be the last passage."""
    vector_store(np.zeros((0, 8), dtype=np.float32), kind).save(tmp_path / "empty")
    store = load_vector_store(tmp_path / "empty", kind=kind, count=0, dimension=8)
    assert () == store.search(np.ones(8, dtype=np.float32), 5)
    assert 0 == len(store)


@KINDS
@pytest.mark.parametrize(("count", "dimension"), [(299, 24), (300, 25)])
def test_a_store_of_another_size_is_refused(
    tmp_path: Path, kind: Kind, count: int, dimension: int
) -> None:
    """Loading says how many vectors and numbers were found and wanted."""
    _STORES[kind].save(tmp_path / "store")
    with pytest.raises(
        IndexUnusableError, match=f"found 300 vectors of 24 numbers; wanted {count} of {dimension}"
    ):
        load_vector_store(tmp_path / "store", kind=kind, count=count, dimension=dimension)


@KINDS
@pytest.mark.parametrize("other", Kind)
def test_a_store_of_another_kind_is_refused(tmp_path: Path, kind: Kind, other: Kind) -> None:
    """The file must be what the manifest says it is."""
    _STORES[kind].save(tmp_path / "store")
    if kind is other:
        load_vector_store(tmp_path / "store", kind=other, count=SIZE, dimension=DIMENSION)
        return
    with pytest.raises(
        IndexUnusableError, match=f"found a vector store of kind {kind}; wanted {other}; build"
    ):
        load_vector_store(tmp_path / "store", kind=other, count=SIZE, dimension=DIMENSION)


@KINDS
@pytest.mark.parametrize("content", [b"", b"no vectors", None], ids=["empty", "text", "missing"])
def test_a_file_that_is_no_store_is_refused(
    tmp_path: Path, kind: Kind, content: bytes | None
) -> None:
    """What FAISS or the file system say is translated."""
    if content is not None:
        (tmp_path / "store").write_bytes(content)
    with pytest.raises(IndexUnusableError, match="no vector store"):
        load_vector_store(tmp_path / "store", kind=kind, count=1, dimension=2)


@KINDS
@given(share=st.floats(0, 0.999))
def test_a_file_cut_short_is_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: Kind, share: float
) -> None:
    """Wherever it ends, it is no store: no vectors are read from behind its end."""
    path = tmp_path_factory.getbasetemp() / f"cut-{kind}"
    _STORES[kind].save(path)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(IndexUnusableError, match=r"no vector store|wanted 300 of 24"):
        load_vector_store(path, kind=kind, count=SIZE, dimension=DIMENSION)
