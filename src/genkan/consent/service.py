"""Use cases of consent: read before deciding, give, withdraw, release."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.consent import store
from genkan.consent.domain import (
    Consent,
    Disclosed,
    Ending,
    Facts,
    Reason,
    Refused,
    Release,
    Standing,
    check_choice,
    decide,
    digest,
)
from genkan.consent.errors import AlreadyStopped, NothingOffered, OfferChanged, ServiceUnavailable
from genkan.kernel.db import Held, require_transaction
from genkan.kernel.ids import ConsentId, OfferId, ProvisionId, ResidentId, ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.residents import api as residents

EXPIRE_LIMIT = 200


def standing(resident: ResidentId, service: ServiceId, *, now: datetime) -> Standing:
    """Return how things are between a resident and a service at `now`."""
    consent = store.latest(resident, service)
    offer = partners.published_offer(service)
    if consent is None:
        return Standing.NONE
    if consent.ending is Ending.WITHDRAWN:
        return Standing.WITHDRAWN
    if not consent.in_force(now):
        return Standing.EXPIRED
    if offer is None or offer.id != consent.offer:
        return Standing.OFFER_CHANGED
    return Standing.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a resident answered on the consent page.

    Attributes:
        offer: the version that was shown.
        items: keys that were ticked, required ones included.
        locale: the language in which it was read.
        shown_at: when the page was shown.
    """

    offer: OfferId
    items: frozenset[str]
    locale: str
    shown_at: datetime


def give(*, resident: ResidentId, service: ServiceId, choice: Choice, now: datetime) -> ConsentId:
    """Write down a resident's consent; joins.

    An earlier consent to the same service is superseded, and where an item was dropped the partner
    is asked to dispose of what it received; the same answer again changes nothing.

    Raises:
        NothingOffered: the service asks for nothing.
        OfferChanged: another version is in force than the one that was shown.
        ServiceUnavailable: the service may receive nothing now.
        ItemNotOffered, RequiredItemMissing: the ticked items do not fit the offer.
    """
    require_transaction()
    terms = partners.hold_release_terms(service)
    if terms is None:
        raise NothingOffered
    offer = terms.offer
    if offer.id != choice.offer:
        raise OfferChanged
    check_choice(choice.items, offered=offer.keys, required=offer.required)
    purpose = catalogue.purpose(offer.purpose)
    live = terms.state is partners.ServiceState.LIVE
    if not (live and terms.agreement.in_force(now) and purpose.in_force(now)):
        raise ServiceUnavailable
    store.wait_for_turn(resident, service)
    earlier = store.lock_in_force(resident, service)
    if earlier is not None:
        if (earlier.offer, earlier.items) == (offer.id, choice.items) and earlier.in_force(now):
            return earlier.id
        _supersede(earlier, choice.items, now)
    consent = Consent(
        id=ConsentId(new_id()),
        resident=resident,
        service=service,
        offer=offer.id,
        purpose=offer.purpose,
        items=choice.items,
        given_at=now,
        expires_at=now + offer.lasts,
    )
    store.add(consent, locale=choice.locale, shown_at=choice.shown_at)
    _record("consent.given", consent, now, items=sorted(choice.items), offer_version=offer.version)
    return consent.id


