"""Revocation: a client gives a token back (RFC 7009)."""

from datetime import datetime
from hashlib import sha256

from genkan.kernel.wire import Form
from genkan.sso.domain.steps import Door
from genkan.sso.domain.values import Client
from genkan.sso.errors import InvalidRequest, OAuthError
from genkan.sso.service import tokens
from genkan.sso.service.proof import prove
from genkan.sso.store import grants as grant_store
from genkan.sso.store import refresh as refresh_store


def revoke(authorization: str | None, form: Form, *, now: datetime) -> OAuthError | None:
    """End a token at its client's request.

    A refresh token ends its whole grant; an access token ends alone. What is no token, or none any
    more, is as good as ended (section 2.2); what is another client's stays, and that is told.

    Args:
        authorization: the header, if one came.
        form: the body.
        now: the present moment.

    Returns:
        None when it is done, or what was wrong with the request.
    """
    proven = prove(authorization, form, Door.REVOCATION, now=now)
    if isinstance(proven, OAuthError):
        return proven
    token = form.get("token")
    if token is None:
        return InvalidRequest("token is missing")
    is_its_own = _ended(proven.client, token, now=now)
    return None if is_its_own else InvalidRequest("the token was given to another client")


def _ended(client: Client, token: str, *, now: datetime) -> bool:
    """End a token; False, and nothing ends, if it is another client's."""
    if "." in token:
        access = tokens.read(token, now=now)
        if access is not None and access.client == str(client.id):
            grant_store.revoke_token(access)
        return access is None or access.client == str(client.id)
    found = refresh_store.presented(sha256(token.encode()).digest(), now=now)
    if found is None:
        return True
    if found.presented.grant.client != client.id:
        return False
    grant_store.revoke(found.presented.grant.id, now=now)
    return True
