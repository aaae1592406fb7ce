"""Queries of links."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, ServiceId, new_id
from genkan.sso.domain.values import Link, LinkId
from genkan.sso.models import LinkRow

_COLUMNS = ("id", "resident_id", "service_id", "linked_at", "last_used_at", "pending_until")


def standing(resident: ResidentId, service: ServiceId) -> Link | None:
    """Return the link of a resident with a service, or None."""
    found = LinkRow.objects.filter(resident=resident, service=service, unlinked_at__isnull=True)
    row = found.values(*_COLUMNS).first()
    return None if row is None else to_link(row)


def hold(resident: ResidentId, service: ServiceId) -> Link | None:
    """Return the link of a resident with a service, held until the transaction ends."""
    found = LinkRow.objects.select_for_update().filter(
        resident=resident, service=service, unlinked_at__isnull=True
    )
    row = found.values(*_COLUMNS).first()
    return None if row is None else to_link(row)


def all_of(resident: ResidentId) -> list[Link]:
    """Return a resident's standing links, the last used first."""
    found = LinkRow.objects.filter(resident=resident, unlinked_at__isnull=True)
    return [to_link(row) for row in found.order_by("-last_used_at", "id").values(*_COLUMNS)]


def connect(
    resident: ResidentId,
    service: ServiceId,
    *,
    evidence: Mapping[str, str],
    pending_until: datetime | None,
    now: datetime,
) -> tuple[LinkId, bool]:
    """Link a resident with a service, or use the link there is, as used now.

    A link that waits for its account goes on waiting, from now on.

    Returns:
        The link, and whether it is new; of two attempts at once one is.
    """
    found = rows(
        """
        INSERT INTO sso_link (id, resident_id, service_id, linked_at, last_used_at, evidence,
                              pending_until)
        VALUES (%(id)s, %(resident)s, %(service)s, %(now)s, %(now)s, %(evidence)s, %(pending)s)
            ON CONFLICT (resident_id, service_id) WHERE unlinked_at IS NULL
            DO UPDATE SET last_used_at = GREATEST(sso_link.last_used_at, EXCLUDED.last_used_at),
                          pending_until = CASE WHEN sso_link.pending_until IS NULL THEN NULL
                                          ELSE EXCLUDED.pending_until END
        RETURNING id, (xmax = 0) AS is_new
        """,
        id=new_id(),
        resident=resident,
        service=service,
        now=now,
        evidence=json.dumps(dict(evidence)),
        pending=pending_until,
    )
    return LinkId(found[0]["id"]), found[0]["is_new"]


def use(resident: ResidentId, service: ServiceId, *, now: datetime) -> LinkId | None:
    """Note that a link is used, and hold it; None if it does not stand (any more)."""
    found = rows(
        """
        UPDATE sso_link
           SET last_used_at = GREATEST(last_used_at, %(now)s)
         WHERE resident_id = %(resident)s
           AND service_id = %(service)s
           AND unlinked_at IS NULL
        RETURNING id
        """,
        resident=resident,
        service=service,
        now=now,
    )
    return LinkId(found[0]["id"]) if found else None


def end(link: LinkId, *, now: datetime) -> bool:
    """End a link, the account it names and everything granted for it; whether this call did."""
    ended = rows(
        """
        UPDATE sso_link SET unlinked_at = GREATEST(linked_at, %(now)s)
         WHERE id = %(link)s AND unlinked_at IS NULL
        RETURNING id
        """,
        link=link,
        now=now,
    )
    rows(
        """
        UPDATE sso_external_account SET unlinked_at = GREATEST(linked_at, %(now)s)
         WHERE link_id = %(link)s AND unlinked_at IS NULL
        """,
        link=link,
        now=now,
    )
    rows(
        """
        UPDATE sso_grant SET revoked_at = %(now)s
         WHERE link_id = %(link)s AND revoked_at IS NULL
        """,
        link=link,
        now=now,
    )
    return bool(ended)


def history_of(resident: ResidentId) -> list[tuple[Link, datetime | None]]:
    """Return all of a resident's links with their end, newest first."""
    found = LinkRow.objects.filter(resident=resident).order_by("-linked_at", "id")
    return [(to_link(row), row["unlinked_at"]) for row in found.values(*_COLUMNS, "unlinked_at")]


def to_link(row: Mapping[str, Any]) -> Link:
    """Return a row as the value it stands for."""
    return Link(
        id=LinkId(row["id"]),
        resident=ResidentId(row["resident_id"]),
        service=ServiceId(row["service_id"]),
        linked_at=row["linked_at"],
        last_used_at=row["last_used_at"],
        pending_until=row["pending_until"],
    )
