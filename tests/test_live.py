"""A changed collection is served without a restart; one that cannot be read never takes the page down."""

from __future__ import annotations

import html
import json
import logging
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from corpus.catalogue import load_catalogue, shipped_folder
from corpus.errors import IndexUnusableError
from corpus.folder_state import state
from corpus.standing import today
from index.build import ensure
from index.hashing_encoder import HashingEncoder
from index.library import Library
from qa import live
from qa.live import Follower
from qa.server import open_site, opened, running
from qa.settings import Settings, load
from tests.signing_in import PASSWORD, SIGNED_IN
from tests.small_collection import BACK, KNEE, NOTE, small_collection

ENCODER = HashingEncoder()


class _Desk:
    """A follower of a small collection, and what it was told."""

    def __init__(self, folder: Path) -> None:
        small_collection(folder / "small")
        self.folder = folder / "small"
        self.indexes = folder / "indexes"
        self.shown: list[Library] = []
        self.troubles: list[str | None] = []
        self.broken: Exception | None = None
        self.opened = 0
        library = self.open()
        self.follower = Follower(library, self.open, self.shown.append, self.troubles.append)
        self.opened = 0

    def open(self) -> Library:
        self.opened += 1
        if self.broken is not None:
            raise self.broken
        return ensure(load_catalogue(self.folder, drafts=True), self.indexes, ENCODER)

    def looks(self, times: int = 2) -> list[bool]:
        return [self.follower.look() for _ in range(times)]

    def studies(self) -> list[list[str]]:
        return [[one.id for one in library.catalogue.studies] for library in self.shown]


@pytest.fixture
def desk(tmp_path: Path) -> _Desk:
    """A follower that has not seen a change yet."""
    return _Desk(tmp_path)


def test_a_change_is_served_as_soon_as_it_has_settled(desk: _Desk) -> None:
    """The first look sees the change, the second one that it is over; then all is quiet."""
    assert [False, False] == desk.looks()
    small_collection(desk.folder, studies=(KNEE, BACK))
    assert [False, True, False, False] == desk.looks(4)
    assert [["back", "knee"]] == desk.studies()
    assert 1 == desk.opened


def test_a_file_that_is_written_again_as_it_was_is_no_change(desk: _Desk) -> None:
    """The folder is read, and nothing is shown anew."""
    small_collection(desk.folder)
    assert [False, False, False] == desk.looks(3)
    assert (1, []) == (desk.opened, desk.shown)


