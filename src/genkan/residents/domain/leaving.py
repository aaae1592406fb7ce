"""Leaving as a state machine (M10): cooling-off with a way back, closing, erased."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from genkan.kernel.ids import ResidentId
from genkan.residents.domain.people import ResidentState
from genkan.residents.errors import NotLeaving, TooLateToUndo

LeavingId = NewType("LeavingId", UUID)


class Cause(StrEnum):
    """Why an ID ends."""

    WISH = "wish"
    DEATH = "death"


class Stage(StrEnum):
    """How far leaving has come. Undone and erased are ends."""

    COOLING_OFF = "cooling_off"
    UNDONE = "undone"
    CLOSING = "closing"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One resident's leaving.

    Attributes:
        state_before: of the ID, to which an undo returns.
        undo_until: end of the way back, excluded. After a death: until then the record of it can
            be corrected, and nothing is erased.
        died_on: forgotten with everything else.
        closing_at: when consents, links and sessions began to end.
        told_at: when the last mail was handed over.
        ended_at: when it was undone, or everything was erased.
    """

    id: LeavingId
    resident: ResidentId
    cause: Cause
    stage: Stage
    state_before: ResidentState
    requested_at: datetime
    undo_until: datetime
    died_on: date | None = None
    closing_at: datetime | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None

    def can_be_undone(self, now: datetime) -> bool:
        """Whether the resident can take it back at `now`."""
        return self.stage is Stage.COOLING_OFF and now < self.undo_until

    def undone(self, now: datetime) -> "Leaving":
        """Return the leaving as taken back.

        Raises:
            TooLateToUndo: partners have been asked to dispose, or may be at any moment.
        """
        if not self.can_be_undone(now):
            raise TooLateToUndo
        return replace(self, stage=Stage.UNDONE, ended_at=now)

    def is_due(self, now: datetime) -> bool:
        """Whether the time for second thoughts is over."""
        return self.stage is Stage.COOLING_OFF and now >= self.undo_until

    def closing(self, now: datetime) -> "Leaving":
        """Return the leaving as closing down; one that is closing already stays as it is."""
        if self.stage is Stage.CLOSING:
            return self
        return replace(self, stage=Stage.CLOSING, closing_at=now)

    def after_death(self, died_on: date, now: datetime) -> "Leaving":
        """Return the leaving as caused by a death: there is nobody left to think twice."""
        return replace(self.closing(now), cause=Cause.DEATH, died_on=died_on)

    def corrected(self, now: datetime) -> "Leaving":
        """Return the leaving as undone because nobody died.

        Raises:
            NotLeaving: no death was recorded.
            TooLateToUndo: the time for corrections is over.
        """
        if self.cause is not Cause.DEATH or self.stage is not Stage.CLOSING:
            raise NotLeaving
        if now >= self.undo_until:
            raise TooLateToUndo
        return replace(self, stage=Stage.UNDONE, died_on=None, ended_at=now)

    def may_be_erased(self, now: datetime, *, all_certified: bool, longest: timedelta) -> bool:
        """Whether everything can be erased: partners have certified, or took too long.

        What they owe stays open all the same, and they receive nothing more.
        """
        if self.stage is not Stage.CLOSING or self.closing_at is None or now < self.undo_until:
            return False
        return all_certified or now >= self.closing_at + longest

    def told(self, now: datetime) -> "Leaving":
        """Return the leaving with its last mail sent."""
        return replace(self, told_at=now)

    def erased(self, now: datetime) -> "Leaving":
        """Return what stays: the old ID, when, and nothing about a person."""
        return replace(self, stage=Stage.ERASED, died_on=None, ended_at=now)
