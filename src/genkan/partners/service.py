"""Use cases of partners: apply a plan, register keys, suspend, look up."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from genkan.catalogue import api as catalogue
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import AgreementId, OfferId, OrganisationId, ResidentId, ServiceId, new_id
from genkan.kernel.sealing import load_keyring, recent_keyring
from genkan.ledger import api as ledger
from genkan.partners import store
from genkan.partners.domain.offers import Agreement, Offer, ReleaseTerms, Service, ServiceState
from genkan.partners.domain.plans import Plan, read_plan
from genkan.partners.errors import KeyUnusable, PlanFaulty, UnknownService

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of Standard Webhooks, not a secret
SECRET_BYTES = 32
PUBLIC_MEMBERS = ("kty", "crv", "x", "y", "kid")
KEY_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying a plan did.

    Attributes:
        offer_version: the version now published; `changed`: whether it is new.
        webhook_secret: only if the service is new: the one time it is shown.
    """

    service: ServiceId
    offer_version: int
    changed: bool
    webhook_secret: str | None


@transaction.atomic(durable=True)
def apply(document: Mapping[str, Any], *, now: datetime) -> Applied:
    """Make organisation, service, agreement and offer what a partner's file says.

    Applying the same file again changes nothing; a changed offer becomes a new version, and
    residents are asked again.

    Raises:
        PlanFaulty: the file is incomplete or contradictory, or would make a known service
            somebody else's; `field` names the place.
    """
    plan = read_plan(document)
    _check_catalogue(plan)
    store.lock_plans()
    _check_identity(plan)
    organisation = store.save_organisation(OrganisationId(new_id()), plan.organisation)
    secret = _new_secret()
    service, is_new = store.save_service(
        ServiceId(new_id()), organisation, plan.service, _sealed(secret)
    )
    agreement = store.agreement_like(service, plan.agreement)
    if agreement is None:
        agreement = AgreementId(new_id())
        store.add_agreement(agreement, service, plan.agreement, now=now)
    version, changed = _published(service, plan, agreement, now)
    if is_new or changed:
        ledger.append(
            ledger.Entry(
                event="partners.offer_published",
                subject=None,
                actor=ledger.SYSTEM,
                service=service,
                happened_at=now,
                facts={"version": version, "purpose": plan.agreement.purpose},
            )
        )
    return Applied(
        service=service,
        offer_version=version,
        changed=changed,
        webhook_secret=secret if is_new else None,
    )


def _check_catalogue(plan: Plan) -> None:
    """Check that the agreement is about items and a purpose there are, and one to consent to.

    What a law obliges (P1) is told in a notice and never asked as a consent, so no offer has it.
    """
    for key in sorted(plan.agreement.items):
        if key not in catalogue.items():
            raise PlanFaulty(field=f"agreement.items.{key}")
    purpose = catalogue.purposes().get(plan.agreement.purpose)
    if purpose is None or not purpose.by_consent:
        raise PlanFaulty(field="agreement.purpose")


def _check_identity(plan: Plan) -> None:
    """Check that a known service stays what residents agreed to: its operator and its sector.

    Another sector would give every resident another `sub`; another operator is a sale, which
    residents would have to be asked about.
    """
    known = store.service_called(plan.service.slug)
    if known is None:
        return
    if known.organisation.corporate_number != plan.organisation.corporate_number:
        raise PlanFaulty(field="organisation.corporate_number")
    if known.sector != plan.service.sector:
        raise PlanFaulty(field="service.sector")


def _published(
    service: ServiceId, plan: Plan, agreement: AgreementId, now: datetime
) -> tuple[int, bool]:
    current = store.published_offer(service)
    wanted = plan.offer
    if (
        current is not None
        and current.agreement == agreement
        and (
            current.specific_purpose,
            current.items,
            current.lasts,
            current.disposal_within,
            current.on_stopping,
            current.disposal_rule,
        )
        == (
            wanted.specific_purpose,
            wanted.items,
            wanted.lasts,
            wanted.disposal_within,
            wanted.on_stopping,
            wanted.disposal_rule,
        )
    ):
        return current.version, False
    version = store.publish_offer(
        OfferId(new_id()), service, plan.agreement, wanted, under=agreement, now=now
    )
    return version, True


@transaction.atomic(durable=True)
def register_keys(service: ServiceId, jwks: Sequence[object], *, now: datetime) -> None:
    """Register a service's public keys: EC P-256 with a key id, without a private part.

    Raises:
        KeyUnusable: one of them is something else.
    """
    for jwk in jwks:
        store.add_key(new_id(), service, checked_key(jwk), now=now)


