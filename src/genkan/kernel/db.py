"""The door to hand-written SQL and to transactions that somebody else opened."""

from typing import Any, LiteralString

from django.db import connection


def rows(sql: LiteralString, **params: object) -> list[dict[str, Any]]:
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


def require_transaction() -> None:
    """Refuse to go on outside a transaction: what follows joins its caller's.

    The transaction that a test wraps around itself counts as none.

    Raises:
        RuntimeError: no use case has opened a transaction.
    """
    blocks = connection.atomic_blocks
    if not any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise RuntimeError("this joins a transaction, and none is open")
