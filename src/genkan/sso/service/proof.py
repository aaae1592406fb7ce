"""Clients that prove themselves, wherever they call us directly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings

from genkan.kernel.wire import Form
from genkan.sso.domain import client_proof, policy
from genkan.sso.domain.client_proof import SKEW, Known, Proof
from genkan.sso.domain.dpop import Proof as Possession
from genkan.sso.domain.jose import Unverified
from genkan.sso.domain.policy import About, Brought, Endpoint
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import Client, ClientAuth
from genkan.sso.errors import InvalidClient, OAuthError
from genkan.sso.service import client_keys, possession, remembered, tallies
from genkan.sso.store import clients as store

T = TypeVar("T")
ENDPOINTS = {
    Door.PUSHED: Endpoint.PAR,
    Door.INTROSPECTION: Endpoint.INTROSPECTION,
    Door.REVOCATION: Endpoint.REVOCATION,
    Door.LINKS: Endpoint.LINKS,
    Door.ASKING: Endpoint.CIBA,
}
"""Where a client's doors are; every other one is at the token endpoint."""
PATHS = {Endpoint.PAR: "/oauth2/par", Endpoint.TOKEN: "/oauth2/token"}
"""Endpoints that read a proof of possession, by what its address has to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A client that proved itself.

    Attributes:
        jkt: thumbprint of the key whose proof came with the request (RFC 9449); "" for none.
    """

    client: Client
    jkt: str = ""


def prove(
    authorization: str | None,
    form: Form,
    door: Door,
    *,
    dpop: str | None = None,
    now: datetime,
) -> Proven | OAuthError:
    """Return the client that a request proves to come from, or what to tell whoever sent it.

    It is held to the client's policy as far as that is about who calls. An assertion and a DPoP
    proof are used up by it, so ask once for each request.

    Args:
        authorization: the header, if one came.
        form: the body.
        door: where it came in.
        dpop: that header, if one came.
        now: the present moment.
    """
    proof = Proof.read(authorization, form)
    client = remembered.read(proof.client_id)
    return _noted(client, _proved(client, proof, door, dpop=dpop, now=now), now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that a client makes itself, as it came.

    Attributes:
        authorization, dpop: these headers; None if they did not come.
        form: the body.
        door: where it came in.
    """

    authorization: str | None
    form: Form
    door: Door
    dpop: str | None = None


def let_do(
    call: Call, do: Callable[[Proven], T | OAuthError], *, asks: bool, now: datetime
) -> T | OAuthError:
    """Return what a client did that proves itself, or what to tell whoever sent the request.

    Like `prove`, but a client that proves itself by a secret is not read anew where `do` asks.

    Args:
        call: the request.
        do: what the client wants.
        asks: `do` may be called again, and gives nothing away before it has asked whether the
            client is written so still; see `remembered.decided`.
        now: the present moment.
    """
    proof = Proof.read(call.authorization, call.form)
    asked: Client | None = None

    def decide(client: Client | None) -> T | OAuthError:
        nonlocal asked
        asked = client
        proven = _proved(client, proof, call.door, dpop=call.dpop, now=now)
        return proven if isinstance(proven, OAuthError) else do(proven)

    if asks and call.dpop is None and proof.assertion is None:
        said = remembered.decided(proof.client_id, decide)
    else:  # one look at a proof uses it up
        said = decide(remembered.read(proof.client_id))
    return _noted(asked, said, now)


def _noted(client: Client | None, said: T | OAuthError, now: datetime) -> T | OAuthError:
    """Return an answer; a refusal is counted where the client is known."""
    if isinstance(said, OAuthError) and client is not None:
        tallies.note(client.service, said.error, now=now)
    return said


def _proved(
    client: Client | None, proof: Proof, door: Door, *, dpop: str | None, now: datetime
) -> Proven | OAuthError:
    keys = _keys(client, proof, now)
    known = Known(client=client, keys=keys, issuer=settings.GENKAN.issuer, now=now)
    refused = first_refusal(client_proof.STEPS, door, proof, known)
    if refused is not None:
        return told(refused.reason)
    try:
        possessed = _possessed(known.found, proof, dpop, ENDPOINTS.get(door, Endpoint.TOKEN), now)
        _use_up(known.found, proof.assertion, possessed)
    except OAuthError as reason:
        return reason
    return Proven(client=known.found, jkt=possessed.jkt if possessed else "")


def _possessed(
    client: Client, proof: Proof, header: str | None, endpoint: Endpoint, now: datetime
) -> Possession | None:
    """Return the proof of possession, of a client that brings what its policy demands."""
    possessed = None
    if header is not None and endpoint in PATHS:
        possessed = possession.read(header, PATHS[endpoint], "POST", now=now)
    brought = Brought(
        auth=client.auth,
        auth_alg=None if proof.assertion is None else str(proof.assertion.header.get("alg")),
        proof=possessed.jkt if possessed else None,
        nonce_is_good=possessed is not None and possession.nonce_is_good(possessed, now=now),
    )
    is_read_later = endpoint is Endpoint.PAR
    about = (About.CALLER,) if is_read_later else policy.EVERYTHING
    policy.check(endpoint, client.settings, brought, about=about)
    return possessed


def _use_up(client: Client, assertion: Unverified | None, possessed: Possession | None) -> None:
    """Use up what proves something once; only one of any number of requests goes on."""
    if assertion is not None and not _is_new(client, assertion):
        raise InvalidClient(detail="jti used before")
    if possessed is not None:
        possession.use(possessed)


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
