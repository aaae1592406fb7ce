"""Logout tokens: what they say, how an attempt ended, and when to try again.

Source:
    OpenID Connect Back-Channel Logout 1.0 sections 2.4 to 2.8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from genkan.kernel.ids import ResidentId, ServiceId
from genkan.sso.domain.values import ClientId, LogoutId

TYP = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFE = timedelta(minutes=2)
"""The specification's advice: at most two minutes, so that a lost token is worth nothing."""
GIVEN_UP_AFTER = timedelta(hours=24)
CONFIRMING = frozenset({200, 204})
"""Section 2.8 says 200; 204 is the same without a body, and some frameworks make it so."""
NO_ADDRESS = "no_address"


class Answer(StrEnum):
    """How a client has answered so far, as the resident reads it."""

    SENT = "sent"
    """On its way: not tried yet."""
    CONFIRMED = "confirmed"
    RETRIED = "retried"
    """Not reachable, or it did not accept; it is tried again."""
    UNREACHED = "unreached"
    """Given up."""
    NOT_TOLD = "not_told"
    """The service takes no such messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """One client that is to be told of one session's end."""

    id: LogoutId
    sid: str
    client: ClientId
    service: ServiceId
    sector: str
    logout_uri: str
    resident: ResidentId
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """What a resident sees of a service that was told."""

    service: ServiceId
    cause: str
    at: datetime
    answer: Answer
    confirmed_at: datetime | None


def claims(
    logout: Logout, *, issuer: str, subject: str, jti: UUID, now: datetime
) -> dict[str, object]:
    """Return the claims of a logout token; there is never a nonce (section 2.4).

    Each attempt has a `jti` of its own: a client may refuse one it has seen, and must not refuse
    our second attempt because the answer to the first was lost.
    """
    issued_at = int(now.timestamp())
    return {
        "iss": issuer,
        "sub": subject,
        "aud": str(logout.client),
        "iat": issued_at,
        "exp": issued_at + int(LIFE.total_seconds()),
        "jti": str(jti),
        "sid": logout.sid,
        "events": {EVENT: {}},
    }


def answer_of(row: Mapping[str, object]) -> Answer:
    """Return how things stand for a line of the outbox.

    Args:
        row: `confirmed_at`, `next_attempt_at`, `attempts` and `last_outcome` of the line.
    """
    if row["confirmed_at"] is not None:
        return Answer.CONFIRMED
    if row["last_outcome"] == NO_ADDRESS:
        return Answer.NOT_TOLD
    if row["next_attempt_at"] is None:
        return Answer.UNREACHED
    return Answer.RETRIED if row["last_outcome"] else Answer.SENT
