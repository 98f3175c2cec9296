"""What answers quote from the page's own text: the disclaimer, and the introduction on causes.

Sections are those of the page record: "Causes", "Consult", "Disclaimer". Everything else of the page stays unquoted.
"""

from __future__ import annotations

from functools import lru_cache

from corpus.catalogue import Catalogue
from corpus.sentences import sentence_spans
from corpus.study import Study
from qa.answer import Finding, Quote, QuoteRole

_DISCLAIMER = ("Disclaimer", "Consult")
_CAUSES = "Causes"


def _quotes(page: Study, section: str, role: QuoteRole) -> tuple[Quote, ...]:
    if all(one.name != section for one in page.sections):
        return ()
    spans = sentence_spans(page.section(section))
    shown = (span for span in spans if (section, *span) not in page.withheld)
    return tuple(Quote(page, section, start, end, role) for start, end in shown)


@lru_cache(maxsize=8)
def disclaimer(catalogue: Catalogue) -> tuple[Quote, ...]:
    """The page's no-claims sentence, then its sentence on asking a practitioner; verbatim."""
    page = catalogue.page
    return tuple(one for name in _DISCLAIMER for one in _quotes(page, name, QuoteRole.DETAIL))


def causes(catalogue: Catalogue) -> tuple[Finding, ...]:
    """The page's own introduction on causes; empty where the page has none."""
    quotes = _quotes(catalogue.page, _CAUSES, QuoteRole.DETAIL)
    return (Finding(catalogue.page, quotes),) if quotes else ()
