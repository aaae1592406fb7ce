"""What giving, stopping and running out share: the end of a consent, and its ledger entries."""

from datetime import datetime
from typing import Any

from django.conf import settings

from genkan.consent import store
from genkan.consent.domain import Consent, Ending
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.residents import api as residents


def right_to_decide(
    resident: ResidentId, by: ResidentId | None, *, now: datetime
) -> residents.Representation | None:
    """Return the right by which `by` decides for a resident, held; None for the resident. Joins.

    Raises:
        NotRepresentative: somebody else, without a right that holds now.
    """
    if by is None or by == resident:
        return None
    return residents.hold_right_to_act(by, resident, residents.Area.SERVICES, now=now)


def end_consent(
    consent: Consent, ending: Ending, *, by: ledger.Actor | None, now: datetime
) -> lifecycle.Disposal | None:
    """End a locked consent: record it, ask for disposal, tell the partner; joins.

    Args:
        consent: locked.
        ending: how it ends.
        by: who ends it; None for nobody, the clock.
        now: the moment.
    """
    store.save_end(consent.id, ending, now=now)
    append_entry(f"consent.{ending}", consent, by or ledger.SYSTEM, now)
    offer = partners.offers([consent.offer])[consent.offer]
    service = partners.service(consent.service)
    subject = partners.pairwise_subject(service.sector, consent.resident)
    changed = {
        "sub": subject,
        "consent": str(consent.id),
        "state": ending.told,
        "by_representative": _is_another(by, consent.resident),
    }
    partners.send(consent.service, "consent.changed", changed, now=now)
    asked = lifecycle.request_disposal(
        consent=consent.id,
        resident=consent.resident,
        service=consent.service,
        reason=f"consent_{ending.told}",
        within=offer.disposal_within,
        now=now,
    )
    if asked is None:
        return None
    disposal, provisions = asked
    request = {
        "disposal": str(disposal.id),
        "sub": subject,
        "reason": disposal.reason,
        "due_at": partners.stamp(disposal.due_at),
        "provisions": [_told(provision) for provision in provisions],
        "certificate_url": f"{settings.GENKAN.issuer}/api/disposals/{disposal.id}/certificate",
    }
    partners.send(consent.service, "disposal.requested", request, now=now)
    return disposal


def _is_another(by: ledger.Actor | None, resident: ResidentId) -> bool:
    """Whether a resident ended it for another: that it was so is told, neither who nor why."""
    return by is not None and by.kind == "resident" and by.id != str(resident)


def _told(provision: lifecycle.Provision) -> dict[str, Any]:
    return {
        "id": str(provision.id),
        "released_at": partners.stamp(provision.released_at),
        "items": list(provision.items),
    }


def append_entry(
    event: str, consent: Consent, actor: ledger.Actor, now: datetime, **facts: object
) -> ledger.LedgerEntryId:
    """Write an act about a consent into the resident's history; joins.

    What somebody does for the resident stands in their own history too.
    """
    entry = ledger.Entry(
        event=event,
        subject=consent.resident,
        actor=actor,
        service=consent.service,
        happened_at=now,
        facts={"consent": str(consent.id), "purpose": consent.purpose, **facts},
    )
    residents.record_act(entry)
    return ledger.append(entry)
