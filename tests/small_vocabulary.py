"""A vocabulary small enough to know by heart, for tests of how questions are taken apart."""

from __future__ import annotations

from corpus.vocabulary import Vocabulary, vocabulary

ENTRIES: list[dict[str, object]] = [
    {"id": "acute", "kind": "course", "label": "acute"},
    {"id": "chronic", "kind": "course", "label": "chronic", "en": ["long-standing"]},
    {"id": "arthritis", "kind": "condition", "label": "arthritis"},
    {"id": "osteoarthritis", "kind": "condition", "label": "osteoarthritis", "broader": ["arthritis"], "en": ["OA"]},
    {"id": "rheumatoid-arthritis", "kind": "condition", "label": "rheumatoid arthritis", "broader": ["arthritis"]},
    {"id": "knee-pain", "kind": "condition", "label": "knee pain", "en": ["knee", "bad knee"]},
    {"id": "chronic-knee-pain", "kind": "condition", "label": "chronic knee pain", "broader": ["knee-pain"],
     "made_of": [["chronic", "knee-pain"]]},
    {"id": "hip-pain", "kind": "condition", "label": "hip pain", "en": ["hip"]},
    {"id": "shoulder-pain", "kind": "condition", "label": "shoulder pain", "en": ["shoulder"]},
    {"id": "frozen-shoulder", "kind": "condition", "label": "frozen shoulder", "broader": ["shoulder-pain"]},
    {"id": "knee-osteoarthritis", "kind": "condition", "label": "knee osteoarthritis",
     "broader": ["osteoarthritis", "knee-pain"], "made_of": [["osteoarthritis", "knee-pain"], ["arthritis", "knee-pain"]],
     "zh": ["膝关节炎"], "de": ["Kniearthrose"]},
    {"id": "hip-osteoarthritis", "kind": "condition", "label": "hip osteoarthritis",
     "broader": ["osteoarthritis", "hip-pain"], "made_of": [["osteoarthritis", "hip-pain"], ["arthritis", "hip-pain"]]},
    {"id": "sciatica", "kind": "condition", "label": "sciatica", "es": ["ciática"]},
    {"id": "slipped-disc", "kind": "condition", "label": "slipped disc"},
    {"id": "migraine", "kind": "condition", "label": "migraine"},
    {"id": "acupuncture", "kind": "treatment", "label": "acupuncture", "es": ["acupuntura"], "zh": ["针灸"]},
    {"id": "cupping", "kind": "treatment", "label": "cupping"},
    {"id": "nsaid", "kind": "treatment", "label": "NSAIDs"},
    {"id": "diclofenac", "kind": "treatment", "label": "diclofenac", "broader": ["nsaid"]},
    {"id": "sham-acupuncture", "kind": "comparator", "label": "sham acupuncture", "en": ["sham", "placebo"]},
    {"id": "adverse-events", "kind": "outcome", "label": "side effects"},
    {"id": "pc7", "kind": "point", "label": "PC7", "en": ["PC 7"]},
]  # fmt: skip


def small_vocabulary() -> Vocabulary:
    """The vocabulary of `ENTRIES`."""
    return vocabulary(ENTRIES)
