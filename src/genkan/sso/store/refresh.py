"""Queries of refresh tokens: found by digest, one round trip."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from genkan.kernel.db import prepared, rows
from genkan.kernel.ids import ResidentId, ServiceId, new_id
from genkan.sso.domain.grants import RefreshId
from genkan.sso.domain.refresh import Presented
from genkan.sso.domain.values import GrantId
from genkan.sso.store import grants


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A refresh token as it stands, and whose it is.

    Attributes:
        sector: names the resident to this client.
        client_version: which writing of the grant's client counts.
    """

    id: RefreshId
    presented: Presented
    resident: ResidentId
    service: ServiceId
    sector: str
    client_version: str


def add(grant: GrantId, digest: bytes, *, expires_at: datetime, now: datetime) -> None:
    """Write a refresh token of a grant; where it stands already, of a repeat, keep that."""
    prepared(
        """
        INSERT INTO sso_refresh (id, grant_id, digest, issued_at, expires_at)
        VALUES (%(id)s, %(grant)s, %(digest)s, %(now)s, %(expires_at)s)
            ON CONFLICT (digest) DO NOTHING
        """,
        id=new_id(),
        grant=grant,
        digest=digest,
        now=now,
        expires_at=expires_at,
    )


_FOUND = """
    SELECT refresh.id AS refresh_id, refresh.expires_at AS idle_end, refresh.rotated_at,
           issued.id, issued.client_id, issued.link_id, issued.sid, issued.scopes, issued.claims,
           issued.authorization_details, issued.resources, issued.auth_time, issued.acr,
           issued.amr, issued.jkt, issued.actor, issued.offline, issued.authorized_at,
           issued.issued_at, issued.expires_at, link.resident_id, link.service_id, client.sector,
           client.xmin::text || client.ctid::text AS client_version,
           issued.revoked_at IS NULL AND link.unlinked_at IS NULL AND account.is_active
             AND issued.auth_time >= COALESCE(resident.sign_in_after, '-infinity') AS stands,
"""
_AND_GIVEN = """
    AND client.stopped_at IS NULL
      AND COALESCE((
        SELECT consent.ended_at IS NULL AND %(now)s < consent.expires_at
          FROM consent_consent consent
         WHERE consent.resident_id = link.resident_id
           AND consent.service_id = link.service_id
         ORDER BY consent.given_at DESC
         LIMIT 1
      ), TRUE) AS is_open
      FROM sso_refresh refresh
      JOIN sso_grant issued ON issued.id = refresh.grant_id
      JOIN sso_client client ON client.id = issued.client_id
      JOIN sso_link link ON link.id = issued.link_id
      JOIN partners_service service ON service.id = link.service_id
      JOIN residents_resident resident ON resident.id = link.resident_id
      LEFT JOIN residents_account account ON account.id = resident.account_id
     WHERE refresh.digest = %(digest)s
"""
_PRESENTED: LiteralString = f"{_FOUND} {grants.OPEN} {_AND_GIVEN}"


def presented(digest: bytes, *, now: datetime) -> Found | None:
    """Return a refresh token as it stands, or None if nobody was given such a token."""
    found = prepared(_PRESENTED, digest=digest, now=now)
    return _to_found(found[0]) if found else None


def lock_presented(digest: bytes, *, now: datetime) -> Found | None:
    """Return the same, its family locked until the transaction ends: one at a time rotates."""
    locked = rows(
        """
        SELECT issued.id
          FROM sso_grant issued
          JOIN sso_refresh refresh ON refresh.grant_id = issued.id
         WHERE refresh.digest = %(digest)s
           FOR UPDATE OF issued
        """,
        digest=digest,
    )
    return presented(digest, now=now) if locked else None


def mark_rotated(refresh: RefreshId, *, now: datetime) -> None:
    """Note that a token was exchanged for its successor; the first time stands."""
    rows(
        """
        UPDATE sso_refresh SET rotated_at = %(now)s
         WHERE id = %(refresh)s AND rotated_at IS NULL
        """,
        refresh=refresh,
        now=now,
    )


def extend(refresh: RefreshId, *, expires_at: datetime) -> None:
    """Move the end of a token that was used."""
    rows(
        "UPDATE sso_refresh SET expires_at = %(expires_at)s WHERE id = %(refresh)s",
        refresh=refresh,
        expires_at=expires_at,
    )


def _to_found(row: Mapping[str, Any]) -> Found:
    return Found(
        id=RefreshId(row["refresh_id"]),
        presented=Presented(
            grant=grants.to_grant(row),
            expires_at=row["idle_end"],
            rotated_at=row["rotated_at"],
            stands=bool(row["stands"]),
            is_open=row["is_open"],
        ),
        resident=ResidentId(row["resident_id"]),
        service=ServiceId(row["service_id"]),
        sector=row["sector"],
        client_version=row["client_version"],
    )
