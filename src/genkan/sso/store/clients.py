"""Queries of clients and of what proves them."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, LiteralString
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from genkan.kernel.db import prepared, rows
from genkan.kernel.ids import ServiceId, new_id
from genkan.sso.domain import settings
from genkan.sso.domain.settings import Settings
from genkan.sso.domain.values import Client, ClientAuth, ClientId, SecretBefore
from genkan.sso.models import ClientRow

_COLUMNS = (
    "id",
    "service_id",
    "sector",
    "name",
    "redirect_uris",
    "post_logout_redirect_uris",
    "auth",
    "auth_alg",
    "secret_digest",
    "scopes",
    "logout_uri",
    "logout_needs_sid",
    "metadata",
    "keys",
    "jwks_uri",
    "registration_digest",
    "stopped_at",
    "stopped_because",
    "service__state",
    "secret_before",
    "secret_before_ends_at",
)


def client(client_id: str) -> Client | None:
    """Return a client by what it calls itself; None if nobody is called so."""
    known = _as_id(client_id)
    if known is None:
        return None
    found = prepared(
        """
        SELECT client.id, client.service_id, client.sector, client.name, client.redirect_uris,
               client.post_logout_redirect_uris, client.auth, client.auth_alg,
               client.secret_digest, client.scopes, client.logout_uri, client.logout_needs_sid,
               client.metadata::text AS metadata, client.keys, client.jwks_uri,
               client.registration_digest,
               client.stopped_at, client.stopped_because, service.state AS service__state,
               client.secret_before, client.secret_before_ends_at,
               client.xmin::text || client.ctid::text AS version
          FROM sso_client client
          JOIN partners_service service ON service.id = client.service_id
         WHERE client.id = %(client)s
           AND client.removed_at IS NULL
        """,
        client=known,
    )
    return _to_client(found[0]) if found else None


STANDS: LiteralString = """
    EXISTS (
      SELECT FROM sso_client client
        JOIN partners_service service ON service.id = client.service_id
       WHERE client.id = %(client)s
         AND client.xmin::text || client.ctid::text = %(version)s
         AND client.removed_at IS NULL
         AND client.stopped_at IS NULL
         AND service.state = 'live'
    ) AS client_stands
"""
"""Whether a client that was read some time ago is written so still, and may go on."""


def stands(client: Client) -> bool:
    """Whether a client that was read some time ago is written so still, and is not stopped."""
    found = prepared(f"SELECT {STANDS}", client=client.id, version=client.version)
    return bool(found[0]["client_stands"])


def clients() -> list[Client]:
    """Return all clients, oldest first."""
    found = (
        ClientRow.objects.filter(removed_at__isnull=True)
        .order_by("created_at", "id")
        .values(*_COLUMNS)
    )
    return [_to_client(row) for row in found]


def add(client: Client, *, now: datetime) -> None:
    """Write a client."""
    ClientRow.objects.create(
        id=client.id,
        service_id=client.service,
        sector=client.sector,
        **_registered(client),
        registration_digest=client.registration_digest,
        created_at=now,
    )


def lock(client_id: ClientId) -> Client | None:
    """Return a client, locked until the transaction ends; None if there is none (any more)."""
    found = ClientRow.objects.select_for_update(of=("self",)).filter(
        pk=client_id, removed_at__isnull=True
    )
    row = found.values(*_COLUMNS).first()
    return None if row is None else _to_client(row)


def save(client: Client) -> None:
    """Write what may change of a client: everything but whose it is."""
    ClientRow.objects.filter(pk=client.id).update(**_registered(client))


def remove(client: ClientId, *, now: datetime) -> None:
    """Let nobody have this client's name any more; the row stays for what names it."""
    ClientRow.objects.filter(pk=client).update(
        removed_at=now,
        stopped_at=Coalesce("stopped_at", Value(now)),
        secret_before=None,
        secret_before_ends_at=None,
        registration_digest=None,
    )


