"""The token request: prove the client, spend the code, issue the tokens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from genkan.consent import api as consent
from genkan.kernel.ids import new_id
from genkan.kernel.wire import Form
from genkan.partners import api as partners
from genkan.sso.domain import client_proof, scopes, token
from genkan.sso.domain import wanted as wants
from genkan.sso.domain.client_proof import SKEW, Known, Proof
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.token import AFTER_SPENDING, BEFORE_SPENDING, Asked, Facts
from genkan.sso.domain.values import (
    ID_TOKEN_LIFE,
    TOKEN_LIFE,
    Client,
    ClientAuth,
    TokenId,
)
from genkan.sso.errors import OAuthError
from genkan.sso.service.keys import sign
from genkan.sso.service.release import NOTHING, Released, release, stands
from genkan.sso.store import clients as client_store
from genkan.sso.store import codes as store

TOKEN_BYTES = 32
DOOR = "id_token"


@dataclass(frozen=True, slots=True)
class Issued:
    """A token response on its way.

    Attributes:
        document: what the client is told.
        record: the release of data inside the ID token; None if it holds none.
        bare: the same without that data, should the consent end before the hand-over.
    """

    document: Mapping[str, object]
    record: consent.Release | None
    bare: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Proven:
    """A client that proved itself, and how."""

    client: Client
    proof: Proof


def redeem(authorization: str | None, form: Form, *, now: datetime) -> Issued | OAuthError:
    """Answer a token request.

    Args:
        authorization: the header, if one came.
        form: the body.
        now: the present moment.

    Returns:
        The token response (RFC 6749 section 5.1, Core section 3.1.3.3), or what to tell the client.
    """
    proven = prove(authorization, form, now=now)
    if isinstance(proven, OAuthError):
        return proven
    asked = Asked.read(form)
    refused = first_refusal(BEFORE_SPENDING, Door.CODE, asked, None)
    if refused is not None:
        return _told(refused.reason)
    return _spend(proven, asked, now=now)


def prove(authorization: str | None, form: Form, *, now: datetime) -> Proven | OAuthError:
    """Return the client that a request proves to come from, or what to tell whoever sent it."""
    proof = Proof.read(authorization, form)
    client = client_store.client(proof.client_id) if proof.client_id else None
    known = Known(client=client, keys=_keys(client, proof), issuer=settings.GENKAN.issuer, now=now)
    refused = first_refusal(client_proof.STEPS, Door.CODE, proof, known)
    return Proven(known.found, proof) if refused is None else _told(refused.reason)


def _keys(client: Client | None, proof: Proof) -> list[dict[str, Any]]:
    if client is None or proof.assertion is None or client.auth is not ClientAuth.PRIVATE_KEY_JWT:
        return []
    return partners.verification_keys(client.service)


@transaction.atomic(durable=True)
def _spend(proven: Proven, asked: Asked, *, now: datetime) -> Issued | OAuthError:
    """Spend the code and issue tokens; a refusal commits too, so that nothing is handed back."""
    digest = sha256((asked.code or "").encode()).digest()
    is_new = _assertion_is_new(proven)
    spent = store.spend(digest, now=now) if is_new else None
    if spent is None:
        if is_new:
            store.revoke_tokens_of(digest, now=now)
        facts = _nothing(proven, assertion_is_new=is_new)
    else:
        facts = Facts(
            client=proven.client.id,
            code=spent.code,
            assertion_is_new=is_new,
            link_stands=spent.link_stands,
            session_stands=spent.session_stands,
            resident_is_active=spent.resident_is_active,
            service_is_open=spent.service_is_open,
        )
    refused = first_refusal(AFTER_SPENDING, Door.CODE, asked, facts)
    if refused is not None or spent is None:
        return _told(refused.reason if refused else OAuthError())
    return _issue(proven.client, spent, now=now)


def _nothing(proven: Proven, *, assertion_is_new: bool) -> Facts:
    """Return the facts about a code that could not be spent."""
    return Facts(
        client=proven.client.id,
        code=None,
        assertion_is_new=assertion_is_new,
        link_stands=False,
        session_stands=False,
        resident_is_active=False,
        service_is_open=False,
    )


def _assertion_is_new(proven: Proven) -> bool:
    assertion = proven.proof.assertion
    if assertion is None or proven.proof.basic is not None:
        return True
    expires_at = assertion.moment("exp")
    assert expires_at is not None, "assertion_is_timely has seen it"
    return client_store.use_assertion(
        proven.client.id, assertion.text("jti") or "", expires_at=expires_at + SKEW
    )


def _issue(client: Client, spent: store.Spent, *, now: datetime) -> Issued:
    code = spent.code
    access_token = secrets.token_urlsafe(TOKEN_BYTES)
    store.add_token(
        TokenId(new_id()),
        code.id,
        digest=sha256(access_token.encode()).digest(),
        now=now,
        expires_at=now + TOKEN_LIFE,
    )
    told = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "scope": scopes.as_text(code.scopes),
    }
    plain = _id_token(client, spent, access_token, now)
    bare = told | {"id_token": sign(plain, typ="JWT")}
    released = _wanted_inside(spent, now=now)
    if released.record is None:
        return Issued(bare, None, bare)
    full = {**released.claims, **plain}
    return Issued(told | {"id_token": sign(full, typ="JWT")}, released.record, bare)


def _wanted_inside(spent: store.Spent, *, now: datetime) -> Released:
    """Release what the client wanted inside the ID token (`claims.id_token`); joins."""
    wanted = wants.in_id_token(spent.code.claims)
    if not wanted or not stands(spent.resident, spent.service, now=now):
        return NOTHING
    return release(spent.resident, spent.service, wanted, door=DOOR, now=now)


def _id_token(
    client: Client, spent: store.Spent, access_token: str, now: datetime
) -> dict[str, object]:
    """Return the claims of the ID token (Core section 2): what happened, never what was wished."""
    code = spent.code
    issued_at = int(now.astimezone(UTC).timestamp())
    told: dict[str, object] = {
        "iss": settings.GENKAN.issuer,
        "sub": partners.pairwise_subject(client.sector, spent.resident),
        "aud": str(client.id),
        "exp": issued_at + int(ID_TOKEN_LIFE.total_seconds()),
        "iat": issued_at,
        "auth_time": int(code.sign_in.at.timestamp()),
        "acr": code.sign_in.acr,
        "sid": code.sid,
        "at_hash": token.at_hash(access_token),
    }
    if code.sign_in.amr:
        told["amr"] = list(code.sign_in.amr)
    if code.nonce is not None:
        told["nonce"] = code.nonce
    return told


def _told(reason: Exception) -> OAuthError:
    """Return the refusal as a client reads it: the steps here raise nothing else."""
    assert isinstance(reason, OAuthError)
    return reason
