"""The tools below an answer: in the markup, and their script as a file of the site."""

from __future__ import annotations

import pytest

from corpus.catalogue import Catalogue
from qa import page_files
from qa.answer import Outcome
from qa.page_html import answer_html
from tests.made_answers import answers
from tests.page_tree import Node, tree


def _turn(outcome: Outcome, catalogue: Catalogue) -> Node:
    one = answers(catalogue)[outcome]
    return tree(answer_html(one, catalogue.vocabulary, anchor="t").markup).one("article")


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.URGENT}))
def test_helpful_is_asked_without_text(outcome: Outcome, catalogue: Catalogue) -> None:
    """The form sends how the answer ended, and yes or no; nothing can be typed."""
    tools = _turn(outcome, catalogue).one(within="tools")
    form = tools.one("form")
    assert ("/feedback", "post") == (form.attributes["action"], form.attributes["method"])
    assert "Was this answer helpful?" == form.one("legend").text
    hidden = form.one("input").attributes
    assert ("hidden", "outcome", outcome.value) == (hidden["type"], hidden["name"], hidden["value"])
    assert [("Yes", "helpful", "yes", "submit"), ("No", "helpful", "no", "submit")] == [
        (one.text, *(one.attributes[key] for key in ("name", "value", "type")))
        for one in form.all("button")
    ]
    assert [] == form.all("textarea")


def test_tools_stand_at_the_end(catalogue: Catalogue) -> None:
    """They come after all that is said, and their status line waits empty."""
    turn = _turn(Outcome.ANSWERED, catalogue)
    last = turn.inside[-1]
    assert isinstance(last, Node)
    assert ["tools"] == last.classes
    done = last.one(within="done")
    assert ("status", "") == (done.attributes["role"], done.text)
    assert ["Copy with sources", "Print"] == [
        one.text for one in last.one(within="by-script").all("button")
    ]


def test_alert_stands_alone(catalogue: Catalogue) -> None:
    """Below an alarm there is nothing to press, to copy or to rate."""
    turn = _turn(Outcome.URGENT, catalogue)
    assert [] == turn.all("button") + turn.all("form") + turn.all(within="tools")


def test_script_is_a_file_of_the_site() -> None:
    """The script is served under its own name, with an address that changes when it does."""
    script = page_files.script("turn.js")
    assert script.kind.startswith("text/javascript")
    assert script.address.startswith("/turn.js?v=")
    assert any(route.takes("GET", "/turn.js") for route in page_files.ROUTES)
