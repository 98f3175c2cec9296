"""The findings of a check as one HTML file: for the people who look after a collection, not for the page.

Built as a tree and written by the standard library, which escapes all text; it needs no other file.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, tostring

from corpus.accepting import Sorted
from corpus.checking import CheckFinding

_NAMES = {
    "record": "Records that do not load",
    "retracted": "Retracted or doubted papers",
    "corrected": "Corrected papers",
    "overclaim": "Notes that say more than they may",
    "strong-wording": "Words of cure or certainty",
    "caveat": "No stated limit",
    "comparator": "No stated comparison",
    "duplicate": "The same paper twice",
    "damaged-text": "Damaged text",
    "date": "Dates that cannot be",
    "unsourced": "Facts without a source",
    "overlap": "Reviews that may share trials",
    "old": "Older studies",
}
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; --strong: #0b5c6b; }
@media (prefers-color-scheme: dark) { :root { --strong: #7fd3e3; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-bottom: .25rem; border-bottom: 2px solid var(--strong); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0; break-inside: avoid; }
article > p { margin: .25rem 0; overflow-wrap: anywhere; }
.study { font-weight: 600; }
figure { margin: .75rem 0 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
blockquote { margin: 0; padding: .5rem .75rem; background: var(--soft); border-left: 3px solid var(--strong); }
blockquote span { display: block; font-size: .85rem; opacity: .8; }
.counts { font-size: 1.05rem; }
"""


def report_page(name: str, result: Sorted, as_of: str) -> str:
    """The report on the collection called `name`, a whole HTML page; `as_of` says what is known of retractions."""
    html = Element("html", lang="en")
    head, body = SubElement(html, "head"), SubElement(html, "body")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    _add(head, "title", f"Check of {name}")
    _add(head, "style", _STYLE)
    main = SubElement(body, "main")
    _add(main, "h1", f"Check of {name}")
    counts = (
        f"{len(result.open)} to look at, {len(result.accepted)} accepted, "
        f"{len(result.information)} for information."
    )
    _add(main, "p", counts, "counts")
    _add(main, "p", as_of)
    _part(main, "To look at", result.open)
    _part(main, "For information", result.information)
    reasons = {id(one): f"{entry.why} ({entry.by})" for one, entry in result.accepted}
    _part(main, "Accepted", [one for one, _ in result.accepted], reasons)
    if result.stale:
        _add(main, "h2", "Acceptances that cover nothing any more")
        for entry in result.stale:
            _add(main, "p", f"{entry.study}: {entry.check}: {entry.why}")
    # A style sheet is no text to escape.
    return "<!doctype html>\n" + tostring(html, encoding="unicode", method="html") + "\n"


def _add(parent: Element, tag: str, text: str, class_: str = "") -> Element:
    found = SubElement(parent, tag, {"class": class_} if class_ else {})
    found.text = text
    return found


def _part(
    main: Element,
    heading: str,
    findings: Sequence[CheckFinding],
    reasons: dict[int, str] | None = None,
) -> None:
    if not findings:
        return
    _add(main, "h2", f"{heading} ({len(findings)})")
    for kind, group in groupby(findings, key=lambda one: str(one.check)):
        _add(main, "h3", _NAMES.get(kind, kind))
        for one in group:
            _card(main, one, (reasons or {}).get(id(one), ""))


def _card(main: Element, finding: CheckFinding, reason: str) -> None:
    card = SubElement(main, "article")
    _add(card, "p", finding.study, "study")
    _add(card, "p", finding.why)
    if reason:
        _add(card, "p", f"Accepted: {reason}")
    quotes = [("It says", finding.quote), ("Beside it", finding.against)]
    if any(text for _, text in quotes):
        figure = SubElement(card, "figure")
        for label, text in quotes:
            if text:
                quote = SubElement(figure, "blockquote")
                _add(quote, "span", label)
                _add(quote, "p", text).tail = ""
