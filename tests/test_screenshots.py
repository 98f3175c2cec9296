"""The pictures of the page: taken with the real collection, or a clear word on what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import EvidenceDeskError
from index.library import Library
from qa import screenshots
from qa.page_states import STATES
from qa.settings import PREFIX


def test_pictures_are_taken(
    chromium: str,
    library: Library,
    indexes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The README's picture and one for each state, width and scheme, each a picture of that width."""
    assert chromium
    assert library.passages
    monkeypatch.setenv(f"{PREFIX}INDEX_ROOT", str(indexes))
    monkeypatch.setattr(screenshots, "STATES", tuple(one for one in STATES if one.name == "answer"))
    monkeypatch.setattr(screenshots, "WIDTHS", (390,))
    taken = [one.relative_to(tmp_path).as_posix() for one in screenshots.screenshots(tmp_path)]
    assert ["answer.png", "all/answer-390-light.png", "all/answer-390-dark.png"] == taken
    assert 390 == int.from_bytes((tmp_path / taken[1]).read_bytes()[16:20], "big")


def test_missing_browser_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a Chromium the message names what was looked for, and no folder is made."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(EvidenceDeskError, match="no browser was found; wanted one of chromium"):
        list(screenshots.screenshots(tmp_path / "pictures"))
    assert not (tmp_path / "pictures").exists()


def test_states_have_names_of_their_own() -> None:
    """No picture overwrites another."""
    names = [one.name for one in STATES]
    assert len(names) == len(set(names))
