"""How often each designed failure is met, by service (M16): counts, never who met it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ServiceId
from genkan.sso.domain.failures import State
from genkan.sso.domain.health import FAILURES
from genkan.sso.store import rules as store

KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often a failure was met at a service."""

    service: ServiceId
    code: str
    times: int


def refused(service: ServiceId, code: State, *, now: datetime) -> None:
    """Count that somebody met a failure."""
    store.count(service, str(code), day=day_in_japan(now))


def counts(*, days: int, now: datetime) -> list[Count]:
    """Return the counts of the last days, today included."""
    since = day_in_japan(now) - timedelta(days=days - 1)
    found = store.counts(since=since)
    return [
        Count(service=service, code=code, times=times)
        for service, code, times in found
        if code in FAILURES
    ]


def forget(*, now: datetime) -> None:
    """Delete counts that are older than a year and a bit."""
    store.forget_counts(before=day_in_japan(now - KEPT))
