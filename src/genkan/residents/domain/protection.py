"""Protected addresses (支援措置): four eyes set the protection, and four eyes lift it (A9)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.errors import (
    EvidenceMissing,
    NotProtected,
    ProtectionPeriod,
    RequestDecided,
    RequestPending,
    SecondPersonNeeded,
)

ProtectionRequestId = NewType("ProtectionRequestId", UUID)
LONGEST_NOTE = 2_000


class Aim(StrEnum):
    """What a request wants."""

    PROTECT = "protect"
    LIFT = "lift"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionRequest:
    """One staff account asks, another one decides.

    Attributes:
        note: the evidence that was seen, in words.
        begins_at: first moment of the measure, as the evidence says; None when lifting.
        ends_at: end, excluded; None when lifting.
        approved: None while nobody has decided.
    """

    id: ProtectionRequestId
    resident: ResidentId
    aim: Aim
    requested_by: AccountId
    requested_at: datetime
    note: str
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    decided_by: AccountId | None = None
    decided_at: datetime | None = None
    approved: bool | None = None

    def must_be_open(self) -> None:
        """Let a request pass that nobody has decided.

        Raises:
            RequestDecided: somebody has.
        """
        if self.approved is not None:
            raise RequestDecided

    def must_be_decided_by_another(self, by: AccountId) -> None:
        """Let an open request pass that somebody else made.

        Raises:
            RequestDecided: it is decided already.
            SecondPersonNeeded: who asked cannot decide.
        """
        self.must_be_open()
        if by == self.requested_by:
            raise SecondPersonNeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """How a resident's address stands.

    Attributes:
        protected_until: end of the protection, excluded; None if there is none.
        pending: the request that waits for a second person, if there is one.
    """

    protected_until: datetime | None
    pending: ProtectionRequest | None


def is_protected(protected_until: datetime | None, now: datetime) -> bool:
    """Whether a protection that ends at `protected_until` holds at `now`."""
    return protected_until is not None and now < protected_until


def check_request(request: ProtectionRequest, standing: Protection) -> ProtectionRequest:
    """Check a new request against how the address stands.

    Raises:
        EvidenceMissing: it does not say what was seen, or at too great length.
        RequestPending: another request waits for its second person.
        NotProtected: nothing is there to be lifted.
        ProtectionPeriod: it would end before it begins, or has ended already; `field` says where.
    """
    if not request.note.strip() or len(request.note) > LONGEST_NOTE or "\0" in request.note:
        raise EvidenceMissing(field="note")
    if standing.pending is not None:
        raise RequestPending
    if request.aim is Aim.LIFT:
        if not is_protected(standing.protected_until, request.requested_at):
            raise NotProtected
        return request
    begins, ends = request.begins_at, request.ends_at
    if begins is None or ends is None or ends <= max(begins, request.requested_at):
        raise ProtectionPeriod(field="ends_at")
    return request


def until_after(request: ProtectionRequest, protected_until: datetime | None) -> datetime | None:
    """Return until when an address is protected once a request is approved.

    Protection holds from the approval on, also where the evidence says a later day: too early
    harms nobody. A further one never shortens what is there.
    """
    if request.aim is Aim.LIFT or request.ends_at is None:
        return None
    return request.ends_at if protected_until is None else max(request.ends_at, protected_until)
