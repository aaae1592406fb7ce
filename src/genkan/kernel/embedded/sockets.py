"""Where the server's Unix socket lives: beside the data, or in a short private directory."""

import os
import stat
import sys
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from genkan.kernel.embedded.account import Account
from genkan.kernel.embedded.errors import EmbeddedError

PORT = 5432  # only part of the socket's name: nothing listens on a network
_LONGEST = 107 if sys.platform == "linux" else 103  # bytes; sun_path of unix(7) without its last 0


def fits(directory: Path) -> bool:
    """Whether a socket in `directory` has a path that the system and libpq can use.

    A comma would make two hosts of it in libpq.
    """
    path = os.fsencode(directory / f".s.PGSQL.{PORT}")
    return len(path) <= _LONGEST and b"," not in path


def directory_for(data_dir: Path, account: Account) -> Path:
    """Return the socket's directory: the data directory, or a short one named after it.

    Raises:
        EmbeddedError: "path_unusable" when even the system's temporary directory is too deep.
    """
    digest = sha256(os.fsencode(data_dir)).hexdigest()[:16]
    name = f"genkan-{account.uid}-{digest}"
    temporary = (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108 - `prepare` looks who owns it
    for directory in (data_dir, *(folder / name for folder in temporary)):
        if fits(directory):
            return directory
    raise EmbeddedError("path_unusable", "The system's directory for temporary files is too deep.")


def prepare(directory: Path, account: Account) -> None:
    """Make `directory` unless it is there, and see that only its owner can enter it.

    Raises:
        EmbeddedError: "socket_dir_taken" when somebody else made something of that name.
    """
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), account.uid):
        raise EmbeddedError(
            "socket_dir_taken",
            f"{directory} should be this database's private directory, and somebody else made it."
            " Remove it, or choose a shorter path for the data directory.",
        )
    account.own(directory)
    directory.chmod(0o700)


def remove(directory: Path, data_dir: Path) -> None:
    """Remove the short directory of a stopped server; what is not empty stays."""
    if directory != data_dir:
        with suppress(OSError):
            directory.rmdir()
