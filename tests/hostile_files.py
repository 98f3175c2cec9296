"""Files that do harm or were damaged: nested without end, one line without end, zero bytes, bombs, and random damage.

Made, not collected. `LARGE` is what a file of the full size holds; a sample may be just above what a record may hold.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Mapping

DEEP = 100_000
LARGE = 50_000_000  # bytes
_SENTENCE = b"Needles eased the pain of knees in 40 patients. "
_RIS = b"TY  - JOUR\nTI  - A\nER  -\n"


def _text(size: int) -> bytes:
    return _SENTENCE * (size // len(_SENTENCE) + 1)


def _pubmed(title: bytes, more: bytes = b"") -> bytes:
    return (
        b"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>"
        + title
        + b"</ArticleTitle>"
        + more
        + b"</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )


def _nested(opens: bytes, inner: bytes, closes: bytes) -> bytes:
    return opens * DEEP + inner + closes * DEEP


# Nested without end. What becomes of each: whether a record comes out of it, or part of what the message says.
NESTED: Mapping[str, tuple[bytes, int | str]] = {
    "JSON, open": (b'[{"title":' + b"[" * DEEP, "found JSON that is nested very deeply"),
    "JSON, closed": (
        b'[{"title": "A", "abstract": ' + _nested(b"[", b"", b"]") + b"}]",
        "found JSON that is nested very deeply",
    ),
    "JSON, objects": (_nested(b'{"title":', b"1", b"}"), "found JSON that is nested very deeply"),
    "BEIR": (
        b'{"_id":"a","title":"T","text":"x"}\n{"_id":"b","text":"x","metadata":'
        + _nested(b"[", b"", b"]")
        + b"}\n",
        1,
    ),
    "PubMed XML, open": (b"<PubmedArticleSet>" + b"<a>" * DEEP, 0),
    "PubMed XML, a title": (_pubmed(_nested(b"<b>", b"x", b"</b>")), 1),
    "PubMed XML, records": (
        b"<PubmedArticleSet>"
        + _nested(b"<PubmedArticle>", b"", b"</PubmedArticle>")
        + b"</PubmedArticleSet>",
        0,
    ),
    "EndNote XML": (
        b"<xml><records><record><titles><title>"
        + _nested(b"<style>", b"x", b"</style>")
        + b"</title></titles></record></records></xml>",
        1,
    ),
    "BibTeX": (
        b"@article{a, title={" + _nested(b"{", b"x", b"}") + b"}}\n@article{b, title={B}}\n",
        2,
    ),
    "BibTeX, open": (b"@article{a, title={" + b"{" * DEEP + b"x\n@article{b, title={B}}\n", 1),
    "BibTeX, commands": (b"@article{a, title={" + _nested(b"\\emph{", b"x", b"}") + b"}}\n", 1),
    "BibTeX, author": (b"@article{a, title={T}, author={" + _nested(b"{", b"x", b"}") + b"}}\n", 1),
    "table, a list": (b'title,authors\nA,"' + _nested(b"[", b"", b"]") + b'"\n', 1),
    "table, a sum": (b'title,authors\nA,"[' + b"-" * DEEP + b'1]"\n', 1),
    "page": (
        b"<!doctype html><body>"
        + _nested(
            b"<div>",
            b"<p>2018</p><p>Needles for arms</p><p>J</p><p>It may help.</p><p>Doe J</p>",
            b"</div>",
        ),
        1,
    ),
    "page, unseen": (
        b"<!doctype html><body><p>Needles</p>" + _nested(b"<svg>", b"", b"</template>"),
        1,
    ),
    "page, open tags": (b"<!doctype html><body><p>Needles</p>" + b"<a " * DEEP, 1),
    "page, comments": (b"<!doctype html><body><p>Needles</p>" + b"<!--" * DEEP + b"<br>", 1),
    "page, sections": (b"<!doctype html><body><p>Needles</p>" + b"<![" * DEEP + b"<br>", 1),
    "blank lines": (b"@a{" + b" " * 250_000 + b"x", "found a file of no known kind"),
}

# One line, or one record, without end. What becomes of each: how many other records come out of the file, or part of
# what the message says.
_LONG = "a record of more than 1000000 characters"
ENDLESS: Mapping[str, tuple[Callable[[int], bytes], int | str]] = {
    "RIS": (lambda size: _RIS + b"TY  - JOUR\nTI  - B\nAB  - " + _text(size) + b"\nER  -\n", 1),
    "RIS, many lines": (
        lambda size: _RIS + b"TY  - JOUR\nTI  - B\nAB  - x\n" + b"x\n" * (size // 2),
        1,
    ),
    "RIS, no spaces": (lambda size: _RIS + b"TY  - JOUR\nTI  - " + b"x" * size + b"\nER  -\n", 1),
    "PubMed MEDLINE": (
        lambda size: b"PMID- 1\nTI  - A\nAB  - x\n\nPMID- 2\nTI  - B\nAB  - " + _text(size) + b"\n",
        1,
    ),
    "EndNote tags": (
        lambda size: (
            b"%0 Journal Article\n%T A\n\n%0 Journal Article\n%T B\n%X " + _text(size) + b"\n"
        ),
        1,
    ),
    "PubMed XML": (
        lambda size: _pubmed(
            b"A", b"<Abstract><AbstractText>" + _text(size) + b"</AbstractText></Abstract>"
        ),
        0,
    ),
    "PubMed XML, other elements": (
        lambda size: (
            b"<PubmedArticleSet>"
            + (b"<a>" + b"x" * 33 + b"</a>") * (size // 40)
            + b"</PubmedArticleSet>"
        ),
        0,
    ),
    "PubMed XML, one tag": (
        lambda size: b"<PubmedArticleSet><a b='" + b"x" * size + b"'/></PubmedArticleSet>",
        0,
    ),
    "EndNote XML": (
        lambda size: (
            b"<xml><records><record><titles><title>A</title></titles></record><record><titles><title>B</title></titles>"
            b"<abstract>" + _text(size) + b"</abstract></record></records></xml>"
        ),
        1,
    ),
    "BibTeX": (
        lambda size: (
            b"@article{a, title={A}}\n@article{b, title={B}, abstract={" + _text(size) + b"}}\n"
        ),
        1,
    ),
    "CSL-JSON": (
        lambda size: b'[{"title": "A"}, {"title": "B", "abstract": "' + _text(size) + b'"}]',
        1,
    ),
    "CSL-JSON, numbers": (
        lambda size: b'[{"title": "A"}' + b",1" * (size // 2) + b"]",
        "found 100000 records that cannot be taken over",
    ),
    "BEIR": (
        lambda size: (
            b'{"_id": "a", "title": "A", "text": "'
            + _text(size)
            + b'"}\n{"_id": "b", "title": "B", "text": "x"}\n'
        ),
        1,
    ),
    "table": (lambda size: b"title,abstract\nA,x\nB," + _text(size) + b"\nC,y\n", 2),
    "table, commas": (lambda size: b"title,abstract\nA,x\nB," + b"," * size + b"\n", 1),
    "table, open quotes": (lambda size: b'title,abstract\nA,x\nB,"' + _text(size), 1),
    "page": (
        lambda size: b"Needles\n\n2018\nNeedles for arms\nJ\nIt helps.\n" + _text(size) + b"\n",
        "found a page of more than 1000000 characters",
    ),
    "page in HTML": (
        lambda size: (
            b"<html><p>2018</p><p>Needles for arms</p><p>J</p><p>"
            + _text(size)
            + b"</p><p>Doe J</p></html>"
        ),
        "found a page of more than",
    ),
    "nothing": (_text, "found a file of no known kind"),
    "blank lines": (lambda size: b"\n" * size + _RIS, "found a file of no known kind"),
}


def random_damage(chance: random.Random, data: bytes) -> bytes:
    """The file as a bad disk, a bad line or a bad program leaves it."""
    return chance.choice(_DAMAGES)(chance, data)


def _flipped(chance: random.Random, data: bytes, bits: int = 1) -> bytes:
    flipped = bytearray(data)
    for _ in range(bits):
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _filled(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    zeros = b"\x00" * chance.choice([1, 2, 512])
    return data[:at] + chance.choice([zeros, chance.randbytes(40)]) + data[at:]


def _nest(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice([b"{", b"[", b"<a>", b'"', b"(", b"- "]) * 5000 + data[at:]


def _recoded(chance: random.Random, data: bytes) -> bytes:
    wrong = chance.choice(
        ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp500", "utf-7"]
    )
    return data.decode().encode(wrong, "replace")


def _spliced(chance: random.Random, data: bytes) -> bytes:
    """A part is gone, or stands twice."""
    return data[: chance.randrange(len(data))] + data[chance.randrange(len(data)) :]


def _packed(chance: random.Random, data: bytes) -> bytes:
    packed = _flipped(chance, gzip.compress(data))
    return packed[: len(packed) - chance.choice([0, 0, 1, 9, 30])]


_DAMAGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flipped,
    lambda chance, data: _flipped(chance, data, 50),
    _cut,
    _filled,
    _nest,
    _recoded,
    _spliced,
    _packed,
)
