"""Importing: every record ends as imported, merged, unchanged or reported, and nothing is half done."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import folder_writing
from corpus.catalogue import load_catalogue, shipped_folder
from corpus.errors import CollectionError, ImportingError
from corpus.folder_writing import finish_writing, write_files
from corpus.importing import FileReport, import_files
from corpus.importing.authors import authors_of, surname
from corpus.importing.clinic_page import entries
from corpus.importing.entries import Draft, Unread
from corpus.importing.source import Source, read_source
from corpus.study import Review, Study, Voice

PAGE = shipped_folder() / "source" / "evidence-page.txt"


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix != ".lock"
    }


def _counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.imported, report.merged, report.unchanged, len(report.reported)


# --- the clinic's page ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> dict[str, Study]:
    """The studies read off the page, by their titles."""
    found = entries(read_source(PAGE))
    return {one.study.title: one.study for one in found if isinstance(one, Draft)}


def test_the_page_gives_seventeen_studies_and_its_own_text(page: dict[str, Study]) -> None:
    """Thirteen with a summary and a note, four with a note only."""
    studies = [one for one in page.values() if not one.is_page]
    assert 17 == len(studies)
    assert 13 == sum(not one.note_only for one in studies)
    assert 4 == sum(one.note_only for one in studies)
    assert len(studies) == len({one.id for one in studies})
    assert all(one.review is Review.DRAFT for one in studies)


def _study(page: dict[str, Study], title: str) -> Study:
    (found,) = (study for name, study in page.items() if name.startswith(title))
    return found


def test_two_studies_of_sciatica_of_one_year_and_journal_stay_apart(page: dict[str, Study]) -> None:
    """Ji's summary and note are one study, Qin's another; neither has a word of the other."""
    ji = _study(page, "The Efficacy of Acupuncture for the Treatment of Sciatica")
    qin = _study(page, "Effectiveness of Acupuncture for Treating Sciatica")
    assert ("Ji M", "Wang X") == ji.authors[:2]
    assert ("Zongshi Qin", "Xiaoxu Liu") == qin.authors[:2]
    assert "1842 participants" in ji.section("Summary")
    assert "more effective than conventional Western medicine in" in ji.section("Clinic note")
    assert "lacking in relevant and rigorous RCTs" in qin.section("Summary")
    assert "improved global assessment" in qin.section("Clinic note")


def test_two_studies_of_the_knee_with_like_titles_stay_apart(page: dict[str, Study]) -> None:
    """Wang's title is about "the treatment of", Li's is not; Li's note is above Xiang's in the list only."""
    wang = _study(page, "Efficacy and safety of acupuncture for the treatment of knee")
    li = _study(page, "The effectiveness and safety of acupuncture for knee")
    assert "3 522 participants" in wang.section("Summary")
    assert "This study showed high efficacy" in wang.section("Clinic note")
    assert "Firstly, this overview" in li.section("Summary")
    assert "showcase the safety" in li.section("Clinic note")
    assert 2020 == wang.year
    assert 2019 == li.year


def test_two_first_authors_of_one_name_stay_apart(page: dict[str, Study]) -> None:
    """Zhang 2011 and Zhang 2017, Li 2019 and Li 2021 have ids of their own."""
    ids = sorted(one.id for one in page.values() if one.id.startswith(("li-", "zhang-")))
    assert ["li-2019", "li-2021", "zhang-2011", "zhang-2017"] == [
        "-".join(one.split("-")[:2]) for one in ids
    ]


def test_a_publisher_glued_to_a_journal_is_taken_off_where_the_summary_shows_how(
    page: dict[str, Study],
) -> None:
    """The heading of a summary has the journal alone; a lone note is kept as it stands."""
    assert "Acupuncture in Medicine" == _study(page, "Acupuncture for Lumbar").journal
    assert "Medicine" == _study(page, "The effectiveness and safety").journal
    assert str(_study(page, "Cupping").journal).endswith("College of Nursing")


def test_the_page_keeps_its_own_words(page: dict[str, Study]) -> None:
    """Causes and disclaimers are a record of their own, in the page's voice."""
    own = page["Acupuncture for Back, Hip, Knee & Leg Pain"]
    assert own.is_page
    assert {Voice.PAGE} == {section.voice for section in own.sections}
    assert own.section("Disclaimer").startswith("Although well-conducted clinical research")
    assert own.section("Consult").startswith("Consult with our practitioners")


