"""The reviewer's pages and commands, over a real collection folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from corpus.catalogue import Catalogue, load_catalogue
from corpus.importing.imports import import_files
from corpus.review_store import shelf
from corpus.study import Role
from qa.cli import app, main
from qa.page_site import fenced
from qa.settings import load
from tests.made_answers import asked
from tests.signing_in import PASSWORD, SIGNED_IN

LIST, RECORD = "/staff/review", "/staff/review/record"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A collection of 22 imported abstracts, all drafts; "a & b" is the one that tests look into."""
    rows = [
        {
            "_id": "a & b",
            "title": "Acupuncture for <sciatica>",
            "text": "We randomised 84 adults. Pain was reduced by needles. However, the trial was small. It rained.",
        },
        *(
            {"_id": f"n{number}", "title": f"Needles {number}", "text": "It was a small trial."}
            for number in range(20)
        ),
        {"_id": "empty", "title": "Nothing but a title", "text": ""},
    ]
    file = tmp_path / "corpus.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    made = tmp_path / "collection"
    import_files([file], made)
    return made


@pytest.fixture
def client(folder: Path, catalogue: Catalogue) -> Iterator[TestClient]:
    """The site over the collection, signed in."""
    settings = load(requests_at_once=1000, staff_password=PASSWORD)
    made = fenced(settings, load_catalogue(folder), asked(catalogue)).app
    with TestClient(made, base_url="http://127.0.0.1:7860", headers=SIGNED_IN) as found:
        yield found


def _form(folder: Path, **fields: str | list[str]) -> dict[str, str | list[str]]:
    """What the page of the record sends when nothing is touched, with other `fields`."""
    record = shelf(folder).record("a & b")
    sent: dict[str, str | list[str]] = {
        "id": "a & b",
        "version": record.version,
        "conditions": list(record.study.conditions),
        "treatments": list(record.study.treatments),
        "outcomes": list(record.study.outcomes),
        "design": str(record.study.design or "none"),
        "participants": str(record.study.participants or ""),
        "name": "Dr Ada Hill",
        "do": "save",
    }
    return sent | fields


def _versions(folder: Path, *ids: str) -> list[str]:
    return [shelf(folder).record(one).version for one in ids]


# --- pages


def test_the_list_names_what_waits(client: TestClient) -> None:
    """All 22 drafts are listed, their titles escaped, each with a link to its page."""
    page = client.get(LIST).text
    assert 22 == page.count('name="record"')
    assert "<sciatica>" not in page
    assert f'href="{RECORD}?id=a+%26+b"' in page


def test_the_pages_are_for_staff_only(client: TestClient) -> None:
    """Without signing in there is nothing to see and nothing to change."""
    for path in (LIST, RECORD):
        for method in ("GET", "POST"):
            answer = client.request(method, path, headers={"authorization": "Basic eDp5"})
            assert 401 == answer.status_code


def test_ticked_studies_are_approved_together(client: TestClient, folder: Path) -> None:
    """Two of the drafts are approved by name, the others wait."""
    sent = {"record": _versions(folder, "n1", "a & b"), "which": "chosen", "name": "Ada"}
    page = client.post(LIST, data=sent)
    assert 200 == page.status_code
    assert "Approved: 2" in page.text.replace("&#58;", ":")
    assert ["a & b", "n1"] == [one.id for one in load_catalogue(folder).studies]


def test_all_of_a_page_are_approved_but_those_that_cannot_be(
    client: TestClient, folder: Path
) -> None:
    """The record without text stays a draft and is counted."""
    ids = [one.study.id for one in shelf(folder).records]
    sent = {"listed": _versions(folder, *ids), "which": "page", "name": "Ada", "state": "draft"}
    page = client.post(LIST, data=sent).text.replace("&#58;", ":")
    assert "Approved: 21" in page
    assert "Not approved: 1" in page
    assert 21 == len(load_catalogue(folder).studies)


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_a_form_of_another_site_changes_nothing(
    client: TestClient, folder: Path, headers: dict[str, str]
) -> None:
    """A signed-in browser cannot be made to approve by somebody else's page."""
    sent = {"record": _versions(folder, "n1"), "which": "chosen", "name": "Ada"}
    assert 403 == client.post(LIST, data=sent, headers=headers).status_code
    assert 403 == client.post(RECORD, data=_form(folder, do="approve"), headers=headers).status_code
    assert () == load_catalogue(folder).studies


