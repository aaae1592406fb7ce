"""The refresh grant: new access tokens while the resident is away.

A confidential client proves itself each time, so its token stays the same. A public client's token
is exchanged for a successor at each use: derived from it by a key of ours, so that nobody but us
can make it, and two requests at once, or a repeat after a lost answer, get the same one (P0.9).
"""

import base64
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from genkan.kernel.sealing import load_keyring
from genkan.kernel.wire import Form
from genkan.sso.domain import grants, scopes
from genkan.sso.domain.refresh import BEFORE_LOOKING, STEPS, Asked, Facts
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import Client
from genkan.sso.errors import InvalidGrant, OAuthError
from genkan.sso.service import remembered
from genkan.sso.service.issue import (
    Holder,
    Issued,
    access_response,
    id_token_claims,
    signed_id_token,
)
from genkan.sso.service.proof import Proven, told
from genkan.sso.store import grants as grant_store
from genkan.sso.store import refresh as store
from genkan.sso.store.refresh import Found


def answer(proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
    """Give new tokens for a refresh token (RFC 6749 section 6)."""
    asked = Asked.read(form)
    refused = first_refusal(BEFORE_LOOKING, Door.REFRESH, asked, proven.client)
    if refused is not None or asked.token is None:
        return told(refused.reason) if refused else InvalidGrant(detail="no refresh token")
    if proven.client.is_public:
        return _rotate(proven, asked, asked.token, now=now)
    return _repeat(proven, asked, asked.token, now=now)


def _repeat(proven: Proven, asked: Asked, token: str, *, now: datetime) -> Issued | OAuthError:
    """Answer with the same refresh token; most uses write nothing."""
    found = store.presented(_digest(token), now=now)
    checked = _checked(proven, asked, found, now=now)
    if isinstance(checked, OAuthError):
        return checked
    presented = checked.presented
    if grants.outlives(presented.expires_at, presented.grant.expires_at, now=now):
        store.extend(checked.id, expires_at=grants.idle_end(presented.grant.expires_at, now=now))
    return _issued(proven, asked, checked, token, now=now)


@transaction.atomic(durable=True)
def _rotate(proven: Proven, asked: Asked, token: str, *, now: datetime) -> Issued | OAuthError:
    """Answer with a successor; what comes back too late ends its family, which commits too."""
    found = store.lock_presented(_digest(token), now=now)
    checked = _checked(proven, asked, found, now=now)
    if isinstance(checked, OAuthError):
        if found is not None and found.presented.is_reused(now):
            grant_store.revoke(found.presented.grant.id, now=now)
        return checked
    next_token = successor(token)
    end = grants.idle_end(checked.presented.grant.expires_at, now=now)
    store.mark_rotated(checked.id, now=now)
    store.add(checked.presented.grant.id, _digest(next_token), expires_at=end, now=now)
    return _issued(proven, asked, checked, next_token, now=now)


def _checked(
    proven: Proven, asked: Asked, found: Found | None, *, now: datetime
) -> Found | OAuthError:
    if found is not None and _is_outdated(proven.client, found):
        return remembered.changed()
    facts = Facts(
        client=proven.client.id,
        presented=None if found is None else found.presented,
        jkt=proven.jkt,
        issuer=settings.GENKAN.issuer,
        now=now,
    )
    refused = first_refusal(STEPS, Door.REFRESH, asked, facts)
    if refused is not None or found is None:
        return told(refused.reason) if refused else InvalidGrant(detail="unknown refresh token")
    return found


def _is_outdated(client: Client, found: Found) -> bool:
    is_its = found.presented.grant.client == client.id
    return is_its and found.client_version != client.version


def _issued(proven: Proven, asked: Asked, found: Found, token: str, *, now: datetime) -> Issued:
    holder = Holder(client=proven.client, grant=found.presented.grant, resident=found.resident)
    scope = None if asked.scope is None else scopes.parse(asked.scope)
    response = access_response(holder, scope=scope, resource=asked.resource, now=now)
    response["refresh_token"] = token
    if scope is None or scopes.OPENID in scope:
        access_token = str(response["access_token"])
        plain = id_token_claims(holder, access_token, nonce=None, now=now)
        response["id_token"] = signed_id_token(holder.client, plain)
    return Issued(response)


def successor(token: str) -> str:
    """Return what a refresh token is exchanged for: always the same, and ours alone to make."""
    ring = load_keyring(settings.GENKAN.keyring)
    made = ring.keyed_hash("refresh token successor", token.encode())
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
