"""Queries of looks at protected addresses."""

from datetime import datetime

from django.conf import settings

from genkan.kernel.ids import AccountId, ResidentId
from genkan.kernel.sealing import load_keyring
from genkan.residents.domain.lookups import LookupReason
from genkan.residents.domain.unmasking import Unmasking, UnmaskingId
from genkan.residents.models import UnmaskingRow


def add(asked: Unmasking) -> None:
    """Write a new request; the note is sealed."""
    ring = load_keyring(settings.GENKAN.keyring)
    UnmaskingRow.objects.create(
        id=asked.id,
        resident_id=asked.resident,
        item=asked.item,
        asked_by_id=asked.asked_by,
        asked_at=asked.asked_at,
        reason=asked.reason,
        note_sealed=ring.seal(asked.note.encode(), about=_about(asked.id)),
    )


def save(asked: Unmasking) -> None:
    """Write how a request stands."""
    UnmaskingRow.objects.filter(pk=asked.id).update(
        decided_by=asked.decided_by,
        decided_at=asked.decided_at,
        approved=asked.approved,
        used_at=asked.used_at,
    )


def newest(account: AccountId, resident: ResidentId, item: str) -> Unmasking | None:
    """Return what somebody asked last about a value, or None."""
    found = UnmaskingRow.objects.filter(asked_by=account, resident=resident, item=item)
    row = found.order_by("-asked_at", "id").first()
    return None if row is None else _to_unmasking(row)


def lock_newest(account: AccountId, resident: ResidentId, item: str) -> Unmasking | None:
    """Return the same, held until the transaction ends."""
    found = UnmaskingRow.objects.filter(asked_by=account, resident=resident, item=item)
    row = found.select_for_update().order_by("-asked_at", "id").first()
    return None if row is None else _to_unmasking(row)


def lock(unmasking: UnmaskingId) -> Unmasking | None:
    """Return a request, held until the transaction ends, or None."""
    row = UnmaskingRow.objects.select_for_update().filter(pk=unmasking).first()
    return None if row is None else _to_unmasking(row)


def undecided(*, since: datetime) -> list[Unmasking]:
    """Return requests nobody has decided, asked after `since`, oldest first."""
    found = UnmaskingRow.objects.filter(approved__isnull=True, asked_at__gt=since)
    return [_to_unmasking(row) for row in found.order_by("asked_at", "id")]


def _to_unmasking(row: UnmaskingRow) -> Unmasking:
    ring = load_keyring(settings.GENKAN.keyring)
    return Unmasking(
        id=UnmaskingId(row.pk),
        resident=ResidentId(row.resident_id),
        item=row.item,
        asked_by=AccountId(row.asked_by_id),
        asked_at=row.asked_at,
        reason=LookupReason(row.reason),
        note=ring.unseal(bytes(row.note_sealed), about=_about(row.pk)).decode(),
        decided_by=None if row.decided_by_id is None else AccountId(row.decided_by_id),
        decided_at=row.decided_at,
        approved=row.approved,
        used_at=row.used_at,
    )


def _about(id_: object) -> str:
    return f"residents_unmasking.note_sealed:{id_}"
