"""Notes that say more than their study's own summary, or than a note may say on its own, told from the words alone.

A reading by cues, for a person to look at: it finds what to question and judges nothing. Where a person has marked a
sentence as saying too much, that mark counts and not this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.sentences import sentence_spans
from corpus.study import Study, Voice
from corpus.words import stem, words


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_POSITIVE = _cue(
    r"efficac\w+|effective\w*|benefi(?:t|ts|cial|ted)|better|superior|excellent|improv\w+|reliev\w+|reduc\w+|promot\w+|promising|"
    r"success\w*|works?|lower(?:s|ed)?|supports? the use|helps?|helped|eas(?:es|ed)|recover\w*|advantages?|safe|safety|heals?|cur(?:e|es|ed)|outperform\w*"
)
_NEGATIVE = _cue(
    r"no (?:significant |clear |clinically relevant |important )?(?:difference\w*|effect\w*|benefit\w*|evidence|advantage\w*|improvement\w*)|"
    r"not (?:\w+ )?(?:superior|better|effective|differ\w*|improve\w*|more effective|reduc\w+)|little or no|no better|no more|"
    r"in?effective|fail(?:s|ed)? to|unable to|cannot|could not|without (?:effect|benefit)|did not|does not|do not|was not|were not"
)
_HEDGED = _cue(
    r"may|might|could|can|possibl[ey]|probabl[ey]|perhaps|seem(?:s|ed)?|appear(?:s|ed)?|tend(?:s|ed)?|suggest(?:s|ed|ing)?|"
    r"associat(?:ed|ion)|likely|potential\w*|preliminary|limited|uncertain|unclear|low[- ]quality|weak"
)
# Hedges of the claim itself; "suggests that it is effective" has lost the one of "suggests that it may be".
_MODAL = _cue(
    r"may|might|could|possibl[ey]|probabl[ey]|perhaps|potential\w*|associat(?:ed|ion)|likely|appear(?:s|ed)?|seem(?:s|ed)?|tend(?:s|ed)?"
)
_MAYBE = _cue(r"may|might|could|possibl[ey]|probabl[ey]|perhaps")
_LIMITED = _cue(
    r"(?:low|poor|variable|weak|limited|insufficient|moderate[- ]to[- ]low|very low)[- ](?:\w+[- ])?(?:quality|certainty|evidence|strength)|"
    r"inconsisten\w+|heterogene\w+|limitations?|small sample|high risk of bias|overstated|uncertain\w*|inconclusive|unclear|unknown|"
    r"strong conclusions?|firm conclusions?|further (?:\w+ )?(?:studies|trials|research)|unblinded|lacking"
)
# What was found against it, or how little it is to be trusted, in the summary.
_AGAINST = _cue(
    r"no (?:significant |clear |clinically relevant |important )?(?:difference\w*|effect\w*|benefit\w*|improvement\w*)|"
    r"not differ|not (?:\w+ )?(?:superior|better|in (?:\w+ ){0,2}\w+)|but not|no better|little or no|inconsisten\w+|"
    r"(?:low|poor|very[- ]low)[- ](?:\w+[- ])?(?:quality|certainty)|overstated|cannot be drawn|could not be confirmed|mixed"
)
# Words that make a claim larger; each must stand in the summary, too.
_LARGER = {
    "high efficacy": _cue(r"high(?:ly)? (?:efficac\w+|effective\w*|beneficial|successful)"),
    "certainty": _cue(r"prov(?:e|es|ed|en)|confirm(?:s|ed)?|guarantee\w*|undoubtedly|clearly|definitely|certainly|always|conclusively"),
    "strength": _cue(r"significant(?:ly)?|strong(?:ly)?|dramatic(?:ally)?|remarkabl[ey]|excellent|substantial(?:ly)?|marked(?:ly)?|powerful|superior"),
    "duration": _cue(r"long[- ]?(?:term|lasting)|permanent(?:ly)?|lasting|for good"),
    "safety": _cue(r"safe|safety|safely|no (?:side|adverse) effects?|without (?:side|adverse) effects?|no risks?|harmless"),
    "cure": _cue(r"cur(?:e|es|ed|ing)|heal(?:s|ed)?|full recovery|overall recovery|complete(?:ly)? (?:recovery|relief|resolved)|eliminat\w+"),
    "recommendation": _cue(r"support(?:s|ed)? the use|recommend(?:s|ed)?|should (?:be used|have|receive|choose)|first[- ]line|alternative (?:for|to)|replace(?:s|d)?|best (?:treatment|option|choice)"),
    "everyone": _cue(r"all (?:patients|people|types|kinds)|every(?:one| patient)|any (?:patient|kind|type)|whatever"),
}  # fmt: skip
_SOFTENED = frozenset(
    ("certainty", "strength", "safety", "duration")
)  # "may be safe" claims little
_EMPTY = frozenset(
    stem(one)
    for one in "a an the of in on for to and or by with from that this these those is are was were be been has have had it its as at "
    "study studies review reviews trial trials systematic paper article research meta analysis show shows showed shown result results "
    "highlight highlighted showcase suggest suggests suggested find found use used patient patients treatment treatments people than "
    "compared comparison when while who which there their more also other participants group evidence".split()
)
_SAME = 0.9  # share of a note's words in one sentence of the summary above which it repeats it
_NEAR = 0.34  # ... above which the two speak of the same
_NEW = 0.6  # share of a note's words that the summary does not have at all above which it speaks of other things


@dataclass(frozen=True, slots=True)
class Overclaim:
    """A sentence of a note, the sentence to read beside it (may be empty), and why."""

    quote: str
    against: str
    why: str


def _sentences(study: Study, voice: Voice) -> list[str]:
    return [
        section.text[start:end]
        for section in study.sections
        if section.voice is voice
        for start, end in sentence_spans(section.text)
    ]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word.folded) for word in words(text)) - _EMPTY


def _shared(note: frozenset[str], other: frozenset[str]) -> float:
    return len(note & other) / len(note) if note else 0.0


def _claims(sentence: str) -> bool:
    return _POSITIVE.search(sentence) is not None and _NEGATIVE.search(sentence) is None


def overclaims(study: Study) -> list[Overclaim]:
    """What the notes of a study say beyond its summary, or alone; empty where they keep to it."""
    notes = _sentences(study, Voice.NOTE)
    summary = _sentences(study, Voice.SUMMARY)
    if not notes:
        return []
    if not summary:
        return [
            Overclaim(one, "", "note only: no summary bears it out")
            for one in notes
            if _claims(one) and not _HEDGED.search(one)
        ]
    found = [one for sentence in notes if (one := _beyond(sentence, summary, study.title))]
    return found or _selective(notes, summary)


def _beyond(sentence: str, summary: Sequence[str], title: str) -> Overclaim | None:
    """Where a sentence of a note claims more than any of the summary's, the nearest of these beside it."""
    said = _stems(sentence)
    shares = [(_shared(said, _stems(one)), one) for one in summary]
    share, nearest = max(shares, key=lambda one: one[0])
    hedged = _MODAL.search(sentence) is not None
    if not _claims(sentence):
        return None
    if _MODAL.search(nearest) and not hedged and share >= _NEAR:
        why = "the summary says so with a hedge that the note leaves out"
        return Overclaim(sentence, nearest, why)
    if share >= _SAME:
        return None
    whole = " ".join(summary)
    against = _limit(summary) or nearest
    for name, cue in _LARGER.items():
        if cue.search(sentence) and not cue.search(whole) and not (hedged and name in _SOFTENED):
            return Overclaim(sentence, against, f"{name} that the summary does not speak of")
    known = _stems(f"{title} {whole}")
    if not _HEDGED.search(sentence) and said and _shared(said, known) <= 1 - _NEW:
        return Overclaim(sentence, against, "the summary speaks of none of this")
    return None


def _limit(summary: Sequence[str]) -> str:
    return next((one for one in summary if _AGAINST.search(one) or _LIMITED.search(one)), "")


def _selective(notes: Sequence[str], summary: Sequence[str]) -> list[Overclaim]:
    """The first claim of a note that leaves out all that stands against it in the summary."""
    against = next((one for one in summary if _AGAINST.search(one)), None)
    whole = " ".join(notes)
    if against is None or _NEGATIVE.search(whole) or _LIMITED.search(whole) or _MAYBE.search(whole):
        return []
    claim = next((one for one in notes if _claims(one)), None)
    why = "the summary also says what stands against it, and the note leaves that out"
    return [] if claim is None else [Overclaim(claim, against, why)]
