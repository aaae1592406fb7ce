"""Use cases of looking at clients: what operators see of one, never a secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ServiceId
from genkan.partners import api as partners
from genkan.sso.domain import metadata, settings
from genkan.sso.domain.values import Client, ClientAuth
from genkan.sso.service import client_keys
from genkan.sso.store import clients as store
from genkan.sso.store import health as health_store
from genkan.sso.store.published_keys import Published


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKey:
    """A public key that verifies what a client signs.

    Attributes:
        thumbprint: RFC 7638; empty for a key that cannot be read.
        since: when it was registered; None where that is not kept.
    """

    kid: str
    kind: str
    thumbprint: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """A client as operators see it.

    Attributes:
        document: its RFC 7591 metadata, without secrets.
        read_at: when the keys that it publishes itself were last read.
        keys_fail_because: why the last attempt to read them failed; empty if it did not.
    """

    client: Client
    registered_at: datetime
    document: Mapping[str, object]
    keys: tuple[ClientKey, ...]
    read_at: datetime | None = None
    keys_fail_because: str = ""


def client_facts(client_id: UUID) -> ClientFacts:
    """Return what operators see of a client.

    Raises:
        NotFound: there is no such client.
    """
    client = store.client(str(client_id))
    if client is None:
        raise NotFound
    return _facts(client)


def clients_of(service: ServiceId) -> list[ClientFacts]:
    """Return the clients of a service, the oldest first."""
    return [_facts(one) for one in store.clients() if one.service == service]


def _facts(client: Client) -> ClientFacts:
    published = client_keys.health(client)
    return ClientFacts(
        client=client,
        registered_at=health_store.registered_at(client.id),
        document={**settings.document(client.settings), **metadata.document(client)},
        keys=tuple(_keys(client, published)),
        read_at=published.read_at if published else None,
        keys_fail_because=published.outcome if published else "",
    )


def _keys(client: Client, published: Published | None) -> Sequence[ClientKey]:
    """Return the keys that count; how old one is, is known of those that its service registered."""
    ages = partners.key_ages(client.service)
    own = client.keys or (published.keys if published is not None else ())
    if not own and client.auth is ClientAuth.PRIVATE_KEY_JWT and client.jwks_uri is None:
        own = tuple(partners.verification_keys(client.service))
    return [_key(one, ages.get(str(one.get("kid", "")))) for one in own]


def _key(jwk: Mapping[str, Any], since: datetime | None) -> ClientKey:
    try:
        thumbprint = JWKRegistry.import_key(dict(jwk)).thumbprint()
    except (JoseError, ValueError, KeyError, TypeError):
        thumbprint = ""
    return ClientKey(
        kid=str(jwk.get("kid", "")),
        kind=" ".join(str(jwk[name]) for name in ("kty", "crv") if name in jwk),
        thumbprint=thumbprint,
        since=since,
    )
