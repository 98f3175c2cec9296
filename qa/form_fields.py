"""What a form sends, as fields with all their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from fastapi import Request

Fields = Mapping[str, Sequence[str]]


async def fields_of(request: Request) -> Fields:
    """The fields of a form in the body of a request; those that were left empty too."""
    return parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
