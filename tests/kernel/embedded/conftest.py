"""Real servers in directories of their own; every test stops what it started."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.kernel.embedded.world import AS_ORDINARY, QUICK, ROOT, copied, script

from genkan.kernel.embedded import Server, programs

# Dozens of servers that write and sync: in memory where it is large enough (containers have 64 MB).
_SHM = Path("/dev/shm")
ROOMY = _SHM.is_dir() and shutil.disk_usage(_SHM).free > 4 * 1024**3
MEMORY = _SHM if ROOMY and os.access(_SHM, os.W_OK) else None


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of root or of ours alone.

    Not pytest's own: each pytest that starts, also one of somebody else, closes the folder above
    those of root to the server's user (chmod cuts the access control list).
    """
    made = Path(tempfile.mkdtemp(prefix="genkan-test-", dir=MEMORY))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder for one test."""
    with folder() as made:
        yield made


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data directory made once and stopped; tests work on copies."""
    with folder() as above:
        server = Server(above / "postgres", QUICK)
        server.ensure_running()
        server.stop()
        yield server.data_dir


@pytest.fixture(scope="session")
def running(made: Path) -> Iterator[Server]:
    """A server that runs all the time, for tests that only ask it."""
    with folder() as above:
        server = Server(copied(made, above / "postgres"), QUICK)
        server.ensure_running()
        yield server
        server.stop()


@pytest.fixture
def server(made: Path, tmp_path: Path) -> Iterator[Server]:
    """A made server that does not run yet."""
    server = Server(copied(made, tmp_path / "postgres"), QUICK)
    yield server
    server.stop()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Server]:
    """A server whose data directory does not exist yet."""
    server = Server(tmp_path / "postgres", QUICK)
    yield server
    if server.data_dir.is_dir() and (server.data_dir / "PG_VERSION").exists():
        server.stop()


@pytest.fixture
def ordinary() -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs a script as an ordinary user on a data directory in that user's own folder.

    The script finds `server`; as root it runs as nobody, otherwise as ourselves.
    """
    with folder() as above:
        if ROOT:
            nobody = pwd.getpwnam("nobody")
            os.chown(above, nobody.pw_uid, nobody.pw_gid)
            _skip_unless_reachable(nobody.pw_uid)
        home = above / "postgres"

        def run(body: str, *arguments: object, home: Path = home):
            return script(AS_ORDINARY + body, home, *arguments)

        run.home = home
        yield run
        if (home / "postmaster.pid").exists():
            Server(home).stop()


def _skip_unless_reachable(uid: int) -> None:
    postgres = programs.program("postgres")
    tried = subprocess.run(
        ["/usr/bin/test", "-x", postgres],
        user=uid,
        group=uid,
        extra_groups=[],
        check=False,
        cwd="/",
    )
    if tried.returncode:
        pytest.skip("other users cannot reach this clone, so no ordinary user can run its programs")
