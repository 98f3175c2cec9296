"""The clinic's own look: its logo, colours and booking link, each checked when the desk starts."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.vocabulary import Vocabulary
from qa.answer import Outcome
from qa.colours import DARK_PAPER, PAPER, SHAPE, TEXT, contrast, text_on
from qa.logo import LARGEST, read_logo
from qa.page_html import answer_html
from qa.page_markup import element
from qa.page_site import fenced
from qa.server import running
from qa.settings import PREFIX, Settings, load
from qa.wording import BookingLink, Brand, Number
from tests.browsing import axe
from tests.made_answers import answers, asked
from tests.page_tree import tree

BOOK = "https://book.clinic.example/visit?from=desk&for=new"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 136 40">'
    '<rect width="40" height="40" rx="8" fill="#0b5c6b"/>'
    '<path d="M10 20h20M20 10v20" stroke="#fff" stroke-width="5"/>'
    '<text x="50" y="27" font-size="20" fill="#14232a">Harbour</text></svg>'
)


def _png(width: int = 4, height: int = 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compress((b"\0" + b"\x0b\x5c\x6b" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _file(folder: Path, body: bytes | str, name: str = "logo.bin") -> Path:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


# --- the logo


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (_png(), "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00", "image/webp"),
        (SVG, "image/svg+xml"),
        (f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n{SVG}', "image/svg+xml"),
        ("\ufeff" + SVG, "image/svg+xml"),
        (
            SVG.replace("</svg>", '<defs><g id="a"/></defs><use href="#a" fill="url(#b)"/></svg>'),
            "image/svg+xml",
        ),
    ],
)
def test_picture_is_known_by_its_content(body: bytes | str, kind: str, tmp_path: Path) -> None:
    """What a file is called does not matter; what is in it does."""
    assert kind == read_logo(_file(tmp_path, body, "logo.exe")).kind


def _inside(text: str) -> str:
    return SVG.replace("</svg>", f"{text}</svg>")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "another kind of file"),
        ("hello", "another kind of file"),
        ("<!DOCTYPE html><svg></svg>", "another kind of file"),
        ("<html><svg/></html>", "another kind of file"),
        (b"GIF89a", "another kind of file"),
        (b"\x89PNG but not really", "another kind of file"),
        (SVG.encode("utf-16"), "another kind of file"),
        (SVG[:-10], "another kind of file"),
        (_png() + b"x" * LARGEST, "found more than 200 KB"),
        (_inside("<script>alert(1)</script>"), "the element <script>"),
        (_inside("<SCRIPT>alert(1)</SCRIPT>"), "the element <script>"),
        (
            _inside('<x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>'),
            "the element <script>",
        ),
        (_inside('<b xmlns="http://www.w3.org/1999/xhtml">x</b>'), "the element <b>"),
        (_inside("<foreignObject><p>x</p></foreignObject>"), "the element <foreignobject>"),
        (_inside('<animate attributeName="href" to="x"/>'), "the element <animate>"),
        (_inside('<set attributeName="onload" to="x"/>'), "the element <set>"),
        (_inside('<image href="https://evil.example/x.png"/>'), "the element <image>"),
        (_inside('<a href="https://evil.example"><g/></a>'), "the element <a>"),
        (_inside('<g onload="alert(1)"/>'), "the event handler onload"),
        (_inside('<g OnClick="alert(1)"/>'), "the event handler onclick"),
        (_inside('<use href="https://evil.example/x.svg#a"/>'), "a reference to"),
        (
            _inside('<use xmlns:l="http://www.w3.org/1999/xlink" l:href="//evil.example/x"/>'),
            "a reference to",
        ),
        (_inside('<use href="data:image/svg+xml,x"/>'), "a reference to"),
        (_inside('<g xml:base="https://evil.example/"/>'), "a reference to"),
        (_inside('<rect fill="url(https://evil.example/x#a)"/>'), "a reference in fill"),
        (_inside("<rect style=\"fill:URL( '//evil.example')\"/>"), "a reference in style"),
        (_inside('<rect style="fill:\\75rl(//evil.example)"/>'), "a reference in style"),
        (_inside("<style>@import '//evil.example/x.css'</style>"), "a style that loads"),
        (_inside("<style>g{fill:url(//evil.example)}</style>"), "a style that loads"),
        (
            f'<?xml-stylesheet href="https://evil.example/x.css"?>{SVG}',
            "document type, entities or instructions",
        ),
        (
            '<!DOCTYPE svg [<!ENTITY a "x">]>' + _inside("<text>&a;</text>"),
            "document type, entities or instructions",
        ),
        (
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG,
            "document type, entities or instructions",
        ),
    ],
)
def test_picture_that_could_do_more_is_refused(
    body: bytes | str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawing that runs, loads or hides something stops the start, with the reason in one line."""
    path = _file(tmp_path, body, "logo.svg")
    monkeypatch.setenv(f"{PREFIX}LOGO", str(path))
    with pytest.raises(SettingsError) as refused:
        load()
    message = str(refused.value)
    assert message.startswith(f"{PREFIX}LOGO is {str(path)!r}: found")
    assert said in message
    assert "wanted" in message
    assert 1 == len(message.splitlines())


