"""Queries of counts by service and day, and of what operators look after."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from genkan.kernel.db import rows
from genkan.kernel.ids import ServiceId, new_id
from genkan.sso.domain.health import Day, Logouts
from genkan.sso.domain.logout_tokens import NO_ADDRESS
from genkan.sso.domain.values import ClientId
from genkan.sso.models import ClientRow


def add(counted: Sequence[tuple[tuple[ServiceId, str, date], int, datetime]]) -> None:
    """Add to the counts, in one statement; of services that are known."""
    rows(
        """
        INSERT INTO sso_outcome (id, service_id, code, day, times, last_at)
        SELECT added.id, service.id, added.code, added.day, added.times, added.last_at
          FROM unnest(%(ids)s::uuid[], %(services)s::uuid[], %(codes)s::text[], %(days)s::date[],
                      %(times)s::int[], %(lasts)s::timestamptz[])
               AS added (id, service, code, day, times, last_at)
          JOIN partners_service service ON service.id = added.service
         ORDER BY service.id, added.code, added.day
            ON CONFLICT (service_id, code, day) DO UPDATE
           SET times = sso_outcome.times + EXCLUDED.times,
               last_at = GREATEST(sso_outcome.last_at, EXCLUDED.last_at)
        """,
        ids=[new_id() for _ in counted],
        services=[key[0] for key, _, _ in counted],
        codes=[key[1] for key, _, _ in counted],
        days=[key[2] for key, _, _ in counted],
        times=[times for _, times, _ in counted],
        lasts=[last for _, _, last in counted],
    )


def days(*, since: date) -> dict[ServiceId, list[Day]]:
    """Return what was counted by service, the newest day first."""
    found = rows(
        """
        SELECT service_id, day, jsonb_object_agg(code, times)::text AS times
          FROM sso_outcome
         WHERE day >= %(since)s
         GROUP BY service_id, day
         ORDER BY service_id, day DESC
        """,
        since=since,
    )
    by_service: dict[ServiceId, list[Day]] = {}
    for row in found:
        day = Day(day=row["day"], times=json.loads(row["times"]))
        by_service.setdefault(ServiceId(row["service_id"]), []).append(day)
    return by_service


def last_sign_ins(code: str) -> dict[ServiceId, datetime]:
    """Return when somebody last came in, by service."""
    found = rows(
        """
        SELECT service_id, max(last_at) AS last_at
          FROM sso_outcome
         WHERE code = %(code)s AND last_at IS NOT NULL
         GROUP BY service_id
        """,
        code=code,
    )
    return {ServiceId(row["service_id"]): row["last_at"] for row in found}


def clients() -> dict[ServiceId, tuple[int, int]]:
    """Return how many clients go on and are stopped, by service."""
    found = rows(
        """
        SELECT service_id,
               count(*) FILTER (WHERE stopped_at IS NULL) AS going_on,
               count(*) FILTER (WHERE stopped_at IS NOT NULL) AS stopped
          FROM sso_client
         WHERE removed_at IS NULL
         GROUP BY service_id
        """
    )
    return {ServiceId(row["service_id"]): (row["going_on"], row["stopped"]) for row in found}


def failing_keys() -> dict[ServiceId, dict[str, str]]:
    """Return why the keys that clients publish could not be read last, by service and client."""
    found = rows(
        """
        SELECT client.service_id, client.id, published.outcome
          FROM sso_published_keys published
          JOIN sso_client client ON client.id = published.client_id
         WHERE published.outcome <> '' AND client.removed_at IS NULL
         ORDER BY client.id
        """
    )
    by_service: dict[ServiceId, dict[str, str]] = {}
    for row in found:
        by_service.setdefault(ServiceId(row["service_id"]), {})[str(row["id"])] = row["outcome"]
    return by_service


def logouts(*, since: datetime) -> dict[ServiceId, Logouts]:
    """Return what became of the messages that sessions are over, by service."""
    found = rows(
        """
        SELECT client.service_id,
               count(*) FILTER (WHERE logout.confirmed_at IS NOT NULL) AS confirmed,
               count(*) FILTER (WHERE logout.next_attempt_at IS NOT NULL) AS waiting,
               count(*) FILTER (WHERE logout.last_outcome = %(no_address)s) AS not_told,
               count(*) AS every
          FROM sso_logout logout
          JOIN sso_session session ON session.id = logout.session_id
          JOIN sso_client client ON client.id = session.client_id
         WHERE logout.created_at >= %(since)s
         GROUP BY client.service_id
        """,
        no_address=NO_ADDRESS,
        since=since,
    )
    return {
        ServiceId(row["service_id"]): Logouts(
            confirmed=row["confirmed"],
            waiting=row["waiting"],
            not_told=row["not_told"],
            unreached=row["every"] - row["confirmed"] - row["waiting"] - row["not_told"],
        )
        for row in found
    }


def registered_at(client: ClientId) -> datetime:
    """Return when a client was registered."""
    found: datetime = ClientRow.objects.values_list("created_at", flat=True).get(pk=client)
    return found
