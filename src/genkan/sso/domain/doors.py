"""The way into a service from our pages: whether it is open, to whom, and where it begins."""

from dataclasses import dataclass

from genkan.kernel.ids import ServiceId
from genkan.sso.domain.failures import State
from genkan.sso.domain.rules import Rules
from genkan.sso.domain.values import ACR_TWO_FACTORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How one service stands for one resident.

    Attributes:
        closed: what keeps everybody out now; None for an open service.
        barred: what keeps this resident out; None for nothing.
        rules: what it asks of whom it serves.
    """

    service: ServiceId
    closed: State | None
    barred: State | None
    rules: Rules

    @property
    def needs_two_factors(self) -> bool:
        """Whether a password alone is not enough."""
        return self.rules.minimum_acr == ACR_TWO_FACTORS


@dataclass(frozen=True, slots=True)
class Start:
    """Where a sign-in at a service begins: an address that was registered, never one that came."""

    address: str
    needs_two_factors: bool
