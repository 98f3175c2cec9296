"""The small language in which the rules are written, and the text as the rules see it.

A phrase is a row of words: `cannot .. pee/wee`.
    a/b       either; `_` joins words within one of them: `lost_control/leaking`
    (my)      may be missing
    ..  ...   a gap of up to three words, of up to six
    a ~ b     both, in either order, up to six words apart
    numb*     any word that begins so
    NUM YEAR  a number, a year
    START END where what is said begins, where it ends
    <name>    any phrase of the list of that name in `rules/words.yaml`
In Chinese each character counts as a word. Short forms, accents, capitals and apostrophes do not matter.
Leaves out what the phrases mean; that is in `rulebook`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain

from corpus.errors import EvidenceDeskError
from qa.plain_text import plain
from qa.row import Row
from qa.rule_files import rule_file

LANGUAGES = ("en", "es", "zh", "de")

# A gap never runs over the end of a sentence, nor over a word that turns the meaning round.
_TURNS = "no|not|never|without|cannot|nicht|nie|kein|keine|keinen|ohne|sin|nunca|没|不|无"
_GAP = rf"(?: (?!(?:{_TURNS}) )[^ .]+)"
_GAPS = {"..": 3, "...": 6}
_NEAR = 6
_CHINESE_GAP_FACTOR = 2
_NUMBER_WORDS = (
    *"two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty hundred".split(),
    *"dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta cincuenta".split(),
    *"zwei drei vier funf sechs sieben acht neun zehn zwolf zwanzig dreissig funfzig".split(),
    *"一二两三四五六七八九十百",
)

_SPECIAL = {
    "NUM": rf" (?:\d+|{'|'.join(_NUMBER_WORDS)})",
    "YEAR": r" (?:19|20)\d\d",
    "START": r"(?:\A|(?<= [.,]))",
    "END": r"(?= [.,] | $)",
}


@dataclass(frozen=True)
class Wordlist:
    """The words of one language that the rules know."""

    language: str
    groups: Mapping[str, tuple[str, ...]]
    spellings: Mapping[tuple[str, ...], tuple[str, ...]]  # rows of words to the row they stand for

    @cached_property
    def _longest(self) -> int:
        return max((len(row) for row in self.spellings), default=1)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(row[0] for row in self.spellings if row)

    def spelt_out(self, tokens: Iterable[str]) -> list[str]:
        """The row of words with short forms written out: `i m`, `im` and `i am` become one."""
        row, at = list(tokens), 0
        if self._beginnings.isdisjoint(row):
            return row
        out: list[str] = []
        while at < len(row):
            for length in range(min(self._longest, len(row) - at), 0, -1):
                found = self.spellings.get(tuple(row[at : at + length]))
                if found is not None:
                    out.extend(found)
                    at += length
                    break
            else:
                out.append(row[at])
                at += 1
        return out


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise EvidenceDeskError(f"rules: found {value!r}; wanted a list of phrases in quotes")
    return tuple(value)


@cache
def wordlist(language: str) -> Wordlist:
    """The words of `rules/words.yaml` for a language."""
    data = rule_file("words.yaml")[language]
    if not isinstance(data, Mapping):
        raise EvidenceDeskError(f"rules/words.yaml: found no block for {language!r}")
    spellings: dict[tuple[str, ...], tuple[str, ...]] = {}
    for meant, written in data.get("spellings", {}).items():
        row = tuple(plain(meant).split())
        for one in _texts(written):
            spellings[tuple(plain(one).split())] = row
    return Wordlist(
        language=language,
        groups={name: _texts(one) for name, one in data.get("groups", {}).items()},
        spellings=spellings,
    )


@dataclass(frozen=True)
class _Writer:
    """Turns phrases of one language into regular expressions over rows of words."""

    words: Wordlist
    lists: dict[str, str] = field(default_factory=dict)  # written once each
    list_openings: dict[str, frozenset[str]] = field(default_factory=dict)

    def phrase(self, phrase: str, *, depth: int = 0) -> str:
        if depth > 4:
            raise EvidenceDeskError(f"rules: the list in {phrase!r} contains itself")
        if any(map(self._may_be_missing, phrase.split(" ~ "))):
            raise EvidenceDeskError(
                f"rules: found no word in {phrase!r} that must be there; wanted one, for it would stand everywhere"
            )
        sides = [self._row(side, phrase, depth) for side in phrase.split(" ~ ")]
        if len(sides) == 1:
            return sides[0]
        if len(sides) > 2:
            raise EvidenceDeskError(f"rules: found more than one ~ in {phrase!r}; wanted one")
        first, second, gap = *sides, self._gap(_NEAR)
        return f"(?:{first}{gap}{second}|{second}{gap}{first})"

    def _row(self, side: str, phrase: str, depth: int) -> str:
        return "".join(self._block(block, phrase, depth) for block in side.split())

    def _may_be_missing(self, side: str) -> bool:
        """True where nothing in it has to be a word: only gaps, beginnings, ends and words that may be missing."""
        blocks = side.split()
        return all(
            block in _GAPS
            or _choice(block)[1]
            or not {"START", "END"}.isdisjoint(_choice(block)[0])
            for block in blocks
        )

    def _gap(self, most: int) -> str:
        factor = _CHINESE_GAP_FACTOR if self.words.language == "zh" else 1
        return f"{_GAP}{{0,{most * factor}}}?"

    def _block(self, block: str, phrase: str, depth: int) -> str:
        if block in _GAPS:
            return self._gap(_GAPS[block])
        choice, optional = _choice(block)
        ways = [self._way(way, phrase, depth) for way in choice]
        return f"(?:{'|'.join(ways)}){'?' if optional else ''}"

    def _way(self, way: str, phrase: str, depth: int) -> str:
        if way in _SPECIAL:
            return _SPECIAL[way]
        if way.startswith("<") and way.endswith(">"):
            return self._list(way, phrase, depth)
        tokens = self._tokens(way)
        if not tokens:
            raise EvidenceDeskError(f"rules: found an empty word in {phrase!r}")
        tail = r"[^ ]*" if way.endswith("*") else ""
        return "".join(f" {re.escape(token)}" for token in tokens) + tail

    def _tokens(self, way: str) -> list[str]:
        return self.words.spelt_out(plain(way.removesuffix("*").replace("_", " ")).split())

    def _list(self, name: str, phrase: str, depth: int) -> str:
        members = self.words.groups.get(name[1:-1])
        if members is None:
            raise EvidenceDeskError(
                f"rules: {phrase!r} names the list {name}, which rules/words.yaml does not have"
                f" for {self.words.language!r}"
            )
        if name not in self.lists:
            ways = [self.phrase(one, depth=depth + 1) for one in members]
            self.lists[name] = f"(?:{'|'.join(ways)})"
        return self.lists[name]

    def openings(self, phrase: str) -> Iterator[str]:
        """The words with which the phrase may begin; `numb*` stands for every word that begins so."""
        for side in phrase.split(" ~ "):
            for block in side.split():
                choice, optional = _choice(block)
                for way in choice:
                    yield from self._opening(way)
                if not optional and choice != ["START"]:
                    break

    def _opening(self, way: str) -> Iterable[str]:
        if way in {"NUM", "YEAR"}:
            return (*_NUMBER_WORDS, *(f"{digit}*" for digit in range(10)))
        if way in _SPECIAL:
            return ()
        if way.startswith("<"):
            return self._list_openings(way[1:-1])
        first, *rest = self._tokens(way)
        return (first if rest or not way.endswith("*") else f"{first}*",)

    def _list_openings(self, name: str) -> frozenset[str]:
        if name not in self.list_openings:
            found = chain.from_iterable(map(self.openings, self.words.groups[name]))
            self.list_openings[name] = frozenset(found)
        return self.list_openings[name]


def _choice(block: str) -> tuple[list[str], bool]:
    """The ways of a block, and whether it may be missing."""
    optional = block.startswith("(") and block.endswith(")")
    return (block[1:-1] if optional else block).split("/"), optional


@cache
def _writer(language: str) -> _Writer:
    return _Writer(wordlist(language))


_PARTS = re.compile(r"<[^>]*>|NUM|YEAR|START|END|[/()]|\.{2,3}")


def literal_words(phrases: Iterable[str], words: Wordlist) -> frozenset[str]:
    """The words that stand in the phrases, their lists included."""
    found: set[str] = set()
    lists: set[str] = set()
    ahead = list(phrases)
    while ahead:
        phrase = ahead.pop()
        new = set(re.findall(r"<([^>]*)>", phrase)) - lists
        lists |= new
        ahead.extend(one for name in new for one in words.groups.get(name, ()))
        found.update(words.spelt_out(plain(_PARTS.sub(" ", phrase).replace("*", " ")).split()))
    return frozenset(found)


@dataclass(frozen=True)
class Phrases:
    """Phrases of one language, ready to be looked for; they are compiled when they are first needed."""

    texts: tuple[str, ...] = ()
    language: str = "en"

    @classmethod
    def of(cls, phrases: Iterable[str], language: str) -> Phrases:
        """The phrases, each looked at; EvidenceDeskError where one is not written in our small language.

        Made without this, they are looked at when a text may have one of them: of the thousands that ship, a
        question meets a few.
        """
        found = cls(tuple(phrases), language)
        _ = found.ways, found.openings
        return found

    @cached_property
    def ways(self) -> tuple[str, ...]:
        """The phrases as regular expressions."""
        return tuple(map(_writer(self.language).phrase, self.texts))

    @cached_property
    def openings(self) -> frozenset[str]:
        """What one of them may begin with: `numb`, or `numb*`."""
        return frozenset(chain.from_iterable(map(_writer(self.language).openings, self.texts)))

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile(f"(?:{'|'.join(self.ways)})(?= )")

    @cached_property
    def _each(self) -> list[re.Pattern[str]]:
        return [re.compile(f"{way}(?= )") for way in self.ways]

    def spans(self, row: Row) -> list[tuple[int, int]]:
        """Where they stand in the row: (first word, word after the last), in order; they may overlap."""
        return list(self._spans(row))

    def _spans(self, row: Row) -> Iterator[tuple[int, int]]:
        # Looking only where a phrase may begin is several times faster than a search through the text.
        for start, (keys, at) in enumerate(row.places):
            if not self.openings.isdisjoint(keys) and (hit := self._any.match(row.text, at)):
                yield start, start + hit[0].count(" ")

    def whole(self, row: Row) -> bool:
        """True where the row is made of them and nothing else."""
        said = [one for one in row.words if one not in {".", ","}]
        text, at = Row(tuple(said)).text, 0
        while said and at < len(text) - 1:
            ends = [hit.end() for way in self._each if (hit := way.match(text, at))]
            if not ends:
                return False
            at = max(ends)
        return bool(said)

    def __contains__(self, row: object) -> bool:
        return isinstance(row, Row) and any(True for _ in self._spans(row))
