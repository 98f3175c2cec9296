"""The `measure` command: every figure on a folder of public data, from its files to a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Annotated, Any

import typer

from corpus.errors import EvidenceDeskError
from index.encoder import Encoder
from index.library import Library
from qa.cli_desk import Progress, json_lines, progress
from qa.measuring import (
    Figure,
    Item,
    Query,
    Tell,
    Turn,
    Unanswerable,
    finding,
    following,
    quoting,
    refusing,
    showing,
)
from qa.settings import Settings, load

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
UNANSWERABLE, ABSTENTION = "unanswerable.jsonl", "abstention.jsonl"
TURNS, EVIDENCE = "turns.jsonl", "evidence.jsonl"
_WORDINGS = ("text", "short", "paraphrase", "original")


@dataclass(frozen=True, slots=True)
class _Bench:
    """What measuring takes: the settings, the encoder, a place for collections, and whom to tell."""

    settings: Settings
    encoder: Encoder
    place: Path
    told: Progress

    def tell(self, what: str) -> Tell:
        """Tells how far one piece of work is."""
        return lambda done, total: self.told(done, total, what)

    def library(self, part: Path, left_out: frozenset[str] = frozenset()) -> Library:
        """The records of a folder as drafts in a collection of their own, without those `left_out`."""
        from corpus.catalogue import load_catalogue
        from corpus.importing.imports import import_files
        from index.build import ensure

        own = Path(mkdtemp(dir=self.place))
        collection = own / (_answerable(part) if left_out else part.name)
        file = part / CORPUS
        told = self.tell(f"{collection.name}: reading the records")
        told(0, 1)
        if left_out:
            lines = file.read_text(encoding="utf-8-sig").split("\n")
            file = own / CORPUS
            kept = "\n".join(line for line in lines if _id(line) not in left_out)
            file.write_text(kept, encoding="utf-8")
        reports = import_files([file], collection).files
        told(1, 1)
        for problem in (one for report in reports for one in report.reported):
            typer.echo(f"{part / CORPUS}, {problem.place}: left out: {problem.why}", err=True)
        catalogue = load_catalogue(collection, drafts=True)
        return ensure(catalogue, self.settings.indexes, self.encoder, progress=self.told)


def _id(line: str) -> str:
    """The id of a record; nothing where the line is none, which importing tells of."""
    try:
        return str(json.loads(line)["_id"])
    except (ValueError, KeyError, TypeError):
        return ""


def _answerable(part: Path) -> str:
    """The name of a folder's collection without the studies that `abstention.jsonl` takes away."""
    return f"{part.name}-answerable"


def _is_collection(part: Path) -> bool:
    return all((part / name).is_file() for name in (CORPUS, QUERIES, QRELS))


def _parts(folder: Path) -> list[Path]:
    """The folder and those in it that hold something to measure, by name."""
    try:
        inside = sorted(one for one in folder.iterdir() if one.is_dir())
    except OSError as exc:
        raise EvidenceDeskError(f"{folder}: {exc}; wanted a folder that can be read") from exc
    parts = [
        part
        for part in (folder.resolve(), *inside)
        if _is_collection(part) or (part / TURNS).is_file() or (part / EVIDENCE).is_file()
    ]
    if not parts:
        raise EvidenceDeskError(
            f"{folder}: found nothing to measure in it or in the folders in it; wanted {CORPUS} with {QUERIES} and "
            f"{QRELS}, or {TURNS}, or {EVIDENCE}"
        )
    talks = [part for part in parts if (part / TURNS).is_file()]
    if talks and not any(map(_is_collection, parts)):
        raise EvidenceDeskError(
            f"{talks[0] / TURNS}: found conversations but no collection to search; wanted a folder beside it with "
            f"{CORPUS}, {QUERIES} and {QRELS}; measure the folder that holds both"
        )
    return parts


def _qrels(file: Path) -> dict[str, dict[str, int]]:
    """The grades of studies by query: a head, then query, study and grade, parted by tabs."""
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        if number == 1 or not line.strip():
            continue
        try:
            query, study, grade = line.split("\t")
            grades.setdefault(query, {})[study] = int(grade)
        except ValueError as exc:
            raise EvidenceDeskError(
                f"{file}:{number}: found {line[:80]!r}; wanted query, study and grade, parted by tabs"
            ) from exc
    return grades


def _queries(part: Path) -> list[Query]:
    """The queries for which some study is relevant; a wording that is empty is replaced by the text."""
    grades = _qrels(part / QRELS)
    rows = json_lines(part / QUERIES, {"_id": str, "text": str})
    present = [one for one in _WORDINGS if any(one in row for row in rows)]
    queries = [
        Query(
            {one: str(row.get(one) or row["text"]) for one in present},
            grades.get(str(row["_id"]), {}),
        )
        for row in rows
    ]
    return [one for one in queries if any(grade > 0 for grade in one.relevant.values())]