def test_a_wrong_record_leaves_the_page_as_it_was(
    desk: _Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The reason is told once, with file and line; as soon as the record is right again, all is well."""
    bulk = desk.folder / "studies.jsonl"
    whole = bulk.read_text(encoding="utf-8")
    bulk.write_text(whole + '{"id": "broken"', encoding="utf-8")
    assert [False] * 5 == desk.looks(5)
    assert 1 == desk.opened
    (why,) = desk.troubles
    assert f"{bulk}:5: found text that is no JSON" in str(why)
    assert str(why) in caplog.text
    bulk.write_text(whole, encoding="utf-8")
    assert [False] * 3 == desk.looks(3)
    assert None is desk.troubles[-1]
    small_collection(desk.folder, studies=(NOTE,))
    assert [False, True] == desk.looks()
    assert [["note"]] == desk.studies()


def test_what_may_pass_by_itself_is_tried_again(
    desk: _Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is no fault of the collection: after some looks it is tried again, though no file has changed."""
    monkeypatch.setattr(live, "_AGAIN_AFTER", 3)
    desk.broken = IndexUnusableError("no room")
    small_collection(desk.folder, studies=(KNEE,))
    assert [False] * 4 == desk.looks(4)
    assert 1 == desk.opened
    desk.broken = None
    assert [True] == desk.looks(1)
    assert ["no room", None] == desk.troubles


def test_an_unforeseen_error_tells_no_more_than_its_kind(
    desk: _Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong, the follower goes on, and no text of a record reaches the log."""
    desk.broken = ValueError("My knee hurts")
    small_collection(desk.folder, studies=(KNEE,))
    assert [False] * 2 == desk.looks()
    assert "ValueError" in caplog.text
    assert "My knee hurts" not in caplog.text


def test_the_next_day_is_a_change(desk: _Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An approval ends with its day, and no file tells of that."""
    monkeypatch.setattr("qa.live.today", lambda: today() + timedelta(days=1))
    desk.looks()
    assert 1 == desk.opened


def test_a_folder_that_is_gone_leaves_the_page_as_it_was(desk: _Desk) -> None:
    """Somebody moves the folder away: the page goes on, and says so to the operator."""
    desk.folder.rename(desk.folder.with_name("elsewhere"))
    assert [False, False] == desk.looks()
    assert "found no such folder" in str(desk.troubles[0])


def test_hidden_files_are_no_part_of_a_collection(tmp_path: Path) -> None:
    """What an editor or a program lays beside the records for itself is no change."""
    small_collection(tmp_path)
    before = state(tmp_path)
    (tmp_path / ".studies.jsonl.swp").write_text("x", encoding="utf-8")
    assert before == state(tmp_path)
    (tmp_path / "collection.yaml").write_text("name: Other\n", encoding="utf-8")
    assert before != state(tmp_path)


# --- served ---------------------------------------------------------------------------------------

HIP = "does acupuncture help hip osteoarthritis?"
OLD = "Acupuncture probably has little or no effect in reducing pain"
NEW = "Acupuncture arguably has little or no effect in reducing pain"


@pytest.fixture
def shop(tmp_path: Path, indexes: Path) -> Settings:
    """Settings of a copy of the shipped collection."""
    folder = tmp_path / "collection"
    for name in ("studies", "collection.yaml"):
        found = shipped_folder() / name
        (shutil.copytree if found.is_dir() else _copied)(found, folder / name)
    return load(
        collection=folder,
        index_root=indexes,
        requests_per_minute=6000,
        requests_at_once=1000,
        staff_password=PASSWORD,
    )


def _copied(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


@pytest.fixture
def served(shop: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a page that follows its collection."""
    monkeypatch.setattr(live.following, "__defaults__", (0.1,))
    with running(open_site(shop, opened(shop)).app) as address:
        yield address


def _asked(address: str) -> dict[str, object]:
    answer = httpx.post(f"{address}/api/ask", json={"question": HIP}, timeout=60)
    assert 200 == answer.status_code
    found: dict[str, object] = answer.json()
    return found


def _edit(folder: Path, old: str, new: str) -> None:
    file = folder / "studies" / "manheimer-2018-hip-oa.md"
    text = file.read_text(encoding="utf-8")
    beside = file.with_suffix(".new")
    beside.write_text(text.replace(old, new), encoding="utf-8")
    beside.replace(file)


def _waited(address: str, index: object) -> str:
    """The build that is served in the place of `index`."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now = httpx.get(f"{address}/readyz", timeout=60).json()
        if now["index"] != index:
            return str(now["index"])
        time.sleep(0.2)
    raise AssertionError("the same build was served for a minute")


@pytest.mark.model
def test_a_changed_sentence_is_served_and_the_old_one_is_gone(shop: Settings, served: str) -> None:
    """While questions keep coming, each is answered by one build: its receipt and its sentences belong together."""
    before = _asked(served)
    index = before["receipt"]["index"]  # type: ignore[index]
    answers: list[tuple[object, str]] = []
    over = threading.Event()

    def visitors() -> None:
        while not over.is_set():
            found = _asked(served)
            answers.append((found["receipt"]["index"], json.dumps(found["findings"])))  # type: ignore[index]

    threads = [threading.Thread(target=visitors) for _ in range(3)]
    for one in threads:
        one.start()
    try:
        assert shop.collection is not None
        _edit(shop.collection, "probably has", "arguably has")
        newer = _waited(served, index)
        time.sleep(0.5)
    finally:
        over.set()
        for one in threads:
            one.join(60)
    answers.append((newer, json.dumps(_asked(served)["findings"])))
    assert {(index, True, False), (newer, False, True)} == {
        (built, OLD in told, NEW in told) for built, told in answers
    }
    page = httpx.get(f"{served}/browse/manheimer-2018-hip-oa", timeout=60).text
    assert (False, True) == (OLD in page, NEW in page)


@pytest.mark.model
def test_a_new_study_is_told_of_on_the_page_and_a_broken_one_is_not(
    shop: Settings, served: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The count, the list and the examples of the page change; a wrong record changes nothing but `/readyz`."""
    caplog.set_level(logging.ERROR)
    assert shop.collection is not None
    index = _asked(served)["receipt"]["index"]  # type: ignore[index]
    (shop.collection / "studies" / "manheimer-2018-hip-oa.md").unlink()
    newer = _waited(served, index)
    front = httpx.get(served, timeout=60).text
    assert ("16 studies" in front, "17 studies" in front) == (True, False)
    assert 404 == httpx.get(f"{served}/browse/manheimer-2018-hip-oa", timeout=60).status_code
    (shop.collection / "studies" / "broken.md").write_text("no record", encoding="utf-8")
    deadline = time.monotonic() + 60
    while httpx.get(f"{served}/readyz", timeout=60).json()["up_to_date"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert newer == _asked(served)["receipt"]["index"]  # type: ignore[index]
    desk = httpx.get(f"{served}/staff", headers=SIGNED_IN, timeout=60).text
    assert "This desk still answers from the old one." in html.unescape(desk)
