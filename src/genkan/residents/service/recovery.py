"""Use cases of coming back in by way of a counter: begun, stopped, cancelled (M09, A5).

Every end is one statement on a locked row, so of two that come at once the first holds. How a
recovery is redeemed stands in `redemption`. Locks come in one order: account, resident, recovery.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.ledger import api as ledger
from genkan.residents.domain.addresses import proof_of
from genkan.residents.domain.counter import Seen
from genkan.residents.domain.people import ResidentState
from genkan.residents.domain.recovery import (
    MOST_ATTEMPTS,
    SLIP_LIFE,
    Ending,
    Phase,
    Recovery,
    RecoveryId,
    ToldBy,
    folded_code,
    shown_code,
    standing,
)
from genkan.residents.errors import (
    AddressMissing,
    AddressTaken,
    Closed,
    Leaving,
    NotAResident,
    RecoveryOver,
    RecoveryStands,
    Suspended,
)
from genkan.residents.service.lookups import must_be_open, must_have_role, operator
from genkan.residents.store import counter, erasing, leaving, people
from genkan.residents.store import recovery as store

CODE, SLIP = "residents.recovery.code", "residents.recovery.slip"
STOP = "residents.recovery.stop"
CHECKED = ("name", "birthdate")
"""What staff hold against the document before they begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What staff type to begin a recovery.

    Attributes:
        id: made with the form, so that a form sent twice begins one and shows one slip.
        email: new address to sign in with; "" keeps the old one.
        wait: how long the old contact can stop it.
    """

    id: RecoveryId
    seen: Seen
    email: str
    wait: timedelta


@transaction.atomic(durable=True)
def start(account: AccountId, resident: ResidentId, wanted: Wanted, *, now: datetime) -> Recovery:
    """Begin a recovery for somebody who stands at the counter, and tell the old contact.

    Raises:
        RoleNeeded, NotOpened: the record is not open to this member of staff.
        NotAResident, Suspended, Leaving, Closed: the ID cannot be used, so nobody recovers it.
        RecoveryStands: one is under way.
        AddressMissing, AddressTaken: there is none to sign in with, or it is somebody else's.
    """
    must_have_role(account)
    must_be_open(account, resident, now=now)
    must_be_usable(resident)
    before = store.of_resident(resident)
    again = next((one for one in before if one.id == wanted.id and one.asked_by == account), None)
    if again is not None:
        return again
    for one in before:
        _end_if_lapsed(one, now)
    if standing(before, now) is not None:
        raise RecoveryStands
    old = people.contact_of(resident)
    new = wanted.email if wanted.email != (old and old[0]) else ""
    if not (new or old):
        raise AddressMissing(field="email")
    if new and people.address_is_taken(new):
        raise AddressTaken(field="email")
    begun = Recovery(
        id=wanted.id,
        resident=resident,
        account=erasing.account_of(resident),
        asked_by=account,
        document=wanted.seen.document,
        told_by=ToldBy.MAIL if old else ToldBy.POST,
        old=old[0] if old else "",
        new=new,
        asked_at=now,
        ready_at=now + wanted.wait,
        ends_at=now + wanted.wait + SLIP_LIFE,
    )
    store.add(begun, digest_of(code_for(begun)))
    counter.add(resident, account, wanted.seen, CHECKED, now=now)
    facts = {"document": begun.document, "told_by": begun.told_by}
    record("resident.recovery_begun", begun, operator(account), now, facts)
    tell_old_contact(begun, "begun")
    return begun


@transaction.atomic(durable=True)
def stop(recovery: RecoveryId, proof: str, *, now: datetime) -> None:
    """Stop a recovery from the old contact.

    Raises:
        NotFound: there is no such recovery, or the proof is wrong.
        RecoveryOver: it has ended.
    """
    held = store.lock(recovery)
    if held is None or not _proves(held, proof):
        raise NotFound
    _end(held, Ending.STOPPED, now)
    record("resident.recovery_stopped", held, ledger.Actor.resident(held.resident), now)


@transaction.atomic(durable=True)
def stop_own(resident: ResidentId, *, now: datetime) -> None:
    """Stop the recovery of one's own ID, while one is still signed in.

    Raises:
        RecoveryOver: none is under way.
    """
    found = standing(store.of_resident(resident), now)
    held = None if found is None else store.lock(found.id)
    if held is None:
        raise RecoveryOver
    _end(held, Ending.STOPPED, now)
    record("resident.recovery_stopped", held, ledger.Actor.resident(resident), now)


@transaction.atomic(durable=True)
def cancel(
    account: AccountId, resident: ResidentId, recovery: RecoveryId, *, now: datetime
) -> None:
    """Take a recovery back at the counter.

    Raises:
        RoleNeeded, NotOpened: the record is not open to this member of staff.
        NotFound: it is none of this resident.
        RecoveryOver: it has ended.
    """
    must_have_role(account)
    must_be_open(account, resident, now=now)
    held = store.lock(recovery)
    if held is None or held.resident != resident:
        raise NotFound
    _end(held, Ending.CANCELLED, now)
    record("resident.recovery_cancelled", held, operator(account), now)


def recoveries_of(resident: ResidentId) -> list[Recovery]:
    """Return all recoveries of a resident that are kept, the newest first. One query."""
    return store.of_resident(resident)


def standing_of(resident: ResidentId, *, now: datetime) -> Recovery | None:
    """Return the recovery of a resident that is under way, or None. One query."""
    return standing(store.of_resident(resident), now)


def to_be_mailed(recovery: RecoveryId) -> Recovery | None:
    """Return a recovery whose mails are due, or None if it is gone."""
    return store.recovery(recovery)


def to_be_stopped(recovery: RecoveryId, proof: str, *, now: datetime) -> Recovery:
    """Return a recovery that its old contact can stop.

    Raises:
        NotFound: there is none, or the proof is wrong.
        RecoveryOver: it has ended.
    """
    held = store.recovery(recovery)
    if held is None or not _proves(held, proof):
        raise NotFound
    if held.phase(now) is Phase.OVER:
        raise RecoveryOver
    return held


def code_for(recovery: Recovery) -> str:
    """Return the code of a slip. It is stored nowhere: the keyring and the recovery make it."""
    return shown_code(keyring().keyed_hash(CODE, recovery.id.bytes))


def proof_for(recovery: Recovery) -> str:
    """Return what proves that somebody reads the mail to the old contact; stored nowhere."""
    return proof_of(keyring().keyed_hash(STOP, recovery.id.bytes))


@transaction.atomic(durable=True)
def forget_what_ended(*, now: datetime) -> None:
    """Write down which recoveries have lapsed, and delete those that ended long ago."""
    for one in store.lock_lapsed(now=now, limit=100):
        _end_if_lapsed(one, now)
    store.forget(now=now)


def must_be_usable(resident: ResidentId) -> None:
    """Lock an ID, and go on only if nothing stands against it; joins.

    Raises:
        NotAResident, Suspended, Leaving, Closed: see `refuse_unusable`.
    """
    refuse_unusable(leaving.lock_state(resident))


def refuse_unusable(state: ResidentState | None) -> None:
    """Go on only if nothing stands against an ID: nobody recovers around an intervention (M22).

    Raises:
        NotAResident, Suspended, Leaving, Closed: something does.
    """
    if state is None:
        raise NotAResident
    if state is ResidentState.SUSPENDED:
        raise Suspended
    if state is ResidentState.LEAVING:
        raise Leaving
    if state is ResidentState.CLOSED:
        raise Closed


def _end(held: Recovery, ending: Ending, now: datetime) -> None:
    if held.phase(now) is Phase.OVER or not store.end(held.id, ending, now=now):
        raise RecoveryOver


def _end_if_lapsed(one: Recovery, now: datetime) -> None:
    is_past = one.ended_at is None and one.phase(now) is Phase.OVER
    if is_past and store.end(one.id, Ending.LAPSED, now=now):
        record("resident.recovery_lapsed", one, ledger.SYSTEM, now)


def count_wrong(held: Recovery, *, now: datetime) -> None:
    """Count a wrong answer; too many end it; joins."""
    store.count_attempt(held.id)
    if held.attempts + 1 >= MOST_ATTEMPTS:
        store.end(held.id, Ending.WORN_OUT, now=now)
        record("resident.recovery_worn_out", held, ledger.SYSTEM, now)


def tell_old_contact(recovery: Recovery, what: str) -> None:
    """Mail the old contact that it was `begun` or `done`, if there is one; joins."""
    if recovery.old:
        jobs.defer("residents.send_recovery", recovery=str(recovery.id), what=what)


def record(
    event: str,
    recovery: Recovery,
    actor: ledger.Actor,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Write a step into the resident's history; joins."""
    ledger.append(
        ledger.Entry(
            event=event,
            subject=recovery.resident,
            actor=actor,
            facts=dict(facts or {}),
            happened_at=now,
        )
    )


def _proves(held: Recovery, proof: str) -> bool:
    return compare_digest(proof_for(held).encode(), proof.encode())


def digest_of(code: str) -> bytes:
    """Return by what a typed code is found."""
    return keyring().keyed_hash(SLIP, folded_code(code).encode())


def keyring() -> Keyring:
    """Return the keyring of this installation."""
    return load_keyring(settings.GENKAN.keyring)
