"""Queries of grants and refresh tokens. Hot paths: one round trip each.

They follow the foreign keys of a grant down to its resident, service and client, so that who was
stopped a moment ago is refused without asking twice. `stands` and `is_open` are told apart: some
doors say themselves who is stopped.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from genkan.kernel.db import prepared, rows
from genkan.kernel.ids import ResidentId, ServiceId, new_id
from genkan.sso.domain import settings
from genkan.sso.domain.access_tokens import AccessToken
from genkan.sso.domain.grants import Grant
from genkan.sso.domain.values import Client, ClientId, GrantId, LinkId, SignIn, TokenFacts
from genkan.sso.store import clients


def add(grant: Grant) -> None:
    """Write a grant."""
    prepared(
        """
        INSERT INTO sso_grant (id, client_id, link_id, sid, scopes, claims, authorization_details,
                               resources, auth_time, acr, amr, jkt, actor, offline, authorized_at,
                               issued_at, expires_at)
        VALUES (%(id)s, %(client)s, %(link)s, %(sid)s, %(scopes)s, %(claims)s, %(details)s,
                %(resources)s, %(auth_time)s, %(acr)s, %(amr)s, %(jkt)s, %(actor)s, %(offline)s,
                %(authorized_at)s, %(issued_at)s, %(expires_at)s)
        """,
        id=grant.id,
        client=grant.client,
        link=grant.link,
        sid=grant.sid,
        scopes=sorted(grant.scopes),
        claims=json.dumps(dict(grant.claims)),
        details=json.dumps([dict(detail) for detail in grant.details]),
        resources=list(grant.resources),
        auth_time=grant.sign_in.at,
        acr=grant.sign_in.acr,
        amr=list(grant.sign_in.amr),
        jkt=grant.jkt,
        actor=None if grant.actor is None else json.dumps(dict(grant.actor)),
        offline=grant.offline,
        authorized_at=grant.authorized_at,
        issued_at=grant.issued_at,
        expires_at=grant.expires_at,
    )


_COLUMNS = """
    SELECT link.resident_id, issued.client_id, link.service_id, client.sector, issued.id,
           issued.claims, issued.authorization_details, issued.auth_time, issued.acr,
           issued.amr, issued.jkt, issued.actor, client.metadata::text AS metadata,
           rules.minimum_acr,
"""
OPEN: LiteralString = """
    service.state = 'live' AND resident.state = 'active'
      AND NOT EXISTS (
        SELECT FROM consent_consent consent
         WHERE consent.resident_id = link.resident_id
           AND consent.service_id = link.service_id
           AND consent.ending = 'withdrawn'
           AND consent.ended_at >= issued.authorized_at
      )
"""
"""Whether nobody is stopped whom a grant is about, and nothing withdrawn since it was agreed to."""
_FROM = """
      FROM sso_grant issued
      JOIN sso_client client ON client.id = issued.client_id
      JOIN sso_link link ON link.id = issued.link_id
      JOIN partners_service service ON service.id = link.service_id
      JOIN residents_resident resident ON resident.id = link.resident_id
"""
_FACTS_FROM = (
    f"{_COLUMNS} {OPEN} AS is_open {_FROM}"
    "LEFT JOIN sso_service_rules rules ON rules.service_id = link.service_id\n"
)
_ACCOUNT = "JOIN residents_account account ON account.id = resident.account_id\n"
_STANDS = """
     WHERE issued.id = %(grant)s
       AND issued.revoked_at IS NULL
       AND client.stopped_at IS NULL
       AND %(now)s < issued.expires_at
       AND link.unlinked_at IS NULL
       AND NOT EXISTS (SELECT FROM sso_revoked_token WHERE digest = %(token)s)
"""
_SIGNED_IN = """
       AND account.is_active
       AND issued.auth_time >= COALESCE(resident.sign_in_after, '-infinity')
