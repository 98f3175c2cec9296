"""Whether the collection answers a question, and how an answer ends where it does not.

Similarity never decides this: what was asked must be covered, by facet or by word. Safety comes before, in `safety`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.catalogue import Catalogue
from corpus.study import Aspect
from corpus.vocabulary import Kind, Vocabulary
from qa.answer import Outcome
from qa.asking import wants_contents
from qa.coverage import WIDER_DISEASE, as_comparator, as_treatment, condition_level
from qa.details import TOLD_IN_DETAILS, tells
from qa.retrieval import PLAIN_OUTCOMES, STRICT_ASPECTS, Candidate
from qa.text_cues import cue_text
from qa.understanding import Meaning
from qa.unknown import Slot
from qa.wording import Label, OwnWords, Wording

MOST_FINDINGS = 6
MOST_RELATED = 2


@dataclass(frozen=True, slots=True)
class Decision:
    """How the answer ends, what is shown, and what is said about it."""

    outcome: Outcome
    shown: tuple[Candidate, ...] = ()
    related: tuple[Candidate, ...] = ()
    notices: tuple[Wording, ...] = ()
    from_page: bool = False  # the page's own introduction answers


def _labels(vocabulary: Vocabulary, ids: Sequence[str]) -> tuple[Label, ...]:
    return tuple(Label.of(vocabulary, one) for one in ids)


def covered_conditions(catalogue: Catalogue) -> tuple[str, ...]:
    """The conditions that the collection's studies are about, in order of their labels."""
    vocabulary = catalogue.vocabulary
    ids = {one for study in catalogue.studies for one in study.conditions}
    return tuple(sorted(ids, key=lambda one: (vocabulary.label(one).casefold(), one)))


def _is_covered(catalogue: Catalogue, condition: str) -> bool:
    return any(
        condition_level(catalogue.vocabulary, condition, study.conditions) > 0
        for study in catalogue.studies
    )


def _is_studied(catalogue: Catalogue, treatment: str, *, compared: bool) -> bool:
    vocabulary = catalogue.vocabulary
    return any(
        as_treatment(vocabulary, treatment, study) > 0
        or (
            (compared or vocabulary[treatment].kind is Kind.COMPARATOR)
            and as_comparator(vocabulary, treatment, study) > 0
        )
        for study in catalogue.studies
    )


def _nothing_asked(meaning: Meaning) -> bool:
    return not (
        meaning.conditions
        or meaning.treatments
        or meaning.filters
        or meaning.points
        or meaning.unknown_author
        or meaning.asks
        or meaning.wants_open
        or meaning.measures
        or set(meaning.outcomes) - PLAIN_OUTCOMES
    )


