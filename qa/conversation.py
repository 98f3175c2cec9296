"""One question of a visitor, from what was typed to what is shown: checked, answered, rendered.

Both forms of the page use it. It keeps nothing; earlier questions come with each question.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Outcome
from qa.choices import NO_CHOICES, ChoiceError, Choices, YearsError
from qa.failures import told
from qa.page_html import answer_html
from qa.page_link import Asked
from qa.page_markup import NOTHING, Html
from qa.page_understood import left_out_html
from qa.pipeline import LONGEST_QUESTION
from qa.wording import BookingLink, Number, Wording

MOST_EARLIER = 8  # earlier questions that are sent along; follow-ups lean on the last few

Ask = Callable[[str, Sequence[str], Choices], Answer]  # question, earlier ones, choices
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
        question = _HALVES.sub("\ufffd", typed).strip()
        if not question:
            return self._refused(Wording("page-problem-empty"))
        if (longest := max(map(len, (question, *earlier)))) > LONGEST_QUESTION:
            return self._refused(too_long(longest))
        before = tuple(_HALVES.sub("\ufffd", one) for one in earlier[-MOST_EARLIER:])
        return self._answered(question, Asked(before, mark), choices)

    def _refused(self, why: Wording) -> Reply:
        self.count(why.id)
        return Reply(NOTHING, why)

    def _answered(self, question: str, asked: Asked, choices: Choices | ChoiceError) -> Reply:
        if self.log_questions:
            _log.info("asked: %r", question)
        try:
            answer = self._answer(question, asked.earlier, choices)
            turn = answer_html(
                answer,
                self.vocabulary,
                anchor=f"turn-{secrets.token_hex(4)}",
                asked=asked,
                booking=self.booking,
            )
        except ChoiceError as wrong:
            return self._refused(wrong_choice(wrong))
        except Exception as exc:  # noqa: BLE001 - whatever it is, the visitor gets a clear message
            # Neither the message nor the traceback's values: both may hold the question.
            _log.error("a question failed: %s", told(exc))
            return Reply(NOTHING, Wording("page-problem-failed"))
        return Reply(turn, _ready(answer), left_out_html(answer.choices, self.vocabulary))

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
