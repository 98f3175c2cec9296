"""`POST /api/ask`: the answer of the command, what is refused and how, and the document that describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from corpus.catalogue import Catalogue
from index.library import Library
from qa.answer import Answer, Outcome
from qa.api_shapes import AnswerShape, Asked, schema
from qa.choices import NO_CHOICES, Choices
from qa.page_site import fenced
from qa.pipeline import ask
from qa.render_json import answer_line, answer_object
from qa.settings import load
from tests.made_answers import answers, asked, from_page

HERE = "http://127.0.0.1:7860"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(catalogue: Catalogue) -> Iterator[TestClient]:
    """The site with answers made by hand."""
    settings = load(requests_per_minute=6000, requests_at_once=1000)
    with TestClient(fenced(settings, catalogue, asked(catalogue)).app, base_url=HERE) as made:
        yield made


@pytest.fixture(scope="module")
def desk(library: Library) -> Iterator[TestClient]:
    """The site that answers from the real library."""

    def answer(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        return ask(question, library, earlier, choices=choices)

    settings = load(requests_per_minute=6000, requests_at_once=1000)
    with TestClient(fenced(settings, library.catalogue, answer).app, base_url=HERE) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "history"),
    [
        ("does acupuncture help sciatica?", []),
        (" and how many sessions? ", ["does acupuncture help sciatica?"]),
        ("my back hurts and I cannot feel my legs", []),
        ("ayuda la acupuntura con la ciática? ñ 漢字 \u2028", []),
    ],
)
def test_answer_is_that_of_the_command(
    question: str, history: list[str], desk: TestClient, library: Library
) -> None:
    """Byte for byte what `evidence-desk ask --json` prints for the same question on the same day."""
    got = desk.post("/api/ask", json={"question": question, "history": history})
    assert 200 == got.status_code
    assert "application/json" == got.headers["content-type"]
    assert answer_line(ask(question, library, history)).encode() == got.content


def test_answer_is_a_locked_unit(client: TestClient) -> None:
    """The hip review comes with both findings, both caveats, comparators, citation, flags and disclaimer."""
    got = client.post("/api/ask", json={"question": "hip"}).json()
    hip = got["findings"][0]
    assert ["finding", "finding", "caveat", "caveat"] == [one["role"] for one in hip["quotes"]]
    assert [["sham-acupuncture"], ["usual-care"]] == [
        one["comparators"] for one in hip["quotes"][:2]
    ]
    assert "https://doi.org/10.1002/14651858.CD013010" == hip["study"]["url"]
    assert "note-stronger" in got["findings"][2]["flags"]
    assert got["disclaimer"].startswith("Although well-conducted clinical research")
    assert got["disclaimer"].endswith("for personalised care and advice.")


def test_shape_is_that_of_the_answer(catalogue: Catalogue) -> None:
    """Every outcome has exactly the fields that are described, in the same order and of the same kinds."""
    made = answers(catalogue)
    chosen = replace(made[Outcome.ANSWERED], choices=Choices(without=("sciatica",), year_from=2015))
    for answer in (*made.values(), from_page(catalogue), chosen):
        told = answer_object(answer)
        shaped = AnswerShape.model_validate(told).model_dump(by_alias=True, exclude_unset=True)
        assert told == shaped
        assert list(told) == list(shaped)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "Please send a question as text, under the name question."),
        ({"question": None}, "Please send a question as text, under the name question."),
        ({"question": 5}, "Please send a question as text, under the name question."),
        ({"question": ["hip"]}, "Please send a question as text, under the name question."),
        ({"question": "\ud83d"}, "Please send a question as text, under the name question."),
        ({"question": ""}, "Please type a question first."),
        ({"question": " \n "}, "Please type a question first."),
        ({"question": "é" * 501}, "Your question has 501 characters. Please use 500 or fewer."),
        (
            {"question": "hip", "history": ["x" * 502]},
            "Your question has 502 characters. Please use 500 or fewer.",
        ),
        (
            {"question": "hip", "history": "knee"},
            "Please send the earlier questions as a list of at most 20 texts, under the name history.",
        ),
        (
            {"question": "hip", "history": ["knee"] * 21},
            "Please send the earlier questions as a list of at most 20 texts, under the name history.",
        ),
        (
            {"question": "hip", "histroy": []},
            "You sent a field that we do not know. Please send question, history and choices only.",
        ),
        (
            {"question": "hip", "choices": {"colour": ["red"]}},
            "We do not know one of the choices that you sent. Please check their names and values.",
        ),
        (
            {"question": "hip", "choices": {"designs": ["poem"]}},
            "We do not know one of the choices that you sent. Please check their names and values.",
        ),
        (
            {"question": "hip", "choices": {"year_from": "2018"}},
            "We do not know one of the choices that you sent. Please check their names and values.",
        ),
        ([{"question": "hip"}], "We cannot read what you sent. Please send one JSON object."),
        ("hip", "We cannot read what you sent. Please send one JSON object."),
        (None, "We cannot read what you sent. Please send one JSON object."),
    ],
)
def test_wrong_question_is_told_in_plain_words(body: object, said: str, client: TestClient) -> None:
    """What is wrong is said in one sentence, with what is wanted, and with nothing of what was sent."""
    refused = client.post("/api/ask", content=json.dumps(body), headers=JSON)
    assert (422, {"detail": said}) == (refused.status_code, refused.json())


@pytest.mark.parametrize("body", ["", "{", "[" * 60_000, '{"question": "hip"', "\xff", "NaN"])
def test_no_json_is_told(body: str, client: TestClient) -> None:
    """Whatever cannot be read ends in one sentence, brackets without end too."""
    refused = client.post("/api/ask", content=body.encode("latin-1"), headers=JSON)
    assert 422 == refused.status_code
    assert {"detail"} == set(refused.json())


def test_other_kinds_of_content_are_told(client: TestClient) -> None:
    """A form, or JSON that says it is text, is 415: another site's form cannot ask."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        refused = client.post(
            "/api/ask", content='{"question": "hip"}', headers={"content-type": kind}
        )
        assert 415 == refused.status_code
        assert refused.json()["detail"].startswith("Please send JSON")
    charset = {"content-type": "Application/JSON; charset=utf-8"}
    assert (
        200 == client.post("/api/ask", content='{"question": "hip"}', headers=charset).status_code
    )


