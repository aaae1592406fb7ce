"""Data keys: one key a person, at rest only as wrapped by a key-encryption key (ARCHITECTURE).

The key-encryption key never enters the database, so a dump opens nothing; whoever destroys a
wrapped key makes everything under it unreadable, in old copies of the rows too (M10).
"""

import os
import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from genkan.kernel import tokens
from genkan.kernel.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    KeyringUnusable,
    SealBroken,
    derived,
    load_keyring,
    recent_keyring,
)
from genkan.kernel.tokens import Place

OPEN_SECONDS = 60.0
"""How long a process keeps a data key that a token opened: a network may lie between them."""
OPEN_AT_MOST = 10_000
FORGOTTEN_AT_ONCE = 20
_opening = Lock()


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


def generate(ring: Path, *, about: str, token: Place | None = None) -> tuple[DataKey, Wrapped]:
    """Return a new random data key, open and wrapped by the current key-encryption key.

    Args:
        ring: the keyring file.
        about: whose key it is; only there it opens.
        token: where the keys live that the keyring names without having them.

    Raises:
        KeyringUnusable: see `load_keyring`.
        KeysAway: the token does not answer.
    """
    key = os.urandom(KEY_BYTES)
    return DataKey(key), _wrap(ring, token, key, about)


def unwrap(ring: Path, wrapped: Wrapped, *, about: str, token: Place | None = None) -> DataKey:
    """Open a wrapped key.

    Raises:
        SealBroken: altered, or somebody else's.
        KeyringUnusable: the keyring lacks the key that wrapped it.
        KeysAway: as `generate`.
    """
    return DataKey(_unwrapped(ring, token, wrapped, about))


def rewrap(ring: Path, wrapped: Wrapped, *, about: str, token: Place | None = None) -> Wrapped:
    """Return the same data key wrapped by the current key-encryption key.

    Raises:
        SealBroken, KeyringUnusable, KeysAway: as `unwrap`.
    """
    return _wrap(ring, token, _unwrapped(ring, token, wrapped, about), about)


def _wrap(ring: Path, token: Place | None, key: bytes, about: str) -> Wrapped:
    keys = load_keyring(ring)
    name = keys.wraps_with
    wrapper = keys.wrapping[name]
    if not wrapper:
        return Wrapped(tokens.seal(named(token, name), name, key, about), name)
    nonce = os.urandom(NONCE_BYTES)
    return Wrapped(nonce + _wrapper(wrapper).encrypt(nonce, key, about.encode()), name)


def _unwrapped(ring: Path, token: Place | None, wrapped: Wrapped, about: str) -> bytes:
    key = _wrapping_key(ring, wrapped.by)
    if not key:
        return _opened_by_token(named(token, wrapped.by), wrapped, about)
    nonce, body = wrapped.key[:NONCE_BYTES], wrapped.key[NONCE_BYTES:]
    try:
        return _wrapper(key).decrypt(nonce, body, about.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(about) from error


def named(token: Place | None, name: str) -> Place:
    """Return the token that a key of the keyring lives in.

    Raises:
        KeyringUnusable: the settings name none.
    """
    if token is None:
        raise KeyringUnusable(f"{name} lives in a token, and GENKAN_PKCS11_LIBRARY names none")
    return token


_open: dict[tuple[Place, Wrapped, str], tuple[float, bytes]] = {}


def _opened_by_token(token: Place, wrapped: Wrapped, about: str) -> bytes:
    """Return a data key that this process had opened within the last minute, or ask the token."""
    asked, now = (token, wrapped, about), time.monotonic()
    known = _open.get(asked)
    if known is not None and now < known[0]:
        return known[1]
    key = tokens.unseal(token, wrapped.by, wrapped.key, about)
    with _opening:
        for old, (until, _) in list(islice(_open.items(), FORGOTTEN_AT_ONCE)):
            if until <= now or len(_open) >= OPEN_AT_MOST:
                del _open[old]
        _open.pop(asked, None)
        _open[asked] = (now + OPEN_SECONDS, key)
    return key


def forget_open_keys() -> None:
    """Ask the token for each data key again."""
    with _opening:
        _open.clear()


def _wrapping_key(ring: Path, name: str) -> bytes:
    """Return a key-encryption key: one that is known already, or else from the file as it is now.

    So a row that was read just before a rotation dropped its key still opens. One that lives in a
    token is empty.
    """
    for read in (recent_keyring, load_keyring):
        key = read(ring).wrapping.get(name)
        if key is not None:
            return key
    raise KeyringUnusable(f"{ring} lacks the key-encryption key {name}")


@lru_cache(maxsize=8)
def _wrapper(key: bytes) -> AESGCM:
    return AESGCM(derived(key, "wrap"))
