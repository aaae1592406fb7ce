"""The use case of forgetting values that hold no longer: the catalogue says when (M03)."""

from datetime import datetime, timedelta

from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.ledger import api as ledger
from genkan.residents.store import history as store

AT_ONCE = 500


def forget_past_values(*, now: datetime) -> int:
    """Delete what ended longer ago than its item's `history_days`, batch by batch.

    Returns:
        How many values were deleted.
    """
    return sum(_forget(item, now=now) for item in catalogue.items().values())


def _forget(item: catalogue.Item, *, now: datetime) -> int:
    total = 0
    while number := _forget_batch(item, now=now):
        total += number
    return total


@transaction.atomic(durable=True)
def _forget_batch(item: catalogue.Item, *, now: datetime) -> int:
    """Delete one batch; each resident reads of it in their history, in the same transaction."""
    before = now - timedelta(days=item.history_days)
    gone = store.delete_closed(item.key, before=before, limit=AT_ONCE)
    ledger.append_all(
        ledger.Entry(
            event="resident.past_values_erased",
            subject=resident,
            actor=ledger.SYSTEM,
            facts={"items": [item.key], "number": number},
            happened_at=now,
        )
        for resident, number in gone.items()
    )
    return sum(gone.values())
