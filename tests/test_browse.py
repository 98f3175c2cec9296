"""The list of all studies: complete, counted once, neutral, and true to the records."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from corpus.catalogue import Catalogue
from corpus.reading import read
from corpus.sentences import sentence_spans
from corpus.study import Design, Repair, Review, Role, Section, Study, Voice
from qa.browse import MOST_COLUMNS, MOST_IN_FULL, address, headings, published, timeline
from qa.browse_html import list_page
from qa.browse_study import study_page
from qa.page_frame import Frame, plain_page
from qa.page_markup import element, esc
from qa.page_site import fenced
from qa.settings import load
from qa.wording import Brand, Number, Wording, register
from tests.made_answers import asked
from tests.page_tree import Node, tree

HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</article></span></div></main><h1>mine</h1>",
    "**bold** [a](https://evil.example) &lt;b&gt; &#60; {name} {{7*7}}",
    "</title><style>*{display:none}</style>",
    "שלום 漢字 zero\u200bwidth 😀",
)
FRAME = Frame(
    collection=Brand("c"),
    examples=(),
    styles=("/page.css", "/accent.css"),
)
CLAIMS = (
    "Although well-conducted clinical research can help members of the public to make "
    "better-informed decisions about their healthcare, we do not make any claims that any "
    "particular treatment may be efficacious for any individual person."
)
BOUNDARY = (
    "These are the 17 studies that this clinic chose for its page, from 2011 to 2021. "
    "This is not a search of all research."
)
# By hand, from the front matter of the seventeen records.
HEADINGS = {
    "acute low back pain": 2,
    "carpal tunnel syndrome": 1,
    "chondromalacia patellae": 1,
    "chronic back pain": 1,
    "chronic knee pain": 1,
    "chronic low back pain": 4,
    "heel pain": 1,
    "hip osteoarthritis": 1,
    "knee osteoarthritis": 2,
    "low back pain": 4,
    "lumbar disc herniation": 1,
    "musculoskeletal disorders": 1,
    "non-specific low back pain": 1,
    "osteoarthritis": 1,
    "patellofemoral pain syndrome": 1,
    "piriformis syndrome": 1,
    "plantar fasciitis": 2,
    "sciatica": 2,
    "shoulder pain": 1,
}

CONDITIONS = tuple(
    "acute-low-back-pain carpal-tunnel-syndrome chondromalacia-patellae chronic-back-pain chronic-knee-pain "
    "chronic-low-back-pain heel-pain hip-osteoarthritis knee-osteoarthritis low-back-pain lumbar-disc-herniation "
    "musculoskeletal-disorder nonspecific-low-back-pain osteoarthritis patellofemoral-pain piriformis-syndrome "
    "plantar-fasciitis sciatica shoulder-pain".split()
)


@pytest.fixture(scope="module")
def client(catalogue: Catalogue) -> Iterator[TestClient]:
    """The site with the shipped collection."""
    app = fenced(load(), catalogue, asked(catalogue)).app
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


def _parsed(page: str) -> Node:
    return tree(page.removeprefix("<!doctype html>")).one("main")


def _list(catalogue: Catalogue) -> Node:
    return _parsed(list_page(catalogue, FRAME))


def _page(study: Study, catalogue: Catalogue, *, withhold: bool = False) -> Node:
    return _parsed(study_page(study, catalogue, FRAME, withhold=withhold))


def _quotes(page: Node) -> list[str]:
    return [one.text for one in page.all("blockquote")]


def _with(catalogue: Catalogue, *studies: Study) -> Catalogue:
    return replace(catalogue, studies=studies)


def _made(number: int, **facts: object) -> Study:
    text = f"Sentence {number} was found."
    return Study(
        f"made-{number}",
        f"Title {number}",
        (Section("Summary", Voice.SUMMARY, text),),
        review=Review.PUBLISHED,
        **facts,  # type: ignore[arg-type]
    )


# --- the list


def test_every_study_is_told_in_full_once(catalogue: Catalogue) -> None:
    """Seventeen studies, each once with all its facts; twelve more times in short, with a link."""
    page = _list(catalogue)
    titles = [one for one in page.all("h4") if "short" not in one.classes]
    shorts = page.all("h4", within="short")
    assert sorted(study.title for study in catalogue.studies) == sorted(one.text for one in titles)
    assert (17, 12) == (len(titles), len(shorts))
    assert {study.title for study in catalogue.studies} >= {one.text for one in shorts}
    assert "17 studies. Some stand under more than one heading, but each counts once." == (
        page.one(within="lede").text
    )


def test_headings_are_the_conditions_of_the_records(catalogue: Catalogue) -> None:
    """Nineteen headings by name, each with the number of its studies, as counted by hand."""
    page = _list(catalogue)
    links = page.one("nav").all("a")
    assert list(HEADINGS.items()) == [
        (one.one(within="name").text, int(one.one(within="number").text)) for one in links
    ]
    sections = {
        one.one("h3").attributes["id"]: one
        for one in page.all("section")
        if one.all("h3") and not one.all("nav")
    }
    for link in links:
        section = sections[link.attributes["href"].removeprefix("#")]
        name = section.one("h3").text
        assert link.one(within="name").text == name
        count = HEADINGS[name]
        assert count == len(section.one("ul", within="studies").all("li"))
        assert ("1 study" if count == 1 else f"{count} studies") == section.one(within="count").text


def test_study_stands_in_full_under_its_first_condition(catalogue: Catalogue) -> None:
    """The first condition of a record is what the study is mainly about; the others point to it."""
    full = {
        entry.study.id: one.condition
        for one in headings(catalogue)
        for entry in one.entries
        if entry.in_full
    }
    assert {study.id: study.conditions[0] for study in catalogue.studies} == full


def test_note_never_comes_before_a_summary(catalogue: Catalogue) -> None:
    """Under each heading studies known only by a note come last, newer before older otherwise."""
    found = {
        one.condition: [entry.study.id for entry in one.entries] for one in headings(catalogue)
    }
    assert [
        "li-2021-acupressure-low-back",
        "xiang-2019-low-back",
        "liu-2015-low-back",
        "chou-2017-low-back",
    ] == found["low-back-pain"]
    assert ["zhang-2011-plantar-fasciitis", "cox-2016-extremities"] == found["plantar-fasciitis"]


def test_row_tells_what_the_record_has(catalogue: Catalogue) -> None:
    """Kind, year, journal, size, authors, comparators and the link stand with the title, nothing else."""
    row = next(
        one
        for one in _list(catalogue).all("li")
        if one.all("h4") and "Acupuncture for hip osteoarthritis" == one.one("h4").text
    )
    assert [
        "Acupuncture for hip osteoarthritis",
        "Review of trials · 2018 · Cochrane Database of Systematic Reviews · 6 trials · 413 people",
        "Eric Manheimer, Ke Cheng, L. Susan Wieland, Xueyong Shen, Lixing Lao, Menghu Guo, Brian M Berman",
        "Compared with sham acupuncture and usual care",
        "Read the paper 10.1002/14651858.CD013010 (opens in a new tab)",
    ] == [one.text for one in row.inside if isinstance(one, Node)]
    assert "/browse/manheimer-2018-hip-oa" == row.one("h4").one("a").attributes["href"]


def test_studies_known_by_a_note_are_marked(catalogue: Catalogue) -> None:
    """Chou, Cox, Moura and Pach carry the flag in full, and a short word wherever they are pointed to."""
    page = _list(catalogue)
    marked = [
        one.one("h4").text for one in page.all("li") if one.all("h4") and one.all(within="flag")
    ]
    notes = {study.title for study in catalogue.studies if study.note_only}
    assert (4, notes) == (len(marked), set(marked))
    for one in page.all("li"):
        if one.all("h4", within="short"):
            assert (one.one("h4").text in notes) == ("Known only by a short note" in one.text)


def test_list_is_neutral_and_has_its_bounds(catalogue: Catalogue) -> None:
    """Boundary and disclaimer close the list; no quote of a result and no praise of ours stands in it."""
    page = _list(catalogue)
    assert [
        BOUNDARY,
        CLAIMS,
        "Consult with our practitioners for personalised care and advice.",
    ] == [one.text for one in page.one(within="limits").all("p")]
    assert [] == _quotes(page)
    own = [entry.texts["en"] for key, entry in register().items() if key.startswith("browse-")]
    assert not re.search(r"\b(?:benefit|effective|safe|help)", " ".join(own), re.IGNORECASE)


def test_study_without_condition_title_or_year_is_there(catalogue: Catalogue) -> None:
    """What a record does not tell is said, so that no study gets lost."""
    bare = replace(_made(1), title=" ")
    page = _list(_with(catalogue, bare))
    assert "No health problem named in the record" == page.one("h3").text
    assert "Study without a title" == page.one("h4").text
    assert "Kind not recorded" == page.one(within="facts").text
    assert "One study is on our list." == page.one(within="lede").text
    assert [] == page.all(within="chart")


def test_empty_collection_says_so(catalogue: Catalogue) -> None:
    """Without any study there is no chart and no heading, and the page says why."""
    page = _list(_with(catalogue))
    assert "No study on our list has been checked yet." == page.one(within="lede").text
    assert [] == [*page.all("nav"), *page.all(within="chart")]
    assert CLAIMS in page.text


# --- drafts


def test_drafts_never_appear(catalogue: Catalogue) -> None:
    """A draft is neither listed nor counted, nor has it a page, even where answers may use drafts."""
    draft = replace(_made(1, year=1999), review=Review.DRAFT)
    mixed = _with(catalogue, *catalogue.studies, draft)
    assert catalogue.studies == published(mixed).studies
    app = fenced(load(), mixed, asked(catalogue)).app
    with TestClient(app, base_url="http://127.0.0.1") as client:
        page = client.get("/browse").text
        assert "Title 1" not in page
        assert BOUNDARY in _parsed(page).text
        assert 404 == client.get("/browse/made-1").status_code
        assert "See all 17 studies" in client.get("/plain").text


# --- the chart


def test_chart_counts_as_a_person_does(catalogue: Catalogue) -> None:
    """Thirteen reviews, two overviews and two trials, year by year from 2011 to 2021."""
    shown = timeline(catalogue.studies)
    assert tuple((year, year) for year in range(2011, 2022)) == shown.columns
    assert {
        Design.SYSTEMATIC_REVIEW: (0, 0, 0, 1, 2, 2, 2, 3, 1, 1, 1),
        Design.OVERVIEW: (0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0),
        Design.RANDOMISED_TRIAL: (1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    } == shown.counts
    assert {0} == set(shown.undated.values())


def test_one_mark_is_one_study(catalogue: Catalogue) -> None:
    """The picture has seventeen marks, of three shapes, and each kind its name and number."""
    chart = _list(catalogue).one(within="chart")
    shapes = Counter(
        shape.name
        for cell in chart.all(within="cell")
        for svg in cell.all("svg")
        for shape in svg.all()
    )
    assert {"circle": 13, "rect": 2, "polygon": 2} == shapes
    assert ["Review of trials13", "Overview of reviews2", "Single trial2", ""] == [
        one.text for one in chart.all(within="kind")
    ]
    assert (
        "img",
        "A chart of 17 studies by year and kind. The same numbers are in the table below it.",
    ) == (chart.attributes["role"], chart.attributes["aria-label"])


def test_table_has_the_numbers_of_the_chart(catalogue: Catalogue) -> None:
    """Row by row the same numbers, with sums that a reader can check."""
    rows = [
        [cell.text for cell in row.inside if isinstance(cell, Node)]
        for row in _list(catalogue).one("table").all("tr")
    ]
    assert [
        ["Year", "Review of trials", "Overview of reviews", "Single trial", "All"],
        ["2011", "0", "0", "1", "1"],
        ["2012", "0", "0", "0", "0"],
        ["2013", "0", "0", "1", "1"],
        ["2014", "1", "0", "0", "1"],
        ["2015", "2", "1", "0", "3"],
        ["2016", "2", "0", "0", "2"],
        ["2017", "2", "0", "0", "2"],
        ["2018", "3", "0", "0", "3"],
        ["2019", "1", "1", "0", "2"],
        ["2020", "1", "0", "0", "1"],
        ["2021", "1", "0", "0", "1"],
        ["All", "13", "2", "2", "17"],
    ] == rows


def test_long_times_are_told_in_spans(catalogue: Catalogue) -> None:
    """Fifty years make columns of five; studies without a year or kind are counted beside the picture."""
    studies = (
        _made(1, year=1971, design=Design.OTHER),
        _made(2, year=1974, design=Design.OTHER),
        _made(3, year=2020),
        _made(4),
    )
    shown = timeline(studies)
    assert (5, (1970, 1974), (2020, 2024)) == (shown.span, shown.columns[0], shown.columns[-1])
    assert (2, 1) == (shown.counts[Design.OTHER][0], shown.counts[None][-1])
    page = _list(_with(catalogue, *studies))
    assert "Each mark is one study. Each column holds 5 years." in page.text
    assert "No year in the record, so not in the chart: 1." in page.text
    rows = [row.text for row in page.one("table").all("tr")]
    assert ["YearOther kind of studyKind not recordedAll", "1970 to 1974202"] == rows[:2]
    assert ["No year011", "All224"] == rows[-2:]


@given(
    facts=st.lists(
        st.tuples(st.none() | st.integers(1000, 9999), st.none() | st.sampled_from(Design)),
        max_size=60,
    )
)
def test_no_study_is_lost_or_told_twice(
    facts: Sequence[tuple[int | None, Design | None]], catalogue: Catalogue
) -> None:
    """Whatever years and kinds there are, chart and undated add up to all, in few enough columns."""
    studies = [_made(place, year=year, design=design) for place, (year, design) in enumerate(facts)]
    shown = timeline(studies)
    inside = sum(map(sum, shown.counts.values()))
    assert len([year for year, _ in facts if year is not None]) == inside
    assert len(facts) == inside + sum(shown.undated.values())
    assert len(shown.columns) <= MOST_COLUMNS
    page = _list(_with(catalogue, *studies))
    marks = [svg for cell in page.all(within="cell") for svg in cell.all("svg")]
    assert inside == sum(len(svg.all()) for svg in marks)


# --- a study


def test_all_sentences_of_each_study_are_there(catalogue: Catalogue) -> None:
    """In the boxes of the voices every stored sentence stands in its order, and nothing else is quoted."""
    for study in catalogue.studies:
        page = _page(study, catalogue)
        stored = [
            section.text[start:end]
            for section in study.sections
            for start, end in sentence_spans(section.text)
        ]
        quotes = _quotes(page)
        at = 0
        for sentence in stored:
            place = next(n for n in range(at, len(quotes)) if sentence in quotes[n])
            at = place
        for quote in quotes:
            assert any(quote in section.text for section in study.sections), quote
        assert [study.title] == [one.text for one in page.all("h1")]
        assert BOUNDARY in page.text
        assert CLAIMS in page.text


def test_caveats_are_named_as_such(catalogue: Catalogue) -> None:
    """Each sentence that limits a study stands in a block that says so, in the first box too."""
    for study in catalogue.studies:
        page = _page(study, catalogue)
        limits = [
            sentence.text
            for sentence in read(study, catalogue.vocabulary)
            if Role.CAVEAT in sentence.roles
        ]
        first = page.all(within="card")[0]
        told = " ".join(one.text for one in first.all(within="limit"))
        for text in limits:
            assert text in told, study.id
        if not limits:
            assert "This text does not say what the limits of the study are." in page.text
        for block in page.all(within="limit"):
            assert block.one(within="role").text.startswith(
                ("What limits this", "What the study's")
            )


def test_limits_from_the_note_stand_beside_the_summary(catalogue: Catalogue) -> None:
    """What limits Zhang 2017 is only in the clinic's note; it stands in the box of the summary all the same."""
    summary, note = _page(catalogue.study("zhang-2017-chronic-knee"), catalogue).all(within="card")
    assert "From the summary of the study" == summary.one("h2").text
    assert "From the clinic's note on the study" == note.one("h2").text
    limit = summary.one(within="limit")
    assert "What limits this, from another part of the text" == limit.one(within="role").text
    assert "we are currently unable to draw any strong conclusions" in limit.text
    assert {"From the clinic's note on the study"} == {
        one.text for one in limit.all(within="voice")
    }


