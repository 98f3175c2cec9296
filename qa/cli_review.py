"""The `review` commands that look, approve and send back; those that decide and mend are in `cli_deciding`.

Every change is one call of `corpus.reviewing` and one write; a diff of the collection shows what was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from corpus.catalogue import shipped_folder
from corpus.errors import ReviewError
from corpus.review_days import DUE_DAYS, State, counts, state
from corpus.review_store import Shelf, Stored, save, shelf
from corpus.reviewing import EDITABLE, MONTHS, MOST_MONTHS
from corpus.standing import today
from corpus.study import Study
from qa.cli_desk import CollectionOption
from qa.settings import load

MANY = 20  # more records than a person reads at once; approving more asks for --yes

review = typer.Typer(
    name="review",
    no_args_is_help=True,
    help="Approve records for a time, decide what they are about, and mark or mend their sentences.\n\n"
    "Example: evidence-desk review list --drafts --collection my-studies",
)

ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who reviews.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of a record.")]


def opened(collection: Path | None) -> Shelf:
    """The records of a collection, for their reviewer."""
    return shelf(load(collection=collection).collection or shipped_folder())


def kept(records: Shelf, old: Stored, new: Study, said: str) -> None:
    """Save one changed record, and say what became of it."""
    if new == old.study:
        typer.echo(f"{old.study.id}: nothing to change.")
        return
    save(records.folder, [Stored(new, old.file, old.version)])
    again = "" if new.approval else " It is a draft: approve it when you are done."
    typer.echo(f"{new.id}: {said}.{again}")


# --- looking


@review.command("list")
def list_(
    *,
    drafts: Annotated[bool, typer.Option("--drafts", help="Only records that wait.")] = False,
    expired: Annotated[
        bool, typer.Option("--expired", help="Only those whose approval is over.")
    ] = False,
    due: Annotated[
        int | None,
        typer.Option(
            "--due", min=0, metavar="DAYS", help="Only approvals that end within so many days."
        ),
    ] = None,
    collection: CollectionOption = None,
) -> None:
    """List records by how they stand with their review.

    Example: evidence-desk review list --due 60 --collection my-studies
    """
    day, told = today(), list(opened(collection).told())
    wanted = {State.DRAFT} if drafts else set()
    wanted |= {State.EXPIRED} if expired else set()
    wanted |= {State.DUE} if due is not None else set()
    for study in told:
        found = state(study, day, due=DUE_DAYS if due is None else due)
        if not wanted or found in wanted:
            typer.echo(f"{found:9}  {_until(study):10}  {study.id}  {study.title}")
    found_counts = counts(told, day)
    typer.echo(
        ", ".join(f"{count} {one}" for one, count in found_counts.items() if count) or "no records"
    )
    if found_counts[State.PUBLISHED]:
        typer.echo(
            f"{found_counts[State.PUBLISHED]} published by the clinic have no day of review; they stay on the page"
            " until you approve or return them."
        )


def _until(study: Study) -> str:
    return study.approval.until.isoformat() if study.approval else "-"


@review.command()
def show(study_id: IdArgument, *, collection: CollectionOption = None) -> None:
    """Show a record: what is proposed for it beside the words it was read from, and its sentences with their numbers.

    Example: evidence-desk review show chou-2017-low-back
    """
    records = opened(collection)
    study = records.record(study_id).study
    for line in _shown(study, records):
        typer.echo(line)


def _shown(study: Study, records: Shelf) -> Iterator[str]:
    from corpus.drafting import proposals
    from corpus.reading import propose, read_all

    yield f"{study.id}: {study.title}"
    approval = study.approval
    by = f" by {approval.by} on {approval.on}, until {approval.until}" if approval else ""
    yield f"review: {study.review}{by}"
    whole = propose(study, records.vocabulary)
    found = proposals(study, records.vocabulary)
    decided = {fact.field: fact.source for fact in study.facts}
    for field in EDITABLE:
        value = getattr(whole, field)
        for one in (value if isinstance(value, tuple) else [value]) or ["none"]:
            where = next(
                (each for each in found if each.field == field and str(each.value) == str(one)),
                None,
            )
            text = (
                study.title
                if where is None or not where.section
                else (study.section(where.section)[where.start : where.end])
            )
            beside = decided.get(field) or (f"“{where.heading or text}”" if where else "")
            yield f"{field}: {one if one is not None else 'none'}" + (
                f"   {beside}" if beside else ""
            )
    numbers: dict[str, int] = {}
    for sentence in read_all(whole, records.vocabulary):
        numbers[sentence.section] = numbers.get(sentence.section, 0) + 1
        roles = " ".join(sorted(sentence.roles)) or "-"
        yield f"{sentence.section}:{numbers[sentence.section]}  [{roles}]  {sentence.text}"


# --- approving


@review.command()
def approve(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Records.")] = None,
    *,
    by: ByOption,
    all_drafts: Annotated[bool, typer.Option("--all-drafts", help="All that wait.")] = False,
    matching: Annotated[
        str,
        typer.Option(
            "--matching", metavar="WORDS", help="Of these, those with these words in id or title."
        ),
    ] = "",
    months: Annotated[
        int, typer.Option(min=1, max=MOST_MONTHS, help="How long it holds.")
    ] = MONTHS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help=f"Do it for more than {MANY} at once.")
    ] = False,
    collection: CollectionOption = None,
) -> None:
    """Approve records for some months: patients see them until the last day.

    Example: evidence-desk review approve --all-drafts --by "Dr Ada Hill" --dry-run --collection my-studies
    """
    if bool(ids) == all_drafts:
        raise typer.BadParameter("found ids and --all-drafts, or neither; wanted one of them")
    if matching and not all_drafts:
        raise typer.BadParameter("--matching goes with --all-drafts")
    records = opened(collection)
    if all_drafts:
        chosen = [one for one in records.records if _waits(one.study, matching)]
    else:
        chosen = [records.record(one) for one in dict.fromkeys(ids or ())]
    done, refused = _approved(records, chosen, by, months, all_drafts=all_drafts)
    for one in done:
        typer.echo(f"{one.study.id}: approved until {_until(one.study)}  {one.study.title}")
    for why in refused:
        typer.echo(f"not approved: {why}", err=True)
    if dry_run:
        typer.echo(f"{len(done)} would be approved, {len(refused)} would not. Nothing was changed.")
        return
    if len(done) > MANY and not yes:
        raise ReviewError(
            "many",
            f"found {len(done)} records to approve at once; wanted --yes with more than {MANY}. Nothing was changed",
        )
    save(records.folder, done)
    typer.echo(f"{len(done)} approved by {by}, {len(refused)} not.")


def _waits(study: Study, matching: str) -> bool:
    said = f"{study.id} {study.title}".casefold()
    return state(study, today()) is State.DRAFT and all(
        word in said for word in matching.casefold().split()
    )


def _approved(
    records: Shelf, chosen: Sequence[Stored], by: str, months: int, *, all_drafts: bool
) -> tuple[list[Stored], list[str]]:
    """The approved records, and why others cannot be; of those that were named, all or none."""
    from corpus.reviewing import approved

    done, refused = [], []
    for one in chosen:
        try:
            records.refuse_retracted(one.study)
            new = approved(one.study, records.vocabulary, by=by, on=today(), months=months)
            done.append(Stored(new, one.file, one.version))
        except ReviewError as exc:
            if not all_drafts or exc.kind == "name":
                raise
            refused.append(str(exc))
    return done, refused


@review.command("return")
def return_(study_id: IdArgument, *, collection: CollectionOption = None) -> None:
    """Send a record back to the drafts, which patients do not see.

    Example: evidence-desk review return chou-2017-low-back
    """
    from corpus.reviewing import returned

    records = opened(collection)
    old = records.record(study_id)
    kept(records, old, returned(old.study), "returned to the drafts")
