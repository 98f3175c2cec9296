"""The laws that hold for every answer, each as a check that fails where an answer breaks it.

The limits are written down as a person reads the page; everything else is computed anew from what is stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from corpus.reading import read
from corpus.sentences import sentence_spans
from corpus.study import Role, Voice
from index.library import Library
from qa.answer import Answer, Finding, Flag, Outcome, Quote
from qa.render_json import answer_object
from qa.render_text import markdown, text
from qa.wording import Label, Number, OwnWords, Wording, register

NO_CLAIMS = (
    "Although well-conducted clinical research can help members of the public to make better-informed decisions "
    "about their healthcare, we do not make any claims that any particular treatment may be efficacious for any "
    "individual person. Consult with our practitioners for personalised care and advice."
)
# The limit that each study states; such a study is never shown without it.
LIMITS = {
    "manheimer-2018-hip-oa": "little or no effect",
    "zhang-2017-chronic-knee": "unable to draw any strong conclusions",
    "lv-2016-chondromalacia": "possibly overstated",
    "liu-2015-low-back": "methodological quality was low",
    "qin-2015-sciatica": "lacking in relevant and rigorous RCTs",
    "li-2021-acupressure-low-back": "very-low to low",
    "manyanga-2014-oa": "durability of treatment effects are unknown",
    "xiang-2019-low-back": "no differences in function",
    "zhang-2011-plantar-fasciitis": "inert placebo",
}
_PLACE = re.compile(r"\{\w+\}")


def every(answer: Answer) -> list[Finding]:
    """All findings of an answer, those that are only near too."""
    return [*answer.findings, *answer.related]


def verbatim(answer: Answer) -> None:
    """Every quote is a run of whole sentences, letter for letter, of the stored section it names."""
    for finding in every(answer):
        for quote in finding.quotes:
            stored = finding.study.section(quote.section)
            assert stored[quote.start : quote.end] == quote.text
            spans = sentence_spans(stored)
            assert quote.start in {start for start, _ in spans}
            assert quote.end in {end for _, end in spans}


def caveat_lock(answer: Answer, library: Library) -> None:
    """A study that states a limit shows it; one that states none says so."""
    for finding in every(answer):
        if finding.study.is_page:
            continue
        said = " ".join(quote.text for quote in finding.quotes)
        limit = LIMITS.get(finding.study.id)
        if limit is not None:
            assert limit in said
        marked = any(
            Role.CAVEAT in one.roles for one in read(finding.study, library.catalogue.vocabulary)
        )
        assert marked is not (Flag.NO_CAVEAT_STATED in finding.flags)


def two_voices(answer: Answer, library: Library) -> None:
    """Where a study's own summary speaks, the clinic's stronger note is not the lead, and is flagged."""
    for finding in every(answer):
        if finding.study.is_page:
            continue
        stronger = {
            (one.section, one.start)
            for one in read(finding.study, library.catalogue.vocabulary)
            if Role.OVERCLAIM in one.roles
        }
        shown = [(one.section, one.start) for one in finding.quotes]
        if any(one.voice is Voice.SUMMARY for one in finding.study.sections):
            assert shown[0] not in stronger
        assert bool(stronger & set(shown)) is (Flag.NOTE_STRONGER in finding.flags)


def disclaimed(answer: Answer, library: Library) -> None:
    """Every answer, in every form, ends with the page's own no-claims words, and outside alarms with its boundary."""
    vocabulary = library.catalogue.vocabulary
    assert answer_object(answer)["disclaimer"] == NO_CLAIMS
    first, second = NO_CLAIMS.split(". ", 1)
    for rendered in (text(answer, vocabulary), markdown(answer, vocabulary)):
        plain = rendered.replace("\\", "")
        assert f"{first}." in plain
        assert second in plain
    if answer.outcome is Outcome.URGENT:
        assert answer.boundary is None
    else:
        assert answer.boundary is not None
        assert answer.boundary.text.startswith(
            "These are the 17 studies that this clinic chose for its page, from 2011 to 2021."
        )


def typed(answer: Answer) -> None:
    """An emergency shows no study; only `answered` has findings; notices are where they must be; each study once."""
    assert (answer.outcome is Outcome.ANSWERED) is bool(answer.findings)
    if answer.outcome is Outcome.URGENT:
        assert answer.related == ()
    if answer.outcome is not Outcome.ANSWERED:
        assert answer.notices
    ids = [finding.study.id for finding in every(answer)]
    assert len(ids) == len(set(ids))


def closed_page(answer: Answer, asked: Sequence[str], library: Library) -> None:
    """What is said is a quote, a wording of the register with labels, numbers or the asker's words, or a record."""
    vocabulary = library.catalogue.vocabulary
    said = [*answer.notices, *([answer.boundary] if answer.boundary else [])]
    labels = _labels(library)
    for wording in said:
        assert wording.id in register()
        for value in wording.values.values():
            if isinstance(value, OwnWords):
                assert any(_bare(value.text) in _bare(words) for words in asked)
            elif not isinstance(value, Number):
                names = value if isinstance(value, tuple) else (value,)
                assert all(isinstance(one, Label) and one.text in labels for one in names)
    assert all(isinstance(one, Quote) for one in answer.disclaimer)
    rest = re.sub(r"https?://\S+", " ", text(answer, vocabulary))
    for words in sorted(_sayable(answer, said), key=len, reverse=True):
        rest = rest.replace(words, " ") if words else rest
    left = _fixed(library).sub(" ", rest)
    assert re.fullmatch(r"[\s\d.,:;=*!·“”-]*", left), left


def _bare(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def _sayable(answer: Answer, said: Sequence[Wording]) -> set[str]:
    """What this answer alone may say, in whole stretches."""
    found = {one.text for one in said} | {one.text for one in answer.disclaimer}
    for finding in every(answer):
        study = finding.study
        found |= {quote.text for quote in finding.quotes}
        words = (study.title, study.journal or "", ", ".join(study.authors))
        found |= {one.rstrip(".") for one in words}
        sizes = (
            ("trials", study.trials),
            ("reviews", study.trials),
            ("people", study.participants),
        )
        found |= {f"{count} {what}" for what, count in sizes if count is not None}
    return found


@cache
def _labels(library: Library) -> frozenset[str]:
    return frozenset(one.label for one in library.catalogue.vocabulary.concepts.values())


@cache
def _fixed(library: Library) -> re.Pattern[str]:
    """All wordings: those with places where labels or numbers stand in them. One of places only says nothing."""
    label = "|".join(map(re.escape, sorted(_labels(library), key=len, reverse=True)))
    value = rf"(?:(?:{label}|\d+)(?:, | and )?)+"
    texts = {words for entry in register().values() for words in entry.texts.values()}
    whole = sorted((one for one in texts if not _PLACE.search(one)), key=len, reverse=True)
    compared = register()["compared-with"].texts["en"]
    parts = [value.join(map(re.escape, _PLACE.split(compared))), *map(re.escape, whole)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
