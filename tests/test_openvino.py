"""The fast encoder: the reference's vectors, without torch, and never a crash where it cannot be had."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.catalogue import Catalogue
from corpus.errors import ModelError, SettingsError
from index.build import ensure
from index.conversion import FILE, GRAPH, TOKENIZER, WORDS, Conversion, read, write
from index.converting import FOLDER, fast_encoder
from index.encoder import Encoder, Engine, alike, load_encoder
from index.openvino_encoder import BF16, FP32, OpenVINOEncoder, engines
from index.torch_encoder import TORCH, SentenceTransformersEncoder
from index.vectors import Vectors
from qa.pipeline import ask
from qa.settings import load

ROOT = Path(__file__).parent.parent
ODD = (
    "",
    " ",
    "针灸 膝痛 🦵",
    "half a character \ud83d",
    "word " * 1000,
    "Naïve\tACUPUNCTURE…\n",
    "[MASK]",
)


@pytest.fixture(scope="module")
def reference(encoder: Encoder) -> SentenceTransformersEncoder:
    """The encoder that all others are measured by."""
    assert isinstance(encoder, SentenceTransformersEncoder)
    return encoder


@pytest.fixture(scope="module")
def fast(reference: SentenceTransformersEncoder, indexes: Path) -> OpenVINOEncoder:
    """The fast encoder of the packaged model."""
    return fast_encoder(reference, indexes)


@pytest.fixture(scope="module", params=engines())
def each(request: pytest.FixtureRequest, fast: OpenVINOEncoder) -> OpenVINOEncoder:
    """The fast encoder in each kind of numbers that this processor computes."""
    return OpenVINOEncoder(fast._folder, fast.name, fast._conversion, request.param)


@pytest.fixture
def copied(fast: OpenVINOEncoder, tmp_path: Path) -> Path:
    """A root of its own with the conversion in it, to be spoilt."""
    shutil.copytree(fast._folder.parent, tmp_path / FOLDER)
    return tmp_path


def _questions(count: int) -> list[str]:
    lines = (ROOT / "tests" / "questions" / "tune.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines[:count]]


def _cosines(one: Vectors, other: Vectors) -> NDArray[np.float64]:
    return np.asarray(np.sum(one * other, axis=1, dtype=np.float64))


def test_vectors_are_those_of_the_reference(
    each: OpenVINOEncoder, reference: SentenceTransformersEncoder, catalogue: Catalogue
) -> None:
    """Questions and passages, short and long, have a mean cosine of 0.9999 or more to the reference's."""
    questions = _questions(60)
    passages = [one.text for study in catalogue.studies for one in study.sections]
    asked = _cosines(each.queries(questions), reference.queries(questions))
    written = _cosines(each.passages(passages), reference.passages(passages))
    assert 0.9999 <= asked.mean()
    assert 0.9999 <= written.mean()
    assert 0.999 <= min(asked.min(), written.min())


def test_odd_texts_are_read_as_the_reference_reads_them(
    each: OpenVINOEncoder, reference: SentenceTransformersEncoder
) -> None:
    """Nothing, other scripts, half characters and what does not fit: the same tokens, the same vectors."""
    assert [reference.tokens(one) for one in ODD] == [each.tokens(one) for one in ODD]
    assert 0.9995 <= _cosines(each.queries(ODD), reference.queries(ODD)).min()


def test_in_32_bits_all_digits_that_count_are_the_same(
    fast: OpenVINOEncoder, reference: SentenceTransformersEncoder
) -> None:
    """Without instructions for 16-bit numbers the cosine is 1 to six digits."""
    exact = OpenVINOEncoder(fast._folder, fast.name, fast._conversion, FP32)
    questions = _questions(20)
    assert np.ones(20) == pytest.approx(
        _cosines(exact.queries(questions), reference.queries(questions)), abs=3e-6
    )


