"""Issuing: token responses of every grant type are made here."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from django.conf import settings

from genkan.consent import api as consent
from genkan.kernel.ids import ResidentId
from genkan.partners import api as partners
from genkan.sso.domain import access_tokens, scopes, token
from genkan.sso.domain.access_tokens import Bearing
from genkan.sso.domain.grants import Grant
from genkan.sso.domain.values import ID_TOKEN_LIFE, TOKEN_LIFE, Client
from genkan.sso.service.keys import sign

JTI_BYTES = 16


@dataclass(frozen=True, slots=True)
class Issued:
    """A token response on its way.

    Attributes:
        document: what the client is told.
        record: the release of data inside the ID token; None if it holds none.
        bare: the same without that data, should the consent end before the hand-over.
    """

    document: Mapping[str, object]
    record: consent.Release | None = None
    bare: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A grant, and whose it is.

    Attributes:
        client: whom its tokens are given to.
    """

    client: Client
    grant: Grant
    resident: ResidentId

    @cached_property
    def subject(self) -> str:
        """Return how the client knows the resident."""
        return partners.pairwise_subject(self.client.sector, self.resident)


def access_response(
    holder: Holder,
    *,
    scope: frozenset[str] | None = None,
    resource: str | None = None,
    now: datetime,
) -> dict[str, object]:
    """Return a token response with an access token (RFC 6749 section 5.1).

    Args:
        holder: the grant it is of.
        scope: fewer scopes than granted; None for all.
        resource: the one resource it is for; None for all that were granted.
        now: the present moment.
    """
    grant = holder.grant
    asked = (resource,) if resource is not None else grant.resources
    bearing = bearing_of(
        holder.client,
        subject=holder.subject,
        audience=asked,
        scope=grant.scopes if scope is None else scope,
        jkt=grant.jkt,
    )
    return response(bearing, grant, now=now)


def bearing_of(
    client: Client,
    *,
    subject: str,
    audience: tuple[str, ...],
    scope: frozenset[str],
    jkt: str,
) -> Bearing:
    """Return whom a new access token speaks for and to; without an audience, to our own doors."""
    return Bearing(
        issuer=settings.GENKAN.issuer,
        subject=subject,
        audience=audience or (settings.GENKAN.issuer,),
        client=client.id,
        scopes=scope,
        jti=secrets.token_urlsafe(JTI_BYTES),
        jkt=jkt,
    )


def response(bearing: Bearing, grant: Grant | None, *, now: datetime) -> dict[str, object]:
    """Return a token response with an access token of a grant, or of a client itself."""
    told: dict[str, object] = {
        "access_token": sign(
            access_tokens.claims(bearing, grant, now=now),
            typ=access_tokens.TYP,
            comes_back=grant is not None,
        ),
        "token_type": "DPoP" if bearing.jkt else "Bearer",
        "expires_in": int(TOKEN_LIFE.total_seconds()),
    }
    if bearing.scopes:
        told["scope"] = scopes.as_text(bearing.scopes)
    if grant is not None and grant.details:
        told["authorization_details"] = [dict(detail) for detail in grant.details]
    return told


def id_token_claims(
    holder: Holder, access_token: str, *, nonce: str | None, now: datetime
) -> dict[str, object]:
    """Return the claims of an ID token (Core section 2): what happened, never what was wished."""
    grant = holder.grant
    issued_at = int(now.astimezone(UTC).timestamp())
    told: dict[str, object] = {
        "iss": settings.GENKAN.issuer,
        "sub": holder.subject,
        "aud": str(holder.client.id),
        "exp": issued_at + int(ID_TOKEN_LIFE.total_seconds()),
        "iat": issued_at,
        "auth_time": int(grant.sign_in.at.timestamp()),
        "acr": grant.sign_in.acr,
        "at_hash": token.at_hash(access_token),
    }
    if grant.sid:
        told["sid"] = grant.sid
    if grant.sign_in.amr:
        told["amr"] = list(grant.sign_in.amr)
    if nonce is not None:
        told["nonce"] = nonce
    return told


def signed_id_token(client: Client, claims: Mapping[str, object]) -> str:
    """Return an ID token, signed by the algorithm that its client registered."""
    return sign(claims, typ="JWT", alg=client.settings.id_token_alg)
