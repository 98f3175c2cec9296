"""A crisis in roundabout words is told by its likeness to examples; who may be in one is offered somebody to talk to."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from corpus.alarms import CRISIS, alarms, shipped_alarms
from corpus.errors import VocabularyError
from index.library import Library
from index.senses import ALARMS, Senses
from qa import alarm_by_meaning
from qa.alarm_by_meaning import PERHAPS, SURE, sentences
from qa.answer import Outcome
from qa.choices import Choices
from qa.pipeline import ask
from qa.said import Said

ROUNDABOUT = (
    "my kids would be better off if I was gone for good",
    "I've said my goodbyes and given the dog away, they won't have to look after me much longer",
    "I just want to fall asleep tonight and never wake up again",
    "I can't see any reason to be here any more, everyone would be better off without me",
)
CALM = (
    "this pain in my hip is killing me, does acupuncture help?",
    "I'm dying to try acupuncture for my knee",
    "I am so tired of this sciatica, is there any research?",
    "my old dog had to be put to sleep last year, does acupuncture work for osteoarthritis?",
    "we are moving away soon, is there evidence for heel pain?",
    "does acupuncture help with low back pain?",
    "how many people were in the knee trials?",
    "I gave my exercise bike away because of my kneecap",
)


@pytest.mark.parametrize("message", ROUNDABOUT)
def test_crisis_in_roundabout_words_is_urgent(message: str, library: Library) -> None:
    """No word of it is on a list, and yet the lines to call come first, and no study comes at all."""
    found = ask(message, library)
    assert Outcome.URGENT is found.outcome
    assert [] == [*found.findings, *found.related]
    assert found.notices[0].id.startswith("crisis")


@pytest.mark.parametrize("message", CALM)
def test_idioms_and_tiredness_are_no_crisis(message: str, library: Library) -> None:
    """Being fed up with a pain is not a wish to die, and no crisis line stands before such an answer."""
    found = ask(message, library)
    assert Outcome.URGENT is not found.outcome
    assert [] == [one.id for one in found.notices if one.id.startswith("crisis")]


def test_doubt_offers_help_and_keeps_the_answer(library: Library) -> None:
    """Between the two thresholds the crisis lines stand first, and the answer is what it would be."""
    message = "what's the point of waking up. does acupuncture help hip arthritis"
    told = alarm_by_meaning.reader(library, Said(library))(message)
    assert PERHAPS <= told < SURE
    found = ask(message, library)
    assert ["crisis-perhaps", "crisis-call-any"] == [one.id for one in found.notices][:2]
    assert Outcome.ANSWERED is found.outcome
    assert "hip-osteoarthritis" in found.understood.conditions


def test_alarm_stands_for_the_next_questions(library: Library) -> None:
    """Told by meaning, a crisis is not forgotten because the next message is about something else."""
    for earlier in ((ROUNDABOUT[1],), (ROUNDABOUT[1], "how long is a session?")):
        assert Outcome.URGENT is ask("does it help hip arthritis?", library, earlier).outcome
    long_ago = (ROUNDABOUT[1], "hip?", "knee?", "heel?")
    assert Outcome.URGENT is not ask("does it help hip arthritis?", library, long_ago).outcome


def test_alarm_by_meaning_cannot_be_chosen_away(library: Library) -> None:
    """Choices, even wrong ones, change nothing of it."""
    for choices in (Choices(conditions=("sciatica",)), Choices(without=("no-such-thing",))):
        assert Outcome.URGENT is ask(ROUNDABOUT[0], library, choices=choices).outcome


def test_denied_crisis_is_none(library: Library) -> None:
    """Where the rules read the words of a crisis as denied, meaning does not overrule them."""
    found = ask("I am not suicidal, just fed up with my sciatica", library)
    assert Outcome.URGENT is not found.outcome


def test_other_languages_are_left_to_the_rules(library: Library) -> None:
    """The encoder knows English only, so what it makes of other languages counts for nothing."""
    read = alarm_by_meaning.reader(library, Said(library))
    assert 0.0 == read("¿ayuda la acupuntura con el dolor de rodilla y de cadera?")
    assert 0.0 == read("Hilft Akupunktur bei Schmerzen in der Hüfte oder im Knie?")
    assert 0.0 == read("")


def test_examples_tell_each_other_apart() -> None:
    """No text stands under two labels, and all the labels are those that the rules have."""
    examples = shipped_alarms()
    assert len(examples) == len({one.text.casefold() for one in examples})
    counts = {label: sum(one.concept == label for one in examples) for label in (CRISIS, None)}
    assert 400 < counts[CRISIS] < counts[None]


def test_unseen_examples_are_told_at_few_wrong_alarms(library: Library) -> None:
    """Fitted to four fifths, the last fifth is told: over a third of crises, two calm ones in a hundred at most."""
    labels = [one.concept for one in shipped_alarms()]
    vectors = np.asarray(library.alarms._examples)[: len(labels)]
    order = Random(7).sample(range(len(labels)), len(labels))  # noqa: S311 - a fixed choice
    kept, held = order[len(order) // 5 :], order[: len(order) // 5]
    senses = Senses.fitted(vectors[kept], [labels[one] for one in kept], ALARMS)
    at = {one: senses.scores(vectors[[one]])[CRISIS] for one in held}
    crisis = [at[one] for one in held if labels[one] == CRISIS]
    calm = [at[one] for one in held if labels[one] is None]
    assert sum(one >= SURE for one in crisis) > len(crisis) / 3
    assert sum(one >= PERHAPS for one in crisis) > len(crisis) * 2 / 3
    assert sum(one >= SURE for one in calm) <= 0.02 * len(calm)


def test_sentences_are_read_on_their_own() -> None:
    """What one sentence says is not lost among others; scraps of one or two words are left out."""
    text = "How much is it? I won't need it where I am going. Bye"
    assert (text, "How much is it", "I won't need it where I am going") == sentences(text)
    assert 17 >= len(sentences(" ".join(f"this is sentence {one}." for one in range(500))))


@pytest.mark.parametrize(
    "text",
    ["- a", "crisis: []", "crisis: [1]\nemergencies: {}\ncalm: []", "crisis: [a", "x: {y"],
)
def test_broken_examples_are_told(text: str) -> None:
    """A file of another form names itself and says what was wanted."""
    with pytest.raises(VocabularyError, match=r"alarms\.yaml"):
        alarms(text, "alarms.yaml")
