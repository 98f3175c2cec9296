"""The `review` commands that decide what a record is about, mark its sentences and mend its text."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from corpus.drafting import FACETS
from corpus.standing import today
from corpus.study import Design, Role
from qa.cli_desk import CollectionOption
from qa.cli_review import ByOption, IdArgument, kept, opened, review

__all__ = ["review"]

Ids = list[str] | None


def _ids(option: str, what: str) -> Any:  # noqa: ANN401 - as typer types its options
    return typer.Option(option, metavar="ID", help=what)


@review.command()
def edit(
    study_id: IdArgument,
    *,
    by: ByOption,
    add_conditions: Annotated[Ids, _ids("--add-condition", "What it looked at.")] = None,
    remove_conditions: Annotated[Ids, _ids("--remove-condition", "Not this.")] = None,
    add_treatments: Annotated[Ids, _ids("--add-treatment", "What it tested.")] = None,
    remove_treatments: Annotated[Ids, _ids("--remove-treatment", "Not this.")] = None,
    add_comparators: Annotated[Ids, _ids("--add-comparator", "What it compared with.")] = None,
    remove_comparators: Annotated[Ids, _ids("--remove-comparator", "Not this.")] = None,
    add_outcomes: Annotated[Ids, _ids("--add-outcome", "What it measured.")] = None,
    remove_outcomes: Annotated[Ids, _ids("--remove-outcome", "Not this.")] = None,
    design: Annotated[
        str | None, typer.Option("--set-design", help=f"One of: {', '.join(Design)}, none.")
    ] = None,
    trials: Annotated[
        int | None, typer.Option("--set-trials", min=0, help="How many; 0 for not told.")
    ] = None,
    participants: Annotated[
        int | None, typer.Option("--set-participants", min=0, help="How many; 0 for not told.")
    ] = None,
    collection: CollectionOption = None,
) -> None:
    """Decide what a record is about. Options for concepts can be given several times.

    Example: evidence-desk review edit my-id --add-condition sciatica --set-design randomised-trial --by "Dr Ada Hill"
    """
    from corpus.reading import propose
    from corpus.reviewing import edited

    if design is not None and design not in [*Design, "none"]:
        raise typer.BadParameter(f"found {design!r}; wanted one of: {', '.join(Design)}, none")
    records = opened(collection)
    old = records.record(study_id)
    now = propose(old.study, records.vocabulary)
    added = dict(
        zip(FACETS, (add_conditions, add_treatments, add_comparators, add_outcomes), strict=True)
    )
    removed = dict(
        zip(
            FACETS,
            (remove_conditions, remove_treatments, remove_comparators, remove_outcomes),
            strict=True,
        )
    )
    values: dict[str, object] = {}
    for field in FACETS:
        ids = dict.fromkeys((*getattr(now, field), *(added[field] or ())))
        values[field] = tuple(one for one in ids if one not in (removed[field] or ()))
    if design is not None:
        values["design"] = None if design == "none" else Design(design)
    if trials is not None:
        values["trials"] = trials or None
    if participants is not None:
        values["participants"] = participants or None
    new = edited(old.study, records.vocabulary, values, by=by, on=today())
    kept(records, old, new, "changed")


_AS = {"finding": Role.FINDING, "caveat": Role.CAVEAT, "withheld": Role.WITHHELD}


@review.command()
def mark(
    study_id: IdArgument,
    sentence: Annotated[
        str,
        typer.Argument(
            metavar="SECTION:NUMBER", help="The sentence, as `show` numbers it, or its first words."
        ),
    ],
    as_: Annotated[
        list[str],
        typer.Argument(
            metavar="ROLE...", help="finding, caveat, both of them, plain, withheld, shown."
        ),
    ],
    *,
    collection: CollectionOption = None,
) -> None:
    """Mark a sentence as a finding or a caveat, as neither (plain), or withhold it from patients and show it again.

    Example: evidence-desk review mark my-id Abstract:4 withheld
    """
    from corpus.reviewing import marked, place_of

    alone = {"plain", "shown", "withheld"}
    if set(as_) - {*_AS, *alone} or (len(set(as_)) > 1 and set(as_) & alone):
        wanted = "finding, caveat or both; or one of plain, withheld, shown"
        raise typer.BadParameter(f"found {' '.join(as_)!r}; wanted {wanted}")
    roles = None if "shown" in as_ else frozenset(_AS[one] for one in as_ if one in _AS)
    records = opened(collection)
    old = records.record(study_id)
    place = place_of(old.study, records.vocabulary, sentence)
    new = marked(old.study, records.vocabulary, {place: roles})
    kept(records, old, new, f"{sentence} is marked {' and '.join(as_)}")


@review.command()
def repair(
    study_id: IdArgument,
    *,
    section: Annotated[str, typer.Option(help="The section.")],
    old: Annotated[str, typer.Option(help="What stands there, once in the section.")],
    new: Annotated[str, typer.Option(help="What it should be.")],
    why: Annotated[str, typer.Option(help="Why; it is kept in the record, with your name.")],
    by: ByOption,
    collection: CollectionOption = None,
) -> None:
    """Mend a slip of printing in a record's text. Numbers and words that deny cannot be changed.

    Example: evidence-desk review repair my-id --section Abstract --old acupunture --new acupuncture --why misspelt --by Ada
    """
    from corpus.mending import mended
    from corpus.reviewing import checked

    records = opened(collection)
    stored = records.record(study_id)
    study = mended(stored.study, section, old, new, f"{why} ({by}, {today().isoformat()})")
    kept(records, stored, checked(study, records.vocabulary), f"mended in {section}")
