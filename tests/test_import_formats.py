"""Each kind of file is told by what is in it, and each of its records ends somewhere."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from corpus.catalogue import BULK, load_catalogue
from corpus.errors import CollectionError, ImportingError
from corpus.importing import FileReport, import_files, imports
from corpus.importing.source import Source, read_source
from corpus.records import load_bulk
from corpus.study import Notice, NoticeKind, Review, Section, Study, Voice
from qa.cli import app
from qa.exports import Format, exported

ROOT = Path(__file__).parent.parent
PUBMED_XML = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.example/pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">11111111</PMID><Article>
<Journal><JournalIssue><Volume>7</Volume><Issue>2</Issue><PubDate><Year>2016</Year></PubDate></JournalIssue>
<Title>Journal of Made-up Pain</Title></Journal>
<ArticleTitle>Needles for <i>sore</i> necks: a trial.</ArticleTitle>
<Pagination><MedlinePgn>11-9</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/neck.1</ELocationID>
<Abstract><AbstractText Label="BACKGROUND">Necks hurt.</AbstractText>
<AbstractText Label="RESULTS">Pain fell by 3<sup>rd</sup> week (P&lt;0.05). Sham was <b>no</b> worse.</AbstractText></Abstract>
<AuthorList><Author><LastName>Müller</LastName><ForeName>Anna B</ForeName></Author>
<Author><CollectiveName>The Neck Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType>Randomized Controlled Trial</PublicationType></PublicationTypeList>
</Article>
<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"><RefSource>J Pain. 2017;8:1</RefSource>
</CommentsCorrections></CommentsCorrectionsList>
<MeshHeadingList><MeshHeading><DescriptorName>Neck Pain</DescriptorName></MeshHeading></MeshHeadingList>
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pmc">PMC123</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>22222222</PMID><Article><Journal><JournalIssue><PubDate>
<MedlineDate>2014 Nov-Dec</MedlineDate></PubDate></JournalIssue><Title>Another Journal</Title></Journal>
<ArticleTitle>Cups for backs</ArticleTitle>
<PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>Other J. 2018;1:1</RefSource>
<PMID>33333333</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>33333333</PMID><Article><ArticleTitle>Retraction: Cups for backs</ArticleTitle>
<PublicationTypeList><PublicationType>Retraction of Publication</PublicationType></PublicationTypeList></Article>
</MedlineCitation></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID>44444444</PMID><Book><BookTitle>A Book on Pain</BookTitle>
<PubDate><Year>2020</Year></PubDate></Book><ArticleTitle>Needles</ArticleTitle>
<Abstract><AbstractText>They are thin.</AbstractText></Abstract></BookDocument></PubmedBookArticle>
</PubmedArticleSet>
"""
MEDLINE = """
PMID- 11111111
OWN - NLM
TI  - Needles for sore necks:
      a trial.
PG  - 11-9
LID - 10.1000/neck.1 [doi]
AB  - BACKGROUND: Necks hurt. RESULTS: Pain fell by 3rd
      week (P<0.05). Sham was no worse.
FAU - Müller, Anna B
AU  - Müller AB
CN  - The Neck Group
LA  - eng
PT  - Randomized Controlled Trial
DP  - 2016 Feb
VI  - 7
IP  - 2
JT  - Journal of Made-up Pain
EIN - J Pain. 2017;8:1
PMC - PMC123
MH  - Neck Pain

PMID- 22222222
TI  - Cups for backs
PT  - Retracted Publication
RIN - Other J. 2018;1:1. PMID: 33333333
DP  - 2014
"""
RIS = """1.
TY  - JOUR
ID  - 9
T1  - Needles for sore necks: a trial.
A1  - Müller, Anna B
A1  - The Neck Group
Y1  - 2016/02/01/
N2  - Necks hurt. Pain fell by 3rd
week (P<0.05). Sham was no worse.
JF  - Journal of Made-up Pain
VL  - 7
IS  - 2
SP  - 11
EP  - 19
DO  - https://doi.org/10.1000/neck.1
AN  - 11111111
DB  - Ovid MEDLINE(R)
ER  -

Link to the full text: https://library.example
TY  - JOUR
TI  - Cups for backs
PY  - 2014
"""
ENDNOTE = """%0 Journal Article
%T Needles for sore necks: a trial.
%A Müller, Anna B
%A The Neck Group
%D 2016
%J Journal of Made-up Pain
%V 7
%N 2
%P 11-9
%R 10.1000/neck.1
%M 11111111
%W PubMed
%X Necks hurt. Pain fell.

%0 Journal Article
%T Cups for backs
%D 2014
"""
ENDNOTE_XML = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Müller, Anna B</style></author><author>The Neck Group</author></authors></contributors>
<titles><title><style>Needles for </style><style>sore necks: a trial.</style></title><secondary-title>Journal of Made-up Pain</secondary-title></titles>
<pages>11-9</pages><volume>7</volume><number>2</number><dates><year>2016</year></dates>
<accession-num>11111111</accession-num><electronic-resource-num>10.1000/neck.1</electronic-resource-num>
<abstract><style>Necks hurt. Pain fell.</style></abstract><remote-database-name>PubMed</remote-database-name></record>
<record><titles><title>Cups for backs</title></titles><dates><year>2014</year></dates></record></records></xml>
"""
BIBTEX = r"""@comment{made up}
@string{jp = "Journal of Made-up Pain"}
@article{one, author = {M{\"u}ller, Anna B and {The Neck Group}}, title = {{Needles for sore necks: a trial.}},
  journal = {Journal of Made-up Pain}, year = 2016, volume = 7, number = {2}, pages = {11--9},
  doi = {10.1000/neck.1}, pmid = {11111111}, abstract = {Necks hurt. Pain fell.}}
@article{one, title = {Cups for backs}, year = {2014}}
"""
CSL_JSON = json.dumps(
    [
        {
            "id": "x",
            "type": "article-journal",
            "title": "Needles for <i>sore</i> necks: a trial.",
            "author": [{"family": "Müller", "given": "Anna B"}, {"literal": "The Neck Group"}],
            "container-title": "Journal of Made-up Pain",
            "issued": {"date-parts": [[2016, 2]]},
            "volume": "7",
            "issue": 2,
            "page": "11-9",
            "DOI": "10.1000/neck.1",
            "PMID": "11111111",
            "abstract": "Necks hurt. Pain fell.",
        },
        {"title": "Cups for backs", "issued": {"date-parts": [["2014"]]}},
    ]
)
CSV = """PMID,Title,Authors,Journal/Book,Publication Year,DOI,Abstract,Volume,Issue,Pages
11111111,"Needles for sore necks: a trial.","Müller, Anna B; The Neck Group","Journal of Made-up Pain",2016,10.1000/neck.1,"Necks hurt.
Pain fell.",7,2,11-9
,Cups for backs,,,2014,,,,,
"""
FORMATS = {
    "PubMed XML": (PUBMED_XML, 4, 1),
    "PubMed MEDLINE": (MEDLINE, 2, 0),
    "RIS": (RIS, 2, 0),
    "EndNote tags": (ENDNOTE, 2, 0),
    "EndNote XML": (ENDNOTE_XML, 2, 0),
    "BibTeX": (BIBTEX, 2, 0),
    "CSL-JSON": (CSL_JSON, 2, 0),
    "table (CSV or TSV)": (CSV, 2, 0),
}


def _imported(folder: Path, data: str | bytes, name: str = "export.txt") -> FileReport:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    (report,) = import_files([file], folder / "collection").files
    return report


def _studies(folder: Path) -> tuple[Study, ...]:
    return load_bulk(folder / "collection" / BULK)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_is_told_by_its_content(tmp_path: Path, kind: str) -> None:
    """Under a name that says nothing, each is read as what it is, and its counts add up."""
    text, records, reported = FORMATS[kind]
    report = _imported(tmp_path, text, "export.data")
    assert (kind, records, reported) == (report.format, report.records, len(report.reported))
    assert records - reported == report.imported


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_paper_is_the_same_study_from_every_format(tmp_path: Path, kind: str) -> None:
    """Title, authors, journal, year, place and identifiers come out alike; a draft that nobody has read."""
    _imported(tmp_path, FORMATS[kind][0])
    first = next(one for one in _studies(tmp_path) if one.pmid == "11111111")
    assert ("Needles for sore necks: a trial.", 2016) == (first.title, first.year)
    assert ("Müller, Anna B", "The Neck Group") == first.authors
    assert "Journal of Made-up Pain" == first.journal
    assert ("7", "2", "10.1000/neck.1") == (first.volume, first.issue, first.doi)
    assert first.pages in {"11-9", "11-19"}
    assert "Necks hurt." in " ".join(section.text for section in first.sections)
    assert Review.DRAFT is first.review
    assert "muller-2016-needles-sore-necks-trial" == first.id


@pytest.mark.parametrize("kind", FORMATS)
def test_importing_again_changes_nothing(tmp_path: Path, kind: str) -> None:
    """A second import finds every record as it is, and leaves the file byte for byte."""
    _imported(tmp_path, FORMATS[kind][0])
    before = (tmp_path / "collection" / BULK).read_bytes()
    again = _imported(tmp_path, FORMATS[kind][0])
    assert (0, 0) == (again.imported, again.merged)
    assert before == (tmp_path / "collection" / BULK).read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: gzip.compress(text.encode()),
        lambda text: text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    ],
    ids=["byte order mark", "Windows line ends", "gzip", "UTF-16"],
)
def test_how_a_file_was_saved_changes_nothing(
    tmp_path: Path, kind: str, change: Callable[[str], bytes]
) -> None:
    """Marks, line ends, packing and another encoding: the studies are the same but for their source."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "changed").mkdir()
    _imported(tmp_path / "plain", FORMATS[kind][0])
    _imported(tmp_path / "changed", change(FORMATS[kind][0]))
    assert _studies(tmp_path / "plain") == _studies(tmp_path / "changed")


@pytest.mark.parametrize("kind", ["RIS", "PubMed MEDLINE", "EndNote tags", "table (CSV or TSV)", "BibTeX"])  # fmt: skip
def test_an_older_encoding_is_read(tmp_path: Path, kind: str) -> None:
    """What is no UTF-8 is read as Windows-1252: the umlaut is an umlaut."""
    text = FORMATS[kind][0].replace('{\\"u}', "ü")
    _imported(tmp_path, text.encode("cp1252"))
    assert "Müller, Anna B" in {name for one in _studies(tmp_path) for name in one.authors}


def test_parts_of_an_abstract_are_sections_and_keep_their_markup_as_text(tmp_path: Path) -> None:
    """Each labelled part is a section; what is printed high or in bold is plain text."""
    _imported(tmp_path, PUBMED_XML)
    study = next(one for one in _studies(tmp_path) if one.pmid == "11111111")
    assert (
        Section("Background", Voice.SUMMARY, "Necks hurt."),
        Section("Results", Voice.SUMMARY, "Pain fell by 3rd week (P<0.05). Sham was no worse."),
    ) == study.sections
    assert ["Neck Pain"] == study.source["mesh"]
    assert "PMC123" == study.pmcid


def test_a_longer_value_goes_on_in_the_next_line(tmp_path: Path) -> None:
    """A line break that a program made ends no sentence."""
    _imported(tmp_path, MEDLINE)
    study = next(one for one in _studies(tmp_path) if one.pmid == "11111111")
    assert "Pain fell by 3rd week (P<0.05)." in study.section("Abstract")


@pytest.mark.parametrize("text", [PUBMED_XML, MEDLINE], ids=["XML", "MEDLINE"])
def test_a_retracted_paper_is_marked_and_never_shown(tmp_path: Path, text: str) -> None:
    """The notice names where it stands; the study is left out even of drafts. A correction only is noted."""
    _imported(tmp_path, text)
    studies = {one.pmid: one for one in _studies(tmp_path)}
    kinds = [one.kind for one in studies["22222222"].notices]
    assert NoticeKind.RETRACTED in kinds
    assert "Other J. 2018;1:1" in studies["22222222"].notices[0].source
    assert [Notice(NoticeKind.CORRECTED, "PubMed, erratum in: J Pain. 2017;8:1")] == list(
        studies["11111111"].notices
    )
    shown = load_catalogue(tmp_path / "collection", drafts=True).studies
    assert "22222222" not in {one.pmid for one in shown}


def test_a_notice_about_a_paper_is_no_study(tmp_path: Path) -> None:
    """It is reported, and says why."""
    (problem,) = _imported(tmp_path, PUBMED_XML).reported
    assert "record 3" == problem.place
    assert "is a notice about a paper, not a paper" in problem.why


def test_a_later_import_brings_the_retraction(tmp_path: Path) -> None:
    """The paper came in from a reference manager; PubMed's newer record withdraws it."""
    _imported(tmp_path, RIS.replace("PY  - 2014", "PY  - 2014\nDB  - PubMed\nAN  - 22222222"))
    report = _imported(tmp_path, MEDLINE)
    assert "took over its notice (retracted)" in " ".join(one.why for one in report.merges)
    retracted = next(one for one in _studies(tmp_path) if one.pmid == "22222222")
    assert NoticeKind.RETRACTED is retracted.notices[0].kind


def test_two_databases_print_one_abstract(tmp_path: Path) -> None:
    """The same paper in two exports is one study with one text, whichever way its parts are labelled."""
    _imported(tmp_path, PUBMED_XML)
    report = _imported(tmp_path, RIS)
    assert (0, 0) == (report.imported, len(report.reported))
    study = next(one for one in _studies(tmp_path) if one.pmid == "11111111")
    assert ["Background", "Results"] == [section.name for section in study.sections]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("AU  - Smith, A\nAB  - Knees.", "AU  - Jones, B\nAB  - Knees."),
        ("AB  - Knees were treated with needles.", "AB  - A letter about the cost of a clinic."),
        ("DO  - 10.1000/one", "DO  - 10.1000/two"),
    ],
    ids=["other authors", "other texts", "other identifiers"],
)
def test_papers_that_only_share_a_title_stay_two(tmp_path: Path, first: str, second: str) -> None:
    """ "Editorial" of one year is many papers."""
    record = "TY  - JOUR\nTI  - Editorial\nPY  - 2020\n{}\nER  -\n"
    report = _imported(tmp_path, record.format(first) + record.format(second))
    assert (2, 0) == (report.imported, report.merged)


