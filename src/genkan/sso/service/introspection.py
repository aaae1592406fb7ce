"""Introspection: a resource server asks what a token is worth now."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from genkan.kernel.wire import Form
from genkan.partners import api as partners
from genkan.sso.domain import introspection
from genkan.sso.domain.introspection import INACTIVE, TYP
from genkan.sso.domain.keys import ALG
from genkan.sso.domain.steps import Door
from genkan.sso.domain.values import Client
from genkan.sso.errors import InvalidRequest, OAuthError
from genkan.sso.service import tokens
from genkan.sso.service.keys import sign
from genkan.sso.service.proof import prove
from genkan.sso.store import grants as grant_store
from genkan.sso.store import refresh as refresh_store

MEDIA_TYPE = "application/token-introspection+jwt"


def tell(
    authorization: str | None, form: Form, *, wants_jwt: bool, now: datetime
) -> Mapping[str, Any] | str | OAuthError:
    """Answer an introspection request.

    Args:
        authorization: the header, if one came.
        form: the body.
        wants_jwt: a signed answer was asked for by `Accept`.
        now: the present moment.

    Returns:
        What is told (RFC 7662 section 2.2), as a JWT for who wants one or registered for it
        (RFC 9701), or what was wrong with the request.
    """
    proven = prove(authorization, form, Door.INTROSPECTION, now=now)
    if isinstance(proven, OAuthError):
        return proven
    token = form.get("token")
    if token is None:
        return InvalidRequest("token is missing")
    document = of_token(proven.client, token, now=now)
    alg = proven.client.settings.introspection_alg
    if alg is None and not wants_jwt:
        return document
    issuer = settings.GENKAN.issuer
    claims = introspection.signed(document, proven.client, issuer=issuer, now=now)
    return sign(claims, typ=TYP, alg=alg or ALG)


def of_token(client: Client, token: str, *, now: datetime) -> Mapping[str, Any]:
    """Return what a client may know of a token: nothing, where it is not for it to ask."""
    if "." in token:
        return _of_access_token(client, token, now=now)
    return _of_refresh_token(client, token, now=now)


def _of_access_token(client: Client, token: str, *, now: datetime) -> Mapping[str, Any]:
    found = tokens.read(token, now=now)
    if found is None or not introspection.may_ask(client, found):
        return INACTIVE
    if found.grant is None:
        stands = grant_store.client_token_stands(found)
    else:
        facts = tokens.facts_of(found, now=now)
        stands = facts is not None and facts.is_open
    return introspection.of_access_token(found) if stands else INACTIVE


def _of_refresh_token(client: Client, token: str, *, now: datetime) -> Mapping[str, Any]:
    found = refresh_store.presented(sha256(token.encode()).digest(), now=now)
    if found is None or found.presented.grant.client != client.id:
        return INACTIVE
    if not introspection.is_worth_something(found.presented, now=now):
        return INACTIVE
    subject = partners.pairwise_subject(found.sector, found.resident)
    return introspection.of_refresh_token(
        found.presented, issuer=settings.GENKAN.issuer, subject=subject
    )
