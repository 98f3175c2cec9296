"""Emergencies, personal questions, the front desk's matters and no questions, told from questions for the studies.

The tables: `safety_cases_urgent.yaml` and `safety_cases_other.yaml` were written before the rules were tuned, and a
third of them, chosen by a hash, was looked at once, when the rules were done (found then: 133 of 134 emergencies, no false
alarm among 184; 183 of those 184 in their right place). `safety_cases_more.yaml`, `safety_cases_english.yaml` and
`safety_cases_languages.yaml` hold later batches, each with what the first try found.
"""

from __future__ import annotations

import hashlib
import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EvidenceDeskError
from qa import safety
from qa.phrases import LANGUAGES, Phrases
from qa.plain_text import plain
from qa.rulebook import RULE_FILES, rulebook, rulebook_of
from qa.safety import Country, NothingKind, Topic
from qa.wording import register

TESTS = Path(__file__).parent
NUMBERS = {  # by hand, from the public pages of the services
    Country.AU: ({"000", "1800 022 222"}, {"13 11 14", "000"}),
    Country.NZ: ({"111", "0800 611 116"}, {"1737", "111"}),
    Country.UK: ({"999", "111"}, {"116 123", "111", "999"}),
    Country.IE: ({"112", "999"}, {"116 123", "112", "999"}),
    Country.US: ({"911"}, {"988", "911"}),
    Country.CA: ({"911", "811"}, {"988", "911"}),
}


@dataclass(frozen=True)
class Case:
    """One line of a table: the turns of a conversation, and where the newest belongs."""

    turns: tuple[str, ...]
    language: str
    expected: str  # urgent, personal, clinic, no_question, none; calm: any of these but urgent
    group: str  # the flag or topic it was written for
    held_out: bool

    @property
    def said(self) -> str:
        """The newest turn."""
        return self.turns[-1]


def _cases(name: str) -> Iterator[Case]:
    text = (TESTS / f"safety_cases_{name}.yaml").read_text(encoding="utf-8")
    for group in yaml.safe_load(text):
        for language in LANGUAGES:
            for said in group.get(language, ()):
                turns = (said,) if isinstance(said, str) else tuple(said)
                digest = hashlib.sha256(" || ".join(turns).encode()).digest()
                yield Case(
                    turns=turns,
                    language=language,
                    expected=group.get("expect", "urgent"),
                    group=group.get("flag", group.get("topic", "")),
                    held_out=name in {"urgent", "other"} and digest[0] % 3 == 0,
                )


TABLES = ("urgent", "other", "more", "english", "languages")
CASES = tuple(case for name in TABLES for case in _cases(name))
URGENT = tuple(case for case in CASES if case.expected == "urgent")
OTHERS = tuple(case for case in CASES if case.expected != "urgent")
SPOKEN = tuple(case.said for case in CASES)
READERS: dict[str, Callable[..., object]] = {
    "urgent": safety.red_flag,
    "personal": safety.personal,
    "clinic": safety.clinic_matter,
    "no_question": safety.no_question,
}


@cache
def _place(case: Case) -> str:
    """Where the pipeline's order of precedence puts the case."""
    for place, reader in READERS.items():
        if reader(case.said, case.turns[:-1]) is not None:
            return place
    return "none"


def _wrong(cases: tuple[Case, ...]) -> list[tuple[str, ...]]:
    return [(*case.turns, _place(case)) for case in cases if _place(case) != case.expected]


# --- the tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held_out", [False, True], ids=["tuned", "held-out"])
def test_every_emergency_is_seen(language: str, *, held_out: bool) -> None:
    """Recall is 1.0: each emergency of the tables raises an alarm, in each language."""
    cases = [one for one in URGENT if one.language == language and one.held_out == held_out]
    assert [] == [one.turns for one in cases if _place(one) != "urgent"]
    assert len(cases) > 10


def test_no_other_question_raises_an_alarm() -> None:
    """False alarms are 0: denied, past, researched and harmless symptoms raise none."""
    assert [] == [one.turns for one in OTHERS if _place(one) == "urgent"]


