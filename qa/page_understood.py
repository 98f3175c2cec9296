"""What was understood of a question, as chips: a reader sees a wrong turn, and takes it back.

A chip is a button of the form `page_choices.AGAIN`; on the full page the script reads its name and value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.vocabulary import Vocabulary
from qa.answer import Answer, Outcome, Understood
from qa.choice_names import chosen, left_out
from qa.choices import Choices
from qa.page_choices import AGAIN, CHOOSE
from qa.page_markup import NOTHING, Child, Html, element, joined, parted, spaced
from qa.wording import Label, Number, OwnWords, Wording

_SEARCHED = {Outcome.ANSWERED, Outcome.NOT_REPORTED, Outcome.NOT_IN_COLLECTION}


def understood_html(answer: Answer, vocabulary: Vocabulary) -> Html:
    """What the studies were searched for, what was left out of it and what was chosen, each to be taken back.

    Of what was searched for, nothing where no study was searched, and nothing where the clinic's page answers.
    """
    shown = (*answer.findings, *answer.related)
    from_page = any(one.study.is_page for one in shown)
    lines: list[Html] = []
    if not from_page and (shown or answer.outcome in _SEARCHED):
        unknown = [OwnWords(one) for one in answer.understood.unknown]
        if answer.outcome not in _SEARCHED:
            unknown = []
        looked_for = _looked_for(answer, vocabulary)
        lines += [_line("page-looked-for", looked_for, change=bool(looked_for)), _plain(unknown)]
    lines += [_left_out(answer.choices, vocabulary), _chosen(answer.choices, vocabulary)]
    inside = [one for one in lines if one]
    return element("div", *inside, class_="understanding") if inside else NOTHING


def left_out_html(choices: Choices, vocabulary: Vocabulary) -> Html:
    """What the status line says of what was left out."""
    if not choices.without:
        return NOTHING
    names = parted((one for _, one in left_out(choices, vocabulary)), Wording("page-comma"))
    return joined(spaced(Wording("choices-left-out"), names), Wording("page-full-stop"))


def _looked_for(answer: Answer, vocabulary: Vocabulary) -> list[Child]:
    understood = answer.understood
    by_choice = {*answer.choices.conditions, *answer.choices.treatments}
    ids = (
        *understood.conditions,
        *understood.treatments,
        *understood.comparators,
        *understood.outcomes,
    )
    known: list[Child] = []
    for one in dict.fromkeys(ids):
        label = Label.of(vocabulary, one)
        # What is chosen is taken back where it was chosen.
        known.append(_term(label) if one in by_choice else _leave(one, label))
    known.extend(_leave(key, name) for key, name in _filters(understood))
    return known


def _term(name: Child) -> Html:
    return element("span", name, class_="term")


def _leave(entry: str, name: Label | Wording) -> Html:
    return _chip("leave", entry, Wording("choices-leave-out"), name)


def _chip(name: str, entry: str, does: Wording, label: Label | Wording, kind: str = "off") -> Html:
    """A button that says what it does to people who cannot see its mark."""
    inside = spaced(element("span", does, class_="does"), _term(label))
    pill = element("span", inside, class_="pill")
    return element(
        "button", pill, type="submit", form=AGAIN, name=name, sent=entry, class_=f"chip {kind}"
    )


def _line(name: str, values: Iterable[Child], *, change: bool = False) -> Html:
    shown = list(values)
    if not shown:
        return NOTHING
    if change:
        shown.append(
            element("a", Wording("choices-change"), href=f"#{CHOOSE}", class_="change again")
        )
    text = spaced(element("span", Wording(name), class_="name"), *shown)
    return element("div", text, class_="understood")


def _plain(values: list[OwnWords]) -> Html:
    return _line(
        "page-not-known",
        [parted(map(_term, values), Wording("page-between-facts"))] if values else [],
    )


def _left_out(choices: Choices, vocabulary: Vocabulary) -> Html:
    back = Wording("choices-put-back")
    chips = (_chip("back", key, back, name, "back") for key, name in left_out(choices, vocabulary))
    return _line("choices-left-out", chips)


def _chosen(choices: Choices, vocabulary: Vocabulary) -> Html:
    drop = Wording("choices-remove")
    chips: list[Child] = [
        _chip(f"drop-{field}", value, drop, name)
        for field, value, name in chosen(choices, vocabulary)
    ]
    if chips:
        words = Wording("choices-all")
        chips.append(
            element(
                "button",
                words,
                type="submit",
                form=AGAIN,
                name="all",
                sent="yes",
                class_="every again",
            )
        )
    return _line("choices-chosen-ones", chips)


def _filters(understood: Understood) -> Iterator[tuple[str, Wording]]:
    for key, value in understood.filters.items():
        if key == "design":
            yield key, Wording(f"page-design-{value}")
        elif key == "order":
            yield key, Wording(f"page-filter-{value}")
        else:
            shown = Number(value) if isinstance(value, int) else OwnWords(value)
            yield key, Wording(f"page-filter-{key.replace('_', '-')}", {"value": shown})
