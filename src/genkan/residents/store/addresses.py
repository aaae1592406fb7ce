"""Queries of changes of address."""

from collections.abc import Callable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.db.models import F, QuerySet

from genkan.kernel.ids import AccountId, ChangeId
from genkan.residents.domain.addresses import AddressChange
from genkan.residents.errors import AddressTaken
from genkan.residents.models import Account, AddressChangeRow

Unseal = Callable[[bytes, ChangeId], str]


def add(change: AddressChange, *, sealed_old: bytes, sealed_new: bytes) -> None:
    """Store a change that was asked for; earlier ones that wait for a code are given up."""
    waiting = AddressChangeRow.objects.filter(account=change.account, applied_at__isnull=True)
    waiting.update(attempts=F("attempts") + 100)
    AddressChangeRow.objects.create(
        id=change.id,
        account_id=change.account,
        sealed_old=sealed_old,
        sealed_new=sealed_new,
        is_taken=change.is_taken,
        asked_at=change.asked_at,
    )


def lock_newest(account: AccountId, unseal: Unseal) -> AddressChange | None:
    """Return the newest change of an account, locked until the transaction ends, or None."""
    found = AddressChangeRow.objects.select_for_update().filter(account=account)
    return _one(found.order_by("-asked_at", "id"), unseal)


def lock(change: ChangeId, unseal: Unseal) -> AddressChange | None:
    """Return a change, locked until the transaction ends, or None."""
    return _one(AddressChangeRow.objects.select_for_update().filter(pk=change), unseal)


def change_of(change: ChangeId, unseal: Unseal) -> AddressChange | None:
    """Return a change, or None."""
    return _one(AddressChangeRow.objects.filter(pk=change), unseal)


def count_attempt(change: ChangeId) -> None:
    """Note that a code was typed."""
    AddressChangeRow.objects.filter(pk=change).update(attempts=F("attempts") + 1)


def note(
    change: ChangeId, *, applied_at: datetime | None = None, objected_at: datetime | None = None
) -> None:
    """Write when a change took effect or was undone."""
    moments = {"applied_at": applied_at, "objected_at": objected_at}
    known = {name: moment for name, moment in moments.items() if moment is not None}
    AddressChangeRow.objects.filter(pk=change).update(**known)


def set_address(account: AccountId, address: str) -> None:
    """Give an account another address for signing in, which counts as verified.

    Raises:
        AddressTaken: somebody else has it; the transaction, or savepoint, is to be given up.
    """
    try:
        Account.objects.filter(pk=account).update(email=address)
        EmailAddress.objects.filter(user=account, primary=True).update(email=address, verified=True)
    except IntegrityError as taken:
        raise AddressTaken(field="email") from taken


def end_password(account: AccountId) -> None:
    """Make an account's password useless; a new one is set by mail."""
    Account.objects.filter(pk=account).update(password=make_password(None))


def forget(*, asked_before: datetime) -> int:
    """Delete changes asked for before; return how many."""
    deleted, _ = AddressChangeRow.objects.filter(asked_at__lt=asked_before).delete()
    return deleted


def _one(found: QuerySet[AddressChangeRow], unseal: Unseal) -> AddressChange | None:
    row = found.first()
    if row is None:
        return None
    name = ChangeId(row.id)
    return AddressChange(
        id=name,
        account=AccountId(row.account_id),
        old=unseal(bytes(row.sealed_old), name),
        new=unseal(bytes(row.sealed_new), name),
        is_taken=row.is_taken,
        attempts=row.attempts,
        asked_at=row.asked_at,
        applied_at=row.applied_at,
        objected_at=row.objected_at,
    )
