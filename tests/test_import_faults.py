"""Damaged and hostile files end in whole records or in one message; a run neither hangs nor takes all memory."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.catalogue import BULK, load_catalogue, load_studies, shipped_folder
from corpus.errors import EvidenceDeskError, ImportingError, RecordError, VocabularyError
from corpus.importing import FileReport, import_files
from qa.cli import app
from tests.hostile_files import DEEP, ENDLESS, LARGE, NESTED, random_damage
from tests.test_import_formats import FORMATS

ROOT = Path(__file__).parent.parent
OLD = '{"id": "old", "title": "Old", "sections": [{"name": "A", "text": "B."}]}\n'
PAGE_HTML = """<!doctype html><html><head><title>T</title></head><body><section><p>Needles</p></section>
<section><p>2018</p><p>Needles for the arm</p><p>Journal of Arms</p><p>It may help &amp; is cheap.</p><p>Doe J</p></section>
<!-- made up --></body></html>"""
KINDS = {name: text for name, (text, _, _) in FORMATS.items()} | {
    "BEIR": '{"_id": "1", "title": "Knees", "text": "They hurt. Ünd how."}\n{"_id": "2", "title": "Backs", "text": "Too."}\n',
    "clinic page": (shipped_folder() / "source" / "evidence-page.txt").read_text("utf-8"),
    "clinic page (HTML)": PAGE_HTML,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection of one study."""
    made = tmp_path / "collection"
    made.mkdir()
    (made / BULK).write_text(OLD, encoding="utf-8")
    return made


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith(".lock")
    }


def _tried(folder: Path, data: bytes) -> FileReport | str:
    """The report of an import, or its message; the collection is whole, with all that was imported or as it was."""
    file = folder.with_name("damaged.data")
    file.write_bytes(data)
    before = _contents(folder)
    try:
        (report,) = import_files([file], folder).files
    except EvidenceDeskError as exc:
        said = str(exc)
        assert "found" in said
        assert "\n" not in said
        assert len(said) < 1000
        assert before == _contents(folder)
        return said
    assert 1 + report.imported == len(list(load_studies(folder, None)))
    load_catalogue(folder, drafts=True)
    assert all(one.why and len(one.why) < 1000 for one in report.reported)
    return report


def _as_expected(found: FileReport | str, wanted: int | str) -> None:
    if isinstance(found, str) or isinstance(wanted, str):
        assert str(wanted) in str(found)
    else:
        assert wanted == found.imported
        assert found.records == found.imported + found.merged + len(found.reported)


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_a_hundred_thousand_deep_is_read_or_refused(folder: Path, name: str) -> None:
    """Neither the stack nor the clock runs out, whichever format the brackets stand in."""
    data, wanted = NESTED[name]
    _as_expected(_tried(folder, data), wanted)


@pytest.mark.parametrize("name", ENDLESS)
def test_a_line_that_is_longer_than_any_record_is_told(folder: Path, name: str) -> None:
    """It is reported as one record that is too long, or as no page; the other records of the file are read."""
    make, wanted = ENDLESS[name]
    _as_expected(_tried(folder, make(1_100_000)), wanted)


_LIMITED = """
import json, resource, sys
from pathlib import Path
from corpus.errors import EvidenceDeskError
from corpus.importing import import_files
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)
try:
    (report,) = import_files([Path(sys.argv[1])], Path(sys.argv[2])).files
except EvidenceDeskError as exc:
    print(json.dumps(str(exc)))
else:
    print(json.dumps(report.imported))
"""


@pytest.mark.long
@pytest.mark.parametrize("name", ENDLESS)
def test_a_line_of_fifty_megabytes_takes_little_memory(folder: Path, name: str) -> None:
    """At full size, in a process that may take one and a half gigabytes and two minutes."""
    make, wanted = ENDLESS[name]
    file = folder.with_name("endless.data")
    file.write_bytes(make(LARGE))
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, file, folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "" == done.stderr
    found = json.loads(done.stdout)
    assert (wanted in found) if isinstance(wanted, str) else (wanted == found)


def test_a_zero_byte_anywhere_in_a_text_is_told_with_its_line(folder: Path) -> None:
    """Such a file is damaged: far from its beginning too, and in an encoding of two bytes."""
    records = "TY  - JOUR\nTI  - Needles for knees\nER  -\n" * 9000
    for data in (f"{records}\x00{records}".encode(), f"{records}\x00{records}".encode("utf-16")):
        assert "damaged.data:27001: found a zero byte" in str(_tried(folder, data))


