"""Use cases of data keys: destroyed with a person's data, wrapped by a fresh key (M10, M48)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from genkan.kernel import wrapping
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.residents.errors import KeysBusy
from genkan.residents.store import keys as store
from genkan.residents.store import people, search

BATCH = 500
PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation did.

    Attributes:
        key: name of the key-encryption key that wraps everything now.
        rewrapped: data keys wrapped anew by this run.
        dropped: names of the keys that are gone.
        resumed: whether it went on with one that was interrupted.
    """

    key: str
    rewrapped: int
    dropped: tuple[str, ...]
    resumed: bool


def destroy_keys(resident: ResidentId, *, now: datetime) -> None:
    """Erase a person's data keys: nothing sealed for them opens again, old copies included. Joins.

    Releases under way end first. Their values read as none from then on, no search finds them, and
    nothing more can be kept for them.
    """
    require_transaction()
    people.lock_resident(resident)
    store.destroy(resident, now=now)
    search.forget(resident)


def key_counts() -> dict[str, int]:
    """Return how many data keys each key-encryption key wraps."""
    return store.counts()


def rotate_keys(*, now: datetime, tell: Callable[[int], None] = lambda _: None) -> Rotation:
    """Wrap all data keys by a new key-encryption key and drop the old one, while everything runs.

    Killed at any moment, it goes on where it stopped when called again: which key wraps a row
    stands in the row, and which keys there are stands in the keyring file.

    Args:
        now: when it happens, for the ledger.
        tell: hears how many data keys were wrapped anew, batch by batch.

    Raises:
        KeysBusy: another rotation runs, or somebody wraps with the old key and does not end.
        KeyringUnusable: the keyring cannot be read, or lacks a key.
    """
    with store.alone() as is_alone:
        if not is_alone:
            raise KeysBusy("another rotation runs")
        ring = settings.GENKAN.keyring
        resumed = wrapping.is_rotating(ring)
        if not resumed:
            wrapping.add_key(ring)
        current, rewrapped = wrapping.current_key(ring), 0
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (dropped := _drop_idle(current, now=now)) is None:
            done = _rewrap_all(current, tell)
            rewrapped += done
            if not done:
                if time.monotonic() > deadline:
                    raise KeysBusy("somebody still wraps with the old key: call it again later")
                time.sleep(PAUSE_SECONDS)
    return Rotation(key=current, rewrapped=rewrapped, dropped=tuple(dropped), resumed=resumed)


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
def _drop_idle(current: str, *, now: datetime) -> list[str] | None:
    """Drop the other keys if nothing is wrapped by them, nor can be any more; else None."""
    if not store.nobody_wraps() or set(store.counts()) - {current}:
        return None
    dropped = wrapping.drop_idle_keys(settings.GENKAN.keyring)
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
