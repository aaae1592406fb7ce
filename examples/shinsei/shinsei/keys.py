"""Secrets of this service: made once, kept in files that only its own user can read."""

import json
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from joserfc.jwk import ECKey


def client_key(data: Path) -> ECKey:
    """Our signing key (ES256), from `client_key.json`; made on first use.

    It signs the client assertion at the token endpoint and the disposal certificates. Genkan holds
    only its public half, so nothing has to be kept secret between the two.
    """
    text = _kept(data / "client_key.json", _new_key)
    return ECKey.import_key(json.loads(text))


def session_secret(data: Path) -> str:
    """What signs the session cookie when SHINSEI_SECRET_KEY is not set; made on first use."""
    return _kept(data / "session_secret", lambda: secrets.token_urlsafe(48))


def private_folder(data: Path) -> Path:
    """The data directory, closed to other users."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


def _new_key() -> str:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True))


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The text of the file; if there is none, a new one is made and written whole or not at all.

    Two processes that start together agree: the file appears by a link, which only one can make.
    """
    if not path.exists():
        private_folder(path.parent)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