def test_importing_the_page_into_the_shipped_collection_changes_nothing(tmp_path: Path) -> None:
    """The importer reads what the shipped records say, word for word."""
    folder = tmp_path / "copy"
    shutil.copytree(shipped_folder() / "studies", folder / "studies")
    before = _files(folder)
    (report,) = import_files([PAGE], folder).files
    assert (0, 0, 18, 0) == _counts(report)
    assert "clinic page" == report.format
    assert before == _files(folder)


def test_importing_the_page_twice_changes_nothing(tmp_path: Path) -> None:
    """The first import makes eighteen drafts, the second finds them."""
    folder = tmp_path / "new"
    (first,) = import_files([PAGE], folder).files
    assert (18, 0, 0, 0) == _counts(first)
    before = _files(folder)
    (second,) = import_files([PAGE], folder).files
    assert (0, 0, 18, 0) == _counts(second)
    assert before == _files(folder)
    assert 0 == len(load_catalogue(folder).studies)
    assert 17 == len(load_catalogue(folder, drafts=True).studies)


def test_the_same_page_twice_in_one_import_is_unchanged_the_second_time(tmp_path: Path) -> None:
    """Files of one import know of each other."""
    first, second = import_files([PAGE, PAGE], tmp_path / "new").files
    assert (18, 0, 0, 0) == _counts(first)
    assert (0, 0, 18, 0) == _counts(second)


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    """Not even the folder is made."""
    (report,) = import_files([PAGE], tmp_path / "new", dry_run=True).files
    assert (18, 0, 0, 0) == _counts(report)
    assert not (tmp_path / "new").exists()


LISTED = """2020, Mar 1
Needles for the neck
Journal of Needles
It helped.
Doe J Full Article
"""


def test_a_summary_that_the_list_does_not_know_is_reported() -> None:
    """Its words go into no other study, and not unseen."""
    text = f"2019 Journal of Pins\nIt helped much.\nPins for the neck Roe J\n\n{LISTED}"
    found = list(entries(Source("page.txt", text.encode())))
    assert [Unread("lines 1-4", "a summary whose citation is not in the reference list")] == [
        one for one in found if isinstance(one, Unread)
    ]
    (study,) = (one.study for one in found if isinstance(one, Draft))
    assert study.note_only


def test_a_reference_that_breaks_off_is_reported() -> None:
    """A half-written last block is no study."""
    found = list(entries(Source("page.txt", (LISTED + "\n2018\nNeedles for the arm\n").encode())))
    assert [Unread("lines 7-8", "a reference of 2 lines; wanted date, title, journal, note and authors")] == [
        one for one in found if isinstance(one, Unread)
    ]  # fmt: skip


def test_a_changed_page_does_not_change_reviewed_text(tmp_path: Path) -> None:
    """Another text for a reviewed section is reported with its study; the folder stays as it was."""
    folder = tmp_path / "copy"
    shutil.copytree(shipped_folder() / "studies", folder / "studies")
    before = _files(folder)
    page = tmp_path / "page.txt"
    text = PAGE.read_text(encoding="utf-8").replace("were acceptable", "were rare")
    page.write_text(text, encoding="utf-8")
    (report,) = import_files([page], folder).files
    assert (0, 0, 17, 1) == _counts(report)
    assert "lines 47-50 and 136-140" == report.reported[0].place
    assert "ji-2015-sciatica" in report.reported[0].why
    assert before == _files(folder)


