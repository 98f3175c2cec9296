"""Takes a question from other software: checks it, has it answered, and words what is wrong with it.

Doors without a page share it. How many questions are answered side by side, and how many wait, is `waiting_room`'s
matter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qa.answer import Answer
from qa.api_shapes import Asked
from qa.choices import ChoiceError
from qa.conversation import Ask, too_long
from qa.failures import told
from qa.pipeline import MOST_TURNS
from qa.waiting_room import Busy, Leaves, WaitingRoom
from qa.wording import Number, Wording

_log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - an answer to a request, no error of ours
    """A request that is not answered; `wording` says why, `status` whose matter it is."""

    def __init__(
        self, wording: Wording, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    ) -> None:
        super().__init__(wording.id)
        self.wording = wording
        self.status = status


class Reception:
    """Answers what may be answered. `count` is told the id of the wording of each refusal."""

    def __init__(
        self,
        ask: Ask,
        count: Callable[[str], None],
        *,
        room: WaitingRoom,
        log_questions: bool = False,
    ) -> None:
        self._ask = ask
        self._count = count
        self._log_questions = log_questions
        self._room = room

    async def take(self, given: Mapping[str, object]) -> Answer:
        """The answer to a question as it was sent; Refused where there is none."""
        try:
            asked = Asked.model_validate(given)
        except ValidationError as exc:
            raise self.refusal(exc.errors()) from None
        return await self.answer(asked)

    async def answer(self, asked: Asked, leaves: Leaves | None = None) -> Answer:
        """The answer to a question that was checked; Refused where it is blank, or we are busy or failed."""
        if not asked.question.strip():
            raise self.refused(Wording("page-problem-empty"))
        try:
            return await self._room.done(partial(self._answer, asked), leaves)
        except Busy:
            raise self.refused(
                Wording("page-problem-crowded"), HTTPStatus.SERVICE_UNAVAILABLE
            ) from None

    def refusal(self, problems: Sequence[ErrorDetails]) -> Refused:
        """The refusal for the first of the problems that were found."""
        return self.refused(_worded(problems[0]))

    def refused(
        self, wording: Wording, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    ) -> Refused:
        """The refusal with these words, which is counted."""
        self._count(wording.id)
        return Refused(wording, status)

    def _answer(self, asked: Asked) -> Answer:
        if self._log_questions:
            _log.info("asked: %r", asked.question)
        try:
            return self._ask(asked.question, tuple(asked.history), asked.choices.choices)
        except ChoiceError:
            raise self.refused(Wording("api-wrong-choices")) from None
        except Exception as exc:  # noqa: BLE001 - whatever it is, the asker gets a clear message
            # Neither the message nor the traceback's values: both may hold the question.
            _log.error("a question failed: %s", told(exc))
            raise Refused(Wording("api-failed"), HTTPStatus.INTERNAL_SERVER_ERROR) from None


def _worded(problem: ErrorDetails) -> Wording:
    """What is said of a problem: never with what was found, which may be a question."""
    place = problem["loc"][0] if problem["loc"] else None
    sort, found = problem["type"], problem["input"]
    if sort == "string_too_long" and place in {"question", "history"}:
        return too_long(len(found))
    if sort == "extra_forbidden" and len(problem["loc"]) == 1:
        return Wording("api-unknown-field")
    if place == "question":
        return Wording("page-problem-empty" if found == "" else "api-no-question")
    if place == "history":
        return Wording("api-wrong-history", {"most": Number(MOST_TURNS)})
    return Wording("api-wrong-choices" if place == "choices" else "api-unreadable")
