"""The register of fixed wordings: complete, plain, calm, and all of it used."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from qa.answer import Flag
from qa.wording import Entry, register

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "qa/wordings").glob("*.yaml"))
KEYS = {"id", "en", "es", "zh", "de", "follows", "awaiting_review"}
HIGHEST_GRADE = 7.0  # years of schooling; the readers' guidance for patients asks for 6 to 8
FEWEST_WORDS = 12  # a grade of fewer words says nothing: "Earlier questions" alone comes out at 8


def _syllables(word: str) -> int:
    """An estimate: groups of vowels, without the silent e.

    >>> [_syllables(one) for one in ("acupuncture", "page", "table", "question", "asked", "idea")]
    [4, 1, 2, 2, 1, 2]
    """
    bare = re.sub(r"(?:[^laeiouy]e|[^td]ed|[^sxzcg]es)$", "x", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def _grade(text: str) -> float:
    """The Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid 1975).

    >>> round(_grade("The cat sat on the mat."), 2)
    -1.45
    """
    sentences = [one for one in re.split(r"[.!?:]+(?:\s|$)|\n+", text) if one.strip()]
    words = re.findall(r"[A-Za-z][A-Za-z'’]*", text)  # a number is read, but has no syllables here
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _shown(text: str) -> str:
    """The text with its places filled by a short word, as the grade is about our own words."""
    return re.sub(r"\{\w+\}", "this", text)


def _entries() -> list[Entry]:
    return list(register().values())


def _code() -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted((ROOT / "qa").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def test_register_holds_every_file() -> None:
    """Each entry of each file is in the register; an id that stood twice would be refused."""
    listed = [one["id"] for path in FILES for one in yaml.safe_load(path.read_text("utf-8"))]
    assert sorted(listed) == sorted(register())
    assert listed


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_has_known_keys_only(path: Path) -> None:
    """An entry has an id, an English text, and no key that nobody reads."""
    for one in yaml.safe_load(path.read_text(encoding="utf-8")):
        assert {"id", "en"} <= set(one) <= KEYS, one
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", one["id"]), one["id"]
        assert one["en"].strip(), one["id"]


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry.id)
def test_places_are_plain_and_the_same_in_every_language(entry: Entry) -> None:
    """A place is a bare name, and a translation has the places of the English text."""
    for text in entry.texts.values():
        parsed = list(string.Formatter().parse(text))
        assert all(name is None or name.isidentifier() for _, name, _, _ in parsed)
        assert all(not specification and not turn for _, _, specification, turn in parsed)
        assert _places(entry.texts["en"]) == _places(text)


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry.id)
def test_translation_awaiting_review_exists(entry: Entry) -> None:
    """Only a language that the entry has can await its review, and English is our own."""
    assert set(entry.awaiting_review) <= set(entry.texts) - {"en"}


@pytest.mark.parametrize(
    "entry",
    [one for one in _entries() if len(one.texts["en"].split()) >= FEWEST_WORDS],
    ids=lambda entry: entry.id,
)
def test_wording_is_plain(entry: Entry) -> None:
    """A wording of some length reads at grade 7 or below."""
    text = _shown(entry.texts["en"])
    assert HIGHEST_GRADE >= _grade(text), text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_plain_as_a_whole(path: Path) -> None:
    """All wordings of a file together, short ones too, read at grade 7 or below."""
    texts = [one["en"].strip() for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert HIGHEST_GRADE >= _grade("\n".join(map(_shown, texts)))


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry.id)
def test_wording_is_calm_british_text(entry: Entry) -> None:
    """No exclamation, no markup, no American spelling."""
    text = entry.texts["en"]
    assert not re.search(r"[!<>*_`#]", text)
    american = r"\b\w*(?:ize[sd]?|izing|ization|olor|avor)\b|\b(?:center|program|pediatric)s?\b"
    assert not re.search(american, re.sub(r"\b(?:size|prize)[sd]?\b", "", text), re.IGNORECASE)


@pytest.mark.parametrize("flag", Flag)
def test_flag_has_its_wording(flag: Flag) -> None:
    """Each flag that a finding can carry is said in a fixed wording."""
    assert f"flag-{flag}" in register()


def test_wordings_asked_for_exist() -> None:
    """Every id that the code names is in the register."""
    missing = [
        f"{path.name}:{node.lineno} {node.args[0].value}"
        for path, node in _code()
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Wording"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and node.args[0].value not in register()
    ]
    assert [] == missing


def test_wordings_are_all_used() -> None:
    """No wording lies about that the code cannot say: each id is a text of the code or built by it."""
    patterns = []
    for _, node in _code():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            patterns.append(re.escape(node.value))
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            parts = (
                re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"[\w-]+"
                for one in node.values
            )
            patterns.append("".join(parts))
    said = re.compile("|".join(f"(?:{one})" for one in patterns))
    assert [] == [one for one in register() if not said.fullmatch(one)]
