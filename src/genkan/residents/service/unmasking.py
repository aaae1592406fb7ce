"""Use cases of reading a protected address: ask, decide, read once (A9, H14).

Each look needs two members of staff, and the resident reads of every step.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.residents.domain.lookups import Because
from genkan.residents.domain.people import Value
from genkan.residents.domain.unmasking import WAITS_FOR, Unmasking, UnmaskingId
from genkan.residents.errors import ApprovalNeeded, RequestDecided, SomebodyClose, UnknownItem
from genkan.residents.service import lookups
from genkan.residents.store import lookups as staff_store
from genkan.residents.store import people
from genkan.residents.store import unmasking as store


def needs_two(resident: ResidentId, item: str, *, now: datetime) -> bool:
    """Whether a value tells where a protected person lives, so that two must agree to a look."""
    held = people.profile_of(resident)
    value = None if held is None else held.values.get(item)
    return held is not None and value is not None and lookups.tells_place(held, value, now)


def unmasking_of(account: AccountId, resident: ResidentId, item: str) -> Unmasking | None:
    """Return what somebody asked last about a value, or None."""
    return store.newest(account, resident, item)


def waiting_unmaskings(*, now: datetime) -> list[tuple[Unmasking, str]]:
    """Return requests that wait for a second person, each with the address of the one who asks."""
    waiting = store.undecided(since=now - WAITS_FOR)
    names = staff_store.addresses_of([one.asked_by for one in waiting])
    return [(one, names[one.asked_by]) for one in waiting]


@transaction.atomic(durable=True)
def ask_unmasking(
    account: AccountId, resident: ResidentId, item: str, because: Because, *, now: datetime
) -> Unmasking:
    """Ask to read a value that tells a protected place; asked again, the first request waits.

    Raises:
        NotOpened: the record is not open to this member of staff.
        UnknownItem: the resident holds no such value.
    """
    lookups.must_be_open(account, resident, now=now)
    if not needs_two(resident, item, now=now):
        raise UnknownItem
    staff_store.lock_staff(account)
    known = store.newest(account, resident, item)
    if known is not None and (known.waits(now) or known.is_readable(now)):
        return known
    asked = Unmasking(
        id=UnmaskingId(new_id()),
        resident=resident,
        item=item,
        asked_by=account,
        asked_at=now,
        reason=because.reason,
        note=because.note,
    )
    store.add(asked)
    _record("residents.unmasking_asked", asked, account, now)
    return asked


def decide_unmasking(
    unmasking: UnmaskingId, *, by: AccountId, approved: bool, now: datetime
) -> None:
    """Say yes or no, as a second person.

    Raises:
        RoleNeeded: the account has no role.
        RequestDecided: there is no such request, it is decided, or it is too old.
        SecondPersonNeeded: who asked cannot decide.
        SomebodyClose: the resident is who decides, or close to them; a review is asked for.
    """
    if not _decided(unmasking, by=by, approved=approved, now=now):
        raise SomebodyClose


@transaction.atomic(durable=True)
def _decided(unmasking: UnmaskingId, *, by: AccountId, approved: bool, now: datetime) -> bool:
    """Decide, or write down that it was refused: either is committed before anybody is told."""
    who = lookups.must_have_role(by)
    asked = store.lock(unmasking)
    if asked is None:
        raise RequestDecided
    held = people.profile_of(asked.resident)
    if held is not None and lookups.is_close(who, held):
        lookups.refuse_close(by, asked.resident, asked.because(), now=now)
        return False
    decided = asked.decided(by, approved=approved, now=now)
    store.save(decided)
    event = "residents.unmasking_approved" if approved else "residents.unmasking_declined"
    _record(event, decided, by, now)
    return True


@transaction.atomic(durable=True)
def unmask(
    account: AccountId, resident: ResidentId, item: str, because: Because, *, now: datetime
) -> Value:
    """Return one value in full; that it was read is written in the transaction that reads it.

    Raises:
        NotOpened: the record is not open to this member of staff.
        UnknownItem: the resident holds no such value.
        ApprovalNeeded: it tells a protected place, and no second person has said yes to this look.
    """
    lookups.must_be_open(account, resident, now=now)
    held = people.profile_of(resident)
    value = None if held is None else held.values.get(item)
    if held is None or value is None:
        raise UnknownItem
    approval = ""
    if lookups.tells_place(held, value, now):
        used = _use(account, resident, item, now)
        because, approval = used.because(), str(used.id)
    lookups.record_unmasked(account, resident, because, items=(item,), approval=approval, now=now)
    return value


def _use(account: AccountId, resident: ResidentId, item: str, now: datetime) -> Unmasking:
    """Use up the approval of a look; of two attempts at once one does."""
    asked = store.lock_newest(account, resident, item)
    if asked is None or not asked.is_readable(now):
        raise ApprovalNeeded
    used = replace(asked, used_at=now)
    store.save(used)
    return used


def _record(event: str, asked: Unmasking, by: AccountId, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=asked.resident,
            actor=lookups.operator(by),
            facts={"approval": str(asked.id), "reason": asked.reason, "items": [asked.item]},
            happened_at=now,
        )
    )
