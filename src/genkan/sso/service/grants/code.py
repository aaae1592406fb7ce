"""The code grant: spend the code, begin a grant, issue its tokens."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from genkan.kernel.ids import new_id
from genkan.kernel.wire import Form
from genkan.sso.domain import grants
from genkan.sso.domain import wanted as wants
from genkan.sso.domain.settings import GrantType
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.token import AFTER_SPENDING, BEFORE_SPENDING, Asked, Facts, s256
from genkan.sso.domain.values import TOKEN_LIFE, Client
from genkan.sso.domain.wanted import Wanted
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

REFRESH_BYTES = 32
DOOR = "id_token"


def answer(proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
    """Redeem a code (RFC 6749 section 4.1.3, Core section 3.1.3)."""
    asked = Asked.read(form)
    refused = first_refusal(BEFORE_SPENDING, Door.CODE, asked, proven.client)
    if refused is not None:
        return told(refused.reason)
    return _spend(proven, asked, now=now)


def _spend(proven: Proven, asked: Asked, *, now: datetime) -> Issued | OAuthError:
    """Spend the code and begin its grant by one statement; the steps say why where it refused."""
    digest = sha256((asked.code or "").encode()).digest()
    refresh_token = secrets.token_urlsafe(REFRESH_BYTES)
    spent = store.spend(digest, _terms(proven, asked, refresh_token, now), now=now)
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
        consent_stands=spent.consent_stands,
    )
    refused = first_refusal(AFTER_SPENDING, Door.CODE, asked, facts)
    if refused is not None:
        return told(refused.reason)
    assert spent.grant is not None, "the statement asks what the steps ask"
    holder = Holder(client=proven.client, grant=spent.grant, resident=spent.resident)
    return _issue(holder, spent, asked, refresh_token, now=now)


def _terms(proven: Proven, asked: Asked, refresh_token: str, now: datetime) -> store.Terms:
    offline_ends_at = now + grants.OFFLINE_LIFE
    return store.Terms(
        client=proven.client.id,
        version=proven.client.version,
        redirect_uri=asked.redirect_uri or "",
        challenge="" if asked.code_verifier is None else s256(asked.code_verifier),
        jkt=proven.jkt,
        resource=asked.resource,
        issuer=settings.GENKAN.issuer,
        may_refresh=GrantType.REFRESH in proven.client.settings.grant_types,
        ends_at=now + TOKEN_LIFE,
        offline_ends_at=offline_ends_at,
        refresh_id=new_id(),
        refresh_digest=sha256(refresh_token.encode()).digest(),
        refresh_ends_at=grants.idle_end(offline_ends_at, now=now),
    )


def _issue(
    holder: Holder, spent: store.Spent, asked: Asked, refresh_token: str, *, now: datetime
) -> Issued:
    """Answer with the tokens of a grant."""
    response = access_response(holder, resource=asked.resource, now=now)
    if holder.grant.offline:
        response["refresh_token"] = refresh_token
    access_token = str(response["access_token"])
    plain = id_token_claims(holder, access_token, nonce=spent.code.nonce, now=now)
    return _with_id_token(holder.client, response, plain, _wanted_inside(spent, now=now))


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
    """Release what the client wanted inside the ID token (`claims.id_token`)."""
    wanted = wants.in_id_token(spent.code.claims)
    if not wanted or not stands(spent.resident, spent.service, now=now):
        return NOTHING
    return _released(spent, wanted, now=now)


@transaction.atomic(durable=True)
def _released(spent: store.Spent, wanted: Wanted, *, now: datetime) -> Released:
    return release(spent.resident, spent.service, wanted, door=DOOR, now=now)
