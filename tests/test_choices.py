"""Choices on their way: read from forms and scripts, drawn as chips and filters, and kept in links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from corpus.catalogue import Catalogue
from corpus.study import Design
from corpus.vocabulary import Vocabulary
from index.library import Library
from qa import cli
from qa.answer import Answer, Outcome, Understood
from qa.choice_form import chosen, is_again
from qa.choices import NO_CHOICES, ChoiceError, Choices, YearsError
from qa.conversation import Conversation, Reply
from qa.filters import filters
from qa.page_along import SentAlong
from qa.page_choices import narrow_html
from qa.page_html import answer_html
from qa.page_link import Asked
from qa.page_markup import element
from qa.page_site import fenced
from qa.permalink import mark
from qa.settings import load
from qa.wording import Wording
from tests.made_answers import answer, asked, hip
from tests.page_tree import Node, tree

HIPS = Understood(conditions=("hip-osteoarthritis",), treatments=("acupuncture",))


# --- read


def test_choices_survive_their_plain_form() -> None:
    """What was chosen, as JSON has it, reads back as the same choices; nothing chosen is an empty object."""
    every = Choices(("year",), ("sciatica",), ("cupping",), (Design.OVERVIEW,), 2015, 2020)
    assert every == Choices.read(json.loads(json.dumps(every.given())))
    assert {} == NO_CHOICES.given()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"condition": ["sciatica"], "year_from": [" 2015 "]}, Choices(conditions=("sciatica",), year_from=2015)),
        ({"design": ["overview-of-reviews"], "year_to": [""]}, Choices(designs=(Design.OVERVIEW,))),
        ({"without": ["pain"], "leave": ["sciatica"]}, Choices(without=("pain", "sciatica"))),
        ({"without": ["pain", "year"], "back": ["pain"]}, Choices(without=("year",))),
        ({"without": ["pain"], "update": ["yes"]}, Choices(without=("pain",))),
        ({"without": ["pain"], "question": ["another"]}, NO_CHOICES),
        ({"treatment": ["a", "b"], "drop-treatment": ["a"]}, Choices(treatments=("b",))),
        ({"year_from": ["2015"], "year_to": ["2020"], "drop-year_from": ["2015"]}, Choices(year_to=2020)),
        ({"condition": ["a"], "year_from": ["x"], "without": ["pain"], "all": ["yes"]}, Choices(without=("pain",))),
    ],
)  # fmt: skip
def test_form_says_what_is_chosen(fields: Mapping[str, list[str]], expected: Choices) -> None:
    """Fields are choices, and the button that was pressed changes them; what was left out is not for a new question."""
    read = chosen(fields)
    assert (expected, None) == (read.choices, read.wrong)


def test_form_keeps_what_can_be_read() -> None:
    """A wrong year is told as one, and the boxes that were ticked stay ticked."""
    read = chosen({"condition": ["sciatica"], "year_from": ["last year"]})
    assert Choices(conditions=("sciatica",)) == read.choices
    assert isinstance(read.wrong, YearsError)
    assert isinstance(chosen({"design": ["poem"]}).wrong, ChoiceError)
    assert not is_again({"question": ["x"], "condition": ["y"]})


def test_script_says_what_belongs_to_a_question() -> None:
    """Earlier questions, choices, mark and the question that is asked again come as one object."""
    sent = {"earlier": ["a"], "choices": {"without": ["pain"]}, "mark": "0123abcd", "question": "b"}
    assert SentAlong(("a",), Choices(without=("pain",)), "0123abcd", "b") == SentAlong.read(
        json.dumps(sent)
    )


@pytest.mark.parametrize(
    "sent", ['{"choices": 5}', '{"choices": {"x": 1}}', '{"choices": {"year_from": "soon"}}']
)
def test_wrong_choices_are_kept_as_an_error(sent: str) -> None:
    """Choices that cannot be read are not passed over in silence."""
    assert isinstance(SentAlong.read(sent).choices, ChoiceError)


# --- drawn


def _turn(one: Answer, vocabulary: Vocabulary, asked: Asked | None = None) -> Node:
    return tree(answer_html(one, vocabulary, anchor="turn-1", asked=asked).markup).one("article")


def _answer(catalogue: Catalogue, choices: Choices = NO_CHOICES) -> Answer:
    made = answer(catalogue, "my hip", Outcome.ANSWERED, findings=[hip(catalogue)], understood=HIPS)
    return Answer(**{**{name: getattr(made, name) for name in made.__slots__}, "choices": choices})


def _buttons(turn: Node) -> list[tuple[str, str, str]]:
    return [
        (one.text, one.attributes["name"], one.attributes["value"])
        for one in turn.all("button")
        if one.attributes.get("form") == "again" and one.attributes["type"] == "submit"
    ]


def test_what_was_understood_can_be_left_out(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """Each concept is a button whose name says what it does, and "Change" leads to the filters."""
    turn = _turn(_answer(catalogue), vocabulary)
    assert [
        ("Leave out hip osteoarthritis", "leave", "hip-osteoarthritis"),
        ("Leave out acupuncture", "leave", "acupuncture"),
    ] == _buttons(turn)
    assert "#choose" == turn.one("a", within="change").attributes["href"]


def test_what_was_left_out_or_chosen_can_be_taken_back(
    catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """What was left out has a way back; what was chosen is taken back where it stands as chosen."""
    choices = Choices(
        without=("pain", "year_from"),
        conditions=("hip-osteoarthritis",),
        designs=(Design.OVERVIEW,),
        year_to=2020,
    )
    turn = _turn(_answer(catalogue, choices), vocabulary)
    assert [
        ("Leave out acupuncture", "leave", "acupuncture"),
        ("Put back pain", "back", "pain"),
        ("Put back the first year", "back", "year_from"),
        ("Remove hip osteoarthritis", "drop-condition", "hip-osteoarthritis"),
        ("Remove Overview of reviews", "drop-design", "overview-of-reviews"),
        ("Remove studies up to 2020", "drop-year_to", "2020"),
        ("Show all studies", "all", "yes"),
    ] == _buttons(turn)


def test_what_was_left_out_stands_there_without_a_search(
    catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Where all was left out and no study was looked for, there still is a way back."""
    made = answer(catalogue, "my hip", Outcome.NO_QUESTION)
    choices = Choices(without=("pain",))
    one = Answer(**{**{name: getattr(made, name) for name in made.__slots__}, "choices": choices})
    assert [("Put back pain", "back", "pain")] == _buttons(_turn(one, vocabulary))


