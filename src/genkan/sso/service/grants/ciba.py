"""The CIBA grant: tokens for a request that its resident allowed elsewhere.

Source:
    OpenID Connect CIBA Core 1.0 sections 10.1 and 11.
"""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from genkan.kernel.wire import Form
from genkan.sso.domain import ciba, grants
from genkan.sso.domain.ciba import PATIENCE, Poll
from genkan.sso.errors import InvalidRequest, OAuthError
from genkan.sso.errors.ciba import AuthorizationPending, SlowDown
from genkan.sso.service.issue import (
    Holder,
    Issued,
    access_response,
    id_token_claims,
    signed_id_token,
)
from genkan.sso.service.proof import Proven
from genkan.sso.store import ciba as store
from genkan.sso.store import grants as grant_store


def answer(proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
    """Answer a client that asks whether its resident has answered."""
    auth_req_id = form.get("auth_req_id")
    if auth_req_id is None:
        return InvalidRequest("auth_req_id is missing")
    return _answer(proven, sha256(auth_req_id.encode()).digest(), now=now)


@transaction.atomic(durable=True)
def _answer(proven: Proven, digest: bytes, *, now: datetime) -> Issued | OAuthError:
    """Give tokens out once; of several questions at once the first gets them."""
    held = store.hold(digest)
    poll = Poll(
        client=proven.client.id,
        knock=None if held is None else held.knock,
        stands=held is not None and held.stands,
        now=now,
    )
    refused = ciba.refusal(poll)
    if held is not None and isinstance(refused, AuthorizationPending | SlowDown):
        more = PATIENCE if isinstance(refused, SlowDown) else PATIENCE * 0
        store.polled(held.knock.id, patience=more, now=now)
    if refused is not None or held is None:
        return refused or OAuthError()
    store.spend(held.knock.id, now=now)
    return _issue(proven, held, now=now)


def _issue(proven: Proven, held: store.Held, *, now: datetime) -> Issued:
    grant = grants.of_knock(held.knock, jkt=proven.jkt, now=now)
    holder = Holder(client=proven.client, grant=grant, resident=held.resident)
    grant_store.add(grant)
    response = access_response(holder, now=now)
    plain = id_token_claims(holder, str(response["access_token"]), nonce=None, now=now)
    told = {**response, "id_token": signed_id_token(proven.client, plain)}
    return Issued(told, None, told)
