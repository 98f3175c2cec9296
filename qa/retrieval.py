"""Candidates: the studies that speak to a question, best first, each with how it fits.

Facets decide which studies speak to the question; likeness of words and meaning orders them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.reading import ASPECT_CUES, Sentence, counts, speaks_to
from corpus.study import Aspect, Direction, Role, Study
from corpus.vocabulary import Vocabulary
from corpus.words import stem, words
from index.library import Library, Part
from index.vectors import Vectors
from qa.bibliography import authorship
from qa.coverage import (
    BROADER,
    comparison_level,
    condition_level,
    outcome_level,
    related,
    treatment_level,
)
from qa.draft_fit import DraftFit, draft_fits
from qa.readings import reading
from qa.scope import Fits, scope
from qa.understanding import Meaning

# Asked for one of these, a study without such a sentence has nothing to say.
STRICT_ASPECTS = frozenset(
    {
        Aspect.SAFETY,
        Aspect.PARTICIPANTS,
        Aspect.TRIALS,
        Aspect.DURATION,
        Aspect.POINTS,
        Aspect.QUALITY,
        Aspect.SESSIONS,
        Aspect.COST,
        Aspect.METHODS,
        Aspect.MECHANISM,
    }
)
# Every study of such a collection has these, so they tell no study from another.
PLAIN_OUTCOMES = frozenset({"pain", "adverse-events"})
WORDS_ENOUGH = 0.6
# Weights of the rank score, chosen on the tune split of `tests/questions`.
NOTE_ONLY, LIKENESS, CLOSENESS = 0.1, 0.1, 0.3
# What a balanced answer must not leave out.
UNSETTLED = frozenset({Direction.NO_DIFFERENCE, Direction.MIXED, Direction.UNCLEAR})
_DEPTH = 200  # passages asked of each engine


@dataclass(frozen=True, slots=True)
class Candidate:
    """A study that speaks to the question; levels from 0 to 1."""

    study: Study
    sentences: tuple[Sentence, ...]
    condition: float
    treatment: float
    outcome: float
    aspect: float
    statement: float  # how well its best sentence on the comparator or outcome fits the condition
    book: float  # 1 for what the bibliography was asked for, less for a co-author
    words: float  # the share of the needed unknown words that the study has
    likeness: float
    closeness: float  # how like the question the most like of its sentences that may answer is
    draft: DraftFit | None = None  # for a study whose facets are mere proposals: it alone decides

    @property
    def speaks(self) -> bool:
        """True where the study speaks to everything that was asked."""
        if self.draft is not None:
            return self.draft.speaks
        fit = min(self.condition, self.treatment, self.outcome, self.aspect)
        return fit > 0 and self.words >= WORDS_ENOUGH

    @property
    def score(self) -> float:
        """The rank score: fit first, likeness between equal fits."""
        if self.draft is not None:
            return self.draft.rank
        note = NOTE_ONLY if self.study.note_only else 0.0
        fit = self.condition * (0.5 + 0.5 * self.treatment) * (0.7 + 0.3 * self.outcome)
        fit *= (0.8 + 0.2 * self.aspect) * (0.7 + 0.3 * self.statement) * self.book
        return round(fit + LIKENESS * self.likeness + CLOSENESS * self.closeness - note, 6)

    @property
    def is_contradicted(self) -> bool:
        """True where nothing but a note is known which its own paper contradicts: it stands behind all others."""
        return self.study.note_only and any(
            Role.CONTRADICTED in one.roles for one in self.sentences
        )


def likeness(
    library: Library, query: str, vector: Vectors, part: Part | None = None
) -> Mapping[str, float]:
    """How like the query each study is, 0 to 1: best passage by meaning and by words, scaled and averaged.

    The nearest studies of the whole collection, by which the scale is set, and those of `part`, which a filter leaves.
    """
    dense: dict[str, float] = {}
    terms: dict[str, float] = {}
    for among in (None, part) if part else (None,):
        for hit in library.nearest(vector, _DEPTH, among=among):
            dense.setdefault(hit.passage.study, hit.score)
        for study in library.bm25_studies(query, _DEPTH, among=among):
            terms.setdefault(study.study.id, study.score)
    most = max(terms.values(), default=0.0) or 1.0
    low, high = min(dense.values(), default=0.0), max(dense.values(), default=0.0)
    spread = (high - low) or 1.0
    return {
        study: round(0.5 * (score - low) / spread + 0.5 * terms.get(study, 0.0) / most, 6)
        for study, score in dense.items()
    }


def _openness(sentences: tuple[Sentence, ...]) -> float:
    """How open the study's results are: 1 where it found no difference, less where it cannot tell."""
    open_ = [
        one.direction
        for one in sentences
        if one.direction in UNSETTLED and one.aspects != {Aspect.SAFETY}
    ]
    return 1.0 if set(open_) - {Direction.UNCLEAR} else 0.8 if open_ else 0.0


