"""npm oidc-provider on PostgreSQL, by the adapter in peers/oidc_provider."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from bench.sso.material import REDIRECT_URI
from bench.sso.providers import PEERS, Provider, Unavailable, lines_of, run, wanted_codes
from joserfc.jwk import ECKey
from typing_extensions import override

from genkan.kernel.embedded import Server

HERE = PEERS / "oidc_provider"
ENVIRONMENT = {"NODE_ENV": "production"}


class OidcProvider(Provider):
    """oidc-provider under plain node:http."""

    name = "oidc-provider"
    paths: ClassVar[Mapping[str, str]] = {
        "discovery": "/.well-known/openid-configuration",
        "token": "/token",
        "userinfo": "/me",
        "introspection": "/token/introspection",
    }

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self._server = server
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": "bench"})
        self._key = key.as_dict(private=True)

    @override
    def prepare(self) -> None:
        if shutil.which("node") is None or shutil.which("npm") is None:
            raise Unavailable("node and npm are not installed here")
        if not (HERE / "node_modules").exists():
            run(["npm", "ci", "--silent"], HERE)
        self._server.ensure_database("bench_oidc_provider")

    @override
    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        return ["node", str(HERE / "serve.js"), self._settings(), str(self.port)], ENVIRONMENT

    @override
    def version(self) -> str:
        package = json.loads((HERE / "node_modules/oidc-provider/package.json").read_text())
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
        return f"{package['version']} on node {node.stdout.strip()}, defaults, opaque access tokens"

    @override
    def codes(self, number: int, scope: str) -> list[str]:
        told = self._settings(codes=wanted_codes(number, scope))
        return lines_of(["node", str(HERE / "codes.js"), told], ENVIRONMENT)

    def _settings(self, **more: object) -> str:
        where = self._server.conninfo("bench_oidc_provider")
        settings = {
            "issuer": f"http://127.0.0.1:{self.port}",
            "database": {
                "host": where["host"],
                "port": int(where["port"]),
                "user": where["user"],
                "database": where["dbname"],
            },
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "redirectUri": REDIRECT_URI,
            "key": self._key,
        }
        return json.dumps(settings | more)
