"""Introspection: what a resource server learns of a token, and of which.

Source:
    RFC 7662 section 2.2; RFC 9701 section 5; RFC 9449 section 6.2; RFC 9396 section 9.2.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from genkan.sso.domain import scopes
from genkan.sso.domain.access_tokens import GRANT, AccessToken
from genkan.sso.domain.refresh import Presented
from genkan.sso.domain.values import Client

TYP = "token-introspection+jwt"
INACTIVE: Mapping[str, Any] = {"active": False}
"""One answer for every cause: nobody learns of tokens that are not theirs to ask about."""


def may_ask(client: Client, token: AccessToken) -> bool:
    """Whether a token is for a resource that the client serves, or the client's own."""
    return token.client == str(client.id) or bool(token.audience & client.settings.resources)


def is_plain(token: AccessToken) -> bool:
    """Whether a token is of a grant in which nobody acts for somebody."""
    return token.grant is not None and "act" not in token.claims


def of_access_token(token: AccessToken) -> dict[str, Any]:
    """Return what is told of an access token that is worth something."""
    told = {name: value for name, value in token.claims.items() if name != GRANT}
    return {"active": True, "token_type": "DPoP" if token.jkt else "Bearer", **told}


def of_refresh_token(presented: Presented, *, issuer: str, subject: str) -> dict[str, Any]:
    """Return what is told of a refresh token that is worth something."""
    grant = presented.grant
    return {
        "active": True,
        "iss": issuer,
        "client_id": str(grant.client),
        "sub": subject,
        "scope": scopes.as_text(grant.scopes),
        "iat": _seconds(grant.issued_at),
        "exp": _seconds(min(presented.expires_at, grant.expires_at)),
    }


def is_worth_something(presented: Presented, *, now: datetime) -> bool:
    """Whether a refresh token could be used now."""
    in_time = now < min(presented.expires_at, presented.grant.expires_at)
    return in_time and presented.rotated_at is None and presented.stands and presented.is_open


def signed(
    document: Mapping[str, Any], client: Client, *, issuer: str, now: datetime
) -> dict[str, Any]:
    """Return the claims of a signed answer (RFC 9701 section 5): whom it is for stands in it."""
    return {
        "iss": issuer,
        "aud": str(client.id),
        "iat": _seconds(now),
        "token_introspection": dict(document),
    }


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
