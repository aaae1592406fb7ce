"""Use cases of consent: withdraw, release, hand over, run out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.consent import naming, store
from genkan.consent.claims import Disclosed, digest
from genkan.consent.confirming import confirm_from, guardian_awaited, must_be_confirmed
from genkan.consent.disclosing import disclosed
from genkan.consent.domain import (
    Consent,
    Decision,
    Ending,
    Facts,
    Reason,
    Refused,
    Release,
    Standing,
    decide,
    lacking,
)
from genkan.consent.ending import append_entry, end_consent, right_to_decide
from genkan.consent.errors import AlreadyStopped
from genkan.consent.giving import Choice, Written, give
from genkan.kernel.db import Held, require_transaction
from genkan.kernel.ids import ConsentId, ProvisionId, ResidentId, ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.terms import api as terms_of_use

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
    return _standing_in_time(consent, offer, now)


def _standing_in_time(consent: Consent, offer: partners.Offer | None, now: datetime) -> Standing:
    if must_be_confirmed(consent, touching=terms_of_use.touching(), now=now):
        return Standing.NEEDS_RECONFIRMATION
    if offer is None or offer.id != consent.offer:
        return Standing.OFFER_CHANGED
    return Standing.ACTIVE


@transaction.atomic(durable=True)
def share(
    *,
    resident: ResidentId,
    service: ServiceId,
    choice: Choice,
    by: ResidentId | None,
    now: datetime,
) -> ConsentId:
    """Take in the answer of the page of deciding about one service; see `give`."""
    return give(resident=resident, service=service, choice=choice, by=by, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What a withdrawal did: the disposal is None if the service never received anything."""

    consent: ConsentId
    disposal: lifecycle.Disposal | None


@transaction.atomic(durable=True)
def withdraw(
    *, resident: ResidentId, service: ServiceId, by: ResidentId | None = None, now: datetime
) -> Stopped:
    """End a resident's consent to a service, at once; when this has returned nothing more leaves.

    Waits for releases that hold the consent; asks the partner to dispose of what it received. Of
    several parents or guardians one is enough; so is a minor of any age.

    Args:
        resident: whose consent.
        service: to which service.
        by: who acts for the resident; None for the resident.
        now: the moment.

    Raises:
        AlreadyStopped: no consent is in force; the first stop stands.
        NotRepresentative: `by` may not act for the resident now.

    Source:
        M27, M30: withdrawal is linearizable, and as easy as giving.
    """
    right = right_to_decide(resident, by, now=now)
    actor = ledger.Actor.resident(resident if right is None else right.representative)
    return _stopped(resident, service, actor, now)


def _stopped(
    resident: ResidentId, service: ServiceId, actor: ledger.Actor, now: datetime
) -> Stopped:
    store.wait_for_turn(resident, service)
    consent = store.lock_in_force(resident, service)
    if consent is None:
        raise AlreadyStopped
    disposal = end_consent(consent, Ending.WITHDRAWN, by=actor, now=now)
    return Stopped(consent=consent.id, disposal=disposal)


@transaction.atomic(durable=True)
def share_at_counter(
    *,
    resident: ResidentId,
    service: ServiceId,
    choice: Choice,
    written: Written,
    now: datetime,
) -> ConsentId:
    """Write down what a resident answered at a counter, where the offer was read out (H18).

    Raises:
        RoleNeeded, NotOpened: the member of staff may not, or has not opened the record.
        Refusal: see `give`.
    """
    residents.must_be_open(written.account, resident, now=now)
    return give(resident=resident, service=service, choice=choice, written=written, now=now)


@transaction.atomic(durable=True)
def withdraw_at_counter(
    *, resident: ResidentId, service: ServiceId, written: Written, now: datetime
) -> Stopped:
    """End a consent because the resident said so at a counter: as `withdraw`, as easily.

    Raises:
        RoleNeeded, NotOpened: the member of staff may not, or has not opened the record.
        AlreadyStopped: no consent is in force.
    """
    residents.must_be_open(written.account, resident, now=now)
    return _stopped(resident, service, residents.operator(written.account), now)


@transaction.atomic(durable=True)
def end_expired(*, now: datetime) -> int:
    """End what is past its time and ask for disposal; it allowed nothing since its last moment.

    Returns:
        How many were ended, at most 200.
    """
    found = store.lock_expired(now=now, limit=EXPIRE_LIMIT)
    for consent in found:
        end_consent(consent, Ending.EXPIRED, by=None, now=now)
    return len(found)


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
    profile, offer = residents.hold_for_release(resident), terms.offer
    facts = _facts(consent, terms, profile, now)
    asked = offer.keys if wanted is None else wanted
    decision = decide(facts, asked, now=now)
    if decision.refusal is not None or consent is None:
        told = _refused(decision.refusal or Reason.NO_CONSENT, resident, service, door, now)
        return replace(told, place_is_protected=profile.is_protected(now))
    disclosed = _disclosed(consent, profile, decision.allowed)
    unsent, places = asked - disclosed.keys(), catalogue.place_items()
    missing, refused = lacking(unsent, decision, required=offer.required, revealing_place=places)
    empty = Release(
        consent=consent.id,
        provision=None,
        offer=offer.id,
        offer_version=offer.version,
        purpose=offer.purpose,
        items=disclosed,
        missing=missing,
        refused=refused,
        confirm_from=facts.confirm_from,
        reveals_place=bool(_revealing(profile) & disclosed.keys()),
        by_representative=consent.given_by is not None,
    )
    return _recorded(empty, consent, decision, door, now)