def test_a_record_that_breaks_off_is_kept_or_told(tmp_path: Path) -> None:
    """A last record without its end is read; a broken file gives what stands before the break, and one report."""
    assert 2 == _imported(tmp_path, RIS).imported
    (tmp_path / "xml").mkdir()
    broken = _imported(tmp_path / "xml", PUBMED_XML[: PUBMED_XML.index("<PubmedBookArticle>")])
    assert (2, 2) == (broken.imported, len(broken.reported))
    assert "the file breaks off or is damaged here" in broken.reported[-1].why


def test_what_is_no_record_is_reported_with_its_place(tmp_path: Path) -> None:
    """Nothing is dropped: an entry that is no BibTeX, a row with too many cells, an item that is no object."""
    entry = _imported(tmp_path, "@article{a, title={Broken\n@article{b, title={Whole}}\n")
    assert (1, ["line 1"]) == (entry.imported, [one.place for one in entry.reported])
    row = _imported(tmp_path, "title,abstract\nA,B\nC,D,E\n")
    assert ["row 3 (line 3): 3 cells; wanted 2, one for each column"] == [
        f"{one.place}: {one.why}" for one in row.reported
    ]
    item = _imported(tmp_path, '[{"title": "X"}, 7, {"DOI": "10.1000/1"}]')
    assert ["item 2", "item 3"] == [one.place for one in item.reported]


