"""The front desk's pages: what is read out, given, printed, saved and checked, over the real site."""

from __future__ import annotations

import hashlib
import html
import json
import logging
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from starlette.testclient import TestClient

from corpus.catalogue import Catalogue, load_catalogue
from corpus.sentences import sentence_spans
from corpus.study import Direction, Study
from index.library import Library
from qa.answer import Answer, Flag, Outcome, Quote, QuoteRole
from qa.choices import NO_CHOICES, Choices
from qa.page_markup import html as shown
from qa.page_site import fenced
from qa.permalink import mark
from qa.pipeline import ask
from qa.settings import load
from qa.staff_aloud import aloud_html, read_out
from qa.staff_html import Asked, answered_html
from qa.staff_verify import Place, place, place_html
from qa.transcript import Transcript
from qa.wording import Number, Wording, register
from tests.made_answers import answer, answers, asked, hip, note_only, osteoarthritis
from tests.page_tree import Node, tree
from tests.signing_in import PASSWORD, SIGNED_IN

HIP = "what does the research say about acupuncture for hip arthritis?"
WHISPER = "my knee and my secret"


@pytest.fixture(scope="module")
def client(catalogue: Catalogue) -> Iterator[TestClient]:
    """The site, with room for the questions of this file; "before" answers with what was sent along."""
    by_hand = asked(catalogue)

    def ask(question: str, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> Answer:
        if question == "before":
            sent = " / ".join((*earlier, *choices.without))
            return answer(catalogue, sent, Outcome.NO_QUESTION)
        return by_hand(question, earlier, choices)

    settings = load(
        clinic_name="Harbour Street Clinic", requests_at_once=1000, staff_password=PASSWORD
    )
    app = fenced(settings, catalogue, ask).app
    with TestClient(app, base_url="http://127.0.0.1:7860", headers=SIGNED_IN) as made:
        yield made


def _asked(client: TestClient, question: str, **fields: object) -> Node:
    response = client.post("/staff", data={"question": question, **fields})
    assert 200 == response.status_code
    return _body(response.text)


def _body(page: str) -> Node:
    """The page as a tree, without its head, which holds what only a browser reads."""
    return tree(re.sub(r"<head>.*?</head>", "", page).replace("<!doctype html>", ""))


def _texts(node: Node) -> Iterator[str]:
    for one in node.inside:
        if isinstance(one, str):
            yield one
        else:
            yield from _texts(one)


def _quotes(made: Answer) -> list[Quote]:
    findings = (*made.findings, *made.related)
    return [*(quote for one in findings for quote in one.quotes), *made.disclaimer]


def _card(made: Answer, catalogue: Catalogue) -> Node:
    return tree(aloud_html(made, catalogue.vocabulary).markup)


# --- read aloud


@pytest.mark.parametrize("outcome", Outcome)
def test_card_says_only_quotes_wordings_and_the_question(
    outcome: Outcome, catalogue: Catalogue
) -> None:
    """Each stretch of the card is a quote, a piece of an approved wording, a name, or the asker's words."""
    made = answers(catalogue)[outcome]
    pieces = {
        piece.strip()
        for entry in register().values()
        for piece in re.split(r"\{\w+\}|\n", " ".join(entry.texts["en"].split(" ")))
    }
    labels = {one.label for one in catalogue.vocabulary.concepts.values()}
    allowed = pieces | labels | {one.text for one in _quotes(made)} | {made.question, "migraine"}
    count = (
        Wording("staff-say-first", {"count": Number(len(made.findings))}).text
        if made.findings
        else ""
    )
    allowed |= {count, "Studies on: sciatica and heel pain", "and"}
    for text in _texts(_card(made, catalogue)):
        plain = text.strip()
        covers = "It has studies on: sciatica and heel pain."
        assert not plain or plain in allowed or plain in covers, plain


def test_card_gives_the_lead_with_its_comparison_and_limits(catalogue: Catalogue) -> None:
    """What is read out is the first study: each finding under what it was compared with, then the limits."""
    made = answers(catalogue)[Outcome.ANSWERED]
    card = _card(made, catalogue)
    assert [one.text for one in hip(catalogue).quotes] == [
        one.text for one in card.all("blockquote")
    ]
    first = card.all(within="quote")[0]
    assert "Compared with sham acupuncture" == first.all("p", within="against")[0].text
    assert "From the clinic's note on the study" == first.one("p", within="voice").text
    order = [one.classes[-1] for one in card.all(within="quote")]
    assert ["finding", "finding", "caveat", "caveat"] == order
    assert Wording("staff-hand-off").text == card.one("p", within="hand-off").text


def test_card_ends_with_the_disclaimer(catalogue: Catalogue) -> None:
    """The clinic's own two sentences are read out last, word for word."""
    made = answers(catalogue)[Outcome.ANSWERED]
    said = [one.text for one in _card(made, catalogue).all("p", within="disclaimer")]
    assert [one.text for one in made.disclaimer] == said


def test_card_says_what_is_wrong_with_a_lone_note(catalogue: Catalogue) -> None:
    """A study known by its note only is read out with all three warnings."""
    made = answer(catalogue, "x", Outcome.ANSWERED, findings=[note_only(catalogue)])
    flags = [one.text for one in _card(made, catalogue).one("ul", within="flags").all("li")]
    assert [
        Wording(f"flag-{Flag.NOTE_ONLY}").text,
        Wording("flag-note-stronger-alone").text,
        Wording(f"flag-{Flag.NO_CAVEAT_STATED}").text,
    ] == flags


def test_one_side_is_never_read_out_alone(catalogue: Catalogue) -> None:
    """Where the first study only says better and the second says unclear, both are read out."""
    better, unclear = osteoarthritis(catalogue), hip(catalogue)
    first = replace(
        better, quotes=tuple(replace(one, direction=Direction.BETTER) for one in better.quotes)
    )
    second = replace(
        unclear, quotes=tuple(replace(one, direction=Direction.UNCLEAR) for one in unclear.quotes)
    )
    made = answer(catalogue, "x", Outcome.ANSWERED, findings=[first, second])
    assert (first, second) == read_out(made)
    assert Wording("staff-say-also").text in _card(made, catalogue).text
    assert (second,) == read_out(replace(made, findings=(second, first)))


def test_same_finding_is_read_out_once(catalogue: Catalogue) -> None:
    """Of two findings of one study that point one way against the same thing the first is read out."""
    lead = hip(catalogue)
    first = replace(lead.quotes[0], direction=Direction.BETTER)
    again = replace(first, section="Headline", start=0, end=lead.quotes[1].end)
    doubled = replace(lead, quotes=(first, again, *lead.quotes[1:]))
    made = answer(catalogue, "x", Outcome.ANSWERED, findings=[doubled])
    assert [one.text for one in lead.quotes] == [
        one.text for one in _card(made, catalogue).all("blockquote")
    ]


def test_no_answer_is_told_in_its_own_words(client: TestClient, catalogue: Catalogue) -> None:
    """For a question without an answer the card says so, with the notices, and quotes no study."""
    card = _asked(client, "does acupuncture help migraines?").one(within="aloud")
    assert Wording("page-outcome-not-in-collection").text == card.one("p", within="lead").text
    assert "It has studies on: sciatica and heel pain." in card.text
    assert [] == card.all("blockquote")
    assert Wording("staff-hand-off").text in card.text
    assert answers(catalogue)[Outcome.NOT_REPORTED].related
    assert [] == _asked(client, "how many sessions?").one(within="aloud").all("blockquote")


def test_reminders_say_what_not_to_say(client: TestClient) -> None:
    """Beside the card stands what a receptionist must not promise."""
    never = _asked(client, HIP).one(within="never")
    assert ["“It is safe.”", "“It cures this.”"] == [one.text for one in never.all("li")][:2]


def test_emergency_comes_first_and_alone(client: TestClient) -> None:
    """For an emergency the alarm stands before the form; nothing to give, and no study."""
    page = _asked(client, "my back hurts and I cannot feel my legs")
    main = page.one("main")
    assert Wording("staff-say-urgent").text == main.all("h2")[0].text
    order = [one.name for one in main.inside if isinstance(one, Node)]
    assert ["h1", "section", "article", "form"] == order
    for left_out in ("give", "never", "card", "hand-off", "check"):
        assert [] == main.all(within=left_out)


def test_emergency_in_another_language_is_given_in_english_too(library: Library) -> None:
    """A receptionist who does not read the caller's language still knows what to say."""
    made = ask("No siento las piernas y no puedo orinar", library)
    assert Outcome.URGENT is made.outcome
    english = _card(made, library.catalogue).one(within="english").text
    assert Wording("urgent").text in english


# --- asking


def test_form_is_ready_to_type_and_sends_by_enter(client: TestClient) -> None:
    """The cursor is in the one-line box; Enter sends such a form without any script."""
    page = _body(client.get("/staff").text)
    box = page.one("input")
    assert {"type": "text", "autofocus": ""}.items() <= box.attributes.items()
    assert "post" == page.one("form").attributes["method"]


def test_earlier_questions_are_sent_along(client: TestClient) -> None:
    """The form of an answer holds what was asked, oldest first and eight at most; a new caller has none."""
    many = [f"number {one}" for one in range(10)]
    page = _asked(client, "before", earlier=many)
    assert " / ".join(many[-8:]) in page.text
    form = next(one for one in page.all("form") if one.attributes.get("id") == "form")
    hidden = [one for one in form.all("input") if one.attributes.get("name") == "earlier"]
    assert [*many[-7:], "before"] == [one.attributes["value"] for one in hidden]
    assert "/staff" == form.one("a", within="new").attributes["href"]
    assert [] == [
        one for one in _body(client.get("/staff").text).all("input") if "value" in one.attributes
    ]


def test_choices_reach_the_answer_and_the_handout(client: TestClient) -> None:
    """Choices come as JSON, and go on with the handout's form; what is none is refused with the text kept."""
    chosen = json.dumps({"without": ["sciatica"]})
    page = _asked(client, "before", choices=chosen)
    assert "sciatica" in page.one(within="aloud").one("q").text
    sent = [one for one in page.all("input") if one.attributes.get("name") == "choices"]
    assert [{"without": ["sciatica"]}] == [json.loads(one.attributes["value"]) for one in sent]
    for wrong in ("{", "[]", '{"colour": "red"}', "[" * 5000, '{"year_from": "x"}'):
        refused = client.post("/staff", data={"question": HIP, "choices": wrong})
        assert 422 == refused.status_code
        name = "choices-problem-years" if "year" in wrong else "choices-problem"
        assert Wording(name).text in _body(refused.text).text
        assert HIP == _body(refused.text).one("input").attributes["value"]


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ("", "page-problem-empty"),
        ("  ", "page-problem-empty"),
        ("long " * 101, "page-problem-long"),
    ],
)
def test_refused_question_is_kept(question: str, problem: str, client: TestClient) -> None:
    """What cannot be answered stays in the box, with one message that names the limit."""
    response = client.post("/staff", data={"question": question})
    page = _body(response.text)
    assert 422 == response.status_code
    assert register()[problem].texts["en"][:12] in page.one("p", within="problem").text
    assert question.strip() == page.one("input").attributes.get("value", "")


