"""Reading a protected address in full: each time one of staff asks, another approves (A9)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NewType
from uuid import UUID

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.lookups import Because, LookupReason
from genkan.residents.errors import RequestDecided, SecondPersonNeeded

UnmaskingId = NewType("UnmaskingId", UUID)

WAITS_FOR = timedelta(minutes=30)
"""How long a request can be approved; then the one who asked asks again."""
READ_WITHIN = timedelta(minutes=10)
"""How long an approved value can be read, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmasking:
    """One look at one value.

    Attributes:
        note: why, in the words of the one who asks.
        approved: None while nobody has decided.
        used_at: when it was read; once.
    """

    id: UnmaskingId
    resident: ResidentId
    item: str
    asked_by: AccountId
    asked_at: datetime
    reason: LookupReason
    note: str
    decided_by: AccountId | None = None
    decided_at: datetime | None = None
    approved: bool | None = None
    used_at: datetime | None = None

    def because(self) -> Because:
        """Return why it was asked."""
        return Because(reason=self.reason, note=self.note)

    def waits(self, now: datetime) -> bool:
        """Whether somebody can decide it."""
        return self.approved is None and now < self.asked_at + WAITS_FOR

    def is_readable(self, now: datetime) -> bool:
        """Whether the one who asked can read the value now."""
        return (
            self.approved is True
            and self.used_at is None
            and self.decided_at is not None
            and now < self.decided_at + READ_WITHIN
        )

    def decided(self, by: AccountId, *, approved: bool, now: datetime) -> "Unmasking":
        """Return the request as decided by a second person.

        Raises:
            RequestDecided: it is decided, or too old.
            SecondPersonNeeded: who asked cannot decide.
        """
        if not self.waits(now):
            raise RequestDecided
        if by == self.asked_by:
            raise SecondPersonNeeded
        return replace(self, decided_by=by, decided_at=now, approved=approved)
