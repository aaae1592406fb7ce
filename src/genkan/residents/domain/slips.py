"""The code on a slip from the counter, by which a person goes online with the ID they have (A6).

One printed code has two halves: the first one names the slip, the second one is the secret.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType
from uuid import UUID

from genkan.kernel.ids import ResidentId

SlipId = NewType("SlipId", UUID)

SLIP_LIFE = timedelta(days=30)
MOST_ATTEMPTS = 5
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U: nobody has to guess what was printed. 8 of them are 39 bits."""

HALF = 8
_GROUP = 4


@dataclass(frozen=True, slots=True)
class SlipCode:
    """A code as its two halves."""

    number: str
    secret: str

    def printed(self) -> str:
        """Return the code in groups of four: ABCD-EFGH-JKMN-PQRS."""
        whole = self.number + self.secret
        return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip that was handed over.

    Attributes:
        secret_hash: keyed hash of the second half.
        attempts: how often it was tried in vain.
        used_at: when it was used, if it was: once is all.
    """

    id: SlipId
    resident: ResidentId
    secret_hash: bytes
    attempts: int
    expires_at: datetime
    used_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it can be used at `now`."""
        return self.used_at is None and self.attempts < MOST_ATTEMPTS and now < self.expires_at


def new_code() -> SlipCode:
    """Return a code that nobody can guess."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(2 * HALF))
    return SlipCode(drawn[:HALF], drawn[HALF:])


def code_of(typed: str) -> SlipCode | None:
    """Return the code in what was typed: spaces, hyphens, width and case make no difference."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(sign for sign in folded if sign in ALPHABET)
    noise = set(folded) - set(ALPHABET) - set(" -‐‑‒–—―−ー\t")
    return None if noise or len(kept) != 2 * HALF else SlipCode(kept[:HALF], kept[HALF:])