def test_company_changes_no_bit(each: OpenVINOEncoder) -> None:
    """Alone, among others, in another order, as a question or a passage, on one core or on all: the same vector."""
    words = "acupuncture eased pain of the knee in a small trial with sham needles".split()
    chance = random.Random(7)  # noqa: S311
    texts = [
        f"{number} " + " ".join(chance.choices(words, k=chance.randint(1, 90)))
        for number in range(100)
    ]
    together = each.lasting(texts)
    order = chance.sample(range(100), 40)
    assert together[order].tobytes() == each.lasting([texts[one] for one in order]).tobytes()
    assert together[3:4].tobytes() == each.lasting([texts[3]]).tobytes()
    assert together[:10].tobytes() == each.queries(texts[:10]).tobytes()
    assert together[:10].tobytes() == each.passages(texts[:10]).tobytes()
    assert together.tobytes() == each.passages(texts).tobytes()


def test_questions_asked_at_once_get_the_vectors_they_get_alone(fast: OpenVINOEncoder) -> None:
    """Twelve threads ask while a build computes; nobody gets another's vector."""
    questions = [f"Does acupuncture help {what}?" for what in "knees hips backs necks".split()] * 3
    expected = [row.tobytes() for row in fast.queries(questions)]
    built = [f"trial {number}" for number in range(200)]
    alone = fast.lasting(built)
    found: dict[int, bytes] = {}

    def asked(at: int) -> None:
        found[at] = fast.queries([questions[at]])[0].tobytes()

    threads = [threading.Thread(target=asked, args=(at,)) for at in range(len(questions))]
    for thread in threads:
        thread.start()
    beside = fast.lasting(built)
    for thread in threads:
        thread.join()
    assert expected == [found[at] for at in range(len(questions))]
    assert alone.tobytes() == beside.tobytes()


_IN_A_PROCESS = """
import socket, sys
tried = []
def refused(*address):
    tried.append(address)
    raise OSError("no network")
socket.socket.connect = socket.getaddrinfo = refused
from pathlib import Path
from index.encoder import Engine, load_encoder
encoder = load_encoder(engine=Engine.OPENVINO, root=Path(sys.argv[1]))
rows = encoder.queries(["Does acupuncture help sciatica?"])
import hashlib
print(hashlib.sha256(rows.tobytes()).hexdigest(), tried)
"""


def test_another_process_gives_the_same_bytes_and_says_nothing(
    fast: OpenVINOEncoder, indexes: Path
) -> None:
    """Vectors do not depend on the process; nothing is printed and no host is asked, not even for statistics."""
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", _IN_A_PROCESS, str(indexes)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    rows = fast.queries(["Does acupuncture help sciatica?"])
    expected = hashlib.sha256(rows.tobytes()).hexdigest()
    assert (f"{expected} []\n", "") == (done.stdout, done.stderr)


_ANSWERING = """
import sys
sys.argv = ["evidence-desk", "ask", "Does acupuncture help sciatica?", "--json"]
from qa.cli import app
try:
    app()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
_SERVING = """
import sys
from qa.server import open_site, opened
from qa.settings import load
settings = load()
open_site(settings, opened(settings))
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
_TORCH = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "sympy", "numba"}


# Tells OpenVINO's makers of each use, over the network.
_TOLD = {"openvino_telemetry"}


@pytest.mark.parametrize(
    ("work", "left_out"),
    [(_ANSWERING, _TORCH | _TOLD | {"gradio", "pandas"}), (_SERVING, _TORCH | _TOLD)],
    ids=["ask", "serve"],
)
def test_answering_and_serving_load_no_torch(
    fast: OpenVINOEncoder, catalogue: Catalogue, indexes: Path, work: str, left_out: set[str]
) -> None:
    """Where the converted model and the index are there, no torch nor what it brings is loaded, and nothing that reports."""
    ensure(catalogue, indexes, fast)
    done = subprocess.run(
        [sys.executable, "-c", work],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "EVIDENCE_DESK_INDEX_ROOT": str(indexes)},
    )
    loaded = set(done.stderr.split())
    assert {"openvino", "tokenizers", "qa"} <= loaded, done.stderr
    assert set() == loaded & left_out


def _cut(folder: Path) -> None:
    file = folder / "model.bin"
    file.write_bytes(file.read_bytes()[:-1])


