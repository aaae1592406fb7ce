"""Changing the address for signing in: asked, proved by a code, undone from the old address."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from genkan.kernel.ids import AccountId, ChangeId

CODE_LIFE = timedelta(minutes=15)
OBJECTION_LIFE = timedelta(days=14)
MOST_ATTEMPTS = 5
CODE_CHARACTERS = 8


class Confirmed(Enum):
    """What became of a code that was typed."""

    CHANGED = auto()
    WRONG = auto()
    TAKEN = auto()
    """The code was right, and meanwhile the address has become somebody else's."""
    OVER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """A change of address that somebody asked for.

    Attributes:
        old, new: addresses as they were stored and typed.
        is_taken: the new one belongs to somebody else, who was told; no code is right then.
        attempts: codes typed so far.
    """

    id: ChangeId
    account: AccountId
    old: str
    new: str
    is_taken: bool
    attempts: int
    asked_at: datetime
    applied_at: datetime | None
    objected_at: datetime | None

    def waits_for_code(self, now: datetime) -> bool:
        """Whether a code can still confirm it at `now`."""
        is_open = self.applied_at is None and self.objected_at is None
        return is_open and self.attempts < MOST_ATTEMPTS and now < self.asked_at + CODE_LIFE

    def can_be_objected(self, now: datetime) -> bool:
        """Whether the old address can still undo it at `now`."""
        return self.objected_at is None and now < self.asked_at + OBJECTION_LIFE


def code_of(keyed_hash: bytes) -> str:
    """Return the code mailed to a new address: 8 characters of base32, 40 bits."""
    return base64.b32encode(keyed_hash).decode()[:CODE_CHARACTERS]


def proof_of(keyed_hash: bytes) -> str:
    """Return the part of the objection's address that nobody can guess: 256 bits."""
    return base64.urlsafe_b64encode(keyed_hash).decode().rstrip("=")


def same(typed: str, right: str) -> bool:
    """Compare without telling by the time how much fits; letters may be small, spaces between."""
    folded = "".join(typed.split()).replace("-", "")
    return hmac.compare_digest(folded.upper().encode(), right.upper().encode())
