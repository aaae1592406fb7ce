"""How a request comes: as it is, inside a request object, or pushed before."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from genkan.kernel.wire import Form
from genkan.sso.domain import request_objects
from genkan.sso.domain.authorize import Asked, Came
from genkan.sso.domain.jose import Unverified
from genkan.sso.domain.request_objects import Signer
from genkan.sso.domain.steps import Door, first_refusal
from genkan.sso.domain.values import Client, PushedId
from genkan.sso.errors import (
    InvalidRequestObject,
    InvalidRequestUri,
    OAuthError,
    RequestUriNotSupported,
)
from genkan.sso.service import client_keys
from genkan.sso.store import clients as client_store
from genkan.sso.store import pushed as store

REQUEST_URI = "urn:ietf:params:oauth:request_uri:"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request, wherever it was, and which pushed one it is."""

    asked: Asked
    pushed: PushedId | None = None


def arrived(form: Form, *, now: datetime) -> Arrived:
    """Return the request that a browser brings or refers to; nothing of it is checked yet."""
    asked = Asked.read(form)
    client = client_store.client(asked.get("client_id") or "")
    if client is None or {"client_id", "request", "request_uri"} & asked.repeated:
        return Arrived(asked)
    if asked.get("request_uri") is not None:
        return _referred(asked, client, now=now)
    return Arrived(opened(asked, client, door=Door.BROWSER, now=now))


def _referred(asked: Asked, client: Client, *, now: datetime) -> Arrived:
    address = asked.parameters["request_uri"]
    if not address.startswith(REQUEST_URI):
        fault: OAuthError = RequestUriNotSupported("only pushed requests are read by reference")
        return Arrived(replace(asked, came=Came(fault=fault)))
    found = store.waiting(digest_of(address), client.id, now=now)
    if found is None:
        fault = InvalidRequestUri("it was used, is too old, or is another client's")
        return Arrived(replace(asked, came=Came(pushed=True, fault=fault)))
    return Arrived(Asked(found.parameters, came=Came(pushed=True, signed=True)), found.id)


def digest_of(address: str) -> bytes:
    """Return what a `request_uri` is found by."""
    return sha256(address.removeprefix(REQUEST_URI).encode()).digest()


def opened(asked: Asked, client: Client, *, door: Door, now: datetime) -> Asked:
    """Return the request inside a request object; what stands around it does not count.

    A request object that cannot be believed leaves its fault. Its parameters say where that is
    told: the address is compared with the registered ones all the same.
    """
    compact = asked.get("request")
    if compact is None:
        return asked
    seen = Unverified.read(compact)
    if seen is None:
        fault: OAuthError = InvalidRequestObject("request is not a signed JWT")
        return replace(asked, came=replace(asked.came, fault=fault))
    keys = client_keys.keys_of(client, seen.header, now=now)
    signer = Signer(client=client, keys=keys, issuer=settings.GENKAN.issuer, now=now)
    refused = first_refusal(request_objects.STEPS, door, seen, signer)
    reason = refused.reason if refused is not None else None
    assert reason is None or isinstance(reason, OAuthError), "the steps there raise nothing else"
    came = replace(asked.came, signed=True, fault=reason)
    inside = request_objects.parameters(seen) | {"client_id": str(client.id)}
    if reason is not None and "redirect_uri" not in inside:
        return replace(asked, came=came)
    return Asked(inside, came=came)
