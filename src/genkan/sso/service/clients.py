"""Use cases of clients: register, list, look up."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from genkan.kernel.clock import day_in_japan
from genkan.kernel.ids import ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso.domain import metadata, standalone
from genkan.sso.domain.values import Client, ClientAuth, ClientId
from genkan.sso.errors import NoTrialHere
from genkan.sso.service.keys import ensure_keys
from genkan.sso.store import clients as store

SECRET_BYTES = 32


def register_for_trial(document: Mapping[str, Any], *, now: datetime) -> dict[str, object]:
    """Register a client that no linked service stands behind, with a service of its own.

    Its offer is made of its scopes, every item optional (see `domain.standalone`).

    Raises:
        NoTrialHere: this installation serves real residents.
        InvalidClientMetadata, KeyUnusable: see `register`.
    """
    if settings.GENKAN.mode == "production":
        raise NoTrialHere
    wanted = metadata.read(document)
    slug = f"trial-{secrets.token_hex(4)}"
    today = day_in_japan(now)
    applied = partners.apply(standalone.plan(wanted, slug=slug, today=today), now=now)
    return register(applied.service, document, now=now)


def register(
    service: ServiceId, document: Mapping[str, Any], *, now: datetime
) -> dict[str, object]:
    """Register a client of a service.

    Args:
        service: whose program it is.
        document: RFC 7591 metadata; its keys go to `partners`.
        now: the present moment.

    Returns:
        The metadata as registered, with `client_id`; with `client_secret` this one time, for a
        client that has one.

    Raises:
        InvalidClientMetadata: the error names the member.
        KeyUnusable: a key is not what `partners` keeps.
    """
    wanted = metadata.read(document)
    ensure_keys(now=now)
    if wanted.keys:
        partners.register_keys(service, wanted.keys, now=now)
    has_secret = wanted.auth is ClientAuth.BASIC
    secret = secrets.token_urlsafe(SECRET_BYTES) if has_secret else None
    client = Client(
        id=ClientId(new_id()),
        service=service,
        sector=partners.service(service).sector,
        name=wanted.name,
        redirect_uris=frozenset(wanted.redirect_uris),
        post_logout_redirect_uris=frozenset(wanted.post_logout_redirect_uris),
        auth=wanted.auth,
        auth_alg=wanted.auth_alg,
        secret_digest=None if secret is None else sha256(secret.encode()).digest(),
        scopes=wanted.scopes,
        logout_uri=wanted.logout_uri,
        logout_needs_sid=wanted.logout_needs_sid,
    )
    _add(client, now=now)
    return metadata.document(client, secret=secret)


@transaction.atomic(durable=True)
def _add(client: Client, *, now: datetime) -> None:
    store.add(client, now=now)
    ledger.append(
        ledger.Entry(
            event="sso.client_registered",
            subject=None,
            actor=ledger.SYSTEM,
            service=client.service,
            happened_at=now,
            facts={"client": str(client.id)},
        )
    )


def registered() -> list[dict[str, object]]:
    """Return all clients as RFC 7591 metadata, with the short name of their service."""
    names = {service.id: service.slug for service in partners.services()}
    return [
        {"service": names.get(client.service, ""), **metadata.document(client)}
        for client in store.clients()
    ]


def service_of_client(client_id: str) -> ServiceId | None:
    """Return whose program a client is, or None for a name nobody has."""
    found = store.client(client_id)
    return None if found is None else found.service
