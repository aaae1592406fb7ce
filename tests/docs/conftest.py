"""A desk to try the pages at: an installation of its own, fresh for each page."""

import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from genkan.kernel.embedded import Server
from tests.docs.pages import ROOT

DEVELOPMENT = "GENKAN_MODE=development\nGENKAN_ALLOW_LOOPBACK_FETCH=1\n"


@dataclass(frozen=True)
class Desk:
    """A folder with settings and an installation, where a page's commands are typed."""

    folder: Path
    environment: dict[str, str]

    def type(self, line: str) -> subprocess.CompletedProcess:
        """Run a line as a shell would; what it prints to both streams is one text."""
        return subprocess.run(
            ["/bin/bash", "-o", "pipefail", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="session")
def installation():
    """An embedded server with a migrated database, kept as `prepared`.

    Not below pytest's own temporary folder: each session that starts closes that to others again,
    and root's server runs as somebody else.
    """
    with tempfile.TemporaryDirectory(prefix="genkan-docs-") as name:
        folder = Path(name)
        desk = a_desk(folder, DEVELOPMENT)
        done = desk.type("genkan migrate")
        assert done.returncode == 0, done.stdout
        server = Server(folder / ".genkan" / "postgres")
        rename(server, "genkan", "prepared")
        yield folder, server
        server.stop()


@pytest.fixture
def desk(installation, tmp_path):
    """A desk in development mode on the embedded server."""
    folder, server = installation
    copy(server, "prepared", "genkan")
    (tmp_path / ".genkan").mkdir()
    keyring = folder / ".genkan" / "keyring.json"
    (tmp_path / ".genkan" / "keyring.json").write_bytes(keyring.read_bytes())
    (tmp_path / ".genkan" / "keyring.json").chmod(0o600)
    (tmp_path / ".genkan" / "postgres").symlink_to(folder / ".genkan" / "postgres")
    yield a_desk(tmp_path, DEVELOPMENT)
    drop(server, "genkan")


@pytest.fixture
def bare_desk(installation, tmp_path):
    """A desk without keyring and tables, whose database is a server elsewhere."""
    _, server = installation
    server.ensure_database("genkan")
    desk = a_desk(tmp_path, "")
    (tmp_path / "genkan.env").unlink()
    yield Desk(tmp_path, desk.environment | {"DATABASE_URL": server.url()})
    drop(server, "genkan")


def a_desk(folder: Path, settings: str) -> Desk:
    secret = f"GENKAN_SECRET_KEY={secrets.token_urlsafe(48)}\n"
    (folder / "genkan.env").write_text(settings + secret)
    (folder / "examples").symlink_to(ROOT / "examples")
    kept = ("HOME", "LANG", "TMPDIR", "USER")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return Desk(folder, environment | {"PATH": path, "GENKAN_ENV_FILE": "genkan.env"})


def administration(server: Server) -> psycopg.Connection:
    server.ensure_running()
    where = psycopg.conninfo.make_conninfo(**server.conninfo("postgres"))
    return psycopg.connect(where, autocommit=True)


def copy(server: Server, source: str, name: str) -> None:
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with administration(server) as admin:
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(source)))


def rename(server: Server, old: str, new: str) -> None:
    alter = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with administration(server) as admin:
        admin.execute(alter.format(sql.Identifier(old), sql.Identifier(new)))


def drop(server: Server, name: str) -> None:
    forget = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with administration(server) as admin:
        admin.execute(forget.format(sql.Identifier(name)))
