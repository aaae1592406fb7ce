"""`genkan serve` in a process of its own, on a database of this test."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.db import connection

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def database_url(name: str) -> str:
    """Where the database is, as DATABASE_URL says it."""
    known = connection.get_connection_params()
    parts = {key: known[key] for key in ("host", "port", "user", "password") if known.get(key)}
    return " ".join(f"{key}={value}" for key, value in (parts | {"dbname": name}).items())


@contextmanager
def served(database: str, log: Path, *command: str, **environment: str):
    """Run a server with this test's own settings; yields its port.

    Without a command it is `genkan serve`.
    """
    port = free_port()
    program = command or ("-m", "genkan.site.cli", "serve", "--host", "127.0.0.1", "--port")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *program, str(port)],
            cwd=ROOT,
            env=kept | {"DATABASE_URL": database_url(database)} | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, port, log)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen, port: int, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        assert process.poll() is None, log.read_text()[-4000:]
        assert time.monotonic() < end, log.read_text()[-4000:]
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
