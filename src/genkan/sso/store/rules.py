"""Queries of the rules of services and of the counts of failures."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import ServiceId, new_id
from genkan.sso.domain.rules import Maintenance, Rules
from genkan.sso.models import OutcomeRow, RulesRow

UNWELL_AFTER = 2
"""So many probes in a row that find a service not well make it one that is down."""
_FIELDS = (
    "service_id",
    "minimum_acr",
    "serves_minors",
    "needs_data",
    "maintenance_from",
    "maintenance_until",
    "maintenance_text",
    "is_down",
    "health_url",
    "links_accounts",
    "old_login_ends_on",
)


def rules_of(service: ServiceId) -> Rules:
    """Return the rules of a service; the defaults where there is no row."""
    row = RulesRow.objects.filter(service=service).values(*_FIELDS).first()
    return Rules() if row is None else _to_rules(row)


def every() -> dict[ServiceId, Rules]:
    """Return the rules of every service that has a row of its own. One query."""
    found = RulesRow.objects.values(*_FIELDS)
    return {ServiceId(row["service_id"]): _to_rules(row) for row in found}


def hold(service: ServiceId, *, now: datetime) -> Rules:
    """Return the rules of a service, held until the transaction ends; a row is made if needed."""
    RulesRow.objects.bulk_create([_row(service, Rules(), now)], ignore_conflicts=True)
    found = RulesRow.objects.select_for_update().filter(service=service)
    return _to_rules(found.values(*_FIELDS).get())


def save(service: ServiceId, rules: Rules, *, now: datetime) -> None:
    """Write the rules of a service; joins the transaction that holds them."""
    RulesRow.objects.filter(service=service).update(**_columns(rules), changed_at=now)


def probed() -> list[tuple[ServiceId, str]]:
    """Return the services whose health is asked for, and where."""
    found = RulesRow.objects.exclude(health_url="").order_by("service_id")
    return [
        (ServiceId(service), url) for service, url in found.values_list("service_id", "health_url")
    ]


def note_health(service: ServiceId, *, is_well: bool) -> None:
    """Write down what a probe found; one statement, so two probes at once count as two."""
    rows(
        """
        UPDATE sso_service_rules
           SET failures = CASE WHEN %(well)s THEN 0 ELSE LEAST(failures + 1, 1000) END,
               is_down = NOT %(well)s AND failures + 1 >= %(enough)s
         WHERE service_id = %(service)s
        """,
        service=service,
        well=is_well,
        enough=UNWELL_AFTER,
    )


def count(service: ServiceId, code: str, *, day: date) -> None:
    """Count one more failure."""
    rows(
        """
        INSERT INTO sso_outcome (id, service_id, code, day, times)
        VALUES (%(id)s, %(service)s, %(code)s, %(day)s, 1)
            ON CONFLICT (service_id, code, day) DO UPDATE SET times = sso_outcome.times + 1
        """,
        id=new_id(),
        service=service,
        code=code,
        day=day,
    )


def counts(*, since: date) -> list[tuple[ServiceId, str, int]]:
    """Return how often each failure was met at each service since a day."""
    found = rows(
        """
        SELECT service_id, code, sum(times) AS times
          FROM sso_outcome
         WHERE day >= %(since)s
         GROUP BY service_id, code
         ORDER BY service_id, code
        """,
        since=since,
    )
    return [(ServiceId(row["service_id"]), row["code"], int(row["times"])) for row in found]


def forget_counts(*, before: date) -> None:
    """Delete counts of days before."""
    OutcomeRow.objects.filter(day__lt=before).delete()


def _columns(rules: Rules) -> dict[str, Any]:
    maintenance = rules.maintenance
    return {
        "minimum_acr": rules.minimum_acr,
        "serves_minors": rules.serves_minors,
        "needs_data": rules.needs_data,
        "maintenance_from": maintenance.begins_at if maintenance else None,
        "maintenance_until": maintenance.ends_at if maintenance else None,
        "maintenance_text": dict(maintenance.text) if maintenance else {},
        "is_down": rules.is_down,
        "health_url": rules.health_url,
        "links_accounts": rules.links_accounts,
        "old_login_ends_on": rules.old_login_ends_on,
    }


def _row(service: ServiceId, rules: Rules, now: datetime) -> RulesRow:
    return RulesRow(id=new_id(), service_id=service, changed_at=now, **_columns(rules))


def _to_rules(row: Mapping[str, Any]) -> Rules:
    begins_at, ends_at = row["maintenance_from"], row["maintenance_until"]
    maintenance = None
    if begins_at is not None and ends_at is not None:
        maintenance = Maintenance(
            begins_at=begins_at, ends_at=ends_at, text=row["maintenance_text"]
        )
    return Rules(
        minimum_acr=row["minimum_acr"],
        serves_minors=row["serves_minors"],
        needs_data=row["needs_data"],
        maintenance=maintenance,
        is_down=row["is_down"],
        health_url=row["health_url"],
        links_accounts=row["links_accounts"],
        old_login_ends_on=row["old_login_ends_on"],
    )
