"""Queries of codes. Hot paths: one round trip each, found by digest.

They follow the foreign keys of a code down to its resident and service, so that who was suspended
a moment ago is refused without asking twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from genkan.kernel.db import prepared, rows
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.sso.domain.grants import Grant
from genkan.sso.domain.values import (
    ClientId,
    Code,
    CodeId,
    GrantId,
    LinkId,
    SignIn,
)


def add(code: Code, *, digest: bytes, now: datetime, expires_at: datetime) -> None:
    """Write a code."""
    rows(
        """
        INSERT INTO sso_code (id, digest, client_id, link_id, redirect_uri, scopes, nonce, claims,
                              code_challenge, auth_time, acr, amr, sid, jkt, resources,
                              authorization_details, issued_at, expires_at)
        VALUES (%(id)s, %(digest)s, %(client)s, %(link)s, %(redirect_uri)s, %(scopes)s, %(nonce)s,
                %(claims)s, %(code_challenge)s, %(auth_time)s, %(acr)s, %(amr)s, %(sid)s,
                %(jkt)s, %(resources)s, %(details)s, %(now)s, %(expires_at)s)
        """,
        id=code.id,
        digest=digest,
        client=code.client,
        link=code.link,
        redirect_uri=code.redirect_uri,
        scopes=sorted(code.scopes),
        nonce=code.nonce or "",
        claims=json.dumps(dict(code.claims)),
        code_challenge=code.code_challenge,
        auth_time=code.sign_in.at,
        acr=code.sign_in.acr,
        amr=list(code.sign_in.amr),
        sid=code.sid,
        jkt=code.jkt or "",
        resources=list(code.resources),
        details=json.dumps([dict(detail) for detail in code.details]),
        now=now,
        expires_at=expires_at,
    )


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a redemption has to bring, and what it gives.

    Attributes:
        client: who proved itself; `version` names the writing of it that was believed.
        challenge: made of the verifier that came; "" without one.
        jkt: thumbprint of the key that was proved; "" for none.
        resource: the one the token shall be for; None for all that were granted.
        issuer: our own name, the resource of a code without any.
        may_refresh: the client may act while the resident is away, where that was granted.
        ends_at, offline_ends_at: end of the grant, and of one that outlives its session.
        refresh_id, refresh_digest, refresh_ends_at: of a refresh token, if it comes to that.
    """

    client: ClientId
    version: str
    redirect_uri: str
    challenge: str
    jkt: str
    resource: str | None
    issuer: str
    may_refresh: bool
    ends_at: datetime
    offline_ends_at: datetime
    refresh_id: UUID
    refresh_digest: bytes
    refresh_ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A code that was spent just now, how things stood for it, and what it gave.

    Attributes:
        session_stands: nobody had signed out.
        consent_stands: the resident had not stopped sharing since.
        grant: None if the terms were not met, or something no longer stood.
    """

    code: Code
    resident: ResidentId
    service: ServiceId
    link_stands: bool
    session_stands: bool
    resident_is_active: bool
    consent_stands: bool
    grant: Grant | None


_SPEND = """
    WITH spent AS (
        UPDATE sso_code code
           SET spent_at = %(now)s
          FROM sso_client client
          JOIN partners_service service ON service.id = client.service_id
         WHERE code.digest = %(digest)s
           AND code.spent_at IS NULL
           AND %(now)s < code.expires_at
           AND client.id = %(client)s
           AND client.xmin::text || client.ctid::text = %(version)s
           AND client.stopped_at IS NULL
           AND service.state = 'live'
        RETURNING code.id, code.client_id, code.link_id, code.redirect_uri, code.scopes, code.nonce,
                  code.claims, code.code_challenge, code.auth_time, code.acr, code.amr, code.sid,
                  code.jkt, code.resources, code.authorization_details, code.issued_at
    ), held AS (
        SELECT session.id,
               resident.state = 'active' AND account.is_active
                 AND spent.auth_time >= COALESCE(resident.sign_in_after, '-infinity')
                 AS resident_is_active
          FROM sso_session session
          JOIN spent ON spent.sid = session.sid
          JOIN sso_link link ON link.id = spent.link_id
          JOIN residents_resident resident ON resident.id = link.resident_id
          JOIN residents_account account ON account.id = resident.account_id
         WHERE session.ended_at IS NULL
           FOR SHARE OF session
    ), judged AS (
        SELECT spent.*, link.resident_id, link.service_id,
               %(may_refresh)s AND 'offline_access' = ANY(spent.scopes) AS offline,
               link.unlinked_at IS NULL AS link_stands,
               held.id IS NOT NULL AS session_stands,
               COALESCE(held.resident_is_active, FALSE) AS resident_is_active,
               NOT EXISTS (
                 SELECT FROM consent_consent consent
                  WHERE consent.resident_id = link.resident_id
                    AND consent.service_id = link.service_id
                    AND consent.ending = 'withdrawn'
                    AND consent.ended_at >= spent.issued_at
               ) AS consent_stands
          FROM spent
          JOIN sso_link link ON link.id = spent.link_id
          LEFT JOIN held ON TRUE
    ), granted AS (
        INSERT INTO sso_grant (id, client_id, link_id, sid, scopes, claims, authorization_details,
                               resources, auth_time, acr, amr, jkt, offline, authorized_at,
                               issued_at, expires_at)
        SELECT id, client_id, link_id, sid,
               CASE WHEN offline THEN scopes ELSE array_remove(scopes, 'offline_access') END,
               claims, authorization_details, resources, auth_time, acr, amr,
               COALESCE(NULLIF(%(jkt)s::text, ''), jkt), offline, issued_at, %(now)s,
               CASE WHEN offline THEN %(offline_ends_at)s ELSE %(ends_at)s END
          FROM judged
         WHERE client_id = %(client)s
           AND redirect_uri = %(redirect_uri)s
           AND code_challenge = %(challenge)s
           AND jkt IN ('', %(jkt)s::text)
           AND (%(resource)s::text IS NULL
                OR %(resource)s::text = ANY(resources)
                OR (%(resource)s::text = %(issuer)s AND resources = '{}'))
           AND link_stands AND session_stands AND resident_is_active AND consent_stands
        RETURNING id, scopes, jkt, offline, expires_at
    ), refreshed AS (
        INSERT INTO sso_refresh (id, grant_id, digest, issued_at, expires_at)
        SELECT %(refresh_id)s, id, %(refresh_digest)s, %(now)s, %(refresh_ends_at)s
          FROM granted
         WHERE offline
    )
    SELECT judged.*, granted.id IS NOT NULL AS is_granted, granted.scopes AS granted_scopes,
           granted.jkt AS granted_jkt, granted.expires_at AS ends_at
      FROM judged
      LEFT JOIN granted ON TRUE
