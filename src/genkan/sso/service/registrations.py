"""Use cases of programs that register themselves, and of the tokens that let them.

An initial access token registers clients of one admitted service, or, outside production, clients
for trial with a service of their own each. What a client may register by itself is less than what
an operator may: no `resource_identifiers`, no token exchange, no client without PKCE unless the
token says so.

Source:
    RFC 7591 section 3; RFC 7592 section 2; OpenID Connect Dynamic Client Registration 1.0.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ServiceId, new_id
from genkan.ledger import api as ledger
from genkan.sso.domain import metadata
from genkan.sso.domain.metadata import Allowance
from genkan.sso.domain.registrations import LIFE, USES_FOR_REAL, USES_FOR_TRIAL, InitialToken
from genkan.sso.domain.values import Client
from genkan.sso.errors import (
    ClientStopped,
    InvalidClientMetadata,
    InvalidToken,
    NoTrialHere,
    TokenMissing,
)
from genkan.sso.service import client_changes as changes
from genkan.sso.service import sectors
from genkan.sso.service.clients import in_production, service_for_trial
from genkan.sso.store import clients as client_store
from genkan.sso.store import registrations as store

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an initial access token is good for.

    Attributes:
        service: whose clients; None for clients for trial.
        uses: how many; None for one in production, 1,000 elsewhere.
        life: how long.
        without_pkce: its clients may go without PKCE; None for: clients for trial may.
    """

    service: ServiceId | None = None
    uses: int | None = None
    life: timedelta = LIFE
    without_pkce: bool | None = None


def make_token(terms: Terms, *, now: datetime) -> tuple[str, InitialToken]:
    """Make an initial access token; its text is known this one time.

    Raises:
        NoTrialHere: real residents are here, and the token is for trial in one way or another.
    """
    is_trial = terms.service is None
    if in_production() and (is_trial or terms.without_pkce):
        raise NoTrialHere
    uses = USES_FOR_REAL if in_production() else USES_FOR_TRIAL
    text = secrets.token_urlsafe(TOKEN_BYTES)
    token = InitialToken(
        id=new_id(),
        service=terms.service,
        without_pkce=is_trial if terms.without_pkce is None else terms.without_pkce,
        uses_left=terms.uses or uses,
        created_at=now,
        expires_at=now + terms.life,
    )
    _add(token, _digest(text))
    return text, token


@transaction.atomic(durable=True)
def _add(token: InitialToken, digest: bytes) -> None:
    store.add(token, digest=digest)
    _record("sso.initial_token_made", token.id, token.service, now=token.created_at)


@transaction.atomic(durable=True)
def revoke_token(token: UUID, *, now: datetime) -> None:
    """Take an initial access token back; what it has registered stays.

    Raises:
        NotFound: there is none that still counts.
    """
    if not store.revoke(token, now=now):
        raise NotFound
    _record("sso.initial_token_revoked", token, None, now=now)


def usable_tokens(*, now: datetime) -> list[InitialToken]:
    """Return the initial access tokens that still register somebody."""
    return store.all_usable(now=now)


def register(text: str | None, document: Mapping[str, Any], *, now: datetime) -> dict[str, object]:
    """Register a client by an initial access token (RFC 7591 section 3.1).

    The token is used up only by a registration that succeeds.

    Returns:
        The metadata as registered, with what manages it (RFC 7592 section 3).

    Raises:
        TokenMissing, InvalidToken: nothing that registers.
        InvalidClientMetadata: the error names the member.
    """
    token = _usable(text, now=now)
    allowance = Allowance(
        by_operator=False, in_production=in_production(), without_pkce=token.without_pkce
    )
    wanted = metadata.read(document, allowance)
    sectors.check(wanted)
    if not _use(token, now=now):
        raise InvalidToken("the initial access token is used up")
    service = token.service or service_for_trial(wanted, now=now)
    manages, digest = changes.new_secret()
    told = changes.add(service, wanted, registration=digest, now=now)
    return told | _management(str(told["client_id"]), manages)


def _usable(text: str | None, *, now: datetime) -> InitialToken:
    if text is None:
        raise TokenMissing
    token = store.usable(_digest(text), now=now)
    if token is None or (token.service is None and in_production()):
        raise InvalidToken("the initial access token is unknown, expired, used up or revoked")
    return token


@transaction.atomic(durable=True)
def _use(token: InitialToken, *, now: datetime) -> bool:
    return store.use(token.id, now=now)


def described(client_id: str, text: str | None) -> dict[str, object]:
    """Return a client's registration to whoever manages it (RFC 7592 section 2.1).

    Raises:
        TokenMissing, InvalidToken: not the token of this client.
    """
    client, manages = _managed(client_id, text)
    return metadata.document(client) | _management(client_id, manages)


def change(
    client_id: str, text: str | None, document: Mapping[str, Any], *, now: datetime
) -> dict[str, object]:
    """Put new metadata in the place of a client's (RFC 7592 section 2.2); all of it, as sent.

    Raises:
        TokenMissing, InvalidToken: not the token of this client.
        ClientStopped: operators have stopped it.
        InvalidClientMetadata: the error names the member.
    """
    client, manages = _open(client_id, text)
    _check_credentials(client, document)
    allowance = Allowance(
        by_operator=False,
        in_production=in_production(),
        without_pkce=not client.settings.require_pkce,
    )
    wanted = metadata.read(document, allowance)
    sectors.check(wanted)
    try:
        told = changes.change(client.id, wanted, now=now)
    except NotFound as gone:
        raise InvalidToken("the client is deleted") from gone
    return told | _management(client_id, manages)


def delete(client_id: str, text: str | None, *, now: datetime) -> None:
    """Delete a client (RFC 7592 section 2.3). Raises as `change`."""
    client, _ = _open(client_id, text)
    try:
        changes.end(client.id, now=now)
    except NotFound as gone:
        raise InvalidToken("the client is deleted") from gone


def _open(client_id: str, text: str | None) -> tuple[Client, str]:
    client, manages = _managed(client_id, text)
    if not client.is_open:
        raise ClientStopped("this client is stopped by the operator")
    return client, manages


def _managed(client_id: str, text: str | None) -> tuple[Client, str]:
    """Return a client and the token that manages it; one answer for everybody else."""
    if text is None:
        raise TokenMissing
    client = client_store.client(client_id)
    digest = client.registration_digest if client is not None else None
    is_right = hmac.compare_digest(_digest(text), digest or bytes(TOKEN_BYTES))
    if client is None or digest is None or not is_right:
        raise InvalidToken("the registration access token is not this client's")
    return client, text


def _check_credentials(client: Client, document: Mapping[str, Any]) -> None:
    """Check that a client which repeats its name and secret has them right."""
    if document.get("client_id") != str(client.id):
        raise InvalidClientMetadata("client_id", "must be the client's own")
    secret = document.get("client_secret")
    if secret is None:
        return
    digest = _digest(secret) if isinstance(secret, str) else b""
    if not hmac.compare_digest(digest, client.secret_digest or bytes(TOKEN_BYTES)):
        raise InvalidClientMetadata("client_secret", "is not the client's")


def _management(client_id: str, manages: str) -> dict[str, object]:
    return {
        "registration_access_token": manages,
        "registration_client_uri": f"{settings.GENKAN.issuer}/oauth2/register/{client_id}",
    }


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _record(event: str, token: UUID, service: ServiceId | None, *, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=None,
            actor=ledger.SYSTEM,
            service=service,
            happened_at=now,
            facts={"token": str(token)},
        )
    )
