"""Reviewed records in their files: one write, nobody's work undone, whole after a crash, and shown to patients."""

from __future__ import annotations

import html
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import BULK, load_catalogue
from corpus.errors import CollectionError, ReviewError
from corpus.importing.imports import import_files
from corpus.reading import read
from corpus.records import write_markdown
from corpus.review_days import reminder
from corpus.review_store import Stored, save, shelf
from corpus.reviewing import approved, edited, marked, place_of, returned
from corpus.standing import today
from corpus.study import Approval, Review, Role, Section, Study, Voice
from index.build import ensure
from index.encoder import Encoder
from qa.answer import Finding, Flag, Outcome, Quote, QuoteRole
from qa.browse_study import study_page
from qa.cli import main
from qa.page_frame import Frame
from qa.page_study import sentences_html
from qa.pipeline import ask
from qa.render_json import answer_line
from qa.staff_verify import Place, place_html
from qa.wording import Brand
from tests.killing import left_over
from tests.small_collection import small_collection

DAY = date(2026, 11, 25)
RECORDS = [
    {
        "_id": "voice",
        "title": "Acupuncture for vocal fold lesions",
        "text": "We studied 40 singers with nodules on the vocal folds. Voice quality improved after real acupuncture. "
        "However, the sample was small. One singer had a bruise.",
    },
    {
        "_id": "nausea",
        "title": "Wrist bands against seasickness",
        "text": "Sailors wore bands on the point PC6. Vomiting was no different from placebo bands.",
    },
    {
        "_id": "Sleep 1",
        "title": "Ear seeds for sleep",
        "text": "Nurses slept better. It was a pilot.",
    },
]
QUESTION = "does acupuncture help vocal fold nodules in singers?"
LONE = Study(
    "lone",
    "Needles for sciatica",
    (Section("Summary", Voice.SUMMARY, "Pain was reduced. The trial was small."),),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection of three imported abstracts and one Markdown record, all drafts."""
    file = tmp_path / "corpus.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in RECORDS), encoding="utf-8")
    made = tmp_path / "collection"
    import_files([file], made)
    (made / "studies").mkdir()
    (made / "studies" / "lone.md").write_text(write_markdown(LONE), encoding="utf-8")
    return made


def _approve_all(folder: Path, by: str = "Ada") -> None:
    records = shelf(folder)
    save(
        folder,
        [
            replace(one, study=approved(one.study, records.vocabulary, by=by, on=today()))
            for one in records.records
        ],
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }


def test_approved_records_are_shown_and_keep_their_texts(folder: Path) -> None:
    """After one write all four are on the page, from both kinds of files, word for word as they were."""
    before = {one.study.id: one.study.sections for one in shelf(folder).records}
    assert () == load_catalogue(folder).studies
    _approve_all(folder)
    shown = load_catalogue(folder).studies
    assert ["Sleep 1", "lone", "nausea", "voice"] == [one.id for one in shown]
    assert before == {one.id: one.sections for one in shown}


def test_other_lines_of_a_bulk_file_stay_letter_for_letter(folder: Path) -> None:
    """Approving one record changes its line alone, so that a diff shows who approved what."""
    before = (folder / BULK).read_text(encoding="utf-8").splitlines()
    records = shelf(folder)
    old = records.record("nausea")
    save(folder, [replace(old, study=approved(old.study, records.vocabulary, by="Ada", on=DAY))])
    after = (folder / BULK).read_text(encoding="utf-8").splitlines()
    changed = [new for was, new in zip(before, after, strict=True) if was != new]
    assert ["nausea"] == [json.loads(one)["id"] for one in changed]
    assert {"by": "Ada", "on": "2026-11-25", "until": "2027-11-25"} == json.loads(changed[0])[
        "approval"
    ]


@pytest.mark.parametrize("study", ["nausea", "lone"])
def test_two_reviewers_cannot_undo_each_other_unseen(folder: Path, study: str) -> None:
    """Who saves a record that somebody changed meanwhile is told so, and nothing of theirs is written."""
    records = shelf(folder)
    old, other = records.record(study), records.record("voice")
    mine = replace(old, study=approved(old.study, records.vocabulary, by="Ada", on=DAY))
    theirs = edited(old.study, records.vocabulary, {"participants": 9}, by="Bo", on=DAY)
    save(folder, [replace(old, study=theirs)])
    before = _contents(folder)
    also = replace(other, study=approved(other.study, records.vocabulary, by="Ada", on=DAY))
    with pytest.raises(ReviewError, match="changed since you opened it"):
        save(folder, [also, mine])
    assert before == _contents(folder)


def test_a_record_that_is_gone_is_not_written_again(folder: Path) -> None:
    """Somebody deleted the record meanwhile: its reviewer is told, and it stays deleted."""
    records = shelf(folder)
    old = records.record("lone")
    (folder / old.file).unlink()
    with pytest.raises(ReviewError, match="changed since"):
        save(folder, [replace(old, study=returned(old.study), version=old.version)])
    assert not (folder / old.file).exists()


def test_a_folder_that_cannot_be_written_to_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full or read-only is one clear message, and nothing is changed."""
    before = _contents(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corpus.folder_writing._write", full)
    with pytest.raises(CollectionError, match="No space left"):
        _approve_all(folder)
    assert before == _contents(folder)


def test_staff_hear_of_approvals_that_are_over(folder: Path) -> None:
    """The start message counts what expired and what soon will; without either it is silent."""
    assert reminder(folder, DAY) is None
    over = replace(
        LONE, review=Review.APPROVED, approval=Approval("Ada", date(2025, 1, 1), date(2026, 1, 1))
    )
    (folder / "studies" / "lone.md").write_text(write_markdown(over), encoding="utf-8")
    said = reminder(folder, DAY)
    assert said is not None
    assert said.startswith("Approvals: 1 expired and left the page")


# --- crashes

_REVIEWER = """
import sys
from dataclasses import replace
from pathlib import Path
from corpus.review_store import save, shelf
from corpus.reviewing import approved
from corpus.standing import today
folder = Path(sys.argv[1])
records = shelf(folder)
new = [replace(one, study=approved(one.study, records.vocabulary, by="Ada", on=today())) for one in records.records]
print("ready", flush=True)
sys.stdin.readline()
save(folder, new)
"""


def _killed(folder: Path, after: float) -> None:
    """Approve everything in another process, and kill it so many seconds after it began to write."""
    reviewer = subprocess.Popen(
        [sys.executable, "-c", _REVIEWER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reviewer.stdin is not None
    assert reviewer.stdout is not None
    assert "ready\n" == reviewer.stdout.readline()
    reviewer.stdin.write("\n")
    reviewer.stdin.flush()
    time.sleep(after)
    os.kill(reviewer.pid, signal.SIGKILL)
    reviewer.wait()
    reviewer.stdin.close()
    reviewer.stdout.close()


@pytest.mark.parametrize(
    "times", [pytest.param(4, id="few"), pytest.param(200, id="many", marks=pytest.mark.long)]
)
def test_a_killed_review_leaves_all_old_or_all_new(
    folder: Path, tmp_path: Path, times: int
) -> None:
    """Killed at any moment of writing, every record is a draft or every record is approved."""
    chance = random.Random(times)  # noqa: S311 - moments, no secrets
    for number in range(times):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(folder, copy)
        _killed(copy, chance.uniform(0.0, 0.01))
        assert len(load_catalogue(copy).studies) in {0, 4}
        assert {Review.DRAFT} == {one.study.review for one in shelf(copy).records} or {
            Review.APPROVED
        } == {one.study.review for one in shelf(copy).records}
        _approve_all(copy, by="Bo")  # the lock of who was killed holds nobody up
        assert 4 == len(load_catalogue(copy).studies)
        assert [] == left_over(copy)


# --- questions


def test_abstracts_approved_in_bulk_answer_questions(
    folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    """Without drafts, the approved study answers as its draft did, but for the note that nobody reviewed it."""
    draft = ensure(load_catalogue(folder, drafts=True), tmp_path / "indexes", encoder)
    as_draft = ask(QUESTION, draft).findings[0]
    _approve_all(folder)
    library = ensure(load_catalogue(folder), tmp_path / "indexes", encoder)
    answer = ask(QUESTION, library)
    assert (Outcome.ANSWERED, "voice") == (answer.outcome, answer.findings[0].study.id)
    assert Flag.DRAFT in as_draft.flags
    assert Flag.DRAFT not in answer.findings[0].flags
    assert [one.text for one in as_draft.quotes] == [one.text for one in answer.findings[0].quotes]
    assert Outcome.NOT_IN_COLLECTION is ask("does acupuncture help gout?", library).outcome


def test_a_withheld_sentence_comes_out_nowhere(
    folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    """Neither a passage nor an answer to the very question holds what a reviewer withheld."""
    _approve_all(folder)
    records = shelf(folder)
    old = records.record("voice")
    place = place_of(old.study, records.vocabulary, "Abstract:4")
    new = marked(old.study, records.vocabulary, {place: frozenset({Role.WITHHELD})})
    save(folder, [Stored(new, old.file, old.version)])
    library = ensure(load_catalogue(folder), tmp_path / "indexes", encoder)
    assert not [one for one in library.passages if "bruise" in one.text]
    for question in (QUESTION, "did a singer get a bruise from acupuncture of the vocal folds?"):
        assert "bruise" not in answer_line(ask(question, library)).replace(question, "")


def test_pages_leave_a_withheld_sentence_out_and_say_so(folder: Path) -> None:
    """The study's own page and a card with all its sentences lack it; the staff's check names it as not shown."""
    _approve_all(folder)
    records = shelf(folder)
    old = records.record("voice")
    place = place_of(old.study, records.vocabulary, "Abstract:4")
    new = marked(old.study, records.vocabulary, {place: frozenset({Role.WITHHELD})})
    save(folder, [Stored(new, old.file, old.version)])
    catalogue = load_catalogue(folder)
    study = catalogue.study("voice")
    frame = Frame(Brand("Small"), (), ())
    page = study_page(study, catalogue, frame, withhold=False)
    assert "bruise" not in page
    assert "We have left out part of this text." in _plain(page)
    sentences = read(study, catalogue.vocabulary)
    first = sentences[0]
    quote = Quote(study, first.section, first.start, first.end, QuoteRole.FINDING)
    card = sentences_html(Finding(study, (quote,), sentences=sentences)).markup
    assert "However" in card
    assert "bruise" not in card
    assert "We have left out part of this text." in _plain(card)
    where = Place(study, 0, first.start, first.end)
    assert "Not shown to patients: One singer had a bruise." in _plain(
        place_html(catalogue, where).markup
    )


def _plain(markup: str) -> str:
    """What a reader sees, without tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


LIST = (
    "Record ID,Title,RetractionDOI,RetractionDate,RetractionPubMedID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n"
    "1,A trial,10.1/r,3/14/2026 0:00,0,10.1000/A,0,Retraction\n"
)


def test_what_a_list_says_was_retracted_is_named_and_never_approved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of a reviewer shows what patients miss, though the record itself does not say so, and never will."""
    study = Study(
        "a",
        "A trial",
        (Section("Summary", Voice.SUMMARY, "It helped."),),
        doi="10.1000/a",
    )
    small_collection(tmp_path, studies=(study,))
    (tmp_path / "retractions").mkdir()
    (tmp_path / "retractions" / "list.csv").write_text(LIST, encoding="utf-8")
    before = (tmp_path / "studies.jsonl").read_bytes()

    def run(*words: str) -> int | str | None:
        monkeypatch.setattr(
            "sys.argv", ["evidence-desk", "review", *words, "--collection", str(tmp_path)]
        )
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    run("list")
    assert "withdrawn  -           a  A trial\n1 withdrawn\n" == capsys.readouterr().out
    assert 1 == run("approve", "a", "--by", "Dr Ada Hill")
    assert "a: its paper was retracted; wanted it left out" in capsys.readouterr().err
    assert before == (tmp_path / "studies.jsonl").read_bytes()
