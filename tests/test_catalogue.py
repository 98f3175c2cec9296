"""Collections: which records count, and what makes two of them the same."""

from __future__ import annotations

import json
import shutil
import threading
from datetime import date
from pathlib import Path

import pytest

from corpus import catalogue as catalogues
from corpus.catalogue import BULK, Catalogue, load_catalogue, shipped_folder
from corpus.errors import CollectionError, RecordError, VocabularyError
from corpus.folder_writing import alone, write_files
from corpus.records import load_bulk, write_json, write_markdown
from corpus.study import Section, Study, Voice
from corpus.vocabulary import Vocabulary
from qa.page_record import disclaimer

RECORD = """\
---
id: {id}
title: A study
review: {review}
---

# Summary

It helped.
"""


def _put(folder: Path, study_id: str, review: str = "published by the clinic") -> Path:
    file = folder / "studies" / f"{study_id}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(RECORD.format(id=study_id, review=review), encoding="utf-8")
    return file


def test_the_shipped_collection_has_seventeen_studies_and_a_page(catalogue: Catalogue) -> None:
    """All studies of the evidence page are there, in the order of their ids; the page stands apart."""
    assert 17 == len(catalogue.studies)
    ids = [study.id for study in catalogue.studies]
    assert sorted(ids) == ids
    assert "page" not in ids
    assert catalogue.page.is_page
    assert "Acupuncture for back, hip, knee and leg pain" == catalogue.name


def test_thirteen_studies_speak_in_two_voices_and_four_in_one(catalogue: Catalogue) -> None:
    """Moura, Chou, Cox and Pach are known by their note alone."""
    alone = {study.id for study in catalogue.studies if study.note_only}
    assert {
        "moura-2018-cupping", "chou-2017-low-back", "cox-2016-extremities", "pach-2013-standardised",
    } == alone  # fmt: skip
    for study in catalogue.studies:
        names = [section.name for section in study.sections]
        expected = ["Clinic note"] if study.id in alone else ["Headline", "Summary", "Clinic note"]
        assert expected == names


def test_a_study_is_found_by_its_id(catalogue: Catalogue) -> None:
    """Also the page; an unknown id is a KeyError."""
    assert 413 == catalogue.study("manheimer-2018-hip-oa").participants
    assert catalogue.page is catalogue.study("page")
    with pytest.raises(KeyError):
        catalogue.study("nobody-1999")


def test_drafts_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    """What nobody has reviewed does not reach a patient."""
    _put(tmp_path, "a-2020")
    _put(tmp_path, "b-2020", "draft")
    assert ["a-2020"] == [one.id for one in load_catalogue(tmp_path).studies]
    assert ["a-2020", "b-2020"] == [one.id for one in load_catalogue(tmp_path, drafts=True).studies]


def test_a_record_is_shown_until_the_last_day_of_its_approval(tmp_path: Path) -> None:
    """On the day itself it still is; on the next it has left, and stands with the drafts."""
    approval = "approved\napproval: {by: J. Doe, on: '2026-01-05', until: '2027-01-05'}"
    _put(tmp_path, "a-2020", approval)
    _put(tmp_path, "b-2020")
    last, after = date(2027, 1, 5), date(2027, 1, 6)
    assert ["a-2020", "b-2020"] == [one.id for one in load_catalogue(tmp_path, day=last).studies]
    assert ["b-2020"] == [one.id for one in load_catalogue(tmp_path, day=after).studies]
    drafts = load_catalogue(tmp_path, drafts=True, day=after).studies
    assert ["a-2020", "b-2020"] == [one.id for one in drafts]


@pytest.mark.parametrize("drafts", [False, True])
def test_a_retracted_study_is_never_shown(tmp_path: Path, *, drafts: bool) -> None:
    """Not even among the drafts; a correction alone withdraws nothing."""
    said = "published by the clinic\nnotices:\n- {kind: %s, source: PubMed 12345678}"
    _put(tmp_path, "a-2020", said % "retracted")
    _put(tmp_path, "b-2020", said % "corrected")
    assert ["b-2020"] == [one.id for one in load_catalogue(tmp_path, drafts=drafts).studies]


def test_markdown_and_bulk_records_are_one_collection(tmp_path: Path) -> None:
    """Records of both forms are sorted together."""
    _put(tmp_path, "b-2020")
    rows = [{"id": one, "title": "T", "review": "published by the clinic"} for one in ("c", "a")]
    text = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "studies.jsonl").write_text(text, encoding="utf-8")
    assert ["a", "b-2020", "c"] == [one.id for one in load_catalogue(tmp_path).studies]


