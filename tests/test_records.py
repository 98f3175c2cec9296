"""Study records: what a file says is what is loaded, and what is loaded is what is written."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import record_files, shipped_folder
from corpus.errors import RecordError
from corpus.records import (
    load_bulk,
    load_record,
    read_json,
    read_markdown,
    write_json,
    write_markdown,
)
from corpus.sentences import sentence_spans
from corpus.study import (
    Approval,
    Aspect,
    Design,
    Direction,
    Fact,
    Mark,
    Notice,
    NoticeKind,
    Repair,
    Review,
    Role,
    Section,
    Study,
    Voice,
)
from corpus.vocabulary import Vocabulary, shipped_vocabulary, vocabulary

SHIPPED = record_files(shipped_folder())

RECORD = """\
---
id: doe-2020-hip
title: Acupuncture for the hip
authors: [Doe J]
year: 2020
conditions: [hip-pain]
treatments: [needling]
review: draft
marks:
  - section: Summary
    starts: It was not
    roles: [finding, caveat]
    aspects: [effect]
    comparators: [sham]
    direction: no-difference
---

# Summary

It helped. It was not better than sham.

It was safe.

# Clinic note

It helped a lot.
"""

CONCEPTS = vocabulary(
    [
        {"id": "hip-pain", "kind": "condition", "label": "hip pain"},
        {"id": "needling", "kind": "treatment", "label": "needling"},
        {"id": "sham", "kind": "comparator", "label": "sham"},
        {"id": "pain", "kind": "outcome", "label": "pain"},
    ]
)


# --- what is read ---------------------------------------------------------------------------------


def test_a_record_is_read_as_it_stands() -> None:
    """Fields, sections, voices and the place of a marked sentence come out as written."""
    study = read_markdown(RECORD, "doe.md", CONCEPTS)
    assert "doe-2020-hip" == study.id
    assert ("Doe J",) == study.authors
    assert 2020 == study.year
    assert None is study.doi
    assert (
        Section(
            "Summary", Voice.SUMMARY, "It helped. It was not better than sham.\n\nIt was safe."
        ),
        Section("Clinic note", Voice.NOTE, "It helped a lot."),
    ) == study.sections
    (mark,) = study.marks
    assert "It was not better than sham." == study.section("Summary")[mark.start : mark.end]
    assert frozenset({Role.FINDING, Role.CAVEAT}) == mark.roles
    assert Direction.NO_DIFFERENCE is mark.direction
    assert None is mark.outcomes


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    """A record saved by another editor is the same record."""
    assert read_markdown(RECORD, "a") == read_markdown("\ufeff" + RECORD.replace("\n", "\r\n"), "a")


# (what is replaced, by what, the line that the message names, what was found, what was wanted)
WRONG = [
    ("---\nid", "id", 1, "'id: doe-2020-hip'", "`---`"),
    ("direction: no-difference\n---", "direction: no-difference", 26, "the end", "a second `---`"),
    ("title:", "titel:", 3, "the key 'titel'", "title"),
    ("year: 2020", "year: 2020\nyear: 2021", 6, "the key 'year' twice", "it once"),
    ("year: 2020", "year: soon", 5, "year: 'soon'", "a whole number"),
    ("year: 2020", "year: 20200", 5, "year: 20200", "a whole number"),
    ("year: 2020", "year: true", 5, "year: True", "a whole number"),
    ("year: 2020", "doi: https://doi.org/10.1/x", 5, "doi: 'https", "a DOI such as 10.1000/182"),
    ("review: draft", "review: approved", 8, "review: approved without an approval", "`approval:`"),
    ("year: 2020", "approval: {by: J. Doe}", 8, "review: draft with an approval", "`approval:`"),
    (
        "review: draft",
        "review: approved\napproval: {by: J. Doe, on: 2026-02-02, until: 2026-02-01}",
        9,
        "an approval without its days",
        "the second not before the first",
    ),
    (
        "year: 2020",
        "notices: [{kind: corrected, source: PubMed, on: 2026-02-30}]",
        5,
        "notices.0.on: '2026-02-30'",
        "a day that exists",
    ),
    ("year: 2020", "notices: [{source: PubMed}]", 5, "a notice without `kind`", "retracted"),
    ("year: 2020", "pmid: PMC12", 5, "pmid: 'PMC12'", "a PubMed number"),
    ("year: 2020", "participants: 0", 5, "participants: 0", "a whole number"),
    ("year: 2020", "design: review", 5, "design: 'review'", "systematic-review"),
    ("year: 2020", "year: [2020", 6, "expected", "plain YAML"),
    ("year: 2020", "journal: !!python/name:os.system x", 5, "the tag", "plain values"),
    ("year: 2020", "journal: &a x\ndoi: *a", 5, "an alias", "each value written out"),
    ("[Doe J]", "Doe J", 4, "authors: 'Doe J'", "a list"),
    ("[Doe J]", "[Doe J, 7]", 4, "authors.1: 7", "a text"),
    ("[hip-pain]", "[hip-ache]", 6, "conditions.0: 'hip-ache'", "a concept of the vocabulary"),
    ("[hip-pain]", "[pain]", 6, "conditions.0: 'pain'", "a condition; this concept is a outcome"),
    ("[hip-pain]", "[hip-pain, hip-pain]", 6, "conditions.1: 'hip-pain'", "each concept once"),
    ("[sham]", "[shame]", 14, "marks.0.comparators.0: 'shame'", "a concept of the vocabulary"),
    ("review: draft", "review: published", 8, "review: 'published'", "published by the clinic"),
    ("section: Summary", "section: Abstract", 10, "'Abstract'", "one of: Summary, Clinic note"),
    ("starts: It was not", "starts: It", 11, "3 sentences", "exactly one sentence"),
    ("starts: It was not", "starts: better", 11, "no sentences", "exactly one sentence"),
    ("[finding, caveat]", "[fact]", 12, "'fact'", "finding, caveat, overclaim"),
    ("[effect]", "[effects]", 13, "'effects'", "effect, safety"),
    ("no-difference", "none", 15, "'none'", "better, no-difference"),
    ("    direction", "    contrast: {section: Summary}\n    direction", 15, "no starts", "`starts:`"),
    ("# Summary", "A first word.\n\n# Summary", 18, "text 'A first word.'", "a heading"),
    ("# Clinic note", "# Summary", 24, "the section 'Summary' twice", "each section once"),
    ("It helped a lot.\n", "", 24, "an empty section 'Clinic note'", "its text"),
    ("id: doe-2020-hip\n", "", 2, "no id", "`id:` with a text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "found", "wanted"),
    WRONG,
    ids=[one[3] + " " + one[4][:15] for one in WRONG],
)
def test_a_wrong_record_is_refused_with_its_place(
    old: str, new: str, line: int, found: str, wanted: str
) -> None:
    """The message names file and line, what was found and what was wanted."""
    assert old in RECORD
    with pytest.raises(RecordError) as caught:
        read_markdown(RECORD.replace(old, new, 1), "doe.md", CONCEPTS)
    message = str(caught.value)
    assert message.startswith(f"doe.md:{line}: found "), message
    before, after = message.split("; wanted ", 1)
    assert found in before
    assert wanted in after


def test_a_repair_that_does_not_fit_is_refused() -> None:
    """A repair must stand in the text at the place it names, and not across another one."""
    repair = "repairs:\n  - {section: Summary, at: %d, old: Helped, new: helped, why: case}\n"
    right = RECORD.replace("marks:", repair % 3 + "marks:")
    assert (Repair("Summary", 3, "Helped", "helped", "case"),) == read_markdown(right, "a").repairs
    with pytest.raises(RecordError, match=r"a:10: found a repair to 'helped' which is not at 4"):
        read_markdown(RECORD.replace("marks:", repair % 4 + "marks:"), "a")
    twice = repair % 3 + (repair % 3).split("\n", 1)[1]
    with pytest.raises(RecordError, match="overlaps another"):
        read_markdown(RECORD.replace("marks:", twice + "marks:"), "a")


def test_deep_nesting_is_refused_without_harm() -> None:
    """A record made to exhaust the reader is one clear error."""
    for text in ("[" * 5000, "{a: " * 3000, "- " * 3000, "{a: [" * 12 + "x" + "]}" * 12):
        with pytest.raises(RecordError):
            read_markdown(RECORD.replace("year: 2020", f"source: {{a: {text}}}"), "a")


def test_a_record_is_called_after_its_study(tmp_path: Path) -> None:
    """The name of a file and the id in it cannot drift apart."""
    file = tmp_path / "doe-2021-hip.md"
    file.write_text(RECORD, encoding="utf-8")
    with pytest.raises(
        RecordError, match=r"found the id 'doe-2020-hip'; wanted the id 'doe-2021-hip'"
    ):
        load_record(file)


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    """A Latin-1 file is not guessed at."""
    file = tmp_path / "doe-2020-hip.md"
    file.write_bytes(RECORD.replace("Doe J", "Döe J").encode("latin-1"))
    with pytest.raises(RecordError, match=r"doe-2020-hip\.md:4: found a byte that is not UTF-8"):
        load_record(file)


WRONG_ROWS = [
    ("{", "no JSON"),
    ("[]", "JSON that is no object"),
    ('{"id": "a", "id": "b"}', "the key 'id' twice"),
    ('{"id": "a", "text": "b"}', "the key 'text'"),
    ('{"id": "a", "sections": [{"name": "A"}]}', "a section"),
    ('{"id": "a", "sections": [{"name": "A", "text": " "}]}', "a section 'A' that is empty"),
    ('{"id": "a", "year": 1.5}', "year: 1.5"),
    ("[" * 100_000, "no JSON"),
]


@pytest.mark.parametrize(
    ("row", "found"), WRONG_ROWS, ids=[f"{one[1]}, {len(one[0])}" for one in WRONG_ROWS]
)
def test_a_wrong_line_of_json_is_refused_with_its_number(
    tmp_path: Path, row: str, found: str
) -> None:
    """In bulk, too, the message names file and line."""
    file = tmp_path / "studies.jsonl"
    file.write_text('{"id": "first"}\n\n' + row + "\n", encoding="utf-8")
    with pytest.raises(RecordError, match=re.escape(found)) as caught:
        load_bulk(file)
    assert str(caught.value).startswith(f"{file}:3: found ")


# --- what is written ------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_writing_a_shipped_record_changes_nothing(file: Path) -> None:
    """A diff of a shipped record shows what a person changed, and nothing else."""
    text = file.read_text(encoding="utf-8")
    assert text == write_markdown(read_markdown(text, file.name))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_record_is_the_same_in_json(file: Path) -> None:
    """The two forms of a record hold the same."""
    study = load_record(file)
    again = read_json(write_json(study), "x", 1)
    assert study == again
    assert study.source == again.source


LINE = st.text(
    st.one_of(
        st.sampled_from(" .:#-\\'\"[]{}&*!|>%@`,?~=é中😀\u00a0\u2028\ufeff\x00\x7f\x85\t"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"),
    ),
    min_size=1,
    max_size=30,
).map(str.strip).filter(bool)  # fmt: skip
BLOCK = (
    st.lists(
        st.one_of(LINE, st.just(""), st.sampled_from(["# A", "\\# A", "---", "It was. It is."]))
    )
    .map("\n".join)
    .map(str.strip)
    .filter(bool)
)
IDS = st.lists(LINE, max_size=3, unique=True).map(tuple)


@st.composite
def _sections(draw: st.DrawFn) -> tuple[Section, ...]:
    names = draw(st.lists(LINE, max_size=3, unique=True))
    return tuple(Section(one, draw(st.sampled_from(Voice)), draw(BLOCK)) for one in names)


def _places(sections: tuple[Section, ...]) -> list[tuple[str, int, int]]:
    return [
        (section.name, *span)
        for section in sections
        for span in sentence_spans(section.text)
    ]  # fmt: skip


APPROVALS = st.builds(
    lambda by, days: Approval(by, min(days), max(days)), LINE, st.tuples(st.dates(), st.dates())
)
NOTICES = st.lists(
    st.builds(Notice, st.sampled_from(NoticeKind), LINE, st.none() | st.dates()), max_size=2
).map(tuple)


@st.composite
def _studies(draw: st.DrawFn) -> Study:
    sections = draw(_sections())
    places = _places(sections)
    marks = [
        Mark(
            *place,
            roles=draw(st.none() | st.frozensets(st.sampled_from(Role))),
            aspects=draw(st.none() | st.frozensets(st.sampled_from(Aspect), max_size=3)),
            conditions=draw(st.none() | IDS),
            comparators=draw(st.none() | IDS),
            direction=draw(st.none() | st.sampled_from(Direction)),
            contrast=draw(st.none() | st.sampled_from(places)),
        )
        for place in (draw(st.lists(st.sampled_from(places), max_size=3)) if places else [])
    ]
    first = sections[:1]
    review = draw(st.sampled_from(Review))
    return Study(
        id=draw(LINE),
        title=draw(LINE | st.just("")),
        sections=sections,
        authors=draw(st.lists(LINE, max_size=3).map(tuple)),
        journal=draw(st.none() | LINE),
        year=draw(st.none() | st.integers(1750, 2100)),
        volume=draw(st.none() | LINE),
        issue=draw(st.none() | st.just("3")),
        pages=draw(st.none() | st.just("1-9")),
        doi=draw(st.none() | st.just("10.1000/182")),
        pmid=draw(st.none() | st.integers(1, 999_999_999).map(str)),
        design=draw(st.none() | st.sampled_from(Design)),
        trials=draw(st.none() | st.integers(1, 10**6)),
        conditions=draw(IDS),
        outcomes=draw(IDS),
        marks=tuple(marks),
        repairs=tuple(Repair(one.name, 0, draw(LINE), one.text[:1], "why") for one in first),
        facts=tuple(draw(st.lists(st.just(Fact("doi", "V", "a place")), max_size=2))),
        source=draw(st.dictionaries(LINE, LINE | st.integers(0, 9), max_size=3)),
        review=review,
        approval=draw(APPROVALS) if review is Review.APPROVED else None,
        notices=draw(NOTICES),
    )


@given(_studies())
def test_a_study_survives_its_record(study: Study) -> None:
    """Whatever a study holds, its Markdown record gives back; and writing that again changes nothing."""
    text = write_markdown(study)
    again = read_markdown(text, "x.md")
    assert study == again
    assert study.source == again.source
    assert text == write_markdown(again)


@given(_studies())
def test_a_study_survives_its_line_of_json(study: Study) -> None:
    """The same for bulk records, each on one line."""
    row = write_json(study)
    assert "\n" not in row
    again = read_json(row, "x.jsonl", 1)
    assert study == again
    assert study.source == again.source


@pytest.mark.parametrize("text", [" led", "trailed\n", "a\rb", ""])
def test_text_that_markdown_cannot_keep_is_not_written(text: str) -> None:
    """Rather than change a word or a space, writing fails."""
    study = Study(id="a", title="A", sections=(Section("Summary", Voice.SUMMARY, text),))
    with pytest.raises(RecordError, match="white space"):
        write_markdown(study)


def test_half_a_character_is_not_written() -> None:
    """What UTF-8 cannot hold is refused before a file is touched."""
    study = Study(id="a", title="A", sections=(Section("Summary", Voice.SUMMARY, "a \ud800 b"),))
    with pytest.raises(RecordError, match="half of a character"):
        write_markdown(study)


# --- the shipped records, against the page and the papers as people read them -----------------------


def test_facts_of_the_shipped_records_are_those_read_by_hand() -> None:
    """Trials (or reviews), participants and identifiers, study by study."""
    expected = {
        "chou-2017-low-back": (None, None, "10.7326/M16-2459", "28192793"),
        "cox-2016-extremities": (15, None, None, None),
        "ji-2015-sciatica": (12, 1842, "10.1155/2015/192808", "26425130"),
        "li-2019-knee-oa": (12, None, "10.1097/MD.0000000000016301", "31305415"),
        "li-2021-acupressure-low-back": (23, 2400, "10.1155/2021/8862399", "33708260"),
        "liu-2015-low-back": (16, None, "10.1155/2015/328196", "25821485"),
        "lv-2016-chondromalacia": (7, 707, None, None),
        "manheimer-2018-hip-oa": (6, 413, "10.1002/14651858.CD013010", "29729027"),
        "manyanga-2014-oa": (12, 1763, "10.1186/1472-6882-14-312", "25151529"),
        "moura-2018-cupping": (16, None, "10.1590/1518-8345.2888.3094", "30462793"),
        "pach-2013-standardised": (None, 150, "10.1155/2013/125937", "24288556"),
        "qin-2015-sciatica": (11, None, "10.1155/2015/425108", "26576192"),
        "tang-2018-lumbar-disc": (30, 3503, "10.1136/acupmed-2016-011332", "29496679"),
        "wang-2020-knee-oa": (18, 3522, "10.1007/s11726-020-1177-9", None),
        "xiang-2019-low-back": (14, 2110, None, None),
        "zhang-2011-plantar-fasciitis": (None, 53, "10.1093/ecam/nep186", "19933769"),
        "zhang-2017-chronic-knee": (19, None, "10.1136/acupmed-2016-011306", None),
    }
    studies = [load_record(file) for file in SHIPPED]
    assert expected == {
        one.id: (one.trials, one.participants, one.doi, one.pmid)
        for one in studies
        if not one.is_page
    }


def test_every_bibliographic_fact_names_its_source() -> None:
    """Nothing is known without saying from where; what was only remembered is not there at all."""
    for study in map(load_record, SHIPPED):
        if study.is_page:
            continue
        known = {fact.field for fact in study.facts}
        named = ("title", "authors", "journal", "year", "doi", "pmid", "pmcid", "design", "trials", "participants")  # fmt: skip
        assert {name for name in named if getattr(study, name) not in (None, ())} <= known, study.id
        assert {fact.mark for fact in study.facts} <= {"page", "V", "V-addr"}


def test_years_are_those_the_page_prints() -> None:
    """The page's date, not a guess at the issue; Xiang 2019 stays 2019."""
    for study in map(load_record, SHIPPED):
        note = study.source.get("note")
        if isinstance(note, dict):
            assert str(note["date"])[:4] == str(study.year), study.id