def test_question_is_in_no_address_and_no_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Only the part of an address that no server is sent may hold what was asked."""
    with caplog.at_level(logging.DEBUG):
        response = client.post("/staff", data={"question": WHISPER})
        client.post("/staff/handout", data={"question": WHISPER})
    assert "no-store" == response.headers["cache-control"]
    for one in _body(response.text).all():
        for name in ("href", "action", "src"):
            sent = unquote(urlsplit(one.attributes.get(name, ""))._replace(fragment="").geturl())
            assert "secret" not in sent.replace("+", " ")
    ours = [one for one in caplog.records if one.name.split(".")[0] in {"qa", "corpus", "index"}]
    assert "secret" not in " ".join(one.getMessage() for one in ours)


def test_asking_and_printing_count_against_the_limit(catalogue: Catalogue) -> None:
    """Both ask the collection, so both are held to the limit of questions."""
    settings = load(requests_at_once=2, requests_per_minute=1, staff_password=PASSWORD)
    app = fenced(settings, catalogue, asked(catalogue)).app
    client = TestClient(app, base_url="http://127.0.0.1", headers=SIGNED_IN)
    found = [
        client.post(path, data={"question": HIP}).status_code
        for path in ("/staff", "/staff/handout", "/staff")
    ]
    assert [200, 200, 429] == found
    assert 200 == client.get("/staff").status_code


# --- copying and printing


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.URGENT])
def test_copies_and_handout_leave_nothing_out(
    outcome: Outcome, client: TestClient, catalogue: Catalogue
) -> None:
    """Both copies and the paper hold the question, each quote, comparator and source, limits, day and number."""
    made = answers(catalogue)[outcome]
    plain = Transcript(made, catalogue.vocabulary).text
    page = tree(answered_html(made, Asked(made.question), catalogue.vocabulary).markup)
    rich = next(one for one in page.all("div") if one.attributes.get("id") == "rich-text").text
    paper = _body(client.post("/staff/handout", data={"question": made.question}).text).text
    assert html.unescape(shown(Transcript(made, catalogue.vocabulary)).markup) == plain
    findings = (*made.findings, *made.related)
    for text in (plain, rich, paper):
        assert made.question in text
        for quote in _quotes(made):
            assert quote.text in text
            for one in quote.comparators:
                assert catalogue.vocabulary.label(one) in text
        for notice in made.notices:
            assert notice.text.splitlines()[0][:30] in text.replace("“", "").replace("”", "")
        for study in (one.study for one in findings):
            assert study.title in text
            assert ", ".join(study.authors) in text
            assert str(study.year) in text
            assert f"https://doi.org/{study.doi}" in text or study.doi is None
        assert made.boundary is not None
        assert made.boundary.text in text
        assert "Answered on 22 November 2026" in text
        assert made.receipt.id in text


def test_handout_is_a_clean_sheet(client: TestClient) -> None:
    """The clinic's name on top; no ways to other pages, no form, no band, no foot."""
    page = _body(client.post("/staff/handout", data={"question": HIP}).text)
    assert "Harbour Street Clinic" in page.one("p", within="letterhead").text
    for name in ("nav", "form", "footer", "header"):
        assert [] == page.all(name)


