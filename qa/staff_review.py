"""The reviewer's addresses: the list of studies, one study, and what is decided there.

Forms work without script. Who may come in is not decided here; that a form is our own is.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from corpus.catalogue import STUDIES
from corpus.drafting import FACETS
from corpus.errors import CollectionError, ReviewError
from corpus.matching import concepts
from corpus.numbers_told import number
from corpus.reading import propose, read_all
from corpus.review_days import State, counts, state
from corpus.review_store import Shelf, Stored, save, shelf
from corpus.reviewing import approved, edited, marked, returned
from corpus.standing import today
from corpus.study import Design, Role, Study
from corpus.vocabulary import Vocabulary
from qa.feedback import is_own
from qa.form_fields import Fields, fields_of
from qa.guard import POST, READ, Route
from qa.page_frame import Frame
from qa.served import Current
from qa.staff_frame import desk_page
from qa.staff_review_html import ON_A_PAGE, PATH, RECORD, Listed, list_html
from qa.staff_review_record import ROLES, record_html
from qa.wording import Number, Wording

ROUTES = (Route(PATH, READ | POST), Route(RECORD, READ | POST))


@dataclass(frozen=True, slots=True)
class _Done:
    """What a form led to: what is said, and whose name to offer again."""

    name: str = ""
    problem: Wording | None = None
    told: list[Wording] = field(default_factory=list)

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.OK if self.problem is None else HTTPStatus.UNPROCESSABLE_ENTITY


def add_to(app: FastAPI, current: Current, folder: Path) -> None:
    """Let `app` serve the reviewer's pages over the records of a folder."""
    app.add_route(PATH, partial(_list, current, folder))
    app.add_route(PATH, partial(_approve, current, folder), methods=["POST"])
    app.add_route(RECORD, partial(_record, current, folder))
    app.add_route(RECORD, partial(_decide, current, folder), methods=["POST"])


def is_writable(folder: Path) -> bool:
    """True where records of the folder can be replaced."""
    places = [one for one in (folder, folder / STUDIES) if one.exists()]
    return all(os.access(one, os.W_OK) for one in places)


def _first(sent: Fields, name: str) -> str:
    return (sent.get(name) or [""])[0]


# --- the list


async def _list(current: Current, folder: Path, request: Request) -> Response:
    frame = current().frame
    asked = request.query_params
    shown = partial(_listed_page, frame, folder, asked.get("state", ""), asked.get("page", ""))
    return await asyncio.to_thread(shown, _Done())


