"""An answer as the JSON object of the contract, schema 1.

Keys, order and types are fixed; `render_text` has the readable forms.
"""

from __future__ import annotations

import json

from corpus.study import Study
from qa.answer import Answer, Finding, Quote
from qa.citation import link

SCHEMA = 1


def _study(study: Study) -> dict[str, object]:
    address = link(study)
    return {
        "id": study.id,
        "title": study.title,
        "authors": list(study.authors),
        "journal": study.journal,
        "year": study.year,
        "design": study.design,
        "trials": study.trials,
        "participants": study.participants,
        "doi": study.doi,
        "url": address.url if address else None,
        # Only where several collections are searched together.
        **({"collections": list(study.collections)} if study.collections else {}),
    }


def _quote(quote: Quote) -> dict[str, object]:
    return {
        "role": quote.role,
        "voice": quote.voice,
        "section": quote.section,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "comparators": list(quote.comparators),
        "direction": quote.direction,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "study": _study(finding.study),
        "comparator": finding.comparator,
        "flags": list(finding.flags),
        "quotes": [_quote(one) for one in finding.quotes],
    }


def answer_object(answer: Answer) -> dict[str, object]:
    """The answer as plain values, ready for `json.dumps`; `choices` is there only where some were made."""
    understood = answer.understood
    receipt = answer.receipt
    return {
        "schema": SCHEMA,
        "question": answer.question,
        "outcome": answer.outcome,
        "understood": {
            "conditions": list(understood.conditions),
            "treatments": list(understood.treatments),
            "comparators": list(understood.comparators),
            "outcomes": list(understood.outcomes),
            "asks": understood.asks,
            "filters": dict(understood.filters),
            "unknown": list(understood.unknown),
        },
        **({"choices": answer.choices.given()} if answer.choices else {}),
        "notices": [{"id": one.id, "text": one.text} for one in answer.notices],
        "findings": [_finding(one) for one in answer.findings],
        "related": [_finding(one) for one in answer.related],
        "boundary": answer.boundary.text if answer.boundary else "",
        "disclaimer": " ".join(one.text for one in answer.disclaimer),
        "receipt": {
            "id": receipt.id,
            "collection": receipt.collection,
            "index": receipt.index,
            "model": receipt.model,
            "engine": receipt.engine,
            "settings": receipt.settings,
            "version": receipt.version,
            "day": receipt.day,
        },
    }


def answer_line(answer: Answer) -> str:
    """The answer as one line of JSON; equal answers give equal bytes."""
    return json.dumps(answer_object(answer), ensure_ascii=False, separators=(", ", ": "))
