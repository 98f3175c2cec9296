"""Encoders: what each must do, and how the packaged weights are verified."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from index.encoder import Encoder, load_encoder
from index.hashing_encoder import HashingEncoder
from index.model_folder import DEFAULT_WEIGHTS_SHA256, WEIGHTS
from index.torch_encoder import SentenceTransformersEncoder

ROOT = Path(__file__).parent.parent
TEXTS = (
    "Does acupuncture help sciatica?",
    "Pain eased in 3 522 people.",
    "针灸 膝痛 🦵",
    "",
    "word " * 1000,
    "half a character \ud83d",
)


@pytest.fixture(params=["packaged", pytest.param("hashing")])
def any_encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each encoder there is."""
    if request.param == "hashing":
        return HashingEncoder()
    found: Encoder = request.getfixturevalue("encoder")
    return found


@pytest.mark.model
def test_rows_are_unit_vectors_of_the_stated_size(any_encoder: Encoder) -> None:
    """One float32 row of length 1 for each text, whatever the text."""
    for rows in (any_encoder.passages(TEXTS), any_encoder.queries(TEXTS)):
        assert np.float32 == rows.dtype
        assert (len(TEXTS), any_encoder.dimension) == rows.shape
        assert np.ones(len(TEXTS)) == pytest.approx(np.linalg.norm(rows, axis=1), abs=1e-6)


@pytest.mark.model
def test_no_texts_give_no_rows(any_encoder: Encoder) -> None:
    """Nothing in, nothing out, of the right width."""
    assert (0, any_encoder.dimension) == any_encoder.passages([]).shape
    assert (0, any_encoder.dimension) == any_encoder.queries([]).shape


@pytest.mark.model
def test_a_question_is_the_same_alone_and_in_company(any_encoder: Encoder) -> None:
    """Bit for bit: who else asks changes nothing."""
    together = any_encoder.queries(TEXTS)
    alone = [any_encoder.queries([text])[0].tobytes() for text in TEXTS]
    assert [row.tobytes() for row in together] == alone


@pytest.mark.model
def test_the_nearest_passage_to_a_text_is_itself(any_encoder: Encoder) -> None:
    """As question and as passage a text is the same vector, and unlike the others."""
    texts = TEXTS[:3]
    scores = any_encoder.queries(texts) @ any_encoder.passages(texts).T
    assert [0, 1, 2] == list(scores.argmax(axis=1))
    assert np.ones(3) == pytest.approx(scores.diagonal(), abs=1e-6)


@pytest.mark.model
def test_what_does_not_fit_is_not_read(any_encoder: Encoder) -> None:
    """A word more at the end changes the vector of a text that fits, and of no other."""
    short, long = "pain " * 40, "pain " * 1000
    assert any_encoder.tokens(short) < any_encoder.window < any_encoder.tokens(long)
    rows = any_encoder.passages([short, short + "sciatica", long, long + "sciatica"])
    assert rows[0].tobytes() != rows[1].tobytes()
    assert rows[2] == pytest.approx(rows[3], abs=1e-6)


@pytest.mark.model
def test_the_window_is_used_to_its_last_token(encoder: Encoder) -> None:
    """The model reads 256 tokens, two of which frame the text."""
    assert (256, 384) == (encoder.window, encoder.dimension)
    assert 256 == encoder.tokens("pain " * 254)


@pytest.mark.model
def test_meaning_counts(encoder: Encoder) -> None:
    """A question is nearer to its answer in other words than to another one in its own."""
    question = encoder.queries(["Do needles ease a sore knee?"])[0]
    passages = encoder.passages(
        ["Acupuncture reduced pain in osteoarthritis of the knee.", "Do needles fit a sewing kit?"]
    )
    scores = passages @ question
    assert scores[0] > scores[1]


