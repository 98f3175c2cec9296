"""One sentence of a note or a summary, read as a claim: which way, how sure, how far. English only.

Reads by cues, so it proposes and a person decides. Which claim bears out which other is in `overclaims`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache

from corpus.checks import cues
from corpus.checks.outcomes import outcomes
from corpus.words import stem, words


class Certainty(IntEnum):
    """How sure a sentence is of a benefit: the rungs that reviews of spin and GRADE's wordings keep apart.

    GRADE's words for its levels (Santesso and others, J Clin Epidemiol 2020): high "reduces", moderate
    "probably reduces", low "may reduce", very low "the evidence is very uncertain".
    """

    NONE = 0  # no difference, or no claim at all
    DOUBTFUL = 1  # cannot be told, very low certainty
    HEDGED = 2  # may, suggests, low certainty
    QUALIFIED = 3  # probably, is associated with, moderate certainty, can
    ASSERTED = 4  # reduces, is effective
    PROVEN = 5  # proves, confirms, always


class Reach(StrEnum):
    """How far a claim goes beyond a plain effect, in words for a report."""

    INTENSE = "a strong effect"
    UNIVERSAL = "an effect for everyone"
    LASTING = "a lasting effect"
    CURE = "a cure"
    REPLACES = "that it be used, or take the place of something else"
    MECHANISM = "how it works"


REACHES = {
    Reach.INTENSE: cues.INTENSE,
    Reach.UNIVERSAL: cues.UNIVERSAL,
    Reach.LASTING: cues.LASTING,
    Reach.CURE: cues.CURE,
    Reach.REPLACES: cues.REPLACES,
    Reach.MECHANISM: cues.MECHANISM,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says of an effect, and of its limits."""

    text: str
    certainty: Certainty  # of the benefit that it claims, NONE where it claims none
    null: bool  # says that something made no difference
    denies: bool  # tells for certain, as a result, that something made no difference
    unclear: bool  # says that something cannot be told
    limited: bool  # states a limit of what was found
    strongly_limited: bool
    tells: bool  # states something plainly, in words that are no cue: of a note, that may be a claim too
    reaches: frozenset[Reach]
    outcomes: frozenset[str]
    courses: frozenset[str]  # acute, chronic
    comparators: frozenset[str]
    compared: bool
    comparative: bool  # better, more effective
    absolute: bool  # "is effective", "works"
    graded: bool  # says "moderate certainty", or "probably"
    safe: bool  # says that it is safe, in whatever measure
    safe_without_limit: bool
    about_safety: bool
    stems: frozenset[str]
    percents: frozenset[str]

    @property
    def claims(self) -> bool:
        """True where the sentence speaks of a benefit."""
        return self.certainty > Certainty.NONE

    @property
    def speaks_of_effect(self) -> bool:
        """True where it says how an effect came out, whichever way."""
        return self.claims or self.null or self.unclear