def test_missing_picture_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logo that is not there is told before anybody sees the page."""
    monkeypatch.setenv(f"{PREFIX}LOGO", "/nowhere/logo.png")
    with pytest.raises(SettingsError, match="No such file or directory; wanted a PNG, SVG"):
        load()


@given(noise=st.binary(max_size=300))
def test_any_file_is_a_picture_or_refused(noise: bytes, tmp_path: Path) -> None:
    """Whatever is in the file, the check ends with a picture or a plain reason."""
    try:
        kind = read_logo(_file(tmp_path, noise)).kind
    except ValueError as exc:
        assert "wanted" in str(exc)  # noqa: PT017 - either end is right
    else:
        assert kind.startswith("image/")


def test_logo_stands_in_the_band(tmp_path: Path, catalogue: Catalogue) -> None:
    """The picture takes the place of the name, says the name to who cannot see it, and may be kept."""
    chosen = load(clinic_name="Harbour Street Clinic", logo=_file(tmp_path, SVG))
    with _client(chosen, catalogue) as client:
        for path in ("/", "/plain"):
            band = tree(_body(client.get(path).text)).one("header", within="band")
            picture = band.one("img")
            assert "Harbour Street Clinic" == picture.attributes["alt"]
            assert "40" == picture.attributes["height"]
            assert "Harbour Street Clinic" not in band.text
        answer = client.get(picture.attributes["src"])
        assert "/logo?v=" == picture.attributes["src"][:8]
    assert (200, "image/svg+xml") == (answer.status_code, answer.headers["content-type"])
    assert "immutable" in answer.headers["cache-control"]
    assert SVG == answer.text


def test_without_a_logo_there_is_none(catalogue: Catalogue) -> None:
    """The name stands in words, and nothing is at the logo's address."""
    with _client(load(clinic_name="Harbour Street Clinic"), catalogue) as client:
        assert 404 == client.get("/logo").status_code
        assert "<img" not in client.get("/plain").text


def _client(chosen: Settings, catalogue: Catalogue) -> TestClient:
    app = fenced(chosen, catalogue, asked(catalogue)).app
    return TestClient(app, base_url="http://127.0.0.1")


def _body(page: str) -> str:
    """The band of a page, which is the part that our own markup makes first."""
    start = page.index('<header class="band"')
    return page[start : page.index("</header>", start) + len("</header>")]


# --- colours


@given(colour=st.integers(0, 0xFFFFFF).map(lambda one: f"#{one:06x}"))
def test_colour_that_starts_can_be_seen(colour: str) -> None:
    """Whatever colour passes: its text is readable and its shape stands out, in light and in dark."""
    try:
        light = load(accent=colour)
    except SettingsError:
        pass
    else:
        assert TEXT <= contrast(light.accent, "#ffffff")
        assert all(SHAPE <= contrast(light.accent, one) for one in PAPER)
    try:
        dark = load(accent_dark=colour)
    except SettingsError:
        return
    assert SHAPE <= contrast(str(dark.accent_dark), DARK_PAPER)
    assert TEXT <= contrast(str(dark.accent_dark), text_on(str(dark.accent_dark)))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("teal", "'teal'; wanted a colour like #3fa9bd"),
        (
            "#7a7a7a",
            "'#7a7a7a'; wanted a lighter colour: text on it, white or dark, has a contrast",
        ),
        ("#0b5c6b", "'#0b5c6b'; wanted a lighter colour: beside a dark page it has a contrast of"),
    ],
)
def test_wrong_dark_colour_stops_the_start(
    value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what was found, how bad it is and what is the least."""
    monkeypatch.setenv(f"{PREFIX}ACCENT_DARK", value)
    with pytest.raises(SettingsError) as refused:
        load()
    assert f"{PREFIX}ACCENT_DARK is {said}" in str(refused.value)


def test_grounds_are_those_of_the_style_sheet() -> None:
    """What contrast is computed against is what the page has."""
    css = Path("qa/page_static/css/1-ground.css").read_text(encoding="utf-8")
    assert all(f": {one};" in css for one in (*PAPER, DARK_PAPER))


def test_colours_reach_the_page(catalogue: Catalogue) -> None:
    """Each scheme has its colour; a bright one has dark text on it; paper keeps the first."""
    with _client(load(accent="#1b4d8f", accent_dark="#6fc3d4"), catalogue) as client:
        css = client.get("/accent.css").text
    assert ":root{--accent:#1b4d8f}" in css
    assert "--accent:#6fc3d4;--on-accent:#0f171b" in css
    assert 2 == css.count("@media screen")


# --- the booking link


@pytest.mark.parametrize(
    "address",
    [
        "http://clinic.example",
        "https://",
        "https://a b.example",
        "javascript:alert(1)",
        "//clinic.example",
        "https://user:password@clinic.example/",
        'https://clinic.example/"onclick="x',
        "https://clinic.example/<b>",
        "https://clinic.example/it's",
        "https://clinic.example\n",
        "clinic.example",
    ],
)
def test_wrong_booking_link_stops_the_start(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a plain https address is taken, and no other becomes a link."""
    monkeypatch.setenv(f"{PREFIX}BOOKING_LINK", address)
    with pytest.raises(
        SettingsError, match=r"BOOKING_LINK is .*wanted an address that starts with"
    ):
        load()
    with pytest.raises(ValueError, match="wanted an address like"):
        BookingLink(address)


def test_booking_link_is_a_link_and_nothing_else() -> None:
    """As an href it stands escaped; it is no text, no source and no plain address of a link."""
    link = element("a", Number(1), href=BookingLink(BOOK)).markup
    assert BOOK == tree(link).one("a").attributes["href"]
    for name, attribute in (("script", "src"), ("form", "action"), ("section", "aria_label")):
        with pytest.raises((ValueError, TypeError)):
            element(name, **{attribute: BookingLink(BOOK)})
    with pytest.raises(TypeError):
        element("p", BookingLink(BOOK))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="href"):
        element("a", Brand("x"), href=BOOK)


