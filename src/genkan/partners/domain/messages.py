"""Messages to services: when to try again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from genkan.kernel.ids import ServiceId

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A webhook to be delivered: the body is fixed when it is written, and so is its id."""

    id: UUID
    service: ServiceId
    body: bytes
    attempts: int
    created_at: datetime


def pause_after(attempts: int) -> timedelta:
    """Time to wait after the `attempts`-th failed attempt to deliver a message.

    Doubles from 10 s and stops growing at 6 h. Messages are never given up: a disposal stays due.

    Args:
        attempts: attempts so far, 1 or more.

    Raises:
        ValueError: `attempts` is below 1.
    """
    if attempts < 1:
        raise ValueError("nothing was attempted")
    doublings: int = 2 ** min(attempts - 1, 16)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