def test_emergency_is_not_printed(client: TestClient) -> None:
    """A sheet to take home is no answer to an emergency, and the page says what to do instead."""
    response = client.post("/staff/handout", data={"question": "cannot feel my legs"})
    assert 422 == response.status_code
    assert Wording("staff-problem-handout").text in _body(response.text).text


# --- saving sources


@pytest.mark.parametrize(
    ("button", "media_type", "file_name"),
    [
        ("RIS", "application/x-research-info-systems", "citations.ris"),
        ("BibTeX", "application/x-bibtex", "citations.bib"),
        ("CSL-JSON", "application/vnd.citationstyles.csl+json", "citations.json"),
    ],
)
def test_sources_are_saved_as_a_file(
    button: str, media_type: str, file_name: str, client: TestClient
) -> None:
    """The form of an answer names its studies; each button gives a file with the right type and name."""
    form = next(
        one
        for one in _asked(client, HIP).all("form")
        if one.attributes["action"] == "/staff/export"
    )
    studies = [one.attributes["value"] for one in form.all("input")]
    assert ["manheimer-2018-hip-oa", "manyanga-2014-oa", "cox-2016-extremities"] == studies
    assert button in [one.attributes["value"] for one in form.all("button")]
    response = client.post("/staff/export", data={"study": studies, "format": button})
    assert 200 == response.status_code
    assert f"{media_type}; charset=utf-8" == response.headers["content-type"]
    assert f'attachment; filename="{file_name}"' == response.headers["content-disposition"]
    assert all(one in response.text for one in studies)
    assert "no-store" == response.headers["cache-control"]