def _supersede(earlier: Consent, items: frozenset[str], now: datetime) -> None:
    """Put a new consent in the place of a locked one.

    Where an item was dropped the partner must dispose of what it received with it; what the new
    consent allows it may fetch again.
    """
    if earlier.items <= items:
        store.save_end(earlier.id, Ending.SUPERSEDED, now=now)
        _record("consent.superseded", earlier, now)
    else:
        _end(earlier, Ending.SUPERSEDED, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What a withdrawal did: the disposal is None if the service never received anything."""

    consent: ConsentId
    disposal: lifecycle.Disposal | None


@transaction.atomic(durable=True)
def withdraw(*, resident: ResidentId, service: ServiceId, now: datetime) -> Stopped:
    """End a resident's consent to a service, at once; when this has returned nothing more leaves.

    Waits for releases that hold the consent; asks the partner to dispose of what it received.

    Raises:
        AlreadyStopped: no consent is in force; the first stop stands.

    Source:
        M27, M30: withdrawal is linearizable, and as easy as giving.
    """
    store.wait_for_turn(resident, service)
    consent = store.lock_in_force(resident, service)
    if consent is None:
        raise AlreadyStopped
    disposal = _end(consent, Ending.WITHDRAWN, now)
    return Stopped(consent=consent.id, disposal=disposal)


@transaction.atomic(durable=True)
def end_expired(*, now: datetime) -> int:
    """End what is past its time and ask for disposal; it allowed nothing since its last moment.

    Returns:
        How many were ended, at most 200.
    """
    found = store.lock_expired(now=now, limit=EXPIRE_LIMIT)
    for consent in found:
        _end(consent, Ending.EXPIRED, now)
    return len(found)


def _end(consent: Consent, ending: Ending, now: datetime) -> lifecycle.Disposal | None:
    """End a locked consent: record it, ask for disposal, tell the partner."""
    store.save_end(consent.id, ending, now=now)
    _record(f"consent.{ending}", consent, now)
    offer = partners.offers([consent.offer])[consent.offer]
    service = partners.service(consent.service)
    subject = partners.pairwise_subject(service.sector, consent.resident)
    changed = {"sub": subject, "consent": str(consent.id), "state": str(ending)}
    partners.send(consent.service, "consent.changed", changed, now=now)
    asked = lifecycle.request_disposal(
        consent=consent.id,
        resident=consent.resident,
        service=consent.service,
        reason=f"consent_{ending}",
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


def _told(provision: lifecycle.Provision) -> dict[str, Any]:
    return {
        "id": str(provision.id),
        "released_at": partners.stamp(provision.released_at),
        "items": list(provision.items),
    }


def release(
    *,
    resident: ResidentId,
    service: ServiceId,
    wanted: frozenset[str] | None,
    door: str,
    now: datetime,
) -> Release | Refused:
    """Decide what may leave now, and record that it leaves; joins.

    Consent, service and resident are held until the transaction ends, so that a withdrawal, a
    suspension or a block waits. A refusal is returned, not raised: its ledger entry must commit.

    Args:
        resident: whose data.
        service: to whom.
        wanted: item keys; None for everything the offer contains.
        door: through which interface ("person_data", "userinfo").
        now: the moment of the decision.
    """
    require_transaction()
    consent = store.hold_in_force(resident, service)
    terms = partners.hold_release_terms(service)
    if terms is None:
        return _refused(Reason.NO_CONSENT, resident, service, door, now)
    profile = residents.hold_for_release(resident)
    offer = terms.offer
    facts = _facts(consent, terms, profile, now)
    decision = decide(facts, offer.keys if wanted is None else wanted, now=now)
    if decision.refusal is not None or consent is None:
        reason = decision.refusal or Reason.NO_CONSENT
        return _refused(reason, resident, service, door, now)
    disclosed = _disclosed(profile, decision.allowed)
    empty = Release(
        consent=consent.id,
        provision=None,
        offer=offer.id,
        offer_version=offer.version,
        purpose=offer.purpose,
        items=disclosed,
        missing=tuple(sorted(decision.allowed - disclosed.keys())),
        refused=tuple(decision.withheld),
    )
    return _recorded(empty, consent, door, now) if disclosed else empty


def _facts(
    consent: Consent | None, terms: partners.ReleaseTerms, profile: residents.Profile, now: datetime
) -> Facts:
    """Gather what the decision looks at, as it stands while everything is held."""
    offer = terms.offer
    return Facts(
        consent=consent,
        offer=offer.id,
        offered=offer.keys,
        agreed_items=terms.agreement.items,
        agreement_in_force=terms.agreement.in_force(now),
        purpose_in_force=catalogue.purpose(offer.purpose).in_force(now),
        service_is_live=terms.state is partners.ServiceState.LIVE,
        disposal_is_overdue=lifecycle.is_overdue(offer.service, now=now),
        resident_is_active=profile.state is residents.ResidentState.ACTIVE,
    )


def _recorded(release: Release, consent: Consent, door: str, now: datetime) -> Release:
    """Write ledger entry and provision record of a release."""
    provision = ProvisionId(new_id())
    items = tuple(release.items)
    entry = _record(
        "consent.released",
        consent,
        now,
        items=sorted(items),
        provision=str(provision),
        door=door,
        withheld=list(release.refused),
        by_service=True,
    )
    lifecycle.open_provision(
        lifecycle.Provision(
            id=provision,
            resident=consent.resident,
            service=consent.service,
            consent=consent.id,
            offer=consent.offer,
            purpose=consent.purpose,
            items=items,
            digest=digest(release.items),
            door=door,
            released_at=now,
            ledger_entry=entry,
        )
    )
    return replace(release, provision=provision)


def hold_for_hand_over(release: Release) -> Held | None:
    """Hold the consent of a recorded release while it is handed over, so that a withdrawal waits.

    Call it after the release has committed, outside any transaction.

    Returns:
        What holds the consent; let it go when the data has left. None if the consent ended
        meanwhile: nothing may be handed over.
    """
    return store.hold_for_hand_over(release.consent)


def consents_of(resident: ResidentId) -> list[Consent]:
    """Return all consents of a resident, newest first."""
    return store.all_of(resident)


def consent_to(resident: ResidentId, service: ServiceId) -> Consent | None:
    """Return a resident's newest consent to a service, whatever its state."""
    return store.latest(resident, service)


def _disclosed(profile: residents.Profile, keys: frozenset[str]) -> Mapping[str, Disclosed]:
    """Return the values behind the keys, in the catalogue's order, leaving out what we lack."""
    return {
        key: Disclosed(
            content=value.content,
            origin=str(value.origin),
            as_of=value.as_of,
            verified=value.verified,
        )
        for key in catalogue.items()
        if key in keys and (value := profile.values.get(key)) is not None
    }


def _refused(
    reason: Reason, resident: ResidentId, service: ServiceId, door: str, now: datetime
) -> Refused:
    ledger.append(
        ledger.Entry(
            event="consent.release_refused",
            subject=resident,
            actor=ledger.Actor.service(service),
            service=service,
            happened_at=now,
            facts={"reason": str(reason), "door": door},
        )
    )
    return Refused(reason=reason)


def _record(
    event: str, consent: Consent, now: datetime, *, by_service: bool = False, **facts: object
) -> ledger.LedgerEntryId:
    actor = (
        ledger.Actor.service(consent.service)
        if by_service
        else ledger.SYSTEM
        if event == "consent.expired"
        else ledger.Actor.resident(consent.resident)
    )
    return ledger.append(
        ledger.Entry(
            event=event,
            subject=consent.resident,
            actor=actor,
            service=consent.service,
            happened_at=now,
            facts={"consent": str(consent.id), "purpose": consent.purpose, **facts},
        )
    )
