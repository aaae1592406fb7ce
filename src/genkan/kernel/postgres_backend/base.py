"""The connection class that Django finds by the name of this package."""

from pathlib import Path
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from typing_extensions import override

from genkan.kernel.embedded import Server


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections of Django; the embedded server is started by the first of them."""

    @property
    def embedded(self) -> Server | None:
        """The embedded server, or None when the settings name another."""
        data_dir = self.settings_dict.get("EMBEDDED", "")
        return Server(Path(data_dir)) if data_dir else None

    @property
    @override
    def pool(self) -> Any:
        pool = super().pool
        server = self.embedded
        if pool is not None and server is not None:
            # Connections that the pool's own threads make go the same way.
            pool.conninfo = _Starter(server)
        return pool

    @override
    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if server := self.embedded:
            params |= server.conninfo(params["dbname"])
        return params

    @override
    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        if server := self.embedded:
            server.ensure_running()
            conn_params |= server.conninfo(conn_params["dbname"])
        return super().get_new_connection(conn_params)


class _Starter:
    """What a pool asks before each new connection."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def __call__(self) -> str:
        self.server.ensure_running()
        return ""