def test_columns_may_be_named_by_a_person(tmp_path: Path) -> None:
    """A table with names of its own is read where somebody says which column is which."""
    file = tmp_path / "table.tsv"
    file.write_text("Nr\tTitel\tText\n1\tNadeln\tSie helfen wenig.\n", encoding="utf-8")
    folder = tmp_path / "collection"
    with pytest.raises(ImportingError, match="found a file of no known kind"):
        import_files([file], folder)
    import_files([file], folder, columns={"title": "titel", "abstract": "Text"})
    (study,) = load_bulk(folder / BULK)
    assert ("Nadeln", "Sie helfen wenig.") == (study.title, study.section("Abstract"))
    with pytest.raises(ImportingError, match=r"no column for year=Jahr; the columns are: 'Nr', 'Titel', 'Text'"):  # fmt: skip
        import_files([file], folder, columns={"title": "Titel", "year": "Jahr"})


ENTITIES = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>
<PubmedArticleSet><PubmedArticle>&a;&b;</PubmedArticle></PubmedArticleSet>"""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (ENTITIES.encode(), "found an XML entity"),
        (ENTITIES.encode("utf-16"), "found an XML entity"),
        (b"", "found an empty file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "found bytes that are no text"),
        (gzip.compress(b"x" * 10_000)[:-20], "found a packed file that is damaged"),
        (b'[{"title": "A"}, {"title": ', "found JSON that is not whole"),
        (b'[{"title":' + b"[" * 200_000, "found JSON that is"),
        (b"Dear reader,\nthis is a letter.\n", "found a file of no known kind"),
    ],
    ids=[
        "entities",
        "entities in UTF-16",
        "empty",
        "picture",
        "cut gzip",
        "cut JSON",
        "deep JSON",
        "letter",
    ],
)
def test_a_file_that_cannot_be_read_gets_one_message(tmp_path: Path, data: bytes, why: str) -> None:
    """It says what was found and what was wanted, and nothing is written of the other files either."""
    good, bad = tmp_path / "good.ris", tmp_path / "bad.data"
    good.write_text(RIS, encoding="utf-8")
    bad.write_bytes(data)
    with pytest.raises(ImportingError, match=why) as caught:
        import_files([good, bad], tmp_path / "collection")
    assert str(caught.value).startswith(str(bad))
    assert "wanted" in str(caught.value)
    assert not (tmp_path / "collection").exists()


def test_a_small_file_cannot_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a packed file may hold has a limit."""
    monkeypatch.setattr("corpus.importing.source.MOST_BYTES", 1 << 20)
    with pytest.raises(ImportingError, match="found more than 1 MB in one file"):
        _imported(tmp_path, gzip.compress(b"TY  - JOUR\n" * 500_000))


