"""Use cases of looking after services: how each is doing at the provider (M15, M16)."""

from datetime import datetime, timedelta

from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ServiceId
from genkan.partners import api as partners
from genkan.sso.domain.health import Health, Logouts
from genkan.sso.service import tallies
from genkan.sso.store import health as store

DAYS = 7


def health(*, days: int = DAYS, now: datetime) -> list[Health]:
    """Return how every service is doing, by short name. As many queries for one as for a hundred.

    Args:
        days: how many to look back, today included.
        now: the present moment.
    """
    tallies.flush()
    first = day_in_japan(now) - timedelta(days=days - 1)
    counted = store.days(since=first)
    clients = store.clients()
    last = store.last_sign_ins(tallies.SIGNED_IN)
    logouts = store.logouts(since=now - timedelta(days=days))
    failing = store.failing_keys()
    found = []
    for service in partners.services():
        going_on, stopped = clients.get(service.id, (0, 0))
        one = Health(
            service=service.id,
            open_clients=going_on,
            stopped_clients=stopped,
            last_sign_in=last.get(service.id),
            days=tuple(counted.get(service.id, ())),
            logouts=logouts.get(service.id, Logouts()),
            failing_keys=failing.get(service.id, {}),
        )
        found.append(one)
    return found


def health_of(service: ServiceId, *, days: int = DAYS, now: datetime) -> Health:
    """Return how one service is doing; see `health`."""
    every = {one.service: one for one in health(days=days, now=now)}
    return every[service]
