"""The `measure` command: its figures worked by hand on made data, what it prints, and how it fails."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from index.encoder import Encoder
from qa import cli
from qa.measuring import Figure, Item, mean, ndcg, quoting

CORPUS = [
    {
        "_id": "voice",
        "title": "Acupuncture for vocal fold lesions",
        "text": "We studied 40 singers with nodules on the vocal folds. Voice quality improved after acupuncture.",
    },
    {
        "_id": "sleep",
        "title": "Ear acupressure for poor sleep in nurses",
        "text": "Sixty nurses on night shifts wore ear seeds. Sleep latency fell compared with sham seeds.",
    },
    {
        "_id": "nausea",
        "title": "Wrist bands against seasickness",
        "text": "Sailors wore bands on the point PC6. Vomiting was no different from placebo bands.",
    },
    *(
        {"_id": f"other-{topic}", "title": f"Massage and {topic}", "text": f"It eased {topic}."}
        for topic in ("headache", "stiff shoulders", "cold feet", "sore knees", "itching")
    ),
]
QUERIES = [
    {
        "_id": "1",
        "text": "Does ear acupressure improve poor sleep?",
        "short": "Ear seeds for sleep?",
    },
    {"_id": "2", "text": "Does acupuncture mend vocal fold lesions?", "short": ""},
    {"_id": "3", "text": "A question that nobody has judged"},
]
QRELS = "query-id\tcorpus-id\tscore\n1\tsleep\t2\n1\tvoice\t0\n2\tvoice\t1\n"
UNANSWERABLE = [
    {"_id": "4", "text": "Does laser surgery cure glaucoma?", "kind": "consumer"},
    {"_id": "5", "text": "Does ear acupressure improve poor sleep?", "kind": "mistaken"},
]
_SLEEP = "Does ear acupressure improve poor sleep?"
ABSTENTION = [
    {
        "question": "Does acupuncture mend vocal fold lesions?",
        "doc_id": "voice",
        "answerable": True,
    },
    {"question": _SLEEP, "doc_id": "sleep", "answerable": False},
]
TURNS = [
    {"raw": _SLEEP, "resolved": _SLEEP, "history": [], "context_dependent": False},
    {
        "raw": "How many people took part in it?",
        "resolved": "How many people took part in the trial of ear acupressure for poor sleep?",
        "history": [_SLEEP],
        "context_dependent": True,
        "medical": True,
    },
]
EVIDENCE = [
    {
        "question": "What is the effect of ear acupressure compared with sham on sleep latency?",
        "abstract_sentences": [
            {"text": "Sixty nurses wore ear seeds.", "is_evidence": False},
            {"text": "Sleep latency fell significantly compared with sham.", "is_evidence": True},
        ],
    },
    {"question": "Nothing is marked", "abstract_sentences": [{"text": "A.", "is_evidence": False}]},
]

Measure = Callable[..., Result]


def _jsonl(rows: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two folders as public data comes: a collection with all that goes with it, and conversations."""
    texts = {
        "trials/corpus.jsonl": _jsonl(CORPUS),
        "trials/queries.jsonl": _jsonl(QUERIES),
        "trials/qrels.tsv": QRELS,
        "trials/unanswerable.jsonl": _jsonl(UNANSWERABLE),
        "trials/abstention.jsonl": _jsonl(ABSTENTION),
        "trials/evidence.jsonl": _jsonl(EVIDENCE),
        "talks/turns.jsonl": _jsonl(TURNS),
        "other/readme.txt": "nothing to measure",
    }
    for name, text in texts.items():
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "data"


@pytest.fixture
def measure(indexes: Path, monkeypatch: pytest.MonkeyPatch) -> Measure:
    """Runs the command with the index folder of this test session."""
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))

    def command(*words: object) -> Result:
        return CliRunner().invoke(cli.app, ["measure", *map(str, words)])

    return command


def _values(result: Result) -> dict[tuple[str, str], float]:
    assert 0 == result.exit_code, result.output
    return {(one["of"], one["what"]): one["value"] for one in json.loads(result.stdout)}


def test_ndcg_of_a_worked_example() -> None:
    """Grades 1 then 2, best 2 then 1: (1 + 2/log2(3)) / (2 + 1/log2(3)); what comes after ten counts nothing."""
    third = math.log2(3)
    expected = (1 + 2 / third) / (2 + 1 / third)
    assert pytest.approx(expected) == ndcg(["b", "a"], {"a": 2, "b": 1, "c": 0})
    assert 0.0 == ndcg([*"0123456789", "a"], {"a": 1})


def test_nothing_measured_is_no_figure() -> None:
    """A mean over no question is left out, one over some comes with its interval and count."""
    assert () == tuple(mean("x", []))
    assert (Figure("x", 0.5, 2, 0.0, 1.0),) == tuple(mean("x", [0.0, 1.0]))


def test_only_items_with_a_marked_sentence_count(encoder: Encoder) -> None:
    """Where nobody marked a sentence there is nothing to put first."""
    question = "Does acupuncture reduce pain?"
    sentences = ("We wrote letters.", "Pain fell significantly after acupuncture.")
    items = [
        Item(question, sentences, frozenset(marked))
        for marked in (frozenset({1}), frozenset({0}), frozenset())
    ]
    (figure,) = quoting(items, encoder, lambda _done, _total: None)
    assert (0.5, 2) == (figure.value, figure.count)