def test_a_folder_is_named_as_such(tmp_path: Path) -> None:
    """The message says how to name the files in it."""
    with pytest.raises(ImportingError, match="found a folder; wanted files"):
        import_files([tmp_path], tmp_path / "collection")


def test_a_page_is_the_same_as_html(tmp_path: Path) -> None:
    """Blocks of a page become lines; the studies are those of the same page as text."""
    blocks = [
        ["Needles", "We do not make any claim."],
        ["2018", "Needles for the arm", "Journal of Arms", "It may help &amp; is cheap.", "Doe J"],
    ]
    html = "".join(
        "<section>" + "".join(f"<p>{one}</p>" for one in block) + "</section>" for block in blocks
    )
    report = _imported(tmp_path, f"<!doctype html><html><head><title>T</title><script>x()</script></head><body>{html}</body></html>")  # fmt: skip
    assert ("clinic page (HTML)", 2) == (report.format, report.imported)
    study = load_catalogue(tmp_path / "collection", drafts=True).studies[0]
    assert ("Needles for the arm", 2018, ("Doe J",)) == (study.title, study.year, study.authors)
    assert "It may help & is cheap." == study.section("Clinic note")


def test_the_command_tells_what_became_of_each_record(tmp_path: Path) -> None:
    """The text names merges and reports with their reasons; the JSON has the counts that add up."""
    first, second = tmp_path / "a.xml", tmp_path / "b.ris"
    first.write_text(PUBMED_XML, encoding="utf-8")
    second.write_text(RIS, encoding="utf-8")
    to = ["--to", str(tmp_path / "collection")]
    done = CliRunner().invoke(app, ["import", str(first), str(second), *to, "--dry-run"])
    assert 0 == done.exit_code
    assert "PubMed XML, 4 records: 3 imported, 0 merged, 0 unchanged, 1 reported" in done.output
    assert "record 3: a record of the type 'Retraction of Publication'" in done.output
    assert "Nothing was written." in done.output
    assert not (tmp_path / "collection").exists()
    done = CliRunner().invoke(app, ["import", str(first), str(second), *to, "--json"])
    for row in json.loads(done.output):
        counted = row["imported"] + row["merged"] + row["unchanged"] + len(row["reported"])
        assert row["records"] == counted
    wrong = CliRunner().invoke(app, ["import", str(first), *to, "--columns", "titel=T"])
    assert 1 == wrong.exit_code


