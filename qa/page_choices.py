"""The filters as markup, and the form that asks the newest question again with other choices.

The same fields serve the simple page, which sends them as they are, and the full one, whose script reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.choices import Choices
from qa.filters import Filters, Option
from qa.page_markup import NOTHING, Child, Html, element, joined, spaced
from qa.places import at
from qa.wording import Number, OwnWords, Wording

# The form of the chips, and the place inside the filters that "Change" leads to, which opens them.
AGAIN, CHOOSE = "again", "choose"


def narrow_html(
    filters: Filters,
    choices: Choices,
    *,
    years: tuple[OwnWords, OwnWords] | None = None,
    problem: bool = False,
    asked: bool = False,
    script: bool = False,
) -> Html:
    """The filters as a box that opens, and tells how many are chosen while it is closed.

    `years` are shown as they were typed, where they could not be read; then there is a `problem`. The buttons are
    there where a question was `asked`; with `script` they are hidden until the script wants them.
    """
    if not filters:
        return NOTHING
    count = sum(map(len, (choices.conditions, choices.treatments, choices.designs)))
    count += sum(one is not None for one in (choices.year_from, choices.year_to))
    chosen: list[Child] = [Number(count), Wording("choices-count")] if count else []
    summary = element(
        "summary",
        spaced(Wording("choices-narrow"), element("span", spaced(*chosen), class_="count")),
    )
    inside = element(
        "div",
        element("p", Wording("choices-hint"), class_="hint", id=CHOOSE, tabindex="-1"),
        _group("condition", filters.conditions, choices.conditions),
        _group("treatment", filters.treatments, choices.treatments),
        _group("design", filters.designs, choices.designs),
        _years(filters, choices, years, problem=problem),
        _buttons(script=script) if asked or script else NOTHING,
        class_="choices",
    )
    opened = "" if problem else None
    return element("details", summary, inside, class_="narrow", id="narrow", open=opened)


_LEGENDS = {
    "condition": Wording("choices-conditions"),
    "treatment": Wording("choices-treatments"),
    "design": Wording("choices-designs"),
}


def _group(name: str, options: Iterable[Option], chosen: Sequence[str]) -> Html:
    def row(one: Option) -> Html:
        place = f"choose-{name}-{one.id}"
        box = element(
            "input",
            type="checkbox",
            name=name,
            sent=one.id,
            id=place,
            checked="" if one.id in chosen else None,
        )
        number = element("span", one.studies, class_="how-many")
        label = element("label", spaced(element("span", one.label), number), for_=place)
        return element("li", box, label)

    rows = [row(one) for one in options]
    if not rows:
        return NOTHING
    legend = element("legend", _LEGENDS[name])
    return element("fieldset", legend, element("ul", *rows))


def _years(
    filters: Filters,
    choices: Choices,
    typed: tuple[OwnWords, OwnWords] | None,
    *,
    problem: bool,
) -> Html:
    if filters.years is None:
        return NOTHING
    first, last = filters.years
    values: tuple[Number | OwnWords | None, ...] = typed or tuple(
        None if one is None else Number(one) for one in (choices.year_from, choices.year_to)
    )

    def field(name: str, label: Wording, value: Number | OwnWords | None) -> Html:
        place = f"choose-{name.replace('_', '-')}"
        box = element(
            "input",
            type="text",
            inputmode="numeric",
            maxlength="4",
            autocomplete="off",
            name=name,
            id=place,
            value=value,
            aria_describedby="years-hint problem" if problem else "years-hint",
            aria_invalid="true" if problem else None,
        )
        return element("div", element("label", label, for_=place), box, class_="year")

    hint = Wording("choices-years-hint", {"first": first, "last": last})
    return element(
        "fieldset",
        element("legend", Wording("choices-years")),
        element("p", hint, class_="hint", id="years-hint"),
        element(
            "div",
            field("year_from", Wording("choices-from"), values[0]),
            field("year_to", Wording("choices-to"), values[1]),
            class_="years",
        ),
    )


def _buttons(*, script: bool) -> Html:
    kind = "button" if script else "submit"
    return element(
        "div",
        element(
            "button",
            Wording("choices-update"),
            type=kind,
            name="update",
            sent="yes",
            class_="plain",
        ),
        element(
            "button", Wording("choices-all"), type=kind, name="all", sent="yes", class_="plain"
        ),
        class_="apply",
        hidden="" if script else None,
    )


def again_html(
    question: OwnWords, earlier: Sequence[OwnWords], choices: Choices, *, action: str = "/plain"
) -> Html:
    """The form that the chips of an answer belong to: the question with all that it was asked with."""
    return element(
        "form",
        element("input", type="hidden", name="question", value=question),
        *(element("input", type="hidden", name="earlier", value=one) for one in earlier),
        without_html(choices),
        *_hidden("condition", choices.conditions),
        *_hidden("treatment", choices.treatments),
        *_hidden("design", choices.designs),
        *_hidden("year_from", [] if choices.year_from is None else [str(choices.year_from)]),
        *_hidden("year_to", [] if choices.year_to is None else [str(choices.year_to)]),
        action=at(action),
        method="post",
        id=AGAIN,
    )


def without_html(choices: Choices) -> Html:
    """What was left out of the newest question, as hidden fields."""
    return joined(*_hidden("without", choices.without))


def _hidden(name: str, values: Iterable[str]) -> list[Child]:
    return [element("input", type="hidden", name=name, sent=one) for one in values]