def test_sentence_that_limits_nothing_is_outside_the_block(catalogue: Catalogue) -> None:
    """A plain sentence after a caveat does not read as one."""
    page = _page(catalogue.study("manheimer-2018-hip-oa"), catalogue)
    for block in page.all(within="limit"):
        assert "no registered ongoing RCTs" not in block.text
    assert "no registered ongoing RCTs" in page.text


def test_comparators_stand_with_their_sentences(catalogue: Catalogue) -> None:
    """Against sham and against usual care are told apart, sentence by sentence."""
    page = _page(catalogue.study("manheimer-2018-hip-oa"), catalogue)
    against = {
        quote.one("blockquote").text: quote.one(within="against").text
        for quote in page.all(within="quote")
        if quote.all(within="against")
    }
    sham = next(text for text in against if text.startswith("Acupuncture probably has little"))
    usual = next(text for text in against if text.startswith("In people with hip"))
    assert "Compared with sham acupuncture" == against[sham]
    assert "Compared with usual care" == against[usual]


def test_stronger_note_stands_between_flag_and_contrast(catalogue: Catalogue) -> None:
    """The note on Lv 2016 never leads; its flag comes first, and the summary's sentence follows it."""
    summary, note = _page(catalogue.study("lv-2016-chondromalacia"), catalogue).all(within="card")
    assert "long term effects" not in summary.text
    flag, quote, contrast = (one for one in note.one(within="box").inside if isinstance(one, Node))
    assert "The clinic's note says more than the study's own summary does." == flag.text
    assert quote.text.startswith("The study highlighted that acupuncture has long term effects")
    assert "What the study's own summary says" == contrast.one(within="role").text
    assert "possibly overstated" in contrast.text