# Words of the limit that must travel with each study which states one.
LIMITS = {
    "manheimer-2018-hip-oa": "little or no effect",
    "zhang-2017-chronic-knee": "unable to draw any strong conclusions",
    "lv-2016-chondromalacia": "possibly overstated",
    "liu-2015-low-back": "methodological quality was low",
    "qin-2015-sciatica": "lacking in relevant and rigorous RCTs",
    "li-2021-acupressure-low-back": "very-low to low",
    "manyanga-2014-oa": "durability of treatment effects are unknown",
    "xiang-2019-low-back": "no differences in function",
    "zhang-2011-plantar-fasciitis": "inert placebo",
    "pach-2013-standardised": "not superior",
    "li-2019-knee-oa": "may have more total effective rate",
}


def _marked(study: Study, role: Role) -> list[str]:
    return [
        study.section(mark.section)[mark.start : mark.end]
        for mark in study.marks
        if mark.roles and role in mark.roles
    ]


def test_the_most_important_limit_is_marked_first() -> None:
    """Each study that states a limit has it as its first caveat; the others have none."""
    first = {one.id: _marked(one, Role.CAVEAT)[:1] for one in map(load_record, SHIPPED)}
    assert set(LIMITS) == {study_id for study_id, caveats in first.items() if caveats}
    for study_id, words in LIMITS.items():
        assert words in first[study_id][0]