def _facts(
    consent: Consent | None, terms: partners.ReleaseTerms, profile: residents.Profile, now: datetime
) -> Facts:
    """Gather what the decision looks at, as it stands while everything is held."""
    offer = terms.offer
    standing = terms_of_use.standing_of(profile.resident, now=now)
    return Facts(
        consent=consent,
        offer=offer.id,
        offered=offer.keys,
        agreed_items=terms.agreement.items,
        agreement_in_force=terms.agreement.in_force(now),
        purpose_in_force=catalogue.purpose(offer.purpose).in_force(now),
        region_is_eligible=terms.agreement.is_for(profile.lg_code),
        service_is_live=terms.state is partners.ServiceState.LIVE,
        disposal_is_overdue=lifecycle.is_overdue(offer.service, now=now),
        resident_is_active=profile.state is residents.ResidentState.ACTIVE,
        confirm_from=None if consent is None else confirm_from(consent, profile, standing.touching),
        guardian_awaited=consent is not None and guardian_awaited(consent, now=now),
        protected_items=_revealing(profile) if profile.is_protected(now) else frozenset(),
        terms_are_accepted=standing.is_current,
        person_is_proven=not profile.proof_needed,
    )


def _revealing(profile: residents.Profile) -> frozenset[str]:
    """Return the items whose values tell where a resident lives."""
    values = profile.values.items()
    return frozenset(k for k, value in values if catalogue.reveals_place(k, value.content))


def _recorded(
    release: Release, consent: Consent, decision: Decision, door: str, now: datetime
) -> Release:
    """Write ledger entry, with what was protected, and provision record; of nothing no record."""
    reasons = decision.withheld.items()
    protected = [item for item, reason in reasons if reason is Reason.PROTECTED_ADDRESS]
    if not release.items:
        if protected:
            _refused(Reason.PROTECTED_ADDRESS, consent.resident, consent.service, door, now)
        return release
    provision, items = ProvisionId(new_id()), tuple(release.items)
    named = naming.form_of(consent, release.items)
    entry = append_entry(
        "consent.released",
        consent,
        ledger.Actor.service(consent.service),
        now,
        items=sorted(items),
        provision=str(provision),
        door=door,
        withheld=list(decision.withheld),
        **({"name_form": named} if named else {}),
        **({"protected": protected} if protected else {}),
        **({"by_representative": True} if release.by_representative else {}),
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
            name_form=named,
        )
    )
    return replace(release, provision=provision)


def hold_for_hand_over(release: Release, *, now: datetime) -> Held | None:
    """Hold consent and resident of a recorded release while it is handed over.

    A withdrawal and an intervention wait for that. A service that was suspended since the release
    is refused, but its suspension does not wait: a service that keeps asking would keep it waiting.
    Call it after the release has committed, outside any transaction.

    Args:
        release: what is to be handed over.
        now: the moment of the hand-over, not of the decision.

    Returns:
        What holds them; let it go when the data has left. None if the consent ended meanwhile,
        resident or service were stopped, an address in it came under protection, or the person came
        of age: this may not be handed over.
    """
    if release.confirm_from is not None and release.confirm_from <= now:
        return None
    return store.hold_for_hand_over(release.consent, reveals_place=release.reveals_place, now=now)


@transaction.atomic(durable=True)
def end_unconfirmed(
    consent: Consent, *, ending: Ending = Ending.UNCONFIRMED, now: datetime
) -> bool:
    """End a consent that nobody confirmed in time; whether it was still to be ended."""
    store.wait_for_turn(consent.resident, consent.service)
    found = store.lock_in_force(consent.resident, consent.service)
    if found is None or found.id != consent.id:
        return False
    end_consent(found, ending, by=None, now=now)
    return True


def unconfirmed(
    *, now: datetime, after: ConsentId | None
) -> tuple[list[Consent], ConsentId | None]:
    """Return a batch of consents that young adults have left undecided for too long.

    Returns:
        The consents, and after which one the next batch begins; None where there is none.
    """
    since = now - timedelta(days=settings.GENKAN.reconfirm_days)
    batch = store.given_for_minors(after=after, limit=EXPIRE_LIMIT)
    found = [one for one in batch if residents.is_of_age(one.resident, now=since).certain]
    return found, batch[-1].id if len(batch) == EXPIRE_LIMIT else None


def left_undecided(*, now: datetime) -> list[Consent]:
    """Return consents that changed terms ask for anew and nobody decided about for too long.

    Returns:
        At most 200; once those are ended, others.
    """
    since = now - timedelta(days=settings.GENKAN.reconfirm_days)
    services = {one.slug: one.id for one in partners.services()}
    for version in terms_of_use.touching():
        if version.effective_from <= since:
            called = [services[one] for one in version.touches if one in services]
            found = store.given_before(
                version.effective_from, version.touches, called, limit=EXPIRE_LIMIT
            )
            if found:
                return found
    return []


def consents_of(resident: ResidentId) -> list[Consent]:
    """Return all consents of a resident, newest first."""
    return store.all_of(resident)


def consent_to(resident: ResidentId, service: ServiceId) -> Consent | None:
    """Return a resident's newest consent to a service, whatever its state."""
    return store.latest(resident, service)


def _disclosed(
    consent: Consent, profile: residents.Profile, keys: frozenset[str]
) -> Mapping[str, Disclosed]:
    """Return the values behind the keys, in the catalogue's order, leaving out what we lack."""
    values = naming.values_under(consent.name_form, profile)
    return {
        key: disclosed(value, consent.name_form)
        for key in catalogue.items()
        if key in keys and (value := values.get(key)) is not None
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
