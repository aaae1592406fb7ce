"""Queries of partners: organisations, services, keys, agreements, offers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from genkan.catalogue.api import Wording, wording
from genkan.kernel.db import rows
from genkan.kernel.ids import AgreementId, OfferId, OrganisationId, ServiceId
from genkan.partners.domain.offers import (
    Agreement,
    Offer,
    OfferItem,
    Organisation,
    ReleaseTerms,
    Service,
    ServiceState,
)
from genkan.partners.domain.plans import AgreementPlan, OfferPlan, OrganisationPlan, ServicePlan
from genkan.partners.models import AgreementRow, KeyRow, OfferRow, OrganisationRow, ServiceRow

_PLAN_LOCK = 0x67656E6B616E02  # "genkan", second lock: one change of partners at a time


def lock_plans() -> None:
    """Wait until nobody else changes partners, until the transaction ends."""
    rows("SELECT pg_advisory_xact_lock(%(key)s)", key=_PLAN_LOCK)


def save_organisation(new_id: OrganisationId, plan: OrganisationPlan) -> OrganisationId:
    """Write the organisation, or bring the one of the same corporate number up to date."""
    row, _ = OrganisationRow.objects.update_or_create(
        corporate_number=plan.corporate_number,
        defaults={
            "name": plan.name.as_mapping(),
            "address": plan.address,
            "contact": plan.contact,
        },
        create_defaults={
            "id": new_id,
            "corporate_number": plan.corporate_number,
            "name": plan.name.as_mapping(),
            "address": plan.address,
            "contact": plan.contact,
        },
    )
    return OrganisationId(row.pk)


def save_service(
    new_id: ServiceId, organisation: OrganisationId, plan: ServicePlan, sealed_secret: bytes
) -> tuple[ServiceId, bool]:
    """Write the service, or bring the one of the same slug up to date; its secret stays.

    Returns:
        Its identifier, and whether it is new.
    """
    described = {
        "organisation_id": organisation,
        "name": plan.name.as_mapping(),
        "description": plan.description.as_mapping(),
        "home_url": plan.home_url,
        "webhook_url": plan.webhook_url,
    }
    first = {
        "id": new_id,
        "slug": plan.slug,
        "sector": plan.sector,
        "webhook_secret": sealed_secret,
    }
    row, created = ServiceRow.objects.update_or_create(
        slug=plan.slug, defaults=described, create_defaults=described | first
    )
    return ServiceId(row.pk), created


def save_webhook_secret(service: ServiceId, sealed_secret: bytes) -> None:
    """Put a new secret in place of the old."""
    ServiceRow.objects.filter(pk=service).update(webhook_secret=sealed_secret)


def save_state(service: ServiceId, state: ServiceState, *, because: str, now: datetime) -> None:
    """Suspend or resume a service; waits for releases that hold it."""
    found = ServiceRow.objects.filter(pk=service)
    found.update(state=state, state_since=now, state_because=because)


def add_key(new_id: UUID, service: ServiceId, jwk: Mapping[str, Any], *, now: datetime) -> None:
    """Register a public key, or replace the one of the same key id."""
    KeyRow.objects.update_or_create(
        service_id=service,
        kid=jwk["kid"],
        defaults={"jwk": dict(jwk)},
        create_defaults={"id": new_id, "jwk": dict(jwk), "added_at": now},
    )


def keys(service: ServiceId) -> list[dict[str, Any]]:
    """Return a service's public keys, oldest first."""
    found = KeyRow.objects.filter(service=service).order_by("added_at", "id")
    return list(found.values_list("jwk", flat=True))


def key_ages(service: ServiceId) -> dict[str, datetime]:
    """Return since when each public key of a service is registered, by key id."""
    return dict(KeyRow.objects.filter(service=service).values_list("kid", "added_at"))


def agreement_like(service: ServiceId, plan: AgreementPlan) -> AgreementId | None:
    """Return the newest agreement of a service if it says the same as the plan."""
    row = (
        AgreementRow.objects.filter(service=service).order_by("-agreed_at", "-id").values().first()
    )
    if row is None:
        return None
    said = _to_agreement(row)
    wanted = {field.name: getattr(plan, field.name) for field in fields(plan)}
    return said.id if {name: getattr(said, name) for name in wanted} == wanted else None


def add_agreement(
    new_id: AgreementId, service: ServiceId, plan: AgreementPlan, *, now: datetime
) -> None:
    """Write an agreement."""
    AgreementRow.objects.create(
        id=new_id,
        service_id=service,
        purpose=plan.purpose,
        items=sorted(plan.items),
        handling=plan.handling.as_mapping(),
        valid_from=plan.valid_from,
        valid_until=plan.valid_until,
        municipalities=sorted(plan.municipalities),
        agreed_at=now,
    )


def publish_offer(
    new_id: OfferId,
    service: ServiceId,
    agreement: AgreementPlan,
    offer: OfferPlan,
    *,
    under: AgreementId,
    now: datetime,
) -> int:
    """Publish a new version of a service's offer and retire the one before.

    Returns:
        The new version.
    """
    last = OfferRow.objects.filter(service=service).order_by("-version").values("version").first()
    version = 1 if last is None else last["version"] + 1
    OfferRow.objects.filter(service=service, retired_at__isnull=True).update(retired_at=now)
    OfferRow.objects.create(
        id=new_id,
        service_id=service,
        agreement_id=under,
        version=version,
        purpose=agreement.purpose,
        specific_purpose=offer.specific_purpose.as_mapping(),
        items=[_item_as_mapping(item) for item in offer.items],
        days=offer.lasts.days,
        disposal_days=offer.disposal_within.days,
        on_stopping=offer.on_stopping.as_mapping(),
        disposal_rule=offer.disposal_rule.as_mapping(),
        published_at=now,
    )
    return version


