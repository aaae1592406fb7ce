"""Queries of consent."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from genkan.consent.domain import Channel, Consent, Ending, NameForm
from genkan.consent.models import ConsentRow, ItemRow
from genkan.kernel.db import Held, held, rows
from genkan.kernel.ids import ConsentId, OfferId, ResidentId, ServiceId, new_id

HAND_OVER_SECONDS = 30
"""A hand-over takes microseconds; what takes longer is a server that hangs."""


def add(consent: Consent, *, locale: str, shown_at: datetime) -> None:
    """Write a consent with its items."""
    ConsentRow.objects.create(
        id=consent.id,
        resident_id=consent.resident,
        service_id=consent.service,
        offer_id=consent.offer,
        purpose=consent.purpose,
        locale=locale,
        shown_at=shown_at,
        given_by_id=consent.given_by,
        for_minor=consent.for_minor,
        agreed_by=sorted(consent.agreed_by),
        name_form=consent.name_form,
        channel=consent.channel,
        given_at=consent.given_at,
        expires_at=consent.expires_at,
    )
    ItemRow.objects.bulk_create(
        ItemRow(id=new_id(), consent_id=consent.id, item=item) for item in sorted(consent.items)
    )


def hold_in_force(resident: ResidentId, service: ServiceId) -> Consent | None:
    """Return the consent that has not ended, held so that a withdrawal waits for the release.

    The lock is an exclusive one, so that whoever wants it stands in line: shared locks that overlap
    without a gap would keep a withdrawal waiting for as long as a service keeps asking.
    Hot path: one round trip, constraint consent_one_in_force.
    """
    found = rows(
        """
        SELECT id, resident_id, service_id, offer_id, purpose,
               given_at, expires_at, ended_at, ending, given_by_id, for_minor, agreed_by,
               name_form, channel,
               ARRAY(SELECT item FROM consent_item WHERE consent_id = c.id) AS item_keys
          FROM consent_consent c
         WHERE resident_id = %(resident)s AND service_id = %(service)s AND ended_at IS NULL
           FOR NO KEY UPDATE OF c
        """,
        resident=resident,
        service=service,
    )
    return _to_consent(found[0]) if found else None


def hold_for_hand_over(consent: ConsentId, *, reveals_place: bool, now: datetime) -> Held | None:
    """Hold a consent that has not ended, and its resident, in a transaction of its own.

    None if it has ended, if its resident or service may not take part any more, or if it reveals a
    place whose protection has begun. Interventions and protections are written to the resident's
    row, so they wait for the hand-over, or are found here. The consent is locked before the
    resident, as in a release; several services share the resident.
    """
    return held(
        """
        SELECT 1
          FROM consent_consent c
          JOIN residents_resident r ON r.id = c.resident_id
         WHERE c.id = %(consent)s
           AND c.ended_at IS NULL
           AND r.state = 'active'
           AND NOT r.proof_needed
           AND (NOT %(reveals_place)s
                OR r.protected_until IS NULL
                OR r.protected_until <= %(now)s)
           AND EXISTS (SELECT FROM partners_service service
                        WHERE service.id = c.service_id AND service.state = 'live')
           FOR NO KEY UPDATE OF c FOR SHARE OF r
        """,
        seconds=HAND_OVER_SECONDS,
        consent=consent,
        reveals_place=reveals_place,
        now=now,
    )


def wait_for_turn(resident: ResidentId, service: ServiceId) -> None:
    """Wait until nobody else gives or withdraws this consent, until the transaction ends.

    Two answers at once would both find no consent and both write one, and a withdrawal would miss
    the consent that takes another's place while it waits.
    """
    pair = f"consent {resident} {service}"
    rows("SELECT pg_advisory_xact_lock(hashtextextended(%(pair)s, 0))", pair=pair)


def lock_in_force(resident: ResidentId, service: ServiceId) -> Consent | None:
    """Return the consent that has not ended, locked: it waits for every release that holds it."""
    found = ConsentRow.objects.select_for_update().filter(
        resident=resident, service=service, ended_at__isnull=True
    )
    row = found.values().first()
    if row is None:
        return None
    items = ItemRow.objects.filter(consent=row["id"]).values_list("item", flat=True)
    return _to_consent({**row, "item_keys": list(items)})


def lock_expired(*, now: datetime, limit: int) -> list[Consent]:
    """Return consents past their end that nobody has ended, locked; others' locks are skipped."""
    found = (
        ConsentRow.objects.select_for_update(skip_locked=True)
        .filter(ended_at__isnull=True, expires_at__lte=now)
        .order_by("expires_at", "id")
    )
    return [_to_consent({**row, "item_keys": []}) for row in found.values()[:limit]]


def save_end(consent: ConsentId, ending: Ending, *, now: datetime) -> None:
    """End a consent."""
    ConsentRow.objects.filter(pk=consent).update(ended_at=now, ending=ending)


def save_agreement(consent: ConsentId, by: frozenset[ResidentId]) -> None:
    """Write who has agreed."""
    ConsentRow.objects.filter(pk=consent).update(agreed_by=sorted(by))


def given_for_minors(*, after: ConsentId | None, limit: int) -> list[Consent]:
    """Return consents that parents or guardians gave and nobody ended, by identifier."""
    found = ConsentRow.objects.filter(ended_at__isnull=True, for_minor=True).order_by("id")
    if after is not None:
        found = found.filter(pk__gt=after)
    return [_to_consent({**row, "item_keys": []}) for row in found.values()[:limit]]


def has_guardians_consent(resident: ResidentId) -> bool:
    """Whether a consent that a parent or guardian gave has not ended. One query."""
    given = ConsentRow.objects.filter(resident=resident, ended_at__isnull=True, for_minor=True)
    return given.exists()


def given_before(
    moment: datetime, purposes: Collection[str], services: Collection[ServiceId], *, limit: int
) -> list[Consent]:
    """Return consents given before a moment and not ended, for purposes or to services."""
    about = Q(purpose__in=purposes) | Q(service__in=services)
    found = ConsentRow.objects.filter(about, ended_at__isnull=True, given_at__lt=moment)
    return [_to_consent({**row, "item_keys": []}) for row in found.order_by("id").values()[:limit]]


def latest(resident: ResidentId, service: ServiceId) -> Consent | None:
    """Return the newest consent of a resident to a service, whatever its state."""
    row = _with_items().filter(resident=resident, service=service).order_by("-given_at").first()
    return None if row is None else _to_consent(row)


def all_of(resident: ResidentId) -> list[Consent]:
    """Return all consents of a resident, newest first."""
    found = _with_items().filter(resident=resident).order_by("-given_at", "id")
    return [_to_consent(row) for row in found]


def _with_items() -> "QuerySet[ConsentRow, dict[str, Any]]":
    return ConsentRow.objects.values().annotate(item_keys=ArrayAgg("items__item", default=[]))


def _to_consent(row: Mapping[str, Any]) -> Consent:
    return Consent(
        id=ConsentId(row["id"]),
        resident=ResidentId(row["resident_id"]),
        service=ServiceId(row["service_id"]),
        offer=OfferId(row["offer_id"]),
        purpose=row["purpose"],
        items=frozenset(item for item in row["item_keys"] if item),
        given_at=row["given_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        ending=Ending(row["ending"]) if row["ending"] else None,
        given_by=None if row["given_by_id"] is None else ResidentId(row["given_by_id"]),
        for_minor=row["for_minor"],
        agreed_by=frozenset(ResidentId(one) for one in row["agreed_by"]),
        name_form=NameForm(row["name_form"]),
        channel=Channel(row["channel"]),
    )
