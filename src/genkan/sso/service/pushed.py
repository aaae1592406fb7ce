"""Pushed authorization requests: the client brings the request itself, before the browser comes.

Source:
    RFC 9126; FAPI 2.0 Security Profile section 5.3.2.2.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from genkan.kernel.errors import Refusal
from genkan.kernel.ids import new_id
from genkan.kernel.wire import Form
from genkan.sso.domain.authorize import STEPS, Asked, Came
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import PUSHED_LIFE, Client, PushedId
from genkan.sso.errors import (
    InvalidRequest,
    OAuthError,
)
from genkan.sso.service.authorize import facts_about
from genkan.sso.service.proof import prove
from genkan.sso.service.requests import REQUEST_URI, digest_of, opened
from genkan.sso.store import pushed as store

REFERENCE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where a pushed request is found."""

    request_uri: str

    def document(self) -> dict[str, object]:
        """Return what the client is told (RFC 9126 section 2.2)."""
        return {
            "request_uri": self.request_uri,
            "expires_in": int(PUSHED_LIFE.total_seconds()),
        }


def push(
    authorization: str | None, form: Form, *, dpop: str | None = None, now: datetime
) -> Pushed | OAuthError:
    """Take in a pushed request, after every check that an authorization request has to pass.

    Args:
        authorization: the header, if one came.
        form: the body.
        dpop: that header, if one came.
        now: the present moment.

    Returns:
        Where it is found, or what to tell the client.
    """
    proven = prove(authorization, form, Door.PUSHED, dpop=dpop, now=now)
    if isinstance(proven, OAuthError):
        return proven
    client = proven.client
    asked = _bound(_asked(form, client, now=now), proven.jkt)
    refused = first_refusal(STEPS, Door.PUSHED, asked, facts_about(asked, client))
    if refused is not None:
        return _told(refused.reason)
    reference = secrets.token_urlsafe(REFERENCE_BYTES)
    address = f"{REQUEST_URI}{reference}"
    store.add(
        PushedId(new_id()),
        client.id,
        asked.parameters,
        digest=digest_of(address),
        now=now,
        expires_at=now + PUSHED_LIFE,
    )
    return Pushed(address)


def _asked(form: Form, client: Client, *, now: datetime) -> Asked:
    """Return the request of the form; it is the client's that proved itself."""
    read = Asked.read(form)
    named = {**read.parameters, "client_id": str(client.id)}
    asked = replace(read, parameters=named, came=Came(pushed=True))
    if read.get("client_id") not in (None, str(client.id)):
        fault = InvalidRequest("client_id is not the client's that proved itself")
        return replace(asked, came=Came(pushed=True, fault=fault))
    if read.get("request_uri") is not None:
        fault = InvalidRequest("request_uri must not be pushed (RFC 9126 section 2.1)")
        return replace(asked, came=Came(pushed=True, fault=fault))
    return opened(asked, client, door=Door.PUSHED, now=now)


def _bound(asked: Asked, jkt: str) -> Asked:
    """Bind the request to the key that was proved with it (RFC 9449 section 10.1)."""
    if not jkt:
        return asked
    if asked.get("dpop_jkt") not in (None, jkt):
        fault = InvalidRequest("dpop_jkt is not the key of the DPoP proof")
        return replace(asked, came=replace(asked.came, fault=asked.came.fault or fault))
    return replace(asked, parameters={**asked.parameters, "dpop_jkt": jkt})


def _told(reason: OAuthError | Refusal) -> OAuthError:
    """Return a refusal as a client reads it; a browser's resident would see a page."""
    if isinstance(reason, OAuthError):
        return reason
    return InvalidRequest("redirect_uri is not one of the registered addresses")
