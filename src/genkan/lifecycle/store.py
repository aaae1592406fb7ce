"""Queries of lifecycle."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from genkan.kernel.ids import DisposalId, LedgerEntryId, ProvisionId, ResidentId, ServiceId
from genkan.lifecycle.domain import Certificate, Disposal, Provision
from genkan.lifecycle.models import CertificateRow, DisposalRow, ProvisionRow


def add_provision(provision: Provision) -> None:
    """Write an open provision."""
    ProvisionRow.objects.create(
        id=provision.id,
        resident=provision.resident,
        service=provision.service,
        consent=provision.consent,
        offer=provision.offer,
        purpose=provision.purpose,
        items=list(provision.items),
        digest=provision.digest,
        door=provision.door,
        released_at=provision.released_at,
        ledger_entry=provision.ledger_entry,
        name_form=provision.name_form,
    )


def unasked_provisions(resident: ResidentId, service: ServiceId) -> list[Provision]:
    """Return what a service still holds of a resident and was not asked to dispose of."""
    found = ProvisionRow.objects.filter(
        resident=resident, service=service, closed_at__isnull=True, disposal__isnull=True
    )
    return [_to_provision(row) for row in found.order_by("released_at", "id").values()]


def provisions_of(resident: ResidentId) -> list[Provision]:
    """Return all that was released of a resident, newest first."""
    found = ProvisionRow.objects.filter(resident=resident).order_by("-released_at", "id")
    return [_to_provision(row) for row in found.values()]


def add_disposal(disposal: Disposal, provisions: Iterable[ProvisionId]) -> None:
    """Write a request and put its provisions under it."""
    DisposalRow.objects.create(
        id=disposal.id,
        resident=disposal.resident,
        service=disposal.service,
        consent=disposal.consent,
        reason=disposal.reason,
        requested_at=disposal.requested_at,
        due_at=disposal.due_at,
    )
    ProvisionRow.objects.filter(id__in=list(provisions)).update(disposal_id=disposal.id)


def disposals_of(resident: ResidentId) -> list[Disposal]:
    """Return the disposals asked for on a resident's behalf, newest first."""
    found = DisposalRow.objects.filter(resident=resident).order_by("-requested_at", "id")
    return [_to_disposal(row) for row in found.values()]


def lock_disposal(disposal: DisposalId, service: ServiceId) -> Disposal | None:
    """Return the request if it went to this service, locked until the transaction ends."""
    found = DisposalRow.objects.select_for_update().filter(pk=disposal, service=service)
    row = found.values().first()
    return None if row is None else _to_disposal(row)


def provisions_under(disposal: DisposalId) -> frozenset[ProvisionId]:
    """Return the provisions that a request covers."""
    found = ProvisionRow.objects.filter(disposal=disposal).values_list("id", flat=True)
    return frozenset(ProvisionId(one) for one in found)


def certificate_of(disposal: DisposalId) -> str | None:
    """Return the signed statement that closed a request, or None."""
    found = CertificateRow.objects.filter(disposal=disposal).values_list("token", flat=True)
    return found.first()


def certificates(disposals: Sequence[DisposalId]) -> dict[DisposalId, Certificate]:
    """Return the certificates of requests that have one."""
    found = CertificateRow.objects.filter(disposal__in=disposals).values()
    return {
        DisposalId(row["disposal_id"]): Certificate(
            token=row["token"],
            provisions=frozenset(),
            method=row["method"],
            copies=row["copies"],
            responsible=row["responsible"],
            completed_at=row["completed_at"],
        )
        for row in found
    }


def close(disposal: DisposalId, certificate: Certificate, *, now: datetime) -> None:
    """Keep the certificate and close the request with all its provisions."""
    CertificateRow.objects.create(
        disposal_id=disposal,
        token=certificate.token,
        method=certificate.method,
        copies=certificate.copies,
        responsible=certificate.responsible,
        completed_at=certificate.completed_at,
        received_at=now,
    )
    DisposalRow.objects.filter(pk=disposal).update(certified_at=now)
    ProvisionRow.objects.filter(disposal=disposal).update(closed_at=now)


def has_overdue(service: ServiceId, *, now: datetime) -> bool:
    """Whether the service owes a disposal at `now`. Index lifecycle_disposal_open."""
    found = DisposalRow.objects.filter(service=service, certified_at__isnull=True, due_at__lte=now)
    return found.exists()


def services_overdue(*, now: datetime) -> set[ServiceId]:
    """Return the services that owe a disposal at `now`."""
    found = DisposalRow.objects.filter(certified_at__isnull=True, due_at__lte=now)
    return {ServiceId(one) for one in found.values_list("service", flat=True).distinct()}


def lock_unmarked_overdue(*, now: datetime, limit: int) -> list[Disposal]:
    """Return overdue requests that nobody has marked, locked; others' locks are skipped."""
    found = (
        DisposalRow.objects.select_for_update(skip_locked=True)
        .filter(certified_at__isnull=True, overdue_at__isnull=True, due_at__lte=now)
        .order_by("due_at", "id")
    )
    return [_to_disposal(row) for row in found.values()[:limit]]


def mark_overdue(disposals: Iterable[DisposalId], *, now: datetime) -> None:
    """Mark requests as overdue."""
    DisposalRow.objects.filter(pk__in=list(disposals)).update(overdue_at=now)


def ledger_entries() -> list[LedgerEntryId]:
    """Return the ledger entries that provisions refer to."""
    return [
        LedgerEntryId(one) for one in ProvisionRow.objects.values_list("ledger_entry", flat=True)
    ]


def _to_provision(row: Mapping[str, Any]) -> Provision:
    fields = dict(row)
    fields["disposal"] = fields.pop("disposal_id")
    return Provision(**{**fields, "items": tuple(row["items"]), "digest": bytes(row["digest"])})


def _to_disposal(row: Mapping[str, Any]) -> Disposal:
    return Disposal(**row)
