"""Files of our own beside the data directory: the lock between processes, and the log."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from genkan.kernel.embedded.errors import EmbeddedError

_STEP = 0.02  # seconds between two looks at a lock that somebody else holds


@contextmanager
def lock(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold the lock file `path`, against other processes and other threads of this one.

    Raises:
        EmbeddedError: "busy" when somebody else holds it for longer than `seconds`.
        OSError: the file cannot be made.
    """
    handle = open_beside(path, os.O_RDWR)
    try:
        deadline = time.monotonic() + seconds
        while not _locked(handle):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    "busy",
                    f"Another process has been starting or stopping this database for more than"
                    f" {seconds:.0f} s (it holds {path}). Wait for it or end it, and try again.",
                )
            time.sleep(_STEP)
        yield
    finally:
        os.close(handle)


def open_beside(path: Path, flags: int) -> int:
    """Open or make a private file beside the data directory; a symbolic link is refused.

    When root makes it in somebody's directory, it becomes theirs, so that both can go on.
    """
    handle = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    parent = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(handle).st_uid == 0 and parent.st_uid != 0:
        os.fchown(handle, parent.st_uid, parent.st_gid)
    return handle


def _locked(handle: int) -> bool:
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True
