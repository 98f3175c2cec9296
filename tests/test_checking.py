"""What a careful reader would question in a collection is found, and nothing else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, shipped_folder
from corpus.checking import Check, CheckFinding, check, check_folder
from corpus.study import Section, Voice


def _of(findings: tuple[CheckFinding, ...], kind: Check) -> list[CheckFinding]:
    return [one for one in findings if one.check is kind]


def _with(catalogue: Catalogue, study_id: str, **changes: object) -> Catalogue:
    studies = tuple(
        replace(one, **changes) if one.id == study_id else one  # type: ignore[arg-type]
        for one in catalogue.studies
    )
    return replace(catalogue, studies=studies)


def test_notes_that_say_more_are_listed_beside_what_bears_them_out(catalogue: Catalogue) -> None:
    """Ten studies and the page's ten-year claim; Liu, Manheimer, Zhang Q and Pach are left in peace."""
    found = _of(check(catalogue), Check.OVERCLAIM)
    assert {
        "chou-2017-low-back", "cox-2016-extremities", "li-2019-knee-oa",
        "li-2021-acupressure-low-back", "lv-2016-chondromalacia", "manyanga-2014-oa",
        "qin-2015-sciatica", "tang-2018-lumbar-disc", "wang-2020-knee-oa", "xiang-2019-low-back",
        "page",
    } == {one.study for one in found}  # fmt: skip
    lv = next(one for one in found if one.study == "lv-2016-chondromalacia")
    assert "long term effects" in lv.quote
    assert "possibly overstated" in lv.against
    cox = next(one for one in found if one.study == "cox-2016-extremities")
    assert "" == cox.against
    assert "note only: no summary bears it out" == cox.why


def test_studies_without_a_stated_limit_are_listed(catalogue: Catalogue) -> None:
    """As read by hand: six texts state no limit at all."""
    assert {
        "chou-2017-low-back", "cox-2016-extremities", "ji-2015-sciatica", "moura-2018-cupping",
        "tang-2018-lumbar-disc", "wang-2020-knee-oa",
    } == {one.study for one in _of(check(catalogue), Check.CAVEAT)}  # fmt: skip


def test_studies_without_a_stated_comparator_are_listed(catalogue: Catalogue) -> None:
    """As read by hand."""
    assert {"chou-2017-low-back", "manyanga-2014-oa", "moura-2018-cupping"} == {
        one.study for one in _of(check(catalogue), Check.COMPARATOR)
    }


@pytest.mark.parametrize(
    "kind",
    [Check.RECORD, Check.STRONG_WORDING, Check.DUPLICATE, Check.DAMAGED_TEXT, Check.DATE, Check.UNSOURCED],
)  # fmt: skip
def test_the_shipped_collection_is_sound_otherwise(kind: Check) -> None:
    """No broken record, promise of cure, double, damage, impossible year or unsourced fact."""
    assert [] == _of(check_folder(), kind)


def test_damage_done_to_the_shipped_collection_is_found(catalogue: Catalogue) -> None:
    """One slip of each kind, put into the Ji record, is found there and nowhere else."""
    slips: list[tuple[Check, dict[str, object], str]] = [
        (Check.DAMAGED_TEXT, {"authors": ("JiÃ© M",)}, "authors"),
        (Check.DAMAGED_TEXT, {"title": "Pain\ufffd"}, "title"),
        (Check.DATE, {"year": 2099}, "still to come"),
        (Check.DUPLICATE, {"doi": "10.1155/2015/425108"}, "the same DOI"),
        (Check.DUPLICATE, {"title": "Acupuncture for HIP osteoarthritis."}, "the same title"),
        (Check.UNSOURCED, {"facts": ()}, "without its source"),
        (Check.STRONG_WORDING, {"sections": (Section("Clinic note", Voice.NOTE, "It cures sciatica."),), "marks": ()}, "cures"),
        (Check.DATE, {"sections": (Section("Summary", Voice.SUMMARY, "Searched to June 2016."),), "marks": ()}, "speaks of 2016"),
    ]  # fmt: skip
    for kind, changes, words in slips:
        found = _of(check(_with(catalogue, "ji-2015-sciatica", **changes)), kind)
        assert found, (kind, changes)
        assert all(words in one.why for one in found), found
        involved = {"ji-2015-sciatica", "manheimer-2018-hip-oa", "qin-2015-sciatica"}
        assert {one.study for one in found} <= involved


def test_numbers_that_look_like_years_are_not_years(catalogue: Catalogue) -> None:
    """2110 participants, or 2,018, say nothing of a date."""
    text = "In all 2110 participants, 2,018 of them women, had 2018.5 sessions."
    changed = _with(
        catalogue,
        "ji-2015-sciatica",
        sections=(Section("Summary", Voice.SUMMARY, text),),
        marks=(),
    )
    assert [] == _of(check(changed), Check.DATE)


def test_records_that_do_not_load_are_all_listed(tmp_path: Path) -> None:
    """A reviewer sees every broken record at once, each with file and line."""
    shutil.copytree(shipped_folder() / "studies", tmp_path / "studies")
    for name, old, new in (
        ("ji-2015-sciatica", "[sciatica]", "[siatica]"),
        ("qin-2015-sciatica", "year: 2015", "year: then"),
    ):
        file = tmp_path / "studies" / f"{name}.md"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    found = check_folder(tmp_path)
    assert [Check.RECORD] * 2 == [one.check for one in found]
    assert ["ji-2015-sciatica", "qin-2015-sciatica"] == [one.study for one in found]
    assert "found conditions.0: 'siatica'" in found[0].why
    assert "found year: 'then'" in found[1].why


def test_findings_have_the_form_that_the_command_prints(catalogue: Catalogue) -> None:
    """Check, study, quote, against and why, all texts."""
    for one in check(catalogue):
        assert ["check", "study", "quote", "against", "why"] == list(one.as_json())
        assert one.why
