"""Sealing: small secrets at rest under the installation's keyring.

The keyring is a JSON file `{"current": "k1", "keys": {"k1": "<base64 of 32 bytes>"}}` that only the
service's user may read. Each use derives its own key by HKDF, so one use says nothing of another.
"""

import base64
import binascii
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyringUnusable(Exception):
    """The keyring file is missing, readable by others, or not a keyring."""


class SealBroken(Exception):
    """A sealed value was altered, moved to another place, or sealed under another keyring."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The installation's keys by name; `current` seals, every key unseals."""

    current: str
    keys: dict[str, bytes]

    def seal(self, plaintext: bytes, *, about: str) -> bytes:
        """Encrypt `plaintext` with AES-256-GCM, bound to `about` (table, column and row).

        Returns:
            `name length (1) | key name | nonce (12) | ciphertext and tag`.
        """
        name = self.current.encode()
        nonce = os.urandom(NONCE_BYTES)
        sealer = AESGCM(_derived(self.keys[self.current], "seal"))
        return bytes([len(name)]) + name + nonce + sealer.encrypt(nonce, plaintext, about.encode())

    def unseal(self, sealed: bytes, *, about: str) -> bytes:
        """Return what `seal` was given.

        Raises:
            SealBroken: altered, bound to something else, or an unknown key.
        """
        length = sealed[0] if sealed else 0
        name = sealed[1 : 1 + length].decode(errors="replace")
        body = sealed[1 + length :]
        if name not in self.keys or len(body) <= NONCE_BYTES:
            raise SealBroken(about)
        opener = AESGCM(_derived(self.keys[name], "seal"))
        try:
            return opener.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], about.encode())
        except InvalidTag as error:
            raise SealBroken(about) from error

    def keyed_hash(self, purpose: str, message: bytes) -> bytes:
        """Return HMAC-SHA-256 of `message` under a key of this purpose alone (32 bytes).

        The first key of the ring is used whatever is current: these hashes name things for good.
        """
        first = next(iter(self.keys.values()))
        return hmac.digest(_derived(first, f"hash:{purpose}"), message, sha256)


@lru_cache(maxsize=64)
def _derived(key: bytes, use: str) -> bytes:
    kdf = HKDF(
        algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=f"genkan:{use}".encode()
    )
    return kdf.derive(key)


def create_keyring(path: Path) -> None:
    """Write a new keyring with one random key, readable by its owner alone; keep an existing one.

    Two processes that create it at once end with the same file: the first link wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    body = json.dumps({"current": "k1", "keys": {"k1": key}})
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


@lru_cache(maxsize=4)
def load_keyring(path: Path) -> Keyring:
    """Read a keyring.

    Raises:
        KeyringUnusable: missing, open to other users, or not a keyring.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KeyringUnusable(f"{path} is open to other users: chmod 600 it")
        document = json.loads(path.read_text())
        keys = {name: base64.b64decode(key) for name, key in document["keys"].items()}
        ring = Keyring(current=str(document["current"]), keys=keys)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise KeyringUnusable(f"{path} is not a usable keyring") from error
    if ring.current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeyringUnusable(f"{path} lacks its current key, or a key is not 32 bytes")
    return ring