def test_lone_note_carries_its_flags(catalogue: Catalogue) -> None:
    """Cox 2016 says what it is known by, that no limits are told, and that the note may say too much."""
    page = _page(catalogue.study("cox-2016-extremities"), catalogue)
    assert [
        "We know this study only from a short note by the clinic. The note may leave out things that matter.",
        "This text does not say what the limits of the study are.",
    ] == [one.text for one in page.one(within="flags").all("li")]
    assert ["The clinic's note may say more than the study itself does."] * 2 == [
        one.text for one in page.all(within="flag")
    ]
    assert [] == page.all("form")


def test_withheld_notes_are_left_out_and_owned_up_to(catalogue: Catalogue) -> None:
    """With the setting, no sentence that says too much is shown, and the page tells that some are left out."""
    for study in catalogue.studies:
        strong = [
            one.text for one in read(study, catalogue.vocabulary) if Role.OVERCLAIM in one.roles
        ]
        page = _page(study, catalogue, withhold=True)
        assert not any(text in page.text for text in strong), study.id
        assert bool(strong) == (
            "Some sentences of the clinic's note are left out here." in page.text
        )


def test_withholding_is_the_operators_setting(catalogue: Catalogue) -> None:
    """The site takes it from the same setting as answers do."""
    app = fenced(load(withhold_flagged=True), catalogue, asked(catalogue)).app
    with TestClient(app, base_url="http://127.0.0.1") as client:
        page = _parsed(client.get("/browse/lv-2016-chondromalacia").text)
    assert "long term effects" not in page.text


