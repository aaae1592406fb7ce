"""Backup and restore of one database with the programs of the wheel, wherever it is served."""

import errno
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from genkan.kernel.embedded import faults, swap
from genkan.kernel.embedded.errors import EmbeddedError
from genkan.kernel.embedded.programs import MAJOR, call, program

_MAGIC = b"PGDMP"  # first bytes of pg_dump's custom format
_OLDEST = 15  # major version of PostgreSQL that Genkan runs on
_BEFORE_17 = 16  # pg_restore 17 and later set a parameter that older servers refuse
_TAIL = 5  # lines of a program's complaint that are shown
_PATIENCE = "10"  # seconds to wait for a server elsewhere


@dataclass(frozen=True)
class Database:
    """A database to copy: the embedded one, or one of a server elsewhere.

    Attributes:
        conninfo: how to connect, as libpq's arguments; `dbname` is the database itself.
        environment: variables for the programs (certificates and password files of libpq).
        sees_by_policy: whether row-level security shows this user what is backed up: the caller
            has made sure that it shows everything. Otherwise pg_dump refuses tables that have it.
    """

    conninfo: Mapping[str, str]
    environment: Mapping[str, str]
    sees_by_policy: bool = False

    @property
    def name(self) -> str:
        """Name of the database."""
        return self.conninfo["dbname"]

    def backup(self, file: Path, *, overwrite: bool) -> int:
        """Write the whole database to `file` (custom format of pg_dump, mode 0600).

        The file appears complete or not at all.

        Returns:
            Its size in bytes.

        Raises:
            EmbeddedError: "backup_exists", "disk_full", "not_writable", "parent_missing",
                "database_unreachable", "server_unsupported", "program_failed".
        """
        with _told(file):
            if file.exists() and not overwrite:
                raise _exists(file)
        major = self._major(self.name)
        part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
        with _told(file):
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                arguments = [program("pg_dump", major), "--format=custom", "--no-password"]
                if self.sees_by_policy:
                    arguments.append("--enable-row-security")
                self._call([*arguments, self._target(self.name)], output=handle)
                os.fsync(handle)
                size = os.fstat(handle).st_size
                _put(part, file, overwrite=overwrite)
            finally:
                os.close(handle)
                part.unlink(missing_ok=True)
        return size

    def restore(self, file: Path) -> None:
        """Replace the database by what `file` holds.

        It is read into a fresh database, which then takes the name in one transaction while other
        sessions are ended. If anything fails before, the old database stays as it was. Settings of
        the old database as such (`ALTER DATABASE`, `GRANT ... ON DATABASE`) go with it.

        Raises:
            EmbeddedError: "not_a_backup", "database_unreachable", "not_permitted", "in_use",
                "disk_full", "program_failed", "server_unsupported".
        """
        major = self._major(swap.MAINTENANCE)
        self._check(file, major)
        arguments = [program("pg_restore", major), "--exit-on-error", "--single-transaction"]
        with self._session(swap.MAINTENANCE) as session, swap.fresh(session, self.name) as fresh:
            options = ["--no-owner", "--no-password", self._target(fresh)]
            self._call([*arguments, *options, str(file)], output=subprocess.DEVNULL)
            with self._session(fresh) as inside:
                inside.execute("ANALYZE")
            with self._session(swap.MAINTENANCE) as helper:
                swap.take_place(session, helper, fresh=fresh, name=self.name)

    def _check(self, file: Path, major: int) -> None:
        """See that `file` is a backup that can be read, before anything is touched.

        Raises:
            EmbeddedError: "not_a_backup", "not_writable", "parent_missing".
        """
        with _told(file), file.open("rb") as opened:
            begins = opened.read(len(_MAGIC))
        problem = "it does not begin like a backup of `genkan db backup`"
        if begins == _MAGIC:
            listing = [program("pg_restore", major), "--list", str(file)]
            done = call(listing, output=subprocess.DEVNULL, environment=self.environment)
            problem = done.stderr.strip()
            if not done.returncode:
                return
        raise EmbeddedError(
            "not_a_backup", f"{file} cannot be restored: {problem}. The database was not touched."
        )

    def _call(self, arguments: list[str], *, output: int) -> None:
        password = self.conninfo.get("password", "")
        secret = {"PGPASSWORD": password} if password else {}
        done = call(arguments, output=output, environment={**self.environment, **secret})
        if not done.returncode:
            return
        said = "\n".join(done.stderr.strip().splitlines()[-_TAIL:])
        name = Path(arguments[0]).name
        if faults.speaks_of_full_disk(said):
            raise EmbeddedError("disk_full", f"The disk is full: {name} could not finish.", said)
        raise EmbeddedError("program_failed", f"{name} failed; nothing was changed. It said:", said)

    def _target(self, database: str) -> str:
        """Return the argument that says where to connect; a password never shows in it."""
        plain = {name: value for name, value in self.conninfo.items() if name != "password"}
        return f"--dbname={make_conninfo(**{**plain, 'dbname': database})}"

    def _major(self, database: str) -> int:
        """Return which programs fit the server: the major version they are of."""
        with self._session(database) as session:
            serves = session.info.server_version // 10000
        if not _OLDEST <= serves <= MAJOR:
            raise EmbeddedError(
                "server_unsupported",
                f"The server is PostgreSQL {serves}; this Genkan copies databases of PostgreSQL"
                f" {_OLDEST} to {MAJOR}. Use the pg_dump and pg_restore of that server.",
            )
        return _BEFORE_17 if serves <= _BEFORE_17 else MAJOR

    @contextmanager
    def _session(self, database: str) -> Iterator[psycopg.Connection]:
        """Yield a session without a transaction; the server's refusals become `EmbeddedError`."""
        where = {"connect_timeout": _PATIENCE, **self.conninfo, "dbname": database}
        try:
            session = psycopg.connect(make_conninfo(**where), autocommit=True)
        except psycopg.OperationalError as error:
            raise EmbeddedError(
                "database_unreachable",
                f"The database {database} cannot be reached: {str(error).strip()}",
            ) from error
        try:
            with session:
                yield session
        except psycopg.errors.InsufficientPrivilege as error:
            raise EmbeddedError(
                "not_permitted",
                f"The database user lacks a right that a restore needs ({_first_line(error)})."
                " It must own the database and have CREATEDB. The database was not touched.",
            ) from error
        except psycopg.Error as error:
            raise EmbeddedError(
                "program_failed", f"The database server refused: {_first_line(error)}"
            ) from error


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().split("\n", 1)[0]


