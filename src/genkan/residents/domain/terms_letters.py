"""Letters about changed terms to people without mail, and how far a change has come (M20, H18)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from genkan.kernel.ids import ResidentId

AT_ONCE = 100
"""Letters made out in one go: about what one person puts into envelopes at a time."""


class Way(StrEnum):
    """How a letter reaches somebody."""

    POST = "post"
    COUNTER = "counter"
    """The address is protected, or there is none: the counter hands the letter over (A9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one resident about one version."""

    id: UUID
    resident: ResidentId
    way: Way
    is_sent: bool

    @property
    def goes_by_post(self) -> bool:
        """Whether it goes into an envelope."""
        return self.way is Way.POST


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How far a change of the terms has come among residents whose ID is not closed.

    Attributes:
        told: to whom a mail was queued; of them `delivered` to a mail server, and `read`, who have
            opened the page on which they decide.
        unreachable: without mail, who have not accepted and got no letter either.
        waiting: of them, those to whom no letter is made out.
    """

    residents: int
    told: int
    delivered: int
    read: int
    accepted: int
    refused: int
    letters_sent: int
    unreachable: int
    waiting: int

    @property
    def undecided(self) -> int:
        """How many have neither accepted nor refused."""
        return self.residents - self.accepted - self.refused
