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
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import SettingsError
from index.encoder import Engine
from qa.gate import MCP, STAFF, SignIn
from qa.pipeline import Desk
from qa.safety import Country
from qa.setting_kinds import (
    Booking,
    Colour,
    DarkColour,
    Folders,
    Header,
    Host,
    Hosts,
    Line,
    LogoFile,
    Name,
    Networks,
    Parents,
    Password,
    Token,
)

PREFIX = "EVIDENCE_DESK_"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECRET_FOLDER = Path("/run/secrets")  # where Docker puts them


class Settings(BaseSettings):
    """What the operator decides. Make it with `load`, which turns mistakes into SettingsError."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        # Or a traceback would show the password that was too short.
        hide_input_in_errors=True,
    )

    host: Host = Field(
        "127.0.0.1", description="the address to listen on; the default is this machine only"
    )
    port: int = Field(7860, ge=1, le=65535, description="the port to listen on")
    allowed_hosts: Hosts = Field(
        (), description="names that people type to reach the page, where they are not `host`"
    )
    allowed_parents: Parents = Field(
        (), description="sites that may show the page in a frame, like https://clinic.example"
    )
    trusted_proxies: Networks = Field(
        (),
        description="addresses or networks of reverse proxies whose word on a visitor's address is taken",
    )
    staff_user: Name = Field("staff", description="the name that staff sign in with")
    staff_password: Password | None = Field(
        None, description="the password that staff sign in with, 12 characters or more"
    )
    staff_token: Token | None = Field(
        None, description="the bearer token that programs of the staff send, 24 characters or more"
    )
    staff_header: Header | None = Field(
        None,
        description="the header in which a trusted proxy names who has signed in, like X-Remote-User;"
        " the proxy must remove it from what visitors send",
    )
    mcp_for_staff: bool = Field(
        default=False, description="let only staff reach the tool server for language models (MCP)"
    )
    collection: Path | None = Field(
        None, description="the folder of a collection; the shipped one where unset"
    )
    collections: Folders = Field(
        (),
        description="more folders of collections, each served at `/c/NAME/`, all of them together at `/c/all/`",
    )
    drafts: bool = Field(default=False, description="also use records that nobody has reviewed")
    follow: bool = Field(default=True, description="serve a changed collection without a restart")
    index_root: Path | None = Field(
        None, description="where built indexes are kept; a folder for this user where unset"
    )
    model: str | None = Field(
        None, description="another sentence-transformers model; the packaged one where unset"
    )
    engine: Engine = Field(
        Engine.AUTO,
        description="what computes vectors: `openvino`, `torch`, or `auto` for openvino where it can be used",
    )
    country: Country | None = Field(
        None, description="whose emergency numbers are shown, like AU; all known ones where unset"
    )
    clinic_name: Line | None = Field(None, description="the clinic's name, shown at the top")
    clinic_phone: Line | None = Field(None, description="the clinic's phone number")
    accent: Colour = Field(
        "#0b5c6b",
        description="the colour of the top band and the button; white must be readable on it",
    )
    accent_dark: DarkColour | None = Field(
        None,
        description="the same for dark screens, where a lighter one may look better; `accent` where unset",
    )
    logo: LogoFile | None = Field(
        None,
        description="a PNG, SVG, WebP or JPEG file of up to 200 KB, shown in the top band in place of the clinic's name",
    )
    booking_link: Booking | None = Field(
        None,
        description="the https address where people book a visit; shown at the foot of the page",
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

    @model_validator(mode="after")
    def _can_be_signed_in_to(self) -> Self:
        if self.staff_header and not self.trusted_proxies:
            raise ValueError(
                f"{PREFIX}STAFF_HEADER is {self.staff_header!r}, which any visitor could send; wanted "
                f"{PREFIX}TRUSTED_PROXIES to say whose word is taken, like 127.0.0.1"
            )
        if self.mcp_for_staff and not self.sign_in.is_on:
            raise ValueError(
                f"{PREFIX}MCP_FOR_STAFF is on, and there is no way to sign in; wanted one of "
                f"{PREFIX}STAFF_PASSWORD, {PREFIX}STAFF_TOKEN and {PREFIX}STAFF_HEADER"
            )
        return self

    @property
    def sign_in(self) -> SignIn:
        """The ways in which staff sign in."""
        return SignIn(
            user=self.staff_user,
            password=self.staff_password,
            token=self.staff_token,
            header=self.staff_header,
            proxies=self.trusted_proxies,
        )

    @property
    def closed(self) -> tuple[str, ...]:
        """The paths below which everything is for those who sign in."""
        return (STAFF, MCP) if self.mcp_for_staff else (STAFF,)

    @property
    def hosts(self) -> tuple[str, ...]:
        """All names under which the page answers; a request for another one is refused."""
        return tuple(dict.fromkeys((self.host, *_LOOPBACK, *self.allowed_hosts)))

    @property
    def is_local(self) -> bool:
        """True where only this machine can reach the page."""
        return self.host in _LOOPBACK

    @property
    def address(self) -> str:
        """The page's address on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def indexes(self) -> Path:
        """The folder that built indexes are kept in."""
        return self.index_root or _user_data() / "indexes"

    def counts_of(self, short: str) -> Path | None:
        """The file of the counts of the collection with this short name, empty for the one at `/`."""
        file = self.counts_file
        if file is None or not short:
            return file
        return file.with_name(f"{file.stem}.{short}{file.suffix}")

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
    options: dict[str, object] = {"_secrets_dir": _secret_folders() or None, **given}
    try:
        return Settings(**options)  # type: ignore[arg-type]
    except ValidationError as exc:
        raise SettingsError("\n".join(_message(one) for one in exc.errors())) from exc


def _secret_folders() -> list[Path]:
    """Where the system lays secrets as files, so that they need not stand in the environment: Docker's, systemd's."""
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    folders = [_SECRET_FOLDER, *([Path(given)] if given else [])]
    return [one for one in folders if one.is_dir() and os.access(one, os.R_OK | os.X_OK)]


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
    if SecretStr.__name__ in str(Settings.model_fields[str(error["loc"][0])].annotation):
        return f"{name} cannot be used; wanted {_plain(wanted)}"
    if error["loc"][0] == "logo":
        return f"{name} is {str(found)!r}: {wanted}"
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
