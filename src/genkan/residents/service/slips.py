"""Use cases of going online with an ID from the counter: hand the slip over, take the ID (A6, M07).

The person signs up as everybody does, so the address is proved by mail and the way of signing in
is their own. The code and the birth date then join that account to the ID that exists: no second
one is issued.
"""

import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.kernel.sealing import load_keyring
from genkan.ledger import api as ledger
from genkan.residents.domain.people import ResidentState, Step
from genkan.residents.domain.slips import (
    MOST_ATTEMPTS,
    SLIP_LIFE,
    Slip,
    SlipCode,
    SlipId,
    code_of,
    new_code,
)
from genkan.residents.errors import AlreadyIssued, AlreadyOnline, NotAResident, StaffAccount
from genkan.residents.service import profile
from genkan.residents.service.lookups import must_be_open, must_have_role, operator
from genkan.residents.store import drafts, keys, people, registrations
from genkan.residents.store import slips as store
from genkan.terms import api as terms


def is_online(resident: ResidentId) -> bool:
    """Whether a resident signs in online. One query."""
    return store.has_account(resident)


@transaction.atomic(durable=True)
def issue(account: AccountId, resident: ResidentId, *, now: datetime) -> str:
    """Make the code that a member of staff prints for the person before them; an earlier one ends.

    Returns:
        The code, which is stored nowhere: lost, it is made anew.

    Raises:
        NotOpened: the record is not open to this member of staff.
        AlreadyOnline: the resident has an account.
    """
    must_have_role(account)
    must_be_open(account, resident, now=now)
    if not people.lock_resident(resident):
        raise NotAResident
    if store.has_account(resident):
        raise AlreadyOnline
    code, name = new_code(), SlipId(new_id())
    slip = Slip(
        id=name,
        resident=resident,
        secret_hash=_secret_hash(code, name),
        attempts=0,
        expires_at=now + SLIP_LIFE,
        used_at=None,
    )
    store.put(slip, account, _number_hash(code), now=now)
    _record("resident.slip_issued", resident, operator(account), now)
    return code.printed()


@transaction.atomic(durable=True)
def take_over(account: AccountId, typed: str, born: str, *, now: datetime) -> bool:
    """Join an account to the ID of a slip, if code and birth date are right.

    A wrong code and a wrong birth date look the same, count the same, and after five the slip is
    worth nothing. Of two at once, the resident's lock lets one in.

    Args:
        account: of somebody who signed up and has no ID; the registration begun is given up.
        typed: the code as typed.
        born: ISO 8601, perhaps partial.
        now: the moment.

    Returns:
        Whether it was right.

    Raises:
        StaffAccount: staff do not act as residents with the account of their work.
        AlreadyIssued: the account has an ID.
    """
    _must_be_without_id(account)
    code = code_of(typed)
    resident = None if code is None else store.resident_of(_number_hash(code))
    if code is None or resident is None or not people.lock_resident(resident):
        return False
    slip = store.lock(_number_hash(code))
    if slip is None or not slip.is_open(now) or not _can_go_online(resident):
        return False
    address = people.address_of_account(account)
    if address is None or not _is_right(slip, code, born):
        _count(slip, now)
        return False
    _give_up_registration(account, now=now)
    store.attach(resident, account)
    profile.put_address(resident, address, now=now)
    store.note_use(slip.id, now=now)
    _record("resident.went_online", resident, ledger.Actor.resident(resident), now)
    return True


@transaction.atomic(durable=True)
def forget_what_ended(*, now: datetime) -> None:
    """Delete slips past their time."""
    store.forget(expired_before=now)


def _must_be_without_id(account: AccountId) -> None:
    standing = people.standing_of(account)
    if standing is None or standing.is_staff:
        raise StaffAccount
    held = registrations.lock_registration(account)
    if standing.resident is not None or (held is not None and held.step is Step.ID_ISSUED):
        raise AlreadyIssued


def _can_go_online(resident: ResidentId) -> bool:
    is_active = people.state_of(resident) is ResidentState.ACTIVE
    return is_active and not store.has_account(resident)


def _is_right(slip: Slip, code: SlipCode, born: str) -> bool:
    held = profile.profile_of(slip.resident).content("birthdate")
    is_secret = hmac.compare_digest(slip.secret_hash, _secret_hash(code, slip.id))
    return is_secret and held == born


def _count(slip: Slip, now: datetime) -> None:
    store.count_attempt(slip.id)
    if slip.attempts + 1 == MOST_ATTEMPTS:
        _record("resident.slip_locked", slip.resident, ledger.SYSTEM, now)


def _give_up_registration(account: AccountId, *, now: datetime) -> None:
    begun = registrations.lock_registration(account)
    if begun is not None:
        drafts.delete_drafts([account])
        keys.destroy(begun.id, now=now)
        terms.forget([begun.id])


def _record(event: str, resident: ResidentId, actor: ledger.Actor, now: datetime) -> None:
    ledger.append(
        ledger.Entry(event=event, subject=resident, actor=actor, facts={}, happened_at=now)
    )


def _number_hash(code: SlipCode) -> bytes:
    return load_keyring(settings.GENKAN.keyring).keyed_hash(
        "residents.slip.number", code.number.encode()
    )


def _secret_hash(code: SlipCode, slip: SlipId) -> bytes:
    message = slip.bytes + code.secret.encode()
    return load_keyring(settings.GENKAN.keyring).keyed_hash("residents.slip.secret", message)
