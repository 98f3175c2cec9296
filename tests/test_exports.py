"""Citations for programs that keep references: read back by other hands than wrote them, with nothing lost."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import Person
from pybtex.database.input.bibtex import Parser
from typer.testing import CliRunner

from corpus.catalogue import Catalogue, load_catalogue
from corpus.importing import import_files
from corpus.study import Section, Study, Voice
from qa.author_names import Name, name
from qa.cli import app
from qa.exports import KINDS, Format, exported

# What any of the formats could stumble over.
HOSTILE = st.text(st.sampled_from("aZé针ß 09\\{}\"'%&$#_~^<>@,;:=-–“\n\t/()"), max_size=40)
_COMMANDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{one}": one for one in "%&$#_"},
}


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


# --- readers of our own, for what no second library reads


def _read_ris(text: str) -> list[dict[str, list[str]]]:
    """References by tag, as the format's description has them: two characters, two spaces, a dash, a space."""
    references: list[dict[str, list[str]]] = []
    for line in text.split("\n"):
        if not line:
            continue
        found = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert found is not None, line
        if found[1] == "TY":
            references.append({})
        references[-1].setdefault(found[1], []).append(found[2])
    assert all([""] == one.pop("ER") for one in references)
    return references


def _read_bibtex(text: str) -> dict[str, tuple[str, dict[str, str], list[Person]]]:
    """Entries as pybtex reads them, by key: kind, fields without their LaTeX, authors."""
    read = Parser().parse_string(text)
    return {
        key: (
            entry.type,
            {field: _without_latex(value) for field, value in entry.fields.items()},
            entry.persons.get("author", []),
        )
        for key, entry in read.entries.items()
    }


def _without_latex(text: str) -> str:
    pattern = "|".join(map(re.escape, _COMMANDS))
    return re.sub(pattern, lambda found: _COMMANDS[found[0]], text)


def _spelled(person: Person) -> Name:
    """A name as pybtex takes it apart; one in braces is whole."""
    last, given_name = (
        _without_latex(" ".join(parts))
        for parts in (
            [*person.prelast_names, *person.last_names],
            [*person.first_names, *person.middle_names],
        )
    )
    if last.startswith("{"):
        return Name(whole=last.removeprefix("{").removesuffix("}"))
    return Name(family=last, given=given_name)


def _study(
    title: str, authors: Sequence[str] = (), journal: str | None = "J", key: str = "odd"
) -> Study:
    text = Section("Headline", Voice.SUMMARY, "It was seen.")
    return Study(id=key, title=title, sections=(text,), authors=tuple(authors), journal=journal)


# --- all that the collection holds


def test_ris_holds_every_study(catalogue: Catalogue) -> None:
    """Each of the 17 studies comes back from RIS with its names, title, journal, year and numbers."""
    read = _read_ris(exported(catalogue.studies, Format.RIS))
    assert 17 == len(read)
    for study, found in zip(catalogue.studies, read, strict=True):
        assert ["JOUR"] == found["TY"]
        assert [study.id] == found["ID"]
        assert [study.title] == found["TI"]
        assert [study.journal] == found["T2"]
        assert [str(study.year)] == found["PY"]
        assert [name(one).sorted for one in study.authors] == found["AU"]
        assert ([study.doi] if study.doi else None) == found.get("DO")
        assert ([study.pmid] if study.pmid else None) == found.get("AN")
        assert ([study.pmcid] if study.pmcid else None) == found.get("C2")


def test_bibtex_holds_every_study(catalogue: Catalogue) -> None:
    """Each of the 17 studies comes back from BibTeX, read by a library that did not write it."""
    read = _read_bibtex(exported(catalogue.studies, Format.BIBTEX))
    assert [one.id for one in catalogue.studies] == list(read)
    for study in catalogue.studies:
        kind, fields, authors = read[study.id]
        assert "article" == kind
        assert f"{{{study.title}}}" == fields["title"]
        assert study.journal == fields["journal"]
        assert str(study.year) == fields["year"]
        assert study.doi == fields.get("doi")
        assert study.pmid == fields.get("pmid")
        assert study.pmcid == fields.get("pmcid")
        named = [one for one in study.authors if one != "et al."]
        assert [name(one) for one in named] == [_spelled(one) for one in authors][: len(named)]


