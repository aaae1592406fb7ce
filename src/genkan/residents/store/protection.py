"""Queries of protected addresses."""

from datetime import datetime

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.protection import (
    Aim,
    Protection,
    ProtectionRequest,
    ProtectionRequestId,
)
from genkan.residents.models import ProtectionRow, ResidentRow


def protection_of(resident: ResidentId) -> Protection | None:
    """Return how a resident's address stands, or None if there is no such resident."""
    found = ResidentRow.objects.filter(pk=resident).values("protected_until").first()
    return None if found is None else _protection(resident, found["protected_until"])


def lock_protection(resident: ResidentId) -> Protection | None:
    """Return the same, the resident locked: it waits for releases and hand-overs that hold it."""
    locked = ResidentRow.objects.select_for_update(no_key=True).filter(pk=resident)
    found = locked.values("protected_until").first()
    return None if found is None else _protection(resident, found["protected_until"])


def protected_until(resident: ResidentId) -> datetime | None:
    """Return until when a resident's address is protected, or None."""
    found = ResidentRow.objects.filter(pk=resident)
    until: datetime | None = found.values_list("protected_until", flat=True).first()
    return until


def resident_of_request(request: ProtectionRequestId) -> ResidentId | None:
    """Return whose address a request is about, or None."""
    found = ProtectionRow.objects.filter(pk=request).values_list("resident", flat=True).first()
    return None if found is None else ResidentId(found)


def request(request: ProtectionRequestId) -> ProtectionRequest | None:
    """Return a request, or None."""
    row = ProtectionRow.objects.filter(pk=request).first()
    return None if row is None else _to_request(row)


def requests_of(resident: ResidentId) -> list[ProtectionRequest]:
    """Return all requests about a resident's address, newest first."""
    found = ProtectionRow.objects.filter(resident=resident).order_by("-requested_at", "id")
    return [_to_request(row) for row in found]


def waiting() -> list[ProtectionRequest]:
    """Return the requests that wait for a second person, oldest first."""
    found = ProtectionRow.objects.filter(approved__isnull=True).order_by("requested_at", "id")
    return [_to_request(row) for row in found]


def add(asked: ProtectionRequest) -> None:
    """Write a new request."""
    ProtectionRow.objects.create(
        id=asked.id,
        resident_id=asked.resident,
        aim=asked.aim,
        note=asked.note,
        begins_at=asked.begins_at,
        ends_at=asked.ends_at,
        requested_by_id=asked.requested_by,
        requested_at=asked.requested_at,
    )


def save_decision(
    request: ProtectionRequestId, *, by: AccountId, approved: bool, now: datetime
) -> None:
    """Write who decided what."""
    found = ProtectionRow.objects.filter(pk=request)
    found.update(decided_by=by, decided_at=now, approved=approved)


def save_until(resident: ResidentId, until: datetime | None) -> None:
    """Write until when a resident's address is protected."""
    ResidentRow.objects.filter(pk=resident).update(protected_until=until)


def _protection(resident: ResidentId, until: datetime | None) -> Protection:
    row = ProtectionRow.objects.filter(resident=resident, approved__isnull=True).first()
    return Protection(protected_until=until, pending=None if row is None else _to_request(row))


def _to_request(row: ProtectionRow) -> ProtectionRequest:
    return ProtectionRequest(
        id=ProtectionRequestId(row.id),
        resident=ResidentId(row.resident_id),
        aim=Aim(row.aim),
        note=row.note,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        requested_by=AccountId(row.requested_by_id),
        requested_at=row.requested_at,
        decided_by=None if row.decided_by_id is None else AccountId(row.decided_by_id),
        decided_at=row.decided_at,
        approved=row.approved,
    )
