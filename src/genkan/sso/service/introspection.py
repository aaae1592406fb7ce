"""Introspection: a resource server asks what a token is worth now."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from genkan.kernel.wire import Form
from genkan.partners import api as partners
from genkan.sso.domain import introspection
from genkan.sso.domain.access_tokens import AccessToken
from genkan.sso.domain.introspection import INACTIVE, TYP
from genkan.sso.domain.keys import ALG
from genkan.sso.domain.steps import Door
from genkan.sso.domain.values import Client
from genkan.sso.errors import InvalidRequest, OAuthError
from genkan.sso.service import remembered, tokens
from genkan.sso.service.keys import sign
from genkan.sso.service.proof import Call, Proven, let_do
from genkan.sso.store import clients as client_store
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

    def do(proven: Proven) -> Mapping[str, Any] | str | OAuthError:
        return _told(proven.client, form.get("token"), wants_jwt=wants_jwt, now=now)

    call = Call(authorization=authorization, form=form, door=Door.INTROSPECTION)
    return let_do(call, do, asks=True, now=now)


def _told(
    client: Client, token: str | None, *, wants_jwt: bool, now: datetime
) -> Mapping[str, Any] | str | OAuthError:
    if token is None:
        return InvalidRequest("token is missing")
    document = _of_token(client, token, now=now)
    if document is None:
        return remembered.changed()
    alg = client.settings.introspection_alg
    if alg is None and not wants_jwt:
        return document
    issuer = settings.GENKAN.issuer
    claims = introspection.signed(document, client, issuer=issuer, now=now)
    return sign(claims, typ=TYP, alg=alg or ALG)


def _of_token(client: Client, token: str, *, now: datetime) -> Mapping[str, Any] | None:
    """Return what a client may know of a token; None if the client is to be read again.

    Nothing is told where it is not for it to ask. One round trip for what asks most.
    """
    found = tokens.read(token, now=now) if "." in token else None
    if found is not None and introspection.is_plain(found) and introspection.may_ask(client, found):
        is_worth_something = grant_store.is_worth_something(found, client, now=now)
        if is_worth_something is None:
            return None
        return introspection.of_access_token(found) if is_worth_something else INACTIVE
    if not client_store.stands(client):
        return None
    if "." in token:
        return _of_access_token(client, found, now=now)
    return _of_refresh_token(client, token, now=now)


def _of_access_token(
    client: Client, found: AccessToken | None, *, now: datetime
) -> Mapping[str, Any]:
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
