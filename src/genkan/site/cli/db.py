"""`genkan db`: the embedded PostgreSQL, and backups of whatever database serves.

Exit codes: 0 done, 1 refused or failed, 2 called wrongly (among others: start or stop a server that
is not ours), 3 from `status` when the database does not run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from genkan.kernel import wall
from genkan.kernel.embedded import Database, EmbeddedError, Server
from genkan.kernel.sealing import KeyringUnusable
from genkan.site import deployment, environment
from genkan.site.cli.base import NotConfigured, as_json, tell

NOT_RUNNING = 3
EXTERNAL = 2
_PATIENCE = "10"  # seconds to wait for a server elsewhere

P = ParamSpec("P")
BackupFile = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class Place:
    """Where the settings say the database is: embedded, or a server elsewhere."""

    server: Server | None
    conninfo: dict[str, str]

    @property
    def url(self) -> str:
        """The database's address, without secrets."""
        return self.server.url() if self.server else _url(self.conninfo)

    @property
    def dumps(self) -> Database:
        """What is backed up. The embedded superuser reads all rows, whatever policy they have.

        A server elsewhere shows them by the proof that the keyring gives (decision 0013).
        """
        if self.server:
            return Database(self.server.conninfo(user="postgres"), environment.for_child())
        options = _everybody_shown(self.conninfo)
        return Database(
            self.conninfo, environment.for_child(**options), sees_by_policy=bool(options)
        )

    @property
    def restores(self) -> Database:
        """What is replaced, as the user who shall own it."""
        conninfo = self.server.conninfo() if self.server else self.conninfo
        return Database(conninfo, environment.for_child())


def _everybody_shown(conninfo: dict[str, str]) -> dict[str, str]:
    """Return what makes libpq's programs see everybody's rows; nothing where no wall stands.

    Raises:
        EmbeddedError: "wrong_keyring": the backup would lack what it is for.
    """
    try:
        with psycopg.connect(make_conninfo(**conninfo), connect_timeout=_PATIENCE) as session:
            if session.execute("SELECT to_regclass('residents_wall')").fetchone() == (None,):
                return {}
            scope = wall.scope_of((wall.EVERYBODY,), deployment.read().keyring)
            session.execute("SELECT set_config(%s, %s, true)", [wall.SETTING, scope])
            if session.execute("SELECT residents_shows_everybody()").fetchone() == (True,):
                return {"PGOPTIONS": f"-c {wall.SETTING}={scope}"}
    except psycopg.OperationalError:
        return {}  # whoever copies tells what is wrong
    except KeyringUnusable as unusable:
        raise EmbeddedError("wrong_keyring", f"A backup needs the keyring: {unusable}.") from None
    raise EmbeddedError(
        "wrong_keyring", "The keyring is not this database's: the backup would be incomplete."
    )


@click.group()
def db() -> None:
    """Start, stop and look at the database; back it up and bring it back."""


def with_place(
    command: Callable[Concatenate[Place, P], None],
) -> Callable[P, None]:
    """Hand the command its database, and tell what goes wrong in plain words."""

    @as_json
    @wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> None:
        try:
            command(_place(), *args, **options)
        except EmbeddedError as error:
            if options["as_json"]:
                facts = {"error": error.code, "message": error.sentence, "log": error.log}
                tell(facts, as_json=True)
            else:
                click.echo(f"Error: {error}", err=True)
            raise click.exceptions.Exit(EXTERNAL if error.code == "external" else 1) from error

    return run


@db.command()
@with_place
def start(place: Place, *, as_json: bool) -> None:
    """Start the embedded server; make it first where there is none."""
    server = _embedded(place, "started")
    pid = server.ensure_running()
    tell({"running": True, "pid": pid, "data_dir": server.data_dir}, as_json=as_json)


@db.command()
@with_place
def stop(place: Place, *, as_json: bool) -> None:
    """Stop the embedded server. The next connection starts it again."""
    server = _embedded(place, "stopped")
    ran = server.stop()
    tell({"running": False, "was_running": ran, "data_dir": server.data_dir}, as_json=as_json)


