"""Genkan itself: one worker of `genkan serve`, in production mode, all checks on."""

import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from bench.sso.material import THREADS
from bench.sso.population import populate
from bench.sso.providers import Provider, lines_of, run, wanted_codes
from psycopg.conninfo import make_conninfo
from typing_extensions import override

from genkan.kernel.embedded import Server

COMMAND = [sys.executable, "-m", "genkan.site.cli"]
INSIDE = [sys.executable, "-m", "bench.sso.inside"]
ROOT = Path(__file__).parents[2]
FRESH = "bench_fresh"


class Genkan(Provider):
    """Genkan on the embedded server, behind what would be a proxy that speaks TLS."""

    name = "genkan"
    paths: ClassVar[Mapping[str, str]] = {
        "discovery": "/.well-known/openid-configuration",
        "token": "/oauth2/token",
        "userinfo": "/oauth2/userinfo",
        "introspection": "/oauth2/introspect",
    }

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self._server = server
        self._environment = {
            "GENKAN_MODE": "production",
            "GENKAN_SECRET_KEY": secrets.token_urlsafe(48),
            "GENKAN_DATA_DIR": str(folder),
            "GENKAN_ENV_FILE": os.devnull,
            "GENKAN_ISSUER": "https://genkan.example",
            "GENKAN_SMTP_HOST": "127.0.0.1",
            "PYTHONPATH": str(ROOT),
        }

    @override
    def prepare(self) -> None:
        """Make tables and a client once, and keep them to copy."""
        for command in (["keyring", "create"], ["migrate"], ["terms", "publish"]):
            run([*COMMAND, *command], environment=self._environment)
        (registered,) = self._inside("client")
        self.client_id = self.own_client_id = registered["client_id"]
        self.client_secret = registered["client_secret"]
        with self._maintenance() as connection:
            connection.execute(f"ALTER DATABASE genkan RENAME TO {FRESH}")

    def inhabit(self, residents: int) -> dict[str, float]:
        """Replace the database by one with so many residents; returns seconds by table."""
        with self._maintenance() as connection:
            connection.execute("DROP DATABASE IF EXISTS genkan")
            connection.execute(f"CREATE DATABASE genkan TEMPLATE {FRESH} OWNER genkan")
        url = make_conninfo(**self._server.conninfo(user="postgres"))
        return populate(url, number=residents, client=self.client_id)

    @override
    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        options = ["--port", str(self.port), "--workers", "1", "--threads", str(THREADS)]
        return [*COMMAND, "serve", *options], self._environment

    @override
    def version(self) -> str:
        return f"{metadata.version('genkan')} in production mode, granian, {THREADS} threads"

    @override
    def codes(self, number: int, scope: str) -> list[str]:
        return self._inside("codes", json.dumps(wanted_codes(number, scope)))

    def _inside(self, *arguments: str) -> list[Any]:
        return lines_of([*INSIDE, *arguments], self._environment)

    def _maintenance(self) -> psycopg.Connection[tuple[Any, ...]]:
        where = make_conninfo(**self._server.conninfo("postgres", "postgres"))
        return psycopg.connect(where, autocommit=True)