def test_no_study_has_more_limits_marked_than_can_travel_with_it() -> None:
    """At most three, so that a card stays readable."""
    for study in map(load_record, SHIPPED):
        assert len(_marked(study, Role.CAVEAT)) <= 3, study.id


def test_notes_that_say_more_are_marked_beside_what_the_summary_says() -> None:
    """An overclaim of a study with a summary has its contrast there; it is never the summary itself."""
    marked = set()
    for study in map(load_record, SHIPPED):
        for mark in study.marks:
            if study.is_page or not mark.roles or Role.OVERCLAIM not in mark.roles:
                continue
            marked.add(study.id.split("-")[0] + study.id.split("-")[1])
            assert "Clinic note" == mark.section
            assert study.note_only == (mark.contrast is None)
            if mark.contrast is not None:
                assert mark.contrast[0] in {"Headline", "Summary"}
    assert {"cox2016", "lv2016", "tang2018", "li2021", "wang2020", "li2019", "qin2015",
            "manyanga2014", "chou2017", "xiang2019"} == marked  # fmt: skip


def test_every_sentence_of_a_shipped_record_was_read_by_a_person() -> None:
    """No sentence is left to cues: each has its roles and aspects noted."""
    for study in map(load_record, SHIPPED):
        places = set(_places(study.sections))
        assert places == {(mark.section, mark.start, mark.end) for mark in study.marks}, study.id
        assert all(mark.roles is not None and mark.aspects is not None for mark in study.marks)


