"""A fresh database beside the one in use, and the moment it takes its place."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors, sql

from genkan.kernel.embedded.errors import EmbeddedError

MAINTENANCE = "postgres"  # where one stands while another database is renamed
_LONGEST = 63  # bytes of a name in PostgreSQL
_STEP = 0.1  # seconds between two rounds of ending sessions
_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}
_LOCALES = {"i": "ICU_LOCALE", "b": "BUILTIN_LOCALE"}


@contextmanager
def fresh(session: psycopg.Connection, name: str) -> Iterator[str]:
    """Make an empty database like `name`, and remove it again unless it took its place.

    Leftovers of a restore that was killed are removed first. Two restores of one database at once
    are refused.

    Args:
        session: stands in the database `MAINTENANCE`, without a transaction.
        name: the database that will be replaced; it need not exist.

    Raises:
        EmbeddedError: "in_use" when another restore is under way.
    """
    made, replaced = _names(name)
    key = f"genkan restores {name}"
    lock = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
    if session.execute(lock, [key]).fetchone() != (True,):
        raise EmbeddedError("in_use", f"Another restore of {name} is under way. Wait for its end.")
    try:
        _drop(session, made)
        _drop(session, replaced)
        session.execute(_create(session, made, name))
        yield made
    finally:
        _drop(session, made)
        session.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def take_place(
    session: psycopg.Connection, helper: psycopg.Connection, *, fresh: str, name: str
) -> None:
    """Let `fresh` have the name `name`, in one transaction, and drop what had it.

    The renaming keeps new sessions out while it waits for the others to end, and `helper` ends
    them; so it cannot be outrun by a pool that connects again at once.

    Raises:
        EmbeddedError: "in_use": a session did not end; nothing was changed.
    """
    _, replaced = _names(name)
    with ThreadPoolExecutor(1) as thread:
        renaming = thread.submit(_rename, session, fresh=fresh, name=name, replaced=replaced)
        while not _done(renaming):
            _end_sessions(helper, name)
        try:
            renaming.result()
        except errors.ObjectInUse as error:
            raise EmbeddedError(
                "in_use",
                f"Somebody works in the database {name} and could not be disconnected, so it was"
                " not replaced. End that session and try again.",
            ) from error
    _drop(session, replaced)


def _names(name: str) -> tuple[str, str]:
    """Return the names that the fresh and the replaced database have meanwhile."""
    made, replaced = f"{name}_restoring", f"{name}_replaced"
    if max(len(made.encode()), len(replaced.encode())) > _LONGEST:
        raise EmbeddedError("program_failed", f"The name of the database {name} is too long.")
    return made, replaced


def _create(session: psycopg.Connection, made: str, like: str) -> sql.Composed:
    """Return the statement that makes a database with owner and locale of another."""
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
        sql.Identifier(made)
    )
    query = "SELECT to_jsonb(d), pg_get_userbyid(datdba) FROM pg_database d WHERE datname = %s"
    found = session.execute(query, [like]).fetchone()
    if found is None:
        return create
    facts, owner = found
    provider = facts["datlocprovider"]
    options: list[sql.Composable] = [
        create,
        sql.SQL("OWNER {}").format(sql.Identifier(owner)),
        sql.SQL("LOCALE_PROVIDER {}").format(sql.Identifier(_PROVIDERS[provider])),
        sql.SQL("LC_COLLATE {}").format(facts["datcollate"]),
        sql.SQL("LC_CTYPE {}").format(facts["datctype"]),
    ]
    if provider in _LOCALES:
        locale = facts.get("datlocale") or facts["daticulocale"]  # the name before PostgreSQL 17
        options.append(sql.SQL(_LOCALES[provider] + " {}").format(locale))
    return sql.SQL(" ").join(options)


def _drop(session: psycopg.Connection, name: str) -> None:
    session.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _rename(session: psycopg.Connection, *, fresh: str, name: str, replaced: str) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    known = session.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount
    with session.transaction():
        if known:
            session.execute(rename.format(sql.Identifier(name), sql.Identifier(replaced)))
        session.execute(rename.format(sql.Identifier(fresh), sql.Identifier(name)))


def _done(renaming: Future[Any]) -> bool:
    with suppress(NotYet):
        renaming.exception(timeout=_STEP)
        return True
    return False


def _end_sessions(helper: psycopg.Connection, name: str) -> None:
    found = helper.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
    for (pid,) in found.fetchall():
        with suppress(errors.InsufficientPrivilege):  # then the renaming says that it is in use
            helper.execute("SELECT pg_terminate_backend(%s)", [pid])