@pytest.mark.parametrize("place", ["personal", "clinic", "no_question", "none"])
def test_other_questions_go_where_they_belong(place: str) -> None:
    """Each other case of the tables ends where it was judged to belong."""
    assert [] == _wrong(tuple(one for one in OTHERS if one.expected == place))


def test_alarm_names_the_danger() -> None:
    """At least 19 of 20 alarms carry the id they were written for; the others, one that stands before it."""
    found = [
        flag.id == one.group
        for one in URGENT
        if one.group and (flag := safety.red_flag(one.said, one.turns[:-1])) is not None
    ]
    assert sum(found) / len(found) >= 0.95


def test_only_thoughts_of_suicide_are_a_crisis() -> None:
    """The crisis wording goes to whom it is for, and to nobody else."""
    wrong = [
        one.turns
        for one in URGENT
        if one.group
        and (flag := safety.red_flag(one.said, one.turns[:-1])) is not None
        and flag.crisis != (one.group == "suicide")
    ]
    assert [] == wrong


def test_alarm_speaks_the_askers_language() -> None:
    """An alarm comes in the language of the question, for at least 97 of 100."""
    found = [
        flag.language == one.language
        for one in URGENT
        if (flag := safety.red_flag(one.said, one.turns[:-1])) is not None
    ]
    assert sum(found) / len(found) >= 0.97


def test_misspelt_emergencies_are_seen() -> None:
    """One slip in one longer word still raises the alarm for at least 94 of 100; some slips make another word."""
    dice, tried, seen = random.Random(7), 0, 0  # noqa: S311 - the same slips every time
    for one in (case for case in URGENT if case.language == "en" and len(case.turns) == 1):
        words = one.said.split()
        longer = [at for at, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
        if longer:
            at = dice.choice(longer)
            words[at] = _slip(words[at], dice)
            tried += 1
            seen += safety.red_flag(" ".join(words)) is not None
    assert tried > 300
    assert seen / tried >= 0.94


def _slip(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word) - 2)
    return dice.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        ]
    )


# --- conversations --------------------------------------------------------------------------------------


NUMB = "I can't feel between my legs"


@pytest.mark.parametrize("between", [[], ["and is there parking?"]], ids=["next", "next but one"])
@pytest.mark.parametrize(
    "newest", ["how do I book?", "do you take card", "would acupuncture help?"]
)
def test_alarm_stands_again_before_an_ordinary_question(newest: str, between: list[str]) -> None:
    """Who asks for the price after telling of an emergency sees the emergency wording again."""
    assert safety.red_flag(newest, [NUMB, *between]) == safety.red_flag(NUMB)


def test_alarm_does_not_stand_for_ever() -> None:
    """After two ordinary questions it is shown no more."""
    assert safety.red_flag("how do I book?", [NUMB, "is there parking?", "and a lift?"]) is None


def test_alarm_stands_in_the_language_of_the_newest_turn() -> None:
    """It speaks the language that the asker now writes in."""
    flag = safety.red_flag("¿puedo pagar con tarjeta?", [NUMB])
    assert flag is not None
    assert "es" == flag.language


def test_crisis_stands_again() -> None:
    """Thoughts of suicide are no less so before a question about the price."""
    flag = safety.red_flag("how much is it?", ["I don't want to live any more"])
    assert flag is not None
    assert flag.crisis


@pytest.mark.parametrize(
    "newest",
    [
        "sorry, I was just testing the page",
        "that was years ago, how do I book?",
        "no I don't have that, only a stiff back",
        "no numbness between my legs now, it was the cold",
        "the hospital checked me and gave the all clear, can I come?",
        "out of curiosity, that is. do you take card?",
    ],
)
def test_alarm_is_taken_back(newest: str) -> None:
    """Not where the newest turn denies it, places it long ago, or says that it was a test or has been seen to."""
    assert safety.red_flag(newest, [NUMB]) is None
    assert safety.red_flag("do you take card?", [NUMB, newest]) is None


