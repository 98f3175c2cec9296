"""A link to an answer: everything that was asked, in the part of an address that no server is sent.

An answer is not stored. The link asks again, and brings a mark of the answer it was made for, so that an answer
that has changed since can say so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from urllib.parse import quote

from qa.answer import Answer
from qa.choices import NO_CHOICES, Choices
from qa.render_json import answer_object


def mark(answer: Answer) -> str:
    """Eight hexadecimal digits of all that the answer says; the same on another day, and with a new program.

    What the receipt names may change without changing what is said, so it is left out.
    """
    said = {key: value for key, value in answer_object(answer).items() if key != "receipt"}
    line = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def fragment(answer: Answer, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> str:
    """What follows `#` in the address: JSON with `ask`, `earlier`, `choices` and `mark`, percent-encoded.

    Empty parts are left out. Scripts read it with `JSON.parse(decodeURIComponent(...))`.
    """
    parts: dict[str, object] = {
        "ask": answer.question,
        "earlier": list(earlier),
        "choices": choices.given(),
        "mark": mark(answer),
    }
    kept = {key: value for key, value in parts.items() if value}
    return quote(json.dumps(kept, ensure_ascii=False, separators=(",", ":")), safe="")
