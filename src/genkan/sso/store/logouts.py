"""The outbox of logout tokens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, ResidentId, ServiceId, new_id
from genkan.sso.domain.logout_tokens import NO_ADDRESS, Logout, SignOut, answer_of
from genkan.sso.domain.values import ClientId, LogoutId, SessionId
from genkan.sso.models import LogoutRow


def add(sessions: Sequence[SessionId], cause: str, *, now: datetime) -> list[Logout]:
    """Write that the clients of these sessions are to be told, at once where they can be."""
    for session in sessions:
        rows(
            """
            INSERT INTO sso_logout (id, session_id, cause, created_at, attempts, next_attempt_at,
                                    last_outcome)
            SELECT %(id)s, session.id, %(cause)s, %(now)s, 0,
                   CASE WHEN client.logout_uri <> '' THEN %(now)s END,
                   CASE WHEN client.logout_uri = '' THEN %(no_address)s ELSE '' END
              FROM sso_session session
              JOIN sso_client client ON client.id = session.client_id
             WHERE session.id = %(session)s
            """,
            id=new_id(),
            session=session,
            cause=cause,
            no_address=NO_ADDRESS,
            now=now,
        )
    found = rows(
        """
        SELECT logout.id, logout.created_at, logout.attempts, session.sid, session.client_id,
               client.service_id, client.sector, client.logout_uri, link.resident_id
          FROM sso_logout logout
          JOIN sso_session session ON session.id = logout.session_id
          JOIN sso_client client ON client.id = session.client_id
          JOIN sso_link link ON link.id = session.link_id
         WHERE logout.session_id = ANY(%(sessions)s)
         ORDER BY session.began_at, logout.id
        """,
        sessions=list(sessions),
    )
    return [_to_logout(row) for row in found]


def claim(*, pauses: Sequence[float], now: datetime) -> Logout | None:
    """Take one line that is due: nobody else gets it until its next attempt is due.

    The attempt counts before it is made, so a worker killed halfway costs a pause, not a message.

    Args:
        pauses: seconds to wait after the first attempt, the second, and so on; the last one
            repeats.
        now: the present moment.
    """
    found = rows(
        """
        WITH due AS (
            SELECT id FROM sso_logout
             WHERE next_attempt_at <= %(now)s
             ORDER BY next_attempt_at, id
             LIMIT 1
               FOR UPDATE SKIP LOCKED
        )
        UPDATE sso_logout logout
           SET attempts = logout.attempts + 1,
               next_attempt_at = %(now)s + make_interval(
                   secs => (%(pauses)s::float[])[LEAST(logout.attempts + 1, %(last)s)])
          FROM due, sso_session session, sso_client client, sso_link link
         WHERE logout.id = due.id
           AND session.id = logout.session_id
           AND client.id = session.client_id
           AND link.id = session.link_id
        RETURNING logout.id, logout.created_at, logout.attempts, session.sid, session.client_id,
                  client.service_id, client.sector, client.logout_uri, link.resident_id
        """,
        pauses=list(pauses),
        last=len(pauses),
        now=now,
    )
    return _to_logout(found[0]) if found else None


def save_outcome(logout: LogoutId, outcome: str) -> None:
    """Write down how an attempt ended that is to be repeated."""
    _open(logout).update(last_outcome=outcome)


def confirm(logout: LogoutId, outcome: str, *, now: datetime) -> bool:
    """Write that the client did it; whether this call did."""
    done = _open(logout).update(last_outcome=outcome, confirmed_at=now, next_attempt_at=None)
    return bool(done)


def give_up(logout: LogoutId, outcome: str) -> bool:
    """Write that nobody tries again; whether this call did."""
    found = _open(logout).filter(next_attempt_at__isnull=False)
    return bool(found.update(last_outcome=outcome, next_attempt_at=None))


def of_account(account: AccountId, *, since: datetime) -> list[SignOut]:
    """Return which services were told of sign-outs since, and their answers, newest first."""
    found = rows(
        """
        SELECT client.service_id, logout.cause, logout.created_at, logout.confirmed_at,
               logout.next_attempt_at, logout.attempts, logout.last_outcome
          FROM sso_logout logout
          JOIN sso_session session ON session.id = logout.session_id
          JOIN sso_client client ON client.id = session.client_id
          JOIN sso_link link ON link.id = session.link_id
          JOIN residents_resident resident ON resident.id = link.resident_id
         WHERE resident.account_id = %(account)s AND logout.created_at >= %(since)s
         ORDER BY logout.created_at DESC, logout.id
         LIMIT 100
        """,
        account=account,
        since=since,
    )
    return [
        SignOut(
            service=ServiceId(row["service_id"]),
            cause=row["cause"],
            at=row["created_at"],
            answer=answer_of(row),
            confirmed_at=row["confirmed_at"],
        )
        for row in found
    ]


def _open(logout: LogoutId) -> Any:  # noqa: ANN401 - a query
    return LogoutRow.objects.filter(pk=logout, confirmed_at__isnull=True)


def _to_logout(row: Mapping[str, Any]) -> Logout:
    return Logout(
        id=LogoutId(row["id"]),
        sid=row["sid"],
        client=ClientId(row["client_id"]),
        service=ServiceId(row["service_id"]),
        sector=row["sector"],
        logout_uri=row["logout_uri"],
        resident=ResidentId(row["resident_id"]),
        created_at=row["created_at"],
        attempts=row["attempts"],
    )