def test_choices_reach_the_desk(catalogue: Catalogue) -> None:
    """What was chosen comes to whoever answers, as one value; nothing chosen is nothing."""
    heard: list[Choices] = []

    def answer(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        heard.append(choices)
        return asked(catalogue)(question, earlier, choices)

    sent = {"conditions": ["hip-osteoarthritis"], "year_from": 2015}
    with TestClient(fenced(load(), catalogue, answer).app, base_url=HERE) as client:
        client.post("/api/ask", json={"question": "hip", "choices": sent})
        client.post("/api/ask", json={"question": "hip"})
    assert [Choices(conditions=("hip-osteoarthritis",), year_from=2015), NO_CHOICES] == heard


def test_questions_are_limited_and_bounded(catalogue: Catalogue) -> None:
    """The API draws on the same allowance as the page, and takes no larger bodies."""
    settings = load(requests_per_minute=1, requests_at_once=2)
    app = fenced(settings, catalogue, asked(catalogue)).app
    with TestClient(app, base_url=HERE) as client:
        large = client.post("/api/ask", content=b"x" * 70_000, headers=JSON)
        assert 413 == large.status_code
        assert 200 == client.post("/plain", data={"question": "hip"}).status_code
        often = client.post("/api/ask", json={"question": "hip"})
    assert (429, "60") == (often.status_code, often.headers["retry-after"])
    assert often.json()["detail"].startswith("You have asked many questions")


def test_failure_tells_nothing_of_itself(catalogue: Catalogue) -> None:
    """An error inside is 500 and one sentence."""

    def broken(question: str, _: Sequence[str], __: Choices) -> Answer:
        raise RuntimeError(question)

    with TestClient(fenced(load(), catalogue, broken).app, base_url=HERE) as client:
        got = client.post("/api/ask", json={"question": "secret"})
    assert 500 == got.status_code
    assert {"detail": "Something went wrong on our side. Please try again."} == got.json()


def test_other_sites_cannot_read(client: TestClient) -> None:
    """No origin is let in, and a browser that asks first is refused."""
    headers = {"origin": "https://evil.example"}
    got = client.post("/api/ask", json={"question": "hip"}, headers=headers)
    assert "access-control-allow-origin" not in got.headers
    first = client.options("/api/ask", headers={**headers, "access-control-request-method": "POST"})
    assert 405 == first.status_code
    assert "access-control-allow-origin" not in first.headers


# --- the document


def _document(client: TestClient) -> dict[str, object]:
    document: dict[str, object] = client.get("/api/openapi.json").json()
    return document


def test_document_names_the_public_door_only(client: TestClient) -> None:
    """OpenAPI 3.1, one path, and each way it can end."""
    document = json.loads(json.dumps(_document(client)))
    assert "3.1.0" == document["openapi"]
    assert ["/api/ask"] == list(document["paths"])
    operation = document["paths"]["/api/ask"]["post"]
    assert {"200", "404", "405", "408", "413", "415", "421", "422", "429", "500", "503"} == set(
        operation["responses"]
    )
    assert all(one["description"] for one in operation["responses"].values())


def test_document_is_whole(client: TestClient) -> None:
    """Each reference leads somewhere, each schema is one, and each named shape is described."""
    document = json.loads(json.dumps(_document(client)))
    schemas = document["components"]["schemas"]

    def references(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (one for key, one in node.items() if key == "$ref")
            for one in node.values():
                yield from references(one)
        elif isinstance(node, list):
            for one in node:
                yield from references(one)

    named = {one.removeprefix("#/components/schemas/") for one in references(document)}
    assert named == set(schemas) - {"HTTPValidationError", "ValidationError"}
    for one in schemas.values():
        Draft202012Validator.check_schema(one)
        assert one.get("description"), one["title"]


def test_examples_can_be_asked(client: TestClient) -> None:
    """The example of the document is a question that is answered, and its answer has the described shape."""
    document = json.loads(json.dumps(_document(client)))
    (example,) = document["components"]["schemas"]["Asked"]["examples"]
    got = client.post("/api/ask", json=example)
    assert 200 == got.status_code
    Draft202012Validator(schema(AnswerShape)).validate(got.json())
    Draft202012Validator(schema(Asked)).validate(example)


@given(st.text(max_size=60))
def test_any_question_is_answered_or_refused(client: TestClient, question: str) -> None:
    """Any text is echoed unchanged in its answer, or refused because it is blank or no text."""
    got = client.post("/api/ask", content=json.dumps({"question": question}), headers=JSON)
    if got.status_code == 200:
        assert question == got.json()["question"]
    else:
        assert 422 == got.status_code
        assert not question.strip() or any("\ud800" <= one <= "\udfff" for one in question)