def test_csl_json_holds_every_study(catalogue: Catalogue) -> None:
    """Each of the 17 studies comes back from CSL-JSON."""
    read = json.loads(exported(catalogue.studies, Format.CSL_JSON))
    assert [one.id for one in catalogue.studies] == [one["id"] for one in read]
    for study, found in zip(catalogue.studies, read, strict=True):
        assert study.title == found["title"]
        assert study.journal == found["container-title"]
        assert [[study.year]] == found["issued"]["date-parts"]
        assert study.doi == found.get("DOI")
        assert study.pmid == found.get("PMID")
        spelled = [
            one.get("literal") or f"{one['family']}, {one['given']}" for one in found["author"]
        ]
        assert [name(one).sorted for one in study.authors] == spelled


@pytest.mark.parametrize("form", Format)
def test_export_says_nothing_that_a_study_says(form: Format, catalogue: Catalogue) -> None:
    """Citation data only: no sentence of any study, no month, no day, and not the clinic's page."""
    text = exported((*catalogue.studies, catalogue.page), form)
    for study in catalogue.studies:
        for section in study.sections:
            assert section.text[:60] not in text
    assert catalogue.page.title not in text
    assert "page" not in {one.strip('",') for one in text.split()}
    assert not re.search(r"\b(?:month|day|abstract|AB|DA)\b", text)


def test_search_address_is_no_address_of_the_study(catalogue: Catalogue) -> None:
    """A study without DOI and PMID is exported without an address, not with a search for its title."""
    assert "UR  -" not in exported([catalogue.study("cox-2016-extremities")], Format.RIS)


def test_body_and_others_stay_what_they_are(catalogue: Catalogue) -> None:
    """A body is one name without a family, and "et al." is no person."""
    studies = [catalogue.study("cox-2016-extremities"), catalogue.study("wang-2020-knee-oa")]
    bibtex = exported(studies, Format.BIBTEX)
    assert (
        "author = {Cox, J. and Varatharajan, S. and Côté, P. and {Optima Collaboration}}" in bibtex
    )
    assert "author = {Wang, Tt. and Liu, Y. and Ning, Zy. and others}" in bibtex
    assert '"literal": "Optima Collaboration"' in exported(studies, Format.CSL_JSON)


# --- names


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("Cox, J.", "Cox", "J."),
        ("Tang S", "Tang", "S"),
        ("Wieland LS", "Wieland", "LS"),
        ("Lv Z.-T.", "Lv", "Z.-T."),
        ("Chen A.-M", "Chen", "A.-M"),
        ("Brian M Berman", "Berman", "Brian M"),
        ("L. Susan Wieland", "Wieland", "L. Susan"),
        ("Z. Y. Fan", "Fan", "Z. Y."),
        ("Ahmed Abou-Setta", "Abou-Setta", "Ahmed"),
        ("Rainer Lüdtke", "Lüdtke", "Rainer"),
        ("García Márquez, Gabriel", "García Márquez", "Gabriel"),
    ],
)
def test_name_is_parted_where_it_reads_one_way(text: str, family: str, given_name: str) -> None:
    """Initials, a comma, or two words tell the family name."""
    assert Name(family=family, given=given_name) == name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Caroline de Castro Moura",
        "Denismar Alves Nogueira",
        "Shi Ping Zhang",
        "Optima Collaboration",
        "Cochrane Back Group",
        "Smith J Jr",
        "WU S",
        "X Y",
        "张三",
        "Madonna",
        "Barnes and Noble",
        "{}, \\",
    ],
)
def test_name_of_two_readings_stays_whole(text: str) -> None:
    """No family name is guessed."""
    assert Name(whole=text) == name(text)


@given(text=st.text(max_size=60))
def test_name_loses_no_letter(text: str) -> None:
    """Whatever a record calls an author, its letters are all there."""
    found = name(text)
    kept = found.whole or found.given + found.family
    if not found.is_others:
        assert sorted(re.sub(r"[\s,]", "", text)) == sorted(re.sub(r"[\s,]", "", kept))


# --- hostile records


