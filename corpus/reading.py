"""What each sentence of a study speaks to: a person's marks first, cues of the text where there are none.

Cues are proposals for drafts; on reviewed records the marks decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.drafting import facets, facts
from corpus.matching import concepts
from corpus.sentences import sentence_spans
from corpus.study import (
    BY_REVIEW,
    Aspect,
    Design,
    Direction,
    Mark,
    Role,
    Section,
    Study,
    Voice,
)
from corpus.vocabulary import Kind, Vocabulary
from corpus.words import stem, words


@dataclass(frozen=True, slots=True)
class Sentence:
    """One whole sentence of a study, read: `study.section(section)[start:end] == text`."""

    section: str
    voice: Voice
    number: int  # 0, 1, ... over all sections of the study in order
    start: int
    end: int
    text: str
    roles: frozenset[Role]
    aspects: frozenset[Aspect]
    conditions: tuple[str, ...]
    treatments: tuple[str, ...]
    comparators: tuple[str, ...]
    outcomes: tuple[str, ...]
    direction: Direction | None
    contrast: tuple[str, int, int] | None = None
    marked: bool = False  # a person has read it


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NUMBER = (
    r"(?:\d[\d  ,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty)"
)
_PEOPLE = r"(?:participants?|patients?|subjects?|people|persons?|women|men|adults?|children|volunteers?|individuals?)"

ASPECT_CUES: dict[Aspect, re.Pattern[str]] = {
    Aspect.PARTICIPANTS: _cue(
        rf"\b{_NUMBER}\s+(?:\w+\s+){{0,3}}?{_PEOPLE}\b|\bn\s*=\s*\d|sample size"
    ),
    Aspect.TRIALS: _cue(
        rf"\b{_NUMBER}\s+(?:\w+\s+){{0,3}}?(?:RCTs?|(?:controlled |clinical )?trials?|studies|reviews?)\b"
    ),
    Aspect.SAFETY: _cue(
        r"\b(?:adverse|side[ -]effects?|safe(?:ty|ly)?|harms?|harmful|complications?|tolerat\w+|tolerability|toxicity)\b"
    ),
    Aspect.DURATION: _cue(
        r"\b(?:follow-?up|(?:long|short|medium)[ -]term|durab\w+|immediately after|at \d+ (?:days?|weeks?|months?|years?)"
        r"|\d+[- ](?:days?|weeks?|months?|years?))\b"
    ),
    Aspect.POINTS: _cue(
        r"\b(?:acupoints?|acupuncture points?|(?:LI|ST|SP|HT|SI|BL|KI|PC|TE|SJ|GB|LR|GV|CV|LU|UB)[ -]?\d{1,2})\b"
    ),
    Aspect.QUALITY: _cue(
        r"\b(?:methodological|risk of bias|(?:low|moderate|high|poor|variable|limited)[- ](?:quality|certainty|evidence)|"
        r"quality of|heterogene\w+|inconsisten\w+|insufficient|inconclusive|overstated|robust|publication bias|GRADE|"
        r"confidence intervals?|rigorous\w*|limitations?|external validity|sample sizes?|further (?:\w+ ){0,4}(?:trials|studies|research))\b"
    ),
    Aspect.SESSIONS: _cue(
        r"\b(?:sessions?|(?:once|twice|times?) (?:a|per|every) (?:day|week)|weekly|intervention periods?|administered for)\b"
    ),
    Aspect.COST: _cue(r"\b(?:costs?|cost-effective\w*|insurance|health plans?|expens\w+)\b"),
    Aspect.MECHANISM: _cue(
        r"\b(?:mechanisms?|endorphins?|opioid peptides?|neurotransmitters?|gate control|neural pathways?)\b"
    ),
    Aspect.METHODS: _cue(
        r"\b(?:searched|databases?|eligib\w+|inclusion criteria|randomi[sz]ed|blinded|double-blind|protocol|assess\w* the risk)\b"
    ),
    Aspect.EFFECT: _cue(
        r"\b(?:effective\w*|efficacy|improv\w+|reduc\w+|reliev\w+|relief|benefi\w+|superior\w*|better|greater|"
        r"significant\w*|decreas\w+|increas\w+|lower|higher|differ\w*|associat\w+|favou?rabl\w+|prevent\w*|effects?)\b"
    ),
}

_NO_DIFFERENCE = _cue(
    r"\b(?:no (?:\w+ ){0,3}?(?:difference|effect|benefit|improvement|change|association)s?|little or no|not (?:\w+ )?(?:superior|better|differ\w*|"
    r"effective|significant\w*|improve|reduce)|did not (?:\w+ )?(?:differ|improve|reduce|affect|change)|similar)\b"
)
_UNCLEAR = _cue(
    r"\b(?:unable to|cannot be|inconclusive|insufficient|unclear|unknown|uncertain|inconsistent|conflicting|remains to be)\b"
)
_LIMIT = _cue(
    r"\b(?:however|limit(?:ed|ations?)|small (?:sample|number)|low (?:methodological )?quality|poor quality|overstated|"
    r"risk of bias|caution\w*|further (?:\w+ ){0,5}(?:trials?|stud(?:y|ies)|research)|heterogeneity|lacking|preliminary)\b"
)
_BETTER = _cue(
    r"\b(?:superior|better|greater|more effective|significant\w* (?:\w+ ){0,2}(?:improve\w*|reduc\w*|reliev\w*|decreas\w*|lower|higher)|"
    r"improved|reduced|relieved|may (?:improve|relieve|be effective)|effective)\b"
)


def _direction(text: str) -> Direction | None:
    none, unclear, better = (cue.search(text) for cue in (_NO_DIFFERENCE, _UNCLEAR, _BETTER))
    if none and better and none.start() > better.end():
        return Direction.MIXED
    if none:
        return Direction.NO_DIFFERENCE
    if unclear:
        return Direction.UNCLEAR
    return Direction.BETTER if better else None


def _proposed(
    section: Section, number: int, start: int, end: int, vocabulary: Vocabulary
) -> Sentence:
    text = section.text[start:end]
    aspects = frozenset(aspect for aspect, cue in ASPECT_CUES.items() if cue.search(text))
    direction = _direction(text) if Aspect.EFFECT in aspects else None
    roles = set()
    if direction is not None:
        roles.add(Role.FINDING)
    if _LIMIT.search(text) or direction in (
        Direction.NO_DIFFERENCE,
        Direction.UNCLEAR,
        Direction.MIXED,
    ):
        roles.add(Role.CAVEAT)
    named = concepts(vocabulary, text)

    def of(*kinds: Kind) -> tuple[str, ...]:
        return tuple(one for one in named if vocabulary[one].kind in kinds)

    return Sentence(
        section=section.name,
        voice=section.voice,
        number=number,
        start=start,
        end=end,
        text=text,
        roles=frozenset(roles),
        aspects=aspects,
        conditions=of(Kind.CONDITION),
        treatments=of(Kind.TREATMENT),
        comparators=of(Kind.COMPARATOR),
        outcomes=of(Kind.OUTCOME),
        direction=direction,
    )


def _with_mark(sentence: Sentence, mark: Mark, study: Study) -> Sentence:
    def noted(value: tuple[str, ...] | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        return otherwise if value is None else value

    return replace(
        sentence,
        roles=mark.roles or frozenset(),
        aspects=sentence.aspects if mark.aspects is None else mark.aspects,
        conditions=noted(mark.conditions, study.conditions),
        treatments=noted(mark.treatments, study.treatments),
        comparators=mark.comparators or (),
        outcomes=noted(mark.outcomes, sentence.outcomes),
        direction=mark.direction,
        contrast=mark.contrast,
        marked=True,
    )


_COUNTED = (Aspect.PARTICIPANTS, Aspect.TRIALS)
_A_NUMBER = _cue(rf"\b{_NUMBER}\b")


def counts(sentence: Sentence, nouns: frozenset[str]) -> bool:
    """True where the sentence gives a number and names one of the stems that are counted."""
    spoken = {stem(word.folded) for word in words(sentence.text)}
    return bool(spoken & nouns) and _A_NUMBER.search(sentence.text) is not None


def speaks_to(sentence: Sentence, aspect: Aspect) -> bool:
    """True where the sentence speaks to the aspect; asked how many, only a sentence with a number does."""
    return aspect in sentence.aspects and (
        aspect not in _COUNTED or _A_NUMBER.search(sentence.text) is not None
    )


@lru_cache(maxsize=4096)
def _sentences(sections: tuple[Section, ...], vocabulary: Vocabulary) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for section in sections:
        for start, end in sentence_spans(section.text):
            found.append(_proposed(section, len(found), start, end, vocabulary))
    return tuple(found)


def read(study: Study, vocabulary: Vocabulary) -> tuple[Sentence, ...]:
    """The sentences of a study that may be shown, in order: none that a reviewer withheld.

    A sentence that must stand beside one that is withheld is not shown either.
    """
    withheld = study.withheld
    return tuple(
        one
        for one in read_all(study, vocabulary)
        if (one.section, one.start, one.end) not in withheld and one.contrast not in withheld
    )


def read_all(study: Study, vocabulary: Vocabulary) -> tuple[Sentence, ...]:
    """All sentences of a study in order, sections in order, those that are withheld too: for its reviewer.

    Where a person has marked sentences, one without a mark has no role; else the cues decide.
    """
    marks = {(mark.section, mark.start, mark.end): mark for mark in study.marks}
    sentences = []
    for sentence in _sentences(study.sections, vocabulary):
        mark = marks.get((sentence.section, sentence.start, sentence.end))
        if mark is not None:
            sentences.append(_with_mark(sentence, mark, study))
        elif study.marks:
            sentences.append(replace(sentence, roles=frozenset()))
        else:
            sentences.append(sentence)
    return tuple(sentences)


def propose(study: Study, vocabulary: Vocabulary) -> Study:
    """The study with its empty facets and facts filled from its own words, but for those that a person decided."""
    decided = {fact.field for fact in study.facts if fact.mark == BY_REVIEW}
    proposed: dict[str, object] = dict(facets(study, vocabulary))
    proposed |= {one.field: one.value for one in facts(study)}
    if isinstance(proposed.get("design"), str):
        proposed["design"] = Design(str(proposed["design"]))
    filled = {
        field: value
        for field, value in proposed.items()
        if getattr(study, field) in (None, ()) and field not in decided
    }
    return replace(study, **filled)  # type: ignore[arg-type]