AUTHORS = [
    ("Tao Li , Xiaohui Li ,Fan Huang , and S. Wu Full Article", ["Tao Li", "Xiaohui Li", "Fan Huang", "S. Wu"], "Li"),
    ("Wang, Tt., Liu, Y., Ning, Zy. et al. Full Article", ["Wang, Tt.", "Liu, Y.", "Ning, Zy.", "et al."], "Wang"),
    ("Manheimer E, Berman BM. Full Article", ["Manheimer E", "Berman BM"], "Manheimer"),
    ("Lv Z.-T.a · Zhou X.c · Chen A.-M Full Article", ["Lv Z.-T.", "Zhou X.", "Chen A.-M"], "Lv"),
    ("Moura, C. C., Chaves, É., & Chianca, T. Full Article", ["Moura, C. C.", "Chaves, É.", "Chianca, T."], "Moura"),
    ("Cox, J., Côté, P., & Optima Collaboration", ["Cox, J.", "Côté, P.", "Optima Collaboration"], "Cox"),
    ("Zongshi Qin, Zhishun Liu, Full Article", ["Zongshi Qin", "Zhishun Liu"], "Qin"),
    ("", [], ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "names", "first"), AUTHORS, ids=[one[0][:20] or "-" for one in AUTHORS]
)
def test_author_lines_of_all_styles_are_taken_apart(
    line: str, names: list[str], first: str
) -> None:
    """Names as printed, without what glues them together; the first one's family name."""
    assert names == list(authors_of(line))
    assert first == (surname(names[0]) if names else "")


# --- BEIR -----------------------------------------------------------------------------------------

ROWS: list[dict[str, object]] = [
    {"_id": "MED-10", "title": "Needles for the knee", "text": "It helped. It was safe."},
    {"_id": "doc/7 a", "title": "", "text": "No title here."},
    {"_id": 12, "title": "Needles for the knee", "text": "The same title, another document."},
]


def _write(file: Path, rows: list[object]) -> Path:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    file.write_text(text, encoding="utf-8")
    return file


def test_documents_keep_their_ids_and_their_text(tmp_path: Path) -> None:
    """Judgements refer to ids, so these are kept letter by letter, and like titles are not merged."""
    file = _write(tmp_path / "corpus.data", list(ROWS))
    (report,) = import_files([file], tmp_path / "new").files
    assert "BEIR" == report.format
    assert (3, 0, 0, 0) == _counts(report)
    catalogue = load_catalogue(tmp_path / "new", drafts=True)
    assert ["12", "MED-10", "doc/7 a"] == [study.id for study in catalogue.studies]
    assert "It helped. It was safe." == catalogue.study("MED-10").section("Abstract")
    assert Voice.SUMMARY is catalogue.study("MED-10").sections[0].voice
    assert "" == catalogue.study("doc/7 a").title
    assert None is catalogue.study("MED-10").year


WRONG_ROWS = [
    ('{"_id": "a", "text": "b"', "the line is no JSON"),
    ("[1, 2]", "JSON but no object"),
    ({"title": "no id", "text": "x"}, "no _id"),
    ({"_id": "", "text": "x"}, "no _id"),
    ({"_id": "x y\n", "text": "x"}, "white space"),
    ({"_id": "b", "title": "no text"}, "no text"),
    ({"_id": "c", "title": " ", "text": " "}, "neither title nor text"),
    ({"_id": "d", "title": 7, "text": "x"}, "a title that is no text"),
    ({"_id": "page", "text": "x"}, "kept for a page's own text"),
    ('{"_id": "e", "text": "a \\ud800 b"}', "half of a character"),
]


@pytest.mark.parametrize(
    ("row", "why"), WRONG_ROWS, ids=[one[1] + str(number) for number, one in enumerate(WRONG_ROWS)]
)
def test_a_wrong_line_is_reported_with_its_number(tmp_path: Path, row: object, why: str) -> None:
    """The other lines are imported; nothing is dropped without a word."""
    file = _write(tmp_path / "corpus.jsonl", [ROWS[0], "", row, ROWS[1]])
    (report,) = import_files([file], tmp_path / "new").files
    assert (2, 0, 0, 1) == _counts(report)
    assert 3 == report.records
    assert "line 3" == report.reported[0].place
    assert why in report.reported[0].why


def test_importing_documents_again_changes_nothing(tmp_path: Path) -> None:
    """All are found unchanged and the file is the same, byte for byte."""
    file = _write(tmp_path / "corpus.jsonl", list(ROWS))
    import_files([file], tmp_path / "new")
    before = _files(tmp_path / "new")
    (report,) = import_files([file], tmp_path / "new").files
    assert (0, 0, 3, 0) == _counts(report)
    assert before == _files(tmp_path / "new")