def _told_in_details(meaning: Meaning, found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The studies whose record tells what is asked for, though no sentence of any study does."""
    telling = [
        one
        for one in found
        if tells(one.study, meaning.asks)
        and not meaning.counted
        and replace(one, aspect=1.0).speaks
    ]
    return tuple(_nearest_facts(meaning, _without_wider(telling))[:MOST_RELATED])


def _told_by_no_sentence(meaning: Meaning, found: Sequence[Candidate]) -> Decision:
    """The decision where no sentence tells what was asked: perhaps the records do."""
    by_details = _told_in_details(meaning, found)
    notice = Wording(TOLD_IN_DETAILS if by_details else "not-reported")
    return Decision(Outcome.NOT_REPORTED, related=by_details or _nearest(found), notices=(notice,))


def _asks_for_contents(meaning: Meaning) -> bool:
    """True where it is asked what the collection is about: "what topics do you have"."""
    named = meaning.conditions or meaning.treatments or meaning.filters or meaning.points
    return not named and wants_contents(cue_text(meaning.question))


def _nearest(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    near = [one for one in found if one.condition > 0]
    return tuple(near[:MOST_RELATED])


def taken_to_mean(meaning: Meaning, vocabulary: Vocabulary) -> tuple[Wording, ...]:
    """What the asker must know where something was described, not named: what it was taken for."""
    if not meaning.described:
        return ()
    return (Wording("taken-to-mean", {"names": _labels(vocabulary, meaning.described)}),)


def _uncovered(ids: Sequence[str], catalogue: Catalogue, kind: str) -> Wording:
    return Wording(
        f"not-covered-{kind}",
        {"names": _labels(catalogue.vocabulary, ids)},
    )


def _covers(catalogue: Catalogue) -> tuple[Wording, ...]:
    """What the collection covers; nothing is said of one whose studies name no condition."""
    if not catalogue.studies:  # before the first record is approved
        return (Wording("collection-covers-nothing"),)
    covered = _labels(catalogue.vocabulary, covered_conditions(catalogue))
    return (Wording("collection-covers", {"conditions": covered}),) if covered else ()


def _missing_condition(meaning: Meaning, catalogue: Catalogue) -> Wording | None:
    """What to say where no condition asked about is covered, or None."""
    if any(_is_covered(catalogue, one) for one in meaning.conditions):
        return None
    if meaning.conditions:
        return _uncovered(meaning.conditions, catalogue, "condition")
    return None


def _missing_treatment(
    meaning: Meaning, found: Sequence[Candidate], catalogue: Catalogue
) -> Wording | None:
    """What to say where a treatment that must be covered is not, or None."""
    unknown = meaning.unknown_in(Slot.TREATMENT)
    if unknown and not any(one.speaks for one in found):
        return Wording("not-covered-words", {"words": OwnWords(unknown[0].text)})
    compared = meaning.compares or len(meaning.treatments) > 1
    missing = [
        one for one in meaning.treatments if not _is_studied(catalogue, one, compared=compared)
    ]
    sides = (meaning.understood.treatments, meaning.understood.comparators)
    if meaning.compares:
        # All that is asked about must be studied, and one of what it is set against.
        main = [one for one in sides[0] if one in missing]
        against = set(sides[1]) and set(sides[1]) <= set(missing)
        return _uncovered(missing, catalogue, "treatment") if main or against else None
    if missing and len(missing) == len(meaning.treatments):
        return _uncovered(missing, catalogue, "treatment")
    return None


# Facts of particular trials: asked about the knee, those of a study on all joints are another matter.
_PARTICULAR = STRICT_ASPECTS - {Aspect.SAFETY}
_AS_NEAR = 0.9  # of the best fit


_ENOUGH_STUDIES = 2


def _without_wider(speaking: Sequence[Candidate]) -> Sequence[Candidate]:
    """The studies without those of a wider disease, unless hardly anything else speaks to the pain that was named."""
    nearer = [one for one in speaking if one.condition > WIDER_DISEASE]
    return nearer if len(nearer) >= _ENOUGH_STUDIES or not nearer else speaking


def _nearest_facts(meaning: Meaning, speaking: Sequence[Candidate]) -> Sequence[Candidate]:
    if meaning.asks not in _PARTICULAR and not meaning.counted:
        return speaking
    best = max((one.condition for one in speaking), default=0.0)
    return [one for one in speaking if one.condition >= _AS_NEAR * best]


def _ordered(meaning: Meaning, speaking: Sequence[Candidate]) -> tuple[Candidate, ...]:
    order = meaning.filters.get("order")
    if order is None:
        return tuple(speaking[:MOST_FINDINGS])
    key = "year" if order in {"latest", "oldest"} else "participants"
    values = {one.study.id: getattr(one.study, key) for one in speaking}
    known = [value for value in values.values() if value is not None]
    if not known:
        return tuple(speaking[:MOST_FINDINGS])
    wanted = min(known) if order in {"oldest", "smallest"} else max(known)
    return tuple(one for one in speaking if values[one.study.id] == wanted)[:MOST_FINDINGS]


def _also_uncovered(meaning: Meaning, catalogue: Catalogue) -> tuple[Wording, ...]:
    """The part of an answered question that the collection does not cover, named."""
    parts = [one for one in meaning.conditions if not _is_covered(catalogue, one)]
    parts += [one for one in meaning.treatments if not _is_studied(catalogue, one, compared=True)]
    if not parts:
        return ()
    return (Wording("part-not-covered", {"names": _labels(catalogue.vocabulary, parts)}),)


def _refused(meaning: Meaning, found: Sequence[Candidate], catalogue: Catalogue) -> Decision | None:
    """The decision where the condition, the treatment or the author asked about is not covered, or None."""
    if meaning.unknown_author is not None:
        said = Wording("no-such-author", {"words": OwnWords(meaning.unknown_author)})
        return Decision(Outcome.NOT_IN_COLLECTION, notices=(said,))
    condition = _missing_condition(meaning, catalogue)
    if condition is not None:
        return Decision(Outcome.NOT_IN_COLLECTION, notices=(condition, *_covers(catalogue)))
    treatment = _missing_treatment(meaning, found, catalogue)
    if treatment is not None:
        near = _nearest(found) if meaning.conditions else ()
        return Decision(Outcome.NOT_IN_COLLECTION, related=near, notices=(treatment,))
    named = meaning.conditions or meaning.filters or meaning.points
    if meaning.topics and not named and not any(one.speaks for one in found):
        said = Wording("not-covered-words", {"words": OwnWords(meaning.topics[0].text)})
        return Decision(Outcome.NOT_IN_COLLECTION, notices=(said, *_covers(catalogue)))
    return None


def _on_drafts(found: Sequence[Candidate]) -> Decision:
    """The decision where nobody has read the studies yet: by the words of the question alone."""
    speaking = [one for one in found if one.speaks]
    if not speaking:
        return Decision(Outcome.NOT_IN_COLLECTION, notices=(Wording("no-study-near"),))
    return Decision(Outcome.ANSWERED, shown=tuple(speaking[:MOST_FINDINGS]))


def decide(meaning: Meaning, found: Sequence[Candidate], catalogue: Catalogue) -> Decision:
    """How the answer to a question that is no emergency and no personal matter ends."""
    if found and all(one.draft is not None for one in found):
        return _on_drafts(found)
    if meaning.asks is Aspect.CAUSES and catalogue.page.sections:
        return Decision(Outcome.ANSWERED, from_page=True)
    if _asks_for_contents(meaning) or (_nothing_asked(meaning) and not meaning.topics):
        return Decision(Outcome.NO_QUESTION, notices=(Wording("no-question"), *_covers(catalogue)))
    refused = _refused(meaning, found, catalogue)
    if refused is not None:
        return refused
    speaking = _without_wider([one for one in found if one.speaks])
    if not speaking:
        return _told_by_no_sentence(meaning, found)
    return Decision(
        Outcome.ANSWERED,
        shown=_ordered(meaning, _nearest_facts(meaning, speaking)),
        notices=_also_uncovered(meaning, catalogue),
    )
