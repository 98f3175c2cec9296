"""The question form that works without script: box, filters, examples, and all that is sent along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa.choices import NO_CHOICES, Choices
from qa.examples import Examples
from qa.filters import Filters
from qa.page_choices import narrow_html, without_html
from qa.page_markup import NOTHING, Html, element
from qa.page_tools import FORM, example_button
from qa.places import at
from qa.wording import OwnWords, Wording


@dataclass(frozen=True, slots=True)
class Form:
    """What the question form of the simple page holds.

    `newest` is the question that was answered, `before` those before it. `years` are as they were typed, where
    they could not be read.
    """

    typed: OwnWords | None = None
    before: tuple[OwnWords, ...] = ()
    newest: OwnWords | None = None
    choices: Choices = NO_CHOICES
    years: tuple[OwnWords, OwnWords] | None = None
    problem: Wording | None = None

    @property
    def earlier(self) -> tuple[OwnWords, ...]:
        """The questions before the one that is typed next."""
        return (*self.before, *([self.newest] if self.newest else []))


EMPTY = Form()


def examples_html(groups: Iterable[Examples], *, submits: bool) -> Html:
    """The example questions as buttons by condition; they submit the form around them, or leave it to the script."""
    shown = [one for one in groups if one.questions]
    if not shown:
        return NOTHING
    return element(
        "details",
        element("summary", element("h2", Wording("page-examples"))),
        element("div", *(_group(one, submits=submits) for one in shown), class_="groups"),
        class_="examples",
        open="",
    )


def _group(group: Examples, *, submits: bool) -> Html:
    def button(question: Wording) -> Html:
        if submits:
            return example_button(question)
        return element("button", question, type="button", class_="example")

    questions = (element("li", button(one)) for one in group.questions)
    return element("div", element("h3", group.condition), element("ul", *questions), class_="group")


def form_html(
    form: Form,
    examples: Iterable[Examples],
    filters: Filters | None,
    *,
    below: Html = NOTHING,
    script: bool = False,
) -> Html:
    """The question form that works without script, with what stands `below` the box and the examples.

    With `script`, the filters are ready to be moved out of it.
    """
    problem = form.problem
    wrong = (
        element("p", problem, class_="problem", id="problem", role="alert") if problem else NOTHING
    )
    in_box = problem is not None and form.years is None
    box = element(
        "textarea",
        *([form.typed] if form.typed else []),
        id="ask",
        name="question",
        rows="2",
        autocomplete="off",
        aria_describedby="hint problem" if in_box else "hint",
        aria_invalid="true" if in_box else None,
    )
    panel = element(
        "div",
        element("label", Wording("page-label"), for_="ask", class_="label"),
        element("p", Wording("page-hint"), id="hint", class_="hint"),
        wrong,
        *(element("input", type="hidden", name="earlier", value=one) for one in form.earlier),
        without_html(form.choices),
        box,
        _narrow(filters, form, script=script),
        element("button", Wording("page-ask"), type="submit", class_="go"),
        class_="panel",
    )
    return element(
        "form",
        panel,
        below,
        examples_html(examples, submits=True),
        action=at("/plain"),
        method="post",
        class_="form",
        id=FORM,
    )


def _narrow(filters: Filters | None, form: Form, *, script: bool) -> Html:
    if filters is None:
        return NOTHING
    return narrow_html(
        filters,
        form.choices,
        years=form.years,
        problem=form.problem is not None and form.years is not None,
        asked=form.newest is not None,
        script=script,
    )
