"""Queries of where residents were led from our pages, and of where a service begins."""

from datetime import datetime

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, ServiceId, new_id
from genkan.sso.domain import settings
from genkan.sso.domain.settings import Settings
from genkan.sso.models import ClientRow, DepartureRow


def is_known(resident: ResidentId, service: ServiceId) -> bool:
    """Whether a resident was led to a service before, or has it connected."""
    found = rows(
        """
        SELECT 1 FROM sso_departure
         WHERE resident_id = %(resident)s AND service_id = %(service)s
         UNION ALL
        SELECT 1 FROM sso_link
         WHERE resident_id = %(resident)s AND service_id = %(service)s AND unlinked_at IS NULL
         LIMIT 1
        """,
        resident=resident,
        service=service,
    )
    return bool(found)


def add(resident: ResidentId, service: ServiceId, *, now: datetime) -> bool:
    """Remember that a resident was led to a service; whether it was the first time."""
    added = rows(
        """
        INSERT INTO sso_departure (id, resident_id, service_id, left_at)
        VALUES (%(id)s, %(resident)s, %(service)s, %(now)s)
            ON CONFLICT (resident_id, service_id) DO NOTHING
        RETURNING id
        """,
        id=new_id(),
        resident=resident,
        service=service,
        now=now,
    )
    return bool(added)


def of_resident(resident: ResidentId) -> list[tuple[ServiceId, datetime]]:
    """Return where a resident was led, the oldest first."""
    found = DepartureRow.objects.filter(resident=resident).order_by("left_at", "id")
    return [(ServiceId(one), at) for one, at in found.values_list("service_id", "left_at")]


def forget(resident: ResidentId) -> None:
    """Delete where a resident was led."""
    DepartureRow.objects.filter(resident=resident).delete()


def settings_of(service: ServiceId) -> list[Settings]:
    """Return the settings of a service's clients that may go on, the oldest first."""
    found = ClientRow.objects.filter(
        service=service, stopped_at__isnull=True, removed_at__isnull=True
    )
    documents = found.order_by("created_at", "id").values_list("metadata", flat=True)
    return [settings.settings(one) for one in documents]