def test_a_newer_text_of_a_draft_takes_the_place_of_the_older(tmp_path: Path) -> None:
    """A corrected export is merged by its id."""
    file = _write(tmp_path / "corpus.jsonl", list(ROWS))
    import_files([file], tmp_path / "new")
    _write(file, [{**ROWS[0], "text": "It did not help."}, *ROWS[1:]])
    (report,) = import_files([file], tmp_path / "new").files
    assert (0, 1, 2, 0) == _counts(report)
    assert "MED-10" == report.merges[0].study
    study = load_catalogue(tmp_path / "new", drafts=True).study("MED-10")
    assert "It did not help." == study.section("Abstract")


def test_a_second_collection_joins_the_first(tmp_path: Path) -> None:
    """A page and documents live in one folder."""
    file = _write(tmp_path / "corpus.jsonl", list(ROWS))
    page, documents = import_files([PAGE, file], tmp_path / "new").files
    assert (18, 0, 0, 0) == _counts(page)
    assert (3, 0, 0, 0) == _counts(documents)
    assert 20 == len(load_catalogue(tmp_path / "new", drafts=True).studies)


def test_a_report_has_the_form_that_the_command_prints(tmp_path: Path) -> None:
    """Counts add up, reported records name place and reason."""
    file = _write(tmp_path / "corpus.jsonl", [ROWS[0], "no"])
    (one,) = import_files([file], tmp_path / "new").as_json()
    assert {
        "file": str(file), "format": "BEIR", "records": 2,
        "imported": 1, "merged": 0, "unchanged": 0,
        "reported": [{"place": "line 2", "why": "the line is no JSON; wanted one object with _id, title and text"}],
    } == one  # fmt: skip


@given(
    rows=st.lists(
        st.one_of(
            st.text(max_size=20).filter(lambda text: "\n" not in text),
            st.fixed_dictionaries(
                {"_id": st.text(max_size=5), "text": st.text(max_size=30)},
                optional={"title": st.text(max_size=10)},
            ).map(json.dumps),
        ),
        max_size=8,
    )
)
def test_every_line_is_counted_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    """Whatever stands in a file: records are its lines that are not empty, and they are all accounted for."""
    folder = tmp_path_factory.mktemp("lines")
    rows = ['{"_id": "first", "text": "It helped."}', *rows]
    file = folder / "corpus.jsonl"
    file.write_bytes("\n".join(rows).encode("utf-8", "surrogatepass"))
    try:
        (report,) = import_files([file], folder / "new").files
    except ImportingError:
        return  # not UTF-8
    lines = "\n".join(rows).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert sum(bool(line.strip()) for line in lines) == report.records
    kept = load_catalogue(folder / "new", drafts=True).studies
    assert report.imported == len(kept)


# --- files that cannot be read, and crashes -------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file"),
        (b"Dear Sir or Madam,\n", "found a file of no known kind"),
        (b'{"name": "x"}\n', "found a file of no known kind"),
        (
            b'{"_id": "a", "text": "x"}\n\n\x81',
            r":3: found a byte that is neither UTF-8 nor Windows-1252",
        ),
        (b"\x00\x01\x02", "found bytes that are no text"),
    ],
    ids=["empty", "letter", "other JSON", "no encoding", "binary"],
)
def test_a_file_that_cannot_be_read_stops_the_import(
    tmp_path: Path, content: bytes, message: str
) -> None:
    """One clear message, and nothing of any file is written."""
    file = tmp_path / "x.dat"
    file.write_bytes(content)
    with pytest.raises(ImportingError, match=message):
        import_files([PAGE, file], tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(ImportingError, match="wanted a file that can be read"):
        import_files([tmp_path / "nowhere"], tmp_path / "new")


def test_a_target_that_is_a_file_is_refused() -> None:
    """The collection is a folder."""
    with pytest.raises(CollectionError, match="found a file; wanted a folder"):
        import_files([PAGE], PAGE)


def test_a_study_of_many_names_has_an_id_that_a_file_can_have(tmp_path: Path) -> None:
    """A title without end is a damaged page, and what comes of it can still be written."""
    page = tmp_path / "page.txt"
    page.write_text(
        f"Needles\n\n2018\n{'Needles' * 300}\nJ\nIt may help.\n{'D' * 400} J\n", "utf-8"
    )
    import_files([page], tmp_path / "collection")
    (study,) = load_catalogue(tmp_path / "collection", drafts=True).studies
    assert 80 == len(study.id)


class _PullThePlugError(Exception):
    """Stands for the power going off."""


@pytest.mark.parametrize("moment", range(5))
def test_a_crash_at_any_moment_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """The plug is pulled before each rename in turn; whoever opens the folder next sees all or nothing."""
    old = {"studies/a.md": "old a", "studies/b.md": "old b", "studies.jsonl": "old c"}
    new = {"studies/a.md": "new a", "studies/b.md": "new b", "studies.jsonl": "new c"}
    write_files(tmp_path, old)
    renames = 0
    replace = Path.replace

    def counted(self: Path, target: Path) -> Path:
        nonlocal renames
        renames += 1
        if renames > moment:
            raise _PullThePlugError
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", counted)
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: None)  # noqa: ARG005
    with contextlib.suppress(_PullThePlugError):
        write_files(tmp_path, new)
    monkeypatch.undo()
    finish_writing(tmp_path)
    now = {name: (tmp_path / name).read_text(encoding="utf-8") for name in old}
    assert (old if moment == 0 else new) == now
    write_files(tmp_path, old)
    assert old == {name: (tmp_path / name).read_text(encoding="utf-8") for name in old}


