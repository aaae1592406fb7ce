"""Facts about a running server, read from its files: no connection, no process started."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from genkan.kernel.embedded.errors import EmbeddedError

READY = "ready"
_LINES = 8  # postmaster.pid: pid, directory, start, port, socket directory, address, memory, status


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says.

    Attributes:
        pid: process id of the postmaster that wrote the file; it may be long dead.
        socket_dir: directory of its Unix socket, "" while it is still starting.
        memory_id: System V shared memory id, None while it is still starting.
        state: "starting", "ready", "stopping"; "" while the file is being written.
    """

    pid: int
    socket_dir: str
    memory_id: int | None
    state: str


def read(data_dir: Path) -> Postmaster | None:
    """Return what the pid file in `data_dir` says, or None when there is no usable one.

    Source:
        PostgreSQL, src/include/utils/pidfile.h.
    """
    try:
        lines = (data_dir / "postmaster.pid").read_text("utf-8", "surrogateescape").split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    lines += [""] * (_LINES - len(lines))
    try:
        pid = int(lines[0])
    except ValueError:
        return None
    memory = lines[6].split()
    memory_id = int(memory[1]) if len(memory) == 2 and memory[1].isdigit() else None  # noqa: PLR2004 (key, id)
    return Postmaster(abs(pid), lines[4], memory_id, lines[7].strip())


def alive(pid: int, data_dir: Path) -> bool:
    """Whether process `pid` is a postmaster that serves `data_dir`.

    The command line tells apart what `kill(pid, 0)` cannot: a zombie has none (nobody may reap it
    in a container), and a reused pid has another. Costs about 10 microseconds.
    """
    if sys.platform != "linux":
        return _exists(pid)
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"-D\0" + os.fsencode(data_dir) + b"\0" in command


def ready(data_dir: Path) -> Postmaster | None:
    """Return the postmaster that accepts connections for `data_dir`, or None."""
    found = read(data_dir)
    if found is None or found.state != READY or not alive(found.pid, data_dir):
        return None
    return found


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def lock(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold the lock file `path`, against other processes and other threads of this one.

    Raises:
        EmbeddedError: "busy" when somebody else holds it for longer than `seconds`.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        deadline = time.monotonic() + seconds
        while not _locked(handle):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    "busy",
                    f"Another process has been starting or stopping this database for {seconds:.0f} s"
                    f" (it holds {path}). Wait for it, or end it, and try again.",
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True
