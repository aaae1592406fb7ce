"""What the tests of the embedded server share: questions, scripts, an ordinary user."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from genkan.kernel.embedded import Server

ROOT = os.geteuid() == 0
ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    "PATH": os.environ["PATH"],
    "LC_ALL": "C.UTF-8",
}
QUICK = (("shared_buffers", "16MB"), ("max_connections", "40"))

# Everything is loaded before root becomes nobody: Python itself may lie in root's closed home.
AS_ORDINARY = """
import encodings.idna, json, os, pwd, sys, traceback
from pathlib import Path
import psycopg
from psycopg.conninfo import make_conninfo
from genkan.kernel.embedded import EmbeddedError, Server
if os.geteuid() == 0:
    who = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setresgid(who.pw_gid, who.pw_gid, who.pw_gid)
    os.setresuid(who.pw_uid, who.pw_uid, who.pw_uid)
server = Server(Path(sys.argv[1]), (("shared_buffers", "16MB"),))
"""


def connected(server: Server, database: str = "genkan", user: str = "genkan", **options):
    """Return a connection in autocommit."""
    where = make_conninfo(**server.conninfo(database, user))
    return psycopg.connect(where, autocommit=True, **options)


def asked(server: Server, query: str, *, database: str = "genkan", user: str = "genkan"):
    """Return the first row of the answer."""
    with connected(server, database, user) as connection:
        return connection.execute(query).fetchone()


def script(body: str, *arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """Run a Python script in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", body, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=ENVIRONMENT,
        **options,
    )


def copied(made: Path, home: Path) -> Path:
    """Copy a stopped data directory with its owner."""
    subprocess.run(["cp", "-a", "--reflink=auto", made, home], check=True)
    return home
