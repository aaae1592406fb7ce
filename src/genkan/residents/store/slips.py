"""Queries of slips. Codes never get here unhashed."""

from datetime import datetime

from django.db.models import F

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.slips import Slip, SlipId
from genkan.residents.models import ResidentRow, SlipRow


def put(slip: Slip, account: AccountId, number_hash: bytes, *, now: datetime) -> None:
    """Store a slip in the place of an earlier one."""
    SlipRow.objects.filter(resident=slip.resident).delete()
    SlipRow.objects.create(
        id=slip.id,
        resident_id=slip.resident,
        issued_by_id=account,
        number_hash=number_hash,
        secret_hash=slip.secret_hash,
        issued_at=now,
        expires_at=slip.expires_at,
    )


def resident_of(number_hash: bytes) -> ResidentId | None:
    """Return whose slip it is, or None."""
    found = SlipRow.objects.filter(number_hash=number_hash)
    resident = found.values_list("resident_id", flat=True).first()
    return None if resident is None else ResidentId(resident)


def lock(number_hash: bytes) -> Slip | None:
    """Return a slip, locked until the transaction ends, or None."""
    found = SlipRow.objects.select_for_update().filter(number_hash=number_hash)
    row = found.values("id", "resident", "secret_hash", "attempts", "expires_at", "used_at").first()
    if row is None:
        return None
    return Slip(
        id=SlipId(row["id"]),
        resident=ResidentId(row["resident"]),
        secret_hash=bytes(row["secret_hash"]),
        attempts=row["attempts"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
    )


def count_attempt(slip: SlipId) -> None:
    """Note that it was tried in vain."""
    SlipRow.objects.filter(pk=slip).update(attempts=F("attempts") + 1)


def note_use(slip: SlipId, *, now: datetime) -> None:
    """Write that it was used."""
    SlipRow.objects.filter(pk=slip).update(used_at=now)


def forget(*, expired_before: datetime) -> int:
    """Delete slips that ended before; return how many."""
    deleted, _ = SlipRow.objects.filter(expires_at__lte=expired_before).delete()
    return deleted


def has_account(resident: ResidentId) -> bool:
    """Whether a resident signs in online."""
    return ResidentRow.objects.filter(pk=resident, account__isnull=False).exists()


def attach(resident: ResidentId, account: AccountId) -> None:
    """Let a resident sign in by an account."""
    ResidentRow.objects.filter(pk=resident, account__isnull=True).update(account=account)
