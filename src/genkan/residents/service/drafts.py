"""The use case of forgetting registrations that were given up (M07)."""

from datetime import datetime, timedelta

from django.db import transaction

from genkan.ledger import api as ledger
from genkan.residents.domain.devices import SignOutCause
from genkan.residents.service import devices
from genkan.residents.store import drafts as store
from genkan.residents.store import keys
from genkan.terms import api as terms

AT_ONCE = 200


@transaction.atomic(durable=True)
def forget_abandoned(*, retention: timedelta, now: datetime) -> int:
    """Delete accounts without an ID that were not used for `retention`, and all they hold.

    The address, the draft, acceptances of the terms, devices and sessions go, and the data key is
    destroyed; the person can begin again with the same address. The ledger keeps how many there
    were, and nothing of whom.

    Returns:
        How many were deleted, at most 200.
    """
    found = store.lock_abandoned(before=now - retention, limit=AT_ONCE)
    if not found:
        return 0
    accounts = [account for account, _ in found]
    for account in accounts:
        devices.end_all(account, cause=SignOutCause.LEAVING, now=now)
        devices.forget_devices_of(account)
    store.delete_drafts(accounts)
    people = [person for _, person in found if person is not None]
    for person in people:
        keys.destroy(person, now=now)
    terms.forget(people)
    store.delete_accounts(accounts)
    ledger.append(
        ledger.Entry(
            event="residents.drafts_forgotten",
            subject=None,
            actor=ledger.SYSTEM,
            facts={"number": len(found)},
            happened_at=now,
        )
    )
    return len(found)
