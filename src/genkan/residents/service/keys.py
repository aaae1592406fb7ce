"""Use cases of data keys: which there are, and how all are wrapped by a fresh key (M48)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from genkan.kernel import tokens, wrapping
from genkan.ledger import api as ledger
from genkan.residents.errors import KeysBusy
from genkan.residents.store import keys as store

BATCH = 500
PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.05
GRACE_SECONDS = 2.0
"""For whoever read a row just before it was wrapped anew, and asks the token for the old key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation did.

    Attributes:
        key: name of the key-encryption key that wraps everything now.
        keeper: who keeps it, "keyring" or "token".
        rewrapped: data keys wrapped anew by this run.
        dropped: names of the keys that are gone.
        resumed: whether it went on with one that was interrupted.
    """

    key: str
    keeper: str
    rewrapped: int
    dropped: tuple[str, ...]
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStanding:
    """Which key-encryption keys there are.

    Attributes:
        current: name of the one that wraps new data keys.
        keepers: who keeps each, "keyring" or "token", by name.
        wrapped_by: how many data keys each wraps.
        token_answers: whether the token lets us in now; None where no token is named.
    """

    current: str
    keepers: Mapping[str, str]
    wrapped_by: Mapping[str, int]
    token_answers: bool | None


def key_counts() -> dict[str, int]:
    """Return how many data keys each key-encryption key wraps."""
    return store.counts()


def key_standing() -> KeyStanding:
    """Return which key-encryption keys there are, who keeps them, and what they wrap.

    Raises:
        KeyringUnusable: the keyring cannot be read, or lacks a key.
    """
    ring, token = settings.GENKAN.keyring, settings.GENKAN.token
    return KeyStanding(
        current=wrapping.current_key(ring),
        keepers=wrapping.keepers(ring),
        wrapped_by=store.counts(),
        token_answers=None if token is None else tokens.answers(token),
    )


def rotate_keys(
    *,
    now: datetime,
    keeper: str | None = None,
    kept_in_token: bool = False,
    tell: Callable[[int], None] = lambda _: None,
) -> Rotation:
    """Wrap all data keys by a new key-encryption key and drop the old one, while everything runs.

    Killed at any moment, it goes on where it stopped when called again: which key wraps a row
    stands in the row, and which keys there are stands in the keyring file.

    Args:
        now: when it happens, for the ledger.
        keeper: who is to keep the new key, "keyring" or "token"; who keeps the current one if
            nothing is said. A rotation under way goes on as it began.
        kept_in_token: leave the old key in the token, for backups from before.
        tell: hears how many data keys were wrapped anew, batch by batch.

    Raises:
        KeysBusy: another rotation runs, or somebody wraps with the old key and does not end.
        KeyringUnusable: the keyring cannot be read, or lacks a key.
        KeysAway: the token does not answer.
    """
    with store.alone() as is_alone:
        if not is_alone:
            raise KeysBusy("another rotation runs")
        ring = settings.GENKAN.keyring
        resumed = wrapping.is_rotating(ring)
        if not resumed:
            wrapping.add_key(ring, keeper=keeper or _keeper(ring), token=settings.GENKAN.token)
        current = wrapping.current_key(ring)
        rewrapped = _rewrap_until_idle(current, tell)
        if wrapping.TOKEN in _others(ring):
            time.sleep(GRACE_SECONDS)
        dropped = _drop(current, kept_in_token=kept_in_token, now=now)
        keeper = _keeper(ring)
    return Rotation(
        key=current, keeper=keeper, rewrapped=rewrapped, dropped=tuple(dropped), resumed=resumed
    )


def _keeper(ring: Path) -> str:
    return wrapping.keepers(ring)[wrapping.current_key(ring)]


def _others(ring: Path) -> list[str]:
    """Return who keeps the keys that are to go."""
    current = wrapping.current_key(ring)
    return [keeper for name, keeper in wrapping.keepers(ring).items() if name != current]


def _rewrap_until_idle(current: str, tell: Callable[[int], None]) -> int:
    """Wrap anew until nothing is wrapped by another key, nor can be; returns how many."""
    rewrapped, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while not _others_are_idle(current):
        done = _rewrap_all(current, tell)
        rewrapped += done
        if not done:
            if time.monotonic() > deadline:
                raise KeysBusy("somebody still wraps with the old key: call it again later")
            time.sleep(PAUSE_SECONDS)
    return rewrapped


def _rewrap_all(current: str, tell: Callable[[int], None]) -> int:
    """Wrap anew what another key wraps, 500 to a transaction."""
    total, after = 0, None
    while True:
        with transaction.atomic(durable=True):
            done, after = store.rewrap(current, after=after, limit=BATCH)
        if after is None:
            return total
        total += done
        tell(done)


@transaction.atomic(durable=True)
def _others_are_idle(current: str) -> bool:
    """Whether the other keys wrap nothing; whoever wraps from now on does it by the current one."""
    return store.nobody_wraps() and not set(store.counts()) - {current}


@transaction.atomic(durable=True)
def _drop(current: str, *, kept_in_token: bool, now: datetime) -> list[str]:
    """Drop the other keys."""
    dropped = wrapping.drop_idle_keys(
        settings.GENKAN.keyring, token=settings.GENKAN.token, kept_there=kept_in_token
    )
    ledger.append(
        ledger.Entry(
            event="residents.keys_rotated",
            subject=None,
            actor=ledger.SYSTEM,
            facts={"key": current, "dropped": dropped},
            happened_at=now,
        )
    )
    return dropped
