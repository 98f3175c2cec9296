"""What must not be answered with studies: emergencies, what one person should do, the front desk's matters, no question.

Pure functions over `qa/rules/*.yaml`, in the order of precedence in which the outcomes stand. No triage and no scoring:
a red flag is there or not. The wordings are those of `qa/wordings/safety.yaml`. Understanding the question is in
`understanding`; the rules look at words only, so a mere list of topics never raises an alarm. Where they find nothing, a
crisis may still be told by meaning (`alarm_by_meaning`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.alarm_by_meaning import PERHAPS, SURE, Reader
from qa.language import language, scores
from qa.noise import empty, keyboard_noise, markup
from qa.rulebook import Reading, Rule, Rulebook, rulebook
from qa.wording import Brand, Wording

__all__ = [
    "ClinicMatter",
    "Country",
    "Nothing",
    "NothingKind",
    "PersonalAsk",
    "RedFlag",
    "Topic",
    "clinic_matter",
    "clinic_notices",
    "crisis_notices",
    "language",
    "no_question",
    "no_question_notices",
    "personal",
    "practitioner_notices",
    "red_flag",
    "urgent_notices",
]

# Signs of one emergency may be told over several turns; what was said longer ago is another matter.
_TURNS_BACK = 6
# How many turns back an alarm stands again before an ordinary question.
_STANDS = 2
# Characters of a text that are read from its beginning, and from its end: what keeps a pasted book from stopping
# the page. The page itself takes questions of 500.
_READ = 3000


class Country(StrEnum):
    """Countries whose emergency numbers we know."""

    AU = "AU"
    NZ = "NZ"
    UK = "UK"
    IE = "IE"
    US = "US"
    CA = "CA"


class Topic(StrEnum):
    """What a personal question is about; each has a wording `practitioner-<value>`."""

    MEDICINE = "medicine"
    PREGNANCY = "pregnancy"
    CHILD = "child"
    CONDITION = "condition"  # a disease, a device, a fear of needles
    PROMISE = "promise"  # will it cure me
    DIAGNOSIS = "diagnosis"
    CHOICE = "choice"  # should I, which is best for me
    PLAN = "plan"  # how many sessions, what may I do


class NothingKind(StrEnum):
    """Why a text is no question for the studies; each has a wording `no-question-<value>`."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"  # markup, program code, keyboard noise
    INSTRUCTION = "instruction"  # orders to the program
    GREETING = "greeting"
    THANKS = "thanks"
    CHAT = "chat"
    OFF_TOPIC = "off-topic"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A sign of danger in what was written.

    `follows` names the public guidance; `crisis` is true for thoughts of suicide or self-harm, which have wordings and
    numbers of their own.
    """

    id: str
    language: str
    crisis: bool
    follows: str


@dataclass(frozen=True, slots=True)
class PersonalAsk:
    """A question about what one person should do, has or can expect."""

    topic: Topic
    language: str


@dataclass(frozen=True, slots=True)
class ClinicMatter:
    """A question for the front desk; `topic` is the rule's id: hours, price, booking, ..."""

    topic: str
    language: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """A text that asks nothing of the studies."""

    kind: NothingKind
    language: str


def red_flag(
    question: str, history: Sequence[str] = (), meaning: Reader | None = None
) -> RedFlag | None:
    """The red flag in the newest question, alone or together with what earlier ones told; None where there is none.

    `history` holds the earlier questions, oldest first. At least one sign must stand in the newest; or the alarm was
    raised by one of the last two, and nothing since took it back ("do you take card?" does not). With `meaning`, a
    crisis that no rule finds is told by that, unless the rules read the words of one as denied, past or a topic.
    """
    book = rulebook("red_flags.yaml")
    readings = _readings(book, (*history[-_TURNS_BACK:], question))
    retracted = (at for at, one in enumerate(readings) if one.retracts)
    *earlier, newest = readings[max(retracted, default=0) :]
    found = book.first(newest, earlier) or _standing(book, (*earlier, newest))
    if found is None and meaning is not None:
        turns = (*history[-_TURNS_BACK:], question)[-len(earlier) - 1 :]
        found = _told(book, turns, (*earlier, newest), meaning)
    if found is None:
        return None
    rule, matched = found
    return RedFlag(rule.id, _spoken(question, matched), rule.crisis, rule.follows or "")


def crisis_notices(
    question: str, meaning: Reader, country: str | None = None
) -> tuple[Wording, ...]:
    """The crisis lines, to stand before an answer, where the question may hold thoughts of self-harm; else nothing.

    For what raises no red flag; the answer stays what it is.
    """
    if meaning(question) < PERHAPS:
        return ()
    return (Wording("crisis-perhaps"), Wording(f"crisis-call-{_place(country)}"))


def personal(question: str, history: Sequence[str] = ()) -> PersonalAsk | None:
    """What makes the question one about a person, for a practitioner; None where nothing does.

    Orders to the program are none, whatever they ask for, except where they touch medicines or health.
    """
    found = _first(rulebook("personal.yaml"), question, history)
    if found is None:
        return None
    others = {"orders": _orders, "desk": _desk, "nothing": _nothing}
    if any(others[one](question) for one in sorted(found[0].yields)):
        return None
    return PersonalAsk(Topic(found[0].id.partition("/")[0]), found[1])