def _listed_page(frame: Frame, folder: Path, wanted: str, page: str, done: _Done) -> Response:
    records, day = shelf(folder), today()
    told = list(records.told())
    found = counts(told, day)
    waiting = next((one for one in State if found[one]), State.DRAFT)
    chosen = State(wanted) if wanted in list(State) else waiting
    pairs = zip(records.records, told, strict=True)
    here = [one for one, study in pairs if state(study, day) is chosen]
    last = max(1, -(-len(here) // ON_A_PAGE))
    at = min(max(number(page) or 1, 1), last)
    listed = Listed(chosen, found, here[(at - 1) * ON_A_PAGE : at * ON_A_PAGE], at)
    inside = list_html(
        listed,
        writable=is_writable(folder),
        name=done.name,
        problem=done.problem,
        told=done.told,
    )
    return HTMLResponse(desk_page(frame, Wording("review-heading"), inside, here=PATH), done.status)


async def _approve(current: Current, folder: Path, request: Request) -> Response:
    frame = current().frame
    sent = await fields_of(request)
    done = _elsewhere(request)
    if done is None:
        done = await asyncio.to_thread(_approved, folder, sent)
    return await asyncio.to_thread(_listed_page, frame, folder, _first(sent, "state"), "", done)


def _elsewhere(request: Request) -> _Done | None:
    return None if is_own(request) else _Done(problem=Wording("review-problem-elsewhere"))


def _approved(folder: Path, sent: Fields) -> _Done:
    """Approve the records that a form names by their versions; one that was changed since is not among them."""
    name = _first(sent, "name")
    wanted = dict.fromkeys(sent.get("listed" if _first(sent, "which") == "page" else "record", ()))
    records = shelf(folder)
    chosen = [one for one in records.records if one.version in wanted]
    done, refused = [], len(wanted) - len(chosen)
    try:
        for one in chosen:
            try:
                records.refuse_retracted(one.study)
                new = approved(one.study, records.vocabulary, by=name, on=today())
                done.append(Stored(new, one.file, one.version))
            except ReviewError as exc:
                if exc.kind == "name":
                    raise
                refused += 1
        save(folder, done)
    except CollectionError as exc:
        return _Done(name, _problem(exc))
    told = [Wording("review-done-approved", {"count": Number(len(done))})]
    told += [Wording("review-done-not", {"count": Number(refused)})] if refused else []
    return _Done(name, told=told)


def _problem(exc: CollectionError) -> Wording:
    kind = exc.kind if isinstance(exc, ReviewError) else "write"
    known = {"name", "retracted", "empty", "limits", "record", "changed", "term", "write"}
    return Wording(f"review-problem-{kind if kind in known else 'value'}")


# --- one study


async def _record(current: Current, folder: Path, request: Request) -> Response:
    frame = current().frame
    asked = request.query_params.get("id", "")
    return await asyncio.to_thread(_record_page, frame, folder, asked, _Done())


def _record_page(frame: Frame, folder: Path, study_id: str, done: _Done) -> Response:
    records = shelf(folder)
    try:
        record = records.record(study_id)
    except ReviewError as exc:
        page = _listed_page(frame, folder, "", "", _Done(problem=_problem(exc)))
        page.status_code = HTTPStatus.NOT_FOUND
        return page
    inside = record_html(
        record,
        records.vocabulary,
        writable=is_writable(folder),
        name=done.name,
        problem=done.problem,
        told=done.told,
    )
    heading = Wording("review-record-heading")
    return HTMLResponse(desk_page(frame, heading, inside), done.status)


async def _decide(current: Current, folder: Path, request: Request) -> Response:
    frame = current().frame
    sent = await fields_of(request)
    done = _elsewhere(request)
    if done is None:
        done = await asyncio.to_thread(_decided, folder, sent)
    return await asyncio.to_thread(_record_page, frame, folder, _first(sent, "id"), done)


def _decided(folder: Path, sent: Fields) -> _Done:
    """Keep what a form decides about one study, in one write."""
    name, does = _first(sent, "name"), _first(sent, "do")
    records = shelf(folder)
    try:
        old = records.record(_first(sent, "id"))
        if old.version != _first(sent, "version"):
            raise ReviewError("changed", f"{old.study.id}: this record was changed")
        new = returned(old.study) if does == "return" else _as_sent(old.study, records, sent, name)
        if does == "approve":
            records.refuse_retracted(new)
            new = approved(new, records.vocabulary, by=name, on=today())
        if new != old.study:
            save(folder, [Stored(new, old.file, old.version)])
    except CollectionError as exc:
        return _Done(name, _problem(exc))
    return _Done(name, told=[_told(old.study, new, does)])


def _told(old: Study, new: Study, does: str) -> Wording:
    if new == old:
        return Wording("review-done-same")
    if does in {"approve", "return"}:
        return Wording(f"review-done-{does}")
    return Wording("review-done-withheld" if new.approval else "review-done-saved")


def _as_sent(study: Study, records: Shelf, sent: Fields, name: str) -> Study:
    """The study with the values and marks of a form."""
    vocabulary = records.vocabulary
    now = propose(study, vocabulary)
    values: dict[str, object] = {
        one: _chosen(getattr(now, one), one, sent, vocabulary) for one in FACETS
    }
    design = _first(sent, "design")
    values["design"] = Design(design) if design in list(Design) else None
    values |= {one: _count(_first(sent, one)) for one in ("trials", "participants")}
    roles = {}
    for place, one in enumerate(read_all(now, vocabulary)):
        wanted = ROLES.get(_first(sent, f"role-{place}"), one.roles)
        withheld = {Role.WITHHELD} if f"withhold-{place}" in sent else set()
        if wanted | withheld != one.roles & (ROLES["both"] | {Role.WITHHELD}):
            roles[one.section, one.start, one.end] = frozenset(wanted | withheld)
    changed = marked(study, vocabulary, roles)
    return edited(changed, vocabulary, values, by=name, on=today())


def _chosen(
    now: tuple[str, ...], facet: str, sent: Fields, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """The concepts that stay ticked, then those that were typed; ReviewError for a name that none has."""
    typed = _first(sent, f"add-{facet}").strip()
    added = concepts(vocabulary, typed, FACETS[facet]) if typed else ()
    if typed and not added:
        raise ReviewError("term", f"found {typed!r}; wanted the name of a concept")
    ticked = set(sent.get(facet, ()))
    return tuple(dict.fromkeys((*(one for one in now if one in ticked), *added)))


def _count(typed: str) -> int | None:
    if not typed.strip():
        return None
    found = number(typed.strip())
    if found is None:
        raise ReviewError("value", f"found {typed!r}; wanted a number")
    return found or None
