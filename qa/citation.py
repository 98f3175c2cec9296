"""The bibliographic data of a study as it is shown: names, journal, year, a link.

Shows only what the record holds; the page's doubtful days and months stay in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from corpus.study import Study


@dataclass(frozen=True, slots=True)
class Link:
    """An address and the wording that labels it: `link-doi` or `link-search`."""

    url: str
    wording: str


def link(study: Study) -> Link | None:
    """The paper's DOI address; where no DOI is known a PubMed search for the title, labelled as a search."""
    if study.is_page or not study.title:
        return None
    if study.doi:
        return Link(f"https://doi.org/{quote(study.doi, safe='/.()-_;:')}", "link-doi")
    return Link(f"https://pubmed.ncbi.nlm.nih.gov/?term={quote_plus(study.title)}", "link-search")


def reference(study: Study) -> str:
    """Authors, title, journal and year, as far as the record has them."""
    authors = ", ".join(study.authors)
    place = ", ".join(str(one) for one in (study.journal, study.year) if one is not None)
    return (
        ". ".join(one.rstrip(".") for one in (authors, study.title or study.id, place) if one) + "."
    )
