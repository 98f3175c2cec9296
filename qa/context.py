"""What a sentence does with a thing that it names: says that it is so, denies it, places it in the past, or asks about it.

"No chest pain", "I had chest pain years ago" and "acupuncture for chest pain" name what nobody has now.
Works on rows of words around a match; which words do what is in `rules/context.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from corpus.errors import EvidenceDeskError
from qa.phrases import Phrases
from qa.row import Row
from qa.rule_files import rule_file

_FAR = 8  # a denial reaches no further than this many words
_LIST_AHEAD = 6  # how far on the `or` of a denied list may stand
_FRAME_FAR = 6  # a topic stands at most so many words behind the words that make it one
_BEHIND_FAR = 2
_ANDS = frozenset({"and", "y", "und"})


class Standing(IntEnum):
    """How a named thing stands in its sentence; the greater, the more it counts."""

    DENIED = 0
    PAST = 1
    TOPIC = 2
    SAID = 3


class Hold(IntEnum):
    """How firmly a thing counts as somebody's against "acupuncture for ..." before it."""

    LOOSE = 0  # a topic there, unless somebody is named in between: "acupuncture for my ..."
    HALF_FIRM = 1  # a topic only where nobody is named in the whole sentence
    FIRM = 2  # a topic of research only
    ALWAYS = 3  # never a topic


class Age(IntEnum):
    """When a thing is no emergency any more."""

    ENDS = 0  # once it is over
    EVENT = 1  # after weeks: a fall
    SETTLES = 2  # where it has been so for years: legs that tingle


@dataclass(frozen=True)
class Context:
    """The words of one language that take back or keep up what is named near them."""

    cues: Phrases
    idioms: frozenset[str]
    fillers: frozenset[str]
    either: frozenset[str]
    and_too: frozenset[str]  # cues whose reach runs on over an "and"
    stoppers: frozenset[str]
    after: frozenset[str]
    past: Phrases
    older: Phrases
    now: Phrases
    over: Phrases
    mended: Phrases
    lasting: Phrases
    fresh: Phrases
    parts: Phrases
    people: Phrases
    here: Phrases
    had: frozenset[str]
    frames: Phrases
    scholarly: Phrases
    research: Phrases
    behind: Phrases
    behind_treatment: Phrases
    retract: Phrases

    def retracts(self, row: Row) -> bool:
        """True where the text takes back what was told before it, whatever that was."""
        return row in self.retract

    def standing(
        self, row: Row, span: tuple[int, int], *, hold: Hold = Hold.LOOSE, age: Age = Age.ENDS
    ) -> Standing:
        """How the words of `span` stand."""
        if self.denied(row, span):
            return Standing.DENIED
        if self.past_at(row, span, age):
            return Standing.PAST
        return Standing.TOPIC if self.topic(row, span, hold) else Standing.SAID

    def denied(self, row: Row, span: tuple[int, int]) -> bool:
        """True for "no SIGN", "not ... a SIGN", "no fever or SIGN", "SIGN: none"."""
        words, (start, end) = row.words, span
        begin, _ = row.bounds(span)
        for first, after in reversed(self.cues.spans(row)):
            # A cue may run into the sign: "not going to".
            if begin <= first < start and start - after <= _FAR:
                cue = " ".join(words[first:after])
                return self._reaches(cue, words[after:start], words[start:])
        rest = [one for one in words[end : end + 3] if one != ","]
        return bool(rest) and rest[0] in self.after and (len(rest) == 1 or rest[1] == ".")

    def _reaches(self, cue: str, between: tuple[str, ...], ahead: tuple[str, ...]) -> bool:
        if between and between[0] in self.idioms:
            return False
        joins = _ANDS if cue in self.and_too else frozenset()
        stoppers = self.stoppers - joins
        if any(one in stoppers for one in between) or self._someone(_after_first(between, joins)):
            return False
        after_or = _after_last(between, self.either | joins)
        if all(one in self.fillers for one in after_or):
            return True
        listed = any(one in self.either for one in ahead[:_LIST_AHEAD])
        after_comma = _after_last(between, frozenset({","}))
        return listed and "," in between and all(one in self.fillers for one in after_comma)

    def past_at(self, row: Row, span: tuple[int, int], age: Age) -> bool:
        """True where the same part of the sentence places it long ago, and nothing brings it back."""
        fresh = row.sentence(span) in self.fresh
        behind = Row(row.words[span[1] : row.bounds(span)[1]])
        if not fresh and (behind in self.over or (age is Age.EVENT and behind in self.mended)):
            return True
        part = self._part(row, span, self.past)
        if age is Age.EVENT:  # "pain since a crash in 2015": the pain is now, the crash is not
            return part in self.past or part in self.older
        if part in self.past and part not in self.now:
            return True
        part = self._part(row, span, self.lasting)
        return age is Age.SETTLES and part in self.lasting and not fresh

    def _part(self, row: Row, span: tuple[int, int], dates: Phrases) -> Row:
        """The part of the sentence around `span`; a short part that only dates it belongs to it."""
        words, (start, end) = row.words, span
        sentence = row.bounds(span)
        cuts = [one for one in self.parts.spans(row) if sentence[0] <= one[0] < sentence[1]]
        before = [after for first, after in cuts if after <= start]
        behind = [first for first, after in cuts if first >= end]
        left, right = max(before, default=sentence[0]), min(behind, default=sentence[1])
        if left > sentence[0]:
            earlier = max((one for one in before if one < left), default=sentence[0])
            lead = Row(words[earlier : left - 1])
            if len(lead.words) <= 4 and lead in dates:
                left = earlier
        if right < sentence[1]:
            later = min((one for one in behind if one > right), default=sentence[1])
            tail = Row(words[right + 1 : later])
            if len(tail.words) <= 4 and tail in dates:
                right = later
        return Row(words[left:right])

    def topic(self, row: Row, span: tuple[int, int], hold: Hold) -> bool:
        """True for "acupuncture for SIGN", "SIGN studies", "what is SIGN" without anyone who has it."""
        if hold is Hold.ALWAYS or self._someone(row.words[span[0] : span[1]]):
            return False
        sentence = row.sentence(span)
        if sentence in self.here:
            return False
        anybody = sentence in self.people
        if not anybody and sentence in self.scholarly:
            return True
        if hold is Hold.HALF_FIRM and anybody:
            hold = Hold.FIRM
        return self._framed(row, span, hold) or (not anybody and self._followed(row, span, hold))

    def _framed(self, row: Row, span: tuple[int, int], hold: Hold) -> bool:
        """True where words before it make it a topic."""
        words, start = row.words, span[0]
        begin, _ = row.bounds(span)
        frames = self.research.spans(row)
        if hold is not Hold.FIRM:
            frames = [*frames, *self.frames.spans(row)]
        for first, after in frames:
            had = first > begin and words[first - 1] in self.had
            if begin <= first and after <= start <= after + _FRAME_FAR and not had:
                between = words[after:start]
                if not self._someone(between) and self._runs_on(between, hold):
                    return True
        return False

    def _followed(self, row: Row, span: tuple[int, int], hold: Hold) -> bool:
        """True where words right behind it make it a topic."""
        tail = row.words[span[1] : span[1] + 1 + _BEHIND_FAR]
        if any(one in self.had for one in tail):
            return False
        behind = _begins(self.behind, Row(tail))
        return behind or (hold is not Hold.FIRM and _begins(self.behind_treatment, Row(tail)))

    def _someone(self, words: tuple[str, ...]) -> bool:
        return Row(words) in self.people

    def _runs_on(self, between: tuple[str, ...], hold: Hold) -> bool:
        """True where nothing new begins between a frame and what it is about."""
        if any(one in self.stoppers - _ANDS for one in between):
            return False
        return "," not in between or hold is Hold.LOOSE


