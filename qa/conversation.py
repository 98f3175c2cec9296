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
from qa.answer import Answer, Outcome
from qa.choices import NO_CHOICES, ChoiceError, Choices, YearsError
from qa.failures import told
from qa.page_html import answer_html
from qa.page_link import Asked
from qa.page_markup import NOTHING, Html
from qa.page_understood import left_out_html
from qa.pipeline import LONGEST_QUESTION
from qa.safety import red_flag
from qa.wording import BookingLink, Number, Wording

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
    left_out: Html = NOTHING  # said before the status


@dataclass(frozen=True, slots=True)
class Conversation:
    """Takes questions and gives what to show."""

    ask: Ask
    vocabulary: Vocabulary
    log_questions: bool = False
    count: Callable[[str], None] = lambda _: None  # is told the wording of each refusal
    booking: BookingLink | None = None

    def reply(
        self,
        typed: str,
        earlier: Sequence[str],
        choices: Choices | ChoiceError = NO_CHOICES,
        mark: str | None = None,
    ) -> Reply:
        """The turn for what was typed, or what to tell the visitor instead.

        `choices` that could not be read are refused, though not before an alarm. `mark` is that of the link by
        which the visitor came.
        """

        def turn(answer: Answer) -> Reply:
            shown = answer_html(
                answer,
                self.vocabulary,
                anchor=f"turn-{secrets.token_hex(4)}",
                asked=Asked(_before(earlier), mark),
                booking=self.booking,
            )
            return Reply(shown, _ready(answer), left_out_html(answer.choices, self.vocabulary))

        found = self.shown(typed, earlier, choices, turn)
        return Reply(NOTHING, found) if isinstance(found, Wording) else found

    def shown(
        self,
        typed: str,
        earlier: Sequence[str],
        choices: Choices | ChoiceError,
        show: Callable[[Answer], Showing],
    ) -> Showing | Wording:
        """What `show` makes of the answer to what was typed, or what to tell the asker instead.

        A question that is too long is refused, unless it tells of an emergency.
        """
        question = _HALVES.sub("\ufffd", typed).strip()
        if not question:
            return self._refused(Wording("page-problem-empty"))
        longest = max(map(len, (question, *earlier)))
        before = _before(earlier)
        if longest > LONGEST_QUESTION and red_flag(question) is None:
            return self._refused(too_long(longest))
        if self.log_questions:
            _log.info("asked: %r", question)
        try:
            return show(self._answer(question, before, choices))
        except ChoiceError as wrong:
            return self._refused(wrong_choice(wrong))
        except Exception as exc:  # noqa: BLE001 - whatever it is, the visitor gets a clear message
            # Neither the message nor the traceback's values: both may hold the question.
            _log.error("a question failed: %s", told(exc))
            return Wording("page-problem-failed")

    def _refused(self, why: Wording) -> Wording:
        self.count(why.id)
        return why

    def _answer(
        self, question: str, earlier: Sequence[str], choices: Choices | ChoiceError
    ) -> Answer:
        """The answer; ChoiceError for a wrong choice, unless the question is urgent."""
        if isinstance(choices, Choices):
            return self.ask(question, earlier, choices)
        answer = self.ask(question, earlier, NO_CHOICES)
        if answer.outcome is Outcome.URGENT:
            return answer
        raise choices


def _before(earlier: Sequence[str]) -> tuple[str, ...]:
    """The earlier questions that count."""
    return tuple(_HALVES.sub("\ufffd", one) for one in earlier[-MOST_EARLIER:])


def wrong_choice(wrong: ChoiceError) -> Wording:
    """What is said of choices that cannot be used."""
    return Wording("choices-problem-years" if isinstance(wrong, YearsError) else "choices-problem")


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
