"""The connection class that Django finds by the name of this package."""

import select
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool
from typing_extensions import override

from genkan.kernel import wall
from genkan.kernel.embedded import EmbeddedError, Server


@cache
def _server(data_dir: str, settings: tuple[tuple[str, str], ...]) -> Server:
    return Server(Path(data_dir), settings)


def still_open(connection: psycopg.Connection[Any]) -> None:
    """See in a microsecond whether the server has closed an idle connection.

    An idle connection has nothing to read, unless its server ended. On a Unix socket no end goes
    unnoticed, so the round trip of the pool's own check is saved in all other cases.

    Raises:
        psycopg.Error: the connection is of no use any more.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)


def started(server: Server) -> int:
    """Return the process id of the server, started where needed.

    Raises:
        psycopg.OperationalError: it cannot run; the text says why and what to do.
    """
    try:
        return server.ensure_running()
    except EmbeddedError as error:
        raise psycopg.OperationalError(str(error)) from error


class EmbeddedPool(ConnectionPool[psycopg.Connection[Any]]):
    """A pool whose server is started before a connection is taken, and which notices a restart.

    After a restart all its connections are dead. They are replaced at once, since the pool itself
    would wait a second for each that fails its check.
    """

    def __init__(self, server: Server, **options: Any) -> None:  # noqa: ANN401 - the pool's own
        self._server = server
        self._served_by = 0
        super().__init__(check=still_open, **options)

    @override
    def getconn(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        """Take a connection; the caller gives it back with `putconn`."""
        pid = started(self._server)
        before, self._served_by = self._served_by, pid
        if before not in (0, pid):
            self.check()
        return super().getconn(timeout)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections of Django; the embedded server is started before each that needs it."""

    _connection_pools: ClassVar[dict[str, ConnectionPool[Any]]] = {}

    @property
    def embedded(self) -> Server | None:
        """The embedded server, or None when the settings name another."""
        data_dir = self.settings_dict.get("EMBEDDED", "")
        if not data_dir:
            return None
        settings = self.settings_dict.get("EMBEDDED_SETTINGS", {})
        return _server(str(data_dir), tuple(settings.items()))

    @property
    def pool(self) -> Any:  # noqa: ANN401 - Django's own is untyped
        """The pool of this alias, or None without the option.

        Like Django's, but connections are checked without a round trip, and nothing starts before
        one is needed.
        """
        options = self.settings_dict["OPTIONS"].get("pool")
        server = self.embedded
        if server is None or not options or self.alias == NO_DB_ALIAS:
            return super().pool  # type: ignore[misc] # missing in django-stubs
        if self.alias not in self._connection_pools:
            made = EmbeddedPool(
                server,
                kwargs=self._pool_arguments,
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined] # likewise
                **({} if options is True else options),
            )
            self._connection_pools.setdefault(self.alias, made)
        return self._connection_pools[self.alias]

    @override
    def get_connection_params(self) -> dict[str, Any]:
        """Return psycopg's arguments; the embedded server runs when they are returned.

        Raises:
            psycopg.OperationalError: it cannot run; the text says why and what to do.
        """
        params = super().get_connection_params()
        if server := self.embedded:
            started(server)
            params |= server.conninfo(params["dbname"])
        return params

    @override
    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor whose statements see the rows that are shown now."""
        wall.show(self.connection)
        return super().create_cursor(name)

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc] # missing in django-stubs
        wall.forget(self.connection)

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc] # likewise
        wall.forget(self.connection)

    def _close(self) -> None:
        held = self.connection
        if held is not None and held.info.transaction_status != TransactionStatus.IDLE:
            wall.forget(held)  # the pool rolls back
        super()._close()  # type: ignore[misc] # likewise

    def _pool_arguments(self) -> dict[str, Any]:
        return {**self.get_connection_params(), "autocommit": True}
