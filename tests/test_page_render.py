"""The page's markup: closed to what may not be shown, verbatim, and complete in every outcome."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.sentences import sentence_spans
from corpus.study import Section, Study, Voice
from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Finding, Flag, Outcome, Quote, QuoteRole, Understood
from qa.examples import examples
from qa.page_form import Form
from qa.page_frame import Frame, full_page, plain_page
from qa.page_html import answer_html
from qa.page_markup import Html, element, esc, html, paragraphs
from qa.pointers import Cited, Part
from qa.wording import Brand, Label, Number, OwnWords, Wording, register
from tests.made_answers import answer, answers, from_page, hip
from tests.page_tree import Node, tree

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</article></span></div><h1>mine</h1>",
    "javascript:alert(1)",
    "**bold** _it_ `code` [a](https://evil.example) ![i](https://evil.example/x.png)",
    "$$\\frac{1}{2}$$ \\(x\\) <https://evil.example>",
    "```mermaid\ngraph TD\n```",
    "# heading\n\n> quote\n\n1. one\n- two\n\n    code",
    "&lt;b&gt; &amp; &#60; &nbsp;",
    "<!-- comment --> <![CDATA[x]]> <?php ?>",
    "{{7*7}} ${7*7} #{7*7} {name}",
    "  two  spaces\tand a tab ",
    "שלום עולם مرحبا",
    "zero\u200bwidth\u200d\ufeff and soft\u00adhyphen",
    "line\u2028separator\u2029paragraph",
    "😀 👩‍👩‍👧 é 漢字",
)
# What the reader sees in place of a control: hand-written, so that the rule is not tested by itself.
CONTROLS = {
    "a\x00b": "a\\u0000b",
    "bell\x07": "bell\\u0007",
    "\x1b[31mred": "\\u001b[31mred",
    "\x7f": "\\u007f",
    "\x85": "\\u0085",
    "abc\u202edef": "abc\\u202edef",
    "\u2066x\u2069": "\\u2066x\\u2069",
    "half \ud83d": "half \\ud83d",
    "a\r\nb\rc": "a\nb\nc",
}


@pytest.fixture(scope="module")
def made(catalogue: Catalogue) -> dict[Outcome, Answer]:
    """One answer for each outcome."""
    return answers(catalogue)


def _turn(one: Answer, vocabulary: Vocabulary) -> Node:
    return tree(answer_html(one, vocabulary, anchor="turn-1").markup).one("article")


def _question(text: str, catalogue: Catalogue) -> Answer:
    return answer(catalogue, text, Outcome.NO_QUESTION)


# --- closed


@pytest.mark.parametrize("value", ["plain text", 7, None, b"x", ["a"], object(), Path("x")])
def test_what_may_not_be_shown_is_refused(value: object) -> None:
    """A text that is no quote, wording, label, number, brand or own words never becomes markup."""
    with pytest.raises(TypeError, match="may not be shown"):
        html(value)
    with pytest.raises(TypeError, match="may not be shown"):
        element("p", value)  # type: ignore[arg-type]


def test_perceived_attributes_take_no_plain_text() -> None:
    """A label that is read aloud or a value that is shown must be one of the values too."""
    with pytest.raises(ValueError, match="wanted a token"):
        element("input", value="plain text")
    with pytest.raises(ValueError, match="wanted a token"):
        element("section", aria_label="plain text")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "https://evil.example/",
        "data:text/html,x",
        'x"y',
        "",
    ],
)
def test_links_lead_to_known_places_only(address: str) -> None:
    """A link leads to a DOI, to PubMed, to a phone, or stays on the site."""
    with pytest.raises(ValueError, match="href"):
        element("a", Number(1), href=address)


def test_unknown_elements_are_refused() -> None:
    """Only the elements that the page needs exist."""
    with pytest.raises(ValueError, match="iframe"):
        element("iframe")


def test_markup_is_made_in_one_place() -> None:
    """Nobody but `page_markup` makes `Html`, so nobody can let a text through as markup."""
    strangers = [
        f"{path.name}:{node.lineno}"
        for path in (Path(__file__).parent.parent / "qa").rglob("*.py")
        if path.name != "page_markup.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Html"
    ]
    assert [] == strangers


def _may_be_shown(one: Answer, vocabulary: Vocabulary) -> list[str]:
    """Every text that may stand on the page of this answer."""
    found = [one.question, one.receipt.id, *one.understood.unknown]
    found += [entry.texts["en"] for entry in register().values() if "{" not in entry.texts["en"]]
    found += [*(str(number) for number in (2, 3, 15, 413, 12, 1763))]
    found += ["Answered on 22 November 2026", "What 3 studies say"]
    found += [concept.label for concept in vocabulary.concepts.values()]
    found += [notice.text for notice in (*one.notices, *([one.boundary] if one.boundary else []))]
    found += [quote.text for quote in one.disclaimer]
    found += [offer.text for offer in one.offers]
    for finding in (*one.findings, *one.related):
        found += [quote.text for quote in finding.quotes]
        found += [sentence.text for sentence in finding.sentences]
        found += [Cited(finding.study, part).text for part in Part]
        if finding.study.trials:
            found.append(f"{finding.study.trials} trials")
        if finding.study.participants:
            found.append(f"{finding.study.participants} people")
    return sorted({text for text in found if text}, key=len, reverse=True)


@pytest.mark.parametrize("outcome", Outcome)
def test_page_shows_nothing_else(
    outcome: Outcome, made: dict[Outcome, Answer], vocabulary: Vocabulary
) -> None:
    """Taking all that may be shown off the page leaves nothing."""
    left = _turn(made[outcome], vocabulary).text
    for text in _may_be_shown(made[outcome], vocabulary):
        left = left.replace(text, "")
    assert "" == left.strip()


# --- verbatim


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_question_is_shown_letter_for_letter(
    text: str, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Markup, Markdown and odd characters in a question come out as they went in."""
    turn = _turn(_question(text, catalogue), vocabulary)
    assert text == turn.one("h2").one("bdi").text