def test_without_a_name_nothing_is_approved(client: TestClient, folder: Path) -> None:
    """Who approves must say who they are."""
    sent = {"record": _versions(folder, "n1"), "which": "chosen", "name": " "}
    assert 422 == client.post(LIST, data=sent).status_code
    assert 422 == client.post(RECORD, data=_form(folder, do="approve", name="")).status_code
    assert () == load_catalogue(folder).studies


def test_one_study_is_decided_and_approved_in_one_step(client: TestClient, folder: Path) -> None:
    """Facets, design, numbers and sentences are kept as sent, and the approval with them."""
    sent = _form(
        folder,
        do="approve",
        design="randomised-trial",
        participants="85",
        **{"add-outcomes": "disability", "role-3": "caveat", "withhold-0": "yes"},
    )
    assert 200 == client.post(RECORD, data=sent).status_code
    study = load_catalogue(folder).study("a & b")
    assert (("sciatica",), 85, "randomised-trial") == (
        study.conditions,
        study.participants,
        study.design,
    )
    assert "disability" in study.outcomes
    assert {("Abstract", 0, 24)} == study.withheld
    roles = {study.section(one.section)[one.start : one.end]: one.roles for one in study.marks}
    assert frozenset({Role.CAVEAT}) == roles["It rained."]


def test_an_untouched_form_changes_nothing(client: TestClient, folder: Path) -> None:
    """Pressing save on a page as it came leaves the file as it is."""
    before = (folder / "studies.jsonl").read_bytes()
    client.post(RECORD, data=_form(folder))
    assert before == (folder / "studies.jsonl").read_bytes()


def test_a_page_that_was_opened_too_early_is_refused(client: TestClient, folder: Path) -> None:
    """Two people open a study; the second to save is told, and the first one's work stays."""
    first, second = _form(folder, participants="9"), _form(folder, participants="7")
    assert 200 == client.post(RECORD, data=first).status_code
    answer = client.post(RECORD, data=second)
    assert 422 == answer.status_code
    assert "Somebody changed this study" in answer.text
    assert 9 == shelf(folder).record("a & b").study.participants


@pytest.mark.parametrize(
    "fields",
    [
        {"participants": "many"},
        {"add-conditions": "qwertzuiop"},
        {"withhold-2": "yes", "role-2": "caveat", "role-1": "finding"},
        {"do": "approve", "name": "x" * 101},
    ],
)
def test_what_cannot_be_kept_is_said(
    client: TestClient, folder: Path, fields: dict[str, str]
) -> None:
    """A wrong number, an unknown name, and a finding without its limit change nothing."""
    before = (folder / "studies.jsonl").read_bytes()
    assert 422 == client.post(RECORD, data=_form(folder, **fields)).status_code
    assert before == (folder / "studies.jsonl").read_bytes()


def test_a_study_is_sent_back(client: TestClient, folder: Path) -> None:
    """An approval is withdrawn with one press."""
    client.post(RECORD, data=_form(folder, do="approve"))
    client.post(RECORD, data=_form(folder, do="return"))
    assert () == load_catalogue(folder).studies


def test_a_study_that_is_not_there(client: TestClient) -> None:
    """The list is shown with a message, and the status says it too."""
    answer = client.get(RECORD, params={"id": "nowhere"})
    assert 404 == answer.status_code
    assert "There is no such study here." in answer.text.replace("&#46;", ".")


