"""What makes the page the clinic's own: its colours, its logo, its booking link, and its place in the clinic's site."""

from __future__ import annotations

from qa import colours
from qa.guard import READ, Route
from qa.logo import read_logo
from qa.page_files import File, script
from qa.page_markup import NOTHING, Html, element, in_new_tab
from qa.settings import Settings
from qa.wording import BookingLink, Wording

FRAME_SCRIPT = script("frame.js")  # ours, in the page that is framed
EMBED_SCRIPT = script("embed.js")  # for the page around the frame

ROUTES = (
    Route("/logo", READ, kept=True),
    Route(r"/frame\.js", READ, kept=True),
    Route(r"/embed\.js", READ, shared=True),
)


def files_of_brand(settings: Settings) -> tuple[File, ...]:
    """The two scripts, and the logo where there is one."""
    logo = logo_of(settings)
    return (FRAME_SCRIPT, EMBED_SCRIPT, *([logo] if logo else []))


def logo_of(settings: Settings) -> File | None:
    """The logo as a file of the page."""
    if settings.logo is None:
        return None
    logo = read_logo(settings.logo)
    return File("/logo", logo.body, logo.kind)


def colours_css(settings: Settings) -> str:
    """The operator's colours as a style sheet; on a colour stands white or near-black, whichever reads better."""
    light = f":root{{--accent:{settings.accent}}}\n"
    dark = settings.accent_dark
    if dark is None:
        return light
    both = f"--accent:{dark};--on-accent:{colours.text_on(dark)}"
    # Not on paper, which is white in the dark scheme too.
    return light + (
        "@media screen and (prefers-color-scheme:dark)"
        f'{{:root:not([data-theme="light"]){{{both}}}}}\n'
        f'@media screen{{:root[data-theme="dark"]{{{both}}}}}\n'
    )


def booking_html(link: BookingLink | None, words: Wording) -> Html:
    """The link to book a visit, in a paragraph; nothing where the operator set none."""
    if link is None:
        return NOTHING
    shown = element("a", in_new_tab(words), href=link, target="_blank", rel="noopener noreferrer")
    return element("p", shown, class_="booking")
