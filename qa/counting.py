"""Counts of how questions ended: never of whose they were, and never with a word of them.

Kept in memory, and in a file where the operator names one. What staff may see of them is `gaps`' matter.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from corpus.catalogue import Catalogue
from corpus.errors import EvidenceDeskError
from qa.answer import Answer, Outcome
from qa.choices import ChoiceError, Choices
from qa.conversation import Ask
from qa.coverage import as_treatment, condition_level

OTHER = "other"  # in place of a concept, where none is known
SAVED_EVERY = 60.0  # seconds
# Upper bounds in seconds; most answers take some hundredths of one.
BOUNDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_log = logging.getLogger(__name__)


class CountsError(EvidenceDeskError):
    """The file of counts cannot be used; the message says what was found and what was wanted."""


class Count(StrEnum):
    """What is counted, with what follows it in a key."""

    OUTCOME = "outcome"  # outcome
    CONCEPT = "concept"  # concept, outcome: a question counts once for each concept understood
    GAP = "gap"  # concept that was not found, outcome
    SHOWN = "shown"  # id of a study, outcome: once for each answer that shows it as a finding
    FEEDBACK = "feedback"  # yes or no, outcome
    REFUSED = "refused"  # id of the wording that said why
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long answers took: how many up to each of BOUNDS and beyond, and all their time."""

    counts: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one moment; keys start with what is counted."""

    since: date
    counts: Mapping[tuple[str, ...], int]
    seconds: Seconds = Seconds()

    def of(self, what: Count) -> Iterator[tuple[tuple[str, ...], int]]:
        """The counts of one sort with the rest of their keys, in order."""
        return ((key[1:], count) for key, count in sorted(self.counts.items()) if key[0] == what)


def _key(key: list[str]) -> list[str]:
    """A key with as many parts as its sort has, and an outcome in the last of them."""
    sort, *rest = key
    wanted = {Count.OUTCOME: 1, Count.REFUSED: 1, Count.FAILED: 0}.get(Count(sort), 2)
    if len(rest) != wanted:
        raise ValueError(f"found a {sort} with {len(rest)} parts; wanted {wanted}")
    if sort not in {Count.REFUSED, Count.FAILED}:
        Outcome(rest[-1])
    return key


_Key = Annotated[list[str], Field(min_length=1), AfterValidator(_key)]


class _File(BaseModel):
    """What stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["evidence-desk-counts-1"] = "evidence-desk-counts-1"
    since: date
    counts: list[tuple[_Key, Annotated[int, Field(ge=1)]]]


class Counts:
    """Counts that grow; safe to share between threads.

    With `file`, they start from what it holds and go back to it on `save`. CountsError where it cannot be
    read or written, so that a start with a broken or misplaced file ends.
    """

    def __init__(self, file: Path | None = None, *, today: date | None = None) -> None:
        self._lock = Lock()
        self._file = file
        start = Tally(today or date.today(), {})  # noqa: DTZ011 - the operator's own day
        kept = read(file) if file is not None and file.exists() else start
        self._since = kept.since
        self._counts = Counter(dict(kept.counts))
        self._slots = [0] * (len(BOUNDS) + 1)
        self._total = 0.0
        self._changed = True
        self.save()

    def add(self, what: Count, *key: str) -> None:
        """Count one."""
        with self._lock:
            self._counts[what.value, *key] += 1
            self._changed = True

    def took(self, seconds: float) -> None:
        """Count how long an answer took."""
        with self._lock:
            self._slots[sum(seconds > bound for bound in BOUNDS)] += 1
            self._total += seconds

    def tally(self) -> Tally:
        """The counts as they are now."""
        with self._lock:
            seconds = Seconds(tuple(self._slots), self._total)
            return Tally(self._since, dict(self._counts), seconds)

    def save(self) -> None:
        """Write what has changed since the last time: beside, and then in place, for this user's eyes only."""
        if self._file is None or not self._changed:
            return
        self._changed = (
            False  # before the counts are taken: what comes in between is saved next time
        )
        beside = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            beside.touch(0o600)
            beside.write_text(_written(self.tally()), encoding="utf-8", newline="\n")
            beside.replace(self._file)
        except OSError as exc:
            self._changed = True
            raise CountsError(
                f"{self._file}: {exc.strerror}; wanted a file that can be written"
            ) from exc
        finally:
            beside.unlink(missing_ok=True)


