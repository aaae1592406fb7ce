"""Settings: environment variables in, one frozen value out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

REALM = "/api/realms/main"
"""Path of the issuer, as the real one has it."""


class BadConfiguration(Exception):
    """A setting is missing or unusable; the text names it."""


@dataclass(frozen=True, slots=True)
class Client:
    """A service that may send people here."""

    id: str
    redirect_uris: tuple[str, ...]
    keys: KeySet


@dataclass(frozen=True, slots=True)
class Config:
    """Where the stand-in is, and whom it knows."""

    base_url: str
    """Its own origin, without a slash at the end."""
    clients: Mapping[str, Client]
    slow_seconds: float = 20.0
    """How long a slow answer takes."""

    @property
    def issuer(self) -> str:
        """What `iss` says."""
        return f"{self.base_url}{REALM}"


def from_environment(environment: Mapping[str, str]) -> Config:
    """Read NINSHO_BASE_URL and NINSHO_CLIENTS.

    Raises:
        BadConfiguration: one is missing, or the file is not as README.md says.
    """
    for name in ("NINSHO_BASE_URL", "NINSHO_CLIENTS"):
        if not environment.get(name):
            raise BadConfiguration(f"missing environment variable: {name}")
    try:
        listed = json.loads(Path(environment["NINSHO_CLIENTS"]).read_text("utf-8"))
        clients = [client_of(entry) for entry in listed]
    except (OSError, ValueError, KeyError, TypeError, JoseError) as fault:
        raise BadConfiguration("NINSHO_CLIENTS names no usable file") from fault
    base = environment["NINSHO_BASE_URL"].rstrip("/")
    return Config(base_url=base, clients={client.id: client for client in clients})


def client_of(entry: Mapping[str, Any]) -> Client:
    """A client as the file describes it: `client_id`, `redirect_uris`, `jwks`."""
    return Client(
        id=str(entry["client_id"]),
        redirect_uris=tuple(entry["redirect_uris"]),
        keys=KeySet.import_key_set(entry["jwks"]),
    )