def _safety_level(speaking: Sequence[Sentence]) -> float:
    """1 where a sentence of its own tells of harm, less for "simple and safe" by the way or where nothing is known."""
    told = any(
        Aspect.EFFECT not in one.aspects and one.direction is not Direction.UNCLEAR
        for one in speaking
    )
    return 1.0 if told else 0.5 if speaking else 0.0


def _aspect_level(meaning: Meaning, title: str, sentences: tuple[Sentence, ...]) -> float:
    if meaning.points:
        return float(_names_a_point(meaning.points, sentences))
    if meaning.counted:
        return float(any(counts(one, meaning.counted) for one in sentences))
    if meaning.wants_open:
        return _openness(sentences)
    if meaning.asks is None or meaning.asks not in STRICT_ASPECTS:
        return 1.0
    return _fact_level(meaning.asks, title, sentences)


def _names_a_point(points: tuple[str, ...], sentences: tuple[Sentence, ...]) -> bool:
    names = {point.replace("-", "") for point in points}
    spoken = {word.folded for one in sentences for word in words(one.text)}
    together = {one.text.replace(" ", "").casefold() for one in sentences}
    return any(name in spoken or any(name in text for text in together) for name in names)


def _fact_level(asks: Aspect, title: str, sentences: tuple[Sentence, ...]) -> float:
    """How well the study tells a fact of its trials; a title may tell of the follow-up, but never of safety."""
    speaking = [one for one in sentences if speaks_to(one, asks)]
    if asks is Aspect.SAFETY:
        return _safety_level(speaking)
    if not speaking and asks is Aspect.DURATION and ASPECT_CUES[asks].search(title):
        return 0.5
    return 1.0 if any(one.roles for one in speaking) else 0.8 if speaking else 0.0


def _by_measure(measures: tuple[str, ...], found: list[Candidate]) -> list[Candidate]:
    """The candidates; where some study names a scale that is asked for, those that do not report nothing of it."""

    def names_it(one: Candidate) -> bool:
        return any(word.folded in measures for each in one.sentences for word in words(each.text))

    naming = {one.study.id for one in found if measures and names_it(one)}
    if not naming:
        return found
    return [replace(one, outcome=float(one.study.id in naming)) for one in found]


_TELLING_WORDS = 2  # of a title, which no concept and no everyday talk accounts for
_NOT_THE_NAMED = 0.8  # as a co-author beside a first author, see `authorship`


def _by_title(meaning: Meaning, found: list[Candidate]) -> list[Candidate]:
    """The candidates; where words of a title are quoted ("the American College of Physicians"), that study first."""
    asked = {stem_ for one in meaning.unknown for stem_ in one.stems}
    if len(asked) < _TELLING_WORDS:
        return found
    quoted = {
        one.study.id: len(asked & {stem(word.folded) for word in words(one.study.title)})
        for one in found
    }
    most = max(quoted.values(), default=0)
    if most < _TELLING_WORDS:
        return found
    return [
        one if quoted[one.study.id] == most else replace(one, book=one.book * _NOT_THE_NAMED)
        for one in found
    ]


def _words_level(needed: frozenset[str], study: Study, sentences: tuple[Sentence, ...]) -> float:
    """The share of the needed words that the study has; 1 where none is needed."""
    if not needed:
        return 1.0
    text = " ".join((study.title, *(one.text for one in sentences)))
    has = {stem(word.folded) for word in words(text)}
    return len(needed & has) / len(needed)


def _condition(meaning: Meaning, vocabulary: Vocabulary, study: Study) -> float:
    if not meaning.conditions:
        return 1.0
    return max(condition_level(vocabulary, one, study.conditions) for one in meaning.conditions)