def test_a_collection_without_a_page_has_the_shipped_one(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    """The disclaimer is never missing."""
    _put(tmp_path, "a-2020")
    assert catalogue.page == load_catalogue(tmp_path).page


def test_a_collection_without_a_description_is_called_after_its_folder(tmp_path: Path) -> None:
    """`collection.yaml` is a convenience."""
    folder = tmp_path / "neck"
    _put(folder, "a-2020")
    assert "neck" == load_catalogue(folder).name
    (folder / "collection.yaml").write_text("name: Neck pain\nlanguages: [en, de]\n", "utf-8")
    assert ("en", "de") == load_catalogue(folder).description.languages
    (folder / "collection.yaml").write_text("name: Neck pain\nlanguages: [en, fr]\n", "utf-8")
    with pytest.raises(RecordError, match=r"collection\.yaml:2: found the language 'fr'"):
        load_catalogue(folder)


def test_one_id_twice_is_refused(tmp_path: Path) -> None:
    """Two records cannot answer to one id, even in two files."""
    _put(tmp_path, "a-2020")
    (tmp_path / "studies.jsonl").write_text('{"id": "a-2020"}\n', encoding="utf-8")
    with pytest.raises(RecordError, match=r"the id 'a-2020' again; wanted another id, a-2020\.md"):
        load_catalogue(tmp_path)


def test_a_folder_that_is_no_collection_is_refused(tmp_path: Path) -> None:
    """The message says what was wanted."""
    with pytest.raises(CollectionError, match=r"found neither studies/ nor studies\.jsonl"):
        load_catalogue(tmp_path)
    with pytest.raises(CollectionError, match="found no such folder"):
        load_catalogue(tmp_path / "nowhere")


def test_a_collection_may_bring_its_own_vocabulary(tmp_path: Path) -> None:
    """Its concepts count then, and the shipped ones do not; a wrong one is one clear error."""
    file = _put(tmp_path, "a-2020")
    text = file.read_text(encoding="utf-8").replace("review:", "conditions: [gout]\nreview:")
    file.write_text(text, encoding="utf-8")
    own = tmp_path / "vocabulary.yaml"
    own.write_text("- {id: gout, kind: condition, label: gout}\n", encoding="utf-8")
    catalogue = load_catalogue(tmp_path)
    assert ("gout",) == catalogue.study("a-2020").conditions
    assert ["gout"] == list(catalogue.vocabulary.concepts)
    own.write_text("- {id: gout, kind: disease, label: gout}\n", encoding="utf-8")
    with pytest.raises(VocabularyError):
        load_catalogue(tmp_path)
    own.write_text("- [\n", encoding="utf-8")
    with pytest.raises(VocabularyError):
        load_catalogue(tmp_path)


def _copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    shutil.copytree(shipped_folder() / "studies", folder / "studies")
    for name in ("collection.yaml", "vocabulary.yaml", "paraphrases.yaml"):
        shutil.copy(shipped_folder() / name, folder / name)
    return folder


def test_the_digest_is_of_the_content_alone(tmp_path: Path, catalogue: Catalogue) -> None:
    """The same records in another folder, with other line ends, have the same digest."""
    folder = _copy(tmp_path)
    assert catalogue.digest == load_catalogue(folder).digest
    for file in (folder / "studies").glob("*.md"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert catalogue.digest == load_catalogue(folder).digest


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("studies/ji-2015-sciatica.md", "were acceptable", "were serious"),
        ("studies/ji-2015-sciatica.md", "direction: better", "direction: worse"),
        ("studies/ji-2015-sciatica.md", "date: 2015, Dec 6", "date: 2015, Sep 6"),
        ("studies/page.md", "do not make any claims", "make few claims"),
        ("vocabulary.yaml", "label: sciatica", "label: ischialgia"),
        ("paraphrases.yaml", "it aches just above my belt line", "it aches above my belt"),
        ("collection.yaml", "name: Acu", "name: Accu"),
    ],
)
def test_the_digest_changes_with_anything_that_can_change_an_answer(
    tmp_path: Path, catalogue: Catalogue, file: str, old: str, new: str
) -> None:
    """A word, a mark, a source, the disclaimer, a label, a paraphrase, the name."""
    folder = _copy(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    assert catalogue.digest != load_catalogue(folder).digest


def test_a_collection_may_have_a_disclaimer_of_its_own(tmp_path: Path) -> None:
    """It stands in the place of the page's, and changing it makes another collection."""
    _put(tmp_path, "a-2020")
    before = load_catalogue(tmp_path)
    text = "We do not promise any result."
    (tmp_path / "collection.yaml").write_text(
        f"name: Necks\ndisclaimer: {text}\n", encoding="utf-8"
    )
    after = load_catalogue(tmp_path)
    assert text == after.page.section("Disclaimer")
    assert text == disclaimer(after)[0].text
    assert before.digest != after.digest


def _say(folder: Path, text: str) -> None:
    """A change of a record of each kind."""
    one, other = (Study(name, text, (Section("A", Voice.SUMMARY, text),)) for name in "ab")
    with alone(folder):
        write_files(folder, {"studies/a.md": write_markdown(one), BULK: write_json(other) + "\n"})


def test_a_change_while_records_are_read_is_read_wholly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves after one file was read and before the next: the collection is read once more."""
    _say(tmp_path, "old")
    changes = ["newer", "newest"]

    def late(file: Path, concepts: Vocabulary | None) -> tuple[Study, ...]:
        if changes:
            _say(tmp_path, changes.pop(0))
        return load_bulk(file, concepts)

    monkeypatch.setattr(catalogues, "load_bulk", late)
    studies = load_catalogue(tmp_path, drafts=True).studies
    assert ["newest", "newest"] == [one.title for one in studies]
    changes.extend(str(number) for number in range(1000))
    with pytest.raises(CollectionError, match="records that change again and again"):
        load_catalogue(tmp_path, drafts=True)


def test_who_reads_takes_no_change_away_from_who_writes(tmp_path: Path) -> None:
    """What is decided but not carried out is left to its writer; it is finished where that one is gone."""
    _say(tmp_path, "old")
    journal = tmp_path / ".writing.json"
    reader = threading.Thread(target=load_catalogue, args=(tmp_path,))
    with alone(tmp_path):
        (tmp_path / f".{BULK}.new").write_text("", encoding="utf-8")
        journal.write_text(f'["{BULK}"]', encoding="utf-8")
        reader.start()
        reader.join(0.3)
        assert journal.exists()
        assert "old" in (tmp_path / BULK).read_text(encoding="utf-8")
    reader.join()
    assert not journal.exists()
    assert "" == (tmp_path / BULK).read_text(encoding="utf-8")
