"""The door to hand-written SQL and to transactions that somebody else opened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections
from psycopg import sql as composing
from psycopg_pool import ConnectionPool

from genkan.kernel import statements, wall
from genkan.kernel.wall import acting_for, for_everybody, for_nobody

__all__ = [
    "Held",
    "acting_for",
    "copy_rows",
    "for_everybody",
    "for_nobody",
    "held",
    "insert_rows",
    "prepared",
    "require_transaction",
    "rows",
]


class Repeated(IntegrityError):
    """A row that may be there once would be there twice; says which constraint, never what row."""


def rows(sql: LiteralString, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what psycopg adapts
    """Run one statement in the current transaction and return its rows by column name.

    Args:
        sql: a literal; values come by name, `%(name)s`, never by formatting.
        params: the values.

    Returns:
        One dict per row; empty for a statement that returns none.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.description is None:
            return []
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def prepared(sql: LiteralString, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what psycopg adapts
    """Run one statement of a hot path: like `rows`, but parsed and planned once per connection.

    In the current transaction; outside of one the statement is a transaction by itself, on a
    connection that it takes from the pool for as long as it runs. Values are bound on the server,
    so each must have one type wherever it stands. JSON comes as Python has it.

    Far less than what `rows` costs this process for a look-up by key, and of a join of seven tables
    the database has a tenth of its work left.
    """
    here = connections[DEFAULT_DB_ALIAS]  # `connection` looks this up for each of its members
    if here.queries_logged:
        here.queries_log.append({"sql": sql, "time": "0"})
    pool = None if here.connection is not None or here.in_atomic_block else here.pool  # type: ignore[attr-defined] # missing in django-stubs
    with here.wrap_database_errors:
        if pool is None:
            here.ensure_connection()
            return _run(here.connection, sql, params)
        pool.open()
        raw = pool.getconn()
        try:
            if not raw.autocommit:  # `held` had it: what is written now would be rolled back
                raw.set_autocommit(True)
            return _run(raw, sql, params)
        finally:
            pool.putconn(raw)


def _run(
    raw: psycopg.Connection[Any], sql: LiteralString, params: Mapping[str, Any]
) -> list[dict[str, Any]]:
    wall.show(raw)
    return statements.of(raw).rows(sql, params)


def copy_rows(
    table: LiteralString, columns: Sequence[LiteralString], values: Iterable[Sequence[Any]]
) -> None:
    """Add rows by binary COPY, in the current transaction: about 3 microseconds for each.

    Args:
        table: a literal.
        columns: literals; the others get what the table says.
        values: one sequence per row, in the order of `columns`, each of its column's type; what a
            JSON column shall hold as Python has it.

    Raises:
        Repeated: one of the rows stands there already.
        IntegrityError: another constraint of the table does not hold.
    """
    named = {
        "table": composing.Identifier(table),
        "columns": composing.SQL(", ").join(map(composing.Identifier, columns)),
    }
    with connection.wrap_database_errors, connection.cursor() as cursor:
        # Binary data has no types of its own: they are the table's, which stays as it is from here.
        cursor.execute(composing.SQL("SELECT {columns} FROM {table} LIMIT 0").format(**named))
        types = [column.type_code for column in cursor.description]
        copying = composing.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)")
        try:
            with cursor.copy(copying.format(**named)) as copy:
                copy.set_types(types)
                for row in values:
                    copy.write_row(row)
        except psycopg.errors.UniqueViolation as error:
            raise Repeated(error.diag.constraint_name) from None


def insert_rows(
    table: LiteralString,
    columns: Mapping[LiteralString, LiteralString],
    values: Iterable[Sequence[Any]],
) -> None:
    """Add rows by one INSERT, where COPY may not: tables with row-level security.

    Args:
        table: a literal.
        columns: their types; all literals.
        values: one sequence per row, in the order of `columns`.

    Raises:
        Repeated: one of the rows stands there already.
        IntegrityError: another constraint of the table does not hold.
    """
    by_column = [list(column) for column in zip(*values, strict=True)]
    if not by_column:
        return
    inserting = composing.SQL("INSERT INTO {} ({}) SELECT * FROM unnest({})").format(
        composing.Identifier(table),
        composing.SQL(", ").join(composing.Identifier(column) for column in columns),
        composing.SQL(", ").join(composing.SQL(f"%b::{kind}[]") for kind in columns.values()),
    )
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        wall.show(connection.connection)
        try:
            cursor.execute(inserting, by_column)
        except psycopg.errors.UniqueViolation as error:
            raise Repeated(error.diag.constraint_name) from None


def require_transaction() -> None:
    """Refuse to go on outside a transaction: what follows joins its caller's.

    The transaction that a test wraps around itself counts as none.

    Raises:
        RuntimeError: no use case has opened a transaction.
    """
    blocks = connection.atomic_blocks
    if not any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise RuntimeError("this joins a transaction, and none is open")


_LET_GO_AFTER = """
SELECT set_config('idle_in_transaction_session_timeout', %s, true), set_config(%s, %s, true)
"""


def _pool() -> ConnectionPool[psycopg.Connection[Any]]:
    """Return the pool that this process shares with Django."""
    pool: ConnectionPool[psycopg.Connection[Any]] = connection.pool  # type: ignore[attr-defined] # missing in django-stubs
    return pool


class Held:
    """A transaction of its own that holds rows until `let_go`, from whichever thread that comes."""

    def __init__(self, pooled: psycopg.Connection[Any]) -> None:
        self._pooled: psycopg.Connection[Any] | None = pooled

    def let_go(self) -> None:
        """End the transaction and give its connection back; a second call does nothing."""
        pooled, self._pooled = self._pooled, None
        if pooled is None:
            return
        try:
            pooled.rollback()
        finally:
            _pool().putconn(pooled)


def held(sql: LiteralString, *, seconds: int, **params: Any) -> Held | None:  # noqa: ANN401 - likewise
    """Hold the rows that a statement locks beyond the caller's own transactions.

    Args:
        sql: a literal `SELECT … FOR SHARE` or `FOR UPDATE`; values come by name.
        seconds: PostgreSQL ends the transaction if nobody lets go within this time.
        params: the values.

    Returns:
        The held rows, or None if the statement found none.
    """
    pool = _pool()
    pool.open()
    pooled = pool.getconn()
    holding = Held(pooled)
    try:
        pooled.set_autocommit(False)
        shown = wall.scope_of(wall.shown_now())
        pooled.execute(_LET_GO_AFTER, [f"{seconds}s", wall.SETTING, shown])
        found = pooled.execute(sql, params).fetchone()
    except psycopg.Error:
        holding.let_go()
        raise
    if found is None:
        holding.let_go()
        return None
    return holding
