"""What a provider is to the bench: a process that serves, and codes on demand."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar

from bench.sso import processes
from bench.sso.load import Failed
from bench.sso.material import CHALLENGE, SERVER_CORE

PATIENCE = 60.0
PEERS = Path(__file__).parent / "peers"


class Unavailable(Exception):
    """A peer cannot run here; the text says why, plainly."""


class Provider(ABC):
    """One provider with its own database on the shared server.

    Attributes:
        paths: where discovery, token, userinfo and introspection are answered.
        own_scope: a scope that the client may have for itself.
        own_client_id: who asks for tokens of its own, where that is another client.
    """

    name: str
    paths: ClassVar[Mapping[str, str]]
    own_scope = "bench"
    client_id = "bench"
    own_client_id = "bench"
    client_secret: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client_secret = secrets.token_urlsafe(32)
        self.port = free_port()
        self._running: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def process(self) -> int:
        """Return the process that serves, or whose children do."""
        assert self._running is not None
        return self._running.pid

    @abstractmethod
    def prepare(self) -> None:
        """Install and make tables, once; on all cores."""

    @abstractmethod
    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """Return what to start, and with which environment beside our own."""

    @abstractmethod
    def codes(self, number: int, scope: str) -> list[str]:
        """Return so many codes, made by the provider's own functions."""

    @abstractmethod
    def version(self) -> str:
        """Return what exactly is measured, in a few words."""

    def start(self) -> None:
        """Start the one worker, pinned, and wait until it answers."""
        arguments, environment = self.command()
        self._log = (self.folder / f"{self.name.split()[0]}.log").open("ab")
        self._running = subprocess.Popen(
            arguments, env={**os.environ, **environment}, stdout=self._log, stderr=self._log
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._running.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Failed(f"{self.name} did not start; see {self._log.name}")
            time.sleep(0.1)
        processes.pin(self.process, [SERVER_CORE])

    def _answers(self) -> bool:
        address = f"http://127.0.0.1:{self.port}{self.paths['discovery']}"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """End the worker."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait(PATIENCE)
            self._running = None
        if self._log is not None:
            self._log.close()


def wanted_codes(number: int, scope: str) -> dict[str, object]:
    """Return what the scripts that make codes are told."""
    return {"number": number, "scope": scope, "challenge": CHALLENGE, "residents": 1000}


def lines_of(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> list[str]:
    """Run a script and return the JSON strings that it prints, one a line."""
    done = subprocess.run(
        arguments,
        env={**os.environ, **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def run(
    arguments: Sequence[str],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command whose output is for whoever watches."""
    more = environment or {}
    subprocess.run(arguments, cwd=folder, env={**os.environ, **more}, stdout=sys.stderr, check=True)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