"""
_FACTS = _FACTS_FROM + _ACCOUNT + _STANDS + _SIGNED_IN
_REPRESENTED = _FACTS_FROM + _STANDS + "AND issued.actor IS NOT NULL"
_WORTH = (
    f"SELECT {clients.STANDS}, EXISTS (SELECT {_FROM} {_ACCOUNT} {_STANDS} {_SIGNED_IN}"
    f" AND {OPEN}) AS is_open"
)


def token_facts(token: AccessToken, *, now: datetime) -> TokenFacts | None:
    """Return what a token stands for, or None if it is not worth anything (any more)."""
    found = prepared(_FACTS, grant=token.grant, token=token.digest, now=now)
    return _to_facts(found[0], token) if found else None


def is_worth_something(token: AccessToken, asker: Client, *, now: datetime) -> bool | None:
    """Whether a token of a grant is worth anything now; None if the asker is to be read again."""
    [found] = prepared(
        _WORTH,
        grant=token.grant,
        token=token.digest,
        client=asker.id,
        version=asker.version,
        now=now,
    )
    return found["is_open"] if found["client_stands"] else None


def client_token_stands(token: AccessToken) -> bool:
    """Whether a token that speaks for its client alone still does."""
    found = prepared(
        """
        SELECT client.id
          FROM sso_client client
          JOIN partners_service service ON service.id = client.service_id
         WHERE client.id = %(client)s
           AND client.stopped_at IS NULL
           AND service.state = 'live'
           AND NOT EXISTS (SELECT FROM sso_revoked_token WHERE digest = %(token)s)
        """,
        client=UUID(token.client),
        token=token.digest,
    )
    return bool(found)


def resource_is_known(resource: str) -> bool:
    """Whether somebody is registered to serve a resource."""
    found = rows(
        """
        SELECT FROM sso_client
         WHERE metadata -> 'resource_identifiers' @> to_jsonb(%(resource)s::text)
         LIMIT 1
        """,
        resource=resource,
    )
    return bool(found)


def represented_facts(token: AccessToken, *, now: datetime) -> TokenFacts | None:
    """Return what a token about somebody acted for stands for; who acts is asked elsewhere.

    Who is acted for needs no account of their own.
    """
    found = prepared(_REPRESENTED, grant=token.grant, token=token.digest, now=now)
    return _to_facts(found[0], token) if found else None


def revoke(grant: GrantId, *, now: datetime) -> bool:
    """End a grant and every token of it; whether this call ended it."""
    ended = rows(
        """
        UPDATE sso_grant SET revoked_at = %(now)s
         WHERE id = %(grant)s AND revoked_at IS NULL
        RETURNING id
        """,
        grant=grant,
        now=now,
    )
    return bool(ended)


def revoke_of_code(digest: bytes, *, now: datetime) -> bool:
    """End the grant of a code that was spent before, because it came back; whether it did."""
    ended = prepared(
        """
        UPDATE sso_grant issued
           SET revoked_at = %(now)s
          FROM sso_code code
         WHERE code.id = issued.id
           AND code.digest = %(digest)s
           AND code.spent_at IS NOT NULL
           AND issued.revoked_at IS NULL
        RETURNING issued.id
        """,
        digest=digest,
        now=now,
    )
    return bool(ended)


def revoke_token(token: AccessToken) -> None:
    """End one access token; a repeat changes nothing."""
    rows(
        """
        INSERT INTO sso_revoked_token (id, digest, expires_at)
        VALUES (%(id)s, %(digest)s, %(expires_at)s)
            ON CONFLICT (digest) DO NOTHING
        """,
        id=new_id(),
        digest=token.digest,
        expires_at=token.expires_at,
    )


def delete_older_than(moment: datetime) -> None:
    """Forget tokens, then grants, that ended before `moment`."""
    rows("DELETE FROM sso_revoked_token WHERE expires_at < %(moment)s", moment=moment)
    rows(
        """
        DELETE FROM sso_refresh refresh
         USING sso_grant issued
         WHERE issued.id = refresh.grant_id
           AND LEAST(issued.expires_at, issued.revoked_at) < %(moment)s
        """,
        moment=moment,
    )
    rows(
        """
        DELETE FROM sso_grant issued
         WHERE LEAST(expires_at, revoked_at) < %(moment)s
           AND NOT EXISTS (SELECT FROM sso_refresh refresh WHERE refresh.grant_id = issued.id)
        """,
        moment=moment,
    )


def to_grant(row: Mapping[str, Any]) -> Grant:
    """Return the grant of a row that holds all its columns."""
    actor = _decoded(row["actor"])
    return Grant(
        id=GrantId(row["id"]),
        client=ClientId(row["client_id"]),
        link=LinkId(row["link_id"]),
        sid=row["sid"],
        scopes=frozenset(row["scopes"]),
        claims=_decoded(row["claims"]),
        details=tuple(_decoded(row["authorization_details"])),
        resources=tuple(row["resources"]),
        sign_in=_sign_in(row),
        jkt=row["jkt"],
        actor=actor,
        offline=row["offline"],
        authorized_at=row["authorized_at"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
    )


def _to_facts(row: Mapping[str, Any], token: AccessToken) -> TokenFacts:
    return TokenFacts(
        resident=ResidentId(row["resident_id"]),
        client_id=str(row["client_id"]),
        service=ServiceId(row["service_id"]),
        sector=row["sector"],
        scopes=token.scopes,
        claims=_decoded(row["claims"]),
        grant=GrantId(row["id"]),
        sign_in=_sign_in(row),
        jkt=row["jkt"],
        minimum_acr=row["minimum_acr"],
        actor=_decoded(row["actor"]),
        details=tuple(_decoded(row["authorization_details"])),
        settings=settings.of_text(row["metadata"]),
        is_open=row["is_open"],
    )


def _sign_in(row: Mapping[str, Any]) -> SignIn:
    return SignIn(at=row["auth_time"], amr=tuple(row["amr"]), acr=row["acr"])


def _decoded(value: Any) -> Any:  # noqa: ANN401 - Django's connection hands jsonb over as text
    return json.loads(value) if isinstance(value, str) else value
