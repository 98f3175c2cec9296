"""An answer as the plain text that goes into a letter or a record: all of it, and where it came from.

Like a quote it holds no text of its own, so it cannot leave anything out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.vocabulary import Vocabulary
from qa.answer import Answer
from qa.render_text import text
from qa.wording import Number, Wording


@dataclass(frozen=True, slots=True, eq=False)
class Transcript:
    """An answer with its question, its day and its number."""

    answer: Answer
    vocabulary: Vocabulary

    @property
    def text(self) -> str:
        """The question, the answer, and the number that tells this answer from another."""
        asked = f"{Wording('page-asked').text}: {' '.join(self.answer.question.split())}"
        receipt = self.answer.receipt
        number = f"{Wording('page-receipt').text} {receipt.id}"
        return f"{asked}\n\n{text(self.answer, self.vocabulary)}\n{answered_on(self.answer).text}. {number}\n"


def answered_on(answer: Answer) -> Wording:
    """The day of an answer, in words."""
    day = date.fromisoformat(answer.receipt.day)
    return Wording(f"page-on-{day.month}", {"day": Number(day.day), "year": Number(day.year)})
