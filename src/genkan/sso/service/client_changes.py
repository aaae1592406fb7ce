"""What operators and programs share: a client is added, changed, ended."""

import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso.domain import metadata
from genkan.sso.domain.keys import ALG
from genkan.sso.domain.metadata import Metadata
from genkan.sso.domain.settings import Settings
from genkan.sso.domain.values import WITH_SECRET, Client, ClientId
from genkan.sso.errors import InvalidClientMetadata
from genkan.sso.service import client_keys, sectors
from genkan.sso.service.keys import ensure_keys
from genkan.sso.store import clients as store
from genkan.sso.store import published_keys, sessions

SECRET_BYTES = 32


def add(
    service: ServiceId, wanted: Metadata, *, registration: bytes | None = None, now: datetime
) -> dict[str, object]:
    """Write a client whose metadata was checked.

    Args:
        service: whose program it is.
        wanted: its metadata.
        registration: SHA-256 of the token that manages it; None where operators do.
        now: the present moment.

    Returns:
        The metadata as registered, with `client_id`; with `client_secret` this one time, for a
        client that has one.
    """
    ensure_keys(algs=_algs(wanted.settings), now=now)
    fresh = Client(
        id=ClientId(new_id()),
        service=service,
        sector=partners.service(service).sector,
        name=wanted.name,
        redirect_uris=frozenset(),
        post_logout_redirect_uris=frozenset(),
        auth=wanted.auth,
        auth_alg=wanted.auth_alg,
        secret_digest=None,
        scopes=wanted.scopes,
        registration_digest=registration,
    )
    client, secret = _with(fresh, wanted)
    _add(client, now=now)
    client_keys.read_again(client, now=now)
    return metadata.document(client, secret=secret)


@transaction.atomic(durable=True)
def _add(client: Client, *, now: datetime) -> None:
    store.add(client, now=now)
    record("sso.client_registered", client, now=now)


def change(client_id: ClientId, wanted: Metadata, *, now: datetime) -> dict[str, object]:
    """Put checked metadata in the place of a client's, all at once; returns as `add`.

    Raises:
        NotFound: there is no such client (any more).
        InvalidClientMetadata: it would give residents other subjects.
    """
    ensure_keys(algs=_algs(wanted.settings), now=now)
    client, secret = _change(client_id, wanted, now=now)
    client_keys.read_again(client, now=now)
    return metadata.document(client, secret=secret)


@transaction.atomic(durable=True)
def _change(client_id: ClientId, wanted: Metadata, *, now: datetime) -> tuple[Client, str | None]:
    client = store.lock(client_id)
    if client is None:
        raise NotFound
    _check_sector(client.settings, wanted.settings)
    changed, secret = _with(client, wanted)
    store.save(changed)
    if changed.jwks_uri != client.jwks_uri:
        published_keys.forget(client.id)
    record("sso.client_changed", client, now=now)
    return changed, secret


@transaction.atomic(durable=True)
def end(
    client_id: ClientId,
    *,
    reason: str = "",
    by: ledger.Actor = ledger.SYSTEM,
    now: datetime,
) -> None:
    """Delete a client: its name, its sessions and its tokens end with it.

    Args:
        client_id: which one.
        reason: for the ledger, where somebody gives one.
        by: who deletes it; by default itself, or whoever has the command line.
        now: the present moment.

    Raises:
        NotFound: there is no such client (any more).
    """
    client = store.lock(client_id)
    if client is None:
        raise NotFound
    store.remove(client.id, now=now)
    sessions.end_of_client(client.id, now=now)
    published_keys.forget(client.id)
    record("sso.client_removed", client, reason=reason, by=by, now=now)


def new_secret() -> tuple[str, bytes]:
    """Return 256 random bits as text, and the digest that is kept of them."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return secret, sha256(secret.encode()).digest()


def record(
    event: str,
    client: Client,
    *,
    reason: str = "",
    by: ledger.Actor = ledger.SYSTEM,
    now: datetime,
) -> None:
    """Write down what was done with a client; joins."""
    ledger.append(
        ledger.Entry(
            event=event,
            subject=None,
            actor=by,
            service=client.service,
            happened_at=now,
            facts={"client": str(client.id)} | ({"reason": reason} if reason else {}),
        )
    )


def _with(client: Client, wanted: Metadata) -> tuple[Client, str | None]:
    """Return a client with new metadata, and the secret it needs and had not."""
    has_secret = wanted.auth in WITH_SECRET
    secret, digest = None, client.secret_digest if has_secret else None
    if has_secret and digest is None:
        secret, digest = new_secret()
    changed = replace(
        client,
        name=wanted.name,
        redirect_uris=frozenset(wanted.redirect_uris),
        post_logout_redirect_uris=frozenset(wanted.post_logout_redirect_uris),
        auth=wanted.auth,
        auth_alg=wanted.auth_alg,
        secret_digest=digest,
        secret_before=client.secret_before if has_secret else None,
        scopes=wanted.scopes,
        logout_uri=wanted.logout_uri,
        logout_needs_sid=wanted.logout_needs_sid,
        settings=wanted.settings,
        keys=wanted.keys,
        jwks_uri=wanted.jwks_uri,
    )
    return changed, secret


def _check_sector(before: Settings, after: Settings) -> None:
    """Keep the sector: in another one every resident would be somebody else to the service."""
    one, other = before.sector_identifier_uri, after.sector_identifier_uri
    if one == other or other is None:
        return
    if one is None or sectors.sector_of(one) != sectors.sector_of(other):
        raise InvalidClientMetadata(sectors.MEMBER, "residents would get other subjects")


def _algs(settings: Settings) -> tuple[str, ...]:
    """Return the algorithms that a client wants our signatures in."""
    signed = (
        settings.id_token_alg,
        settings.userinfo_alg,
        settings.introspection_alg,
        settings.authorization_alg,
    )
    return tuple(sorted({ALG, *(alg for alg in signed if alg is not None)}))