def _treatment(meaning: Meaning, vocabulary: Vocabulary, study: Study) -> float:
    if not meaning.compares:
        return treatment_level(vocabulary, meaning.treatments, study)
    sides = meaning.understood
    return comparison_level(vocabulary, sides.treatments, sides.comparators, study)


def _outcome(
    asked: tuple[str, ...], vocabulary: Vocabulary, study: Study, sentences: Sequence[Sentence]
) -> float:
    """How well the study fits the outcomes asked about: by its facets, less by what one of its sentences tells."""
    told = [each for one in sentences if one.marked for each in one.outcomes]
    by_sentence = BROADER * outcome_level(vocabulary, asked, told) if told else 0.0
    return max(outcome_level(vocabulary, asked, study.outcomes), by_sentence)


def _statement(
    meaning: Meaning,
    outcomes: tuple[str, ...],
    vocabulary: Vocabulary,
    study: Study,
    sentences: tuple[Sentence, ...],
) -> float:
    """How well the condition of the best sentence on what was asked fits; 1 where nothing narrow was asked.

    Asked about sham for low back pain, a sentence on sham for *acute* low back pain is not quite it.
    """
    against = meaning.understood.comparators
    if not (against or outcomes) or not meaning.conditions:
        return 1.0
    level = 0.0
    for one in sentences:
        if (not against or related(vocabulary, against, one.comparators)) and (
            not outcomes or related(vocabulary, outcomes, one.outcomes)
        ):
            studied = one.conditions or study.conditions
            level = max(
                level,
                *(condition_level(vocabulary, asked, studied) for asked in meaning.conditions),
            )
    return level


def _closeness(meaning: Meaning, sentences: tuple[Sentence, ...], cosines: Vectors) -> float:
    """The highest cosine of question and sentence, among the sentences on the aspect asked for if any is."""
    asks = meaning.asks
    speaking = [one for one in sentences if asks is None or speaks_to(one, asks)] or sentences
    return round(max(float(cosines[one.number]) for one in speaking), 6) if speaking else 0.0


def candidates(
    meaning: Meaning,
    library: Library,
    vector: Vectors,
    chosen: Fits | None = None,
) -> tuple[Candidate, ...]:
    """All studies that the question's filters let through with how they fit, best first; ties by id.

    `vector` is the encoded `meaning.query`. Studies that are not `chosen` are among them, too, but take no place away
    from those that are: whatever is cut off as too far from the question is cut off for both apart.
    """
    catalogue = library.catalogue
    vocabulary = catalogue.vocabulary
    within = scope(meaning, library, chosen)
    alike = likeness(library, meaning.query, vector, within.part)
    outcomes = tuple(one for one in meaning.outcomes if one not in PLAIN_OUTCOMES)
    has_proposed = any(study.only_proposed for study in catalogue.studies)
    drafts = dict(draft_fits(library, meaning.query, vector)) if has_proposed else {}
    if has_proposed and within.part:
        drafts |= draft_fits(library, meaning.query, vector, within.part)
    sentences_of = reading(catalogue)
    found = []
    for study in within.studies:
        if study.only_proposed and study.id not in drafts:
            continue
        sentences = sentences_of(study.id)
        if study.sections and not sentences:
            continue  # all of it is withheld
        found.append(
            Candidate(
                study=study,
                sentences=sentences,
                condition=_condition(meaning, vocabulary, study),
                treatment=_treatment(meaning, vocabulary, study),
                outcome=_outcome(outcomes, vocabulary, study, sentences),
                aspect=_aspect_level(meaning, study.title, sentences),
                statement=_statement(meaning, outcomes, vocabulary, study, sentences),
                book=authorship(study, meaning.filters),
                words=_words_level(meaning.words_needed, study, sentences),
                likeness=alike.get(study.id, 0.0),
                closeness=_closeness(
                    meaning, sentences, library.sentence_vectors(study.id) @ vector
                ),
                draft=drafts[study.id] if study.only_proposed else None,
            )
        )
    found = _by_title(meaning, _by_measure(meaning.measures, found))
    return tuple(sorted(found, key=lambda one: (one.is_contradicted, -one.score, one.study.id)))
