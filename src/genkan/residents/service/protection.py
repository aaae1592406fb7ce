"""Use cases around protected addresses (支援措置, A9): ask, decide, look."""

from datetime import datetime

from django.db import transaction

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.residents.domain import protection as domain
from genkan.residents.domain.protection import (
    Aim,
    Protection,
    ProtectionRequest,
    ProtectionRequestId,
    check_request,
    until_after,
)
from genkan.residents.errors import NotAResident, NotStaff, RequestDecided
from genkan.residents.store import guardians as people
from genkan.residents.store import protection as store

_ASKED = {
    Aim.PROTECT: "residents.protection_requested",
    Aim.LIFT: "residents.protection_lifting_requested",
}
_APPROVED = {Aim.PROTECT: "residents.protection_approved", Aim.LIFT: "residents.protection_lifted"}


def is_protected(resident: ResidentId, now: datetime) -> bool:
    """Whether nothing that reveals where a resident lives may be shown or sent. One query."""
    return domain.is_protected(store.protected_until(resident), now)


def protected_until(resident: ResidentId, now: datetime) -> datetime | None:
    """Return the end of the protection that holds at `now`, or None. One query."""
    until = store.protected_until(resident)
    return until if domain.is_protected(until, now) else None


def protection_of(resident: ResidentId) -> Protection:
    """Return how a resident's address stands, with the request that waits.

    Raises:
        NotAResident: there is no such resident.
    """
    found = store.protection_of(resident)
    if found is None:
        raise NotAResident
    return found


def protection_history(resident: ResidentId) -> list[ProtectionRequest]:
    """Return all requests about a resident's address, newest first."""
    return store.requests_of(resident)


def waiting_requests() -> list[ProtectionRequest]:
    """Return the requests that wait for a second person, oldest first."""
    return store.waiting()


def staff_by_address(email: str) -> AccountId:
    """Return the staff account that signs in with this address.

    Raises:
        NotStaff: there is none.
    """
    account = people.staff_account(email)
    if account is None:
        raise NotStaff
    return account


def request_protection(
    resident: ResidentId,
    *,
    by: AccountId,
    note: str,
    begins_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> ProtectionRequestId:
    """Ask that an address be protected, or be protected for longer; another account decides.

    Args:
        resident: whose address.
        by: the staff account that has seen the evidence.
        note: which evidence, in words.
        begins_at: as the evidence says; protection holds from the approval on.
        ends_at: excluded.
        now: when it is asked.

    Raises:
        NotStaff, NotAResident: one of them is not.
        EvidenceMissing, ProtectionPeriod: `field` says what is wrong.
        RequestPending: a request waits already.
    """
    return _ask(
        ProtectionRequest(
            id=ProtectionRequestId(new_id()),
            resident=resident,
            aim=Aim.PROTECT,
            requested_by=by,
            requested_at=now,
            note=note,
            begins_at=begins_at,
            ends_at=ends_at,
        )
    )


def request_lifting(
    resident: ResidentId, *, by: AccountId, note: str, now: datetime
) -> ProtectionRequestId:
    """Ask that the protection of an address end now; another account decides.

    Raises:
        NotStaff, NotAResident: one of them is not.
        EvidenceMissing: it does not say why.
        RequestPending: a request waits already.
        NotProtected: there is nothing to lift.
    """
    return _ask(
        ProtectionRequest(
            id=ProtectionRequestId(new_id()),
            resident=resident,
            aim=Aim.LIFT,
            requested_by=by,
            requested_at=now,
            note=note,
        )
    )


@transaction.atomic(durable=True)
def _ask(request: ProtectionRequest) -> ProtectionRequestId:
    _must_be_staff(request.requested_by)
    store.add(check_request(request, _locked(request.resident)))
    _record(_ASKED[request.aim], request, request.requested_by, request.requested_at)
    return request.id


def approve_protection(request: ProtectionRequestId, *, by: AccountId, now: datetime) -> None:
    """Protect an address as asked; when this has returned, nothing more leaves that reveals place.

    Waits for releases, and for what is being handed over, that hold the resident.

    Raises:
        NotStaff: `by` is no staff account.
        RequestDecided: there is no such request to protect that waits.
        SecondPersonNeeded: `by` asked.
    """
    _decide(request, Aim.PROTECT, by=by, now=now)


def approve_lifting(request: ProtectionRequestId, *, by: AccountId, now: datetime) -> None:
    """End the protection of an address now.

    Raises:
        NotStaff: `by` is no staff account.
        RequestDecided: there is no such request to lift that waits.
        SecondPersonNeeded: `by` asked.
    """
    _decide(request, Aim.LIFT, by=by, now=now)


@transaction.atomic(durable=True)
def decline_request(request: ProtectionRequestId, *, by: AccountId, now: datetime) -> None:
    """Say no to a request of either kind: nothing changes, and another one can be made.

    Raises:
        NotStaff: `by` is no staff account.
        RequestDecided: there is no such request that waits.
        SecondPersonNeeded: `by` asked.
    """
    _must_be_staff(by)
    asked = _waiting(request)
    asked.must_be_decided_by_another(by)
    store.save_decision(asked.id, by=by, approved=False, now=now)
    _record("residents.protection_declined", asked, by, now)


@transaction.atomic(durable=True)
def _decide(request: ProtectionRequestId, aim: Aim, *, by: AccountId, now: datetime) -> None:
    _must_be_staff(by)
    asked = _waiting(request)
    if asked.aim is not aim:
        raise RequestDecided
    asked.must_be_decided_by_another(by)
    standing = protection_of(asked.resident)
    store.save_decision(asked.id, by=by, approved=True, now=now)
    store.save_until(asked.resident, until_after(asked, standing.protected_until))
    _record(_APPROVED[aim], asked, by, now)


def _waiting(request: ProtectionRequestId) -> ProtectionRequest:
    """Return a request that waits, its resident locked, so that two decisions stand in line."""
    resident = store.resident_of_request(request)
    if resident is None:
        raise RequestDecided
    _locked(resident)
    asked = store.request(request)
    assert asked is not None  # requests are never deleted
    asked.must_be_open()
    return asked


def _locked(resident: ResidentId) -> Protection:
    standing = store.lock_protection(resident)
    if standing is None:
        raise NotAResident
    return standing


def _must_be_staff(account: AccountId) -> None:
    if not people.is_staff(account):
        raise NotStaff


def _record(event: str, asked: ProtectionRequest, by: AccountId, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=asked.resident,
            actor=ledger.Actor(kind="operator", id=str(by)),
            facts={"request": str(asked.id)},
            happened_at=now,
        )
    )
