"""Findings parted by what they were compared with: better than nothing is not better than a sham.

Decides classes and order only; the headings are the page's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.vocabulary import Kind, Vocabulary
from qa.answer import Finding
from qa.evidence import is_open

FIRST = 3  # cards that a reader surely sees


class Against(StrEnum):
    """What a finding was compared with, as a class; each has a heading `cards-against-<value>`."""

    SHAM = "sham"
    NO_TREATMENT = "no-treatment"  # or the care that people get anyway
    DRUG = "drug"
    THERAPY = "therapy"
    UNNAMED = "unnamed"  # nothing, or a "control group" without a word on what it got


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one class, in their order."""

    against: Against
    findings: tuple[Finding, ...]


_CLASSES = {
    "sham-acupuncture": Against.SHAM,
    "no-treatment": Against.NO_TREATMENT,
    "usual-care": Against.NO_TREATMENT,
    "control-group": Against.UNNAMED,
}
_DRUGS = "western-medicine"


def against(finding: Finding, vocabulary: Vocabulary) -> Against:
    """The class of what the lead quote was compared with first; else of what the study compares with throughout."""
    concept = finding.quotes[0].comparator or finding.comparator
    if concept is None:
        return Against.UNNAMED
    around = (concept, *sorted(vocabulary.above(concept)))
    known = next((_CLASSES[one] for one in around if one in _CLASSES), None)
    if known is not None:
        return known
    drug = _DRUGS in around and vocabulary[concept].kind is Kind.TREATMENT
    return Against.DRUG if drug else Against.THERAPY


def grouped(findings: Sequence[Finding], vocabulary: Vocabulary) -> tuple[Group, ...]:
    """The findings by class, in the order in which the classes first come.

    A null, mixed or open one among the first findings stays among the first: where the groups before it would
    push it down, its own group leads.
    """
    classes = [against(one, vocabulary) for one in findings]
    order = list(dict.fromkeys(classes))
    early = next((place for place, one in enumerate(findings[:FIRST]) if is_open(one)), None)
    if early is not None and classes[early] is not order[0]:
        before = [one for one in classes if order.index(one) < order.index(classes[early])]
        within = classes[:early].count(classes[early])
        if len(before) + within >= FIRST:
            order = [classes[early], *(one for one in order if one is not classes[early])]
    return tuple(
        Group(one, tuple(found for found, its in zip(findings, classes, strict=True) if its is one))
        for one in order
    )
