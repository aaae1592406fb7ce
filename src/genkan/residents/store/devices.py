"""Queries of devices and sessions. Sessions are Django's, found by allauth's list of them."""

from collections.abc import Mapping
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


def browsers_of(account: AccountId, *, now: datetime) -> list[tuple[str, Mapping[str, object]]]:
    """Return the device of each live session of an account, and what it holds."""
    found = rows(
        """
        SELECT u.user_agent, u.session_key
          FROM usersessions_usersession u
          JOIN django_session s ON s.session_key = u.session_key
         WHERE u.user_id = %(account)s AND s.expire_date > %(now)s
        """,
        account=account,
        now=now,
    )
    agents = {row["session_key"]: row["user_agent"] for row in found}
    held = SessionRow.objects.filter(session_key__in=agents)
    return [(name_of(agents[row.session_key]), row.get_decoded()) for row in held]


def end_session(account: AccountId, session: int) -> tuple[Mapping[str, object], ...]:
    """End one session of an account; return what it held, or nothing if there was none."""
    ended = rows(
        """
        DELETE FROM usersessions_usersession
         WHERE user_id = %(account)s AND id = %(session)s
        RETURNING session_key
        """,
        account=account,
        session=session,
    )
    return _ended([row["session_key"] for row in ended])


def end_sessions(account: AccountId, *, keep: str = "") -> int:
    """End the sessions of an account but the one with the key `keep`; return how many."""
    ended = rows(
        """
        DELETE FROM usersessions_usersession
         WHERE user_id = %(account)s AND session_key <> %(keep)s
        RETURNING session_key
        """,
        account=account,
        keep=keep,
    )
    _ended([row["session_key"] for row in ended])
    return len(ended)


def rename_session(old: str, new: str) -> None:
    """Keep the device of a session that got another key."""
    rows(
        "UPDATE usersessions_usersession SET session_key = %(new)s WHERE session_key = %(old)s",
        new=new,
        old=old,
    )


def held_by(session_key: str) -> Mapping[str, object]:
    """Return what a session holds; nothing if there is none."""
    found = SessionRow.objects.filter(session_key=session_key).first()
    return {} if found is None else found.get_decoded()


def hold_session(session_key: str, *, now: datetime) -> bool:
    """Keep a session from being ended until the transaction is over; whether it is there."""
    return bool(
        rows(
            """
            SELECT 1 FROM django_session
             WHERE session_key = %(key)s AND expire_date > %(now)s
               FOR SHARE
            """,
            key=session_key,
            now=now,
        )
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


def _ended(keys: list[str]) -> tuple[Mapping[str, object], ...]:
    """Delete sessions, after whoever holds one; return what they held."""
    found = SessionRow.objects.select_for_update().filter(session_key__in=keys)
    held = tuple(row.get_decoded() for row in found.order_by("session_key"))
    SessionRow.objects.filter(session_key__in=keys).delete()
    return held
