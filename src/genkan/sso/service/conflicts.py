"""Links that do not fit together: queued, looked at, decided by staff (M18).

A program never decides one. Neither outcome links anything: `release` takes away what stood in the
way, and whoever may link proves both accounts once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId, ServiceId
from genkan.kernel.text.numbers import masked
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso.domain.linking import (
    AlreadyDecided,
    Conflict,
    ConflictId,
    ExternalAccount,
    NotSupervisor,
    Outcome,
    OwnConflict,
    Reason,
)
from genkan.sso.domain.values import Link
from genkan.sso.service import links
from genkan.sso.store import linking as store


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCount:
    """How many accounts of a service are linked, and how many conflicts wait."""

    service: ServiceId
    linked: int
    waiting: int


def queue(
    link: Link,
    reason: Reason,
    obstacle: ExternalAccount,
    *,
    digest: bytes,
    evidence: Mapping[str, object],
    now: datetime,
) -> Conflict:
    """Queue a conflict, tell everybody it concerns, and undo a link that was waiting; joins.

    Asked again while it waits, the same conflict is returned and nobody is told twice.
    """
    require_transaction()
    named, is_new = store.open_conflict(
        link, reason, obstacle, digest=digest, evidence=evidence, now=now
    )
    found = store.conflict(named)
    assert found is not None, "it was written a moment ago"
    if is_new:
        _record("sso.link_conflicted", found, found.resident, ledger.SYSTEM, now=now)
        if found.holder != found.resident:
            _record("sso.link_questioned", found, found.holder, ledger.SYSTEM, now=now)
    if link.pending_until is not None:
        links.end(link, by=ledger.SYSTEM, event="sso.link_lapsed", now=now)
    return found


def waiting(service: ServiceId | None = None) -> list[Conflict]:
    """Return the conflicts that wait for a decision, the oldest first."""
    return store.waiting(service)


def waiting_for(person: ResidentId, service: ServiceId) -> list[Conflict]:
    """Return the open conflicts at a service that concern a person."""
    return store.waiting_for(person, service)


def conflict(named: ConflictId) -> Conflict:
    """Return a conflict.

    Raises:
        NotFound: there is none of that name.
    """
    found = store.conflict(named)
    if found is None:
        raise NotFound
    return found


@transaction.atomic(durable=True)
def decide(
    named: ConflictId, outcome: Outcome, *, by: AccountId, note: str, now: datetime
) -> Conflict:
    """Decide a conflict; both persons, the service and the ledger are told in the same moment.

    Args:
        named: which.
        outcome: what is decided.
        by: the member of staff.
        note: why; residents do not read it, a My Number in it is masked.
        now: the present moment.

    Raises:
        NotFound: there is none of that name.
        AlreadyDecided: somebody was quicker; theirs stands.
        NotSupervisor: the account is no supervisor's.
        OwnConflict: it concerns the member of staff.
    """
    found = store.hold_conflict(named)
    if found is None:
        raise NotFound
    if found.decided_at is not None:
        raise AlreadyDecided
    staff = residents.staff(by)
    if staff is None or staff.role is not residents.StaffRole.SUPERVISOR:
        raise NotSupervisor
    if found.concerns(staff.person):
        raise OwnConflict
    actor = residents.operator(by)
    store.decide(named, outcome, by=str(by), note=masked(note).text, now=now)
    link = store.hold_obstacle(found.obstacle) if outcome is Outcome.RELEASE else None
    if link is not None:
        links.end(link, by=actor, now=now)
    freed = outcome is Outcome.RELEASE
    for person in {found.resident, found.holder}:
        event = "sso.link_conflict_released" if freed else "sso.link_conflict_kept"
        _record(event, found, person, actor, now=now)
    service = partners.service(found.service)
    told = {
        "conflict": str(found.id),
        "sub": partners.pairwise_subject(service.sector, found.resident),
        "outcome": str(outcome),
    }
    partners.send(found.service, "link.conflict_decided", told, now=now)
    return conflict(named)


def counts() -> list[LinkCount]:
    """Return for each service how many accounts are linked and how many conflicts wait."""
    return [
        LinkCount(service=service, linked=linked, waiting=waits)
        for service, linked, waits in store.counts()
    ]


def _record(
    event: str, found: Conflict, person: ResidentId, actor: ledger.Actor, *, now: datetime
) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=person,
            actor=actor,
            service=found.service,
            happened_at=now,
            facts={"conflict": str(found.id)},
        )
    )
    jobs.defer(
        "sso.tell_of_conflict", resident=str(person), service=str(found.service), event=event
    )
