"""Coming back in by way of a counter, after every way of signing in is lost (M09, A5).

Staff see a document and start it; whoever owns the ID hears of it at the old contact and can stop
it while the waiting period runs; then the slip, with the birth date, opens the ID anew.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.counter import Document

RecoveryId = NewType("RecoveryId", UUID)
SLIP_LIFE = timedelta(days=14)
"""From the end of the waiting period."""

KEPT_FOR = timedelta(days=365)
"""After its end, for questions about it; the ledger keeps that it happened."""

MOST_ATTEMPTS = 5
"""Birth dates or codes from the mail that do not fit, with the right code of the slip."""

CODE_CHARACTERS = 16
GROUP = 4


class Ending(StrEnum):
    """How a recovery ended."""

    REDEEMED = "redeemed"
    STOPPED = "stopped"
    """From the old contact, or by the resident who was still signed in."""
    CANCELLED = "cancelled"
    """By staff."""
    LAPSED = "lapsed"
    WORN_OUT = "worn_out"
    """Too many wrong answers."""


class Phase(StrEnum):
    """Where a recovery stands at a moment."""

    WAITING = "waiting"
    READY = "ready"
    OVER = "over"


class ToldBy(StrEnum):
    """How the old contact hears of it."""

    MAIL = "mail"
    POST = "post"
    """There is no address for mail: staff send a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """One way back in.

    Attributes:
        account: None for somebody who was registered at a counter and never signed in.
        old: where its owner was told; "" where only a letter reaches them.
        new: address to sign in with from then on; "" to keep the old one.
        asked_by: member of staff who saw the document.
        ready_at: end of the waiting period.
        ends_at: excluded; from then on the slip is worth nothing.
        attempts: wrong answers so far.
    """

    id: RecoveryId
    resident: ResidentId
    account: AccountId | None
    asked_by: AccountId
    document: Document
    told_by: ToldBy
    old: str
    new: str
    asked_at: datetime
    ready_at: datetime
    ends_at: datetime
    attempts: int = 0
    ended_at: datetime | None = None
    ending: Ending | None = None

    def phase(self, now: datetime) -> Phase:
        """Where it stands at `now`; what is past its end is over, written down or not."""
        if self.ended_at is not None or now >= self.ends_at:
            return Phase.OVER
        return Phase.WAITING if now < self.ready_at else Phase.READY


def shown_code(keyed_hash: bytes) -> str:
    """Return the code of a slip as printed: 80 bits in four groups."""
    whole = base64.b32encode(keyed_hash).decode()[:CODE_CHARACTERS]
    return "-".join(whole[at : at + GROUP] for at in range(0, CODE_CHARACTERS, GROUP))


def folded_code(typed: str) -> str:
    """Return what a typed code means: letters may be small, 0, 1 and 8 are misread letters."""
    letters = "".join(typed.split()).replace("-", "").upper()
    return letters.translate(str.maketrans("018", "OIB"))[: 2 * CODE_CHARACTERS]


def standing(all_of_them: Iterable[Recovery], now: datetime) -> Recovery | None:
    """Return the one that is not over; the table holds no second one."""
    return next((one for one in all_of_them if one.phase(now) is not Phase.OVER), None)