def test_a_zero_character_of_json_is_no_text(folder: Path) -> None:
    """Written as an escape it passes as text; a document that has one is reported."""
    report = _tried(folder, b'{"_id": "a", "title": "T", "text": "x\\u0000y"}\n')
    assert isinstance(report, FileReport)
    assert [("line 1", "a zero character or half of a character (a lone surrogate); wanted text")] == [
        (one.place, one.why) for one in report.reported
    ]  # fmt: skip


def test_a_small_packed_file_cannot_fill_the_memory(folder: Path) -> None:
    """What unpacks to a thousand times its size is no export, and is refused long before it is all unpacked."""
    bomb = gzip.compress(b"TY  - JOUR\nTI  - A\nER  -\n" * 4_000_000)
    assert "found a small packed file that unpacks to more than 65 MB" in str(_tried(folder, bomb))


def test_packed_files_that_follow_each_other_are_one(folder: Path) -> None:
    """However many there are; what follows and is no packed file is damage, not to be passed over."""
    ris = gzip.compress(b"TY  - JOUR\nTI  - A\nER  -\n")
    report = _tried(folder, gzip.compress(b"") * 20_000 + ris + ris.replace(b"A", b"A"))
    assert isinstance(report, FileReport)
    assert (1, 1) == (report.imported, report.unchanged)
    assert "found a packed file that is damaged" in str(_tried(folder, ris + b"and more"))


def test_a_record_nested_a_hundred_thousand_deep_is_named(folder: Path) -> None:
    """Front matter, vocabulary and lines of JSON: the reader of YAML would end the process without a word."""
    deep = "[" * DEEP + "]" * DEEP
    record = folder / "studies" / "a.md"
    record.parent.mkdir()
    for value in (deep, "{a: " * DEEP, "? " * DEEP + "x"):
        record.write_text(f"---\nid: a\nsource: {value}\n---\n\n# Summary\n\nText.\n", "utf-8")
        with pytest.raises(RecordError, match=r"a\.md:3: found"):
            load_catalogue(folder)
    shutil.rmtree(record.parent)
    (folder / "vocabulary.yaml").write_text(deep, encoding="utf-8")
    with pytest.raises(VocabularyError, match="found values nested very deeply"):
        load_catalogue(folder)
    (folder / "vocabulary.yaml").write_text("[]\n", encoding="utf-8")
    (folder / "paraphrases.yaml").write_text(deep, encoding="utf-8")
    with pytest.raises(VocabularyError, match="found values nested very deeply"):
        load_catalogue(folder)
    (folder / "paraphrases.yaml").unlink()
    for depth in (30, 900, DEEP):
        nested = "[" * depth + "]" * depth
        (folder / BULK).write_text(f'{{"id": "a", "source": {{"x": {nested}}}}}\n', "utf-8")
        with pytest.raises(RecordError, match=r"studies\.jsonl:1: found"):
            import_files([ROOT / "README.md"], folder)


@pytest.mark.parametrize(
    "times", [pytest.param(240, id="few"), pytest.param(10_000, id="many", marks=pytest.mark.long)]
)
def test_damaged_files_end_in_whole_records_or_in_one_message(folder: Path, times: int) -> None:
    """Cut, flipped, filled, nested, recoded or packed: all that was imported is there, or nothing has changed."""
    chance = random.Random(times)  # noqa: S311 - damage, no secrets
    names = sorted(KINDS)
    refused = 0
    for number in range(times):
        data = random_damage(chance, KINDS[names[number % len(names)]].encode())
        refused += isinstance(_tried(folder, data), str)
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / BULK).write_text(OLD, encoding="utf-8")
    assert times * 0.1 < refused < times * 0.9


def test_a_first_row_without_end_is_no_table(folder: Path) -> None:
    """A person who names the columns of such a file is told that it has no names of columns."""
    file = folder.with_name("table.csv")
    file.write_text("title," * 20_000 + "\nA\n", encoding="utf-8")
    with pytest.raises(ImportingError, match="at most 10000 columns"):
        import_files([file], folder, columns={"title": "title"})


def test_of_very_many_reports_the_command_prints_the_first(folder: Path) -> None:
    """A person reads a thousand at most; how many more there are is said, and the JSON has them all."""
    file = folder.with_name("table.csv")
    file.write_text("title,abstract\nA,B\n" + "A,B,C\n" * 1005, encoding="utf-8")
    done = CliRunner().invoke(app, ["import", str(file), "--to", str(folder), "--dry-run"])
    assert 1000 == done.output.count("3 cells; wanted 2")
    assert "  and 5 more like these; --json names each" in done.output
