"""Queries of sessions at clients: who is signed in where, from which browser."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, new_id
from genkan.sso.domain.values import ClientId, LinkId, SessionId

SID_BYTES = 16


def enter(link: LinkId, client: ClientId, *, browser_digest: bytes, now: datetime) -> str:
    """Return the `sid` of a browser's session at a client, a new one if it has none; hold it."""
    found = rows(
        """
        INSERT INTO sso_session (id, sid, client_id, link_id, browser_digest, began_at,
                                 last_used_at)
        VALUES (%(id)s, %(sid)s, %(client)s, %(link)s, %(browser)s, %(now)s, %(now)s)
            ON CONFLICT (link_id, client_id, browser_digest) WHERE ended_at IS NULL
            DO UPDATE SET last_used_at = GREATEST(sso_session.last_used_at, EXCLUDED.last_used_at)
        RETURNING sid
        """,
        id=new_id(),
        sid=secrets.token_urlsafe(SID_BYTES),
        client=client,
        link=link,
        browser=browser_digest,
        now=now,
    )
    return str(found[0]["sid"])


def link_of(sid: str, client: ClientId) -> LinkId | None:
    """Return whose session at a client that was, if the link still stands."""
    found = rows(
        """
        SELECT link.id
          FROM sso_session session
          JOIN sso_link link ON link.id = session.link_id
         WHERE session.sid = %(sid)s
           AND session.client_id = %(client)s
           AND link.unlinked_at IS NULL
        """,
        sid=sid,
        client=client,
    )
    return LinkId(found[0]["id"]) if found else None


def end_of_browsers(
    account: AccountId, browsers: Sequence[bytes], *, now: datetime
) -> list[SessionId]:
    """End an account's sessions that began in these browsers; return which ended now."""
    return _ids(
        rows(
            """
            UPDATE sso_session session
               SET ended_at = GREATEST(session.began_at, %(now)s)
              FROM sso_link link
              JOIN residents_resident resident ON resident.id = link.resident_id
             WHERE link.id = session.link_id
               AND resident.account_id = %(account)s
               AND session.ended_at IS NULL
               AND session.browser_digest = ANY(%(browsers)s)
            RETURNING session.id
            """,
            account=account,
            browsers=list(browsers),
            now=now,
        )
    )


def end_of_account(
    account: AccountId, *, kept: Sequence[bytes] = (), now: datetime
) -> list[SessionId]:
    """End an account's sessions, but those of the browsers `kept`; return which ended now."""
    return _ids(
        rows(
            """
            UPDATE sso_session session
               SET ended_at = GREATEST(session.began_at, %(now)s)
              FROM sso_link link
              JOIN residents_resident resident ON resident.id = link.resident_id
             WHERE link.id = session.link_id
               AND resident.account_id = %(account)s
               AND session.ended_at IS NULL
               AND session.browser_digest <> ALL(%(kept)s::bytea[])
            RETURNING session.id
            """,
            account=account,
            kept=list(kept),
            now=now,
        )
    )


def end_of_link(link: LinkId, *, now: datetime) -> list[SessionId]:
    """End the sessions of a link; return which ended now."""
    return _ids(
        rows(
            """
            UPDATE sso_session
               SET ended_at = GREATEST(began_at, %(now)s)
             WHERE link_id = %(link)s AND ended_at IS NULL
            RETURNING id
            """,
            link=link,
            now=now,
        )
    )


def end_of_client(client: ClientId, *, now: datetime) -> None:
    """End a client's sessions, the codes it could still redeem, and everything granted to it."""
    rows(
        """
        UPDATE sso_session
           SET ended_at = GREATEST(began_at, %(now)s)
         WHERE client_id = %(client)s AND ended_at IS NULL
        """,
        client=client,
        now=now,
    )
    rows(
        """
        UPDATE sso_grant SET revoked_at = %(now)s
         WHERE client_id = %(client)s AND revoked_at IS NULL
        """,
        client=client,
        now=now,
    )


def revoke_grants(sessions: Sequence[SessionId], *, offline_too: bool, now: datetime) -> None:
    """End what was granted within these sessions; what outlives a session only if told so."""
    rows(
        """
        UPDATE sso_grant issued
           SET revoked_at = %(now)s
          FROM sso_session session
         WHERE session.id = ANY(%(sessions)s)
           AND session.link_id = issued.link_id
           AND session.sid = issued.sid
           AND issued.revoked_at IS NULL
           AND (%(offline_too)s OR NOT issued.offline)
        """,
        sessions=list(sessions),
        offline_too=offline_too,
        now=now,
    )


def revoke_offline(account: AccountId, *, now: datetime) -> None:
    """End what an account granted for its absence, but within the sessions that stand still."""
    rows(
        """
        UPDATE sso_grant issued
           SET revoked_at = %(now)s
          FROM sso_link link
          JOIN residents_resident resident ON resident.id = link.resident_id
         WHERE link.id = issued.link_id
           AND resident.account_id = %(account)s
           AND issued.offline
           AND issued.revoked_at IS NULL
           AND NOT EXISTS (SELECT FROM sso_session session
                            WHERE session.sid = issued.sid AND session.ended_at IS NULL)
        """,
        account=account,
        now=now,
    )


def delete_unused(*, since: datetime) -> None:
    """Forget sessions that were not used since, with what was told of their end."""
    rows(
        """
        DELETE FROM sso_logout logout
         USING sso_session session
         WHERE session.id = logout.session_id AND session.last_used_at < %(since)s
        """,
        since=since,
    )
    rows(
        """
        DELETE FROM sso_session session
         WHERE session.last_used_at < %(since)s
           AND NOT EXISTS (SELECT FROM sso_logout logout WHERE logout.session_id = session.id)
        """,
        since=since,
    )


def _ids(found: Sequence[Mapping[str, Any]]) -> list[SessionId]:
    return [SessionId(row["id"]) for row in found]