@pytest.mark.parametrize(("text", "seen"), CONTROLS.items())
def test_controls_become_visible(
    text: str, seen: str, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """A control, or a mark that turns the text around it, is shown as what it is."""
    turn = _turn(_question(text, catalogue), vocabulary)
    assert seen == turn.one("h2").one("bdi").text


@given(text=st.text(max_size=500))
def test_any_question_changes_nothing_else(
    text: str, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Whatever is asked, the page has the same elements and other texts, on one line."""
    plain = _turn(_question("x", catalogue), vocabulary)
    markup = answer_html(_question(text, catalogue), vocabulary, anchor="turn-1").markup
    turn = tree(markup).one("article")
    assert [one.name for one in plain.all()] == [one.name for one in turn.all()]
    assert plain.one(within="limits").text == turn.one(within="limits").text
    assert [] == re.findall(r"[\n\r\t\x00]", markup)


@given(text=st.text(min_size=1, max_size=10_000))
def test_any_collection_text_is_quoted_letter_for_letter(
    text: str, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """A quote shows the stored sentence, whatever stands in the collection."""
    study = Study(id="odd", title=text, sections=(Section("Headline", Voice.SUMMARY, text),))
    spans = sentence_spans(text)
    if not spans:
        return
    quote = Quote(study, "Headline", *spans[0], QuoteRole.FINDING)
    one = answer(catalogue, "x", Outcome.ANSWERED, findings=[Finding(study, (quote,))])
    shown = _turn(one, vocabulary).one("blockquote").text
    assert tree(esc(quote.text)).text == shown
    if quote.text.isprintable():
        assert quote.text == shown


def test_escaping_leaves_no_punctuation_to_markdown() -> None:
    """After escaping, only letters, digits, spaces and character references are left."""
    ascii_text = "".join(map(chr, range(32, 127)))
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|&#\d+;)+", esc(ascii_text))
    assert ascii_text == tree(esc(ascii_text)).text


# --- complete


@pytest.mark.parametrize("outcome", Outcome)
def test_disclaimer_stands_in_every_answer(
    outcome: Outcome, made: dict[Outcome, Answer], vocabulary: Vocabulary
) -> None:
    """The page's own two sentences, verbatim, in each outcome."""
    limits = _turn(made[outcome], vocabulary).one(within="limits")
    claims = (
        "Although well-conducted clinical research can help members of the public to make "
        "better-informed decisions about their healthcare, we do not make any claims that any "
        "particular treatment may be efficacious for any individual person."
    )
    consult = "Consult with our practitioners for personalised care and advice."
    assert [claims, consult] == [one.text for one in limits.all(within="disclaimer")]


def test_caveats_stand_in_the_box_of_their_finding(
    made: dict[Outcome, Answer], vocabulary: Vocabulary
) -> None:
    """Finding and limits share one box, each with what it was compared with and who speaks."""
    card = _turn(made[Outcome.ANSWERED], vocabulary).all(within="card")[0]
    box = card.one(within="box")
    assert [
        ["quote", "finding"],
        ["quote", "finding"],
        ["quote", "caveat"],
        ["quote", "caveat"],
    ] == [one.classes for one in box.all(within="quote")]
    assert [
        "Compared with sham acupuncture",
        "Compared with usual care",
        "Compared with usual care",
        "Compared with sham acupuncture",
    ] == [one.text for one in box.all(within="against")]
    assert ["From the clinic's note on the study", "From the summary of the study"] == [
        one.text for one in box.all(within="voice")
    ][:2]
    assert "What limits this" == box.one(within="role").text


def test_card_tells_what_the_study_is(made: dict[Outcome, Answer], vocabulary: Vocabulary) -> None:
    """Design, year, journal, size, title, authors and link stand on the card."""
    card = _turn(made[Outcome.ANSWERED], vocabulary).all(within="card")[0]
    assert (
        "Review of trials · 2018 · Cochrane Database of Systematic Reviews · 6 trials · 413 people"
        == card.one(within="facts").text
    )
    assert "Acupuncture for hip osteoarthritis" == card.one("h5").text
    assert "Eric Manheimer, Ke Cheng," in card.one(within="source").text
    link = card.one("a")
    assert "https://doi.org/10.1002/14651858.CD013010" == link.attributes["href"]
    assert "Read the paper 10.1002/14651858.CD013010 (opens in a new tab)" == link.text


def test_search_is_called_a_search(made: dict[Outcome, Answer], vocabulary: Vocabulary) -> None:
    """Where no DOI is known the link says that it searches for the title."""
    link = _turn(made[Outcome.ANSWERED], vocabulary).all(within="card")[2].one("a")
    assert link.attributes["href"].startswith("https://pubmed.ncbi.nlm.nih.gov/?term=")
    assert "Search PubMed for the title (opens in a new tab)" == link.text


def test_flags_stand_in_the_box(made: dict[Outcome, Answer], vocabulary: Vocabulary) -> None:
    """What a reader must know of a finding stands with it, not below the citation."""
    box = _turn(made[Outcome.ANSWERED], vocabulary).all(within="card")[2].one(within="box")
    assert [
        "We know this study only from a short note by the clinic. The note may leave out things that matter.",
        "The clinic's note may say more than the study itself does.",
        "This text does not say what the limits of the study are.",
    ] == [one.text for one in box.all("li")]


@pytest.mark.parametrize("flag", Flag)
def test_every_flag_can_be_shown(flag: Flag, catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """No flag is without its words."""
    finding = dataclasses.replace(hip(catalogue), flags=(flag,))
    one = answer(catalogue, "x", Outcome.ANSWERED, findings=[finding])
    assert _turn(one, vocabulary).one(within="flags").one("li").text


def test_urgent_answer_holds_help_and_nothing_of_studies(
    made: dict[Outcome, Answer], vocabulary: Vocabulary
) -> None:
    """The alert comes first, before the question itself; there is no card and no boundary."""
    turn = _turn(made[Outcome.URGENT], vocabulary)
    alert = turn.inside[0]
    assert isinstance(alert, Node)
    assert "alert" == alert.attributes["role"]
    assert "turn-1" == alert.one("h2").attributes["id"]
    assert [] == turn.all(within="card")
    assert "17 studies" not in turn.text


def test_emergency_numbers_can_be_dialled(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """In an alert every number is a link for a phone, in any language, and the words stay the same."""
    for notice in (
        Wording("urgent-call-au"),
        Wording("urgent-call-uk", language="zh"),
        Wording("crisis-call-any"),
    ):
        alert = _turn(answer(catalogue, "x", Outcome.URGENT, notices=[notice]), vocabulary).one(
            within="alert"
        )
        assert notice.text == alert.one("p").text
        called = [link.attributes["href"] for link in alert.all("a")]
        assert [
            f"tel:{re.sub(' ', '', one)}" for one in re.findall(r"\d[\d ]*\d", notice.text)
        ] == called
        assert called


def test_crisis_is_met_gently(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """Who is in despair is told that somebody listens, not that there is an emergency."""
    one = answer(catalogue, "x", Outcome.URGENT, notices=[Wording("crisis-call-any")])
    assert "You can talk to someone now" == _turn(one, vocabulary).one("h2").text


def test_alert_speaks_the_language_of_the_asker(
    catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Heading and text of an alert are in the asker's language, and say so."""
    notice = Wording("urgent", language="es")
    one = answer(catalogue, "x", Outcome.URGENT, notices=[notice])
    alert = _turn(dataclasses.replace(one, language="es"), vocabulary).one(within="alert")
    assert ("Pida ayuda ahora", "es") == (alert.one("h2").text, alert.one("h2").attributes["lang"])
    assert "es" == alert.one("div").attributes["lang"]


def test_nearest_stands_apart(made: dict[Outcome, Answer], vocabulary: Vocabulary) -> None:
    """What does not answer the question comes last, below a heading that says so."""
    turn = _turn(made[Outcome.NOT_REPORTED], vocabulary)
    section = turn.one(within="related")
    assert "The nearest we have. It does not answer your question." == section.one("h3").text
    assert turn.all(within="card") == section.all(within="card")


def test_practitioner_wording_comes_before_any_study(
    made: dict[Outcome, Answer], vocabulary: Vocabulary
) -> None:
    """Who should be asked is said first."""
    markup = answer_html(made[Outcome.ASK_PRACTITIONER], vocabulary, anchor="t").markup
    assert markup.index('class="notice"') < markup.index('class="card"')


def test_page_of_the_clinic_is_no_study(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """The page's own text says that it is no result of a study, and has no citation."""
    turn = _turn(from_page(catalogue), vocabulary)
    assert "What the clinic's page says" == turn.one(within="headline").text
    assert "It is not the result of a study." in turn.one(within="facts").text
    assert [] == turn.all(within="source")


def test_what_was_understood_is_told(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """The concepts, the filters and the words that are not known stand below the question."""
    understood = Understood(
        conditions=("sciatica",),
        filters={
            "year_from": 2015,
            "author": "ji",
            "design": "systematic-review",
            "order": "latest",
        },
        unknown=("wobble board",),
    )
    one = answer(catalogue, "x", Outcome.ANSWERED, findings=[hip(catalogue)], understood=understood)
    known, unknown = _turn(one, vocabulary).all(within="understood")
    assert known.text.startswith("We looked for ")
    assert [
        "sciatica",
        "studies from 2015 or later",
        "studies by ji",
        "Review of trials",
        "the newest study",
    ] == [term.text for term in known.all(within="term")]
    assert "Not known here wobble board" == unknown.text


@pytest.mark.parametrize(
    "outcome", [Outcome.CLINIC_MATTER, Outcome.NO_QUESTION, Outcome.ASK_PRACTITIONER]
)
def test_search_is_not_claimed_where_there_was_none(
    outcome: Outcome, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Where no study was looked for, nothing says so."""
    understood = Understood(conditions=("sciatica",), unknown=("Saturday",))
    one = answer(catalogue, "x", outcome, understood=understood)
    assert [] == _turn(one, vocabulary).all(within="understood")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("author", "ji"),
        ("journal", "medicine"),
        ("year", 2015),
        ("year_from", 2015),
        ("year_to", 2015),
        ("design", "overview-of-reviews"),
        ("design", "randomised-trial"),
        ("design", "other"),
        ("order", "latest"),
        ("order", "oldest"),
        ("order", "largest"),
        ("order", "smallest"),
        ("participants_from", 1001),
        ("participants_to", 99),
    ],
)
def test_every_filter_can_be_told(
    key: str, value: str | int, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """No filter that a question can set is without its words."""
    one = answer(catalogue, "x", Outcome.ANSWERED, understood=Understood(filters={key: value}))
    assert _turn(one, vocabulary).one(within="understood").text


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_can_be_told(month: int, catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """The day of the answer is told in every month of the year."""
    one = _question("x", catalogue)
    receipt = dataclasses.replace(one.receipt, day=f"2026-{month:02}-03")
    turn = _turn(dataclasses.replace(one, receipt=receipt), vocabulary)
    assert re.match(
        r"Answered on 3 [A-Z][a-z]+ 2026 · Answer number ", turn.one(within="receipt").text
    )


def test_phone_numbers_can_be_dialled() -> None:
    """A number that is set is a link for a phone; a name is not."""
    assert (
        '<a href="tel:0255501234" class="phone">02 5550 1234</a>'
        == html(Brand("02 5550 1234")).markup
    )
    assert "Harbour" == html(Brand("Harbour")).markup


def test_wording_lines_are_paragraphs() -> None:
    """Each line of a wording is a paragraph of its own."""
    shown = paragraphs(
        Wording("collection-covers", {"conditions": (Label("a"), Label("b"), Label("c"))})
    )
    assert ["It has studies on: a, b and c."] == [one.text for one in tree(shown.markup).all("p")]


def test_pages_are_whole_documents(catalogue: Catalogue) -> None:
    """Every element of the simple page is closed in its place, and the text typed is still there."""
    frame = _frame(catalogue)
    markup = plain_page(
        frame,
        Form(
            typed=OwnWords("<b>mine</b>"),
            before=(OwnWords('one "two"'),),
            problem=Wording("page-problem-empty"),
        ),
    )
    page = tree(markup.removeprefix("<!doctype html>"))
    box = page.one("textarea")
    assert "<b>mine</b>" == box.text
    assert "true" == box.attributes["aria-invalid"]
    assert "Please type a question first." == page.one(within="problem").text
    hidden = [one for one in page.all("input") if one.attributes["type"] == "hidden"]
    assert ['one "two"'] == [one.attributes["value"] for one in hidden]
    assert box.attributes["id"] == page.one("label").attributes["for"]


def test_frame_keeps_gradio_from_talking(catalogue: Catalogue) -> None:
    """What Gradio tells other sites about itself, and its links to them, are taken out of its page."""
    gradio = (
        '<html><head><meta property="og:image" content="https://raw.githubusercontent.com/x.jpg" />'
        '<meta name="twitter:card" content="y" /><link rel="manifest" href="/manifest.json" /></head>'
        '<body style="x"><gradio-app></gradio-app></body></html>'
    )
    page = full_page(gradio, _frame(catalogue))
    assert not re.search(r"githubusercontent|og:|twitter|manifest", page)
    assert page.index('class="band"') < page.index("<gradio-app>") < page.index('class="foot"')
    assert "<noscript>" in page


def _frame(catalogue: Catalogue) -> Frame:
    return Frame(
        collection=Brand(catalogue.name),
        examples=examples(catalogue),
        styles=("/page.css", "/accent.css"),
    )


def test_kept_questions_are_owned_up_to(catalogue: Catalogue) -> None:
    """The foot says that questions are not kept, unless they are."""
    frame = _frame(catalogue)
    assert (
        "We do not keep what you ask."
        in tree(plain_page(frame).removeprefix("<!doctype html>")).text
    )
    kept = dataclasses.replace(frame, keeps_questions=True)
    text = tree(plain_page(kept).removeprefix("<!doctype html>")).text
    assert "We do not keep" not in text
    assert "The clinic keeps the questions" in text


# --- examples


def test_examples_come_from_the_collection(catalogue: Catalogue) -> None:
    """Each group is about a condition of a study with a summary, the most studied first."""
    groups = examples(catalogue)
    assert "low back pain" == groups[0].condition.text
    assert "Does acupuncture help with low back pain?" == groups[0].questions[0].text
    covered = {
        catalogue.vocabulary.label(condition)
        for study in catalogue.studies
        if not study.note_only
        for condition in study.conditions
    }
    assert {one.condition.text for one in groups} <= covered
    assert len(groups) == len({one.condition.text for one in groups})


def test_collection_without_studies_has_no_examples(catalogue: Catalogue) -> None:
    """An empty collection still makes a page."""
    empty = dataclasses.replace(catalogue, studies=())
    assert () == examples(empty)
    assert 'class="examples"' not in plain_page(_frame(empty))


def test_markup_that_is_empty_counts_as_nothing() -> None:
    """`Html` is true where it holds something."""
    assert not Html("")
    assert html(Number(0))
