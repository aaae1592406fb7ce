"""Key-encryption keys come and go: a new one is added, and the others dropped once they are idle.

While the file names more than one, a rotation is under way: whatever was interrupted goes on.
"""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from genkan.kernel import tokens
from genkan.kernel.keys import named
from genkan.kernel.sealing import KEY_BYTES, load_keyring, replace_keyring
from genkan.kernel.tokens import Place

KEYRING, TOKEN = "keyring", "token"
"""Who keeps a key-encryption key."""


def is_rotating(ring: Path) -> bool:
    """Whether there are key-encryption keys besides the current one.

    Raises:
        KeyringUnusable: see `load_keyring`.
    """
    return len(load_keyring(ring).wrapping) > 1


def current_key(ring: Path) -> str:
    """Return the name of the key-encryption key that wraps new data keys.

    Raises:
        KeyringUnusable: see `load_keyring`.
    """
    return load_keyring(ring).wraps_with


def keepers(ring: Path) -> dict[str, str]:
    """Return who keeps each key-encryption key, by its name.

    Raises:
        KeyringUnusable: see `load_keyring`.
    """
    known = load_keyring(ring).wrapping
    return {name: KEYRING if key else TOKEN for name, key in known.items()}


def add_key(ring: Path, *, keeper: str = KEYRING, token: Place | None = None) -> str:
    """Make a new key-encryption key current; the others still open. Returns its name.

    Raises:
        KeyringUnusable: see `load_keyring`; no token is named.
        KeysAway: the token does not answer.
    """
    standing = load_keyring(ring)
    name = f"w{secrets.token_hex(4)}"
    key = b"" if keeper == TOKEN else os.urandom(KEY_BYTES)
    if not key:
        tokens.make_key(named(token, name), name)
    wrapping = standing.wrapping | {name: key}
    replace_keyring(ring, replace(standing, wrapping=wrapping, wraps_with=name))
    return name


def drop_idle_keys(
    ring: Path, *, token: Place | None = None, kept_there: bool = False
) -> list[str]:
    """Drop every key-encryption key but the current one; returns their names.

    One in a token is destroyed before the keyring forgets it, so a kill between leaves no stranger.

    Args:
        ring: the keyring file.
        token: where keys live that the keyring does not have.
        kept_there: leave those in the token, for backups from before.

    Raises:
        KeyringUnusable, KeysAway: as `add_key`.
    """
    standing = load_keyring(ring)
    current = standing.wraps_with
    dropped = {name: key for name, key in standing.wrapping.items() if name != current}
    for name, key in dropped.items():
        if not key and not kept_there:
            tokens.destroy_key(named(token, name), name)
    if dropped:
        kept = {current: standing.wrapping[current]}
        replace_keyring(ring, replace(standing, wrapping=kept))
    return sorted(dropped)
