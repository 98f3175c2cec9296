"""A clinic's page as HTML: its text, a line for each block, and then what `clinic_page` reads from text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from corpus.importing import clinic_page
from corpus.importing.entries import Draft, Entry, Format, Kept, Match
from corpus.importing.limits import MOST_HTML
from corpus.importing.source import Source

_PART = "\x1d"  # the group separator, which no page has
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p "
    "pre section table tbody td th thead title tr ul".split()
)
# A paragraph is a line; where one of these begins or ends, a block of lines does.
_GROUPS = frozenset("article aside dl footer header hr li main nav section table tr".split())
_UNSEEN = frozenset("script style template noscript svg head".split())


class _Reader(HTMLParser):
    """Collects the text that a reader sees; a block stands on lines of its own.

    With `parted`, groups of blocks are parted by an empty line.
    """

    def __init__(self, *, parted: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._parted = parted
        self.pieces: list[str] = []
        self._unseen: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in _UNSEEN:
            self._unseen[tag] += 1
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append(_PART if self._parted and tag in _GROUPS else "\n")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen[tag] > 0:
            self._unseen[tag] -= 1
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen.total():
            self.pieces.append(re.sub(r"\s+", " ", data))


def _closed(html: str) -> str:
    """The page without comments, and without what no longer ends.

    Python's parser looks for the end of each such thing through the whole rest of a page, and raises at marked sections.
    """
    end = html.rfind("-->") + 3
    html = re.sub(r"<!--.*?-->", "", html[:end], flags=re.DOTALL) + html[end:]
    html = html.replace("<!--", "<!").replace("<![", "<!")
    last = html.rfind(">") + 1
    return html[:last] + html[last:].split("<", 1)[0]


def text_of_page(html: str, *, parted: bool) -> str:
    """The text of a page, one line for each block; with `parted`, an empty line between groups of blocks."""
    reader = _Reader(parted=parted)
    reader.feed(_closed(html))
    reader.close()
    lines = "".join(reader.pieces).replace(_PART, f"\n{_PART}\n").split("\n")
    kept = [one.strip() for one in lines if one.strip(" \t")]
    text = "\n".join("" if one == _PART else one for one in kept)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def _entries(source: Source) -> Iterator[Entry]:
    """By the way of writing pages that gives more studies: with groups, or with one line after the other."""
    clinic_page.refuse_long(source.text, source.path, MOST_HTML)
    texts = [text_of_page(source.text, parted=one) for one in (True, False)]
    for text in texts:
        clinic_page.refuse_long(text, source.path)
    ways = [list(clinic_page.entries_of(text, source.name)) for text in texts]
    yield from max(ways, key=lambda found: sum(isinstance(one, Draft) for one in found))


def _recognises(head: str) -> bool:
    return re.match(r"\s*<(?:!doctype\s+html|html|head|body|main|article|div|h\d|p)\b", head, re.IGNORECASE) is not None  # fmt: skip


HTML_PAGE = Format("clinic page (HTML)", Match.WORK, Kept.FILE, _recognises, _entries)
