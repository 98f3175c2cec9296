"""A password for the front desk's pages, and what a browser or a client sends with it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from pydantic import SecretStr

if TYPE_CHECKING:
    from playwright.sync_api import HttpCredentials

PASSWORD = SecretStr("made for the tests")
_BOTH = base64.b64encode(f"staff:{PASSWORD.get_secret_value()}".encode()).decode()
SIGNED_IN = {"authorization": f"Basic {_BOTH}"}
CREDENTIALS: HttpCredentials = {"username": "staff", "password": PASSWORD.get_secret_value()}
