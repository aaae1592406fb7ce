"""Acting for somebody at a service: one token is exchanged for another (M46, RFC 8693).

A parent or guardian signed in at a service; the service asks for a token about the person they act
for. That token names both: `sub` is the person, `act` is who acts, by which mandate.

Source:
    RFC 8693 sections 2.1, 2.2 and 4.1. `requested_subject` is ours: the `sub` of the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from genkan.kernel.ids import ResidentId
from genkan.kernel.parameters import Form
from genkan.sso.domain import scopes
from genkan.sso.domain.grants import Grant
from genkan.sso.domain.steps import EXCHANGE, Step
from genkan.sso.domain.values import TOKEN_LIFE, ClientId, GrantId, LinkId, TokenFacts
from genkan.sso.errors import ConsentRequired, InvalidGrant, InvalidRequest, InvalidScope

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a registered name
CLAIM = "represents"
"""At userinfo, if the `claims` parameter asks: for whom the resident may act at this service."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A token exchange request as it came."""

    form: Form

    def get(self, name: str) -> str | None:
        """Return a parameter, or None."""
        return self.form.get(name)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A right to act for somebody, as a client knows it.

    Attributes:
        id: of the right.
        subject: the person's `sub` at this client.
    """

    id: UUID
    person: ResidentId
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What we know of an exchange.

    Attributes:
        client: who asks.
        jkt: thumbprint of the key that the request proves; "" for none.
        holder: what the subject token stands for; None if it is worth nothing.
        is_exchanged: that token is about somebody acted for already.
        mandates: rights of its resident that hold now, for people who share with this service.
    """

    client: ClientId
    jkt: str
    holder: TokenFacts | None
    is_exchanged: bool
    mandates: Sequence[Mandate]


def subject_token_is_given(asked: Asked, _none: None) -> None:
    """An access token, and said to be one (RFC 8693 section 2.1)."""
    if asked.get("subject_token") is None:
        raise InvalidRequest("subject_token is missing")
    if asked.get("subject_token_type") != ACCESS_TOKEN:
        raise InvalidRequest(f"subject_token_type must be {ACCESS_TOKEN}")


def nobody_else_acts(asked: Asked, _none: None) -> None:
    """Who acts is who signed in; a second token has nothing to say here."""
    if asked.get("actor_token") is not None or asked.get("actor_token_type") is not None:
        raise InvalidRequest("actor_token is not supported")


def an_access_token_is_wanted(asked: Asked, _none: None) -> None:
    """Nothing else is given out for it, and it is for our own doors alone."""
    if asked.get("requested_token_type") not in (None, ACCESS_TOKEN):
        raise InvalidRequest(f"requested_token_type must be {ACCESS_TOKEN}")
    if asked.get("resource") is not None or asked.get("audience") is not None:
        raise InvalidRequest("resource and audience are not supported here")


BEFORE_LOOKING: tuple[Step[Asked, None], ...] = (
    Step(subject_token_is_given,    EXCHANGE),
    Step(nobody_else_acts,          EXCHANGE),
    Step(an_access_token_is_wanted, EXCHANGE),
)  # fmt: skip


def subject_token_is_this_clients(_asked: Asked, facts: Facts) -> None:
    """It was given to who presents it, by the key that was proved, and is worth something."""
    holder = facts.holder
    if holder is None or not holder.is_open or holder.client_id != str(facts.client):
        raise InvalidRequest("the subject_token is not a valid access token of this client")
    if holder.jkt != facts.jkt:
        raise InvalidGrant(detail="the subject token is bound to another key")


def nobody_is_acted_for_twice(_asked: Asked, facts: Facts) -> None:
    """Who acts for somebody acts for nobody through them."""
    if facts.is_exchanged:
        raise InvalidRequest("the subject_token is about somebody acted for")


def somebody_is_acted_for(asked: Asked, facts: Facts) -> None:
    """The person is named, or there is exactly one; and shares with this service."""
    if not _chosen(asked, facts):
        raise ConsentRequired("nobody the resident acts for shares with this service")
    if len(_chosen(asked, facts)) > 1:
        raise InvalidRequest("say by requested_subject who of several is meant")


def scope_is_narrower(asked: Asked, facts: Facts) -> None:
    """No more than the subject token has."""
    holder = facts.holder
    if holder is not None and scopes.understood(asked.get("scope") or "") - holder.scopes:
        raise InvalidScope("scope exceeds the subject_token's")


STEPS: tuple[Step[Asked, Facts], ...] = (
    Step(subject_token_is_this_clients, EXCHANGE),
    Step(nobody_is_acted_for_twice,     EXCHANGE),
    Step(somebody_is_acted_for,         EXCHANGE),
    Step(scope_is_narrower,             EXCHANGE),
)  # fmt: skip


def _chosen(asked: Asked, facts: Facts) -> list[Mandate]:
    named = asked.get("requested_subject")
    return [one for one in facts.mandates if named in (None, one.subject)]


def mandate(asked: Asked, facts: Facts) -> Mandate:
    """Return whom the token will be about, after the steps."""
    return _chosen(asked, facts)[0]


def grant(
    asked: Asked,
    holder: TokenFacts,
    *,
    id_: GrantId,
    link: LinkId,
    act: Mapping[str, Any],
    now: datetime,
) -> Grant:
    """Return what an exchange grants: one access token's life, as long as the other grant stands.

    Args:
        asked: the request.
        holder: of the subject token.
        id_: of the new grant.
        link: of the person acted for.
        act: who acts, by which mandate.
        now: the present moment.
    """
    wanted = scopes.understood(asked.get("scope") or "") or holder.scopes
    return Grant(
        id=id_,
        client=ClientId(UUID(holder.client_id)),
        link=link,
        sid="",
        scopes=wanted - {scopes.OFFLINE_ACCESS},
        claims=holder.claims,
        details=holder.details,
        resources=(),
        sign_in=holder.sign_in,
        jkt=holder.jkt,
        actor=act,
        offline=False,
        authorized_at=now,
        issued_at=now,
        expires_at=now + TOKEN_LIFE,
    )
