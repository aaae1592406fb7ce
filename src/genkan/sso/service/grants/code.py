"""The code grant: spend the code, begin a grant, issue its tokens."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from genkan.kernel.wire import Form
from genkan.sso.domain import grants
from genkan.sso.domain import wanted as wants
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.token import AFTER_SPENDING, BEFORE_SPENDING, Asked, Facts
from genkan.sso.domain.values import Client
from genkan.sso.errors import InvalidGrant, OAuthError
from genkan.sso.service.issue import (
    Holder,
    Issued,
    access_response,
    id_token_claims,
    signed_id_token,
)
from genkan.sso.service.proof import Proven, told
from genkan.sso.service.release import NOTHING, Released, release, stands
from genkan.sso.store import codes as store
from genkan.sso.store import grants as grant_store
from genkan.sso.store import refresh as refresh_store

REFRESH_BYTES = 32
DOOR = "id_token"


def answer(proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
    """Redeem a code (RFC 6749 section 4.1.3, Core section 3.1.3)."""
    asked = Asked.read(form)
    refused = first_refusal(BEFORE_SPENDING, Door.CODE, asked, proven.client)
    if refused is not None:
        return told(refused.reason)
    return _spend(proven, asked, now=now)


@transaction.atomic(durable=True)
def _spend(proven: Proven, asked: Asked, *, now: datetime) -> Issued | OAuthError:
    """Spend the code and issue tokens; a refusal commits too, so that nothing is handed back."""
    digest = sha256((asked.code or "").encode()).digest()
    spent = store.spend(digest, now=now)
    if spent is None:
        grant_store.revoke_of_code(digest, now=now)
        return InvalidGrant(detail="unknown, expired or spent before")
    facts = Facts(
        client=proven.client.id,
        code=spent.code,
        jkt=proven.jkt,
        issuer=settings.GENKAN.issuer,
        link_stands=spent.link_stands,
        session_stands=spent.session_stands,
        resident_is_active=spent.resident_is_active,
        service_is_open=spent.service_is_open,
        consent_stands=spent.consent_stands,
    )
    refused = first_refusal(AFTER_SPENDING, Door.CODE, asked, facts)
    if refused is not None:
        return told(refused.reason)
    return _issue(proven, spent, asked, now=now)


def _issue(proven: Proven, spent: store.Spent, asked: Asked, *, now: datetime) -> Issued:
    """Begin the grant and answer with its tokens; joins."""
    code = spent.code
    grant = grants.of_code(proven.client, code, authorized_at=spent.authorized_at, now=now)
    holder = Holder(
        client=proven.client,
        grant=replace(grant, jkt=proven.jkt or grant.jkt),
        resident=spent.resident,
    )
    grant_store.add(holder.grant)
    response = access_response(holder, resource=asked.resource, now=now)
    if holder.grant.offline:
        response["refresh_token"] = _refresh_token(holder.grant, now=now)
    access_token = str(response["access_token"])
    plain = id_token_claims(holder, access_token, nonce=code.nonce, now=now)
    return _with_id_token(holder.client, response, plain, _wanted_inside(spent, now=now))


def _refresh_token(grant: grants.Grant, *, now: datetime) -> str:
    """Return the first refresh token of a grant; joins."""
    token = secrets.token_urlsafe(REFRESH_BYTES)
    refresh_store.add(
        grant.id,
        sha256(token.encode()).digest(),
        expires_at=grants.idle_end(grant.expires_at, now=now),
        now=now,
    )
    return token


def _with_id_token(
    client: Client,
    response: Mapping[str, object],
    plain: Mapping[str, object],
    released: Released,
) -> Issued:
    """Return a token response with its ID token, with and without what was released into it."""
    bare = {**response, "id_token": signed_id_token(client, plain)}
    if released.record is None:
        return Issued(bare, None, bare)
    full = {**released.claims, **plain}
    return Issued({**response, "id_token": signed_id_token(client, full)}, released.record, bare)


def _wanted_inside(spent: store.Spent, *, now: datetime) -> Released:
    """Release what the client wanted inside the ID token (`claims.id_token`); joins."""
    wanted = wants.in_id_token(spent.code.claims)
    if not wanted or not stands(spent.resident, spent.service, now=now):
        return NOTHING
    return release(spent.resident, spent.service, wanted, door=DOOR, now=now)