def test_a_folder_that_is_read_only_shows_the_command(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be written there is no button, and the page says what to do."""
    monkeypatch.setattr("qa.staff_review.is_writable", lambda _: False)
    for path, params in ((LIST, {}), (RECORD, {"id": "a & b"})):
        page = client.get(path, params=params).text
        assert "<button" not in page
        assert "evidence-desk review" in page.replace("&#45;", "-")


# --- commands


def _run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["review", *words, "--collection", str(folder)])


def test_commands_list_show_and_approve(folder: Path) -> None:
    """What waits is listed, shown with numbered sentences, and approved by name."""
    assert "22 draft" in _run(folder, "list", "--drafts").output
    shown = _run(folder, "show", "a & b").output
    assert "participants: 84   “We randomised 84 adults.”" in shown
    assert "Abstract:3  [caveat]  However, the trial was small." in shown
    result = _run(folder, "approve", "a & b", "n1", "--by", "Ada", "--months", "6")
    assert 0 == result.exit_code, result.output
    assert ["a & b", "n1"] == [one.id for one in load_catalogue(folder).studies]
    assert "20 draft, 2 approved" in _run(folder, "list").output
    assert "due" in _run(folder, "list", "--due", "200").output


def test_many_are_approved_with_a_yes_only(folder: Path) -> None:
    """21 at once ask for --yes; a dry run and a few need none."""
    approve = ("approve", "--all-drafts", "--by", "Ada")
    assert "21 would be approved, 1 would not" in _run(folder, *approve, "--dry-run").output
    assert 1 == _run(folder, *approve).exit_code
    assert () == load_catalogue(folder).studies
    assert 0 == _run(folder, *approve, "--matching", "needles 12").exit_code
    assert ["n12"] == [one.id for one in load_catalogue(folder).studies]
    assert 0 == _run(folder, *approve, "--yes").exit_code
    assert 21 == len(load_catalogue(folder).studies)


def test_named_records_are_approved_all_or_none(folder: Path) -> None:
    """One that cannot be approved keeps the others from it, and the message names it."""
    result = _run(folder, "approve", "n1", "empty", "--by", "Ada")
    assert 1 == result.exit_code
    assert "empty: found no sentence to show" in str(result.exception)
    assert () == load_catalogue(folder).studies


def test_commands_decide_mark_mend_and_return(folder: Path) -> None:
    """Each change is kept in the record, and none of them approves it."""
    decided = _run(
        folder, "edit", "a & b", "--add-outcome", "disability", "--set-trials", "0", "--by", "Bo"
    )
    assert 0 == decided.exit_code, decided.output
    assert 0 == _run(folder, "mark", "a & b", "Abstract:4", "withheld").exit_code
    assert 0 == _run(folder, "mark", "a & b", "Abstract:2", "finding", "caveat").exit_code
    mended = ("--section", "Abstract", "--old", "adults", "--new", "grown-ups", "--why", "no")
    assert 0 == _run(folder, "repair", "a & b", *mended, "--by", "Bo").exit_code
    assert 0 == _run(folder, "return", "a & b").exit_code
    study = shelf(folder).record("a & b").study
    assert "disability" in study.outcomes
    assert 1 == len(study.withheld)
    assert "We randomised 84 grown-ups." == study.section("Abstract")[:27]
    assert () == load_catalogue(folder).studies


@pytest.mark.parametrize(
    "words",
    [
        ("approve", "--by", "Ada"),
        ("approve", "n1", "--all-drafts", "--by", "Ada"),
        ("approve", "n1", "--matching", "x", "--by", "Ada"),
        ("approve", "n1"),
        ("approve", "n1", "--by", "Ada", "--months", "99"),
        ("mark", "n1", "Abstract:1", "nonsense"),
        ("mark", "n1", "Abstract:1", "finding", "plain"),
        ("edit", "n1", "--set-design", "nonsense", "--by", "Ada"),
    ],
)
def test_wrong_usage_ends_with_2(folder: Path, words: tuple[str, ...]) -> None:
    """Contradictory or unknown options change nothing."""
    assert 2 == _run(folder, *words).exit_code
    assert () == load_catalogue(folder).studies


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nowhere"),
        ("mark", "n1", "Abstract:9", "finding"),
        ("edit", "n1", "--add-condition", "sciatika", "--by", "Ada"),
        ("approve", "n1", "--by", " "),
    ],
)
def test_failures_end_with_1_and_one_message(
    folder: Path,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was found and wanted is said in one line, without a traceback."""
    monkeypatch.setattr(
        "sys.argv", ["evidence-desk", "review", *words, "--collection", str(folder)]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert 1 == ended.value.code
    said = capsys.readouterr().err
    assert 1 == said.count("\n")
    assert "wanted" in said


def test_the_clinics_own_records_are_named_but_stay() -> None:
    """The shipped records have no day of review: the list says so, and they stay on the page."""
    result = CliRunner().invoke(app, ["review", "list"])
    assert "17 published by the clinic have no day of review; they stay" in result.output
    assert 17 == len(load_catalogue().studies)