def checked_key(jwk: object) -> dict[str, Any]:
    """Return the public members of an EC P-256 key (RFC 7518 section 6.2).

    Raises:
        KeyUnusable: wrong type or curve, a private part, no key id, or not a point of the curve.
    """
    if not isinstance(jwk, Mapping) or "d" in jwk:
        raise KeyUnusable(field="jwks")
    public: dict[str, str | list[str]] = {
        name: jwk[name]
        for name in PUBLIC_MEMBERS
        if isinstance(jwk.get(name), str) and 0 < len(jwk[name]) <= KEY_LIMIT
    }
    if public.keys() != set(PUBLIC_MEMBERS) or (public["kty"], public["crv"]) != ("EC", "P-256"):
        raise KeyUnusable(field="jwks")
    try:
        ECKey.import_key(public)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise KeyUnusable(field="jwks") from error
    return public


@transaction.atomic(durable=True)
def renew_webhook_secret(service: ServiceId) -> str:
    """Make a new webhook secret and return it, the one time it is shown."""
    secret = _new_secret()
    store.save_webhook_secret(service, _sealed(secret))
    return secret


@transaction.atomic(durable=True)
def set_state(
    service: ServiceId,
    state: ServiceState,
    *,
    reason: str = "",
    by: ledger.Actor = ledger.SYSTEM,
    now: datetime,
) -> None:
    """Suspend or resume a service: once this returns, a suspended one receives nothing.

    Args:
        service: which one.
        state: what it shall be.
        reason: for staff and the ledger, in words; never about a person.
        by: who does it; without one whoever holds the command line.
        now: the present moment.
    """
    store.save_state(service, state, because=reason, now=now)
    ledger.append(
        ledger.Entry(
            event="partners.service_suspended"
            if state is ServiceState.SUSPENDED
            else "partners.service_resumed",
            subject=None,
            actor=by,
            service=service,
            happened_at=now,
            facts={"reason": reason} if reason else {},
        )
    )


def service(service_id: ServiceId) -> Service:
    """Return a service.

    Raises:
        UnknownService: there is none.
    """
    found = store.service(service_id)
    if found is None:
        raise UnknownService
    return found


def service_called(slug: str) -> Service:
    """Return the service of that short name.

    Raises:
        UnknownService: there is none.
    """
    found = store.service_called(slug)
    if found is None:
        raise UnknownService
    return found


def services() -> list[Service]:
    """Return all services by short name."""
    return store.services()


def published_offer(service_id: ServiceId) -> Offer | None:
    """Return what a service asks for now, or None."""
    return store.published_offer(service_id)


def published_offers() -> dict[ServiceId, Offer]:
    """Return what each service asks for now; services that ask for nothing are not in it."""
    return store.published_offers()


def agreements(ids: Sequence[AgreementId]) -> dict[AgreementId, Agreement]:
    """Return agreements by identifier."""
    return store.agreements(ids)


def offers(ids: Sequence[OfferId]) -> dict[OfferId, Offer]:
    """Return offers by identifier, retired ones too."""
    return store.offers(ids)


def agreement(agreement_id: AgreementId) -> Agreement:
    """Return an agreement."""
    return store.agreement(agreement_id)


def hold_release_terms(service_id: ServiceId) -> ReleaseTerms | None:
    """Return what stands on the partner's side, held until the transaction ends; joins."""
    require_transaction()
    found = store.hold_release_terms(service_id)
    if found is None:  # a version that was published while we waited shows at the second look
        found = store.hold_release_terms(service_id)
    return found


def verification_keys(service_id: ServiceId) -> list[dict[str, Any]]:
    """Return the public keys registered for a service, as JWKs with key ids."""
    return store.keys(service_id)


def key_ages(service_id: ServiceId) -> dict[str, datetime]:
    """Return since when each public key of a service is registered, by key id."""
    return store.key_ages(service_id)


def pairwise_subject(sector: str, resident: ResidentId) -> str:
    """Return the `sub` under which the services of a sector know a resident.

    A keyed hash: the same for a sector, unlinkable between sectors, not reversible (43 characters).

    Source:
        OpenID Connect Core 1.0 section 8.1; SSO.md P0.16.
    """
    message = sector.encode() + b"\x00" + resident.bytes
    digest = recent_keyring(settings.GENKAN.keyring).keyed_hash("pairwise subject", message)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _sealed(secret: str) -> bytes:
    ring = load_keyring(settings.GENKAN.keyring)
    return ring.seal(secret.encode(), about="partners.webhook_secret")