"""


def spend(digest: bytes, terms: Terms, *, now: datetime) -> Spent | None:
    """Spend a code and begin what it grants; of any number of callers at once exactly one does.

    One statement, one commit. A code that does not meet the terms is spent too, and grants nothing;
    for a client that is stopped, or not written any more as it was believed, it stays as it is.
    The session is held until the commit: what ends it, a sign-out or an intervention, waits and
    then finds the grant, or was there before and is seen.
    """
    found = prepared(_SPEND, digest=digest, now=now, **vars(terms))
    return _to_spent(found[0], now) if found else None


def delete_older_than(moment: datetime) -> None:
    """Forget codes that ended before `moment`."""
    rows("DELETE FROM sso_code WHERE expires_at < %(moment)s", moment=moment)


def _to_spent(row: Mapping[str, Any], now: datetime) -> Spent:
    code = _to_code(row)
    return Spent(
        code=code,
        resident=ResidentId(row["resident_id"]),
        service=ServiceId(row["service_id"]),
        link_stands=row["link_stands"],
        session_stands=row["session_stands"],
        resident_is_active=row["resident_is_active"],
        consent_stands=row["consent_stands"],
        grant=_to_grant(row, code, now) if row["is_granted"] else None,
    )


def _to_grant(row: Mapping[str, Any], code: Code, now: datetime) -> Grant:
    return Grant(
        id=GrantId(code.id),
        client=code.client,
        link=code.link,
        sid=code.sid,
        scopes=frozenset(row["granted_scopes"]),
        claims=code.claims,
        details=code.details,
        resources=code.resources,
        sign_in=code.sign_in,
        jkt=row["granted_jkt"],
        actor=None,
        offline=row["offline"],
        authorized_at=row["issued_at"],
        issued_at=now,
        expires_at=row["ends_at"],
    )


def _to_code(row: Mapping[str, Any]) -> Code:
    return Code(
        id=CodeId(row["id"]),
        client=ClientId(row["client_id"]),
        link=LinkId(row["link_id"]),
        redirect_uri=row["redirect_uri"],
        scopes=frozenset(row["scopes"]),
        nonce=row["nonce"] or None,
        claims=_object(row["claims"]),
        code_challenge=row["code_challenge"],
        sign_in=SignIn(at=row["auth_time"], amr=tuple(row["amr"]), acr=row["acr"]),
        sid=row["sid"],
        jkt=row["jkt"] or None,
        resources=tuple(row["resources"]),
        details=tuple(_decoded(row["authorization_details"])),
    )


def _object(value: Any) -> dict[str, Any]:  # noqa: ANN401 - see _decoded
    decoded: dict[str, Any] = _decoded(value)
    return decoded


def _decoded(value: Any) -> Any:  # noqa: ANN401 - Django's connection hands jsonb over as text
    return json.loads(value) if isinstance(value, str) else value
