"""Settings: everything an operator can decide, in one frozen object made at the edge and passed down.

Each is read from the environment as `EVIDENCE_DESK_<NAME>`. A wrong one stops the start with one message.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.errors import SettingsError
from qa.pipeline import Desk
from qa.safety import Country

PREFIX = "EVIDENCE_DESK_"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WORST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on its background, level AA


def _listed(value: object) -> object:
    """A list as people write it: parted by commas or spaces."""
    return tuple(re.split(r"[,\s]+", value.strip())) if isinstance(value, str) else value


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


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour `#rrggbb` with white, from 1 to 21, by the formula of WCAG 2.2.

    >>> round(contrast_with_white("#000000"), 1)
    21.0
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-f]{6}", value):
        raise ValueError("a colour like #0b5cad")
    ratio = contrast_with_white(value)
    if ratio < _WORST_CONTRAST:
        raise ValueError(
            f"a darker colour: white text on it has a contrast of {ratio:.1f}, and {_WORST_CONTRAST} is the least"
        )
    return value


Hosts = Annotated[
    tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_listed)
]
Parents = Annotated[
    tuple[Annotated[str, AfterValidator(_parent)], ...], NoDecode, BeforeValidator(_listed)
]
Line = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_line)]


class Settings(BaseSettings):
    """What the operator decides. Make it with `load`, which turns mistakes into SettingsError."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    host: Annotated[str, AfterValidator(_host)] = Field(
        "127.0.0.1", description="the address to listen on; the default is this machine only"
    )
    port: int = Field(7860, ge=1, le=65535, description="the port to listen on")
    allowed_hosts: Hosts = Field(
        (), description="names that people type to reach the page, where they are not `host`"
    )
    allowed_parents: Parents = Field(
        (), description="sites that may show the page in a frame, like https://clinic.example"
    )
    trusted_proxies: Hosts = Field(
        (), description="addresses of reverse proxies whose word on a visitor's address is taken"
    )
    collection: Path | None = Field(
        None, description="the folder of a collection; the shipped one where unset"
    )
    drafts: bool = Field(default=False, description="also use records that nobody has reviewed")
    index_root: Path | None = Field(
        None, description="where built indexes are kept; a folder for this user where unset"
    )
    model: str | None = Field(
        None, description="another sentence-transformers model; the packaged one where unset"
    )
    country: Country | None = Field(
        None, description="whose emergency numbers are shown, like AU; all known ones where unset"
    )
    clinic_name: Line | None = Field(None, description="the clinic's name, shown at the top")
    clinic_phone: Line | None = Field(None, description="the clinic's phone number")
    accent: Annotated[str, AfterValidator(_colour)] = Field(
        "#0b5c6b",
        description="the colour of the top band and the button; white must be readable on it",
    )
    withhold_flagged: bool = Field(
        default=False, description="leave out clinic notes that say more than the study's summary"
    )
    requests_per_minute: int = Field(
        60, ge=1, le=6000, description="questions a visitor may ask in a minute"
    )
    requests_at_once: int = Field(
        20, ge=1, le=1000, description="questions a visitor may ask in one burst"
    )
    log_questions: bool = Field(
        default=False,
        description="write questions to the log; they are health data, so think twice",
    )
    mcp: bool = Field(
        default=True, description="offer the tool `ask` to assistants at `/gradio_api/mcp/`"
    )
    counts_file: Path | None = Field(
        None,
        description="the file that counts are kept in, one process each; in memory where unset",
    )
    metrics_token: SecretStr | None = Field(
        None, description="a secret that opens `/metrics` to other machines, as a bearer token"
    )

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        everywhere = re.fullmatch(r"[0:.\[\]]+", self.host)  # 0.0.0.0 and ::, which nobody types
        if everywhere and not self.allowed_hosts:
            raise ValueError(
                f"{PREFIX}HOST is {self.host!r}, which other machines can reach; wanted "
                f"{PREFIX}ALLOWED_HOSTS to name what people type to get here, like desk.clinic.example"
            )
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """All names under which the page answers; a request for another one is refused."""
        return tuple(dict.fromkeys((self.host, *_LOOPBACK, *self.allowed_hosts)))

    @property
    def address(self) -> str:
        """The page's address on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def indexes(self) -> Path:
        """The folder that built indexes are kept in."""
        return self.index_root or _user_data() / "indexes"

    @property
    def desk(self) -> Desk:
        """The part that answers depend on."""
        return Desk(
            country=self.country, phone=self.clinic_phone, withhold_flagged=self.withhold_flagged
        )


def _user_data() -> Path:
    """The folder where programs of this user keep what they made, by the habit of the system."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "evidence-desk"


def load(**chosen: object) -> Settings:
    """The settings of the environment, with those of the command line (`chosen`, unless None) before them.

    SettingsError names the setting, what was found and what was wanted.
    """
    _refuse_unknown(os.environ)
    given = {key: value for key, value in chosen.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as exc:
        raise SettingsError("\n".join(_message(one) for one in exc.errors())) from exc


def _refuse_unknown(environ: Iterable[str]) -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in sorted(one for one in environ if one.startswith(PREFIX)):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; wanted one of {', '.join(known)}"
            raise SettingsError(f"{name} is no setting{hint}")


def _message(error: ErrorDetails) -> str:
    wanted = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return wanted
    name = f"{PREFIX}{error['loc'][0]!s}".upper()
    found = error["input"]
    return (
        f"{name} is {str(found) if isinstance(found, Path) else found!r}; wanted {_plain(wanted)}"
    )


def _plain(message: str) -> str:
    """Pydantic's message as what was wanted: "Input should be a valid integer, ..." loses its start."""
    return re.sub(r"^Input should be ", "", message).split(", unable to")[0]


def settings_table() -> str:
    """All settings as a Markdown table: for the README, which a test keeps the same."""
    rows = ["| Setting | Default | What it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, ()) else f"`{str(field.default).lower()}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)