@pytest.mark.model
def test_every_figure_of_made_data(measure: Measure, data: Path) -> None:
    """On data small enough to be judged by eye, each figure is what a reader expects."""
    values = _values(measure(data, "--json"))
    for engine in ("dense", "bm25", "hybrid", "RRF"):
        for wording in ("text", "short"):
            assert 1.0 == values["trials", f"nDCG@10 {engine}, {wording}"]
    assert 1.0 == values["trials", "study shown first or second, text"]
    assert 1.0 == values["trials", "unanswerable refused, consumer"]
    assert 0.0 == values["trials", "unanswerable refused, mistaken"]
    assert 1.0 == values["trials", "marked sentence put first"]
    assert 1.0 == values["trials-answerable", "study shown first or second, question"]
    assert 1.0 == values["trials-answerable", "unanswerable refused"]
    talks = "talks in trials"
    assert 1.0 == values[talks, "nDCG@10 with history, follow-ups"]
    assert values[talks, "nDCG@10 as said, follow-ups"] < 1.0
    assert 1.0 == values[talks, "share of the gap closed, medical follow-ups"]


@pytest.mark.model
def test_studies_of_unanswerable_questions_are_left_out(measure: Measure, data: Path) -> None:
    """A question whose study `abstention.jsonl` takes away is refused; with the study there it is not."""
    (data / "trials/unanswerable.jsonl").unlink()
    values = _values(measure(data, "--json"))
    assert 1.0 == values["trials-answerable", "unanswerable refused"]
    asked = {"_id": "6", "text": ABSTENTION[1]["question"]}
    (data / "trials/abstention.jsonl").unlink()
    (data / "trials/unanswerable.jsonl").write_text(_jsonl([asked]), encoding="utf-8")
    assert 0.0 == _values(measure(data, "--json"))["trials", "unanswerable refused"]


@pytest.mark.model
def test_indexes_are_kept(measure: Measure, data: Path, indexes: Path) -> None:
    """A second run gives the same figures from the same indexes."""
    first = measure(data / "trials", "--json").stdout
    built = sorted(path.name for path in indexes.iterdir())
    assert first == measure(data / "trials", "--json").stdout
    assert built == sorted(path.name for path in indexes.iterdir())
    assert [name for name in built if name.startswith("trials-answerable-")]


@pytest.mark.model
def test_the_table_names_folder_figure_interval_and_count(measure: Measure, data: Path) -> None:
    """Each line of the table tells of what, which figure, its value, its interval and over how many."""
    table = measure(data / "trials").stdout.splitlines()
    assert ["of", "what", "value", "95", "%", "interval", "n"] == table[0].split()
    line = next(one for one in table if "nDCG@10 hybrid, text" in one)
    assert ["trials", "nDCG@10", "hybrid,", "text", "1.0000", "1.0000-1.0000", "2"] == line.split()


@pytest.mark.model
def test_a_record_that_cannot_be_read_is_told(measure: Measure, data: Path) -> None:
    """A line of the corpus that is no record is named, and the others are measured."""
    with (data / "trials/corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write("not a record\n")
    result = measure(data / "trials")
    assert 0 == result.exit_code
    assert f"corpus.jsonl, line {len(CORPUS) + 1}: left out" in result.stderr


def _failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    monkeypatch.setattr("sys.argv", ["evidence-desk", "measure", str(folder)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert 1 == stopped.value.code
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("nowhere", "wanted a folder that can be read"),
        ("other", "found nothing to measure"),
        ("talks", "found conversations but no collection to search"),
    ],
)
def test_a_folder_that_cannot_be_measured(
    folder: str,
    message: str,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One message says what was found and wanted; the exit code is 1, there is no traceback."""
    said = _failure(data / folder, monkeypatch, capsys)
    assert message in said
    assert "Traceback" not in said


@pytest.mark.model
@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("qrels.tsv", "1 sleep 2", "wanted query, study and grade, parted by tabs"),
        ("qrels.tsv", "1\tsleep\tgood", "wanted query, study and grade, parted by tabs"),
        ("queries.jsonl", '{"_id": "7"}', "wanted an object with 'text' as str"),
        ("unanswerable.jsonl", "{}", "wanted an object with 'text' as str"),
        ("abstention.jsonl", '{"question": "?"}', "wanted an object with 'doc_id' as str"),
        ("evidence.jsonl", "[]", "wanted an object with 'question' as str"),
    ],
)
def test_a_wrong_line_is_named(
    measure: Measure, data: Path, file: str, line: str, message: str
) -> None:
    """A line that is wrong ends the command with file, line, what was found and wanted."""
    wrong = data / "trials" / file
    before = wrong.read_text(encoding="utf-8")
    wrong.write_text(f"{before}{line}\n", encoding="utf-8")
    said = str(measure(data).exception)
    assert f"{file}:{before.count(chr(10)) + 1}: found" in said
    assert message in said


@pytest.mark.model
def test_data_without_a_judgement_cannot_be_measured(measure: Measure, data: Path) -> None:
    """Where no query has a relevant study there is no figure, and that is said."""
    for name in ("unanswerable.jsonl", "abstention.jsonl", "evidence.jsonl"):
        (data / "trials" / name).unlink()
    (data / "trials/qrels.tsv").write_text("query-id\tcorpus-id\tscore\n", encoding="utf-8")
    assert "found nothing that is judged" in str(measure(data / "trials").exception)


def test_wrong_usage_ends_with_two(measure: Measure) -> None:
    """A missing folder and an unknown option are usage errors."""
    assert 2 == measure().exit_code
    assert 2 == measure("folder", "--speed").exit_code
