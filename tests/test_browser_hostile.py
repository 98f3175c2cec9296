"""A thousand hostile texts, as question and as text of a collection: shown letter for letter, and nothing else happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from corpus.catalogue import Catalogue
from corpus.sentences import sentence_spans
from corpus.study import Section, Study, Voice
from qa.answer import Answer, Finding, Outcome, Quote, QuoteRole
from qa.choices import NO_CHOICES, Choices
from qa.page_site import fenced
from qa.server import running
from qa.settings import load
from tests.browsing import Watch, asked_and_shown, opened
from tests.hostile import hostile, shown
from tests.made_answers import answer, asked

TEXTS = hostile()
LONGEST_SECTION = 10_000
_SAMPLE = TEXTS[:: len(TEXTS) // 50]


def _sections() -> tuple[str, ...]:
    """All texts, joined into sections of about 10,000 characters."""
    made = [""]
    for text in TEXTS:
        if len(made[-1]) + len(text) >= LONGEST_SECTION:
            made.append("")
        made[-1] = f"{made[-1]} {text}".strip()
    return tuple(made)


SECTIONS = _sections()


@pytest.fixture(scope="module")
def address(catalogue: Catalogue) -> Iterator[str]:
    """A site whose answer to "stored N" quotes the whole N-th section, and has it as the study's title."""
    by_hand = asked(catalogue)

    def ask(question: str, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> Answer:
        if not question.startswith("stored "):
            return by_hand(question, earlier, choices)
        text = SECTIONS[int(question.split()[1])]
        study = Study(id="odd", title=text, sections=(Section("Headline", Voice.SUMMARY, text),))
        quotes = tuple(
            Quote(study, "Headline", start, end, QuoteRole.FINDING)
            for start, end in sentence_spans(text)
        )
        return answer(catalogue, question, Outcome.ANSWERED, findings=[Finding(study, quotes)])

    settings = load(requests_per_minute=6000, requests_at_once=1000)
    with running(fenced(settings, catalogue, ask).app) as found:
        yield found


def _elements(page: Page) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('#out *')].map(one => one.tagName)"))


def _all_is_text(context: BrowserContext, address: str, texts: Sequence[str]) -> None:
    watch = Watch()
    page = opened(context, address, watch)
    asked_and_shown(page, "hello")
    plain = _elements(page)
    for text in texts:
        asked_and_shown(page, f"hello {text}")
        seen = page.locator("#out h2 bdi").evaluate("one => one.textContent")
        assert shown(f"hello {text}".strip()) == seen
        assert plain == _elements(page), text
    _nothing_happened(page, watch, address)


def _nothing_happened(page: Page, watch: Watch, address: str) -> None:
    assert page.evaluate("window.hacked === undefined")
    assert "What does the research say?" == page.title()
    assert {urlsplit(address).netloc} == watch.hosts
    assert [] == watch.complaints


def test_hostile_questions_are_text(context: BrowserContext, address: str) -> None:
    """Fifty of the thousand as questions: each stands letter for letter, adds no element and sends nothing."""
    _all_is_text(context, address, _SAMPLE)


@pytest.mark.long
def test_all_hostile_questions_are_text(context: BrowserContext, address: str) -> None:
    """All thousand as questions."""
    _all_is_text(context, address, TEXTS)


def test_hostile_collections_are_text(context: BrowserContext, address: str) -> None:
    """All thousand in sections of 10,000 characters and in titles: text, and the same elements as ever."""
    watch = Watch()
    page = opened(context, address, watch)
    kinds = set()
    for number, section in enumerate(SECTIONS):
        asked_and_shown(page, f"stored {number}")
        quoted = page.locator("#out blockquote").evaluate_all(
            "all => all.map(one => one.textContent)"
        )
        assert [shown(section[start:end]) for start, end in sentence_spans(section)] == quoted
        assert shown(section) == page.locator("#out h4").first.evaluate("one => one.textContent")
        kinds.add(tuple(sorted(set(_elements(page)))))
    assert 1 == len(kinds)
    # Nothing but white space lies between the sentences, so all of every text was looked at.
    assert all(text.strip() in " ".join(SECTIONS) for text in TEXTS)
    _nothing_happened(page, watch, address)
