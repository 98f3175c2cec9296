"""The laws that hold for every answer, whatever is asked: verbatim, caveats, outcomes, disclaimer, sameness."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.reading import read
from corpus.sentences import sentence_spans
from corpus.study import Role, Voice
from corpus.vocabulary import shipped_vocabulary
from index.library import Library
from qa.answer import Answer, Finding, Flag, Outcome, Quote, QuoteRole
from qa.pipeline import ask
from qa.render_json import answer_line, answer_object
from qa.render_text import markdown, text
from qa.wording import register

DAY = date(2026, 11, 22)
NO_CLAIMS = (
    "Although well-conducted clinical research can help members of the public to make better-informed decisions "
    "about their healthcare, we do not make any claims that any particular treatment may be efficacious for any "
    "individual person. Consult with our practitioners for personalised care and advice."
)
# The limit that each study states, as a person reads the page; such a study is never shown without it.
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

_LABELS = sorted(one.label for one in shipped_vocabulary().concepts.values())
_FORMS = (
    "does {} help {}?",
    "{} for {}",
    "is {} better than sham for {}?",
    "{} or {}",
    "how many people were in the {} trials on {}?",
    "is {} safe for {}",
    "my {} hurts, what about {}",
    "how long does {} last for {}",
    "most recent {} study on {}",
    "are the studies of {} for {} any good?",
)
questions = st.one_of(
    st.builds(
        str.format, st.sampled_from(_FORMS), st.sampled_from(_LABELS), st.sampled_from(_LABELS)
    ),
    st.sampled_from(_LABELS),
    st.text(max_size=120),
)
conversations = st.tuples(questions, st.lists(questions, max_size=3))


def _all(answer: Answer) -> list[Finding]:
    return [*answer.findings, *answer.related]


@given(conversations)
@example(("does acupuncture help sciatica?", []))
@example(("acupuncture for hip osteoarthritis", []))
def test_quotes_are_whole_stored_sentences(library: Library, asked: tuple[str, list[str]]) -> None:
    """Every quote is a run of whole sentences, letter for letter, of the stored section it names."""
    answer = ask(asked[0], library, asked[1], day=DAY)
    for finding in _all(answer):
        for quote in finding.quotes:
            stored = finding.study.section(quote.section)
            assert stored[quote.start : quote.end] == quote.text
            spans = sentence_spans(stored)
            assert quote.start in {start for start, _ in spans}
            assert quote.end in {end for _, end in spans}


@given(conversations)
@example(("is acupuncture for the hip better than routine care?", []))
@example(("does acupuncture help chronic knee pain", []))
@example(("is acupuncture safe?", []))
def test_a_finding_never_stands_without_its_caveat(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """A study that states a limit shows it; one that states none says so."""
    for finding in _all(ask(asked[0], library, asked[1], day=DAY)):
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


@given(conversations)
@example(("does acupuncture improve blood circulation with a slipped disc?", []))
@example(("how long does Ashi points last for Huatuojiaji", []))
def test_a_note_stronger_than_its_summary_never_leads(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """Where a study's own summary speaks, the clinic's stronger note is not the lead, and is flagged."""
    vocabulary = library.catalogue.vocabulary
    for finding in _all(ask(asked[0], library, asked[1], day=DAY)):
        if finding.study.is_page:
            continue
        stronger = {
            (one.section, one.start)
            for one in read(finding.study, vocabulary)
            if Role.OVERCLAIM in one.roles
        }
        shown = [(one.section, one.start) for one in finding.quotes]
        if any(one.voice is Voice.SUMMARY for one in finding.study.sections):
            assert shown[0] not in stronger
        assert bool(stronger & set(shown)) is (Flag.NOTE_STRONGER in finding.flags)


@given(conversations)
@example(("", []))
@example(("I can't feel my legs and I wet myself", []))
def test_the_disclaimer_stands_in_every_answer(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """Every answer, in every form, ends with the page's own no-claims words."""
    answer = ask(asked[0], library, asked[1], day=DAY)
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


