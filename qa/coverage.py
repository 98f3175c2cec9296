"""How well a study fits what was asked: condition, treatment, comparator, outcome, bibliography.

Levels run from 0 (does not speak to it) to 1 (speaks to exactly it). The order they give was chosen on the
tune split of `tests/questions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.study import Study
from corpus.vocabulary import Kind, Vocabulary

EXACT = 1.0
NARROWER = 0.8  # the study is about a kind of what was asked
NARROWER_STILL = 0.75  # ... about a kind of a kind
BROADER = 0.5  # the study is about more than what was asked
# Asked "chronic knee pain", the study is about another long-lasting pain of the knee; asked "low back pain", about chronic
# pain of all the back.
SAME_PLACE = 0.4
# Asked "hip pain", the study is about all osteoarthritis, of which that of the hip is a kind.
WIDER_DISEASE = 0.3
ACUPUNCTURE = "acupuncture"
UNNAMED = 0.5  # no treatment was named, and the study is of another than acupuncture
SPOKEN_WIDER = 0.4  # a sentence speaks of more than what was asked
BESIDE = 0.35  # the treatment asked about is what the study compares with


def is_place(vocabulary: Vocabulary, concept: str) -> bool:
    """True where the concept is the pain of a part of the body, no disease: its label ends so."""
    return vocabulary.label(concept).endswith(" pain")


def _courses(vocabulary: Vocabulary, concept: str) -> frozenset[str]:
    return frozenset(
        part
        for parts in vocabulary[concept].made_of
        for part in parts
        if vocabulary[part].kind is Kind.COURSE
    )


def _is_part_of_a_course(vocabulary: Vocabulary, asked: str, studied: str) -> bool:
    """True where a course of some pain is studied, and the pain asked about lies in its place and may take that course."""
    around = vocabulary[studied].broader if _courses(vocabulary, studied) else ()
    inside = any(asked in vocabulary.below(place) for place in around)
    return (
        inside
        and is_place(vocabulary, asked)
        and bool(vocabulary.below(studied) & vocabulary.below(asked))
    )


def _lasts_too(vocabulary: Vocabulary, asked: str, studied: str) -> bool:
    """True where a chronic pain is asked about, and studied is a pain of the same place whose course is not told."""
    if "chronic" not in _courses(vocabulary, asked) or _courses(vocabulary, studied):
        return False
    return any(studied in vocabulary.below(place) for place in vocabulary[asked].broader)


def condition_level(vocabulary: Vocabulary, asked: str, studied: Iterable[str]) -> float:
    """How well a study of the conditions `studied` fits a question on the condition `asked`.

    A disease is never answered from the wider pain of its place: a frozen shoulder is not "shoulder pain".
    """
    level = 0.0
    for one in studied:
        if one == asked:
            return EXACT
        if one in vocabulary.below(asked):
            is_child = asked in vocabulary[one].broader
            level = max(level, NARROWER if is_child else NARROWER_STILL)
        elif one in vocabulary.above(asked) and (
            not is_place(vocabulary, one) or is_place(vocabulary, asked)
        ):
            level = max(level, BROADER)
        elif (
            is_place(vocabulary, asked)
            and not is_place(vocabulary, one)
            and (vocabulary.below(one) & vocabulary.below(asked))
        ):
            level = max(level, WIDER_DISEASE)
        elif _is_part_of_a_course(vocabulary, asked, one) or _lasts_too(vocabulary, asked, one):
            level = max(level, SAME_PLACE)
    return level


def _level(vocabulary: Vocabulary, asked: str, studied: Iterable[str], *, broader: float) -> float:
    level = 0.0
    for one in studied:
        if one == asked:
            return EXACT
        if one in vocabulary.below(asked):
            level = max(level, NARROWER)
        elif one in vocabulary.above(asked):
            level = max(level, broader)
    return level


def as_treatment(vocabulary: Vocabulary, asked: str, study: Study) -> float:
    """How well the study's own treatments fit the treatment asked about."""
    return _level(vocabulary, asked, study.treatments, broader=0.0)


def as_comparator(vocabulary: Vocabulary, asked: str, study: Study) -> float:
    """How well what the study compares with fits what is asked about."""
    return _level(vocabulary, asked, study.comparators, broader=BROADER)


def comparison_level(
    vocabulary: Vocabulary, main: Sequence[str], against: Sequence[str], study: Study
) -> float:
    """How well a study fits a comparison: it needs all that is asked about, and one of what that is set against."""

    def level(one: str) -> float:
        return max(as_treatment(vocabulary, one, study), as_comparator(vocabulary, one, study))

    needed = [level(one) for one in main]
    return min(*needed, max((level(one) for one in against), default=EXACT), EXACT)


def treatment_level(vocabulary: Vocabulary, asked: Sequence[str], study: Study) -> float:
    """How well a study fits the treatments and comparators that a question names beside each other.

    One treatment will do; a comparator such as sham is always needed.
    """
    if not asked:
        # No treatment named means acupuncture; its relations are not shut out.
        return EXACT if as_treatment(vocabulary, ACUPUNCTURE, study) else UNNAMED
    needed = [one for one in asked if vocabulary[one].kind is Kind.COMPARATOR]
    if needed:
        plain = [one for one in asked if one not in needed]
        fits = [
            max(as_treatment(vocabulary, one, study), as_comparator(vocabulary, one, study))
            for one in plain
        ]
        compared = (as_comparator(vocabulary, one, study) for one in needed)
        return min(*compared, max(fits, default=EXACT))
    own = max(as_treatment(vocabulary, one, study) for one in asked)
    if own or len(asked) > 1:
        return own
    # Asked about acupuncture, an acupressure study that compares with acupuncture says something too.
    # Asked about a drug, a study that merely compares with the drug does not say what the drug does.
    beside = as_comparator(vocabulary, asked[0], study)
    return BESIDE if beside and is_collection_treatment(vocabulary, asked[0]) else 0.0


# What such collections are about; everything else stands beside it.
_OWN = (ACUPUNCTURE, "acupressure", "cupping")


def is_collection_treatment(vocabulary: Vocabulary, concept: str) -> bool:
    """True for acupuncture, its kinds and its nearest relations."""
    return any(concept == one or one in vocabulary.above(concept) for one in _OWN)


def outcome_level(vocabulary: Vocabulary, asked: Sequence[str], reported: Sequence[str]) -> float:
    """How well the outcomes that a study reports fit the outcomes asked about; 1 where none is asked."""
    if not asked:
        return EXACT
    return max(_level(vocabulary, one, reported, broader=BROADER) for one in asked)


def related(vocabulary: Vocabulary, asked: Sequence[str], named: Sequence[str]) -> float:
    """How near what a sentence names is to what is asked: 1 the same, 0.8 a kind of it, 0.4 wider."""
    return max((_level(vocabulary, one, named, broader=SPOKEN_WIDER) for one in asked), default=0.0)
