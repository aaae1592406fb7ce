"""Queries of recoveries."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.db.models import F, QuerySet

from genkan.kernel.ids import AccountId, ResidentId
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.residents.domain.counter import Document
from genkan.residents.domain.recovery import KEPT_FOR, Ending, Recovery, RecoveryId, ToldBy
from genkan.residents.errors import AddressTaken, RecoveryStands
from genkan.residents.models import Account, AddressChangeRow, RecoveryRow, ResidentRow


def add(recovery: Recovery, digest: bytes) -> None:
    """Store a recovery that was begun.

    Raises:
        RecoveryStands: another one of the same resident has not ended.
    """
    try:
        RecoveryRow.objects.create(
            id=recovery.id,
            resident_id=recovery.resident,
            asked_by_id=recovery.asked_by,
            code_digest=digest,
            document=recovery.document,
            told_by=recovery.told_by,
            sealed_old=_seal(recovery.old, recovery.id, "old"),
            sealed_new=_seal(recovery.new, recovery.id, "new"),
            asked_at=recovery.asked_at,
            ready_at=recovery.ready_at,
            ends_at=recovery.ends_at,
        )
    except IntegrityError as stands:
        raise RecoveryStands from stands


def of_resident(resident: ResidentId) -> list[Recovery]:
    """Return all recoveries of a resident, the newest first."""
    return _to_recoveries(RecoveryRow.objects.filter(resident=resident))


def by_digest(digest: bytes) -> Recovery | None:
    """Return the recovery of a slip, or None."""
    return _first(RecoveryRow.objects.filter(code_digest=digest))


def recovery(id_: RecoveryId) -> Recovery | None:
    """Return a recovery, or None."""
    return _first(RecoveryRow.objects.filter(pk=id_))


def lock(id_: RecoveryId) -> Recovery | None:
    """Return a recovery, locked until the transaction ends, or None."""
    return _first(RecoveryRow.objects.select_for_update(of=("self",)).filter(pk=id_))


def count_attempt(id_: RecoveryId) -> None:
    """Note a wrong answer."""
    RecoveryRow.objects.filter(pk=id_).update(attempts=F("attempts") + 1)


def end(id_: RecoveryId, ending: Ending, *, now: datetime) -> bool:
    """Write how it ended; whether it had not ended before."""
    standing = RecoveryRow.objects.filter(pk=id_, ended_at__isnull=True)
    return bool(standing.update(ending=ending, ended_at=now))


def lock_lapsed(*, now: datetime, limit: int) -> list[Recovery]:
    """Return recoveries that are past their end and not written down as ended, locked."""
    found = RecoveryRow.objects.select_for_update(of=("self",), skip_locked=True)
    return _to_recoveries(found.filter(ended_at__isnull=True, ends_at__lte=now))[:limit]


def forget(*, now: datetime) -> int:
    """Delete recoveries that ended long ago; return how many."""
    return RecoveryRow.objects.filter(ended_at__lt=now - KEPT_FOR).delete()[0]


def open_account(account: AccountId, resident: ResidentId, address: str) -> None:
    """Give somebody an account who was registered at a counter and has none.

    Raises:
        AddressTaken: somebody else has the address.
    """
    try:
        Account.objects.create(id=account, email=address, password=make_password(None))
        EmailAddress.objects.create(user_id=account, email=address, primary=True, verified=True)
    except IntegrityError as taken:
        raise AddressTaken(field="email") from taken
    ResidentRow.objects.filter(pk=resident).update(account=account)


def renew(account: AccountId, password_hash: str | None) -> None:
    """End every way of signing in, and every change of address; a password may take their place."""
    Authenticator.objects.filter(user=account).delete()
    AddressChangeRow.objects.filter(account=account).delete()
    Account.objects.filter(pk=account).update(password=password_hash or make_password(None))


def add_passkey(account: AccountId, name: str, credential: object) -> None:
    """Store a passkey as allauth reads it."""
    Authenticator.objects.create(
        user_id=account,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": name, "credential": credential},
    )


def _first(found: QuerySet[RecoveryRow]) -> Recovery | None:
    return next(iter(_to_recoveries(found)), None)


def _to_recoveries(found: QuerySet[RecoveryRow]) -> list[Recovery]:
    rows = found.select_related("resident").order_by("-asked_at", "id")
    return [_to_recovery(row) for row in rows]


def _to_recovery(row: RecoveryRow) -> Recovery:
    name, account = RecoveryId(row.id), row.resident.account_id
    return Recovery(
        id=name,
        resident=ResidentId(row.resident_id),
        account=None if account is None else AccountId(account),
        asked_by=AccountId(row.asked_by_id),
        document=Document(row.document),
        told_by=ToldBy(row.told_by),
        old=_unseal(bytes(row.sealed_old), name, "old"),
        new=_unseal(bytes(row.sealed_new), name, "new"),
        asked_at=row.asked_at,
        ready_at=row.ready_at,
        ends_at=row.ends_at,
        attempts=row.attempts,
        ended_at=row.ended_at,
        ending=Ending(row.ending) if row.ending else None,
    )


def _keyring() -> Keyring:
    return load_keyring(settings.GENKAN.keyring)


def _seal(address: str, id_: RecoveryId, which: str) -> bytes:
    return _keyring().seal(address.encode(), about=f"residents_recovery.{which}:{id_}")


def _unseal(sealed: bytes, id_: RecoveryId, which: str) -> str:
    return _keyring().unseal(sealed, about=f"residents_recovery.{which}:{id_}").decode()
