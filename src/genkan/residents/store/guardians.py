"""Queries of who may act for whom."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.guardians import (
    FOR_MINORS,
    Area,
    Evidence,
    EvidenceKind,
    Representation,
    RepresentationId,
    Role,
)
from genkan.residents.domain.people import AccountKind
from genkan.residents.models import Account, RepresentationRow

BATCH = 1_000


def add(found: Iterable[Representation], *, now: datetime) -> None:
    """Store rights to act."""
    RepresentationRow.objects.bulk_create(
        [
            RepresentationRow(
                id=one.id,
                person_id=one.person,
                representative_id=one.representative,
                role=one.role,
                scope=sorted(one.scope),
                evidence=one.evidence.kind,
                evidence_note=one.evidence.note,
                checked_by_id=one.evidence.checked_by,
                recorded_at=now,
                begins_at=one.begins_at,
                ends_at=one.ends_at,
            )
            for one in found
        ],
        batch_size=BATCH,
    )


def existing(ids: Sequence[RepresentationId]) -> frozenset[RepresentationId]:
    """Return which of these exist."""
    found = RepresentationRow.objects.filter(pk__in=ids).values_list("id", flat=True)
    return frozenset(RepresentationId(id_) for id_ in found)


def between(representative: ResidentId, person: ResidentId) -> list[Representation]:
    """Return all rights of one person to act for another, whatever their state."""
    return _read(Q(representative=representative, person=person))


def hold_between(representative: ResidentId, person: ResidentId) -> list[Representation]:
    """Return the same, held until the transaction ends: a revocation waits for the act."""
    found = RepresentationRow.objects.select_for_update(of=("self",), no_key=True).filter(
        representative=representative, person=person
    )
    return [_to_representation(row) for row in found.order_by("begins_at", "id").values()]


def lock(representation: RepresentationId) -> Representation | None:
    """Return one right, locked until the transaction ends, or None."""
    found = RepresentationRow.objects.select_for_update().filter(pk=representation)
    row = found.values().first()
    return None if row is None else _to_representation(row)


def save_revocation(
    representation: RepresentationId, *, by: AccountId | None, because: str, now: datetime
) -> None:
    """Take a right away."""
    RepresentationRow.objects.filter(pk=representation).update(
        revoked_at=now, revoked_because=because, revoked_by=by
    )


def of_representative(representative: ResidentId) -> list[Representation]:
    """Return all rights of one person to act for others."""
    return _read(Q(representative=representative))


def of_person(person: ResidentId) -> list[Representation]:
    """Return all rights of others to act for one person."""
    return _read(Q(person=person))


def everything() -> list[Representation]:
    """Return all rights to act."""
    return _read(Q())


def over_minors(*, now: datetime, after: RepresentationId | None) -> list[Representation]:
    """Return a batch of rights in force that end at majority, in the order of their identifiers."""
    wanted = Q(role__in=FOR_MINORS, revoked_at__isnull=True, begins_at__lte=now)
    wanted &= Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    if after is not None:
        wanted &= Q(pk__gt=after)
    found = RepresentationRow.objects.filter(wanted).order_by("id").values()[:BATCH]
    return [_to_representation(row) for row in found]


def is_staff(account: AccountId) -> bool:
    """Whether an account is a member of staff's."""
    return Account.objects.filter(pk=account, kind=AccountKind.STAFF, is_active=True).exists()


def staff_account(email: str) -> AccountId | None:
    """Return the member of staff with this address, or None."""
    found = Account.objects.filter(email__iexact=email, kind=AccountKind.STAFF, is_active=True)
    account = found.values_list("id", flat=True).first()
    return None if account is None else AccountId(account)


def _read(wanted: Q) -> list[Representation]:
    found = RepresentationRow.objects.filter(wanted).order_by("begins_at", "id").values()
    return [_to_representation(row) for row in found]


def _to_representation(row: Mapping[str, Any]) -> Representation:
    checked_by = row["checked_by_id"]
    return Representation(
        id=RepresentationId(row["id"]),
        person=ResidentId(row["person_id"]),
        representative=ResidentId(row["representative_id"]),
        role=Role(row["role"]),
        scope=frozenset(Area(area) for area in row["scope"]),
        evidence=Evidence(
            kind=EvidenceKind(row["evidence"]),
            note=row["evidence_note"],
            checked_by=None if checked_by is None else AccountId(checked_by),
        ),
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        revoked_at=row["revoked_at"],
    )