@pytest.mark.parametrize(
    ("fields", "status", "name"),
    [
        ({"study": "nobody-1999", "format": "RIS"}, 404, "staff-problem-study"),
        ({"format": "RIS"}, 404, "staff-problem-study"),
        ({"study": "li-2019-knee-oa", "format": "PDF"}, 422, "staff-problem-format"),
        ({"study": "li-2019-knee-oa"}, 422, "staff-problem-format"),
    ],
)
def test_wrong_export_is_told(
    fields: dict[str, str], status: int, name: str, client: TestClient
) -> None:
    """An unknown study or form gives a page that says so."""
    response = client.post("/staff/export", data=fields)
    assert status == response.status_code
    assert Wording(name).text in _body(response.text).text


# --- checking a quote


def test_each_quote_leads_to_itself_in_the_record(client: TestClient, catalogue: Catalogue) -> None:
    """Every quote of the answer has a link, and the page behind it marks exactly that quote."""
    made = answers(catalogue)[Outcome.ANSWERED]
    turn = _asked(client, HIP).one("article", within="turn")
    quotes = turn.all(within="quote")
    assert sum(len(one.quotes) for one in made.findings) == len(quotes)
    for one in quotes:
        page = _body(client.get(one.one("p", within="check").one("a").attributes["href"]).text)
        assert one.one("blockquote").text == page.one("mark").text