def _exists(file: Path) -> EmbeddedError:
    return EmbeddedError(
        "backup_exists", f"{file} exists already. Choose another name, or overwrite it by --force."
    )


def _put(part: Path, file: Path, *, overwrite: bool) -> None:
    """Give the finished file its name, durably; without `overwrite` an existing one stays."""
    if overwrite:
        part.replace(file)
    else:
        try:
            file.hardlink_to(part)
        except FileExistsError as error:
            raise _exists(file) from error
        except OSError:  # a file system without links
            part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # not every file system can
            os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn a failed system call on a backup file into an `EmbeddedError`."""
    codes = {
        errno.ENOSPC: ("disk_full", "the disk is full"),
        errno.EDQUOT: ("disk_full", "the quota is used up"),
        errno.EFBIG: ("disk_full", "the limit on file sizes is reached"),
        errno.ENOENT: ("parent_missing", "no such file or folder"),
        errno.ENOTDIR: ("parent_missing", "its folder is not one"),
        errno.EACCES: ("not_writable", "this user may not"),
        errno.EPERM: ("not_writable", "this user may not"),
        errno.EROFS: ("not_writable", "the file system is read-only"),
        errno.EISDIR: ("path_unusable", "it is a folder"),
        errno.ENAMETOOLONG: ("path_unusable", "the name is too long"),
    }
    try:
        yield
    except OSError as error:
        code, why = codes.get(error.errno or 0, ("system_error", str(error.strerror)))
        raise EmbeddedError(code, f"{file} cannot be used for a backup: {why}.") from error