@pytest.mark.parametrize("outcome", [Outcome.NOT_IN_COLLECTION, Outcome.NOT_REPORTED])
def test_choices_are_named_as_the_reason(
    outcome: Outcome, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Where choices leave no study, the heading does not say that there is none on the topic."""
    one = answer(catalogue, "my hip", outcome, notices=(Wording("choices-none-fit"),))
    turn = _turn(one, vocabulary)
    assert "No study fits what you chose" == turn.one("h3", within="headline").text


def test_filters_are_native_and_named(catalogue: Catalogue) -> None:
    """Boxes with labels in groups with legends; what is chosen is ticked, and counted while they are closed."""
    choices = Choices(conditions=("sciatica",), year_from=2015)
    box = tree(narrow_html(filters(catalogue), choices, asked=True).markup).one("details")
    assert "open" not in box.attributes
    assert "Narrow the studies 2 chosen" == box.one("summary").text
    assert ["Health problem", "Treatment", "Kind of study", "Year of the study"] == [
        one.one("legend").text for one in box.all("fieldset")
    ]
    fields = box.all("input")
    assert {"checkbox", "text"} == {one.attributes["type"] for one in fields}
    ticked = [one.attributes["value"] for one in fields if "checked" in one.attributes]
    assert ["sciatica"] == ticked
    labels = {one.attributes["for"]: one.text for one in box.all("label")}
    assert {one.attributes["id"] for one in fields} == set(labels)
    assert "sciatica 2" == labels["choose-condition-sciatica"]
    assert "2015" == next(one for one in fields if one.attributes["name"] == "year_from").attributes["value"]  # fmt: skip
    assert ["update", "all"] == [one.attributes["name"] for one in box.all("button")]


def test_filters_are_closed_and_without_buttons_at_first(catalogue: Catalogue) -> None:
    """Before anything is asked or chosen there is nothing to update."""
    box = tree(narrow_html(filters(catalogue), NO_CHOICES).markup).one("details")
    assert "open" not in box.attributes
    assert "Narrow the studies" == box.one("summary").text.strip()
    assert [] == box.all("button")


def test_what_a_form_sends_is_an_id() -> None:
    """A value that nobody reads may be an id, and nothing else that is not of the closed page."""
    assert 'value="hip-osteoarthritis"' in element("button", sent="hip-osteoarthritis").markup
    for wrong in ("Take this", '"', "<b>", ""):
        with pytest.raises(ValueError, match="wanted a token"):
            element("button", sent=wrong)


# --- linked


def test_turn_has_a_link_that_holds_all_of_it(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """The part of the address that no server is sent holds question, earlier ones, choices and mark."""
    one = _answer(catalogue, Choices(without=("pain",)))
    link = _turn(one, vocabulary, Asked(("before?",))).one("p", within="link").one("a")
    assert link.attributes["href"].startswith("/#")
    held = json.loads(unquote(link.attributes["href"].removeprefix("/#")))
    assert {
        "ask": "my hip",
        "earlier": ["before?"],
        "choices": {"without": ["pain"]},
        "mark": mark(one),
    } == held


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (None, "This is the same answer as when the link was made."),
        ("00000000", "This answer has changed since the link was made."),
    ],
)
def test_answer_by_a_link_says_whether_it_changed(
    before: str | None,
    said: str,
    catalogue: Catalogue,
    vocabulary: Vocabulary,
) -> None:
    """The mark that the link brings is compared with that of the answer now."""
    one = _answer(catalogue)
    turn = _turn(one, vocabulary, Asked(mark=before or mark(one)))
    assert said == turn.one("p", within="since").text
    assert [] == _turn(one, vocabulary, Asked()).all(within="since")


def test_urgent_answer_has_no_link_and_no_chips(
    catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """In an emergency there is nothing to file away and nothing to choose."""
    one = answer(catalogue, "legs", Outcome.URGENT, understood=HIPS)
    turn = _turn(one, vocabulary, Asked(mark="00000000"))
    assert [] == turn.all(within="link") + turn.all(within="since") + turn.all("button")


# --- asked


Heard = list[tuple[str, tuple[str, ...], Choices]]


@pytest.fixture
def heard() -> Heard:
    """What the desk was asked."""
    return []


@pytest.fixture
def client(catalogue: Catalogue, heard: Heard) -> Iterator[TestClient]:
    """The site, with a desk that notes what it is asked and knows no condition "nonsense"."""
    by_hand = asked(catalogue)

    def ask(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        heard.append((question, tuple(earlier), choices))
        found = by_hand(question, earlier, choices)
        if found.outcome is not Outcome.URGENT and "nonsense" in choices.conditions:
            raise ChoiceError("nonsense")
        return Answer(**{**{name: getattr(found, name) for name in found.__slots__}, "choices": choices})  # fmt: skip

    with TestClient(fenced(load(), catalogue, ask).app, base_url="http://127.0.0.1") as opened:
        yield opened


def _posted(client: TestClient, **fields: str | list[str]) -> tuple[int, Node]:
    response = client.post("/plain", data=fields)
    return response.status_code, tree(response.text.removeprefix("<!doctype html>"))


def _fields(form: Node) -> dict[str, list[str]]:
    """What a browser would send of a form, but for its buttons."""
    found: dict[str, list[str]] = {}
    for one in form.all("input"):
        if one.attributes["type"] != "checkbox" or "checked" in one.attributes:
            found.setdefault(one.attributes["name"], []).append(one.attributes.get("value", ""))
    return found


def test_simple_page_asks_again_without_a_chip(client: TestClient, heard: Heard) -> None:
    """A chip sends the same question, the earlier ones and the choices, and the answer stands in the same place."""
    _, page = _posted(client, question="hip?", earlier=["before?"], condition="sciatica")
    again = next(one for one in page.all("form") if one.attributes.get("id") == "again")
    status, page = _posted(client, **{**_fields(again), "leave": "acupuncture"})  # type: ignore[arg-type]
    assert 200 == status
    assert ("hip?", ("before?",), Choices(("acupuncture",), ("sciatica",))) == heard[-1]
    again = next(one for one in page.all("form") if one.attributes.get("id") == "again")
    _posted(client, **{**_fields(again), "back": "acupuncture"})  # type: ignore[arg-type]
    assert ("hip?", ("before?",), Choices(conditions=("sciatica",))) == heard[-1]


def test_simple_page_keeps_filters_and_forgets_chips(client: TestClient, heard: Heard) -> None:
    """The next question is narrowed as before, and nothing is left out of it."""
    _, page = _posted(
        client, question="hip?", leave="acupuncture", treatment="cupping", year_to="2020"
    )
    form = next(one for one in page.all("form") if one.attributes.get("class") == "form")
    _posted(client, **{**_fields(form), "question": "and the knee?"})  # type: ignore[arg-type]
    assert ("and the knee?", ("hip?",), Choices(treatments=("cupping",), year_to=2020)) == heard[-1]


def test_simple_page_updates_the_answer_and_shows_all(client: TestClient, heard: Heard) -> None:
    """The buttons of the filters ask the last question again; what was typed meanwhile stays in the box."""
    sent = {
        "earlier": ["a?", "hip?"],
        "question": "half typed",
        "without": "pain",
        "condition": "sciatica",
    }
    _, page = _posted(client, **sent, update="yes")  # type: ignore[arg-type]
    assert ("hip?", ("a?",), Choices(("pain",), ("sciatica",))) == heard[-1]
    assert "half typed" == page.one("textarea").text
    _, page = _posted(client, **sent, all="yes")  # type: ignore[arg-type]
    assert ("hip?", ("a?",), Choices(("pain",))) == heard[-1]


@pytest.mark.parametrize(("first", "last"), [("soon", ""), ("99", ""), ("", "20155")])
def test_wrong_years_are_told_and_kept(first: str, last: str, client: TestClient) -> None:
    """The message says what is wanted; the years, the ticks and the question are still there."""
    status, page = _posted(
        client, question="hip?", year_from=first, year_to=last, condition="sciatica"
    )
    assert 422 == status
    assert "We cannot use these years." in page.one(within="problem").text
    assert "hip?" == page.one("textarea").text
    assert "aria-invalid" not in page.one("textarea").attributes
    years = [one for one in page.all("input") if one.attributes["name"].startswith("year_")]
    assert [first, last] == [one.attributes["value"] for one in years]
    assert {"true"} == {one.attributes["aria-invalid"] for one in years}
    assert "open" in page.one("details", within="narrow").attributes
    assert {"years-hint problem"} == {one.attributes["aria-describedby"] for one in years}
    assert ["sciatica"] == [one.attributes["value"] for one in page.all("input") if "checked" in one.attributes]  # fmt: skip


def test_unknown_choice_is_told(client: TestClient) -> None:
    """A choice that the collection does not know has a message of its own."""
    status, page = _posted(client, question="hip?", condition="nonsense")
    assert 422 == status
    assert "We do not know one of your choices." in page.one(within="problem").text


def _talk(catalogue: Catalogue, typed: str, choices: Choices | ChoiceError) -> Reply:
    return Conversation(asked(catalogue), catalogue.vocabulary).reply(typed, (), choices)


def test_alarm_comes_before_a_wrong_choice(catalogue: Catalogue) -> None:
    """Choices that cannot be read hold back an answer, but never an alarm."""
    wrong = ChoiceError("x")
    assert not _talk(catalogue, "hip?", wrong).turn
    assert "choices-problem" == _talk(catalogue, "hip?", wrong).status.id
    assert 'class="notice alert"' in _talk(catalogue, "my legs are numb", wrong).turn.markup


def test_gradio_page_asks_again_and_leaves_the_box_alone(client: TestClient, heard: Heard) -> None:
    """A question sent along is asked in place of the box, which keeps what is typed; what was left out is said."""
    along = {
        "question": "hip?",
        "earlier": ["a?"],
        "choices": {"without": ["pain"]},
        "mark": "00000000",
    }
    body = {"data": ["half typed", json.dumps(along)], "fn_index": 0, "session_hash": "abc"}
    client.post("/gradio_api/queue/join", json=body)
    stream = client.get("/gradio_api/queue/data?session_hash=abc").text
    events = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    turn, box, status = next(one for one in events if one["msg"] == "process_completed")["output"]["data"]  # fmt: skip
    assert ("hip?", ("a?",), Choices(without=("pain",))) == heard[-1]
    assert {"__type__": "update"} == box
    assert "This answer has changed since the link was made" in turn
    assert "Left out pain&#46; Your answer is ready&#58; 3 studies" in status


# --- the command


def test_command_takes_choices(
    library: Library,  # noqa: ARG001
    indexes: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`ask` leaves out and narrows; the JSON holds what was chosen."""
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    words = [
        "ask",
        "acupuncture for low back pain",
        "--json",
        "--without",
        "pain",
        "--from",
        "2013",
    ]
    words += ["--design", "randomised-trial", "--to", "2014", "--treatment", "acupuncture"]
    result = CliRunner().invoke(cli.app, words)
    assert 0 == result.exit_code, result.output
    told = json.loads(result.stdout)
    assert ["pach-2013-standardised"] == [one["study"]["id"] for one in told["findings"]]
    assert {
        "without": ["pain"],
        "treatments": ["acupuncture"],
        "designs": ["randomised-trial"],
        "year_from": 2013,
        "year_to": 2014,
    } == told["choices"]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--condition", "sciatca"),
            "'sciatca' is no condition that we know; did you mean sciatica",
        ),
        (("--without", "acupunture"), "did you mean acupuncture"),
        (("--design", "poem"), "'poem'; wanted one of systematic-review"),
        (("--from", "19"), "wanted a year of four digits"),
    ],
)
def test_command_refuses_unknown_ids(
    words: tuple[str, ...],
    said: str,
    indexes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong id is wrong usage: exit code 2, one line, and the nearest ids."""
    monkeypatch.setenv("EVIDENCE_DESK_INDEX_ROOT", str(indexes))
    monkeypatch.setattr("sys.argv", ["evidence-desk", "ask", "sciatica", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert 2 == ended.value.code
    error = capsys.readouterr().err
    assert re.fullmatch(r"evidence-desk: [^\n]*", error.strip())
    assert said in error
