"""django-oauth-toolkit under granian, in an environment of its own."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from bench.sso.material import REDIRECT_URI, THREADS
from bench.sso.providers import PEERS, Provider, lines_of, run, wanted_codes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from typing_extensions import override

from genkan.kernel.embedded import Server

HERE = PEERS / "oauth_toolkit"
DATABASE = "bench_oauth_toolkit"


class OAuthToolkit(Provider):
    """django-oauth-toolkit; its ID tokens are signed by RSA, since it has no elliptic curves."""

    name = "django-oauth-toolkit"
    paths: ClassVar[Mapping[str, str]] = {
        "discovery": "/o/.well-known/openid-configuration",
        "token": "/o/token/",
        "userinfo": "/o/userinfo/",
        "introspection": "/o/introspect/",
    }

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.own_client_id = f"{self.client_id}-own"
        self._server = server
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    @property
    def _bin(self) -> Path:
        return HERE / ".venv" / "bin"

    @override
    def prepare(self) -> None:
        wanted = HERE / "requirements.txt"
        made = HERE / ".venv" / wanted.name
        if not made.exists() or made.read_text() != wanted.read_text():
            run([sys.executable, "-m", "venv", "--clear", str(HERE / ".venv")])
            run([str(self._bin / "pip"), "install", "-qq", "--requirement", str(wanted)])
            made.write_text(wanted.read_text())
        self._server.ensure_database(DATABASE)
        lines_of([str(self._bin / "python"), "codes.py"], self._environment(), HERE)

    @override
    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS)]
        options += ["--host", "127.0.0.1", "--port", str(self.port), "--no-access-log"]
        options += ["--backpressure", str(THREADS * 16), "--working-dir", str(HERE)]
        arguments = [str(self._bin / "granian"), *options, "toolkit_wsgi:application"]
        return arguments, self._environment()

    @override
    def version(self) -> str:
        pinned = ", ".join((HERE / "requirements.txt").read_text().split("\n")[1:-1])
        return f"{pinned}; client secret not hashed"

    @override
    def codes(self, number: int, scope: str) -> list[str]:
        told = json.dumps(wanted_codes(number, scope))
        return lines_of([str(self._bin / "python"), "codes.py", told], self._environment(), HERE)

    def _environment(self) -> dict[str, str]:
        told = {
            "database": self._server.conninfo(DATABASE),
            "port": self.port,
            "threads": THREADS,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": REDIRECT_URI,
            "key": self._key,
        }
        return {"BENCH_TOOLKIT": json.dumps(told), "DJANGO_SETTINGS_MODULE": "toolkit_settings"}
