"""Markup of a closed page: the only place where HTML is made, and only from values that may be shown.

A plain text cannot get in: `element` takes values of the types in `Shown`, or markup that came from here,
and refuses anything else. What the page says is up to `page_html` and `page_frame`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatch

from qa.answer import Quote, Receipt
from qa.pointers import Cited, Digest, Recorded
from qa.transcript import Transcript
from qa.wording import BookingLink, Brand, Label, Number, OwnWords, Value, Wording, register


@dataclass(frozen=True, slots=True)
class Html:
    """Markup made by this module."""

    markup: str

    def __bool__(self) -> bool:
        return bool(self.markup)


Shown = (
    Quote
    | Cited
    | Recorded
    | Digest
    | Transcript
    | Wording
    | Label
    | Number
    | Brand
    | OwnWords
    | Receipt
)
Child = Html | Shown
NOTHING = Html("")

# Controls that a reader could not see, or that turn the text around them: shown as visible escapes.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# All ASCII punctuation in one pass, so that neither HTML nor Markdown finds anything to read.
_PUNCTUATION = re.compile(r"[\t\n!-/:-@\[-`{-~\u2028\u2029]")
# Numbers to call as our wordings write them: 000, 116 123, 13 11 14, 0800 611 116.
_PHONE = re.compile(r"(?<!\d)(\d{3,4}(?: \d{3}){0,2}|\d{2}(?: \d{2}){2})(?!\d)")
_CLASS = re.compile(r"[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*")
_HREF = re.compile(
    r"(?:https://doi\.org/10\.|https://pubmed\.ncbi\.nlm\.nih\.gov/|tel:\+?\d|/(?!/)|#)[!-;=?-~]*"
)
_TOKEN = re.compile(
    r"[!#%-;=?-~]+(?: [!#%-;=?-~]+)*"
)  # what a program reads: no quotes, no brackets
_NUMERIC = re.compile(r"\d+(?:\.\d+)?(?:[ ,]\d+(?:\.\d+)?)*")
_NAMES = frozenset(
    """a article bdi blockquote body br button caption circle cite dd details div dl dt em fieldset footer form h1 h2
    h3 h4 h5 head header img input label legend li link main mark nav noscript ol p polygon q rect script section
    span strong summary svg table tbody td textarea th thead title tr ul
    """.split()
)
_VOID = frozenset({"br", "img", "input", "link"})
_BARE = frozenset({"textarea", "title"})  # hold text without markup
_TOKENS = frozenset(
    """action aria_controls aria_current aria_describedby aria_hidden aria_invalid aria_labelledby autocomplete class_
    for_ form href id inputmode lang maxlength method name rel role rows scope sent src tabindex target type
    """.split()
)
# What a form sends back and nobody reads: ids of concepts, filters and designs. Written as `value`.
_SENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_NUMBERS = frozenset("cx cy height points r viewBox width x y".split())  # of drawings
_WANTED = {"class_": _CLASS, "href": _HREF, "src": _HREF, "action": _HREF, "sent": _SENT}
_WANTED |= dict.fromkeys(_NUMBERS, _NUMERIC)
_UNSEEN_INPUTS = frozenset({"checkbox", "hidden", "radio"})
# Present or absent.
_FLAGS = frozenset({"autofocus", "checked", "defer", "hidden", "open", "readonly"})
_TEXTS = frozenset(
    {"alt", "aria_label", "content", "title", "value"}
)  # perceived, so they take `Shown` only


def esc(text: str) -> str:
    r"""The text for HTML and Markdown alike, letter for letter; controls become visible escapes.

    >>> esc("*a* <b>\x07")
    '&#42;a&#42; &#60;b&#62;&#92;u0007'
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", plain)
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", seen)


@singledispatch
def html(value: object) -> Html:
    """The value as markup; TypeError for what may not stand on the page."""
    raise TypeError(f"a {type(value).__name__} may not be shown; wanted one of {Shown}")


@html.register
def _(value: Html) -> Html:
    return value


@html.register(Quote)
@html.register(Cited)
@html.register(Recorded)
@html.register(Digest)
@html.register(Transcript)
@html.register(Label)
@html.register(Number)
def _(value: Quote | Cited | Recorded | Digest | Transcript | Label | Number) -> Html:
    return Html(esc(value.text))


@html.register
def _(value: Receipt) -> Html:
    return Html(esc(value.id))


@html.register
def _(value: OwnWords) -> Html:
    # `bdi` keeps the direction of the asker's script to itself.
    return element("q", element("bdi", Html(esc(value.text))), class_="own")


@html.register
def _(value: Brand) -> Html:
    is_phone = re.fullmatch(r"\+?\d{3,15}", re.sub(r"[\s()./-]", "", value.text))
    return Html(_phone(value.text) if is_phone else esc(value.text))


@html.register
def _(value: Wording) -> Html:
    return Html("".join(_part(one) for one in value.parts))


