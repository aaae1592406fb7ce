"""Settings of the service: environment variables in, one frozen value out."""

import base64
import binascii
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

MIN_SECRET_KEY = 32
"""Characters; a shorter one could be found by trying."""


class BadConfiguration(Exception):
    """A setting is missing or unusable; the text names the variable and says what it should be."""


@dataclass(frozen=True, slots=True)
class Config:
    """Where this service is, which Genkan it trusts, and where it keeps its files."""

    issuer: str
    """Genkan's issuer, without a slash at the end; compared character by character."""
    base_url: str
    """Our own public origin, without a slash at the end."""
    client_id: str
    data: Path
    webhook_secret: str
    """`whsec_` and base64 (Standard Webhooks)."""
    secret_key: str | None
    """Signs the session cookie. None: generated once and kept in `data`."""
    old_login_ends: date | None = None
    """First day, in Japan, on which our own login only leads to linking. None: it does not end."""

    def old_login_is_over(self, today: date) -> bool:
        """Whether our own login has ended by this day."""
        return self.old_login_ends is not None and today >= self.old_login_ends

    @property
    def redirect_uri(self) -> str:
        """Where Genkan sends the person back with a code."""
        return f"{self.base_url}/genkan/callback"

    @property
    def post_logout_redirect_uri(self) -> str:
        """Where Genkan sends the person after signing out there."""
        return f"{self.base_url}/signed-out"


def from_environment(environment: Mapping[str, str]) -> Config:
    """Read and check all settings; every missing one is named at once."""
    names = ("ISSUER", "BASE_URL", "CLIENT_ID", "DATA", "WEBHOOK_SECRET")
    missing = [f"SHINSEI_{name}" for name in names if not environment.get(f"SHINSEI_{name}")]
    if missing:
        raise BadConfiguration("missing environment variables: " + ", ".join(missing))
    return Config(
        issuer=checked_url("SHINSEI_ISSUER", environment["SHINSEI_ISSUER"]),
        base_url=checked_origin("SHINSEI_BASE_URL", environment["SHINSEI_BASE_URL"]),
        client_id=environment["SHINSEI_CLIENT_ID"],
        data=Path(environment["SHINSEI_DATA"]),
        webhook_secret=_checked_secret(environment["SHINSEI_WEBHOOK_SECRET"]),
        secret_key=_checked_key(environment.get("SHINSEI_SECRET_KEY")),
        old_login_ends=_checked_day(environment.get("SHINSEI_OLD_LOGIN_ENDS")),
    )


def checked_url(name: str, text: str) -> str:
    """An https address without query or fragment; plain http only on the machine itself.

    Returns:
        The address without a slash at the end.

    Raises:
        BadConfiguration: it is something else.
    """
    parts = urlsplit(text)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(text))
    if not secure or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadConfiguration(f"{name} must be an https address (http only on 127.0.0.1)")
    return text.rstrip("/")


def checked_origin(name: str, text: str) -> str:
    """As `checked_url`, and without a path: this service lives at the root of its origin."""
    url = checked_url(name, text)
    if urlsplit(url).path:
        raise BadConfiguration(f"{name} must have no path")
    return url


def is_loopback(url: str) -> bool:
    """Whether the address stays on this machine, so that neither TLS nor a proxy applies."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_key(text: str | None) -> str | None:
    if text and len(text) < MIN_SECRET_KEY:
        raise BadConfiguration(f"SHINSEI_SECRET_KEY needs at least {MIN_SECRET_KEY} characters")
    return text or None


def _checked_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise BadConfiguration("SHINSEI_OLD_LOGIN_ENDS must be a day, 2027-04-01") from fault


def _checked_secret(text: str) -> str:
    """Standard Webhooks asks for 24 to 64 bytes after `whsec_`; shorter ones can be guessed."""
    try:
        secret = base64.b64decode(text.removeprefix("whsec_") + "==")
    except binascii.Error as fault:
        raise BadConfiguration("SHINSEI_WEBHOOK_SECRET is not base64") from fault
    if not text.startswith("whsec_") or not 24 <= len(secret) <= 64:  # noqa: PLR2004 -- see above
        raise BadConfiguration("SHINSEI_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes of base64")
    return text