def test_findings_of_an_effect_say_which_way_they_point() -> None:
    """A finding on an effect is better, worse, no different, mixed or unclear."""
    for study in map(load_record, SHIPPED):
        for mark in study.marks:
            if Role.FINDING in (mark.roles or ()) and Aspect.EFFECT in (mark.aspects or ()):
                assert mark.direction is not None, (study.id, mark.start)


def test_narrower_facets_of_sentences_are_facets_of_their_study() -> None:
    """A sentence narrows what its study is about, it never widens it, but for outcomes only a note claims."""
    for study in map(load_record, SHIPPED):
        for mark in study.marks:
            assert set(mark.conditions or ()) <= set(study.conditions), study.id
            assert set(mark.treatments or ()) <= set(study.treatments), study.id
            assert set(mark.comparators or ()) <= set(study.comparators), study.id


def test_the_shipped_records_hold_known_concepts_only(vocabulary: Vocabulary) -> None:
    """Every facet is a concept of the shipped vocabulary, of the right kind."""
    for file in SHIPPED:
        assert load_record(file, vocabulary) == dataclasses.replace(load_record(file))


def test_stale_facets_of_a_draft_are_proposed_anew(tmp_path: Path) -> None:
    """A draft whose facet the vocabulary no longer has keeps its text and gets new proposals."""
    row = {
        "id": "d1",
        "title": "Acupuncture for sciatica",
        "conditions": ["a-concept-of-last-year"],
        "review": "draft",
        "sections": [{"name": "Abstract", "voice": "summary", "text": "It helped."}],
    }
    file = tmp_path / "studies.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (study,) = load_bulk(file, shipped_vocabulary())
    assert study.conditions == ("sciatica",)
    assert study.section("Abstract") == "It helped."


def test_stale_facets_of_a_published_record_are_an_error(tmp_path: Path) -> None:
    """What somebody approved is never replaced by a proposal."""
    row = {
        "id": "d1",
        "title": "Acupuncture for sciatica",
        "conditions": ["a-concept-of-last-year"],
        "review": "published by the clinic",
        "sections": [{"name": "Abstract", "voice": "summary", "text": "It helped."}],
    }
    file = tmp_path / "studies.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(RecordError, match="a-concept-of-last-year"):
        load_bulk(file, shipped_vocabulary())
