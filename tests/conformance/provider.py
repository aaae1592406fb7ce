"""The provider under test: `genkan serve` over TLS and `genkan worker`, from the outside."""

import json
import secrets
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from genkan.site.processes import Program, Stack
from tests.conformance import authority
from tests.conformance.authority import Authority
from tests.journeys.stack import free_ports, without_settings

COMMAND = [sys.executable, "-m", "genkan.site.cli"]
EMAIL = "hanako@resident.example"
PASSWORD = "katsu-don-7-mado"
READY_SECONDS = 120


@dataclass(frozen=True)
class Provider:
    """A running provider, and what a relying party's engineer is told of it."""

    issuer: str
    authority: Authority
    folder: Path
    environment: dict[str, str]

    def genkan(self, *arguments: str) -> Any:
        """Run a command that answers in JSON."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, f"genkan {arguments[0]}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def register(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """Register a client by command, as SSO.md's interface says."""
        file = self.folder / f"client-{secrets.token_hex(4)}.json"
        file.write_text(json.dumps(metadata), "utf-8")
        return self.genkan("sso", "client", "create", "--metadata", str(file))

    @cached_property
    def initial_access_token(self) -> str:
        """What lets programs register themselves."""
        return self.genkan("sso", "initial-access-token")["token"]

    def register_itself(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """Register a client as a program does (RFC 7591)."""
        answer = httpx.post(
            f"{self.issuer}/oauth2/register",
            json=metadata,
            headers={"Authorization": f"Bearer {self.initial_access_token}"},
            verify=trusting(self),
            trust_env=False,
            timeout=30,
        )
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()

    def answers(self) -> bool:
        try:
            return httpx.get(
                f"{self.issuer}/healthz", verify=trusting(self), timeout=5, trust_env=False
            ).is_success
        except httpx.HTTPError:
            return False


def trusting(provider: Provider) -> ssl.SSLContext:
    """Believe this run's own authority and nobody else."""
    return ssl.create_default_context(cafile=provider.authority.trusted)


def prepare(folder: Path, *, database_url: str = "", **settings: str) -> Provider:
    """Write certificates and settings of an installation in this folder; nothing runs yet."""
    (port,) = free_ports(1)
    issuer = f"https://localhost:{port}"
    file = folder / "genkan.env"
    file.write_text(
        "GENKAN_MODE=development\n"
        f"GENKAN_SECRET_KEY={secrets.token_urlsafe(48)}\n"
        f"GENKAN_DATA_DIR={folder / 'data'}\n"
    )
    chosen = {"GENKAN_ISSUER": issuer, "GENKAN_ALLOW_LOOPBACK_FETCH": "1"} | settings
    environment = without_settings() | {"GENKAN_ENV_FILE": str(file), "PYTHONUNBUFFERED": "1"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    return Provider(issuer, authority.make(folder), folder, environment | chosen)


def migrate(provider: Provider) -> None:
    """Bring an installation up to date: tables, terms, signing keys."""
    done = subprocess.run(
        [*COMMAND, "migrate"],
        check=False,
        env=provider.environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def programs(provider: Provider, *, workers: int, behind: int | None = None) -> Stack:
    """The provider's processes, not yet started.

    Args:
        provider: prepared and migrated.
        workers: how many processes serve.
        behind: the port for plain HTTP where a proxy ends TLS; None where `genkan serve` does.
    """
    port = provider.issuer.rpartition(":")[2] if behind is None else str(behind)
    served = ["--port", port, "--workers", str(workers)]
    if behind is None:
        shown = provider.authority
        served += ["--tls-cert", str(shown.certificate), "--tls-key", str(shown.key)]
    return Stack(
        programs=[
            Program(
                name="serve",
                command=[*COMMAND, "serve", *served],
                environment=provider.environment,
                is_ready=provider.answers,
            ),
            Program(name="worker", command=[*COMMAND, "worker"], environment=provider.environment),
        ],
        logs=provider.folder / "logs",
    )


@contextmanager
def running(provider: Provider, *, workers: int = 1, behind: int | None = None) -> Iterator[Stack]:
    """Run the provider with one resident, and stop all of it at the end."""
    migrate(provider)
    stack = programs(provider, workers=workers, behind=behind)
    try:
        stack.start(seconds=READY_SECONDS)
        provider.genkan("resident", "create", "--email", EMAIL, "--password", PASSWORD)
        yield stack
    finally:
        stack.stop()
