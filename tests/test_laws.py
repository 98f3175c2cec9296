"""The laws that hold for every answer, whatever is asked: verbatim, caveats, outcomes, disclaimer, sameness."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue
from corpus.vocabulary import shipped_vocabulary
from index.build import ensure
from index.library import Library
from qa.answer import Quote, QuoteRole
from qa.encoders import encoder_of
from qa.pipeline import ask
from qa.render_json import answer_line
from qa.settings import load
from tests import laws

DAY = date(2026, 11, 22)
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


@given(conversations)
@example(("does acupuncture help sciatica?", []))
@example(("acupuncture for hip osteoarthritis", []))
def test_quotes_are_whole_stored_sentences(library: Library, asked: tuple[str, list[str]]) -> None:
    """Every quote is a run of whole sentences, letter for letter, of the stored section it names."""
    laws.verbatim(ask(asked[0], library, asked[1], day=DAY))


@given(conversations)
@example(("is acupuncture for the hip better than routine care?", []))
@example(("does acupuncture help chronic knee pain", []))
@example(("is acupuncture safe?", []))
def test_a_finding_never_stands_without_its_caveat(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """A study that states a limit shows it; one that states none says so."""
    laws.caveat_lock(ask(asked[0], library, asked[1], day=DAY), library)


@given(conversations)
@example(("does acupuncture improve blood circulation with a slipped disc?", []))
@example(("how long does Ashi points last for Huatuojiaji", []))
def test_a_note_stronger_than_its_summary_never_leads(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """Where a study's own summary speaks, the clinic's stronger note is not the lead, and is flagged."""
    laws.two_voices(ask(asked[0], library, asked[1], day=DAY), library)


@given(conversations)
@example(("", []))
@example(("I can't feel my legs and I wet myself", []))
def test_the_disclaimer_stands_in_every_answer(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """Every answer, in every form, ends with the page's own no-claims words."""
    laws.disclaimed(ask(asked[0], library, asked[1], day=DAY), library)


@given(conversations)
@example(("chest pain spreading to my arm", ["does acupuncture help sciatica?"]))
@example(("I take warfarin, can I have acupuncture for my knee?", []))
def test_outcomes_keep_their_promises(library: Library, asked: tuple[str, list[str]]) -> None:
    """An emergency shows no study; only `answered` has findings; notices are there where they must be."""
    laws.typed(ask(asked[0], library, asked[1], day=DAY))


@given(conversations)
def test_everything_said_is_a_quote_a_wording_or_a_record(
    library: Library, asked: tuple[str, list[str]]
) -> None:
    """No line of a rendered answer holds words that are not quoted, fixed, bibliographic or the asker's own."""
    answer = ask(asked[0], library, asked[1], day=DAY)
    laws.closed_page(answer, [asked[0], *asked[1]], library)


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


def test_two_processes_answer_alike(catalogue: Catalogue, tmp_path: Path) -> None:
    """The same questions in two processes on one day give the same bytes, and so they do in this one."""
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
    library = ensure(
        catalogue, tmp_path / "indexes", encoder_of(load(index_root=tmp_path / "indexes"))
    )
    today = date.fromisoformat(json.loads(outputs[0].splitlines()[0])["receipt"]["day"])
    here = [
        answer_line(ask(str(one["question"]), library, list(one.get("history", ())), day=today))
        for one in asked
    ]
    assert here == outputs[0].decode().splitlines()
