"""PubMed's XML, of articles and of books: all parts of the abstract, MeSH, and what became of the paper."""

from __future__ import annotations

from functools import partial

from corpus.importing.citations import Citation
from corpus.importing.entries import Format, Kept, Match
from corpus.importing.lines import line
from corpus.importing.notices import XML_NOTICES, notices_of, types_of_notice
from corpus.importing.xml_records import Element, begins_with, entries, first_text, text_of

_TAGS = ("PubmedArticle", "PubmedBookArticle")


def _author(element: Element) -> str:
    whole = first_text(element, "CollectiveName")
    family, given = first_text(element, "LastName"), first_text(element, "ForeName", "Initials")
    suffix = first_text(element, "Suffix")
    named = ", ".join(part for part in (family, " ".join(filter(None, (given, suffix)))) if part)
    return whole or named


def _abstract(parent: Element) -> list[tuple[str, str]]:
    return [
        (one.get("Label", ""), " ".join(text_of(one).split()))
        for one in parent.iterfind("Abstract/AbstractText")
    ]


def _year(article: Element) -> str:
    return first_text(
        article,
        "Journal/JournalIssue/PubDate/Year",
        "Journal/JournalIssue/PubDate/MedlineDate",
        "ArticleDate/Year",
    )


def _pages(article: Element) -> str:
    written = first_text(article, "Pagination/MedlinePgn")
    begin, end = (first_text(article, f"Pagination/{one}Page") for one in ("Start", "End"))
    return written or "-".join(filter(None, (begin, end)))


def _id(element: Element, kind: str) -> str:
    ids = (
        *element.iterfind("PubmedData/ArticleIdList/ArticleId"),
        *element.iterfind("BookDocument/ArticleIdList/ArticleId"),
    )
    return next((text_of(one).strip() for one in ids if one.get("IdType") == kind), "")


def _doi(element: Element, article: Element) -> str:
    places = article.iterfind("ELocationID")
    found = (text_of(one).strip() for one in places if one.get("EIdType") == "doi")
    return next(found, "") or _id(element, "doi")


def _article(element: Element) -> Citation | str:
    cited = element.find("MedlineCitation")
    article = None if cited is None else cited.find("Article")
    if cited is None or article is None:
        return "a record without an article"
    types = [line(text_of(one)) for one in article.iterfind("PublicationTypeList/PublicationType")]
    told = types_of_notice(types)
    if told:
        return told
    title = first_text(article, "ArticleTitle", "VernacularTitle")
    links = [
        notice
        for one in cited.iterfind("CommentsCorrectionsList/CommentsCorrections")
        if (make := XML_NOTICES.get(one.get("RefType", "")))
        for notice in make(" ".join(first_text(one, part) for part in ("RefSource", "PMID")))
    ]
    mesh = cited.iterfind("MeshHeadingList/MeshHeading/DescriptorName")
    keywords = cited.iterfind("KeywordList/Keyword")
    return Citation(
        title=title,
        authors=[_author(one) for one in article.iterfind("AuthorList/Author")],
        journal=first_text(article, "Journal/Title", "Journal/ISOAbbreviation"),
        year=_year(article),
        volume=first_text(article, "Journal/JournalIssue/Volume"),
        issue=first_text(article, "Journal/JournalIssue/Issue"),
        pages=_pages(article),
        doi=_doi(element, article),
        pmid=first_text(cited, "PMID"),
        pmcid=_id(element, "pmc"),
        abstract=_abstract(article),
        notices=tuple(dict.fromkeys((*links, *notices_of(title, types)))),
        more={
            "mesh": [line(text_of(one)) for one in mesh],
            "keywords": [line(text_of(one)) for one in keywords],
            "types": types,
            "language": first_text(article, "Language"),
        },
    )


def _book(element: Element) -> Citation | str:
    book = element.find("BookDocument")
    if book is None:
        return "a record without a book"
    title = first_text(book, "ArticleTitle", "Book/BookTitle")
    return Citation(
        title=title,
        authors=[
            _author(one)
            for each in book.iterfind("AuthorList")
            if each.get("Type") != "editors"
            for one in each.iterfind("Author")
        ],
        journal=first_text(book, "Book/BookTitle") if book.find("ArticleTitle") is not None else "",
        year=first_text(book, "Book/PubDate/Year", "ContributionDate/Year"),
        pages=first_text(book, "Pagination/MedlinePgn"),
        pmid=first_text(book, "PMID"),
        doi=_id(element, "doi"),
        abstract=_abstract(book),
        notices=notices_of(title),
        more={"language": first_text(book, "Language")},
    )


def _read(element: Element) -> Citation | str:
    return _article(element) if element.tag == "PubmedArticle" else _book(element)


PUBMED_XML = Format(
    "PubMed XML",
    Match.WORK,
    Kept.BULK,
    begins_with("PubmedArticleSet", *_TAGS),
    partial(entries, tags=_TAGS, read=_read),
)
