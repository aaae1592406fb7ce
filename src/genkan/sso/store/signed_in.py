"""Queries of where a resident is signed in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, ServiceId
from genkan.sso.domain.signed_in import SignedIn
from genkan.sso.domain.values import SessionId


def of_account(account: AccountId, *, devices: Mapping[bytes, str], here: bytes) -> list[SignedIn]:
    """Return an account's sessions at clients, the last used first.

    Args:
        account: whose.
        devices: what browsers are called, by the digest of their secret.
        here: digest of the browser that asks.
    """
    found = rows(
        """
        SELECT session.id, session.browser_digest, session.began_at, session.last_used_at,
               client.service_id, client.name, client.logout_uri
          FROM sso_session session
          JOIN sso_client client ON client.id = session.client_id
          JOIN sso_link link ON link.id = session.link_id
          JOIN residents_resident resident ON resident.id = link.resident_id
         WHERE resident.account_id = %(account)s AND session.ended_at IS NULL
         ORDER BY session.last_used_at DESC, session.id
        """,
        account=account,
    )
    return [
        SignedIn(
            id=SessionId(row["id"]),
            service=ServiceId(row["service_id"]),
            client_name=row["name"],
            device=devices.get(bytes(row["browser_digest"]), ""),
            is_here=bytes(row["browser_digest"]) == here,
            is_told=bool(row["logout_uri"]),
            began_at=row["began_at"],
            last_used_at=row["last_used_at"],
        )
        for row in found
    ]


def end(
    account: AccountId, sessions: Sequence[SessionId] | None, *, now: datetime
) -> list[SessionId]:
    """End these sessions of an account at clients, or all; return which ended now."""
    found = rows(
        """
        UPDATE sso_session session
           SET ended_at = GREATEST(session.began_at, %(now)s)
          FROM sso_link link
          JOIN residents_resident resident ON resident.id = link.resident_id
         WHERE link.id = session.link_id
           AND resident.account_id = %(account)s
           AND session.ended_at IS NULL
           AND (%(sessions)s::uuid[] IS NULL OR session.id = ANY(%(sessions)s::uuid[]))
        RETURNING session.id
        """,
        account=account,
        sessions=None if sessions is None else list(sessions),
        now=now,
    )
    return [SessionId(row["id"]) for row in found]
