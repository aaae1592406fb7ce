"""Data keys: one key a person, at rest only as wrapped by a key-encryption key (ARCHITECTURE).

The key-encryption key never enters the database, so a dump opens nothing; whoever destroys a
wrapped key makes everything under it unreadable, in old copies of the rows too (M10).
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from genkan.kernel.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    KeyringUnusable,
    SealBroken,
    derived,
    load_keyring,
    recent_keyring,
)


class DataKey:
    """A data key in the clear: it seals and opens, and is never stored or shown."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plaintext: bytes, *, about: str) -> bytes:
        """Encrypt with AES-256-GCM, bound to `about`; returns `nonce (12) | ciphertext and tag`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plaintext, about.encode())

    def unseal(self, sealed: bytes, *, about: str) -> bytes:
        """Return what `seal` was given.

        Raises:
            SealBroken: altered, moved to another place, or sealed under another key.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(about) from error


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as stored: `nonce (12) | ciphertext and tag`, and the name of what wrapped it."""

    key: bytes
    by: str


def generate(ring: Path, *, about: str) -> tuple[DataKey, Wrapped]:
    """Return a new random data key, open and wrapped by the current key-encryption key.

    Args:
        ring: the keyring file.
        about: whose key it is; only there it opens.

    Raises:
        KeyringUnusable: see `load_keyring`.
    """
    key = os.urandom(KEY_BYTES)
    return DataKey(key), _wrap(ring, key, about)


def unwrap(ring: Path, wrapped: Wrapped, *, about: str) -> DataKey:
    """Open a wrapped key.

    Raises:
        SealBroken: altered, or somebody else's.
        KeyringUnusable: the keyring lacks the key that wrapped it.
    """
    return DataKey(_unwrapped(ring, wrapped, about))


def rewrap(ring: Path, wrapped: Wrapped, *, about: str) -> Wrapped:
    """Return the same data key wrapped by the current key-encryption key.

    Raises:
        SealBroken, KeyringUnusable: as `unwrap`.
    """
    return _wrap(ring, _unwrapped(ring, wrapped, about), about)


def _wrap(ring: Path, key: bytes, about: str) -> Wrapped:
    keys = load_keyring(ring)
    name = keys.wraps_with
    nonce = os.urandom(NONCE_BYTES)
    sealed = _wrapper(keys.wrapping[name]).encrypt(nonce, key, about.encode())
    return Wrapped(nonce + sealed, name)


def _unwrapped(ring: Path, wrapped: Wrapped, about: str) -> bytes:
    opener = _wrapper(_wrapping_key(ring, wrapped.by))
    try:
        return opener.decrypt(wrapped.key[:NONCE_BYTES], wrapped.key[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(about) from error


def _wrapping_key(ring: Path, name: str) -> bytes:
    """Return a key-encryption key: one that is known already, or else from the file as it is now.

    So a row that was read just before a rotation dropped its key still opens.
    """
    for read in (recent_keyring, load_keyring):
        key = read(ring).wrapping.get(name)
        if key is not None:
            return key
    raise KeyringUnusable(f"{ring} lacks the key-encryption key {name}")


@lru_cache(maxsize=8)
def _wrapper(key: bytes) -> AESGCM:
    return AESGCM(derived(key, "wrap"))