def service(service_id: ServiceId) -> Service | None:
    """Return a service with its organisation, in one query."""
    row = ServiceRow.objects.select_related("organisation").filter(pk=service_id).first()
    return None if row is None else _to_service(row)


def service_called(slug: str) -> Service | None:
    """Return the service of that short name."""
    row = ServiceRow.objects.select_related("organisation").filter(slug=slug).first()
    return None if row is None else _to_service(row)


def services() -> list[Service]:
    """Return all services by short name."""
    found = ServiceRow.objects.select_related("organisation").order_by("slug")
    return [_to_service(row) for row in found]


def published_offer(service: ServiceId) -> Offer | None:
    """Return the published offer of a service, or None."""
    row = OfferRow.objects.filter(service=service, retired_at__isnull=True).values().first()
    return None if row is None else _to_offer(row)


def published_offers() -> dict[ServiceId, Offer]:
    """Return the published offer of each service that has one. One query."""
    found = OfferRow.objects.filter(retired_at__isnull=True).values()
    return {ServiceId(row["service_id"]): _to_offer(row) for row in found}


def agreements(ids: Sequence[AgreementId]) -> dict[AgreementId, Agreement]:
    """Return agreements by identifier. One query."""
    found = AgreementRow.objects.filter(pk__in=ids).values()
    return {AgreementId(row["id"]): _to_agreement(row) for row in found}


def offers(ids: Sequence[OfferId]) -> dict[OfferId, Offer]:
    """Return offers by identifier, whatever their state."""
    return {
        OfferId(row["id"]): _to_offer(row) for row in OfferRow.objects.filter(pk__in=ids).values()
    }


def agreement(agreement_id: AgreementId) -> Agreement:
    """Return an agreement."""
    return _to_agreement(AgreementRow.objects.filter(pk=agreement_id).values().get())


def hold_release_terms(service: ServiceId) -> ReleaseTerms | None:
    """Return state, agreement and published offer, held so that a suspension waits for the release.

    Hot path: one round trip. None if the service offers nothing.
    """
    found = rows(
        """
        SELECT service.state,
               to_jsonb(agreement) AS agreement,
               offer.*
          FROM partners_service AS service
          JOIN partners_offer AS offer
            ON offer.service_id = service.id AND offer.retired_at IS NULL
          JOIN partners_agreement AS agreement ON agreement.id = offer.agreement_id
         WHERE service.id = %(service)s
           FOR SHARE OF service, offer
        """,
        service=service,
    )
    if not found:
        return None
    row = found[0]
    return ReleaseTerms(
        state=ServiceState(row["state"]),
        agreement=_to_agreement(_from_json(row["agreement"])),
        offer=_to_offer(row),
    )


def _from_json(value: Any) -> dict[str, Any]:  # noqa: ANN401 - psycopg gives text or a dict
    document = json.loads(value) if isinstance(value, str) else dict(value)
    for name in ("valid_from", "valid_until"):
        document[name] = date.fromisoformat(document[name])
    document["id"] = UUID(document["id"])
    return document


def _item_as_mapping(item: OfferItem) -> dict[str, Any]:
    return {**asdict(item), "reason": item.reason.as_mapping()}


def _words(entry: Mapping[str, str]) -> Wording:
    return wording("stored", entry)


def _to_service(row: ServiceRow) -> Service:
    organisation = row.organisation
    return Service(
        id=ServiceId(row.pk),
        slug=row.slug,
        name=_words(row.name),
        description=_words(row.description),
        home_url=row.home_url,
        sector=row.sector,
        state=ServiceState(row.state),
        state_since=row.state_since,
        state_because=row.state_because,
        organisation=Organisation(
            id=OrganisationId(organisation.pk),
            name=_words(organisation.name),
            corporate_number=organisation.corporate_number,
            address=organisation.address,
            contact=organisation.contact,
        ),
    )


def _to_agreement(row: Mapping[str, Any]) -> Agreement:
    return Agreement(
        id=AgreementId(row["id"]),
        purpose=row["purpose"],
        items=frozenset(row["items"]),
        handling=_words(row["handling"]),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        municipalities=frozenset(row["municipalities"]),
    )


def _to_offer(row: Mapping[str, Any]) -> Offer:
    fields = {
        name: json.loads(row[name]) if isinstance(row[name], str) else row[name]
        for name in ("specific_purpose", "items", "on_stopping", "disposal_rule")
    }
    return Offer(
        id=OfferId(row["id"]),
        service=ServiceId(row["service_id"]),
        agreement=AgreementId(row["agreement_id"]),
        version=row["version"],
        purpose=row["purpose"],
        specific_purpose=_words(fields["specific_purpose"]),
        items=tuple(
            OfferItem(key=one["key"], required=one["required"], reason=_words(one["reason"]))
            for one in fields["items"]
        ),
        lasts=timedelta(days=row["days"]),
        disposal_within=timedelta(days=row["disposal_days"]),
        on_stopping=_words(fields["on_stopping"]),
        disposal_rule=_words(fields["disposal_rule"]),
        published_at=row["published_at"],
    )
