"""Grants: what a resident's answer is worth, for how long, and to whom its tokens speak.

A code, a counter's confirmation or an exchange begins a grant; every access and refresh token is of
one grant, and worth nothing once it ended.

Source:
    RFC 6749 section 6; RFC 8707; RFC 9396; RFC 9700 section 4.14.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NewType
from uuid import UUID

from genkan.sso.domain.ciba import Knock
from genkan.sso.domain.values import TOKEN_LIFE, ClientId, GrantId, LinkId, SignIn

RefreshId = NewType("RefreshId", UUID)

OFFLINE_LIFE = timedelta(days=90)
"""The longest that a service acts for a resident who is away; the consent page says so."""
IDLE_LIFE = timedelta(days=30)
"""A refresh token that nobody used for so long is over."""
IDLE_STEP = timedelta(days=1)
"""Its end moves by whole days, so that most uses write nothing."""
GRACE = timedelta(seconds=10)
"""How long a rotated token still gets its successor: the answer may have been lost on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What was granted at one redemption.

    Attributes:
        link: whose, and for which service.
        sid: names the session it began in; "" for none.
        claims: the validated `claims` parameter.
        details: what was granted in detail (RFC 9396).
        resources: whom its tokens are for (RFC 8707); empty for our own doors.
        jkt: thumbprint of the key its tokens are bound to; "" for none.
        actor: who acts for the resident (RFC 8693 section 4.1); None for nobody.
        offline: it outlives the session it began in.
        authorized_at: when the resident agreed; a consent withdrawn later ends it.
    """

    id: GrantId
    client: ClientId
    link: LinkId
    sid: str
    scopes: frozenset[str]
    claims: Mapping[str, object]
    details: tuple[Mapping[str, Any], ...]
    resources: tuple[str, ...]
    sign_in: SignIn
    jkt: str
    actor: Mapping[str, Any] | None
    offline: bool
    authorized_at: datetime
    issued_at: datetime
    expires_at: datetime


def of_knock(knock: Knock, *, jkt: str, now: datetime) -> Grant:
    """Return what a resident's yes from elsewhere grants: one access token's life, no session."""
    assert knock.sign_in is not None, "a yes says how it was proved"
    assert knock.decided_at is not None, "a yes has its moment"
    return Grant(
        id=GrantId(knock.id),
        client=knock.client,
        link=knock.link,
        sid="",
        scopes=knock.scopes,
        claims={},
        details=(),
        resources=(),
        sign_in=knock.sign_in,
        jkt=jkt,
        actor=None,
        offline=False,
        authorized_at=knock.decided_at,
        issued_at=now,
        expires_at=now + TOKEN_LIFE,
    )


def idle_end(grant_ends_at: datetime, *, now: datetime) -> datetime:
    """Return when a refresh token ends that was used now: never later than its grant."""
    return min(now + IDLE_LIFE, grant_ends_at)


def outlives(expires_at: datetime, grant_ends_at: datetime, *, now: datetime) -> bool:
    """Whether a use now moves the end of a refresh token far enough to write it down."""
    return idle_end(grant_ends_at, now=now) - expires_at >= IDLE_STEP