def _studies() -> list[Study]:
    catalogue = load_catalogue()
    return [*catalogue.studies, catalogue.page]


@pytest.mark.parametrize("study", _studies(), ids=lambda one: one.id)
def test_record_is_shown_letter_for_letter(study: Study, catalogue: Catalogue) -> None:
    """Whatever sentence is marked, the page holds the whole stored text, the repairs and the fingerprint."""
    for number, section in enumerate(study.sections):
        for start, end in sentence_spans(section.text):
            page = tree(place_html(catalogue, Place(study, number, start, end)).markup)
            assert section.text[start:end] == page.one("mark").text
        texts = [one.text for one in page.all("p", within="stored")]
        lines = [line for one in study.sections for line in one.text.split("\n") if line.strip()]
        assert lines == texts
        assert hashlib.sha256(section.text.encode()).hexdigest() in page.text
    assert len(study.repairs) == sum("It now says" in one.text for one in page.all("li"))
    for one in study.repairs:
        assert one.old in page.text
        assert one.why in page.text


def test_source_is_named_with_lines_and_raw_date(client: TestClient) -> None:
    """File, lines, the date as the page prints it, and who checked the record."""
    where = {"study": "manheimer-2018-hip-oa", "section": "Headline", "start": "0", "end": "183"}
    page = _body(client.get("/staff/verify", params=where).text)
    facts = [
        f"{one.one('dt').text}: {one.one('dd').text}"
        for one in page.all("div")
        if [child.name for child in one.inside if isinstance(child, Node)] == ["dt", "dd"]
    ]
    for wanted in (
        "Page: evidence-page.txt",
        "Lines: 31-34",
        "Lines: 100-104",
        "Date as printed: 2018, May 5",
        "Characters: 0 to 183, counted from 0",
        "Checked by: The clinic. It is on its page.",
        "Record: manheimer-2018-hip-oa",
    ):
        assert wanted in facts
    file = Path(load_catalogue().folder) / "studies/manheimer-2018-hip-oa.md"
    assert hashlib.sha256(file.read_bytes()).hexdigest() in page.text
    assert Wording("staff-check-file-changed").text not in page.text