@given(conversations)
@example(("chest pain spreading to my arm", ["does acupuncture help sciatica?"]))
@example(("I take warfarin, can I have acupuncture for my knee?", []))
def test_outcomes_keep_their_promises(library: Library, asked: tuple[str, list[str]]) -> None:
    """An emergency shows no study; only `answered` has findings; notices are there where they must be."""
    answer = ask(asked[0], library, asked[1], day=DAY)
    assert (answer.outcome is Outcome.ANSWERED) is bool(answer.findings)
    if answer.outcome is Outcome.URGENT:
        assert answer.related == ()
    if answer.outcome is not Outcome.ANSWERED:
        assert answer.notices
    ids = [finding.study.id for finding in _all(answer)]
    assert len(ids) == len(set(ids))


@given(conversations)
def test_everything_said_is_a_quote_a_wording_or_a_record(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """No line of a rendered answer holds words that are not quoted, fixed, bibliographic or the asker's own."""
    answer = ask(asked[0], library, asked[1], day=DAY)
    vocabulary = library.catalogue.vocabulary
    fixed = [
        re.sub(r"\\\{\w+\\\}", ".*", re.escape(words))
        for entry in register().values()
        for words in entry.texts.values()
    ]
    known = re.compile("|".join(f"(?:{one})" for one in fixed), re.DOTALL)
    rest = text(answer, vocabulary)
    for finding in _all(answer):
        for quote in finding.quotes:
            rest = rest.replace(f"“{quote.text}”", "")
        study = finding.study
        for words in (study.title, study.journal or "", ", ".join(study.authors)):
            rest = rest.replace(words.rstrip("."), "") if words else rest
    for quote in answer.disclaimer:
        rest = rest.replace(quote.text, "")
    for notice in answer.notices:
        rest = rest.replace(notice.text, "")
    left = re.sub(r"https?://\S+", "", known.sub("", rest))
    assert re.fullmatch(r"[\s\d.,:;=*!·“”-]*", left), left


def test_a_quote_cannot_hold_words_of_its_own() -> None:
    """A quote has no field for its text: it is always cut from the study."""
    assert "text" not in {one.name for one in fields(Quote)}


def test_a_quote_of_half_a_sentence_cannot_be_made(library: Library) -> None:
    """The words after "was not", which say the opposite, cannot be quoted alone."""
    study = library.catalogue.study("pach-2013-standardised")
    note = study.section("Clinic note")
    start = note.index("superior")
    with pytest.raises(ValueError, match="not whole sentences"):
        Quote(study, "Clinic note", start, len(note), QuoteRole.FINDING)


def test_two_processes_answer_alike(library: Library, tmp_path: Path) -> None:
    """The same questions in two processes on one day give the same bytes."""
    asked: list[dict[str, Any]] = [
        {"question": "does acupuncture help sciatica?"},
        {"question": "versus sham?", "history": ["acupuncture for hip osteoarthritis"]},
        {"question": "is acupuncture safe in knee pain?"},
        {"question": "does it help migraines"},
        {"question": "back pain and I cannot feel my saddle area"},
    ]
    file = tmp_path / "asked.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    outputs = [
        subprocess.run(
            [sys.executable, "-m", "qa", "batch", str(file)],
            env={
                "PATH": "",
                "HF_HUB_OFFLINE": "1",
                "PYTHONHASHSEED": seed,
                "EVIDENCE_DESK_INDEX_ROOT": str(tmp_path / "indexes"),
            },
            cwd=Path(__file__).parents[1],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"\n") == len(asked)
    today = date.fromisoformat(json.loads(outputs[0].splitlines()[0])["receipt"]["day"])
    here = [
        answer_line(ask(str(one["question"]), library, list(one.get("history", ())), day=today))
        for one in asked
    ]
    assert here == outputs[0].decode().splitlines()
