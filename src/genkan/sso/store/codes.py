"""Queries of codes. Hot paths: one round trip each, found by digest.

They follow the foreign keys of a code down to its resident and service, so that who was suspended
a moment ago is refused without asking twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genkan.kernel.db import prepared, rows
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.sso.domain.values import (
    ClientId,
    Code,
    CodeId,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A code that was spent just now, and how things stand for it.

    Attributes:
        sector: names the resident to this client.
        authorized_at: when the code was made.
        session_stands: nobody has signed out since; it cannot end until the commit.
        consent_stands: the resident has not stopped sharing since.
    """

    code: Code
    resident: ResidentId
    service: ServiceId
    sector: str
    authorized_at: datetime
    link_stands: bool
    session_stands: bool
    resident_is_active: bool
    service_is_open: bool
    consent_stands: bool


_SPEND = """
    WITH spent AS (
        UPDATE sso_code
           SET spent_at = %(now)s
         WHERE digest = %(digest)s
           AND spent_at IS NULL
           AND %(now)s < expires_at
        RETURNING id, client_id, link_id, redirect_uri, scopes, nonce, claims, code_challenge,
                  auth_time, acr, amr, sid, jkt, resources, authorization_details,
                  issued_at
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
           FOR SHARE OF resident, session
    )
    SELECT spent.*, link.resident_id, link.service_id, client.sector,
           link.unlinked_at IS NULL AS link_stands,
           held.id IS NOT NULL AS session_stands,
           COALESCE(held.resident_is_active, FALSE) AS resident_is_active,
           service.state = 'live' AS service_is_open,
           NOT EXISTS (
             SELECT FROM consent_consent consent
              WHERE consent.resident_id = link.resident_id
                AND consent.service_id = link.service_id
                AND consent.ending = 'withdrawn'
                AND consent.ended_at >= spent.issued_at
           ) AS consent_stands
      FROM spent
      JOIN sso_client client ON client.id = spent.client_id
      JOIN sso_link link ON link.id = spent.link_id
      JOIN partners_service service ON service.id = link.service_id
      LEFT JOIN held ON TRUE
"""


def spend(digest: bytes, *, now: datetime) -> Spent | None:
    """Spend a code; of any number of callers at once exactly one gets it.

    Resident, then session are held until the commit: an intervention or a sign-out waits, or was
    there before and is seen. Interventions take them in the same order.
    """
    found = prepared(_SPEND, digest=digest, now=now)
    return _to_spent(found[0]) if found else None


def delete_older_than(moment: datetime) -> None:
    """Forget codes that ended before `moment`."""
    rows("DELETE FROM sso_code WHERE expires_at < %(moment)s", moment=moment)


def _to_spent(row: Mapping[str, Any]) -> Spent:
    sign_in = SignIn(at=row["auth_time"], amr=tuple(row["amr"]), acr=row["acr"])
    code = Code(
        id=CodeId(row["id"]),
        client=ClientId(row["client_id"]),
        link=LinkId(row["link_id"]),
        redirect_uri=row["redirect_uri"],
        scopes=frozenset(row["scopes"]),
        nonce=row["nonce"] or None,
        claims=_object(row["claims"]),
        code_challenge=row["code_challenge"],
        sign_in=sign_in,
        sid=row["sid"],
        jkt=row["jkt"] or None,
        resources=tuple(row["resources"]),
        details=tuple(_decoded(row["authorization_details"])),
    )
    return Spent(
        code=code,
        resident=ResidentId(row["resident_id"]),
        service=ServiceId(row["service_id"]),
        sector=row["sector"],
        authorized_at=row["issued_at"],
        link_stands=row["link_stands"],
        session_stands=row["session_stands"],
        resident_is_active=row["resident_is_active"],
        service_is_open=row["service_is_open"],
        consent_stands=row["consent_stands"],
    )


def _object(value: Any) -> dict[str, Any]:  # noqa: ANN401 - see _decoded
    decoded: dict[str, Any] = _decoded(value)
    return decoded


def _decoded(value: Any) -> Any:  # noqa: ANN401 - Django's connection hands jsonb over as text
    return json.loads(value) if isinstance(value, str) else value
