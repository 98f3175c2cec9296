"""Answers put together by hand from the real records, one for each state of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.catalogue import Catalogue
from corpus.reading import read
from corpus.sentences import sentence_spans
from corpus.study import Study
from qa.answer import Answer, Finding, Flag, Outcome, Quote, QuoteRole, Receipt, Understood
from qa.choices import NO_CHOICES, Choices
from qa.conversation import Ask
from qa.examples import offers
from qa.page_record import causes, disclaimer
from qa.wording import Label, OwnWords, Wording

RECEIPT = Receipt(
    id="3f2a9c1b7d40",
    collection="c",
    index="i",
    model="m",
    engine="e",
    settings="s",
    version="0",
    day="2026-11-22",
)


def quote(study: Study, section: str, starts: str, role: QuoteRole, *comparators: str) -> Quote:
    """The sentence of a section that starts with these words."""
    text = study.section(section)
    start, end = next(one for one in sentence_spans(text) if text[one[0] :].startswith(starts))
    return Quote(study, section, start, end, role, comparators)


def hip(catalogue: Catalogue) -> Finding:
    """The hip review: two findings against two comparators, and a limit."""
    study = catalogue.study("manheimer-2018-hip-oa")
    sham = "Acupuncture probably has little or no"
    return Finding(
        study,
        (
            quote(study, "Clinic note", sham, QuoteRole.FINDING, "sham-acupuncture"),
            quote(study, "Headline", "In people with hip", QuoteRole.FINDING, "usual-care"),
            quote(study, "Clinic note", "However, these", QuoteRole.CAVEAT, "usual-care"),
            quote(study, "Clinic note", "Due to the", QuoteRole.CAVEAT, "sham-acupuncture"),
        ),
        "sham-acupuncture",
        sentences=read(study, catalogue.vocabulary),
    )


def osteoarthritis(catalogue: Catalogue) -> Finding:
    """A review that compares with nothing by name."""
    study = catalogue.study("manyanga-2014-oa")
    return Finding(
        study,
        (
            quote(study, "Headline", "The use of", QuoteRole.FINDING),
            quote(study, "Summary", "Outcome assessment", QuoteRole.CAVEAT),
        ),
    )


def note_only(catalogue: Catalogue) -> Finding:
    """A study known by a note that says more than it may."""
    study = catalogue.study("cox-2016-extremities")
    lead = quote(study, "Clinic note", "This article", QuoteRole.FINDING, "control-group")
    flags = (Flag.NOTE_ONLY, Flag.NOTE_STRONGER, Flag.NO_CAVEAT_STATED)
    return Finding(study, (lead,), "control-group", flags)


def answer(
    catalogue: Catalogue,
    question: str,
    outcome: Outcome,
    *,
    findings: Sequence[Finding] = (),
    related: Sequence[Finding] = (),
    notices: Sequence[Wording] = (),
    understood: Understood | None = None,
    offered: Sequence[Wording] = (),
) -> Answer:
    """An answer with the collection's own disclaimer and a fixed receipt."""
    return Answer(
        question=question,
        outcome=outcome,
        understood=understood or Understood(),
        notices=tuple(notices),
        findings=tuple(findings),
        related=tuple(related),
        boundary=None if outcome is Outcome.URGENT else Wording("boundary-undated", _COUNT),
        disclaimer=disclaimer(catalogue),
        receipt=RECEIPT,
        offers=tuple(offered),
    )


_COUNT: Mapping[str, Label] = {"studies": Label("17")}


def answers(catalogue: Catalogue) -> dict[Outcome, Answer]:
    """One answer for each outcome."""
    covers = Wording("collection-covers", {"conditions": (Label("sciatica"), Label("heel pain"))})
    unknown = Wording("not-covered-words", {"words": OwnWords("migraine")})
    hips = Understood(conditions=("hip-osteoarthritis",), treatments=("acupuncture",))
    return {
        Outcome.ANSWERED: answer(
            catalogue,
            "what does the research say about acupuncture for hip arthritis?",
            Outcome.ANSWERED,
            findings=(hip(catalogue), osteoarthritis(catalogue), note_only(catalogue)),
            understood=hips,
        ),
        Outcome.NOT_IN_COLLECTION: answer(
            catalogue,
            "does acupuncture help migraines?",
            Outcome.NOT_IN_COLLECTION,
            notices=(unknown, covers),
            understood=Understood(treatments=("acupuncture",), unknown=("migraines",)),
            offered=offers(catalogue, ()),
        ),
        Outcome.NOT_REPORTED: answer(
            catalogue,
            "how many sessions for hip arthritis?",
            Outcome.NOT_REPORTED,
            related=(hip(catalogue),),
            notices=(Wording("not-reported"),),
            understood=hips,
        ),
        Outcome.ASK_PRACTITIONER: answer(
            catalogue,
            "should I stop my tablets and have acupuncture for my hip?",
            Outcome.ASK_PRACTITIONER,
            related=(hip(catalogue),),
            notices=(Wording("page-how"),),
            understood=hips,
        ),
        Outcome.CLINIC_MATTER: answer(
            catalogue,
            "what does it cost?",
            Outcome.CLINIC_MATTER,
            notices=(Wording("page-how"),),
        ),
        Outcome.NO_QUESTION: answer(
            catalogue, "hello", Outcome.NO_QUESTION, notices=(Wording("page-intro"), covers)
        ),
        Outcome.URGENT: answer(
            catalogue,
            "my back hurts and I cannot feel my legs",
            Outcome.URGENT,
            notices=(Wording("page-emergency"),),
        ),
    }


def from_page(catalogue: Catalogue) -> Answer:
    """The clinic's page itself answers."""
    question = "what causes back pain?"
    return answer(catalogue, question, Outcome.ANSWERED, findings=causes(catalogue))


def asked(catalogue: Catalogue) -> Ask:
    """Answers by the first word of each state that the question has; the hip is the rest."""
    made = answers(catalogue)
    words = {
        "migraine": Outcome.NOT_IN_COLLECTION,
        "sessions": Outcome.NOT_REPORTED,
        "tablets": Outcome.ASK_PRACTITIONER,
        "cost": Outcome.CLINIC_MATTER,
        "hello": Outcome.NO_QUESTION,
        "legs": Outcome.URGENT,
    }

    def ask(question: str, earlier: Sequence[str], choices: Choices = NO_CHOICES) -> Answer:
        del earlier, choices
        if "causes" in question:
            return replace(from_page(catalogue), question=question)
        outcome = next((words[one] for one in words if one in question), Outcome.ANSWERED)
        return replace(made[outcome], question=question)

    return ask
