"""From a failed system call, a log or a directory to the sentence that helps."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genkan.kernel.embedded.errors import EmbeddedError
from genkan.kernel.embedded.programs import MAJOR

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_TEXTS = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "File size limit exceeded",
)
_NO_MEMORY = "Cannot allocate memory"
_MEMORY_TEXTS = ("shared memory", "semaphore", _NO_MEMORY)
_DAMAGE_TEXTS = (
    "control file",
    "checkpoint record",
    "status of transaction",
    "invalid page",
    "could not open file",
    "could not open directory",
    "could not access directory",
    "could not read",
    "is missing",
    "does not exist",
    "not a valid data directory",
    "incompatible with server",
)
_VITAL = ("global/pg_control", "base", "pg_wal", "pg_xact")
_LEAST_SPACE = 20 * 1024 * 1024  # bytes: one WAL segment and a little
_TAIL = 15  # lines of the log shown with an error


@contextmanager
def told(data_dir: Path) -> Iterator[None]:
    """Turn a failed system call on the files of `data_dir` into an `EmbeddedError`."""
    try:
        yield
    except OSError as error:
        raise of_system(error, data_dir) from error


def of_system(error: OSError, data_dir: Path) -> EmbeddedError:
    """Return what a failed system call means to the person who started us."""
    what = f"{error.strerror or error}: {error.filename or data_dir}"
    if error.errno in _FULL:
        return disk_full(data_dir)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EmbeddedError(
            "not_writable",
            f"This user may not write where the database lives ({what})."
            " Change the owner or the permissions, or choose another data directory.",
        )
    if error.errno == errno.ENOENT:
        return EmbeddedError(
            "parent_missing",
            f"The folder that should hold the data directory is missing ({what}). Make it first.",
        )
    if error.errno in (errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP):
        return EmbeddedError(
            "path_unusable",
            f"The data directory cannot be at this path ({what}). Choose another one.",
        )
    return EmbeddedError("system_error", f"The system refused a step of the database ({what}).")


def disk_full(data_dir: Path) -> EmbeddedError:
    """Return the error for a disk, a quota or a size limit that leaves no room."""
    return EmbeddedError(
        "disk_full",
        f"The disk that holds {data_dir} is full, or a quota or size limit is reached."
        " Free some space and start again: what was committed is safe.",
    )


def speaks_of_full_disk(text: str) -> bool:
    """Whether a program's message is about a full disk, a quota or a size limit."""
    return _any(_FULL_TEXTS, text)


def of_log(text: str, data_dir: Path) -> EmbeddedError:
    """Return why a server that wrote `text` before it ended did not start or could not be made."""
    tail = "\n".join(text.strip().splitlines()[-_TAIL:])
    # "No space left on device" is also what a full /dev/shm says.
    if any(_any(_MEMORY_TEXTS, line) and _speaks_of_lack(line) for line in text.splitlines()):
        return _no_memory(tail)
    if speaks_of_full_disk(text) or _little_space(data_dir):
        return disk_full(data_dir)
    if "Permission denied" in text:
        return EmbeddedError(
            "not_writable",
            f"The server's user may not enter or write {data_dir} or a folder above it. Start again"
            " to have that put right as root; otherwise change the permissions. The server said:",
            tail,
        )
    if _any(_DAMAGE_TEXTS, text):
        return damaged(data_dir, "PostgreSQL cannot read its files", tail)
    return EmbeddedError(
        "not_started", f"The database server of {data_dir} did not start. It said:", tail
    )


def damaged(data_dir: Path, what: str, log: str = "") -> EmbeddedError:
    """Return the error for a data directory that lost or garbled files."""
    return EmbeddedError(
        "damaged",
        f"The data directory {data_dir} is damaged: {what}. Nothing was changed."
        " Move it aside, start again, and bring the data back with"
        " `genkan db restore` from the last backup.",
        log,
    )


def check_directory(data_dir: Path) -> None:
    """See that `data_dir`, which is not empty, is whole enough to start a server on.

    Raises:
        EmbeddedError: "damaged", "not_a_database", "other_version".
    """
    marker = data_dir / "PG_VERSION"
    if not marker.exists():
        if (data_dir / "base").exists() or (data_dir / "global").exists():
            raise damaged(data_dir, "the file PG_VERSION is missing")
        raise EmbeddedError(
            "not_a_database",
            f"{data_dir} holds files of something else, not of PostgreSQL."
            " Choose an empty or a new directory for the database.",
        )
    version = marker.read_bytes()[:16].decode("ascii", "replace").strip()
    if not version.isdigit():
        raise damaged(data_dir, "the file PG_VERSION is garbled")
    if int(version) != MAJOR:
        raise _other_version(data_dir, version)
    for name in _VITAL:
        if not (data_dir / name).exists():
            raise damaged(data_dir, f"{name} is missing")


def _other_version(data_dir: Path, version: str) -> EmbeddedError:
    return EmbeddedError(
        "other_version",
        f"{data_dir} was made by PostgreSQL {version}, and this Genkan carries PostgreSQL {MAJOR}."
        " Nothing was changed. With the Genkan that made it, run `genkan db backup old.dump`;"
        " then move the directory aside and, with this Genkan, run `genkan db restore old.dump`.",
    )


def _no_memory(tail: str) -> EmbeddedError:
    return EmbeddedError(
        "no_memory",
        "The system has too little memory or shared memory for the database server."
        " End other programs, or give the machine or container more. The server said:",
        tail,
    )


def _any(texts: tuple[str, ...], text: str) -> bool:
    return any(t in text for t in texts)


def _speaks_of_lack(line: str) -> bool:
    return _NO_MEMORY in line or speaks_of_full_disk(line)


def _little_space(data_dir: Path) -> bool:
    """Whether the disk is so full that the log itself may say nothing about it."""
    try:
        facts = os.statvfs(data_dir if data_dir.exists() else data_dir.parent)
    except OSError:
        return False
    return facts.f_bavail * facts.f_frsize < _LEAST_SPACE
