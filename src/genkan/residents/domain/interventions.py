"""Interventions: what staff put between an ID and its use, to protect its owner or others (M22).

They are a list of reasoned, reversible entries. What the doors look at, `Stand`, follows from the
entries alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.errors import (
    AlreadyApproved,
    AlreadyEnded,
    EndsTooEarly,
    NoEndPossible,
    ReasonMissing,
    SecondPersonNeeded,
)

InterventionId = NewType("InterventionId", UUID)
REASON_LIMIT = 1_000


class Kind(StrEnum):
    """What an entry does."""

    SUSPEND = "suspend"
    """Nobody signs in, nothing leaves."""
    REAUTHENTICATE = "reauthenticate"
    """Sign-ins from before are worth nothing; one afresh meets it."""
    REPROVE = "reprove"
    """Signing in works; data and new connections wait until a counter has confirmed the person."""
    BLOCK = "block"
    """As suspended, for good; two members of staff."""


class Cause(StrEnum):
    """Why, for staff and statistics."""

    TAKEOVER = "takeover"
    REPORTED = "reported"
    IDENTITY = "identity"
    MISUSE = "misuse"
    OTHER = "other"


class Notice(StrEnum):
    """Why, as the resident reads it: a class of texts, so that nobody is told a suspicion."""

    UNUSUAL_USE = "unusual_use"
    YOU_ASKED = "you_asked"
    IDENTITY = "identity"
    TERMS = "terms"


NOTICE_OF = {
    Cause.TAKEOVER: Notice.UNUSUAL_USE,
    Cause.REPORTED: Notice.YOU_ASKED,
    Cause.IDENTITY: Notice.IDENTITY,
    Cause.MISUSE: Notice.TERMS,
    Cause.OTHER: Notice.UNUSUAL_USE,
}
"""What a resident reads where staff choose nothing else."""


class Ending(StrEnum):
    """How an entry ended."""

    LIFTED = "lifted"
    EXPIRED = "expired"
    MET = "met"
    """The resident did what it asked for."""
    DECLINED = "declined"
    """A block that nobody approved."""


class Phase(StrEnum):
    """Where an entry stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    OVER = "over"


CAN_END = frozenset({Kind.SUSPEND, Kind.REPROVE})
"""Kinds that may be given an end: a fresh sign-in ends the other by itself, a block has none."""
STOPS = frozenset({Kind.SUSPEND, Kind.BLOCK})
ENDS_SESSIONS = STOPS | {Kind.REAUTHENTICATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a member of staff wants to put in the way.

    Attributes:
        reason: for staff, in their words; the resident never reads it.
        ends_at: None for no end of its own.
    """

    kind: Kind
    cause: Cause
    reason: str
    notice: Notice
    ends_at: datetime | None = None

    def check(self, now: datetime) -> None:
        """Check it.

        Raises:
            ReasonMissing: nothing is said why, or too much.
            NoEndPossible: a kind that has no end was given one.
            EndsTooEarly: it would be over before it begins.
        """
        if not 0 < len(self.reason.strip()) <= REASON_LIMIT:
            raise ReasonMissing(field="reason")
        if self.ends_at is None:
            return
        if self.kind not in CAN_END:
            raise NoEndPossible(field="ends_at")
        if self.ends_at <= now:
            raise EndsTooEarly(field="ends_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention(Wish):
    """One entry of the list.

    Attributes:
        asked_by, asked_at: who put it there.
        approved_by: the second member of staff of a block.
        begun_at: None while a block waits for approval.
        ended_by: None where nobody of the staff ended it.
        end_reason: for staff, empty where time or the resident ended it.
    """

    id: InterventionId
    resident: ResidentId
    asked_by: AccountId
    asked_at: datetime
    approved_by: AccountId | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: AccountId | None = None
    ending: Ending | None = None
    end_reason: str = ""

    @property
    def phase(self) -> Phase:
        """Where it stands. What is past its end is in force until that is written down."""
        if self.ended_at is not None:
            return Phase.OVER
        return Phase.PROPOSED if self.begun_at is None else Phase.IN_FORCE

    def approved(self, by: AccountId, *, now: datetime) -> "Intervention":
        """Return the block as begun.

        Raises:
            AlreadyEnded: it was declined.
            AlreadyApproved: it is in force.
            SecondPersonNeeded: who proposed it cannot approve it.
        """
        if self.ended_at is not None:
            raise AlreadyEnded
        if self.begun_at is not None:
            raise AlreadyApproved
        if by == self.asked_by:
            raise SecondPersonNeeded
        return replace(self, approved_by=by, begun_at=now)

    def lifted(self, by: AccountId, reason: str, *, now: datetime) -> "Intervention":
        """Return the entry as ended by staff; a block that waits is declined.

        Raises:
            AlreadyEnded: the first end stands.
            ReasonMissing: nothing is said why, or too much.
        """
        if self.ended_at is not None:
            raise AlreadyEnded
        if not 0 < len(reason.strip()) <= REASON_LIMIT:
            raise ReasonMissing(field="reason")
        ending = Ending.DECLINED if self.begun_at is None else Ending.LIFTED
        return replace(self, ended_at=now, ended_by=by, ending=ending, end_reason=reason.strip())

    def over(self, ending: Ending, *, now: datetime) -> "Intervention":
        """Return the entry as ended by time or by the resident.

        Raises:
            AlreadyEnded: the first end stands.
        """
        if self.ended_at is not None:
            raise AlreadyEnded
        return replace(self, ended_at=now, ending=ending)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What stands between a resident and the use of their ID.

    Attributes:
        is_stopped: suspended or blocked.
        proof_needed: a counter has to confirm the person first.
        sign_in_after: sign-ins from before are worth nothing, even when one afresh has met that.
    """

    is_stopped: bool
    proof_needed: bool
    sign_in_after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What stands between an account and its resident's pages.

    Attributes:
        asked_for: a sign-in afresh is asked for and has not come yet.
    """

    resident: ResidentId
    is_stopped: bool
    sign_in_after: datetime | None
    asked_for: bool


def begin(
    wish: Wish, *, id_: InterventionId, resident: ResidentId, by: AccountId, now: datetime
) -> Intervention:
    """Return a wish as an entry: in force at once, but for a block, which waits for approval.

    Raises:
        ReasonMissing, NoEndPossible, EndsTooEarly: see `Wish.check`.
    """
    wish.check(now)
    return Intervention(
        kind=wish.kind,
        cause=wish.cause,
        reason=wish.reason.strip(),
        notice=wish.notice,
        ends_at=wish.ends_at,
        id=id_,
        resident=resident,
        asked_by=by,
        asked_at=now,
        begun_at=None if wish.kind is Kind.BLOCK else now,
    )


def stand(entries: Iterable[Intervention]) -> Stand:
    """Return what follows from all entries of a resident."""
    begun = [one for one in entries if one.begun_at is not None]
    standing = {one.kind for one in begun if one.ended_at is None}
    cuts = [
        one.begun_at
        for one in begun
        if one.kind is Kind.REAUTHENTICATE and one.ending is not Ending.LIFTED and one.begun_at
    ]
    return Stand(
        is_stopped=bool(standing & STOPS),
        proof_needed=Kind.REPROVE in standing,
        sign_in_after=max(cuts, default=None),
    )
