"""Use cases of operators about clients: register, change, remove, list, look up."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from genkan.kernel.clock import day_in_japan
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ServiceId
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso.domain import metadata, standalone
from genkan.sso.domain.metadata import Allowance, Metadata
from genkan.sso.domain.values import Client, ClientId, SecretBefore
from genkan.sso.errors import InvalidClientMetadata, NoTrialHere
from genkan.sso.service import client_changes as changes
from genkan.sso.service import sectors
from genkan.sso.store import clients as store
from genkan.sso.store import published_keys

OVERLAP = timedelta(hours=24)
"""How long a secret counts beside the one that takes its place."""


def register_for_trial(document: Mapping[str, Any], *, now: datetime) -> dict[str, object]:
    """Register a client that no linked service stands behind, with a service of its own.

    Its offer is made of its scopes, every item optional (see `domain.standalone`).

    Raises:
        NoTrialHere: this installation serves real residents.
        InvalidClientMetadata: see `register`.
    """
    if in_production():
        raise NoTrialHere
    wanted = metadata.read(document, Allowance())
    sectors.check(wanted)
    return changes.add(service_for_trial(wanted, now=now), wanted, now=now)


def register(
    service: ServiceId, document: Mapping[str, Any], *, now: datetime
) -> dict[str, object]:
    """Register a client of a service, as an operator.

    Args:
        service: whose program it is.
        document: RFC 7591 metadata. Those of its keys that can sign disposal certificates, EC P-256
            with a key id, are registered for the service, too.
        now: the present moment.

    Returns:
        The metadata as registered, with `client_id`; with `client_secret` this one time, for a
        client that has one.

    Raises:
        InvalidClientMetadata: the error names the member.
    """
    wanted = metadata.read(document, Allowance(in_production=in_production()))
    sectors.check(wanted)
    _share_keys(service, wanted, now=now)
    return changes.add(service, wanted, now=now)


def update(client_id: UUID, document: Mapping[str, Any], *, now: datetime) -> dict[str, object]:
    """Put new metadata in the place of a client's, as an operator; returns as `register`.

    Raises:
        NotFound: there is no such client.
        InvalidClientMetadata: the error names the member.
    """
    client = _known(client_id)
    wanted = metadata.read(document, Allowance(in_production=in_production()))
    sectors.check(wanted)
    _share_keys(client.service, wanted, now=now)
    return changes.change(client.id, wanted, now=now)


def remove(
    client_id: UUID, *, reason: str = "", by: ledger.Actor = ledger.SYSTEM, now: datetime
) -> None:
    """Delete a client, as an operator.

    Raises:
        NotFound: there is no such client.
    """
    changes.end(_known(client_id).id, reason=reason, by=by, now=now)


@transaction.atomic(durable=True)
def rotate_secret(
    client_id: UUID, *, overlap: timedelta = OVERLAP, now: datetime
) -> dict[str, object]:
    """Give a client a new secret; the old one counts for `overlap` still, none after a leak.

    Returns:
        The client's metadata, with the new `client_secret` this one time.

    Raises:
        NotFound: there is no such client.
        InvalidClientMetadata: it proves itself in another way.
    """
    client = store.lock(ClientId(client_id))
    if client is None:
        raise NotFound
    if client.secret_digest is None:
        raise InvalidClientMetadata("token_endpoint_auth_method", "goes without a secret")
    secret, digest = changes.new_secret()
    before = SecretBefore(client.secret_digest, now + overlap) if overlap else None
    renewed = replace(client, secret_digest=digest, secret_before=before)
    store.save(renewed)
    changes.record("sso.client_secret_renewed", client, now=now)
    return metadata.document(renewed, secret=secret)


def in_production() -> bool:
    """Whether real residents are here."""
    mode: str = settings.GENKAN.mode
    return mode == "production"


def service_for_trial(wanted: Metadata, *, now: datetime) -> ServiceId:
    """Make a service for a client that nobody admitted."""
    slug = f"trial-{secrets.token_hex(4)}"
    address = wanted.settings.sector_identifier_uri
    sector = slug if address is None else sectors.sector_of(address)
    plan = standalone.plan(wanted, slug=slug, sector=sector, today=day_in_japan(now))
    return partners.apply(plan, now=now).service


def registered() -> list[dict[str, object]]:
    """Return all clients as RFC 7591 metadata, with the short name of their service.

    `jwks_uri_problem` says why the keys that a client publishes could not be read last time.
    """
    names = {service.id: service.slug for service in partners.services()}
    problems = published_keys.problems()
    return [
        {"service": names.get(client.service, "")}
        | metadata.document(client)
        | ({"jwks_uri_problem": problems[client.id]} if client.id in problems else {})
        for client in store.clients()
    ]


def service_of_client(client_id: str) -> ServiceId | None:
    """Return whose program a client is, or None for a name nobody has."""
    found = store.client(client_id)
    return None if found is None else found.service


def _known(client_id: UUID) -> Client:
    found = store.client(str(client_id))
    if found is None:
        raise NotFound
    return found


def _share_keys(service: ServiceId, wanted: Metadata, *, now: datetime) -> None:
    """Register keys for the service, too, that can sign disposal certificates.

    An operator has seen them; keys that a program registers by itself prove the program alone.
    """
    fitting = [key for key in wanted.keys if key["kty"] == "EC" and "kid" in key]
    if fitting:
        partners.register_keys(service, fitting, now=now)