def test_changed_file_is_told(tmp_path: Path) -> None:
    """A record that was edited after the server read it says so, until the server reads it again."""
    folder = tmp_path / "own"
    shutil.copytree(load_catalogue().folder / "studies", folder / "studies")
    own = load_catalogue(folder)
    where = {"study": "li-2019-knee-oa", "section": "Clinic note", "start": "0"}
    text = own.study("li-2019-knee-oa").section("Clinic note")
    found = place(own, {**where, "end": str(sentence_spans(text)[0][1])})
    assert isinstance(found, Place)
    told = Wording("staff-check-file-changed").text
    assert told not in tree(place_html(own, found).markup).text
    file = folder / "studies/li-2019-knee-oa.md"
    file.write_text(file.read_text("utf-8").replace("year: 2019", "year: 2020"), "utf-8")
    assert told in tree(place_html(own, found).markup).text
    file.write_text("nothing", "utf-8")
    assert told in tree(place_html(own, found).markup).text


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [
        ({"study": "nobody-1999"}, 404, "staff-problem-study"),
        ({"study": ""}, 404, "staff-problem-study"),
        ({"section": "Verdict"}, 404, "staff-problem-section"),
        ({"start": "3"}, 422, "staff-problem-place"),
        ({"end": "182"}, 422, "staff-problem-place"),
        ({"start": "183", "end": "0"}, 422, "staff-problem-place"),
        ({"start": "-0"}, 422, "staff-problem-place"),
        ({"start": "٠"}, 422, "staff-problem-place"),
        ({"end": "9" * 5000}, 422, "staff-problem-place"),
        ({"end": ""}, 422, "staff-problem-place"),
    ],
)
def test_wrong_place_is_told(
    change: dict[str, str], status: int, name: str, client: TestClient
) -> None:
    """An unknown record or part is not found; a stretch that is no whole sentence is refused."""
    right = {"study": "manheimer-2018-hip-oa", "section": "Headline", "start": "0", "end": "183"}
    assert 200 == client.get("/staff/verify", params=right).status_code
    response = client.get("/staff/verify", params={**right, **change})
    assert status == response.status_code
    assert Wording(name).text in _body(response.text).text


# --- links to answers


def test_link_brings_the_answer_back_and_tells_whether_it_changed(
    client: TestClient, catalogue: Catalogue
) -> None:
    """The link holds question, earlier questions and mark; the page compares the mark with today's answer."""
    page = _asked(client, HIP, earlier=["does it hurt?"])
    assert [] == page.all(within="since")
    desk, patient = (one.one("a").attributes["href"] for one in page.one(within="links").all("li"))
    assert desk.removeprefix("/staff#") == patient.removeprefix("/#")
    sent = json.loads(unquote(desk.removeprefix("/staff#")))
    made = answers(catalogue)[Outcome.ANSWERED]
    assert {"ask": HIP, "earlier": ["does it hurt?"], "mark": mark(made)} == sent
    same = _asked(client, sent["ask"], earlier=sent["earlier"], mark=sent["mark"])
    assert Wording("staff-link-same").text == same.one(within="since").text
    other = _asked(client, sent["ask"], mark="00000000")
    assert Wording("staff-link-changed").text == other.one(within="since").text


def test_ways_lead_to_the_other_pages(client: TestClient) -> None:
    """All pages of the desk lead to each other, to all studies and to the patients' page."""
    ways = _body(client.get("/staff").text).one("nav")
    assert {
        "Ask": "/staff",
        "All studies": "/browse",
        "Questions without an answer": "/staff/gaps",
        "Review": "/staff/review",
        "Patient page": "/",
    } == {one.text: one.attributes["href"] for one in ways.all("a")}
    assert "page" == ways.all("a")[0].attributes["aria-current"]


def test_every_card_state_is_whole(library: Library) -> None:
    """Over real questions: what is read out is quoted whole, with every limit of its study in the answer."""
    for question in (HIP, "does acupuncture help sciatica?", "does acupuncture help back pain?"):
        made = ask(question, library)
        card = _card(made, library.catalogue)
        said = [one.text for one in card.all("blockquote")]
        lead = made.findings[0]
        assert lead.quotes[0].text == said[0]
        for quote in lead.quotes:
            if quote.role in (QuoteRole.CAVEAT, QuoteRole.CONTRAST):
                assert quote.text in said
