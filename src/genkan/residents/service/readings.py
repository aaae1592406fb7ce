"""The use case of picking one of two readings of a name (H07)."""

from datetime import datetime

from django.db import transaction

from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.residents.domain.readings import OTHER, USED, Readings
from genkan.residents.errors import NotAResident, ReadingGone
from genkan.residents.store import people as store


def readings_of(resident: ResidentId) -> Readings:
    """Return the reading in use, and the one beside it. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    held = store.profile_of(resident)
    if held is None:
        raise NotAResident
    return Readings.held_in(held.values)


@transaction.atomic(durable=True)
def pick(resident: ResidentId, reading: str, *, now: datetime) -> None:
    """Use one of the two readings, with its origin, from now on; the other is kept.

    Args:
        resident: whose.
        reading: the whole reading, as it was shown: places may have changed meanwhile.
        now: the moment.

    Raises:
        NotAResident: there is no such resident.
        ReadingGone: neither of them reads so any more.
    """
    if not store.lock_resident(resident):
        raise NotAResident
    before = readings_of(resident)
    if before.used is not None and before.used.content["full"] == reading:
        return
    if before.other is None or before.other.content["full"] != reading:
        raise ReadingGone
    changes = before.changes_to(before.picked())
    since = max([now, *(one.as_of for one in (before.used, before.other) if one is not None)])
    store.close_values(resident, [USED, OTHER], now=since)
    store.add_values((resident, value, None) for value in changes.values() if value is not None)
    ledger.append(
        ledger.Entry(
            event="resident.reading_chosen",
            subject=resident,
            actor=ledger.Actor.resident(resident),
            facts={"items": [USED]},
            happened_at=now,
        )
    )
