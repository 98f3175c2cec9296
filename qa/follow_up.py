"""How to search for a question that leans on earlier ones: as readings of it, each with a weight.

For plain search, where nothing is known of the collection's topic; `ask` carries concepts instead, in
`understanding`. Leaves out who "he" and "the latter" are: words are carried, references are not resolved.

The figures below were fitted by two logistic regressions on half of the conversations of TREC CAsT 2019-2020 (Dalton
et al. 2020) and rounded: which questions a person had to write out, and which earlier words were used for it. On the
other half, what is found in a public collection goes 31 to 34 % of the way from what the follow-up as said finds to what
it finds written out (nDCG@10; 36 to 59 % of medical ones); all questions joined in one string go none of it, and find
for questions that stand alone a third of what these find by themselves, against 98 %. `evidence-desk measure` shows it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.words import Word, commonness, stem, words
from qa.cues import WORDS

# What points back, and how a question opens that goes on from the one before.
_POINTS = frozenset(
    "he her hers him his it its one ones she that their theirs them there these they this those".split()
)
_GOES_ON = frozenset("and but no oh ok okay or so then".split())
_GOES_ON_PAIRS = frozenset({("how", "about"), ("what", "about")})
# What is asked about a topic, and never the topic itself.
_ASPECTS = frozenset(
    stem(one)
    for one in """
    advantage adaptation affect alternative answer approach argument aspect available background basic began begin
    beginning became become benefit best better bad big biggest came case cause challenge change characteristic chosen
    come common compare compared comparison complication concern cons contribution controversy cost created creation
    criticism cure danger day definition describe detail develop developed development diagnose diagnosed diagnosis
    differ difference different disadvantage discover discovered doctor drawback early effect effective establishment
    example explain fact factor famous feature find found first function future general generally get give go going good
    got happen happened happening harmful help history idea impact implication importance important improve increase
    influence influenced information interesting introduction invent invented invention issue kind know known last late
    latest lead learn like long look made main major make mean meaning measure method modern name need new newest number
    old opinion option origin original originally outlook overall part people person place popular possible prevent
    prevented price principle pro problem process produce prognosis pros purpose reason reduce related relate relation
    relationship requirement result risk role rule safe say see serious short show side sign significance similar
    similarity solution sort source spread start started style symptom take tell term thing time today traditional treat
    treated treatment try type typical typically use used useful using value variant version versus vs want way work
    worked worst worth year
    """.split()
)
# A question leans where these add up to more than nothing. On the other conversations the sum tells the questions
# that a person had to write out from those that stand alone with an area under the curve of 0.91.
_LEANS = 1.5
_POINTING = 2.1
_GOING_ON = 1.1
_DEFINITE = 0.8  # "the symptoms"
_COMMON = 0.45  # for each step of the natural logarithm by which its rarest word is more common than e to the 10th
_SAID_BEFORE = -2.2  # for each topical word that an earlier question has
_SAID_NEW = -0.25  # for each other one
_COMMON_AT = 10.0
_NO_TOPIC = 12.0  # stands for the rarest word where there is none
# The odds that a word is carried: on the other conversations, words that a person carried come before others with an
# average precision of 0.75 a question.
_IN_FIRST = 1.4
_IN_OPENER = 1.6  # the latest earlier question that stands alone
_IN_LAST = 0.7
_NAME = 1.25
_BESIDE_NAME = -1.65  # in a question that names something elsewhere
_ASPECT = -1.95
_AT_END = 0.6
_IN_PHRASE = 0.5
_AGE = -0.5  # for each step of the logarithm of 1 + questions since
# One reading for each of these: with all words whose odds reach that share of the best word's. Some three steps do
# better than any one, since a search for a mean of readings is right where most of them are.
_SHARES = (0.9, 0.5, 0.25)
# The weight of the question as it was said: less finds more of what the written-out question finds elsewhere, more
# tells the questions of one conversation better apart, and spares those that were taken to lean and did not.
_BARE = 0.25


@dataclass(frozen=True, slots=True)
class Reading:
    """A text to search for, and its weight among the readings of one question; the weights add up to 1."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Said:
    """A word of a question that is not grammar."""

    stem: str
    text: str
    commonness: int
    is_name: bool  # with a capital inside the sentence, or with a figure
    beside_name: bool  # in a phrase without a name, while another phrase has one
    in_phrase: bool  # stands beside another such word
    at_end: bool  # one of the last two

    @property
    def is_aspect(self) -> bool:
        return self.stem in _ASPECTS