@db.command()
@with_place
def status(place: Place, *, as_json: bool) -> None:
    """Say whether the database runs, and where; exit code 3 when it does not."""
    facts = _facts(place.server) if place.server else _facts_elsewhere(place)
    tell(facts, as_json=as_json)
    if not facts["running"]:
        raise click.exceptions.Exit(NOT_RUNNING)


@db.command()
@with_place
def url(place: Place, *, as_json: bool) -> None:
    """Print the database's address, without secrets."""
    if as_json:
        tell({"url": place.url}, as_json=True)
    else:
        click.echo(place.url)


@db.command()
@click.argument("file", type=BackupFile)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@with_place
def backup(place: Place, file: Path, *, force: bool, as_json: bool) -> None:
    """Write the whole database to FILE, which only its owner can read."""
    _ensure_running(place)
    size = place.dumps.backup(file, overwrite=force)
    tell({"file": file, "size_bytes": size}, as_json=as_json)


@db.command()
@click.argument("file", type=BackupFile)
@click.option("--yes", is_flag=True, help="Replace the database without asking.")
@with_place
def restore(place: Place, file: Path, *, yes: bool, as_json: bool) -> None:
    """Replace the whole database by the backup FILE; if that fails, it stays as it was."""
    if not yes:
        question = f"Everything in {place.url} will be replaced by {file}. Continue?"
        click.confirm(question, abort=True, err=True)
    _ensure_running(place)
    place.restores.restore(file)
    tell({"restored": place.restores.name, "file": file}, as_json=as_json)


def _place() -> Place:
    try:
        installation = deployment.read()
    except deployment.SettingsUnusable as error:
        raise NotConfigured(str(error)) from error
    if not installation.database_url:
        return Place(Server(installation.postgres_dir), {})
    try:
        parts = conninfo_to_dict(installation.database_url)
    except psycopg.ProgrammingError:  # its text could quote the password
        raise NotConfigured("DATABASE_URL is not an address of PostgreSQL") from None
    conninfo = {name: str(value) for name, value in parts.items()}
    return Place(None, {"dbname": conninfo.get("user", ""), **conninfo})


def _embedded(place: Place, what: str) -> Server:
    if place.server:
        return place.server
    raise EmbeddedError(
        "external",
        f"The database is a server of its own ({place.url}, from DATABASE_URL)."
        f" It is {what} where it runs, not by Genkan.",
    )


def _ensure_running(place: Place) -> None:
    if place.server:
        place.server.ensure_running()


def _facts(server: Server) -> dict[str, Any]:
    found = server.status()
    return {
        "external": False,
        "running": found.running,
        "pid": found.pid,
        "version": found.version,
        "data_dir": found.data_dir,
        "size_bytes": found.size_bytes,
        "url": server.url(),
    }


def _facts_elsewhere(place: Place) -> dict[str, Any]:
    facts: dict[str, Any] = {"external": True, "running": False, "url": place.url}
    query = "SELECT current_setting('server_version'), pg_database_size(current_database())"
    try:
        where = make_conninfo(**{"connect_timeout": _PATIENCE, **place.conninfo})
        with psycopg.connect(where) as session:
            found = session.execute(query).fetchone()
    except psycopg.OperationalError as error:
        return facts | {"reason": str(error).strip()}
    version, size = found or ("", 0)
    return facts | {"running": True, "version": version, "size_bytes": size}


def _url(conninfo: dict[str, str]) -> str:
    """Return user, host, port and database as a URL; all else may be secret and stays out."""
    host, port = conninfo.get("host", ""), conninfo.get("port", "")
    user = quote(conninfo.get("user", ""), safe="")
    name = quote(conninfo["dbname"], safe="")
    if host.startswith("/"):
        address, ending = "", f"?host={quote(host, safe='/')}" + (f"&port={port}" if port else "")
    else:
        address, ending = host + (f":{port}" if port else ""), ""
    return f"postgresql://{user}{'@' if user else ''}{address}/{name}{ending}"
