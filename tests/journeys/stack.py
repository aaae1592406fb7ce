"""The whole demo in processes of its own, on ports and a database of its own."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import psycopg

ROOT = Path(__file__).parents[2]
READY_SECONDS = 120


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now."""
    held = []
    for _ in range(count):
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        held.append(one)
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def without_settings() -> dict[str, str]:
    """Our environment without the settings of the tests themselves."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GENKAN_", "DJANGO_", "COV_", "COVERAGE"))
    }


@dataclass
class RunningDemo:
    """A demo that was started, and how to look at it from outside."""

    process: subprocess.Popen
    folder: Path
    portal: str
    shinsei: str
    mail: str
    card_app: str
    environment: dict[str, str]
    database: dict[str, str]
    output: Path

    @property
    def password(self) -> str:
        return re.search(r"password of everybody below: (\S+)", self.output.read_text())[1]

    def genkan(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run the command line beside the running demo."""
        return subprocess.run(
            [sys.executable, "-m", "genkan.site.cli", *arguments],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def sql(self, statement: str, *values) -> list[tuple]:
        with psycopg.connect(**self.database, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it be this moment for all programs of ours, until the end."""
        written = self.folder / "clock.new"
        written.write_text(moment.isoformat())
        written.replace(self.folder / "clock")
        try:
            yield
        finally:
            (self.folder / "clock").unlink(missing_ok=True)

    def run_job(self, name: str) -> None:
        """Queue a job that runs by the clock; the running worker takes it."""
        self.sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('default', %s, '{\"timestamp\": 0}')",
            name,
        )

    def mails_to(self, address: str) -> list[dict]:
        caught = httpx.get(f"{self.mail}/messages.json", trust_env=False).json()
        return [mail for mail in caught if address in mail["recipients"]]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def start_demo(folder: Path, *, database_url: str = "", residents: int = 0) -> RunningDemo:
    """Start `genkan demo` and wait until it says that it runs."""
    folder.mkdir(parents=True, exist_ok=True)
    portal, shinsei, mail, smtp, card = free_ports(5)
    settings = folder / "genkan.env"
    if not settings.exists():
        settings.write_text(
            "GENKAN_MODE=development\n"
            f"GENKAN_SECRET_KEY={secrets.token_urlsafe(48)}\n"
            "GENKAN_ALLOW_LOOPBACK_FETCH=1\n"
            f"GENKAN_DATA_DIR={folder / 'data'}\n"
            f"GENKAN_CLOCK_FILE={folder / 'clock'}\n"
        )
    environment = without_settings() | {
        "GENKAN_ENV_FILE": str(settings),
        "GENKAN_ISSUER": f"http://127.0.0.1:{portal}",
        "PYTHONUNBUFFERED": "1",
    }
    if database_url:
        environment["DATABASE_URL"] = database_url
    output = folder / f"demo-{portal}.log"
    ports = ["--port", portal, "--shinsei-port", shinsei, "--mail-port", mail, "--smtp-port", smtp]
    ports += ["--card", "--card-port", card, "--residents", residents]
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "genkan.site.cli", "demo", *map(str, ports)],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _wait_until_ready(process, output)
    return RunningDemo(
        process=process,
        folder=folder,
        portal=f"http://127.0.0.1:{portal}",
        shinsei=f"http://127.0.0.1:{shinsei}",
        mail=f"http://127.0.0.1:{mail}",
        card_app=f"http://127.0.0.1:{card}",
        environment=environment,
        database=_database(environment),
        output=output,
    )


def _wait_until_ready(process: subprocess.Popen, output: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while "Genkan is running" not in output.read_text():
        assert process.poll() is None, output.read_text()[-4000:]
        assert time.monotonic() < end, output.read_text()[-4000:]
        time.sleep(0.2)


def _database(environment: dict[str, str]) -> dict[str, str]:
    shown = subprocess.run(
        [sys.executable, "-m", "genkan.site.cli", "db", "url"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return psycopg.conninfo.conninfo_to_dict(shown.stdout.strip())
