"""Sealing: small secrets at rest under the installation's keyring.

The keyring is a JSON file `{"current": "k1", "keys": {"k1": "<base64 of 32 bytes>"}, "wrapping":
{"current": "w1", "keys": {"w1": "<base64 of 32 bytes>"}}}` that only the service's user may read.
Each use derives its own key by HKDF, so one use says nothing of another. The keys under `wrapping`
wrap data keys (kernel.keys) and are rotated; those under `keys` name things for good.
"""

import base64
import binascii
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """The keyring file is missing, readable by others, lacks a key, or is not a keyring."""


class SealBroken(Exception):
    """A sealed value was altered, moved to another place, or sealed under another keyring."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The installation's keys by name; `current` seals, every key unseals.

    Attributes:
        wrapping: key-encryption keys by name; empty bytes for one that lives in a token.
        wraps_with: name of the one that wraps new data keys.
    """

    current: str
    keys: dict[str, bytes]
    wrapping: dict[str, bytes] = field(default_factory=dict)
    wraps_with: str = ""

    def seal(self, plaintext: bytes, *, about: str) -> bytes:
        """Encrypt `plaintext` with AES-256-GCM, bound to `about` (table, column and row).

        Returns:
            `name length (1) | key name | nonce (12) | ciphertext and tag`.
        """
        name = self.current.encode()
        nonce = os.urandom(NONCE_BYTES)
        sealer = AESGCM(derived(self.keys[self.current], "seal"))
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
        opener = AESGCM(derived(self.keys[name], "seal"))
        try:
            return opener.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], about.encode())
        except InvalidTag as error:
            raise SealBroken(about) from error

    def keyed_hash(self, purpose: str, message: bytes) -> bytes:
        """Return HMAC-SHA-256 of `message` under a key of this purpose alone (32 bytes).

        The first key of the ring is used whatever is current: these hashes name things for good.
        """
        first = next(iter(self.keys.values()))
        return hmac.digest(derived(first, f"hash:{purpose}"), message, sha256)


@lru_cache(maxsize=64)
def derived(key: bytes, use: str) -> bytes:
    """Return the 32-byte key that `key` gives for one use."""
    kdf = HKDF(
        algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=f"genkan:{use}".encode()
    )
    return kdf.derive(key)


def create_keyring(path: Path) -> None:
    """Write a new keyring with random keys, readable by its owner alone; keep an existing one.

    Two processes that create it at once end with the same file: the first link wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    first, wrapping = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
    draft = _written(
        path,
        Keyring(current="k1", keys={"k1": first}, wrapping={"w1": wrapping}, wraps_with="w1"),
    )
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def replace_keyring(path: Path, ring: Keyring) -> None:
    """Put another keyring in the place of a file, at once and for good: no reader finds half."""
    _written(path, ring).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_loaded: dict[Path, tuple[tuple[int, ...], Keyring]] = {}


def load_keyring(path: Path) -> Keyring:
    """Return a keyring as its file stands now; read again only after the file changed.

    Raises:
        KeyringUnusable: missing, open to other users, or not a keyring.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise KeyringUnusable(f"{path} is not a usable keyring") from error
    stamp = (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode)
    known = _loaded.get(path)
    if known is None or known[0] != stamp:
        if found.st_mode & 0o077:
            raise KeyringUnusable(f"{path} is open to other users: chmod 600 it")
        known = _loaded[path] = (stamp, _read(path))
    return known[1]


def recent_keyring(path: Path) -> Keyring:
    """Return a keyring as it was read last, perhaps without the newest keys."""
    known = _loaded.get(path)
    return load_keyring(path) if known is None else known[1]


def _read(path: Path) -> Keyring:
    try:
        document = json.loads(path.read_text())
        wrapping = document.get("wrapping", document)  # keyrings made before 2026-11 have none
        ring = Keyring(
            current=str(document["current"]),
            keys=_decoded(document["keys"]),
            wrapping=_decoded(wrapping["keys"]),
            wraps_with=str(wrapping["current"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise KeyringUnusable(f"{path} is not a usable keyring") from error
    lengths = {len(key) for key in ring.keys.values()}
    lengths |= {len(key) for key in ring.wrapping.values()} - {0}
    if ring.current not in ring.keys or ring.wraps_with not in ring.wrapping:
        raise KeyringUnusable(f"{path} lacks its current key")
    if lengths != {KEY_BYTES}:
        raise KeyringUnusable(f"{path} has a key that is not 32 bytes")
    return ring


def _decoded(keys: Mapping[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(key) for name, key in keys.items()}


def _encoded(keys: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(key).decode() for name, key in keys.items()}


def _written(path: Path, ring: Keyring) -> Path:
    """Write a keyring beside `path`, on disk and readable by its owner alone."""
    body = {
        "current": ring.current,
        "keys": _encoded(ring.keys),
        "wrapping": {"current": ring.wraps_with, "keys": _encoded(ring.wrapping)},
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(json.dumps(body))
        file.flush()
        os.fsync(file.fileno())
    return draft