@pytest.mark.model
def test_the_number_of_threads_changes_no_bit(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A passage is the same on one core and on three."""
    texts = [f"Trial {number} of acupuncture. " * (number % 7 + 1) for number in range(70)]
    found = []
    for cores in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        found.append(encoder.passages(texts).tobytes())
    assert found[0] == found[1]


@pytest.mark.model
def test_threads_take_turns(encoder: Encoder) -> None:
    """Questions asked at once get the vectors they get alone."""
    questions = [f"Does acupuncture help {what}?" for what in "knees hips backs necks".split()] * 3
    expected = [row.tobytes() for row in encoder.queries(questions)]
    found: dict[int, bytes] = {}

    def ask(at: int) -> None:
        found[at] = encoder.queries([questions[at]])[0].tobytes()

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert expected == [found[at] for at in range(len(questions))]


_IN_A_PROCESS = """
import hashlib, socket, sys
tried = []
def refused(*address):
    tried.append(address)
    raise OSError("no network")
socket.socket.connect = socket.getaddrinfo = refused
from index.encoder import load_encoder
encoder = load_encoder()
assert not {"torch", "sentence_transformers"} & set(sys.modules)
rows = encoder.passages(["Pain eased in 3 522 people.", "Does acupuncture help sciatica?"])
print(hashlib.sha256(rows.tobytes()).hexdigest(), tried)
"""


@pytest.mark.model
def test_another_process_gives_the_same_bytes_and_says_nothing(encoder: Encoder) -> None:
    """Vectors do not depend on the process; loading draws no bars, warns of nothing, asks no host."""
    online = {name: value for name, value in os.environ.items() if not name.endswith("_OFFLINE")}
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", _IN_A_PROCESS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=online,
    )
    rows = encoder.passages(["Pain eased in 3 522 people.", "Does acupuncture help sciatica?"])
    expected = hashlib.sha256(rows.tobytes()).hexdigest()
    assert (f"{expected} []\n", "") == (done.stdout, done.stderr)


def test_names_cost_no_model() -> None:
    """Name, digest and engine of the packaged encoder are known before anything is loaded."""
    found = load_encoder()
    assert ("all-MiniLM-L6-v2", DEFAULT_WEIGHTS_SHA256, "torch-fp32") == (
        found.name,
        found.digest,
        found.engine,
    )
    assert found._loaded is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("change", ["a bit", "cut", "gone"])
def test_other_weights_are_never_loaded(tmp_path: Path, change: str) -> None:
    """Weights that are not the published ones are refused, with both hashes and what to do."""
    weights = tmp_path / WEIGHTS
    if change != "gone":
        content = bytearray(b"the weights")
        found = hashlib.sha256(content).hexdigest()
        weights.write_bytes(content[:-1] if change == "cut" else content.replace(b"w", b"v"))
        encoder = SentenceTransformersEncoder(tmp_path, "model", weights=found)
        with pytest.raises(ModelError, match=f"found weights with .*; wanted {found}; install"):
            encoder.queries(["anything"])
        return
    encoder = SentenceTransformersEncoder(tmp_path, "model", weights=DEFAULT_WEIGHTS_SHA256)
    with pytest.raises(ModelError, match="found no readable file"):
        encoder.queries(["anything"])


@pytest.mark.model
def test_a_folder_is_a_model_too(encoder: Encoder, tmp_path: Path) -> None:
    """Any model folder can be named; its digest changes with any file that changes a vector."""
    packaged = encoder.folder  # type: ignore[attr-defined]
    folder = tmp_path / "own-model"
    shutil.copytree(packaged, folder)
    own = load_encoder(str(folder))
    assert "own-model" == own.name
    assert encoder.queries(["pain"]).tobytes() == own.queries(["pain"]).tobytes()
    (folder / "README.md").write_text("about", encoding="utf-8")
    assert own.digest == load_encoder(str(folder)).digest
    settings = folder / "sentence_bert_config.json"
    settings.write_text('{"max_seq_length": 128, "do_lower_case": false}', encoding="utf-8")
    shorter = load_encoder(str(folder))
    assert own.digest != shorter.digest
    assert 128 == shorter.window


@pytest.mark.model
def test_a_model_may_want_words_before_a_text(encoder: Encoder, tmp_path: Path) -> None:
    """Where a model's settings name prompts, questions and passages get their own, and room is kept."""
    folder = tmp_path / "prompted"
    shutil.copytree(encoder.folder, folder)  # type: ignore[attr-defined]
    prompts = '{"prompts": {"query": "query: ", "document": "passage: "}}'
    (folder / "config_sentence_transformers.json").write_text(prompts, encoding="utf-8")
    prompted = load_encoder(str(folder))
    for found, plain in (
        (prompted.queries(["knee pain"]), "query: knee pain"),
        (prompted.passages(["knee pain"]), "passage: knee pain"),
    ):
        assert encoder.queries([plain]) == pytest.approx(found, abs=1e-6)
    assert encoder.tokens("passage: knee pain") == prompted.tokens("knee pain")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """What the libraries say of a wrong folder becomes one message that names it."""
    encoder = load_encoder(str(tmp_path))
    with pytest.raises(ModelError, match="found no model that can be loaded"):
        encoder.queries(["anything"])


def test_an_unknown_model_is_not_fetched() -> None:
    """A model id that is not on this machine says how to get it; nothing is downloaded."""
    with pytest.raises(ModelError, match="hf download nobody/no-such-model"):
        load_encoder("nobody/no-such-model")


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the weights' package the message names it."""
    monkeypatch.setattr("index.model_folder.DEFAULT_PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match="found no package no-such-package"):
        load_encoder()