def _flip(name: str) -> Callable[[Path], None]:
    def flip(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)

    return flip


@pytest.mark.parametrize(
    "damage",
    [_cut, _flip(GRAPH), _flip(WORDS), _flip(TOKENIZER), _flip(FILE), shutil.rmtree],
    ids=["cut", "graph", "words", "tokenizer", "manifest", "gone"],
)  # fmt: skip
def test_where_a_damaged_conversion_cannot_be_made_again_torch_serves(
    copied: Path,
    fast: OpenVINOEncoder,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path], None],
) -> None:
    """Whatever is wrong with it, nothing is computed with it: torch serves, or the reason is told where asked for."""
    damage(copied / FOLDER / fast._folder.name)
    monkeypatch.setattr("index.converting._CHILD", "raise SystemExit('no torch')")
    assert TORCH == load_encoder(engine=Engine.AUTO, root=copied).engine
    with pytest.raises(ModelError, match=r"could not be converted: no torch; or leave the choice"):
        load_encoder(engine=Engine.OPENVINO, root=copied)
    assert [] == list((copied / FOLDER).glob(".unfinished-*"))


def test_a_damaged_conversion_is_made_again(
    copied: Path, fast: OpenVINOEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Torch makes it anew, to the same vectors; OpenVINO's library for reports leaves nothing in the user's folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    _cut(copied / FOLDER / fast._folder.name)
    again = load_encoder(engine=Engine.OPENVINO, root=copied)
    assert fast.engine == again.engine
    assert fast.queries(["knee pain"]).tobytes() == again.queries(["knee pain"]).tobytes()
    assert not (tmp_path / "intel").exists()


def test_a_root_that_cannot_be_written_is_served_by_torch(tmp_path: Path) -> None:
    """Where nothing is converted and nothing can be kept, torch serves."""
    root = tmp_path / "a file"
    root.write_text("no folder", encoding="utf-8")
    assert TORCH == load_encoder(engine=Engine.AUTO, root=root).engine
    with pytest.raises(ModelError, match="wanted a folder with room that may be written"):
        load_encoder(engine=Engine.OPENVINO, root=root)


def test_a_missing_runtime_is_served_by_torch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without OpenVINO torch serves; who asked for it hears what to install."""

    def missing() -> tuple[str, ...]:
        raise ImportError("No module named 'openvino'")

    monkeypatch.setattr("index.converting.engines", missing)
    assert TORCH == load_encoder(engine=Engine.AUTO, root=tmp_path).engine
    with pytest.raises(ModelError, match=r"OpenVINO cannot be used here .* install"):
        load_encoder(engine=Engine.OPENVINO, root=tmp_path)


def test_torch_is_asked_for_by_name(indexes: Path, fast: OpenVINOEncoder) -> None:
    """The setting `torch` is obeyed where a converted model is there."""
    assert fast.engine in {BF16, FP32}
    assert TORCH == load_encoder(engine=Engine.TORCH, root=indexes).engine


@pytest.mark.parametrize(
    ("parity", "expected"),
    [
        ({BF16: 0.99998, FP32: 0.9999999}, (BF16, FP32)),
        ({BF16: 0.9997, FP32: 0.9999999}, (FP32,)),
        ({FP32: 0.9999999}, (FP32,)),
        ({BF16: 0.2, FP32: 0.3}, ()),
        (None, ()),
    ],
)
def test_only_what_was_measured_to_be_alike_is_used(
    parity: dict[str, float] | None, expected: tuple[str, ...]
) -> None:
    """A kind of numbers in which a model's vectors come out otherwise, or were never compared, is left out."""
    conversion = Conversion(weights="w", parity=parity)
    assert expected == tuple(one for one in (BF16, FP32) if conversion.may(one))


def test_a_model_of_another_make_is_refused_once(
    reference: SentenceTransformersEncoder, tmp_path: Path
) -> None:
    """A model that pools otherwise keeps being computed by torch, and is not tried again at each start."""
    model = tmp_path / "other"
    shutil.copytree(reference.folder, model)
    (model / "1_Pooling" / "config.json").write_text(
        '{"word_embedding_dimension": 384, "pooling_mode_max_tokens": true,'
        ' "pooling_mode_mean_tokens": false, "pooling_mode_cls_token": false}',
        encoding="utf-8",
    )
    root = tmp_path / "root"
    assert TORCH == load_encoder(str(model), engine=Engine.AUTO, root=root).engine
    (kept,) = (root / FOLDER).glob("*-*")
    assert [FILE] == [one.name for one in kept.iterdir()]
    before = (kept / FILE).stat().st_mtime_ns
    with pytest.raises(ModelError, match="cannot be converted: it pools by max"):
        load_encoder(str(model), engine=Engine.OPENVINO, root=root)
    assert before == (kept / FILE).stat().st_mtime_ns


def test_a_model_that_pools_by_its_first_token_and_has_prompts_is_converted(
    reference: SentenceTransformersEncoder, tmp_path: Path
) -> None:
    """Prompts before questions and passages, another window and another pooling come out as the reference has them."""
    model = tmp_path / "prompted"
    shutil.copytree(reference.folder, model)
    (model / "1_Pooling" / "config.json").write_text(
        '{"word_embedding_dimension": 384, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}',
        encoding="utf-8",
    )
    (model / "config_sentence_transformers.json").write_text(
        '{"prompts": {"query": "query: ", "document": "passage: "}}', encoding="utf-8"
    )
    (model / "sentence_bert_config.json").write_text('{"max_seq_length": 40}', encoding="utf-8")
    own = load_encoder(str(model))
    quick = load_encoder(str(model), engine=Engine.OPENVINO, root=tmp_path / "root")
    texts = ["knee pain", "word " * 100, ""]
    assert (own.window, own.tokens("knee pain")) == (quick.window, quick.tokens("knee pain"))
    assert 0.999 <= _cosines(own.queries(texts), quick.queries(texts)).min()
    assert 0.999 <= _cosines(own.passages(texts), quick.passages(texts)).min()
    assert 0.99 > _cosines(quick.queries(texts[:1]), quick.passages(texts[:1])).max()


def test_a_conversion_of_another_model_is_not_used(tmp_path: Path) -> None:
    """A folder under a wrong name is found out."""
    write(Conversion(weights="one"), tmp_path)
    assert "one" == read(tmp_path, "one").weights
    with pytest.raises(ModelError, match="made from one; wanted other"):
        read(tmp_path, "other")


def test_an_index_of_an_engine_alike_serves_and_the_receipt_says_so(
    catalogue: Catalogue,
    fast: OpenVINOEncoder,
    reference: SentenceTransformersEncoder,
    tmp_path: Path,
) -> None:
    """Nothing is built anew when another engine computes the questions; an answer names both, and finds the same."""
    made = ensure(catalogue, tmp_path, fast)
    other = ensure(catalogue, tmp_path, reference)
    assert made.manifest == other.manifest
    assert 1 == len(list(tmp_path.glob("*/manifest.json")))
    question = "Does acupuncture help sciatica?"
    own, mixed = ask(question, made), ask(question, other)
    assert (fast.engine, f"{TORCH} on {fast.engine}") == (own.receipt.engine, mixed.receipt.engine)
    assert [one.study.id for one in own.findings] == [one.study.id for one in mixed.findings]


def test_only_engines_of_one_model_are_alike() -> None:
    """The three that compute one model may stand for each other; hashed words stand for nobody."""
    assert {BF16, FP32} == set(alike(TORCH))
    assert () == alike("hashing")


def test_engine_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is `auto` unless told, and a wrong one stops the start with what was wanted."""
    assert Engine.AUTO is load().engine
    monkeypatch.setenv("EVIDENCE_DESK_ENGINE", "torch")
    assert Engine.TORCH is load().engine
    monkeypatch.setenv("EVIDENCE_DESK_ENGINE", "onnx")
    with pytest.raises(
        SettingsError, match=r"ENGINE is 'onnx'; wanted 'auto', 'torch' or 'openvino'"
    ):
        load()
