"""The evidence page is rebuilt from the records, so nothing of it was lost, added or reworded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from corpus.catalogue import Catalogue, shipped_folder
from corpus.repairing import MENDS, raw_section, repaired, unrepaired
from corpus.study import Study

PAGE = shipped_folder() / "source" / "evidence-page.txt"


def _lines(place: object) -> list[int]:
    numbers: list[int] = []
    for part in str(place).split(", "):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def _paragraphs(study: Study, *sections: str) -> list[str]:
    return [line for name in sections for line in raw_section(study, name).split("\n\n")]


def _block(study: Study, voice: str) -> dict[str, str]:
    block = study.source[voice]
    assert isinstance(block, dict)
    return block


def _rebuilt(study: Study) -> Iterator[tuple[int, str]]:
    """The lines of the page that a record accounts for, with their numbers."""
    if study.is_page:
        places = study.source["lines"]
        assert isinstance(places, dict)
        assert [section.name for section in study.sections] == list(places)
        for name, place in places.items():
            yield from zip(_lines(place), _paragraphs(study, name), strict=True)
        return
    if not study.note_only:
        summary = _block(study, "summary")
        text = _paragraphs(study, "Headline", "Summary")
        lines = [summary["heading"], *text, summary["citation"]]
        yield from zip(_lines(summary["lines"]), lines, strict=True)
    note = _block(study, "note")
    text = _paragraphs(study, "Clinic note")
    lines = [note["date"], note["title"], note["journal"], *text, note["authors"]]
    yield from zip(_lines(note["lines"]), lines, strict=True)


def test_the_page_is_rebuilt_line_by_line(catalogue: Catalogue) -> None:
    """Each line is in one record and no other; with the repairs undone they are the page, word for word."""
    page = PAGE.read_text(encoding="utf-8").split("\n")
    rebuilt = [""] * len(page)
    for study in (*catalogue.studies, catalogue.page):
        for number, line in _rebuilt(study):
            assert "" == rebuilt[number - 1], f"line {number} is in two records"
            rebuilt[number - 1] = line
    for number, (expected, actual) in enumerate(zip(page, rebuilt, strict=True), 1):
        assert expected == actual, f"line {number}"


def test_what_is_shown_of_a_study_is_what_the_page_says_of_it(catalogue: Catalogue) -> None:
    """Title, journal and year of each record stand in its own lines of the page."""
    for study in catalogue.studies:
        note = _block(study, "note")
        assert note["title"].removesuffix(".") == study.title
        assert note["journal"].startswith(str(study.journal))
        assert note["date"].startswith(str(study.year))
        if not study.note_only:
            summary = _block(study, "summary")
            assert f"{study.year} {study.journal}" == summary["heading"]
            assert summary["citation"].startswith(study.title)


def test_the_repairs_are_these_eight(catalogue: Catalogue) -> None:
    """No other change was made to the page's text."""
    repairs = {
        (study.id, one.section, one.old, one.new)
        for study in (*catalogue.studies, catalogue.page)
        for one in study.repairs
    }
    assert {
        ("manheimer-2018-hip-oa", "Summary", "outâ€ofâ€pocket", "out-of-pocket"),
        ("manheimer-2018-hip-oa", "Summary", "acupuncture. .", "acupuncture."),
        ("tang-2018-lumbar-disc", "Summary", "comparedwith", "compared with"),
        ("tang-2018-lumbar-disc", "Clinic note", "drugs.Acupuncture", "drugs. Acupuncture"),
        ("lv-2016-chondromalacia", "Headline", "chrondomalacia", "chondromalacia"),
        ("cox-2016-extremities", "Clinic note", "carpel tunnel", "carpal tunnel"),
        ("wang-2020-knee-oa", "Summary", "’", "'"),
    } == repairs
    assert 8 == sum(len(study.repairs) for study in catalogue.studies)


@pytest.mark.parametrize(
    ("old", "new", "why"), MENDS, ids=[one[1] for one in MENDS[:1]] + [one[0] for one in MENDS[1:]]
)
def test_a_mend_is_made_recorded_and_undone(old: str, new: str, why: str) -> None:
    """Each mend gives the mended word, says where and why, and can be taken back."""
    text = f"First {old} then {old}."
    mended, repairs = repaired("Summary", text)
    assert f"First {new} then {new}." == mended
    assert [(old, new, why)] * 2 == [(one.old, one.new, one.why) for one in repairs]
    assert [mended[one.at : one.at + len(new)] for one in repairs] == [new, new]
    assert text == unrepaired(mended, repairs)


def test_mending_changes_no_word_but_those_it_names(catalogue: Catalogue) -> None:
    """Apart from the repairs, every section is a stretch of the page as it stands."""
    page = PAGE.read_text(encoding="utf-8")
    for study in (*catalogue.studies, catalogue.page):
        for section in study.sections:
            for line in raw_section(study, section.name).split("\n\n"):
                assert re.search(rf"^{re.escape(line)}$", page, re.MULTILINE), (study.id, line)