def test_a_failure_while_writing_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle of an import: one message, the folder as it was."""
    file = _write(tmp_path / "corpus.jsonl", list(ROWS))
    folder = tmp_path / "new"
    import_files([file], folder)
    before = _files(folder)
    write = folder_writing._write
    written = 0

    def full(target: Path, text: str) -> None:
        nonlocal written
        written += 1
        if written > 5:
            raise OSError(28, "No space left on device")
        write(target, text)

    monkeypatch.setattr(folder_writing, "_write", full)
    with pytest.raises(CollectionError, match=r"No space left on device.*Nothing was changed"):
        import_files([PAGE], folder)
    assert before == _files(folder)


@pytest.mark.parametrize("names", ['["../../etc/passwd"]', '["/etc/passwd"]', '{"a": 1}', "no"])
def test_a_journal_of_somebody_else_is_refused(tmp_path: Path, names: str) -> None:
    """A folder from elsewhere cannot make us rename files outside it."""
    (tmp_path / ".writing.json").write_text(names, encoding="utf-8")
    with pytest.raises(CollectionError, match=r"\.writing\.json: found"):
        finish_writing(tmp_path)


# --- a new collection -----------------------------------------------------------------------------


def _described(folder: Path) -> str:
    return load_catalogue(folder, drafts=True).name


def test_a_new_collection_is_named(tmp_path: Path) -> None:
    """By whoever imports, or after its folder; a name that is there already stays."""
    import_files([PAGE], tmp_path / "low-back_pain")
    assert "Low back pain" == _described(tmp_path / "low-back_pain")
    import_files([PAGE], tmp_path / "other", name="Rücken: was hilft?")
    assert "Rücken: was hilft?" == _described(tmp_path / "other")
    import_files([PAGE], tmp_path / "other", name="Rücken: was hilft?")
    import_files([PAGE], tmp_path / "other")
    assert "Rücken: was hilft?" == _described(tmp_path / "other")


def test_another_name_is_refused(tmp_path: Path) -> None:
    """Importing renames nothing, and nothing is imported under a name that is not the collection's."""
    import_files([PAGE], tmp_path / "new", name="Hips")
    with pytest.raises(CollectionError, match="found the name 'Hips'; wanted 'Knees' as --name"):
        import_files([PAGE], tmp_path / "new", name="Knees")


def test_a_folder_without_a_description_is_left_without(tmp_path: Path) -> None:
    """An import adds records; what a collection is called is its owner's matter."""
    import_files([PAGE], tmp_path / "new")
    (tmp_path / "new" / "collection.yaml").unlink()
    (tmp_path / "new" / "studies" / "manheimer-2018-hip-oa.md").unlink(missing_ok=True)
    import_files([PAGE], tmp_path / "new")
    assert not (tmp_path / "new" / "collection.yaml").exists()
