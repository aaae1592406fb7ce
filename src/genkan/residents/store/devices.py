"""Queries of devices and sessions. Sessions are Django's, found by allauth's list of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session as SessionRow

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, new_id
from genkan.residents.domain.devices import Session, name_of
from genkan.residents.models import DeviceRow


def knows_devices(account: AccountId) -> bool:
    """Whether an account has signed in with any device before."""
    return DeviceRow.objects.filter(account=account).exists()


def see_again(account: AccountId, digest: bytes, *, now: datetime) -> bool:
    """Note that a known device was seen; whether it is known."""
    found = DeviceRow.objects.filter(account=account, token_digest=digest)
    return bool(found.update(last_seen_at=now))


def add_device(account: AccountId, digest: bytes, name: str, *, now: datetime) -> None:
    """Store a device."""
    DeviceRow.objects.create(
        id=new_id(),
        account_id=account,
        token_digest=digest,
        name=name,
        first_seen_at=now,
        last_seen_at=now,
    )


def forget_devices(*, unseen_since: datetime) -> int:
    """Delete devices that were not seen since; return how many."""
    return DeviceRow.objects.filter(last_seen_at__lt=unseen_since).delete()[0]


def forget_devices_of(account: AccountId) -> None:
    """Delete an account's devices."""
    DeviceRow.objects.filter(account=account).delete()


def sessions_of(
    account: AccountId, *, current: str, idle: timedelta, now: datetime
) -> list[Session]:
    """Return the live sessions of an account, the last seen first. One query.

    Args:
        account: whose.
        current: key of the session that asks.
        idle: a session ends so long after it was last seen, so its end says when that was.
        now: the present moment, UTC.
    """
    found = rows(
        """
        SELECT u.id, u.user_agent, u.created_at, s.expire_date, s.session_key
          FROM usersessions_usersession u
          JOIN django_session s ON s.session_key = u.session_key
         WHERE u.user_id = %(account)s AND s.expire_date > %(now)s
         ORDER BY s.expire_date DESC, u.id
        """,
        account=account,
        now=now,
    )
    return [
        Session(
            id=row["id"],
            device=name_of(row["user_agent"]),
            first_seen_at=row["created_at"],
            last_seen_at=row["expire_date"] - idle,
            is_current=row["session_key"] == current,
        )
        for row in found
    ]


def end_session(account: AccountId, session: int) -> bool:
    """End one session of an account; whether there was one."""
    return bool(
        _ended(
            """
            DELETE FROM usersessions_usersession
             WHERE user_id = %(account)s AND id = %(session)s
            RETURNING session_key
            """,
            account=account,
            session=session,
        )
    )


def end_sessions(account: AccountId, *, keep: str = "") -> int:
    """End the sessions of an account but the one with the key `keep`; return how many."""
    return _ended(
        """
        DELETE FROM usersessions_usersession
         WHERE user_id = %(account)s AND session_key <> %(keep)s
        RETURNING session_key
        """,
        account=account,
        keep=keep,
    )


def forget_sessions(*, now: datetime) -> int:
    """Delete sessions that have run out, and the list's lines about them; return how many."""
    SessionRow.objects.filter(expire_date__lt=now).delete()
    return len(
        rows(
            """
            DELETE FROM usersessions_usersession u
             WHERE NOT EXISTS (SELECT FROM django_session s WHERE s.session_key = u.session_key)
            RETURNING u.id
            """
        )
    )


def forget_limits(*, now: datetime) -> None:
    """Delete what the shared cache holds beyond its time: Django does so only when it is full."""
    rows("DELETE FROM site_cache WHERE expires < %(now)s RETURNING 1", now=now)


def _ended(statement: str, **values: object) -> int:
    """Delete lines of the list by a statement, and the sessions they stand for."""
    keys: Sequence[str] = [row["session_key"] for row in rows(statement, **values)]
    SessionRow.objects.filter(session_key__in=keys).delete()
    return len(keys)