_CLAUSE = re.compile(
    r"\s*(?:[;:–—]| - |,? (?:but|although|though|however|whereas|even though|while)\b,?)\s*(?=\S)",
    re.IGNORECASE,
)
_LITTLE = frozenset(
    """a an the of in on at to for with by and or as is are was were be been it its this that these those their they we our there
    which who than from into also when had has have did does not no more most such study studies review trial patient
    people group treatment therapy result show showed found effect effective
    """.split()
)
_ENDING = re.compile(r"(?:ations?|ingly|ings?|edly|ed|ive(?:ly|ness)?|ly|ment|ion|ies|es|e|s)$")
_COURSES = {"acute": re.compile(r"\b(?:sub-?)?acute\b", re.IGNORECASE), "chronic": re.compile(r"\bchronic|persistent\b", re.IGNORECASE)}  # fmt: skip
_COMPARATORS = {
    "sham": re.compile(r"\b(?:sham|placebo|inert|non-?acupoints?|superficial needling)", re.IGNORECASE),
    "nothing": re.compile(
        r"\b(?:no[- ](?:treatment|acupuncture|exercise|intervention|therapy)|doing nothing|wait(?:ing)?[- ]?list|observation|untreated|rest\b|nothing)",
        re.IGNORECASE,
    ),
    "usual care": re.compile(
        r"\b(?:usual|standard|routine|conventional|physician|primary)[\w ]* (?:care|therapy|intervention)\b", re.IGNORECASE
    ),
    "medicine": re.compile(
        r"\b(?:nsaids?|drugs?|medic(?:ine|ation)s?|ibuprofen|diclofenac|meloxicam|paracetamol|opioids?|amitriptyline|antidepressants?|antihistamines?|analgesics?|beta[- ]blockers?|\w+(?:profen|oxicam|triptan|statin|zepam|tidine|prazole))\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
# "the effect was gone", "late effects were not measured": the end of an effect, and no claim of one.
_SAFETY_UNKNOWN = cues.cue(
    r"(?:not|no|un|under|never|poorly|cannot|insufficient|inconsistent|incomplete)[\w-]* (?:\w+ ){0,4}?(?:report|document|describ|drawn|conclu|record|evidence|data|assess|measur|known)\w*|under-?reported|no (?:firm )?conclusions?|unclear|unknown|whether|poorly|no evidence on"
)


@lru_cache(maxsize=16_384)
def _root(word: str) -> str:
    plain = stem(word)
    cut = _ENDING.sub("", plain)
    return cut if len(cut) > 3 else plain


def stems(text: str) -> frozenset[str]:
    """What is left of the words that carry the meaning of a text: "relieved", "relieving" are one."""
    folded = (one.folded for one in words(text))
    return frozenset(_root(one) for one in folded if one not in _LITTLE and len(one) > 2)


@dataclass(frozen=True, slots=True)
class _Clause:
    certainty: Certainty
    null: bool
    unclear: bool
    claimed: str  # what is left once questions, denials and analyses are taken away


def _without(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    return text


def _certainty(text: str, claimed: str) -> Certainty:
    if cues.DOUBT.search(text):
        return Certainty.DOUBTFUL
    if cues.HEDGE.search(text) or cues.EVIDENTIAL.search(text):
        return Certainty.HEDGED
    if cues.PROVEN.search(claimed):
        return Certainty.PROVEN
    if cues.HIGH_CERTAINTY.search(text):
        return Certainty.ASSERTED
    return Certainty.QUALIFIED if cues.QUALIFIED.search(text) else Certainty.ASSERTED


def _clause(text: str) -> _Clause:
    plain = _without(text, cues.ANALYSIS)
    unclear = cues.UNCLEAR.search(plain) is not None
    stated = _without(plain, cues.ASKED)
    safety = cues.ABOUT_SAFETY.search(stated) is not None
    null = cues.NULL.search(_without(stated, cues.UNCLEAR)) is not None and not safety
    claimed = _without(stated, cues.UNCLEAR, cues.NULL)
    rest = _without(claimed, cues.SAFE, cues.ABOUT_SAFETY) if safety else claimed
    positive = cues.POSITIVE.search(rest) is not None
    if cues.OVERSTATED.search(plain) or (cues.NEEDED.search(plain) and cues.STUDIES.search(plain)):
        positive, null, unclear = False, False, True
    if unclear and not null and not _stands_apart(stated):
        positive = False
    certainty = _certainty(text, claimed) if positive else Certainty.NONE
    return _Clause(certainty, null, unclear, claimed if positive else "")


def _stands_apart(text: str) -> bool:
    """True where a claim comes before what is unclear: "it reduced pain; later effects are unknown"."""
    unclear = cues.UNCLEAR.search(text)
    positive = cues.POSITIVE.search(text)
    return unclear is not None and positive is not None and positive.end() + 20 < unclear.start()


def _clauses(text: str) -> Iterator[_Clause]:
    yield from (_clause(one) for one in _CLAUSE.split(text) if one.strip())


@lru_cache(maxsize=8192)
def claim(text: str) -> Claim:
    """The sentence read as a claim."""
    clauses = tuple(_clauses(text))
    claimed = " ; ".join(one.claimed for one in clauses)
    tells = _tells(text, clauses)
    plain = _without(text if tells else claimed, cues.NOT_INTENSE)
    reaches = {one for one, pattern in REACHES.items() if pattern.search(plain)}
    safe = _safe(text)
    return Claim(
        text=text,
        certainty=max((one.certainty for one in clauses), default=Certainty.NONE),
        null=any(one.null for one in clauses),
        denies=_denies(text),
        unclear=any(one.unclear for one in clauses),
        limited=cues.LIMIT.search(text) is not None,
        strongly_limited=cues.STRONG_LIMIT.search(text) is not None,
        tells=tells,
        reaches=frozenset(reaches),
        outcomes=outcomes(text),
        courses=frozenset(name for name, one in _COURSES.items() if one.search(text)),
        comparators=frozenset(name for name, one in _COMPARATORS.items() if one.search(text)),
        compared=cues.COMPARED.search(text) is not None,
        comparative=cues.COMPARATIVE.search(claimed) is not None,
        absolute=cues.ABSOLUTE.search(claimed) is not None,
        graded=cues.GRADED.search(text) is not None,
        safe=safe,
        safe_without_limit=safe and cues.SAFETY_LIMIT.search(text) is None,
        about_safety=cues.ABOUT_SAFETY.search(text) is not None,
        stems=stems(text),
        percents=frozenset(cues.PERCENT.findall(text)),
    )


def _tells(text: str, clauses: Iterable[_Clause]) -> bool:
    if any(one.certainty or one.null or one.unclear for one in clauses):
        return False
    others = (cues.HEDGE, cues.EVIDENTIAL, cues.LIMIT, cues.PLAIN, cues.ABOUT_SAFETY, cues.ASKED)
    return not any(one.search(text) for one in others)


def _denies(text: str) -> bool:
    """True for a result that shows no difference; not for one on safety, on the analysis, or told of earlier."""
    if cues.BACKGROUND.search(text):
        return False
    clauses = (one for one in _CLAUSE.split(_without(text, cues.ANALYSIS, cues.ASKED)))
    plain = (one for one in clauses if not cues.ABOUT_SAFETY.search(one))
    return any(cues.DENIES.search(one) for one in plain) or cues.BUT_NOT.search(text) is not None


def _safe(text: str) -> bool:
    stated = _without(text, cues.ASKED)
    return any(
        cues.SAFE.search(one) and not _SAFETY_UNKNOWN.search(one) for one in _CLAUSE.split(stated)
    )