@given(title=HOSTILE, journal=HOSTILE, author=HOSTILE)
def test_bibtex_survives_any_text(title: str, journal: str, author: str) -> None:
    """Braces, percent signs, quotes and accents come back letter for letter, and end no entry."""
    study = _study(f"A {title}", [f"Group {author}"], f"J {journal}")
    text = exported([study, _study("Next", key="next")], Format.BIBTEX)
    read = _read_bibtex(text)
    assert ["odd", "next"] == list(read)
    _, fields, _ = read["odd"]
    assert f"{{{_in_one_line(study.title)}}}" == _in_one_line(fields["title"])
    assert _in_one_line(study.journal or "") == _in_one_line(fields["journal"])
    written = re.search(r"author = \{\{(.*)\}\},\n", text)
    assert written is not None
    assert _in_one_line(study.authors[0]) == _without_latex(written[1])


@given(title=HOSTILE, journal=HOSTILE, author=HOSTILE)
def test_ris_survives_any_text(title: str, journal: str, author: str) -> None:
    """No text of a record can begin a line of its own."""
    study = _study(f"A {title}", [f"Group {author}"], f"J {journal}")
    (read,) = _read_ris(exported([study], Format.RIS))
    assert [_in_one_line(study.title)] == read["TI"]
    assert [_in_one_line(study.journal or "")] == read["T2"]
    assert [_in_one_line(study.authors[0])] == read["AU"]


@given(title=st.text(max_size=60))
def test_csl_json_survives_any_text(title: str) -> None:
    """Any title gives JSON that can be written to a file."""
    text = exported([_study(f"A {title}")], Format.CSL_JSON)
    assert "odd" == json.loads(text.encode("utf-8"))[0]["id"]


def test_study_without_journal_is_no_article() -> None:
    """What has no journal is not called a journal article."""
    bare = _study("", journal=None)
    assert "TY  - GEN" in exported([bare], Format.RIS)
    assert "@misc{odd" in exported([bare], Format.BIBTEX)
    assert [{"id": "odd", "type": "document"}] == json.loads(exported([bare], Format.CSL_JSON))


# --- the command


def test_command_writes_a_file(tmp_path: Path, catalogue: Catalogue) -> None:
    """`export` writes the citations of the studies named, in the form named."""
    file = tmp_path / KINDS[Format.BIBTEX].file_name
    asked = ["export", "--format", "bibtex", "--study", "li-2019-knee-oa", "-o", str(file)]
    result = CliRunner().invoke(app, asked)
    assert 0 == result.exit_code, result.output
    wanted = exported([catalogue.study("li-2019-knee-oa")], Format.BIBTEX)
    assert wanted == file.read_text(encoding="utf-8")
    assert "1 citation" in result.output


def test_command_prints_all(catalogue: Catalogue) -> None:
    """Without `--study` the whole collection is exported."""
    result = CliRunner().invoke(app, ["export", "--format", "csl-json"])
    assert 0 == result.exit_code, result.output
    assert len(catalogue.studies) == len(json.loads(result.stdout))


def test_command_names_an_unknown_study() -> None:
    """An unknown id stops with a message that names it and what to do."""
    result = CliRunner().invoke(app, ["export", "--format", "ris", "--study", "nobody-1999"])
    assert 1 == result.exit_code
    assert "'nobody-1999'" in str(result.exception)


@given(st.text(st.sampled_from("=+-@\t\r\n a'"), max_size=8))
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    """Whatever a title begins with, white space before it too, no cell begins with what a formula does."""
    rows = list(csv.reader(io.StringIO(exported([_study(text)], Format.CSV))))
    assert 2 == len(rows)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])


def test_a_table_of_all_studies_can_be_imported_again(catalogue: Catalogue, tmp_path: Path) -> None:
    """All 17 rows come back as drafts with their identifiers."""
    file = tmp_path / "citations.csv"
    file.write_text(exported(catalogue.studies, Format.CSV), encoding="utf-8", newline="")
    (report,) = import_files([file], tmp_path / "new").files
    assert (17, 17) == (report.records, report.imported)
    back = {one.doi for one in load_catalogue(tmp_path / "new", drafts=True).studies}
    assert {one.doi for one in catalogue.studies} == back
