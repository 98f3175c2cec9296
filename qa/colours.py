"""Colours that the operator may choose: whether text on them, and they on the page, can be seen."""

from __future__ import annotations

import re

TEXT = 4.5  # WCAG 2.2, 1.4.3: text on its background, level AA
SHAPE = 3.0  # WCAG 2.2, 1.4.11: what shows where a control is
WHITE = "#ffffff"
PAPER = ("#ffffff", "#f1f5f6")  # what the accent stands on: the panel, and the page around it
DARK_PAPER = "#18242a"  # the lighter of the two grounds in the dark scheme
DARK_INK = "#0f171b"


def is_colour(value: str) -> bool:
    """True for a colour like #0b5cad."""
    return re.fullmatch(r"#[0-9a-f]{6}", value) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1 to 21, by the formula of WCAG 2.2.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """White or near-black, whichever can be read better on the colour."""
    return max((WHITE, DARK_INK), key=lambda text: contrast(colour, text))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
