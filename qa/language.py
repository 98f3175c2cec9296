"""Which of the four languages a question is written in: by its script, then by its little words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.plain_text import plain

# Little words and the commonest words about health; none that two of the languages share ("die", "me", "no", "was").
_WORDS = {
    "en": """the is are am im ive cant dont having feel feels feeling chest leg legs numb swollen fever blood hurts hurt think has had going
        need want get got now out up down one both since after before when while without suddenly new bad the does do i my and of to for in on with can what how it this that you your have has help pain
        should when which from be been not or if at he she they his her will would could but about any there acupuncture
        evidence studies study knee back hip hello hi thanks lorem ipsum""",
    "es": """el la los las de del que por para una y es mi tengo tiene duele dolor ayuda sirve puedo puede como donde
        cuando cuanto cuanta cuantas cuantos estoy esta muy pero mas acupuntura espalda rodilla ciatica cadera pierna
        piernas quiero hacer debo hola gracias buenos dias creo al lo se le mis ya ha he nada nunca
        siempre hoy ayer anoche desde hace hasta porque tambien pueden tienen siento noto cada otra otro vez semana noche
        pecho brazo cabeza fiebre cuello sangre aire agujas sesion cita usted ustedes soy somos estan esto eso hay""",
    "de": """der das und ist ich mein meine nicht kann hilft bei gegen fur ein eine einen mit wie warum wo wann auf
        schmerzen akupunktur ischias knie rucken hufte beine bein habe haben sind soll darf wird von zu den dem nach
        seit aber auch oder mich mir sie es gibt hallo danke guten tag kein keine bist haben werde muss heute heut
        gestern jetzt immer schon wenn weil dann zum zur beim ins aufs uns euch ihr wir nix nimmer nimma ned hob isch
        fuer ueber fuss ruecken brust kopf luft fieber blut arzt termin nadeln schmerz tut weh
        hab bitte schnell ganz vom wegen einer sogar nachts""",
}
_BY_LANGUAGE = {language: frozenset(text.split()) for language, text in _WORDS.items()}
_CHINESE = re.compile(r"[㐀-䶿一-鿿]")
_KANA = re.compile(r"[぀-ヿ]")
_ONLY_SPANISH = re.compile(r"[¿¡ñÑ]|[áéíóúÁÉÍÓÚ]")
_ONLY_GERMAN = re.compile(r"[äöüßÄÖÜ]")


def scores(question: str) -> dict[str, int]:
    """How much speaks for each of English, Spanish and German; what nothing speaks for is left out."""
    words = plain(question).split()
    found = {
        language: sum(one in known for one in words) for language, known in _BY_LANGUAGE.items()
    }
    found["es"] += bool(_ONLY_SPANISH.search(question))
    found["de"] += bool(_ONLY_GERMAN.search(question))
    return {language: score for language, score in found.items() if score}


def chinese(question: str) -> bool:
    """True where it is written in Chinese characters, and not in Japanese."""
    return bool(_CHINESE.search(question)) and not _KANA.search(question)


def language(question: str) -> str:
    """`en`, `es`, `zh` or `de`; English where nothing speaks for another one.

    >>> [language(one) for one in ("knee pain", "me duele la rodilla", "膝盖痛", "mein Knie tut weh")]
    ['en', 'es', 'zh', 'de']
    """
    return "zh" if chinese(question) else likeliest(scores(question))


def likeliest(found: Mapping[str, int]) -> str:
    """The language that most speaks for; English where it is a draw."""
    return max(("en", "es", "de"), key=lambda one: (found.get(one, 0), one == "en"))
