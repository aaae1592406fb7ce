"""The embedded server of one data directory: make it, start it, find it, stop it."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from genkan.kernel.embedded import faults, launch, locking, postmaster, sockets
from genkan.kernel.embedded.account import account_for
from genkan.kernel.embedded.errors import EmbeddedError

PATIENCE = 60.0  # seconds: recovery after a crash, or a busy machine


@dataclass(frozen=True, slots=True)
class Status:
    """What can be said about a server without asking it.

    Attributes:
        running: whether it accepts connections.
        pid: process id of the postmaster, None when it does not run.
        version: major version of the data directory, "" when it has not been made yet.
        data_dir: as it was given, absolute.
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
        data_dir: PGDATA. Beside it lie `<name>.lock` and `<name>.log`.
        settings: further settings as (name, value), for the case that this object starts the
            server. What makes data durable and private cannot be changed (`launch.SETTINGS`).
        patience: seconds to wait for a start or a stop.
    """

    data_dir: Path
    settings: tuple[tuple[str, str], ...] = ()
    patience: float = PATIENCE

    def __post_init__(self) -> None:
        """Fix the path now: the working directory may change, and so may links."""
        object.__setattr__(self, "data_dir", Path(os.path.realpath(self.data_dir)))
        text = str(self.data_dir)
        if not self.data_dir.name or any(ord(letter) < ord(" ") for letter in text):
            raise EmbeddedError(
                "path_unusable", f"The data directory cannot be at {text!r}. Choose another one."
            )

    @property
    def log_file(self) -> Path:
        """Where the server writes its messages."""
        return launch.log_file(self.data_dir)

    def ensure_running(self) -> int:
        """Return once the server accepts connections, making and starting it where needed.

        Costs about 2 microseconds while it runs. Any number of processes may call it at once.

        Returns:
            Process id of the postmaster.

        Raises:
            EmbeddedError: with one of its codes.
        """
        if found := postmaster.serving(self.data_dir):
            return found.pid
        with self._locked():
            self._start_unless_running()
            found = postmaster.serving(self.data_dir)
        if found is None:
            raise EmbeddedError(
                "not_started",
                f"The database server ended right after its start. See {self.log_file}.",
            )
        return found.pid

    def stop(self) -> bool:
        """Stop the server; open transactions are rolled back.

        Returns:
            Whether it ran before.

        Raises:
            EmbeddedError: "not_in_time" when it does not end, "owned_by_other" and others.
        """
        if not self._is_made():
            return False
        with self._locked():
            return self._end()

    def status(self) -> Status:
        """Return what is known about the server; starts nothing.

        Raises:
            EmbeddedError: "owned_by_other", "not_writable" and others: it cannot be looked at.
        """
        made = self._is_made()
        found = postmaster.serving(self.data_dir)
        marker = self.data_dir / "PG_VERSION"
        with faults.told(self.data_dir):
            version = marker.read_text("ascii", "replace").strip() if marker.exists() else ""
        return Status(
            running=found is not None,
            pid=found.pid if found else None,
            version=version,
            data_dir=self.data_dir,
            size_bytes=_size(self.data_dir) if made else 0,
        )

    def conninfo(self, database: str = launch.DATABASE, user: str = launch.ROLE) -> dict[str, str]:
        """Return how to connect, as psycopg's arguments; starts nothing."""
        found = postmaster.serving(self.data_dir)
        if found and found.socket_dir:
            host = found.socket_dir
        else:
            with faults.told(self.data_dir):
                account = account_for(self.data_dir)
            host = str(sockets.directory_for(self.data_dir, account))
        return {"host": host, "port": str(sockets.PORT), "user": user, "dbname": database}

    def url(self, database: str = launch.DATABASE) -> str:
        """Return how to connect, as a URL. It holds no secret: the system's user is what counts."""
        host = quote(self.conninfo()["host"], safe="/")
        name = quote(database, safe="")
        return f"postgresql://{launch.ROLE}@/{name}?host={host}&port={sockets.PORT}"

    def ensure_database(self, name: str) -> None:
        """Start the server, and create the database `name` (UTF-8, code point order) if missing."""
        self.ensure_running()
        create = sql.SQL("CREATE DATABASE {} OWNER {} " + launch.ENCODING)
        where = make_conninfo(**self.conninfo(launch.MAINTENANCE, launch.SUPERUSER))
        with psycopg.connect(where, autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
                return
            try:
                connection.execute(create.format(sql.Identifier(name), sql.Identifier(launch.ROLE)))
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                return  # another process was faster

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of this data directory, and tell failed system calls as `EmbeddedError`."""
        lock = self.data_dir.with_name(f"{self.data_dir.name}.lock")
        with faults.told(self.data_dir):
            account_for(self.data_dir)
            self.data_dir.parent.mkdir(mode=0o700, exist_ok=True)
            with locking.lock(lock, seconds=2 * self.patience):
                yield

    def _is_made(self) -> bool:
        with faults.told(self.data_dir):
            account_for(self.data_dir)
            return self.data_dir.is_dir() and any(self.data_dir.iterdir())

    def _start_unless_running(self) -> None:
        home = self.data_dir
        found = postmaster.read(home)
        if found and postmaster.alive(found.pid, home):
            self._wait_for("start", found.pid)
            if postmaster.serving(home):
                return
        account = account_for(home)
        launch.open_paths(home, account)
        if not self._is_made():
            launch.make(home, account)
        faults.check_directory(home)
        launch.start(home, account, dict(self.settings), seconds=self.patience)
        self._greet()

    def _greet(self) -> None:
        """Connect once: a server that lost its catalogues starts, and refuses everybody.

        Raises:
            EmbeddedError: "damaged"; the server is stopped again.
        """
        where = make_conninfo(**self.conninfo(launch.MAINTENANCE, launch.SUPERUSER))
        try:
            psycopg.connect(where).close()
        except psycopg.OperationalError as error:
            self._end()
            raise faults.of_log(str(error), self.data_dir) from error

    def _end(self) -> bool:
        """Stop the server; the caller holds the lock."""
        found = postmaster.read(self.data_dir)
        if found is None or not postmaster.alive(found.pid, self.data_dir):
            return False
        os.kill(found.pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
        self._wait_for("stop", found.pid)
        sockets.remove(Path(found.socket_dir), self.data_dir)
        return True

    def _wait_for(self, what: str, pid: int) -> None:
        home, deadline = self.data_dir, time.monotonic() + self.patience
        done = launch.settled if what == "start" else launch.ended
        launch.wait(lambda: done(pid, home), home, what, deadline=deadline)


def _size(directory: Path) -> int:
    """Return the bytes of all files below `directory`; files may come and go meanwhile."""
    size = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                size += Path(folder, name).lstat().st_size
            except OSError:
                continue
    return size
