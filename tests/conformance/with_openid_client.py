"""npm openid-client v6 with jose: its flows run in node, the resident's browser is ours."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from tests import tell_skips
from tests.conformance.parties import new_key, resident_at
from tests.conformance.provider import EMAIL, Provider
from tests.conformance.resident import Answers, Resident
from tests.journeys.stack import free_ports

FOLDER = Path(__file__).parent / "relying_party"
SCRIPT = FOLDER / "run.mjs"
FLOWS = ("basic", "tokens", "fapi")
BACK = "https://openid-client.example/callback"
SIGNED_OUT = "https://openid-client.example/signed-out"
FLOW_SECONDS = 60
GLOBAL_CRYPTO = 20
"""The first major version of node that needs no flag for Web Crypto."""


def flows_in(script: Path) -> list[str]:
    """The names of a script's flows, as they stand there."""
    return re.findall(r"^  async '([^']+)'\(\) \{$", script.read_text("utf-8"), re.MULTILINE)


@dataclass
class AtProvider:
    """A relying party that is registered; each flow is a process of its own."""

    provider: Provider
    registered: dict[str, Any]
    key: ECKey

    def run(self, flow: str) -> None:
        stops = (BACK, SIGNED_OUT)
        with resident_at(self.provider, *stops) as resident, self._node(flow) as node:
            self._say(node, self._settings())
            while message := json.loads(node.stdout.readline() or '{"failed": "it ended"}'):
                if "ok" in message:
                    return
                assert "failed" not in message, message["failed"]
                self._say(node, self._done(resident, message))

    def _settings(self) -> dict[str, Any]:
        return {
            "issuer": self.provider.issuer,
            "email": EMAIL,
            "back": BACK,
            "signedOut": SIGNED_OUT,
            "client": self.registered,
            "initialAccessToken": self.provider.initial_access_token,
            "jwk": self.key.as_dict(private=True),
            "certificate": str(self.provider.authority.certificate),
            "key": str(self.provider.authority.key),
        }

    def _done(self, resident: Resident, message: dict[str, Any]) -> dict[str, Any]:
        if "signOut" in message:
            resident.sign_out(self.provider.issuer)
            return {}
        if "requestToConfirm" in message:
            issuer = self.provider.issuer
            return {"text": resident.confirm(issuer, message["requestToConfirm"])}
        arrival = asdict(resident.go(message["go"], Answers(**message.get("answers", {}))))
        return {name: value for name, value in arrival.items() if name != "page"}

    def _say(self, node: subprocess.Popen, message: dict[str, Any]) -> None:
        node.stdin.write(json.dumps(message) + "\n")
        node.stdin.flush()

    @contextmanager
    def _node(self, flow: str) -> Iterator[subprocess.Popen]:
        flags = [] if node_version() >= GLOBAL_CRYPTO else ["--experimental-global-webcrypto"]
        environment = self.provider.environment | {
            "NODE_EXTRA_CA_CERTS": str(self.provider.authority.trusted)
        }
        with subprocess.Popen(
            ["timeout", str(FLOW_SECONDS), "node", *flags, str(SCRIPT), flow],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as node:
            try:
                yield node
            finally:
                node.kill()


def node_version() -> int:
    """The major version of node."""
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.lstrip("v").partition(".")[0])


class OpenIdClient:
    """The relying party in node."""

    name = "openid-client"
    flows = tuple(flow for name in FLOWS for flow in flows_in(FOLDER / f"flows_{name}.mjs"))
    need = tell_skips.OPENID_CLIENT

    @contextmanager
    def at(self, provider: Provider) -> Iterator[AtProvider]:
        key = new_key()
        (port,) = free_ports(1)
        registered = provider.register_itself(
            {
                "client_name": "openid-client",
                "redirect_uris": [BACK],
                "post_logout_redirect_uris": [SIGNED_OUT],
                "backchannel_logout_uri": f"https://localhost:{port}/logout",
                "backchannel_logout_session_required": True,
                "scope": "openid profile email",
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": {"keys": [key.as_dict(private=False)]},
            }
        )
        yield AtProvider(provider, registered, key)
