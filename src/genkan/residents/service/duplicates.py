"""Use cases of noticing that somebody registered twice: a case for the counter, never a merge."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.ids import ResidentId
from genkan.residents.domain.likeness import Case, likeness
from genkan.residents.errors import NotAResident
from genkan.residents.store import duplicates as store

MOST = 10_000
"""Cases that are listed at once."""


def note_new(people: Iterable[tuple[ResidentId, Mapping[str, Any]]], *, now: datetime) -> None:
    """Keep what new people are compared by; joins. Registering goes through whoever is like them.

    Args:
        people: IDs, with contents by item.
        now: when they registered.
    """
    require_transaction()
    liked = [(resident, likeness(contents)) for resident, contents in people]
    store.add([(resident, like) for resident, like in liked if like is not None], now=now)


def note_change(resident: ResidentId, contents: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what somebody is compared by after a change; joins."""
    require_transaction()
    like = likeness(contents)
    if like is None:
        store.forget(resident)
    else:
        store.save(resident, like, now=now)


def duplicates() -> list[Case]:
    """Return residents who may be one person with an earlier one, oldest first, at most 10,000."""
    return store.cases(limit=MOST)


@transaction.atomic(durable=True)
def settle_duplicate(resident: ResidentId, *, now: datetime) -> None:
    """Note that somebody looked: the later of two is a person of their own.

    Raises:
        NotAResident: there is no such resident, or nothing about them to settle.
    """
    if not store.settle(resident, now=now):
        raise NotAResident
