"""How the services are doing at the provider: sign-ins, refusals, errors, messages (M15, M16)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from genkan.kernel.ids import ServiceId
from genkan.sso.domain.failures import State

SUCCESSES = frozenset({"signed_in", "refreshed", "issued"})
FAILURES = frozenset(map(str, State))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day at one service: how often each thing happened, by code."""

    day: date
    times: Mapping[str, int]

    @property
    def sign_ins(self) -> int:
        """How many codes were redeemed: residents who came in."""
        return self.times.get("signed_in", 0)

    @property
    def refusals(self) -> int:
        """How many residents met a designed failure (M16)."""
        return sum(times for code, times in self.times.items() if code in FAILURES)

    @property
    def token_errors(self) -> int:
        """How many requests of its clients were refused at the token endpoint."""
        known = SUCCESSES | FAILURES
        return sum(times for code, times in self.times.items() if code not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logouts:
    """What became of the messages that sessions are over."""

    confirmed: int = 0
    waiting: int = 0
    unreached: int = 0
    not_told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One service at the provider.

    Attributes:
        open_clients, stopped_clients: how many.
        last_sign_in: None if nobody came since counts are kept.
        days: the last days on which anything happened, the newest first.
        logouts: of the same days.
        failing_keys: client by what went wrong when its published keys were last read.
    """

    service: ServiceId
    open_clients: int = 0
    stopped_clients: int = 0
    last_sign_in: datetime | None = None
    days: tuple[Day, ...] = ()
    logouts: Logouts = field(default_factory=Logouts)
    failing_keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Day:
        """The sum of all days."""
        times: dict[str, int] = {}
        for day in self.days:
            for code, number in day.times.items():
                times[code] = times.get(code, 0) + number
        return Day(day=self.days[0].day if self.days else date.min, times=times)
