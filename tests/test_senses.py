"""Senses: a text is known by its likeness to example paraphrases, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from corpus.errors import IndexUnusableError, VocabularyError
from corpus.paraphrases import Paraphrase, paraphrases
from corpus.vocabulary import Kind, Vocabulary
from index.hashing_encoder import HashingEncoder
from index.library import Library
from index.senses import _SHARPNESS, EVERYDAY, Senses

ENCODER = HashingEncoder()
_SAID = {
    "sciatica": ["lightning down my leg", "nerve on fire in my leg"],
    "cupping": ["hot glass jars on my skin", "glass jars that suck"],
    EVERYDAY: ["the bus was late", "we met at the bus stop"],
}


def _senses() -> Senses:
    texts = [text for each in _SAID.values() for text in each]
    labels = [name or None for name, each in _SAID.items() for _ in each]
    return Senses.fitted(ENCODER.passages(texts), labels)


def test_an_example_is_its_own_concept() -> None:
    """The words of a paraphrase score near 1 for its concept and near 0 for the others."""
    scores = _senses().scores(ENCODER.passages(["lightning down my leg"]))
    assert scores["sciatica"] > 0.8
    assert abs(scores["cupping"]) < 0.1
    assert abs(scores[EVERYDAY]) < 0.1


def test_the_likest_piece_decides() -> None:
    """Small talk beside a description takes nothing from it."""
    alone = _senses().scores(ENCODER.passages(["glass jars that suck"]))
    beside = _senses().scores(ENCODER.passages(["the bus was late", "glass jars that suck"]))
    assert alone["cupping"] == beside["cupping"]


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    """Senses that went to disk and back give the same scores."""
    asked = ENCODER.passages(["nerve on fire", "jars"])
    senses = _senses()
    senses.save(tmp_path)
    assert senses.scores(asked) == Senses.load(tmp_path, dimension=256).scores(asked)


def test_a_vocabulary_without_paraphrases_knows_nothing(tmp_path: Path) -> None:
    """Without paraphrases there is nothing to save but that, and no score."""
    empty = Senses.fitted(np.zeros((0, 256), dtype=np.float32), [])
    empty.save(tmp_path)
    loaded = Senses.load(tmp_path, dimension=256)
    assert {} == loaded.scores(ENCODER.passages(["glass jars"]))


def test_senses_of_another_model_are_refused(tmp_path: Path) -> None:
    """Vectors of another length than the model's are named, and what to do about it."""
    _senses().save(tmp_path)
    with pytest.raises(IndexUnusableError, match="build the index again"):
        Senses.load(tmp_path, dimension=384)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("concepts: {gout: [sore toe]}", "describes 'gout'"),
        ("concepts: [gout]", "found concepts"),
        ("others: []", "nothing else"),
        ("everyday: [1]", r"everyday: found \[1\]"),
        ("concepts: {", "wanted `concepts`"),
    ],
)
def test_a_wrong_file_is_named(text: str, found: str) -> None:
    """A file of paraphrases that is not one says which file, what was found and what was wanted."""
    with pytest.raises(VocabularyError, match=found) as caught:
        paraphrases(text, "mine.yaml", {"sciatica"})
    assert "mine.yaml" in str(caught.value)


def test_paraphrases_are_read_in_order() -> None:
    """Each text comes with its concept; everyday talk with none."""
    text = "concepts: {sciatica: [fire in my leg]}\neveryday: [nice weather]"
    expected = (Paraphrase("fire in my leg", "sciatica"), Paraphrase("nice weather", None))
    assert expected == paraphrases(text, "mine.yaml", {"sciatica"})


def test_shipped_paraphrases_give_no_name(vocabulary: Vocabulary) -> None:
    """A paraphrase never holds its concept's label: names are looked up first, and belong elsewhere."""
    wrong = [
        one.text
        for one in vocabulary.paraphrases
        if one.concept and vocabulary.label(one.concept).casefold() in one.text.casefold()
    ]
    assert [] == wrong


def test_what_the_studies_are_about_is_described(library: Library) -> None:
    """Each disease and treatment that a shipped study is about has ten descriptions at least."""
    said = [one.concept for one in library.catalogue.vocabulary.paraphrases]
    vocabulary = library.catalogue.vocabulary
    about = {
        one
        for study in library.catalogue.studies
        for one in (*study.conditions, *study.treatments)
        if vocabulary[one].kind in (Kind.CONDITION, Kind.TREATMENT)
    } - {  # wide or technical names that nobody describes
        *("musculoskeletal-disorder", "back-pain", "chronic-back-pain", "chronic-knee-pain"),
        *("nonspecific-low-back-pain", "acute-low-back-pain", "heel-pain"),
    }
    assert {} == {one: said.count(one) for one in sorted(about) if said.count(one) < 10}


def test_the_model_knows_lay_descriptions(library: Library) -> None:
    """With the real model, descriptions that are in no list are of what they describe."""
    for text, concept in (
        ("a jelly bit squeezed out between two bones of my spine", "lumbar-disc-herniation"),
        ("those heated jars that leave purple rings on the skin", "cupping"),
        ("a stab under my heel with the first steps of the morning", "plantar-fasciitis"),
    ):
        assert text not in {one.text for one in library.catalogue.vocabulary.paraphrases}
        scores = library.senses.scores(library.text_vectors([text]))
        assert concept == max(scores, key=lambda one: scores[one]), text


@pytest.mark.model
def test_scores_are_those_of_exact_numbers(library: Library) -> None:
    """Computing a question's scores in 32-bit numbers moves none of them by more than its last digit."""
    asked = library.text_vectors(["my leg burns down the back", "I can't go on"])
    for senses in (library.senses, library.alarms):
        vectors, examples = (one.astype(np.float64) for one in (asked, senses._examples))
        sharpness = _SHARPNESS[senses._of]
        kernel = np.exp(-sharpness * (2 - 2 * vectors @ examples.T))
        exact = (kernel @ senses._weights.astype(np.float64)).max(axis=0)
        found = senses.scores(asked)
        assert 0.000_101 > max(
            abs(found[one] - exact[at]) for at, one in enumerate(senses.concepts)
        )


def test_scores_are_computed_in_one_thread() -> None:
    """Once a question was scored, numpy multiplies in one thread: a second one is waited for on a busy machine."""
    _senses().scores(ENCODER.passages(["glass jars"]))
    found = [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
    assert {1} == set(found)