def test_repairs_are_told(catalogue: Catalogue) -> None:
    """Each mend of the text is shown: what stood there, what stands there, and why."""
    page = _page(catalogue.study("cox-2016-extremities"), catalogue)
    assert "Mended in the text: 1" == page.one("summary").text
    assert [
        "Was carpel tunnel",
        "Now carpal tunnel",
        "Why the name of the condition was misspelt",
    ] == [one.text for one in page.one(within="mends").all("p")]
    whole = _page(catalogue.study("ji-2015-sciatica"), catalogue)
    assert "Nothing was changed in this text." in whole.text


def test_question_about_a_study_is_an_example(client: TestClient, catalogue: Catalogue) -> None:
    """The button asks, on the simple page, a question made of the study's own labels."""
    page = _page(catalogue.study("ji-2015-sciatica"), catalogue)
    form, button = page.one("form"), page.one("button")
    assert ("/plain", "post") == (form.attributes["action"], form.attributes["method"])
    assert ("example", "Does acupuncture help with sciatica?") == (
        button.attributes["name"],
        button.attributes["value"],
    )
    sent = client.post("/plain", data={"example": button.attributes["value"]})
    assert (
        "Does acupuncture help with sciatica?" in _parsed(sent.text).one("h2", within="asked").text
    )