def test_signs_may_be_told_over_turns() -> None:
    """A sign of an earlier turn and one of the newest make an alarm together, also where the first was a topic."""
    assert safety.red_flag("and now a fever") is None
    assert safety.red_flag("and now a fever", ["acupuncture for back pain"]) is not None


def test_newest_turn_takes_back_what_an_earlier_one_said() -> None:
    """Who says that the fever is gone is not alarmed by it."""
    assert safety.red_flag("no fever any more, but my back hurts", ["I have a fever"]) is None


def test_denied_sign_does_not_hide_another() -> None:
    """No fever, but something worse."""
    flag = safety.red_flag("no fever but I can't feel between my legs")
    assert flag is not None
    assert "cauda-equina" == flag.id


# --- wordings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("country", Country)
def test_numbers_are_those_of_the_country(country: Country) -> None:
    """The emergency and crisis wordings of a country hold its numbers, in every language."""
    for language in LANGUAGES:
        for crisis, numbers in zip((False, True), NUMBERS[country], strict=True):
            flag = safety.RedFlag("x", language, crisis, "")
            text = " ".join(one.text for one in safety.urgent_notices(flag, country))
            assert [] == [one for one in numbers if not re.search(rf"(?<!\d){one}(?!\d)", text)]


@pytest.mark.parametrize("country", [None, "FR"])
def test_all_numbers_are_listed_where_the_country_is_unknown(country: str | None) -> None:
    """Without a country that we know, the wording lists every emergency number by country."""
    flag = safety.RedFlag("x", "en", crisis=False, follows="")
    text = " ".join(one.text for one in safety.urgent_notices(flag, country))
    assert [] == [one for one in ("000", "111", "999", "112", "911") if one not in text]


def test_every_flag_names_the_guidance_it_follows() -> None:
    """Each red flag names a public body and its page."""
    for rule in rulebook("red_flags.yaml").rules:
        assert re.match(r"(NHS|British|Healthdirect)\b.*: .+", rule.follows or ""), rule.id


def test_every_topic_and_kind_has_its_wordings() -> None:
    """Each personal topic and each kind of no question has a rule and a wording in four languages."""
    topics = {rule.id.partition("/")[0] for rule in rulebook("personal.yaml").rules}
    kinds = {rule.id for rule in rulebook("no_question.yaml").rules}
    assert {topic.value for topic in Topic} == topics
    assert {kind.value for kind in NothingKind} - {"empty", "unreadable"} == kinds
    for topic in Topic:
        for language in LANGUAGES:
            ask = safety.PersonalAsk(topic, language)
            assert 2 == len(safety.practitioner_notices(ask))
    for kind in NothingKind:
        assert set(LANGUAGES) == set(register()[f"no-question-{kind}"].texts)


def test_safety_wordings_are_in_four_languages_and_await_review() -> None:
    """Each wording of ours is in all four languages, and says which ones no native clinician has read."""
    prefixes = ("urgent", "crisis", "practitioner", "clinic-matter", "no-question-")
    ours = [one for one in register().values() if one.id.startswith(prefixes)]
    assert len(ours) > 30
    for one in ours:
        assert set(LANGUAGES) == set(one.texts), one.id
        assert {"es", "zh", "de"} == set(one.awaiting_review), one.id


def test_practitioner_wordings_tell_nobody_to_change_a_treatment() -> None:
    """No wording for a practitioner's question can be read as advice to stop, start, take or leave anything."""
    for topic in Topic:
        for notice in safety.practitioner_notices(safety.PersonalAsk(topic, "en")):
            assert not re.search(r"\b(stop|start|reduce|skip|avoid|try|safe)\b", notice.text)


def test_emergency_wordings_speak_of_no_treatment() -> None:
    """Nothing about acupuncture, or that something helps, stands on an emergency answer."""
    for crisis in (False, True):
        for notice in safety.urgent_notices(safety.RedFlag("x", "en", crisis, ""), "AU"):
            assert not re.search(r"acupunct|needl|relie[fv]|effective|help[s]? with", notice.text)


