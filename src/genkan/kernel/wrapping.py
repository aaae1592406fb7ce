"""Key-encryption keys come and go: a new one is added, and the others dropped once they are idle.

While the file names more than one, a rotation is under way: whatever was interrupted goes on.
"""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from genkan.kernel.sealing import KEY_BYTES, load_keyring, replace_keyring


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


def add_key(ring: Path) -> str:
    """Make a new key-encryption key current; the others still open. Returns its name.

    Raises:
        KeyringUnusable: see `load_keyring`.
    """
    standing = load_keyring(ring)
    name = f"w{secrets.token_hex(4)}"
    wrapping = standing.wrapping | {name: os.urandom(KEY_BYTES)}
    replace_keyring(ring, replace(standing, wrapping=wrapping, wraps_with=name))
    return name


def drop_idle_keys(ring: Path) -> list[str]:
    """Drop every key-encryption key but the current one; returns their names.

    Raises:
        KeyringUnusable: see `load_keyring`.
    """
    standing = load_keyring(ring)
    current = standing.wraps_with
    kept = {current: standing.wrapping[current]}
    if kept != standing.wrapping:
        replace_keyring(ring, replace(standing, wrapping=kept))
    return sorted(standing.wrapping.keys() - kept.keys())