def _part(part: str | Value) -> str:
    if isinstance(part, str):
        return esc(part)
    if not isinstance(part, tuple):
        return html(part).markup
    labels = [html(one).markup for one in part]
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if labels[1:] else labels)


def element(name: str, /, *children: Child, **attributes: str | Shown | BookingLink | None) -> Html:
    """One element; None leaves an attribute out.

    TypeError where a child or a perceived attribute is a plain text; ValueError for an unknown element,
    attribute or kind of address.
    """
    if name not in _NAMES:
        raise ValueError(f"found the element {name!r}; wanted one of {sorted(_NAMES)}")
    if "sent" in attributes and name == "input" and attributes.get("type") not in _UNSEEN_INPUTS:
        raise ValueError(f"found an id in a visible input; wanted one of {sorted(_UNSEEN_INPUTS)}")
    bare = name in _BARE
    inside = "".join(esc(_plain(child)) if bare else html(child).markup for child in children)
    start = f"<{name}{_attributes(attributes)}>"
    return Html(start if name in _VOID else f"{start}{inside}</{name}>")


def _attributes(attributes: Mapping[str, str | Shown | BookingLink | None]) -> str:
    return "".join(
        f" {'value' if key == 'sent' else key.rstrip('_').replace('_', '-')}{_value(key, value)}"
        for key, value in attributes.items()
        if value is not None
    )


def _value(key: str, value: str | Shown | BookingLink) -> str:
    if isinstance(value, BookingLink) and key == "href":
        return f'="{value.address.replace("&", "&amp;")}"'
    if key in _FLAGS and value == "":
        return ""
    if isinstance(value, str):
        wanted = _WANTED.get(key, _TOKEN)
        if key not in _TOKENS | _NUMBERS or not wanted.fullmatch(value):
            raise ValueError(f"found {key}={value!r}; wanted a token, and texts as values")
        return f'="{value.replace("&", "&amp;")}"'
    if key not in _TEXTS:
        raise ValueError(
            f"found the text {value!r} for {key}; wanted it in one of {sorted(_TEXTS)}"
        )
    return f'="{esc(_plain(value))}"'


def _plain(value: object) -> str:
    if not isinstance(value, Shown) or isinstance(value, Receipt):
        raise TypeError(f"a {type(value).__name__} may not be shown; wanted one of {Shown}")
    return value.text


def joined(*parts: Child) -> Html:
    """The parts, one after another."""
    return Html("".join(html(one).markup for one in parts))


def spaced(*parts: Child) -> Html:
    """The parts with a space between, without those that are empty."""
    return Html(" ".join(one for one in (html(part).markup for part in parts) if one))


def in_new_tab(*words: Child) -> Html:
    """What a link or button says that opens a new tab: the words, and that it does."""
    return spaced(*words, element("span", Wording("page-new-tab"), class_="new-tab"))


def parted(parts: Iterable[Child], between: Wording) -> Html:
    """The parts with a fixed mark between them: a comma or full stop stands close, anything else apart.

    After a part that ends with a full stop ("et al.") no second one is set.
    """
    mark = html(between).markup
    if between.text not in {",", "."}:
        return Html(f" {mark} ".join(html(one).markup for one in parts))
    *before, last = [html(one).markup for one in parts] or [""]
    ended = (one if between.text == "." and one.endswith(mark) else one + mark for one in before)
    return Html(" ".join([*ended, last]))


def paragraphs(wording: Wording, *, phones: bool = False) -> Html:
    """A wording, one paragraph for each of its lines; with `phones`, numbers in it can be dialled."""
    lines: list[list[str]] = [[]]
    for part in wording.parts:
        pieces = part.split("\n") if isinstance(part, str) else [None]
        for place, piece in enumerate(pieces):
            if place:
                lines.append([])
            lines[-1].append(_part(part) if piece is None else _line(piece, phones=phones))
    written = ("".join(line).strip() for line in lines)
    return joined(*(element("p", Html(line)) for line in written if line))


def _line(text: str, *, phones: bool) -> str:
    """Fixed text of one line; every odd piece of the split is a phone number."""
    pieces = _PHONE.split(text) if phones else [text]
    return "".join(_phone(one) if place % 2 else esc(one) for place, one in enumerate(pieces))


def _phone(text: str) -> str:
    digits = re.sub(r"[^\d+]", "", text)
    return element("a", Html(esc(text)), href=f"tel:{digits}", class_="phone").markup


def language(wording: Wording) -> str:
    """The language that the wording is shown in: its own where it was translated, else English."""
    return wording.language if wording.language in register()[wording.id].texts else "en"


def data(name: str, texts: Mapping[str, Wording]) -> Html:
    """Wordings for a script to read, as a block of JSON that runs nothing."""
    read = json.dumps({key: one.text for key, one in texts.items()}).replace("<", "\\u003c")
    return Html(f'<script type="application/json" id="{name}">{read}</script>')


def document(head: Html, body: Html, *, class_: str) -> str:
    """A whole HTML document in English."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{head.markup}</head><body id="page" class="{class_}">{body.markup}</body></html>'
    )