def test_clinic_notice_holds_the_phone_number() -> None:
    """The clinic's number is in the wording where the operator set one."""
    matter = safety.clinic_matter("opening hours")
    assert matter is not None
    assert "03 9000 0000" in safety.clinic_notices(matter, "03 9000 0000")[0].text
    assert "{" not in safety.clinic_notices(matter)[0].text


# --- laws -----------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    """No text, of whatever characters, raises an exception."""
    for reader in READERS.values():
        reader(text, [text])
    assert safety.language(text) in LANGUAGES


@given(st.sampled_from(SPOKEN), st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")))
def test_reading_ignores_unicode_forms(text: str, form: str) -> None:
    """Composed and decomposed letters, full-width and plain ones, read the same."""
    assert plain(text) == plain(unicodedata.normalize(form, text))  # type: ignore[arg-type]


@given(st.sampled_from(SPOKEN), st.sampled_from(("  ", "\t", "\n", " \u00a0 ")))
def test_reading_ignores_case_and_spaces(text: str, space: str) -> None:
    """Capitals and the kind of white space change nothing."""
    assert plain(text) == plain(text.upper())
    assert plain(text) == plain(space + text.replace(" ", space) + space)


@given(st.sampled_from(URGENT), st.sampled_from(OTHERS))
def test_more_words_before_do_not_hide_an_emergency(urgent: Case, other: Case) -> None:
    """An emergency in a sentence of its own is seen, whatever other question stands before it."""
    if urgent.language == other.language and len(urgent.turns) == 1:
        assert safety.red_flag(f"{other.said}. {urgent.said}") is not None


def test_long_text_is_read_in_a_moment() -> None:
    """A pasted book takes no longer than a few seconds, and an emergency at its end is seen."""
    before = time.process_time()
    assert safety.red_flag("my knee hurts and " * 5000 + ". I have crushing chest pain") is not None
    assert time.process_time() - before < 5


# --- rule files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", RULE_FILES)
def test_rule_file_is_sound(file: str) -> None:
    """Every sign is asked for by a rule, speaks four languages, and each of its phrases compiles."""
    book = rulebook(file)
    asked_for = {sign for rule in book.rules for way in rule.ways for sign in way}
    assert set(book.signs) == asked_for
    for sign in book.signs.values():
        assert set(LANGUAGES) == set(sign.phrases), sign.id
        for phrases in (*sign.phrases.values(), *sign.exceptions.values(), *sign.unless.values()):
            assert phrases._any.pattern


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("<nosuchlist> pain", "which rules/words.yaml does not have"),
        ("pain//ache", "an empty word"),
        ("a ~ b ~ c", "more than one ~"),
    ],
)
def test_faulty_phrase_is_named(phrase: str, complaint: str) -> None:
    """A phrase that is not written in our small language is refused with what is wrong in it."""
    with pytest.raises(EvidenceDeskError, match=re.escape(complaint)) as error:
        Phrases.of([phrase], "en")
    assert repr(phrase) in str(error.value)


@pytest.mark.parametrize(
    ("signs", "rules", "complaint"),
    [
        ([{"id": "a", "en": ["x"], "fr": ["y"]}], [], "'a' has keys ['fr']"),
        ([{"id": "a", "en": "x"}], [], "wanted a list of phrases"),
        ([{"id": "a", "en": ["x"]}, {"id": "a", "en": ["y"]}], [], "'a' stands twice"),
        ([{"id": "a", "en": ["x"]}], [{"id": "r", "any": ["a + b"]}], "asks for 'b'"),
        ([{"id": "a", "en": ["x"]}], [{"id": "r", "when": ["a"]}], "'r' has keys ['when']"),
    ],
)
def test_faulty_rule_file_is_refused(
    signs: list[dict[str, object]], rules: list[dict[str, object]], complaint: str
) -> None:
    """A rule file that says something nobody reads is refused, with the place."""
    with pytest.raises(EvidenceDeskError, match=re.escape(complaint)):
        rulebook_of({"signs": signs, "rules": rules}, "test.yaml")
