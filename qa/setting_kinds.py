"""What kinds of values settings take; a wrong one raises ValueError with what was wanted."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from qa import colours
from qa.guard import FORWARDED
from qa.logo import read_logo
from qa.wording import BookingLink

SHORTEST_PASSWORD = 12  # characters; tries are limited too
SHORTEST_TOKEN = 24
_USUAL_HEADERS = frozenset(
    """accept accept-encoding accept-language authorization connection content-length content-type cookie forwarded
    from host origin proxy-authorization referer user-agent via x-real-ip
    """.split()
)


def _listed(value: object) -> object:
    """A list as people write it: parted by commas or spaces."""
    return tuple(re.split(r"[,\s]+", value.strip())) if isinstance(value, str) else value


def _folders(value: object) -> object:
    """A list of folders, parted by commas, since their names may hold spaces."""
    if not isinstance(value, str):
        return value
    return tuple(one.strip() for one in value.split(",") if one.strip())


def _parent(value: str) -> str:
    """A site that may show the page in a frame: scheme and host, no path."""
    if not re.fullmatch(r"https?://[a-z0-9.-]+(?::\d{1,5})?", value):
        raise ValueError("an address like https://clinic.example, without a path")
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"(?:\*\.)?[a-z0-9.-]+|\[?[0-9a-f:]+\]?", value):
        raise ValueError("a host name like desk.clinic.example, without port or path")
    return value


def _line(value: str) -> str:
    if not value.isprintable() or value != value.strip():
        raise ValueError("one line of text without spaces around it")
    return value


def _colour(value: str) -> str:
    if not colours.is_colour(value):
        raise ValueError("a colour like #0b5cad")
    ratio = colours.contrast(value, colours.WHITE)
    if ratio < colours.TEXT:
        raise ValueError(
            f"a darker colour: white text on it has a contrast of {ratio:.1f}, and {colours.TEXT} is the least"
        )
    return value


def _colour_in_the_dark(value: str) -> str:
    if not colours.is_colour(value):
        raise ValueError("a colour like #3fa9bd")
    beside = colours.contrast(value, colours.DARK_PAPER)
    on = colours.contrast(value, colours.text_on(value))
    for what, ratio, least in (
        ("beside a dark page it", beside, colours.SHAPE),
        ("text on it, white or dark,", on, colours.TEXT),
    ):
        if ratio < least:
            raise ValueError(
                f"a lighter colour: {what} has a contrast of {ratio:.1f}, and {least} is the least"
            )
    return value


def _logo(value: Path) -> Path:
    read_logo(value)  # ValueError says what was found
    return value


def _network(value: str) -> str:
    try:
        network = ipaddress.ip_network(value)
    except ValueError:
        network = None
    if network is None or not network.prefixlen:  # a prefix of 0 would believe everybody
        raise ValueError("an address like 10.0.0.5, or a network like 10.0.0.0/8")
    return value


def _name(value: str) -> str:
    if not value.isprintable() or ":" in value:
        raise ValueError("a name of printable characters without a colon")
    return value


def _password(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < SHORTEST_PASSWORD or not text.isprintable():
        raise ValueError(f"at least {SHORTEST_PASSWORD} printable characters")
    return value


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(rf"[\w.~+/-]{{{SHORTEST_TOKEN},}}=*", value.get_secret_value(), re.ASCII):
        raise ValueError(
            f"at least {SHORTEST_TOKEN} letters, digits or any of -._~+/ in one word; "
            "`openssl rand -hex 24` makes one"
        )
    return value


def _header(value: str) -> str:
    # A browser or a server sends these of itself, so their presence says nothing of who it is.
    if (
        not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", value)
        or value.lower() in _USUAL_HEADERS | FORWARDED
    ):
        raise ValueError("the name of a header that the proxy sets, like X-Remote-User")
    return value


def _booking(value: str) -> str:
    if not BookingLink.can_be(value):
        raise ValueError("an address that starts with https:// and has no spaces or quotes")
    return value


Host = Annotated[str, AfterValidator(_host)]
Hosts = Annotated[tuple[Host, ...], NoDecode, BeforeValidator(_listed)]
Parents = Annotated[
    tuple[Annotated[str, AfterValidator(_parent)], ...], NoDecode, BeforeValidator(_listed)
]
Networks = Annotated[
    tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_listed)
]
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_folders)]
Line = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_line)]
Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_name)]
Password = Annotated[SecretStr, AfterValidator(_password)]
Token = Annotated[SecretStr, AfterValidator(_token)]
Header = Annotated[str, AfterValidator(_header)]
Colour = Annotated[str, AfterValidator(_colour)]
DarkColour = Annotated[str, AfterValidator(_colour_in_the_dark)]
LogoFile = Annotated[Path, AfterValidator(_logo)]
Booking = Annotated[str, AfterValidator(_booking)]