def _begins(phrases: Phrases, row: Row) -> bool:
    return any(first <= 1 for first, _ in phrases.spans(row))


def _after_first(words: tuple[str, ...], marks: frozenset[str]) -> tuple[str, ...]:
    return next((words[at + 1 :] for at, one in enumerate(words) if one in marks), ())


def _after_last(words: tuple[str, ...], marks: frozenset[str]) -> tuple[str, ...]:
    places = [place for place, one in enumerate(words) if one in marks]
    return words[places[-1] + 1 :] if places else words


@cache
def context(language: str) -> Context:
    """The context words of a language, from `rules/context.yaml`."""
    data = rule_file("context.yaml")[language]
    if not isinstance(data, Mapping) or not isinstance(data.get("deny"), Mapping):
        raise EvidenceDeskError(f"rules/context.yaml: found no `deny` block for {language!r}")
    deny = data["deny"]

    def phrases(name: str, source: Mapping[str, list[str]] = data) -> Phrases:
        return Phrases.of(source[name], language)

    def single(name: str) -> frozenset[str]:
        return frozenset(str(one) for one in deny[name])

    return Context(
        cues=phrases("cues", deny),
        idioms=single("idioms"),
        fillers=single("fillers"),
        either=single("or"),
        and_too=single("and"),
        stoppers=single("stoppers"),
        after=single("after"),
        past=phrases("past"),
        older=phrases("older"),
        now=phrases("now"),
        over=phrases("over"),
        mended=phrases("mended"),
        lasting=phrases("lasting"),
        fresh=phrases("fresh"),
        parts=phrases("parts"),
        people=phrases("people"),
        here=phrases("here"),
        had=frozenset(data["had"]),
        frames=phrases("frames"),
        scholarly=phrases("scholarly"),
        research=phrases("research"),
        behind=phrases("behind"),
        behind_treatment=phrases("behind-treatment"),
        retract=phrases("retract"),
    )