def _registered(client: Client) -> dict[str, Any]:
    before = client.secret_before
    return {
        "name": client.name,
        "redirect_uris": sorted(client.redirect_uris),
        "post_logout_redirect_uris": sorted(client.post_logout_redirect_uris),
        "auth": client.auth.value,
        "auth_alg": client.auth_alg,
        "secret_digest": client.secret_digest,
        "secret_before": None if before is None else before.digest,
        "secret_before_ends_at": None if before is None else before.ends_at,
        "scopes": sorted(client.scopes),
        "logout_uri": client.logout_uri or "",
        "logout_needs_sid": client.logout_needs_sid,
        "metadata": settings.document(client.settings),
        "keys": [dict(key) for key in client.keys],
        "jwks_uri": client.jwks_uri or "",
    }


def stop(client: ClientId, because: str, *, now: datetime) -> bool:
    """Stop a client; whether this call did."""
    found = ClientRow.objects.filter(pk=client, stopped_at__isnull=True)
    return bool(found.update(stopped_at=now, stopped_because=because))


def reopen(client: ClientId) -> bool:
    """Let a stopped client go on; whether this call did."""
    found = ClientRow.objects.filter(pk=client, stopped_at__isnull=False)
    return bool(found.update(stopped_at=None, stopped_because=""))


def use_assertion(client: ClientId, jti: str, *, expires_at: datetime) -> bool:
    """Remember that an assertion was used; of any number of uses at once one gets True."""
    added = rows(
        """
        INSERT INTO sso_assertion (id, client_id, jti_digest, expires_at)
        VALUES (%(id)s, %(client)s, %(digest)s, %(expires_at)s)
            ON CONFLICT ON CONSTRAINT sso_assertion_once DO NOTHING
        RETURNING id
        """,
        id=new_id(),
        client=client,
        digest=sha256(jti.encode()).digest(),
        expires_at=expires_at,
    )
    return bool(added)


def delete_expired_assertions(*, now: datetime) -> None:
    """Forget assertions that their expiry refuses anyway."""
    rows("DELETE FROM sso_assertion WHERE expires_at < %(now)s", now=now)


def _as_id(text: str) -> UUID | None:
    """Return the identifier of a client_id in its one spelling: lower case, with hyphens."""
    try:
        value = UUID(text)
    except ValueError:
        return None
    return value if str(value) == text else None


def _to_client(row: Mapping[str, Any]) -> Client:
    return Client(
        id=ClientId(row["id"]),
        service=ServiceId(row["service_id"]),
        sector=row["sector"],
        name=row["name"],
        redirect_uris=frozenset(row["redirect_uris"]),
        post_logout_redirect_uris=frozenset(row["post_logout_redirect_uris"]),
        auth=ClientAuth(row["auth"]),
        auth_alg=row["auth_alg"],
        secret_digest=_bytes(row["secret_digest"]),
        scopes=frozenset(row["scopes"]),
        logout_uri=row["logout_uri"] or None,
        logout_needs_sid=row["logout_needs_sid"],
        settings=_settings(row["metadata"]),
        keys=tuple(_json(row["keys"])),
        jwks_uri=row["jwks_uri"] or None,
        registration_digest=_bytes(row["registration_digest"]),
        secret_before=_before(row["secret_before"], row["secret_before_ends_at"]),
        stopped_at=row["stopped_at"],
        stopped_because=row["stopped_because"],
        service_is_open=row["service__state"] == "live",
        version=row.get("version", ""),
    )


def _before(digest: Any, ends_at: datetime | None) -> SecretBefore | None:  # noqa: ANN401 - see _bytes
    return None if ends_at is None else SecretBefore(bytes(digest), ends_at)


def _settings(value: Any) -> Settings:  # noqa: ANN401 - as text from hot paths, where it is known already
    return settings.of_text(value) if isinstance(value, str) else settings.settings(value)


def _bytes(value: Any) -> bytes | None:  # noqa: ANN401 - what the database hands over
    return None if value is None else bytes(value)


def _json(value: Any) -> Any:  # noqa: ANN401 - Django's connection hands jsonb over as text
    return json.loads(value) if isinstance(value, str) else value