# --- closed and verbatim


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_records_are_shown_letter_for_letter(text: str, catalogue: Catalogue) -> None:
    """Markup in a title, an author, a journal, a sentence or a mend comes out as it went in."""
    odd = Study(
        "odd",
        text,
        (Section("Summary", Voice.SUMMARY, text),),
        authors=(text,),
        journal=text,
        repairs=(Repair("Summary", 0, text, text, text),),
        review=Review.PUBLISHED,
    )
    shelf = _with(catalogue, odd)
    row = _list(shelf)
    assert (text, text) == (row.one("h4").text, row.one(within="authors").text)
    page = _page(odd, shelf)
    spans = sentence_spans(text)
    assert text == page.one("h1").text
    assert next(text[start:end] for start, end in spans) in page.one("blockquote").text
    assert [f"Was {text}", f"Now {text}", f"Why {text}"] == [
        one.text for one in page.one(within="mends").all("p")
    ]
    assert ["h1"] == [one.name for one in page.all("h1")]
    assert [] == page.all("script")


@given(text=st.text(min_size=1, max_size=300))
def test_any_record_changes_nothing_else(text: str, catalogue: Catalogue) -> None:
    """Whatever a title and a section hold, the list has the same elements around them."""
    plain = _made(1, conditions=("sciatica",))
    odd = replace(plain, title=f"x{text}", journal=text, authors=(f"x{text}",))
    journal = replace(plain, title="x", journal="x", authors=("x",))
    names = [one.name for one in _list(_with(catalogue, journal)).all()]
    page = _list(_with(catalogue, odd))
    assert names == [one.name for one in page.all()]
    assert tree(esc(f"x{text}")).text == page.one("h4").text


