"""One study for its reviewer: what is proposed beside the words it was read from, its sentences, and the decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.drafting import FACETS, Proposal, evidence, proposals
from corpus.reading import Sentence, propose, read_all
from corpus.review_store import Stored
from corpus.study import Design, Role, Study
from corpus.vocabulary import Vocabulary
from qa.page_markup import NOTHING, Child, Html, element, joined, spaced
from qa.places import at
from qa.pointers import Cited, Part, Recorded
from qa.staff_review_html import PATH, RECORD, name_html, read_only_html, said_html
from qa.wording import Label, Number, Wording

ROLES = {
    "plain": frozenset[Role](),
    "finding": frozenset({Role.FINDING}),
    "caveat": frozenset({Role.CAVEAT}),
    "both": frozenset({Role.FINDING, Role.CAVEAT}),
}


def record_html(
    record: Stored,
    vocabulary: Vocabulary,
    *,
    writable: bool,
    name: str = "",
    problem: Wording | None = None,
    told: Iterable[Wording] = (),
) -> Html:
    """The whole page of a study for its reviewer."""
    study = propose(record.study, vocabulary)
    found = proposals(study, vocabulary)
    inside = joined(
        element("input", type="hidden", name="version", sent=record.version),
        element("input", type="hidden", name="id", value=Recorded(study, ("id",))),
        _about(study, found, vocabulary),
        _sentences(study, vocabulary),
        _decision(study, name) if writable else NOTHING,
    )
    return joined(
        element("p", element("a", Wording("review-back"), href=at(PATH))),
        element("h2", Cited(study, Part.TITLE), lang="en") if study.title else NOTHING,
        *said_html(problem, told),
        NOTHING if writable else read_only_html(),
        _standing(study),
        element("form", inside, action=at(RECORD), method="post", class_="review"),
    )


def _standing(study: Study) -> Html:
    checked = str(study.review.name).lower()
    review = "published-by-the-clinic" if checked == "published" else checked
    rows = [_row(Wording("staff-check-record"), Recorded(study, ("id",)))]
    if study.approval is None:
        rows.append(_row(Wording("staff-check-review"), Wording(f"staff-review-{review}")))
    else:
        names = {"by": "review-by", "on": "review-on", "until": "review-until"}
        rows += [
            _row(Wording(said), Recorded(study, ("approval", one))) for one, said in names.items()
        ]
    return element("dl", *rows, class_="facts-list")


def _row(name: Child, value: Child) -> Html:
    return element("div", element("dt", name), element("dd", value))


# --- what it is about


def _about(study: Study, found: Sequence[Proposal], vocabulary: Vocabulary) -> Html:
    return element(
        "section",
        element("h2", Wording("review-about")),
        element("p", Wording("review-about-hint"), class_="hint"),
        *(_facet(study, field, found, vocabulary) for field in FACETS),
        _design(study, found),
        *(_count(study, field, found) for field in ("trials", "participants")),
    )


def _facet(study: Study, field: str, found: Sequence[Proposal], vocabulary: Vocabulary) -> Html:
    boxes = [
        element(
            "p",
            element(
                "label",
                element("input", type="checkbox", name=field, sent=one, checked=""),
                Label.of(vocabulary, one),
            ),
            _beside(study, evidence(found, field, one)),
            class_="choice",
        )
        for one in getattr(study, field)
    ]
    added = element(
        "input", id=f"add-{field}", name=f"add-{field}", type="text", autocomplete="off"
    )
    return element(
        "fieldset",
        element("legend", Wording(f"review-{field}")),
        *boxes,
        element("label", Wording(f"review-add-{field}"), for_=f"add-{field}", class_="hint"),
        added,
    )


def _beside(study: Study, found: Iterator[Proposal]) -> Html:
    """The words that a value was read from; nothing where the record does not say them."""
    one = next(found, None)
    if one is None:
        return NOTHING
    if one.heading:
        return element("span", Wording("review-read-in-heading"), class_="read-in")
    words: Child = Cited(study, Part.TITLE)
    if one.section is not None:
        number = [each.name for each in study.sections].index(one.section)
        words = Recorded(study, ("sections", number, "text"), one.start, one.end)
    quoted = element("span", words, lang="en")
    return element("span", spaced(Wording("review-read-in"), quoted), class_="read-in")


def _design(study: Study, found: Sequence[Proposal]) -> Html:
    choices = (
        element(
            "label",
            element(
                "input",
                type="radio",
                name="design",
                sent=one,
                checked="" if one == (study.design or "none") else None,
            ),
            Wording(f"review-design-{one}"),
        )
        for one in (*map(str, Design), "none")
    )
    return element(
        "fieldset",
        element("legend", Wording("review-design")),
        element("div", *choices, class_="choices-row"),
        _beside(study, evidence(found, "design", study.design)),
    )


def _count(study: Study, field: str, found: Sequence[Proposal]) -> Html:
    value = getattr(study, field)
    box = element(
        "input",
        id=field,
        name=field,
        type="text",
        inputmode="numeric",
        autocomplete="off",
        value=None if value is None else Number(value),
    )
    label = element("label", Wording(f"review-{field}"), for_=field, class_="label")
    return element(
        "div", label, box, _beside(study, evidence(found, field, value)), class_="count-field"
    )


# --- its sentences


def _sentences(study: Study, vocabulary: Vocabulary) -> Html:
    every = read_all(study, vocabulary)
    return element(
        "section",
        element("h2", Wording("review-sentences")),
        element("p", Wording("review-sentences-hint"), class_="hint"),
        *(_sentence(study, one, number) for number, one in enumerate(every)),
    )


def chosen_roles(sentence: Sentence) -> str:
    """Which of `ROLES` a sentence has."""
    has = sentence.roles & ROLES["both"]
    return next(name for name, roles in ROLES.items() if roles == has)


def _sentence(study: Study, one: Sentence, number: int) -> Html:
    section = [each.name for each in study.sections].index(one.section)
    words = Recorded(study, ("sections", section, "text"), one.start, one.end)
    withheld = Role.WITHHELD in one.roles
    radios = (
        element(
            "label",
            element(
                "input",
                type="radio",
                name=f"role-{number}",
                sent=name,
                checked="" if name == chosen_roles(one) else None,
            ),
            Wording(f"review-as-{name}"),
        )
        for name in ROLES
    )
    hide = element(
        "label",
        element(
            "input",
            type="checkbox",
            name=f"withhold-{number}",
            sent="yes",
            checked="" if withheld else None,
        ),
        Wording("review-withhold"),
    )
    return element(
        "fieldset",
        element("legend", words, lang="en"),
        element("div", *radios, hide, class_="choices-row"),
        class_="sentence withheld" if withheld else "sentence",
    )


def _decision(study: Study, name: str) -> Html:
    does = ["approve", "save"] + (["return"] if study.approval else [])
    buttons = (
        element(
            "button",
            Wording(f"review-{one}"),
            type="submit",
            name="do",
            sent=one,
            class_="go" if one == "approve" else "tool",
        )
        for one in does
    )
    return element(
        "section",
        element("h2", Wording("review-decide")),
        name_html(name),
        element("div", *buttons, class_="row"),
        class_="decision",
    )
