"""Access tokens: what they say, and which of the things we sign is one.

An access token is a JWT that names its grant and writes no row. Elsewhere it is worth ten minutes;
at our own doors every use asks the grant too.

Source:
    RFC 9068; RFC 9449 section 6.1; RFC 9396 section 9.1; RFC 8693 section 4.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from genkan.sso.domain import scopes
from genkan.sso.domain.grants import Grant
from genkan.sso.domain.values import TOKEN_LIFE, ClientId, GrantId

TYP = "at+jwt"
TYPS = (TYP, "application/at+jwt")
GRANT = "grant"
"""Our own claim: the name of the grant."""
MAX_LENGTH = 16_000
TOLD_OF_ACTOR = ("sub", "mandate")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An access token of ours that is in time; whether its grant stands is asked elsewhere.

    Attributes:
        digest: SHA-256 of its `jti`.
        grant: None for a token that speaks for its client alone.
        audience: whom it may be shown to.
        claims: everything it says.
    """

    digest: bytes
    client: str
    grant: GrantId | None
    audience: frozenset[str]
    scopes: frozenset[str]
    expires_at: datetime
    jkt: str
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """Whom an access token speaks for and to.

    Attributes:
        subject: pairwise, or the client's own name.
        audience: resources; our issuer for our own doors.
        jti: random.
        jkt: thumbprint of the key it is bound to; "" for none.
    """

    issuer: str
    subject: str
    audience: tuple[str, ...]
    client: ClientId
    scopes: frozenset[str]
    jti: str
    jkt: str = ""


def claims(bearing: Bearing, grant: Grant | None, *, now: datetime) -> dict[str, Any]:
    """Return the claims of an access token (RFC 9068 section 2.2).

    Args:
        bearing: whom it speaks for and to.
        grant: what it is of; None for a client that speaks for itself.
        now: the present moment.
    """
    issued_at = int(now.astimezone(UTC).timestamp())
    told: dict[str, Any] = {
        "iss": bearing.issuer,
        "sub": bearing.subject,
        "aud": bearing.audience[0] if len(bearing.audience) == 1 else list(bearing.audience),
        "client_id": str(bearing.client),
        "exp": issued_at + int(TOKEN_LIFE.total_seconds()),
        "iat": issued_at,
        "jti": bearing.jti,
    }
    if bearing.scopes:
        told["scope"] = scopes.as_text(bearing.scopes)
    if bearing.jkt:
        told["cnf"] = {"jkt": bearing.jkt}
    return told if grant is None else told | _of_grant(grant)


def _of_grant(grant: Grant) -> dict[str, Any]:
    told: dict[str, Any] = {
        GRANT: str(grant.id),
        "auth_time": int(grant.sign_in.at.timestamp()),
        "acr": grant.sign_in.acr,
    }
    if grant.sign_in.amr:
        told["amr"] = list(grant.sign_in.amr)
    if grant.details:
        told["authorization_details"] = [dict(detail) for detail in grant.details]
    if grant.actor is not None:
        told["act"] = {name: grant.actor[name] for name in TOLD_OF_ACTOR}
    return told


def read(claims: Mapping[str, Any], *, issuer: str, now: datetime) -> AccessToken | None:
    """Return the token of claims whose signature and `typ` were ours, or None.

    None if another installation made it with the same keys, or if it has ended.
    """
    if claims.get("iss") != issuer:
        return None
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if now >= expires_at:
        return None
    named = claims.get(GRANT)
    audience = claims["aud"]
    return AccessToken(
        digest=jti_digest(claims["jti"]),
        client=claims["client_id"],
        grant=None if named is None else GrantId(UUID(named)),
        audience=frozenset([audience] if isinstance(audience, str) else audience),
        scopes=scopes.parse(claims.get("scope", "")),
        expires_at=expires_at,
        jkt=claims.get("cnf", {}).get("jkt", ""),
        claims=claims,
    )


def jti_digest(jti: str) -> bytes:
    """Return what is kept of a `jti`."""
    return sha256(jti.encode()).digest()
