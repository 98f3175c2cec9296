"""One question of a visitor, from what was typed to what is shown: checked, answered, rendered.

Both forms of the page use it. It keeps nothing; earlier questions come with each question.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from corpus.vocabulary import Vocabulary
from qa.answer import Answer
from qa.choices import NO_CHOICES, Choices
from qa.page_html import answer_html
from qa.page_markup import NOTHING, Html
from qa.pipeline import LONGEST_QUESTION
from qa.wording import Number, Wording

MOST_EARLIER = 8  # earlier questions that are sent along; follow-ups lean on the last few

Ask = Callable[[str, Sequence[str], Choices], Answer]  # question, earlier ones, choices
Showing = TypeVar("Showing")
_log = logging.getLogger(__name__)
_HALVES = re.compile("[\ud800-\udfff]")  # half characters, which no text file can hold


@dataclass(frozen=True, slots=True)
class Reply:
    """What is shown: the turn, or nothing where the question was refused, and what to say of it."""

    turn: Html
    status: Wording


@dataclass(frozen=True, slots=True)
class Conversation:
    """Takes questions and gives what to show."""

    ask: Ask
    vocabulary: Vocabulary
    log_questions: bool = False

    def reply(self, typed: str, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> Reply:
        """The turn for what was typed, or what to tell the visitor instead."""

        def turn(answer: Answer) -> Reply:
            anchor = f"turn-{secrets.token_hex(4)}"
            return Reply(answer_html(answer, self.vocabulary, anchor=anchor), _ready(answer))

        found = self.shown(typed, earlier, choices, turn)
        return Reply(NOTHING, found) if isinstance(found, Wording) else found

    def shown(
        self,
        typed: str,
        earlier: Sequence[str],
        choices: Choices,
        show: Callable[[Answer], Showing],
    ) -> Showing | Wording:
        """What `show` makes of the answer to what was typed, or what to tell the asker instead."""
        question = _HALVES.sub("\ufffd", typed).strip()
        if not question:
            return Wording("page-problem-empty")
        if (longest := max(map(len, (question, *earlier)))) > LONGEST_QUESTION:
            return too_long(longest)
        if self.log_questions:
            _log.info("asked: %r", question)
        before = [_HALVES.sub("\ufffd", one) for one in earlier[-MOST_EARLIER:]]
        try:
            return show(self.ask(question, before, choices))
        except Exception as exc:  # noqa: BLE001 - whatever it is, the visitor gets a clear message
            # Neither the message nor the traceback's values: both may hold the question.
            _log.error("a question failed: %s%s", type(exc).__name__, _place(exc))
            return Wording("page-problem-failed")


def too_long(count: int) -> Wording:
    """What is said of a question with too many characters."""
    values = {"count": Number(count), "most": Number(LONGEST_QUESTION)}
    return Wording("page-problem-long", values)


def _ready(answer: Answer) -> Wording:
    count = len(answer.findings)
    if count == 0 or all(one.study.is_page for one in answer.findings):
        return Wording("page-ready-none")
    if count == 1:
        return Wording("page-ready-one")
    return Wording("page-ready", {"count": Number(count)})


def _place(exc: BaseException) -> str:
    """Where an exception was raised, as file and line."""
    trace = exc.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" in {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