# --- there and back -------------------------------------------------------------------------------

_WORD = st.text(
    st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F), min_size=2, max_size=9
).map(str.capitalize)
_PHRASE = st.lists(
    st.one_of(_WORD, st.sampled_from(["&", "50%", "(n=3)", "α-β", "a_b", "#1", "$5", "针灸", "vs."])),
    min_size=1,
    max_size=6,
).map(" ".join)  # fmt: skip
_NAMES = st.lists(st.tuples(_WORD, _WORD).map(", ".join), max_size=4, unique_by=str.casefold).map(
    tuple
)
_STUDIES = st.builds(
    Study,
    id=st.just("x"),
    title=_PHRASE.filter(lambda one: not re.match(r"\W*(?:retract|withdrawn|expression)", one, re.IGNORECASE)),
    sections=st.just(()),
    authors=_NAMES,
    journal=st.none() | _PHRASE,
    year=st.none() | st.integers(1900, 2030),
    volume=st.none() | st.integers(1, 99).map(str),
    issue=st.none() | st.just("2 Suppl 1"),
    pages=st.none() | st.sampled_from(["1-9", "e12", "S3-S4"]),
    doi=st.none() | st.sampled_from(["10.1000/182", "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID>3.0.CO;2-2", "10.1000/a_b"]),
    pmid=st.none() | st.integers(1, 99_999_999).map(str),
    pmcid=st.none() | st.integers(1, 9_999_999).map("PMC{}".format),
)  # fmt: skip


