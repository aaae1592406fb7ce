"""Use cases of stopping: one client, or a service with all its clients, and letting them go on.

Every endpoint reads the state of client and service from the database for each request, so what
begins after one of these has returned is refused, in every process.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ServiceId
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso.domain.values import Client
from genkan.sso.errors import ReasonMissing
from genkan.sso.store import clients as store

LONGEST_REASON = 1_000


@transaction.atomic(durable=True)
def stop_client(client: UUID, *, reason: str, by: ledger.Actor, now: datetime) -> bool:
    """Stop a client at every endpoint, at once; its service's other clients go on.

    Args:
        client: which one.
        reason: for staff and the ledger; never about a person.
        by: who stops it.
        now: the present moment.

    Returns:
        Whether it was going on until now.

    Raises:
        NotFound: there is no such client.
        ReasonMissing: nothing is said, or more than 1,000 characters.
    """
    found, why = _known(client), _reason(reason)
    if not store.stop(found.id, why, now=now):
        return False
    _record("sso.client_stopped", found, why, by, now)
    return True


@transaction.atomic(durable=True)
def reopen_client(client: UUID, *, reason: str, by: ledger.Actor, now: datetime) -> bool:
    """Let a stopped client go on; whether it was stopped until now. Raises as `stop_client`."""
    found, why = _known(client), _reason(reason)
    if not store.reopen(found.id):
        return False
    _record("sso.client_reopened", found, why, by, now)
    return True


def stop_service(service: ServiceId, *, reason: str, by: ledger.Actor, now: datetime) -> None:
    """Stop a service with every client of it, and every release to it, at once.

    Raises:
        ReasonMissing: see `stop_client`.
    """
    state = partners.ServiceState.SUSPENDED
    partners.set_state(service, state, reason=_reason(reason), by=by, now=now)


def reopen_service(service: ServiceId, *, reason: str, by: ledger.Actor, now: datetime) -> None:
    """Let a service go on; clients that were stopped one by one stay so. Raises ReasonMissing."""
    state = partners.ServiceState.LIVE
    partners.set_state(service, state, reason=_reason(reason), by=by, now=now)


def _known(client: UUID) -> Client:
    found = store.client(str(client))
    if found is None:
        raise NotFound
    return found


def _reason(text: str) -> str:
    told = text.strip()
    if not told or len(told) > LONGEST_REASON:
        raise ReasonMissing(field="reason")
    return told


def _record(event: str, client: Client, reason: str, by: ledger.Actor, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=None,
            actor=by,
            service=client.service,
            happened_at=now,
            facts={"client": str(client.id), "reason": reason},
        )
    )