@pytest.mark.parametrize("width", ["5px", "1e9", "5;", "-1", "", "calc(1)", "1,,2"])
def test_drawings_take_numbers_only(width: str) -> None:
    """What places a mark is a number or a row of numbers."""
    with pytest.raises(ValueError, match="width"):
        element("svg", width=width)


# --- addresses


@pytest.mark.parametrize(
    "path",
    [
        "/browse/page",
        "/browse/nothing",
        "/browse/",
        "/browse/manheimer-2018-hip-oa/",
        "/browse/manheimer-2018-hip-oa/x",
        "/browse/%3Cscript%3E",
        "/browse/" + "a" * 101,
    ],
)
def test_unknown_studies_are_not_found(path: str, client: TestClient) -> None:
    """Any other address, the clinic's page's own record too, is the page that says not found."""
    got = client.get(path)
    assert 404 == got.status_code
    assert "There is nothing at this address" in got.text


@pytest.mark.parametrize("path", ["/browse", "/browse/ji-2015-sciatica"])
def test_pages_are_read_only_and_not_kept(path: str, client: TestClient) -> None:
    """They can be read, not written to, under the same rules as every page; only the script for frames runs."""
    got = client.get(path)
    assert (200, "no-store") == (got.status_code, got.headers["cache-control"])
    scripts = tree(got.text.removeprefix("<!doctype html>")).all("script")
    assert ["/frame.js"] == [one.attributes["src"].partition("?")[0] for one in scripts]
    assert 200 == client.head(path).status_code
    assert 404 == client.post(path).status_code


