"""What the pages of stopping show."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.consent import store
from genkan.consent.domain import Consent, Ending
from genkan.consent.ending import end_consent
from genkan.consent.errors import AlreadyStopped
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """A consent in force, as the page before stopping shows it.

    Attributes:
        open_count: provisions that the service would be asked to dispose of.
    """

    service: partners.Service
    offer: partners.Offer
    consent: Consent
    items: tuple[catalogue.Item, ...]
    open_count: int


def sharing_with(resident: ResidentId, service: ServiceId, *, now: datetime) -> Sharing:
    """Return what would be stopped.

    Raises:
        NotFound: the resident never shared anything with the service.
        AlreadyStopped: no consent is in force.
    """
    consent = store.latest(resident, service)
    if consent is None:
        raise NotFound
    if not consent.in_force(now):
        raise AlreadyStopped
    held = [
        one
        for one in lifecycle.provisions_of(resident)
        if one.service == service and one.disposal is None
    ]
    return Sharing(
        service=partners.service(service),
        offer=partners.offers([consent.offer])[consent.offer],
        consent=consent,
        items=tuple(item for key, item in catalogue.items().items() if key in consent.items),
        open_count=len(held),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A stopped consent, and the disposal that was asked for; None if nothing had been sent."""

    service: partners.Service
    consent: Consent
    disposal: lifecycle.Disposal | None


def stopped_with(resident: ResidentId, service: ServiceId) -> Ended:
    """Return what was stopped.

    Raises:
        NotFound: nothing was.
    """
    consent = store.latest(resident, service)
    if consent is None or consent.ending is not Ending.WITHDRAWN:
        raise NotFound
    asked = (one for one in lifecycle.disposals_of(resident) if one.consent == consent.id)
    return Ended(service=partners.service(service), consent=consent, disposal=next(asked, None))


def withdraw_all(resident: ResidentId, *, by: ledger.Actor, now: datetime) -> None:
    """End all of a resident's consents, each in its own transaction; a repeat finds the rest.

    Every partner is asked to dispose of what it received, as after any withdrawal (M10).
    """
    for consent in store.all_of(resident):
        if consent.ended_at is None:
            _withdraw(resident, consent.service, by=by, now=now)


@transaction.atomic(durable=True)
def _withdraw(resident: ResidentId, service: ServiceId, *, by: ledger.Actor, now: datetime) -> None:
    store.wait_for_turn(resident, service)
    consent = store.lock_in_force(resident, service)
    if consent is not None:  # it may have run out, or been stopped, a moment ago
        end_consent(consent, Ending.WITHDRAWN, by=by, now=now)
