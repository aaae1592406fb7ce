"""The use case of giving: by the resident, or by somebody who acts for them."""

from dataclasses import dataclass, replace
from datetime import datetime

from genkan.catalogue import api as catalogue
from genkan.consent import naming, store
from genkan.consent.confirming import must_be_confirmed
from genkan.consent.domain import Channel, Consent, Ending, NameForm, check_choice
from genkan.consent.ending import append_entry, end_consent, right_to_decide
from genkan.consent.errors import (
    AliasMissing,
    GuardianMustDecide,
    NothingOffered,
    OfferChanged,
    RegionNotEligible,
    ServiceUnavailable,
    TermsOutdated,
)
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import AccountId, ConsentId, OfferId, ResidentId, ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.terms import api as terms_of_use


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a resident answered on the consent page.

    Attributes:
        offer: the version that was shown.
        items: keys that were ticked, required ones included.
        locale: the language in which it was read.
        shown_at: when the page was shown.
        name_form: which name the service gets.
    """

    offer: OfferId
    items: frozenset[str]
    locale: str
    shown_at: datetime
    name_form: NameForm = NameForm.REGISTERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer that a member of staff wrote down, and by which document they knew the person."""

    account: AccountId
    document: residents.Document


def give(
    *,
    resident: ResidentId,
    service: ServiceId,
    choice: Choice,
    by: ResidentId | None = None,
    written: Written | None = None,
    now: datetime,
) -> ConsentId:
    """Write down a consent of the resident, or of `by` on the resident's behalf; joins.

    Whoever answers at a counter has it `written` by a member of staff, who is the actor then.

    An earlier consent to the same service is superseded, and where an item was dropped the partner
    is asked to dispose of what it received; the same answer again changes nothing, unless it
    confirms what a guardian gave, or adds the word of another guardian.

    Raises:
        NothingOffered: the service asks for nothing.
        OfferChanged: another version is in force than the one that was shown.
        ServiceUnavailable: the service may receive nothing now.
        RegionNotEligible: the service is for residents of other municipalities.
        ItemNotOffered, RequiredItemMissing: the ticked items do not fit the offer.
        NotRepresentative: `by` may not act for the resident now.
        TermsOutdated: the resident has not accepted the terms of use in force.
        AliasMissing: the alias was chosen, and there is none.
        GuardianMustDecide: the resident is not certainly old enough to decide alone.
    """
    require_transaction()
    if not terms_of_use.standing_of(resident, now=now).is_current:
        raise TermsOutdated
    right = right_to_decide(resident, by, now=now)
    offer = _offer_shown(resident, service, choice, now)
    _must_be_possible(resident, right, offer, choice, now)
    store.wait_for_turn(resident, service)
    earlier = store.lock_in_force(resident, service)
    actor = _actor(resident, right, written)
    if earlier is not None:
        same = (earlier.offer, earlier.items, earlier.name_form)
        if same == (offer.id, choice.items, choice.name_form) and _stands(earlier, now):
            return _agreed_too(earlier, right, actor, now)
        _supersede(earlier, choice, actor, now)
    consent = _given(resident, right, offer, choice, now)
    evidence: dict[str, object] = {}
    if written is not None:
        consent = replace(consent, channel=Channel.COUNTER)
        evidence = {"document": str(written.document)}
    store.add(consent, locale=choice.locale, shown_at=choice.shown_at)
    append_entry("consent.given", consent, actor, now, **_told(consent, offer), **evidence)
    return consent.id


def _actor(
    resident: ResidentId, right: residents.Representation | None, written: Written | None
) -> ledger.Actor:
    if written is not None:
        return residents.operator(written.account)
    return ledger.Actor.resident(resident if right is None else right.representative)


def _must_be_possible(
    resident: ResidentId,
    right: residents.Representation | None,
    offer: partners.Offer,
    choice: Choice,
    now: datetime,
) -> None:
    """Refuse what somebody too young decides alone, and an alias that is not there."""
    if right is None and not residents.may_consent_alone(
        resident, offer.purpose, choice.items, now=now
    ):
        raise GuardianMustDecide
    if choice.name_form is NameForm.ALIAS and not naming.has_alias(residents.profile_of(resident)):
        raise AliasMissing


def _offer_shown(
    resident: ResidentId, service: ServiceId, choice: Choice, now: datetime
) -> partners.Offer:
    """Return the offer that was shown, held, if it can be agreed to and the choice fits it."""
    terms = partners.hold_release_terms(service)
    if terms is None:
        raise NothingOffered
    offer = terms.offer
    if offer.id != choice.offer:
        raise OfferChanged
    check_choice(choice.items, offered=offer.keys, required=offer.required)
    live = terms.state is partners.ServiceState.LIVE
    purpose = catalogue.purpose(offer.purpose)
    if not (live and terms.agreement.in_force(now) and purpose.in_force(now)):
        raise ServiceUnavailable
    is_limited = bool(terms.agreement.municipalities)  # else nobody's address has to be opened
    if is_limited and not terms.agreement.is_for(residents.profile_of(resident).lg_code):
        raise RegionNotEligible
    return offer


def _given(
    resident: ResidentId,
    right: residents.Representation | None,
    offer: partners.Offer,
    choice: Choice,
    now: datetime,
) -> Consent:
    by = None if right is None else right.representative
    return Consent(
        id=ConsentId(new_id()),
        resident=resident,
        service=offer.service,
        offer=offer.id,
        purpose=offer.purpose,
        items=choice.items,
        name_form=choice.name_form,
        given_at=now,
        expires_at=now + offer.lasts,
        given_by=by,
        for_minor=right is not None and right.role in residents.FOR_MINORS,
        agreed_by=frozenset() if by is None else frozenset({by}),
    )


def _told(consent: Consent, offer: partners.Offer) -> dict[str, object]:
    """Return what the history says was agreed to."""
    named = naming.form_of(consent, dict.fromkeys(consent.items))
    facts: dict[str, object] = {"items": sorted(consent.items), "offer_version": offer.version}
    return facts | {"name_form": named} if named else facts


def _stands(earlier: Consent, now: datetime) -> bool:
    """Whether the same answer again finds everything done."""
    return earlier.in_force(now) and not must_be_confirmed(
        earlier, touching=terms_of_use.touching(), now=now
    )


def _agreed_too(
    earlier: Consent,
    right: residents.Representation | None,
    actor: ledger.Actor,
    now: datetime,
) -> ConsentId:
    """Add the word of another parent or guardian to a consent for a minor."""
    by = None if right is None else right.representative
    if earlier.for_minor and by is not None and by not in earlier.agreed_by:
        store.save_agreement(earlier.id, earlier.agreed_by | {by})
        append_entry("consent.agreed_too", earlier, actor, now)
    return earlier.id


def _supersede(earlier: Consent, choice: Choice, actor: ledger.Actor, now: datetime) -> None:
    """Put a new consent in the place of a locked one.

    Where an item was dropped, or another name chosen, the partner must dispose of what it received
    with it; what the new consent allows it may fetch again.
    """
    if earlier.items <= choice.items and earlier.name_form is choice.name_form:
        store.save_end(earlier.id, Ending.SUPERSEDED, now=now)
        append_entry("consent.superseded", earlier, actor, now)
    else:
        end_consent(earlier, Ending.SUPERSEDED, by=actor, now=now)