@pytest.mark.parametrize("outcome", Outcome)
def test_booking_link_never_stands_beside_a_finding(
    outcome: Outcome, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """Of all answers only the one on the clinic itself, which shows no study, holds the link."""
    made = answers(catalogue)[outcome]
    turn = answer_html(made, vocabulary, anchor="turn-1", booking=BookingLink(BOOK)).markup
    links = [one.attributes["href"] for one in tree(turn).all("a")]
    shows_a_study = bool(made.findings or made.related)
    assert (outcome is Outcome.CLINIC_MATTER) is (BOOK in links)
    assert not (shows_a_study and BOOK in links)


def test_booking_link_gives_way_to_a_study(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """Were a study ever shown with an answer on the clinic, the link would not be."""
    made = answers(catalogue)
    both = replace(made[Outcome.CLINIC_MATTER], findings=made[Outcome.ANSWERED].findings)
    assert BOOK not in answer_html(both, vocabulary, anchor="t", booking=BookingLink(BOOK)).markup


def test_booking_link_stands_in_the_foot(catalogue: Catalogue) -> None:
    """On every page the foot has it, in a new tab and without a referrer; the answer above has not."""
    with _client(load(booking_link=BOOK), catalogue) as client:
        pages = [client.get("/").text, client.post("/plain", data={"question": "hip"}).text]
        matter = client.post("/plain", data={"question": "what does it cost?"}).text
    written = BOOK.replace("&", "&amp;")
    for page in pages:
        assert 1 == page.count(written)
        assert page.index('class="foot"') < page.index(written)
    assert 2 == matter.count(written)
    assert "Book a visit on the clinic" in matter.replace("&#39;", "'")


def test_without_a_booking_link_there_is_none(catalogue: Catalogue) -> None:
    """Where the operator set none, no page speaks of booking."""
    with _client(load(), catalogue) as client:
        assert "book a visit" not in client.get("/plain").text.lower()


# --- in a browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_brand_looks_right_in_a_browser(
    scheme: str, browser: Browser, tmp_path: Path, catalogue: Catalogue
) -> None:
    """The logo is drawn 40 pixels high, colours are those of the scheme, and axe has nothing to say."""
    chosen = load(
        clinic_name="Harbour Street Clinic",
        clinic_phone="02 5550 1234",
        logo=_file(tmp_path, SVG),
        accent="#1b4d8f",
        accent_dark="#6fc3d4",
        booking_link=BOOK,
    )
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    with running(fenced(chosen, catalogue, asked(catalogue)).app) as address:
        page.goto(address)
        expect(page.locator("#first")).to_be_hidden()
        logo = page.locator(".band img")
        assert 40 == logo.evaluate("one => one.getBoundingClientRect().height")
        assert logo.evaluate("one => one.complete && one.naturalWidth > 0")
        expected = {"light": "rgb(27, 77, 143)", "dark": "rgb(111, 195, 212)"}[scheme]
        expect(page.locator(".band")).to_have_css("background-color", expected)
        expect(page.locator("#go")).to_have_css("background-color", expected)
        assert [] == axe(page)
        page.locator("#question textarea").fill("what does it cost?")
        page.locator("#go").click()
        link = page.locator("#out .booking a")
        expect(link).to_have_attribute("href", BOOK)
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        assert [] == axe(page)
        page.goto(f"{address}/plain")
        expect(page.locator(".band")).to_have_css("background-color", expected)
        assert [] == axe(page)
    context.close()