def test_every_link_of_the_list_leads_somewhere(client: TestClient) -> None:
    """Each title leads to a page with that title, each heading to a place on the list."""
    page = _parsed(client.get("/browse").text)
    ids = {one.attributes.get("id") for one in page.all()}
    for link in page.all("a"):
        href = link.attributes["href"]
        if href.startswith("#"):
            assert href[1:] in ids
        elif href.startswith("/browse/"):
            assert link.text == _parsed(client.get(href).text).one("h1").text


def test_list_is_linked_from_both_pages(client: TestClient) -> None:
    """Near the question box and in the foot there is the way to all studies."""
    for path in ("/", "/plain"):
        text = client.get(path).text
        assert 2 <= text.count('href="/browse"'), path
        assert "See all 17 studies" in text


@pytest.mark.parametrize(
    ("studies", "said"),
    [(None, None), (1, "See the one study on our list"), (5, "See all 5 studies")],
)
def test_link_says_how_many(studies: int | None, said: str | None) -> None:
    """One study is called one; without any there is no link."""
    frame = replace(FRAME, studies=None if studies is None else Number(studies))
    links = [
        one.text
        for one in tree(plain_page(frame).removeprefix("<!doctype html>")).all("a")
        if one.attributes["href"] == "/browse"
    ]
    assert ([said] * 2 if said else []) == links


def test_odd_ids_get_an_address(catalogue: Catalogue) -> None:
    """An id that fits no address still has a page of its own, always at the same place."""
    odd = replace(_made(1), id="a/b c?")
    assert re.fullmatch(r"[0-9a-f]{16}", address(odd))
    app = fenced(load(), _with(catalogue, odd), asked(catalogue)).app
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert "Title 1" == _parsed(client.get(f"/browse/{address(odd)}").text).one("h1").text


# --- large collections


def test_a_thousand_studies_are_listed_quickly(catalogue: Catalogue) -> None:
    """A long list tells each study in short, stays below a megabyte, and takes no time that grows in squares."""
    studies = tuple(
        replace(
            _made(
                number,
                year=1980 + number % 45,
                design=list(Design)[number % 4],
                conditions=(CONDITIONS[number % 19], CONDITIONS[(number + 7) % 19]),
            ),
            title=f"Study {number} " + "of acupuncture for a painful condition " * 2,
        )
        for number in range(1000)
    )
    start = time.perf_counter()
    made = list_page(_with(catalogue, *studies), FRAME)
    seconds = time.perf_counter() - start
    page = _parsed(made)
    assert 2000 == len(page.all("h4", within="short")) == len(page.all("h4"))
    assert {f"/browse/made-{number}" for number in range(1000)} == {
        one.one("a").attributes["href"] for one in page.all("h4")
    }
    assert 1000 > MOST_IN_FULL
    assert 1_500_000 > len(made)
    assert 10 > seconds


def test_wordings_of_the_list_need_no_values_but_numbers() -> None:
    """Everything that is said around the list is fixed, but for numbers."""
    places = {"count", "years", "first", "last"}
    values = dict.fromkeys(places, Number(2))
    for name in register():
        if name.startswith("browse-"):
            assert Wording(name, values).text