def _written(tally: Tally) -> str:
    counts = [(list(key), count) for key, count in sorted(tally.counts.items())]
    return _File(since=tally.since, counts=counts).model_dump_json(indent=1) + "\n"


def read(file: Path) -> Tally:
    """The counts of a file; CountsError where it holds something else."""
    try:
        held = _File.model_validate_json(file.read_bytes())
    except OSError as exc:
        raise CountsError(f"{file}: {exc.strerror}; wanted a file of counts") from exc
    except ValidationError as exc:
        found = exc.errors()[0]
        where = ".".join(map(str, found["loc"])) or "the file"
        raise CountsError(
            f"{file}: {where} is wrong: {found['msg']}; wanted counts as Evidence Desk writes them. "
            "Move the file away to count anew."
        ) from exc
    return Tally(held.since, {tuple(key): count for key, count in held.counts})


async def saving(counts: Counts, *, every: float = SAVED_EVERY) -> None:
    """Save now and then, for ever; a disk that is full for a while does not end it."""
    while True:
        await asyncio.sleep(every)
        await asyncio.to_thread(saved, counts)


def saved(counts: Counts) -> None:
    """Save; a failure goes to the log."""
    try:
        counts.save()
    except CountsError as exc:
        _log.error("counts were not saved: %s", exc)


def counted(ask: Ask, counts: Counts, catalogue: Catalogue) -> Ask:
    """The same answers, each counted once, whichever door the question came through."""

    def counting(question: str, earlier: Sequence[str], choices: Choices) -> Answer:
        started = time.perf_counter()
        try:
            answer = ask(question, earlier, choices)
        except ChoiceError:
            raise  # the asker's mistake; whoever words the refusal counts it
        except Exception:
            counts.add(Count.FAILED)
            raise
        counts.took(time.perf_counter() - started)
        _count(answer, counts, catalogue)
        return answer

    return counting


def _count(answer: Answer, counts: Counts, catalogue: Catalogue) -> None:
    counts.add(Count.OUTCOME, answer.outcome)
    understood = answer.understood
    for concept in dict.fromkeys((*understood.conditions, *understood.treatments)):
        counts.add(Count.CONCEPT, concept, answer.outcome)
    for concept in missing(answer, catalogue):
        counts.add(Count.GAP, concept, answer.outcome)
    for finding in answer.findings:
        if not finding.study.is_page:
            counts.add(Count.SHOWN, finding.study.id, answer.outcome)


_Covered = Callable[[str], bool]


def missing(answer: Answer, catalogue: Catalogue) -> tuple[str, ...]:
    """The concepts that a question found nothing on, or OTHER; nothing where it found something.

    Of "acupuncture for migraine" that is the migraine: acupuncture is what the collection has.
    """
    vocabulary, studies = catalogue.vocabulary, catalogue.studies
    understood = answer.understood
    if answer.outcome is Outcome.NOT_REPORTED:
        return understood.conditions or understood.treatments or (OTHER,)
    if answer.outcome is not Outcome.NOT_IN_COLLECTION:
        return ()

    def is_covered(condition: str) -> bool:
        return any(condition_level(vocabulary, condition, one.conditions) > 0 for one in studies)

    def is_studied(treatment: str) -> bool:
        return any(as_treatment(vocabulary, treatment, one) > 0 for one in studies)

    return (
        _without(understood.conditions, is_covered)
        or _without(understood.treatments, is_studied)
        or (OTHER,)
    )


def _without(concepts: Sequence[str], covered: _Covered) -> tuple[str, ...]:
    return tuple(one for one in concepts if not covered(one))
