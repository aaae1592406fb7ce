"""Use cases of lifecycle: open, ask for disposal, certify, mark what is overdue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from genkan.kernel.db import require_transaction
from genkan.kernel.ids import ConsentId, DisposalId, LedgerEntryId, ResidentId, ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.lifecycle import store
from genkan.lifecycle.domain import Certificate, Disposal, Provision, check
from genkan.lifecycle.errors import AlreadyCertified, UnknownDisposal

MARK_LIMIT = 500


def open_provision(provision: Provision) -> None:
    """Record a release; joins its transaction."""
    require_transaction()
    store.add_provision(provision)


def request_disposal(
    *,
    consent: ConsentId,
    resident: ResidentId,
    service: ServiceId,
    reason: str,
    within: timedelta,
    now: datetime,
) -> tuple[Disposal, Sequence[Provision]] | None:
    """Ask for the disposal of all that a service still holds of a resident; joins.

    The caller holds the consent's row, so no release can slip in between.

    Args:
        consent: the consent that ended.
        resident: whose.
        service: who must dispose.
        reason: "consent_withdrawn" or "consent_expired".
        within: how long the partner has.
        now: when it is asked.

    Returns:
        The request and its provisions, or None if nothing was released.
    """
    require_transaction()
    provisions = store.unasked_provisions(resident, service)
    if not provisions:
        return None
    disposal = Disposal(
        id=DisposalId(new_id()),
        resident=resident,
        service=service,
        consent=consent,
        reason=reason,
        requested_at=now,
        due_at=now + within,
    )
    store.add_disposal(disposal, [provision.id for provision in provisions])
    ledger.append(_entry("lifecycle.disposal_requested", disposal, ledger.SYSTEM, now))
    return disposal, provisions


@transaction.atomic(durable=True)
def certify(
    disposal_id: DisposalId, *, service: ServiceId, certificate: Certificate, now: datetime
) -> bool:
    """Close a disposal by its certificate, whose signature the caller has checked.

    Returns:
        True if this certificate closed it now, False if the very same one did before.

    Raises:
        UnknownDisposal: no such request to this service.
        AlreadyCertified: another certificate closed it.
        CertificateIncomplete, CertificateImplausible: it does not answer the request.
    """
    disposal = store.lock_disposal(disposal_id, service)
    if disposal is None:
        raise UnknownDisposal
    if disposal.certified_at is not None:
        if store.certificate_of(disposal_id) == certificate.token:
            return False
        raise AlreadyCertified
    check(certificate, disposal, store.provisions_under(disposal_id), now=now)
    store.close(disposal_id, certificate, now=now)
    actor = ledger.Actor.service(service)
    ledger.append(_entry("lifecycle.disposal_certified", disposal, actor, now))
    return True


@transaction.atomic(durable=True)
def mark_overdue(*, now: datetime) -> int:
    """Mark what became overdue and record it; releases stopped at the due moment already.

    Returns:
        How many were marked, at most 500.
    """
    found = store.lock_unmarked_overdue(now=now, limit=MARK_LIMIT)
    store.mark_overdue([one.id for one in found], now=now)
    for one in found:
        ledger.append(_entry("lifecycle.disposal_overdue", one, ledger.SYSTEM, now))
    return len(found)


def is_overdue(service: ServiceId, *, now: datetime) -> bool:
    """Whether the service owes a disposal, so that it receives nothing more."""
    return store.has_overdue(service, now=now)


def overdue_services(*, now: datetime) -> set[ServiceId]:
    """Return all services that owe a disposal."""
    return store.services_overdue(now=now)


def provisions_of(resident: ResidentId) -> list[Provision]:
    """Return everything released of a resident, newest first."""
    return store.provisions_of(resident)


def disposals_of(resident: ResidentId) -> list[Disposal]:
    """Return every disposal asked for on a resident's behalf, newest first."""
    return store.disposals_of(resident)


def certificates(disposals: Sequence[DisposalId]) -> dict[DisposalId, Certificate]:
    """Return the certificates of those disposals that have one."""
    return store.certificates(disposals)


def unrecorded() -> list[LedgerEntryId]:
    """Return the ledger entries that provisions refer to and that are gone."""
    return ledger.missing(store.ledger_entries())


def _entry(event: str, disposal: Disposal, actor: ledger.Actor, now: datetime) -> ledger.Entry:
    return ledger.Entry(
        event=event,
        subject=disposal.resident,
        actor=actor,
        service=disposal.service,
        happened_at=now,
        facts={"disposal": str(disposal.id), "due_at": disposal.due_at.isoformat()},
    )
