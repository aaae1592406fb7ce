"""Statements of hot paths: parsed and planned once for each connection, in one libpq call.

psycopg's cursor waits in Python, in several steps that each hand over the interpreter; libpq waits
in C. Values are adapted both ways by psycopg's own transformer.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, LiteralString

import psycopg
from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

_PLACE = re.compile(r"%\((\w+)\)s|%%")
_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_GONE = (errors.FeatureNotSupported, errors.InvalidSqlStatementName)
"""A plan whose tables have changed, and a name that somebody has taken back."""


@lru_cache(maxsize=256)
def _parsed(sql: LiteralString) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement as the server reads it, and its values in the order of their numbers."""
    names: dict[str, int] = {}

    def numbered(place: re.Match[str]) -> str:
        return f"${names.setdefault(place[1], len(names) + 1)}" if place[1] else "%"

    return _PLACE.sub(numbered, sql).encode(), tuple(names)


class Statements:
    """What one connection has prepared.

    A statement is prepared for the types of its values: a number may be small today and large
    tomorrow.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._transformer = Transformer(connection)
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._made = 0

    def rows(self, sql: LiteralString, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run a statement; see `kernel.db.prepared`.

        Raises:
            psycopg.Error: the server refuses it, or is gone.
        """
        pgconn = self._connection.pgconn
        is_alone = pgconn.transaction_status == TransactionStatus.IDLE
        if is_alone and not self._connection.autocommit:
            self._checked(pgconn.exec_(b"BEGIN"))
            is_alone = False
        try:
            result = self._run(sql, params)
        except _GONE:
            if not is_alone:
                raise
            self._forget()
            result = self._run(sql, params)
        if result.status != ExecStatus.TUPLES_OK:
            return []
        self._transformer.set_pgresult(result)
        columns = self._columns_of(sql, result)
        found = self._transformer.load_rows(0, result.ntuples, tuple)
        return [dict(zip(columns, row, strict=True)) for row in found]

    def _forget(self) -> None:
        """Let go of all that is prepared, here and on the server."""
        self._names.clear()
        self._columns.clear()
        self._checked(self._connection.pgconn.exec_(b"DEALLOCATE ALL"))

    def _run(self, sql: LiteralString, params: Mapping[str, Any]) -> PGresult:
        pgconn, transformer = self._connection.pgconn, self._transformer
        text, places = _parsed(sql)
        values = transformer.dump_sequence(
            [params[name] for name in places], [PyFormat.AUTO] * len(places)
        )
        types = transformer.types or ()
        name = self._names.get((sql, types))
        if name is None:
            self._made += 1
            name = f"genkan_{self._made}".encode()
            self._checked(pgconn.prepare(name, text, types))
            self._names[sql, types] = name
        told: Any = values  # psycopg's own annotation forgets that a value may be NULL
        return self._checked(pgconn.exec_prepared(name, told, transformer.formats, Format.BINARY))

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _DONE:
            return result
        raise errors.error_from_result(result, encoding=self._connection.info.encoding)

    def _columns_of(self, sql: str, result: PGresult) -> tuple[str, ...]:
        known = self._columns.get(sql)
        if known is None:
            found = (result.fname(column) or b"" for column in range(result.nfields))
            known = self._columns[sql] = tuple(name.decode() for name in found)
        return known


def of(connection: psycopg.Connection[Any]) -> Statements:
    """Return the statements of a connection, the same object for as long as it lives."""
    known: Statements | None = getattr(connection, "genkan_statements", None)
    if known is None:
        known = Statements(connection)
        connection.genkan_statements = known  # type: ignore[attr-defined] # a note of ours
    return known
