"""One run of the comparison, from the collection and the questions to a result."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from corpus.errors import EvidenceDeskError
from index.encoder import load_encoder
from index.library import Library
from index.model_folder import packaged_folder
from index.openvino_encoder import OpenVINOEncoder
from index.passages import embedded_text
from qa.benchmarks.contender import Places
from qa.benchmarks.figures import MIDDLE, Result
from qa.benchmarks.growing import SIZES, Ground, grow, grow_synthetic
from qa.benchmarks.machine import machine
from qa.benchmarks.passages_of import encoded, made_up, read
from qa.benchmarks.shipped import Plan, measure, standing
from qa.benchmarks.work import Work, save
from qa.evaluation import Judged, Kind
from qa.settings import Settings

_QUICK_QUESTIONS = 60
_ROUNDS = 3
_KEEP = "bench"  # below the folder of indexes

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line asks for."""

    quick: bool
    files: Sequence[str]  # names of the files of questions
    judged: Sequence[Judged]
    data: Path | None  # a folder of public data
    limit: float  # seconds for one step of one contender
    minutes: float  # after which no more is begun; what is not reached is told


@dataclass(frozen=True, slots=True)
class _Run:
    """What all parts of one run share."""

    settings: Settings
    library: Library
    choice: Choice
    questions: Sequence[Judged]
    places: Places
    place: Path  # a folder for this run
    begun: float
    tell: Tell


def compared(
    settings: Settings, library: Library, choice: Choice, places: Places, tell: Tell
) -> Result:
    """Measure all contenders in one run; one that is broken off (Ctrl-C) gives what was measured until then.

    EvidenceDeskError where the data cannot be read, or where no question can be asked.
    """
    begun = time.monotonic()
    questions = _questions(choice)
    answerable = sum(one.kind is Kind.ANSWER for one in questions)
    asked = {
        "files": list(choice.files),
        "asked": len(questions),
        "answerable": answerable,
        "unanswerable": len(questions) - answerable,
    }
    result = Result(choice.quick, machine(library.encoder.engine), asked)
    with TemporaryDirectory(prefix="evidence-desk-") as place:
        run = _Run(settings, library, choice, questions, places, Path(place), begun, tell)
        plan, ground = _plan(run), _ground(run, result)
        try:
            with standing(plan, result) as here:
                measure(plan, result, here)
                grow(ground, result, here, (MIDDLE,))  # first, as a ratio is made of it
                if not choice.quick:
                    grow(ground, result, here, SIZES[:-1])
                    grow_synthetic(ground, result, here)
                    grow(ground, result, here, SIZES[-1:])  # last, as it takes longest
        except KeyboardInterrupt:  # what was measured until then is worth telling
            result.notes.append("The run was broken off; what is missing was not reached.")
    result.seconds = round(time.monotonic() - begun, 1)
    return result


def _questions(choice: Choice) -> list[Judged]:
    """Questions that stand alone, and that some study answers or none does: peers know neither talk nor danger.

    An empty one is left out, which LlamaIndex does not take.
    """
    kinds = {Kind.ANSWER, Kind.ABSTAIN}
    fit = [
        one
        for one in choice.judged
        if one.kind in kinds and not one.history and one.question.strip()
    ]
    if not fit:
        raise EvidenceDeskError(
            "found no question of kind answer or abstain, with words and without a history; wanted some to ask; name other files"
        )
    step = max(len(fit) // _QUICK_QUESTIONS, 1) if choice.quick else 1
    return fit[::step]


def _plan(run: _Run) -> Plan:
    library, settings = run.library, run.settings
    studies = library.catalogue
    texts = [embedded_text(studies.study(one.study), one.text) for one in library.passages]
    vectors = np.asarray(library.encoder.lasting(texts))
    few = [one.question for one in run.questions[:1]]
    work = Work(texts, vectors, few, np.asarray(library.encoder.queries(few)))
    return Plan(
        library=library,
        studies=[one.study for one in library.passages],
        questions=run.questions,
        work=save(work, run.place / "shipped"),
        given={
            "model": str(_model(settings)),
            **_converted(library),
            "settings": {
                "index_root": str(settings.indexes),
                "collection": str(library.catalogue.folder),
                "drafts": settings.drafts,
                "model": settings.model,
            },
        },
        places=run.places,
        rounds=1 if run.choice.quick else _ROUNDS,
        limit=run.choice.limit,
        tell=run.tell,
    )


def _model(settings: Settings) -> Path:
    """The folder of the reference's weights, which the peers read too."""
    if settings.model is None:
        return packaged_folder()
    return load_encoder(settings.model).folder  # type: ignore[attr-defined, no-any-return] # the reference has one


def _converted(library: Library) -> dict[str, str]:
    """Where the converted model lies and in which numbers it is computed; nothing where torch computes."""
    encoder = library.encoder
    if not isinstance(encoder, OpenVINOEncoder):
        return {}
    return {"encoder": str(encoder.folder), "precision": encoder.precision}


def _ground(run: _Run, result: Result) -> Ground:
    most = MIDDLE if run.choice.quick else max(SIZES)
    library, encoder = run.library, run.library.encoder
    if run.choice.data is None:
        known = [one for one in library.passages if one.study != library.catalogue.page.id]
        texts = [embedded_text(library.catalogue.study(one.study), one.text) for one in known]
    else:
        texts = read(run.choice.data, most, encoder, run.tell)
    texts = list(dict.fromkeys(texts))  # which of two that are alike was found cannot be told
    vectors = encoded(texts, encoder, run.settings.indexes / _KEEP, run.tell)
    if len(texts) < most:
        more, rows = made_up(texts, vectors, most - len(texts))
        result.notes.append(
            f"{len(texts):,} passages are as they were read; the other {len(more):,} are each made of the words of three "
            "of them, with a vector between theirs, and say something of speed only."
        )
        texts, vectors = [*texts, *more], np.concatenate([vectors, rows])
    asked = [one.question for one in run.questions]
    return Ground(
        texts=texts,
        vectors=vectors,
        questions=asked,
        asked=np.asarray(encoder.queries(asked)),
        place=run.place,
        limit=run.choice.limit,
        deadline=run.begun + 60 * run.choice.minutes,
        tell=run.tell,
    )