def _of_collection(bench: _Bench, part: Path, library: Library) -> Iterator[Figure]:
    """The figures of a folder with a collection, queries and judgements."""
    queries, desk = _queries(part), bench.settings.desk
    yield from finding(library, queries, bench.tell(f"{part.name}: finding"))
    if (part / UNANSWERABLE).is_file():
        rows = json_lines(part / UNANSWERABLE, {"text": str})
        yield from showing(library, queries, desk, bench.tell(f"{part.name}: answering"))
        gone = [Unanswerable(str(row["text"]), str(row.get("kind", ""))) for row in rows]
        yield from refusing(library, gone, desk, bench.tell(f"{part.name}: refusing"))


def _of_abstention(bench: _Bench, part: Path) -> Iterator[Figure]:
    """The figures of questions that are made unanswerable: their studies are left out."""
    wanted = {"question": str, "doc_id": str, "answerable": bool}
    rows = json_lines(part / ABSTENTION, wanted)
    kept = [row for row in rows if row["answerable"]]
    gone = [row for row in rows if not row["answerable"]]
    library = bench.library(part, frozenset(str(row["doc_id"]) for row in gone))
    queries = [Query({"question": str(row["question"])}, {str(row["doc_id"]): 1}) for row in kept]
    desk = bench.settings.desk
    yield from showing(library, queries, desk, bench.tell(f"{part.name}: answering"))
    unanswerable = [Unanswerable(str(row["question"])) for row in gone]
    yield from refusing(library, unanswerable, desk, bench.tell(f"{part.name}: refusing"))


def _turns(file: Path) -> list[Turn]:
    wanted = {"raw": str, "resolved": str, "history": list, "context_dependent": bool}
    return [
        Turn(
            said=str(row["raw"]),
            written_out=str(row["resolved"]),
            history=tuple(str(one) for one in _list(row["history"])),
            leans=row["context_dependent"] is True,
            medical=row.get("medical") is True,
        )
        for row in json_lines(file, wanted)
    ]


def _items(file: Path) -> list[Item]:
    wanted = {"question": str, "abstract_sentences": list}
    items = []
    for row in json_lines(file, wanted):
        sentences = [one for one in _list(row["abstract_sentences"]) if isinstance(one, dict)]
        marked = {number for number, one in enumerate(sentences) if one.get("is_evidence") is True}
        texts = tuple(str(one.get("text")) for one in sentences)
        items.append(Item(str(row["question"]), texts, frozenset(marked)))
    return items


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else []


def _all(bench: _Bench, parts: Sequence[Path]) -> Iterator[tuple[str, Figure]]:
    """Every figure with the folder it is of; conversations come last, in each collection that was found."""
    libraries: list[tuple[str, Library]] = []
    for part in parts:
        if _is_collection(part):
            library = bench.library(part)
            libraries.append((part.name, library))
            found = _of_collection(bench, part, library)
            yield from ((part.name, one) for one in found)
            if (part / ABSTENTION).is_file():
                yield from ((_answerable(part), one) for one in _of_abstention(bench, part))
        if (part / EVIDENCE).is_file():
            told = bench.tell(f"{part.name}: quoting")
            quoted = quoting(_items(part / EVIDENCE), bench.encoder, told)
            yield from ((part.name, one) for one in quoted)
    for part in (one for one in parts if (one / TURNS).is_file()):
        turns = _turns(part / TURNS)
        for name, library in libraries:
            told = bench.tell(f"{part.name} in {name}: following")
            followed = following(library, turns, told)
            yield from ((f"{part.name} in {name}", one) for one in followed)


def _table(figures: Sequence[tuple[str, Figure]]) -> str:
    wide = max(len(folder) for folder, _ in figures)
    rows = [f"{'of':{wide}}  {'what':48} {'value':>7}  {'95 % interval':>15} {'n':>5}"]
    for folder, one in figures:
        between = f"{one.low:7.4f}-{one.high:6.4f}" if one.low is not None else ""
        rows.append(
            f"{folder:{wide}}  {one.what:48} {one.value:7.4f}  {between:>15} {one.count:5d}"
        )
    return "\n".join(rows)


def measure(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Public data, or folders of it: BEIR collections, conversations, marked evidence."
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure finding, answering, refusing, following and quoting on a folder of public data.

    Example: evidence-desk measure public-data
    """
    from qa.encoders import encoder_of

    settings, parts = load(), _parts(folder)
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="evidence-desk-")))
        told = stack.enter_context(progress())
        bench = _Bench(settings, encoder_of(settings), place, told)
        figures = tuple(_all(bench, parts))
    if not figures:
        raise EvidenceDeskError(
            f"{folder}: found nothing that is judged; wanted a query with a grade above 0, or a marked sentence"
        )
    if as_json:
        rows: list[Mapping[str, object]] = [{"of": of, **asdict(one)} for of, one in figures]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        typer.echo(_table(figures))