@pytest.mark.parametrize("form", Format)
@given(study=_STUDIES)
def test_what_was_exported_comes_back(
    tmp_path_factory: pytest.TempPathFactory, form: Format, study: Study
) -> None:
    """Import, export, import is the identity on what the formats hold."""
    folder = tmp_path_factory.mktemp("trip")
    report = _imported(folder, exported([study], form))
    assert (1, 1) == (report.records, report.imported)
    (back,) = _studies(folder)
    for name in (
        "title", "authors", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid",
    ):  # fmt: skip
        assert getattr(study, name) == getattr(back, name), name


# --- others --------------------------------------------------------------------------------------


def test_what_somebody_saved_meanwhile_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that a reviewer saves while an import runs stays, and the import says to try again."""
    _imported(tmp_path, RIS)
    bulk = tmp_path / "collection" / BULK
    meanwhile = bulk.read_text(encoding="utf-8").replace('"Cups for backs"', '"Cups for bad backs"')
    reading = read_source

    def slow(file: Path) -> Source:
        bulk.write_text(meanwhile, encoding="utf-8")
        return reading(file)

    monkeypatch.setattr(imports, "read_source", slow)
    with pytest.raises(CollectionError, match="somebody has changed them meanwhile"):
        _imported(tmp_path, BIBTEX.replace("Cups", "Jars"))
    assert meanwhile == bulk.read_text(encoding="utf-8")