def readings(question: str, history: Sequence[str]) -> tuple[Reading, ...]:
    """What to search for where `question` was said after the earlier questions `history` (oldest first).

    One that stands alone is its own only reading, so that a change of topic drops what was said before.

    >>> [one.text for one in readings("How is it treated?", ["What causes plantar fasciitis?"])]
    ['How is it treated?', 'plantar fasciitis How is it treated?']
    >>> [one.text for one in readings("What causes gout?", ["What is plantar fasciitis?"])]
    ['What causes gout?']
    """
    odds = _odds(question, history) if _leans(question, history) else {}
    if not odds:
        return (Reading(question, 1.0),)
    best = max(odds.values())
    weights = {question: _BARE}
    for share in _SHARES:
        carried = [word for word, one in odds.items() if one >= share * best]
        text = " ".join([*carried, question])
        weights[text] = weights.get(text, 0.0) + (1 - _BARE) / len(_SHARES)
    return tuple(Reading(text, weight) for text, weight in weights.items())


def _leans(question: str, history: Sequence[str]) -> bool:
    """Whether the question needs earlier ones to be understood."""
    if not history:
        return False
    folded = [one.folded for one in words(question)]
    topic = [one for one in _said(question) if not one.is_aspect]
    before = {one.stem for text in history for one in _said(text) if not one.is_aspect}
    repeated = sum(one.stem in before for one in topic)
    rarest = min((math.log(one.commonness + 50) for one in topic), default=_NO_TOPIC)
    goes_on = folded[:1] and (folded[0] in _GOES_ON or tuple(folded[:2]) in _GOES_ON_PAIRS)
    score = (
        _LEANS
        + _POINTING * (not _POINTS.isdisjoint(folded))
        + _GOING_ON * bool(goes_on)
        + _DEFINITE * ("the" in folded)
        + _COMMON * (rarest - _COMMON_AT)
        + _SAID_BEFORE * repeated
        + _SAID_NEW * (len(topic) - repeated)
    )
    return round(score, 6) > 0


def _odds(question: str, history: Sequence[str]) -> dict[str, float]:
    """Words of earlier questions that the question does not say itself, as they were first said, with their odds."""
    own = {one.stem for one in _said(question)}
    opener = max(at for at in range(len(history)) if not _leans(history[at], history[:at]))
    scores: dict[str, float] = {}
    texts: dict[str, str] = {}
    mentions: dict[str, list[tuple[int, _Said]]] = {}
    for at, text in enumerate(history):
        for one in _said(text):
            if one.stem not in own:
                mentions.setdefault(one.stem, []).append((at, one))
                texts.setdefault(one.stem, one.text)
    for word, found in mentions.items():
        places = {at for at, _ in found}
        scores[word] = (
            _IN_FIRST * (0 in places)
            + _IN_OPENER * (opener in places)
            + _IN_LAST * (len(history) - 1 in places)
            + _NAME * any(one.is_name for _, one in found)
            + _BESIDE_NAME * all(one.beside_name for _, one in found)
            + _ASPECT * found[0][1].is_aspect
            + _AT_END * any(one.at_end for _, one in found)
            + _IN_PHRASE * any(one.in_phrase for _, one in found)
            + _AGE * math.log(len(history) - max(places))
        )
    return {texts[word]: round(math.exp(score), 6) for word, score in scores.items()}


@lru_cache(maxsize=4096)
def _said(text: str) -> tuple[_Said, ...]:
    """The words of a question that are not grammar, in order."""
    phrases = _phrases(text)
    named = [any(_is_name(text, word) for word in phrase) for phrase in phrases]
    last = [word for phrase in phrases for word in phrase][-2:]
    return tuple(
        _Said(
            stem=stem(word.folded),
            text=text[word.start : word.end],
            commonness=commonness(word.folded),
            is_name=_is_name(text, word),
            beside_name=any(named) and not has_name,
            in_phrase=len(phrase) > 1,
            at_end=word in last,
        )
        for phrase, has_name in zip(phrases, named, strict=True)
        for word in phrase
    )


def _is_name(text: str, word: Word) -> bool:
    spelled = text[word.start : word.end]
    return (word.start > 0 and spelled[0].isupper()) or any(map(str.isdigit, spelled))


def _phrases(text: str) -> list[list[Word]]:
    """Runs of words that neither grammar nor a mark parts."""
    phrases: list[list[Word]] = []
    end: int | None = None
    for word in words(text):
        if word.folded in WORDS.function:
            end = None
            continue
        if end is None or any(mark in ".,;:?!()" for mark in text[end : word.start]):
            phrases.append([])
        phrases[-1].append(word)
        end = word.end
    return phrases
