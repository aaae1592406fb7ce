"""Clients that prove themselves, wherever they call us directly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from genkan.kernel.wire import Form
from genkan.sso.domain import client_proof
from genkan.sso.domain.client_proof import SKEW, Known, Proof
from genkan.sso.domain.jose import Unverified
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import Client, ClientAuth
from genkan.sso.errors import InvalidClient, OAuthError
from genkan.sso.service import client_keys, tallies
from genkan.sso.store import clients as store


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A client that proved itself.

    Attributes:
        jkt: thumbprint of the key whose proof came with the request (RFC 9449); "" for none.
    """

    client: Client
    jkt: str = ""


def prove(
    authorization: str | None, form: Form, door: Door, *, now: datetime
) -> Proven | OAuthError:
    """Return the client that a request proves to come from, or what to tell whoever sent it.

    An assertion is used up by it, so ask once for each request.

    Args:
        authorization: the header, if one came.
        form: the body.
        door: where it came in.
        now: the present moment.
    """
    proof = Proof.read(authorization, form)
    client = store.client(proof.client_id) if proof.client_id else None
    keys = _keys(client, proof, now)
    known = Known(client=client, keys=keys, issuer=settings.GENKAN.issuer, now=now)
    refused = first_refusal(client_proof.STEPS, door, proof, known)
    if refused is not None:
        reason = told(refused.reason)
        if client is not None:
            tallies.note(client.service, reason.error, now=now)
        return reason
    if proof.assertion is not None and not _is_new(known.found, proof.assertion):
        return InvalidClient(detail="jti used before")
    return Proven(client=known.found)


def _keys(client: Client | None, proof: Proof, now: datetime) -> Sequence[Mapping[str, Any]]:
    if client is None or proof.assertion is None or client.auth is not ClientAuth.PRIVATE_KEY_JWT:
        return ()
    return client_keys.keys_of(client, proof.assertion.header, now=now)


def _is_new(client: Client, assertion: Unverified) -> bool:
    """Whether an assertion proves its client for the first time (RFC 7523 section 3)."""
    expires_at = assertion.moment("exp")
    assert expires_at is not None, "assertion_is_timely has seen it"
    return store.use_assertion(client.id, assertion.text("jti") or "", expires_at=expires_at + SKEW)


def told(reason: Exception) -> OAuthError:
    """Return the refusal as a client reads it: the steps at its doors raise nothing else."""
    assert isinstance(reason, OAuthError)
    return reason
