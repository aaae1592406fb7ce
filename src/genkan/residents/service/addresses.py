"""Changing the address: asked, confirmed from the new one, undone from the old one (M09)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ChangeId, new_id
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.residents.domain.addresses import (
    OBJECTION_LIFE,
    AddressChange,
    Confirmed,
    code_of,
    proof_of,
    same,
)
from genkan.residents.domain.credentials import Notice
from genkan.residents.domain.devices import SignOutCause
from genkan.residents.errors import AddressTaken, NotAResident
from genkan.residents.service import devices, notices, profile
from genkan.residents.store import addresses as store
from genkan.residents.store import credentials, people

CODE, OBJECTION = "residents.address_change.code", "residents.address_change.objection"


@transaction.atomic(durable=True)
def ask(account: AccountId, address: str, *, language: str, now: datetime) -> None:
    """Ask for another address: a code goes there, and word of it to the present one.

    An address that is somebody else's gets a mail as well, which says so to its owner alone: the
    asker sees and waits for the same.

    Raises:
        NotAResident: the account is gone.
    """
    contact = credentials.contact_of(account) if credentials.lock_account(account) else None
    if contact is None:
        raise NotAResident
    change = AddressChange(
        id=ChangeId(new_id()),
        account=account,
        old=contact[0],
        new=address,
        is_taken=people.address_is_taken(address),
        attempts=0,
        asked_at=now,
        applied_at=None,
        objected_at=None,
    )
    sealed = {"sealed_old": _seal(change.old, change.id), "sealed_new": _seal(address, change.id)}
    store.add(change, **sealed)
    notices.record(account, "resident.address_change_asked", facts={}, now=now)
    jobs.defer("residents.send_address_change", change=str(change.id), language=language)


@transaction.atomic(durable=True)
def confirm(account: AccountId, typed: str, *, language: str, now: datetime) -> Confirmed:
    """Change the address if the code is right; a wrong one counts, and after five it is over.

    Of two accounts that confirm one address at once, the second finds it taken: the table decides.

    Args:
        account: whose.
        typed: the code as typed.
        language: of the page, for the mail to people who have no ID yet.
        now: the present moment, UTC.
    """
    credentials.lock_account(account)
    change = store.lock_newest(account, _unseal)
    if change is None or not change.waits_for_code(now):
        return Confirmed.OVER
    store.count_attempt(change.id)
    if change.is_taken or not same(typed, code_for(change)):
        return Confirmed.WRONG
    try:
        with transaction.atomic():
            _move(change.account, change.new, now=now)
    except AddressTaken:
        return Confirmed.TAKEN
    store.note(change.id, applied_at=now)
    notices.tell(account, Notice.ADDRESS_CHANGED, language=language, now=now)
    return Confirmed.CHANGED


def change_at(change: ChangeId, proof: str, *, now: datetime) -> AddressChange:
    """Return a change that its old address can still undo.

    Raises:
        NotFound: there is none, the proof is wrong, or it is too late.
    """
    return _can_be_undone(store.change_of(change, _unseal), proof, now)


@transaction.atomic(durable=True)
def undo(change: ChangeId, proof: str, *, now: datetime) -> None:
    """Give the old address back, sign everybody out, and make the password useless.

    Whoever asked for the change knew the password. A new one is set by mail to the old address.

    Raises:
        NotFound: there is no such change, the proof is wrong, or it is too late.
        AddressTaken: the old address has become somebody else's; nothing is changed.
    """
    held = _can_be_undone(store.lock(change, _unseal), proof, now)
    credentials.lock_account(held.account)
    if held.applied_at is not None:
        _move(held.account, held.old, now=now)
    store.end_password(held.account)
    devices.end_all(held.account, cause=SignOutCause.RECOVERY, now=now)
    store.note(held.id, objected_at=now)
    notices.record(held.account, "resident.address_change_undone", facts={}, now=now)


def to_be_mailed(change: ChangeId) -> AddressChange | None:
    """Return a change whose mails are due, or None if it is gone."""
    return store.change_of(change, _unseal)


def code_for(change: AddressChange) -> str:
    """Return the code of a change. It is stored nowhere: the keyring and the change make it."""
    return code_of(_keyring().keyed_hash(CODE, change.id.bytes))


def proof_for(change: AddressChange) -> str:
    """Return what proves that somebody reads the mail to the old address; stored nowhere."""
    return proof_of(_keyring().keyed_hash(OBJECTION, change.id.bytes))


@transaction.atomic(durable=True)
def forget_what_ended(*, now: datetime) -> None:
    """Delete changes that can no longer be undone."""
    store.forget(asked_before=now - OBJECTION_LIFE)


def _can_be_undone(change: AddressChange | None, proof: str, now: datetime) -> AddressChange:
    if change is None or proof_for(change).encode() != proof.encode():
        raise NotFound
    if not change.can_be_objected(now):
        raise NotFound
    return change


def _move(account: AccountId, address: str, *, now: datetime) -> None:
    store.set_address(account, address)
    resident = people.resident_of_account(account)
    if resident is not None:
        profile.put_address(resident, address, now=now)


def _keyring() -> Keyring:
    return load_keyring(settings.GENKAN.keyring)


def _seal(address: str, change: ChangeId) -> bytes:
    return _keyring().seal(address.encode(), about=f"residents_address_change:{change}")


def _unseal(sealed: bytes, change: ChangeId) -> str:
    return _keyring().unseal(sealed, about=f"residents_address_change:{change}").decode()
