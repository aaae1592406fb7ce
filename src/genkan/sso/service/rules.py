"""Use cases of the rules of services: read, change, look whether a service is well."""

import json
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.db import transaction

from genkan.kernel import outbound
from genkan.kernel.ids import ServiceId
from genkan.ledger import api as ledger
from genkan.sso.domain.rules import Change, Rules
from genkan.sso.store import rules as store

WELL = "ok"


def rules_of(service: ServiceId) -> Rules:
    """Return what a service asks of whom it serves. One query."""
    return store.rules_of(service)


@transaction.atomic(durable=True)
def change_rules(
    service: ServiceId, change: Change, *, by: ledger.Actor = ledger.SYSTEM, now: datetime
) -> Rules:
    """Change the rules of a service; who changed which ones is recorded.

    Raises:
        RulesFaulty: a value cannot stand; nothing is changed.
    """
    before = store.hold(service, now=now)
    after = change.applied_to(before)
    if after == before:
        return before
    store.save(service, after, now=now)
    changed = sorted(
        name for name in change.values if getattr(before, name) != getattr(after, name)
    )
    ledger.append(
        ledger.Entry(
            event="sso.rules_changed",
            subject=None,
            actor=by,
            service=service,
            facts={"rules": changed},
            happened_at=now,
        )
    )
    return after


def look_after_services() -> None:
    """Ask each service that named an address whether it is well.

    Well is 200 with a JSON object whose `status` is "ok"; anything else, garbage too, is not. Two
    in a row show residents `service_down` before they are sent there; one good answer ends it.
    """
    for service, url in store.probed():
        store.note_health(service, is_well=_is_well(url))


def _is_well(url: str) -> bool:
    try:
        answer = outbound.get(
            url,
            headers={"Accept": "application/json"},
            allow_loopback=settings.GENKAN.allow_loopback_fetch,
        )
        said = json.loads(answer.body)
    except (outbound.AddressRefused, outbound.Unreachable, ValueError, RecursionError):
        return False
    fine = answer.status == HTTPStatus.OK and isinstance(said, dict)
    return fine and said.get("status") == WELL
