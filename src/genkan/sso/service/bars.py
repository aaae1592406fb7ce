"""What keeps a resident from a service now, and the page that says so (M16)."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from genkan.kernel.ids import ResidentId, ServiceId
from genkan.kernel.text.dates import Truth
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.sso.domain.failures import PAGES, State, shown
from genkan.sso.domain.interaction import Standing, Task, Visitor
from genkan.sso.domain.rules import Rules
from genkan.sso.domain.values import Client
from genkan.sso.errors import Failure
from genkan.sso.service import outcomes
from genkan.sso.store import linking as link_store
from genkan.sso.store import rules as store

UNKNOWN_YET = frozenset({Task.SIGN_IN, Task.PROVE_AGAIN, Task.REGISTER})
"""Tasks before which nothing about the person counts."""


def bar(
    client: Client, resident: ResidentId | None, visitor: Visitor, task: Task, *, now: datetime
) -> State | None:
    """Return the failure that is shown to who is in front of the browser; None if there is none.

    Args:
        client: where to.
        resident: who; None for nobody known.
        visitor: what is known of them.
        task: what would come next.
        now: the present moment.
    """
    service = client.service
    rules = store.rules_of(service)
    causes = set(_of_service(rules, is_open=client.is_open, now=now))
    if resident is not None and task not in UNKNOWN_YET:
        causes |= set(_of_visitor(rules, visitor, task))
        causes |= set(_of_resident(service, resident, rules, visitor, now=now))
    return shown(causes)


def closed(service: ServiceId, *, now: datetime) -> State | None:
    """Return what keeps everybody from a service now, for whoever leads people there."""
    return closed_by(partners.service(service), store.rules_of(service), now=now)


def closed_by(service: partners.Service, rules: Rules, *, now: datetime) -> State | None:
    """Return the same for a service and its rules that are at hand."""
    is_open = service.state is partners.ServiceState.LIVE
    return shown(set(_of_service(rules, is_open=is_open, now=now)))


def failure(
    service: ServiceId, state: State, facts: Mapping[str, object], *, now: datetime
) -> Failure:
    """Return the page of a failure, and count that it is met."""
    outcomes.refused(service, state, now=now)
    rules = store.rules_of(service)
    known = {"service": partners.service(service), "maintenance": rules.maintenance}
    return PAGES[state](facts=known | dict(facts))


def _of_service(rules: Rules, *, is_open: bool, now: datetime) -> Iterator[State]:
    if not is_open:
        yield State.SERVICE_SUSPENDED
    if rules.maintenance is not None and rules.maintenance.is_on(now):
        yield State.MAINTENANCE
    if rules.is_down:
        yield State.SERVICE_DOWN


def _of_visitor(rules: Rules, visitor: Visitor, task: Task) -> Iterator[State]:
    if task is Task.TERMS:
        yield State.TERMS_OUTDATED
    if task is Task.STEP_UP and not visitor.can_step_up:
        yield State.ASSURANCE_TOO_LOW
    if rules.needs_data and visitor.is_linked and visitor.standing is Standing.WITHDRAWN:
        yield State.DATA_REQUIRED


def _of_resident(
    service: ServiceId, resident: ResidentId, rules: Rules, visitor: Visitor, *, now: datetime
) -> Iterator[State]:
    is_adult = rules.serves_minors or residents.is_of_age(resident, now=now) is Truth.YES
    if not is_adult:
        yield State.MINOR_NOT_ALLOWED
    if not visitor.is_linked and link_store.has_claim(resident, service):
        yield State.LINK_CONFLICT
    if not visitor.is_linked and not _is_for(service, resident):
        yield State.REGION_NOT_ELIGIBLE


def _is_for(service: ServiceId, resident: ResidentId) -> bool:
    """Whether a service may be connected by people who live where this one does.

    Who connected it and moved away signs in as before: what they did there is theirs.
    """
    offer = partners.published_offer(service)
    if offer is None:
        return True
    agreed = partners.agreement(offer.agreement)
    return not agreed.municipalities or agreed.is_for(residents.profile_of(resident).lg_code)
