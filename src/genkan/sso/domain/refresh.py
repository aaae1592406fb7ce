"""Refreshing: what is checked before new tokens are given out for a refresh token.

Source:
    RFC 6749 section 6; RFC 9700 section 4.14.2; RFC 8707 section 2.2.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from genkan.kernel.parameters import Form
from genkan.sso.domain import scopes
from genkan.sso.domain.grants import GRACE, Grant
from genkan.sso.domain.steps import REFRESH, Step
from genkan.sso.domain.values import Client, ClientId
from genkan.sso.errors import InvalidGrant, InvalidRequest, InvalidScope, InvalidTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that brings a refresh token, as it came."""

    token: str | None
    scope: str | None
    resource: str | None

    @classmethod
    def read(cls, form: Form) -> "Asked":
        """Return the request of a form."""
        return cls(
            token=form.get("refresh_token"),
            scope=form.get("scope"),
            resource=form.get("resource"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A refresh token as it stands, and its grant.

    Attributes:
        expires_at: its end unless it is used before, excluded.
        rotated_at: when it was exchanged for its successor; None if it is the newest.
        stands: neither grant nor link have ended, the account is open, and the resident has signed
            in since a sign-in afresh was asked for.
        is_open: neither resident nor service nor client are stopped, and the consent stands.
    """

    grant: Grant
    expires_at: datetime
    rotated_at: datetime | None
    stands: bool
    is_open: bool

    def is_reused(self, now: datetime) -> bool:
        """Whether somebody brings what was exchanged longer ago than an answer is under way."""
        return self.rotated_at is not None and now - self.rotated_at >= GRACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What we know when a refresh token comes.

    Attributes:
        client: who proved itself.
        presented: None if nobody was given such a token.
        jkt: thumbprint of the key that the request proves (RFC 9449); "" for none.
        issuer: our own name, for whom a token is that names no resource.
    """

    client: ClientId
    presented: Presented | None
    jkt: str
    issuer: str
    now: datetime

    @property
    def found(self) -> Presented:
        """Return the token, which an earlier step has found."""
        if self.presented is None:
            raise InvalidGrant(detail="unknown refresh token")
        return self.presented


def token_is_present(asked: Asked, _client: Client) -> None:
    """The token has to be there."""
    if asked.token is None:
        raise InvalidRequest("refresh_token is missing")


BEFORE_LOOKING: tuple[Step[Asked, Client], ...] = (
    Step(token_is_present, REFRESH),
)  # fmt: skip


def token_is_known(_asked: Asked, facts: Facts) -> None:
    """Somebody was given such a token."""
    if facts.presented is None:
        raise InvalidGrant(detail="unknown refresh token")


def token_is_this_clients(_asked: Asked, facts: Facts) -> None:
    """It was given to who presents it."""
    if facts.found.grant.client != facts.client:
        raise InvalidGrant(detail="another client's refresh token")


def token_is_newest(_asked: Asked, facts: Facts) -> None:
    """It was not exchanged before, but for the moment in which an answer may be lost."""
    if facts.found.is_reused(facts.now):
        raise InvalidGrant(detail="refresh token used again")


def token_is_in_time(_asked: Asked, facts: Facts) -> None:
    """Neither it nor its grant has ended by the clock."""
    if facts.now >= min(facts.found.expires_at, facts.found.grant.expires_at):
        raise InvalidGrant(detail="refresh token expired")


def key_is_the_grants(_asked: Asked, facts: Facts) -> None:
    """A grant bound to a key is refreshed with a proof of that key (RFC 9449 section 5)."""
    bound = facts.found.grant.jkt
    if bound and not hmac.compare_digest(facts.jkt, bound):
        raise InvalidGrant(detail="another key than the grant's")


def grant_still_stands(_asked: Asked, facts: Facts) -> None:
    """Neither grant nor link nor account have ended."""
    if not facts.found.stands:
        raise InvalidGrant(detail="the grant has ended")


def nobody_is_stopped(_asked: Asked, facts: Facts) -> None:
    """Resident, service and client may use it now, and the consent was not withdrawn."""
    if not facts.found.is_open:
        raise InvalidGrant(detail="resident, service, client or consent is stopped")


def scope_is_no_wider(asked: Asked, facts: Facts) -> None:
    """A refresh may ask for less, never for more (RFC 6749 section 6)."""
    if scopes.parse(asked.scope or "") - facts.found.grant.scopes:
        raise InvalidScope("scope must not hold more than was granted")


def resource_was_granted(asked: Asked, facts: Facts) -> None:
    """A token is for one of the resources that were granted, or for us."""
    if asked.resource not in {None, *(facts.found.grant.resources or (facts.issuer,))}:
        raise InvalidTarget


STEPS: tuple[Step[Asked, Facts], ...] = (
    Step(token_is_known,        REFRESH),
    Step(token_is_this_clients, REFRESH),
    Step(token_is_newest,       REFRESH),
    Step(token_is_in_time,      REFRESH),
    Step(key_is_the_grants,     REFRESH),
    Step(grant_still_stands,    REFRESH),
    Step(nobody_is_stopped,     REFRESH),
    Step(scope_is_no_wider,     REFRESH),
    Step(resource_was_granted,  REFRESH),
)  # fmt: skip
