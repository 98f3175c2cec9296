"""Questions about the studies themselves: by whom, in which year or journal, of which design, the newest.

Only what the records hold can be asked for; an author or journal that no record has is reported as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.study import Design, Study
from corpus.words import commonness, fold, words
from qa.cues import EVERYDAY, WORDS
from qa.shelf import Shelf, surname_of

Filters = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of the bibliography, and the stretches of it that say so."""

    filters: Filters
    spans: tuple[tuple[int, int], ...]
    unknown_author: str | None = None


_BY = re.compile(
    r"(?:\b(?:by|author|authors|from|wrote|written by|published by|de|von)\s+(?:(?:dr|prof|professor|the authors?)\.?\s+)?)([A-Za-zÀ-ÿ][\w'’-]+)",
    re.IGNORECASE,
)
_BY_FULL_NAME = re.compile(
    r"\b(?i:by|author|from|wrote)\s+(?:[A-Z][\w.'’-]*\s+){1,2}([A-ZÀ-Þ][\w'’-]+)"
)
# In lower case too, where only a person can be meant: "papers by liu".
_PAPERS_BY = re.compile(
    r"\b(?:papers?|stud(?:y|ies)|reviews?|trials?|articles?|research|work|anything|published|written)\s+by\s+([a-zà-ÿ][\w'’-]+)"
)
_DID = re.compile(
    r"\b(?i:did|does|do|is|was|summari[sz]e|according to)\s+([A-ZÀ-Þ][\w'’-]+)\s+(?i:find|say|show|conclude|report|write|think|publish|a|any)\b"
)
_OWN = re.compile(
    r"\b([A-Za-zÀ-ÿ][\w-]+?)(?:'s|’s| et al\.?| and colleagues| and others| and team)(?:\s+(?:\w+\s+)?(?:study|paper|review|trial|work|article|research|team|group))?",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"\b(?:had|was(?! (?:published|printed|written|released))|got|broke|fell|died|retired|diagnosed)\b[^.?!,;]*\bin\s*$",
    re.IGNORECASE,
)
_BEFORE_YEAR = re.compile(r"\b([A-Z][\w-]+?)(?: et al\.?)?,?\s+\(?(?:19[89]|20[0-4])\d\b")
_BEFORE_WORK = re.compile(
    r"\b(?:the\s+)?([A-Za-zÀ-ÿ][\w-]+)\s+(?:\d{4}\s+)?(?:study|paper|review|trial|article|studies|papers)\b",
    re.IGNORECASE,
)
# A year is asked for only where papers are: "had a fall in 2009" is somebody's story.
_ABOUT_PAPERS = re.compile(
    r"\b(?:papers?|stud(?:y|ies)|trials?|reviews?|articles?|research|evidence|publi\w+|(?:which|any) of (?:those|these|them)|journals?|literature|references?|"
    r"results?|findings?|anything|everything|one|ones|(?:what|list|show)\b.{0,20}\b(?:have|got|all|me)|estudios?|ensayos?|investigacion\w*|studien?|forschung)\b|came out|研究|论文|文献",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(19[89]\d|20[0-4]\d)\b")
_SINCE = re.compile(r"\b(since|after|newer than|later than)\s+(?:the year\s+)?$", re.IGNORECASE)
_UNTIL = re.compile(
    r"\b(before|until|up to|older than|earlier than|till)\s+(?:the year\s+)?$", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\b(19[89]\d|20[0-4]\d)\s*(?:-|–|to|and|until)\s*(19[89]\d|20[0-4]\d)\b", re.IGNORECASE
)
_LATEST = re.compile(
    r"\b(?:most recent|latest|newest|most up[ -]to[ -]date|most current|neuest\w*|mas reciente|m[aá]s nuev[oa])\b|最新|最近",
    re.IGNORECASE,
)
_OLDEST = re.compile(r"\b(?:oldest|earliest)\b|最早", re.IGNORECASE)
_LARGEST = re.compile(
    r"\b(?:biggest|largest|most (?:people|participants|patients))\b", re.IGNORECASE
)
_SMALLEST = re.compile(
    r"\bsmallest\b|\b(?:fewest|least) (?:people|participants|patients)\b", re.IGNORECASE
)
_PEOPLE = r"(?:people|persons?|participants?|patients?|subjects?|adults?|volunteers?|men|women)"
_NUMBER = r"(?P<number>\d{1,3}(?:[ ,.]\d{3})+|\d{1,6}|(?:a|one) (?:hundred|thousand))"
# With people, or with a word that tells the size of a study: "bigger than 500".
_SIZES = tuple(
    re.compile(pattern.replace("PEOPLE", _PEOPLE).replace("NUMBER", _NUMBER), re.IGNORECASE)
    for pattern in (
        r"\b(?P<side>more than|over|above|at least|fewer than|less than|under|below|up to|at most) NUMBER (?:\w+ )?PEOPLE\b",
        r"\b(?P<side>(?:bigger|larger|smaller) than) NUMBER\b(?: PEOPLE\b)?",
        r"(?<![\d.,])NUMBER ?(?P<side>\+|or more|or fewer|or less) (?:\w+ )?PEOPLE\b",
    )
)
_AT_LEAST = frozenset({"at least", "+", "or more"})
_MORE = frozenset({"more than", "over", "above", "bigger than", "larger than"})
_AT_MOST = frozenset({"up to", "at most", "or fewer", "or less"})
_DESIGNS: tuple[tuple[re.Pattern[str], Design], ...] = (
    (
        re.compile(
            r"\boverviews?\b|\bumbrella reviews?\b|\breviews? of (?:systematic )?reviews\b",
            re.IGNORECASE,
        ),
        Design.OVERVIEW,
    ),
    (
        re.compile(
            r"\b(?:single|individual|one|own|actual|itself|original) (?:randomi[sz]ed )?(?:controlled )?(?:trials?|rcts?)\b|"
            r"\b(?:which|what|any|list|show me|are there)\b.{0,25}\b(?:randomi[sz]ed (?:controlled )?trials?|rcts?)\b|"
            r"\brandomi[sz]ed ones?\b|"
            r"\b(?:only|just)\b.{0,15}\b(?:randomi[sz]ed (?:controlled )?trials?|rcts?)\b|"
            r"\b(?:randomi[sz]ed (?:controlled )?trials?|rcts?) only\b|"
            r"\b(?:trials?|rcts?)\b.{0,20}\b(?:not|no) (?:systematic )?reviews?\b",
            re.IGNORECASE,
        ),
        Design.RANDOMISED_TRIAL,
    ),
)


_ORDERS = (
    ("latest", _LATEST),
    ("oldest", _OLDEST),
    ("largest", _LARGEST),
    ("smallest", _SMALLEST),
)


def _years(question: str) -> tuple[dict[str, int], list[tuple[int, int]]]:
    span = _BETWEEN.search(question)
    if span:
        first, last = sorted((int(span[1]), int(span[2])))
        return {"year_from": first, "year_to": last}, [span.span()]
    found: dict[str, int] = {}
    spans = []
    for match in _YEAR.finditer(question):
        before = question[: match.start()]
        year = int(match[1])
        if _STORY.search(before):
            continue
        if since := _SINCE.search(before):
            found["year_from"] = year + (since[1].lower() in ("after", "newer than", "later than"))
        elif until := _UNTIL.search(before):
            found["year_to"] = year - (until[1].lower() in ("before", "older than", "earlier than"))
        else:
            found["year"] = year
        spans.append(match.span())
    return found, spans


def _sizes(question: str) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """How many people the studies asked for have, inclusive, and the words that say so."""
    for pattern in _SIZES:
        match = pattern.search(question)
        if match is None:
            continue
        side, written = match["side"].lower(), match["number"].lower()
        spelt = {"hundred": 100, "thousand": 1000}.get(written.rpartition(" ")[2])
        number = spelt or int(re.sub(r"\D", "", written))
        if side in _AT_LEAST | _MORE:
            return {"participants_from": number + (side in _MORE)}, [match.span()]
        return {"participants_to": number - (side not in _AT_MOST)}, [match.span()]
    return {}, []


def _author(question: str, shelf: Shelf) -> tuple[str | None, tuple[int, int] | None]:
    for pattern in (_BY_FULL_NAME, _BY, _OWN, _BEFORE_WORK, _BEFORE_YEAR, _DID):
        for match in pattern.finditer(question):
            name = shelf.author(match[1], cued=True)
            if name:
                return name, match.span(1)
    for match in _PAPERS_BY.finditer(question):
        if fold(match[1]) in shelf.surnames and fold(match[1]) not in WORDS.function:
            return fold(match[1]), match.span(1)
    for word in words(question):
        name = shelf.author(question[word.start : word.end], cued=False)
        if name:
            return name, (word.start, word.end)
    return None, None


def _unknown_author(question: str) -> str | None:
    """A name after "papers by" that no record has; only a capitalised or unheard-of word counts."""
    match = re.search(
        r"\b(?:paper|papers|study|studies|review|reviews|trial|trials|work|research|article|articles|anything|published|written) (?:\w+ )?by (?:dr\.? |prof\.? )?([A-Za-zÀ-ÿ][\w'’-]+)",
        question,
        re.IGNORECASE,
    )
    if match is None:
        return None
    name, folded = match[1], fold(match[1])
    ends = not re.search(
        r"\w", question[match.end() :]
    )  # "articles by smith", no "studies by year of"
    plain = folded in EVERYDAY
    return name if name[0].isupper() or not commonness(folded) or (ends and not plain) else None


def asked(question: str, shelf: Shelf) -> Asked:
    """What the question asks of the bibliography."""
    filters: dict[str, str | int] = {}
    name, place = _author(question, shelf)
    about_papers = name is not None or _ABOUT_PAPERS.search(question) is not None
    sizes, size_spans = _sizes(question) if about_papers else ({}, [])
    # "More than 2000 people" names no year.
    rest = question
    for start, end in size_spans:
        rest = f"{rest[:start]}{' ' * (end - start)}{rest[end:]}"
    years, spans = _years(rest) if about_papers else ({}, [])
    filters.update({**years, **sizes})
    spans += size_spans
    if name and place:
        filters["author"] = name
        spans.append(place)
    journal = shelf.journal(question)
    if journal and not (place and place == journal[1]):
        filters["journal"] = journal[0]
        spans.append(journal[1])
    for key, cue in _ORDERS:
        if match := cue.search(question):
            filters["order"] = key
            spans.append(match.span())
            break
    for cue, design in _DESIGNS:
        if match := cue.search(question):
            filters["design"] = str(design)
            spans.append(match.span())
            break
    return Asked(filters, tuple(spans), None if name else _unknown_author(question))


def authorship(study: Study, filters: Filters) -> float:
    """1 where the author asked for comes first, or none was; 0.8 where as a co-author."""
    author = filters.get("author")
    if author is None or (study.authors and surname_of(study.authors[0]) == author):
        return 1.0
    return 0.8


def matches(study: Study, filters: Filters) -> bool:
    """True where the study is what the filters ask for (order aside)."""
    author = filters.get("author")
    journal = filters.get("journal")
    design = filters.get("design")
    return (
        (author is None or author in {surname_of(one) for one in study.authors})
        and (
            journal is None
            or str(journal) in fold(study.journal or "").split(" ")
            or journal == fold(study.journal or "")
        )
        and ("year" not in filters or study.year == filters["year"])
        and _lies_between(study.year, "year", filters)
        and _lies_between(study.participants, "participants", filters)
        and (design is None or study.design == design)
    )


def _lies_between(value: int | None, name: str, filters: Filters) -> bool:
    """True where nothing is asked of the value, or it is known and lies between what is asked."""
    first, last = filters.get(f"{name}_from"), filters.get(f"{name}_to")
    if first is None and last is None:
        return True
    return value is not None and int(first or value) <= value <= int(
        value if last is None else last
    )