def clinic_matter(question: str, history: Sequence[str] = ()) -> ClinicMatter | None:
    """The front desk's matter that is asked about; None where there is none, or where the program is given orders."""
    found = _first(rulebook("clinic.yaml"), question, history)
    if found is None or _orders(question) or markup(question):
        return None
    return ClinicMatter(found[0].id, found[1])


def no_question(question: str, history: Sequence[str] = ()) -> Nothing | None:
    """Why the text asks nothing of the studies; None where it may.

    Looks at the newest text alone: "thanks" is no question, whatever came before. `history` is taken so that all four
    functions are called alike.
    """
    del history
    spoken = language(question)
    if markup(question):
        return Nothing(NothingKind.UNREADABLE, spoken)
    found = _first(rulebook("no_question.yaml"), question, ())
    if found is not None:
        return Nothing(NothingKind(found[0].id), found[1])
    if empty(question):
        return Nothing(NothingKind.EMPTY, spoken)
    return Nothing(NothingKind.UNREADABLE, spoken) if keyboard_noise(question) else None


def urgent_notices(flag: RedFlag, country: str | None = None) -> tuple[Wording, ...]:
    """The wordings of an emergency, in the asker's language, with the numbers of `country`.

    Numbers of all countries we know where `country` is None or another one.
    """
    place = _place(country)
    urgent = ("urgent", f"urgent-call-{place}", "urgent-more")
    crisis = ("crisis", f"crisis-call-{place}", "crisis-more")
    ids = crisis if flag.crisis else urgent
    return tuple(Wording(one, language=flag.language) for one in ids)


def practitioner_notices(ask: PersonalAsk) -> tuple[Wording, ...]:
    """The wordings that send a personal question to a practitioner, in the asker's language."""
    ids = ("practitioner", f"practitioner-{ask.topic}")
    return tuple(Wording(one, language=ask.language) for one in ids)


def clinic_notices(matter: ClinicMatter, phone: str | None = None) -> tuple[Wording, ...]:
    """The wording for the front desk's matters, with the clinic's phone number where it is known."""
    if phone is None:
        return (Wording("clinic-matter", language=matter.language),)
    return (Wording("clinic-matter-phone", {"phone": Brand(phone)}, matter.language),)


def no_question_notices(nothing: Nothing) -> tuple[Wording, ...]:
    """The wording for what is no question, in the asker's language."""
    return (Wording(f"no-question-{nothing.kind}", language=nothing.language),)


def _first(book: Rulebook, question: str, history: Sequence[str]) -> tuple[Rule, str] | None:
    *earlier, newest = _readings(book, (*history[-_TURNS_BACK:], question))
    found = book.first(newest, earlier)
    return None if found is None else (found[0], _spoken(question, found[1]))


def _readings(book: Rulebook, texts: Sequence[str]) -> list[Reading]:
    return [book.read(_readable(one)) for one in texts]


def _standing(book: Rulebook, readings: Sequence[Reading]) -> tuple[Rule, str] | None:
    """The rule that held in one of the last turns before the newest, where no later turn took it back."""
    for at in range(len(readings) - 2, max(len(readings) - 2 - _STANDS, -1), -1):
        found = book.first(readings[at], readings[:at])
        if found is not None:
            signs = {sign for way in found[0].ways for sign in way if readings[at].named(sign)}
            return None if any(one.takes_back(signs) for one in readings[at + 1 :]) else found
    return None


def _told(
    book: Rulebook, turns: Sequence[str], readings: Sequence[Reading], meaning: Reader
) -> tuple[Rule, str] | None:
    """The rule of a crisis, where the newest turn tells of one, or a turn shortly before that none since took back."""
    rule = next(one for one in book.rules if one.crisis)
    signs = {way[0] for way in rule.ways if len(way) == 1}
    for turn, reading in list(zip(turns, readings, strict=True))[: -_STANDS - 2 : -1]:
        if any(sign in reading.standings for sign in signs):
            return None  # named, yet no alarm: denied, past or a topic
        if meaning(_readable(turn)) >= SURE:
            return rule, reading.languages.get(rule.id, "en")
        if reading.retracts:
            return None
    return None


def _place(country: str | None) -> str:
    return country.lower() if country is not None and country in set(Country) else "any"


def _readable(text: str) -> str:
    return text if len(text) <= 2 * _READ else f"{text[:_READ]} . {text[-_READ:]}"


def _spoken(question: str, matched: str) -> str:
    """The language of the question; where nothing in it tells, that of the phrase it matched."""
    told = language(question)
    return matched if told == "en" and not scores(question) else told


def _desk(question: str) -> bool:
    return _first(rulebook("clinic.yaml"), question, ()) is not None


def _nothing(question: str) -> bool:
    return _first(rulebook("no_question.yaml"), question, ()) is not None


def _orders(question: str) -> bool:
    found = _first(rulebook("no_question.yaml"), question, ())
    return found is not None and found[0].id == NothingKind.INSTRUCTION
