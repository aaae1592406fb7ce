"""Initial access tokens: who may register clients without an operator (RFC 7591 section 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from genkan.kernel.ids import ServiceId

LIFE = timedelta(hours=24)
LONGEST_LIFE = timedelta(days=366)
USES_FOR_REAL = 1
USES_FOR_TRIAL = 1_000
"""A test suite registers a client for each of its modules."""
MOST_USES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialToken:
    """A token that registers clients.

    Attributes:
        service: whose clients; None for clients for trial, each with a service of its own.
        without_pkce: its clients may go without PKCE.
        uses_left: how many more.
    """

    id: UUID
    service: ServiceId | None
    without_pkce: bool
    uses_left: int
    created_at: datetime
    expires_at: datetime
