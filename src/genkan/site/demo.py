"""The demo: an installation filled with invented people, one partner, and everything running."""

import json
import secrets
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx

import genkan
from genkan.kernel import clock
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.site import environment
from genkan.site.ports import CARD_CLIENT, LOOPBACK, Ports
from genkan.site.processes import Program, Stack
from genkan.sso import api as sso

SAMPLE_ACCOUNTS = ("hinata-hanako", "hinata-taro", "hinata-hoikuen")
"""User ids at the sample service; the last is an organisation's."""
EXAMPLES = Path(genkan.__file__).parents[2] / "examples"
SAMPLE, CARD_APP = EXAMPLES / "shinsei", EXAMPLES / "ninsho"
START_SECONDS = 60.0
SIGN_INS = (
    *("H01", "H02", "H04", "H07", "H20"),
    *("H09g", "H15a", "H15b", "H16a", "H16g", "H17a", "H17g"),
)
"""The last ones are guardians, and who is acted for."""
OLD_LOGIN_ENDS = date(2030, 4, 1)
"""First day on which the sample's own login only leads to linking."""
OPERATOR = "operator@genkan.example"
COUNTER = "counter@genkan.example"


class SampleMissing(Exception):
    """The sample service is not here: the demo runs from a checkout of the repository."""


def sample_environment(ports: Ports, folder: Path) -> dict[str, str]:
    """Return the sample service's own settings; it knows nothing else of us."""
    return {
        "PYTHONPATH": str(SAMPLE),
        "SHINSEI_ISSUER": ports.issuer,
        "SHINSEI_BASE_URL": ports.sample,
        "SHINSEI_DATA": str(folder),
        "SHINSEI_OLD_LOGIN_ENDS": OLD_LOGIN_ENDS.isoformat(),
    }


def register_sample(ports: Ports, folder: Path) -> dict[str, str]:
    """Admit the sample service as a partner, and return what it is told: client and secret.

    As with a real partner: its file is applied, its key registered, its secret handed over. What
    was handed over is kept in the sample's own folder, so a restart registers nothing twice.

    Raises:
        SampleMissing: this is not a checkout.
    """
    if not (SAMPLE / "partner.toml").is_file():
        raise SampleMissing(str(SAMPLE))
    document = tomllib.loads((SAMPLE / "partner.toml").read_text("utf-8"))
    document["service"] |= {
        "home_url": f"{ports.sample}/",
        "webhook_url": f"{ports.sample}/webhooks/genkan",
    }
    applied = partners.apply(document, now=clock.now())
    rules = {
        "links_accounts": True,
        "health_url": f"{ports.sample}/healthz",
        "old_login_ends_on": OLD_LOGIN_ENDS,
    }
    sso.change_rules(applied.service, sso.RulesChange(rules), now=clock.now())
    told = _told(folder / "registration.json")
    if told.get("base_url") == ports.sample and told.get("service") == str(applied.service):
        return told
    metadata = _sample_metadata(ports, folder)
    registered = sso.register(applied.service, metadata, now=clock.now())
    secret = applied.webhook_secret or partners.renew_webhook_secret(applied.service)
    told = {
        "base_url": ports.sample,
        "service": str(applied.service),
        "SHINSEI_CLIENT_ID": str(registered["client_id"]),
        "SHINSEI_WEBHOOK_SECRET": secret,
    }
    _keep(folder / "registration.json", told)
    return told


def _sample_metadata(ports: Ports, folder: Path) -> dict[str, Any]:
    """Let the sample make its key and say who it is (RFC 7591 metadata)."""
    printed = subprocess.run(
        [sys.executable, "-m", "shinsei", "init"],
        env=environment.for_child(**sample_environment(ports, folder)),
        check=True,
        capture_output=True,
        text=True,
    )
    metadata: dict[str, Any] = json.loads(printed.stdout)
    return metadata


def make_sample_accounts(ports: Ports, folder: Path, password: str) -> None:
    """Let the sample make accounts from before it was connected; they have everybody's password."""
    made = environment.for_child(
        **sample_environment(ports, folder), SHINSEI_SAMPLE_PASSWORD=password
    )
    subprocess.run(
        [sys.executable, "-m", "shinsei", "samples"], env=made, check=True, capture_output=True
    )


def card_app(ports: Ports, folder: Path) -> Program:
    """Return the stand-in for the card app, which is told who the portal is.

    Raises:
        SampleMissing: this is not a checkout.
    """
    if not CARD_APP.is_dir():
        raise SampleMissing(str(CARD_APP))
    client = {
        "client_id": CARD_CLIENT,
        "redirect_uris": [residents.card_return_address(ports.issuer)],
        "jwks": {"keys": [residents.card_key()]},
    }
    clients = folder / "card-clients.json"
    clients.write_text(json.dumps([client], indent=2), "utf-8")
    return Program(
        name="ninsho",
        command=[sys.executable, "-m", "ninsho", "serve", "--port", str(ports.card)],
        environment=environment.for_child(
            PYTHONPATH=str(CARD_APP), NINSHO_BASE_URL=ports.card_app, NINSHO_CLIENTS=str(clients)
        ),
        is_ready=lambda: answers(f"{ports.card_app}/healthz"),
    )


def stack(ports: Ports, folder: Path, told: Mapping[str, str]) -> Stack:
    """Return the demo's programs in the order in which they start."""
    command = [sys.executable, "-m", "genkan.site.cli"]
    portal = environment.for_child(**ports.portal_settings())
    sample = environment.for_child(
        **sample_environment(ports, folder / "shinsei"),
        SHINSEI_CLIENT_ID=told["SHINSEI_CLIENT_ID"],
        SHINSEI_WEBHOOK_SECRET=told["SHINSEI_WEBHOOK_SECRET"],
    )
    catcher = ["mailcatcher", "--smtp-port", str(ports.smtp), "--port", str(ports.mail)]
    return Stack(
        programs=[
            Program(
                name="mailcatcher",
                command=[*command, *catcher],
                environment=portal,
                is_ready=lambda: answers(f"http://{LOOPBACK}:{ports.mail}/healthz"),
            ),
            Program(
                name="portal",
                command=[*command, "serve", "--port", str(ports.portal)],
                environment=portal,
                is_ready=lambda: answers(f"{ports.issuer}/healthz"),
            ),
            Program(name="worker", command=[*command, "worker"], environment=portal),
            Program(
                name="shinsei",
                command=[sys.executable, "-m", "shinsei", "serve", "--port", str(ports.shinsei)],
                environment=sample,
                is_ready=lambda: answers(f"{ports.sample}/healthz"),
            ),
            *([card_app(ports, folder)] if ports.card else []),
        ],
        logs=folder / "logs",
    )


def answers(url: str) -> bool:
    """Whether a program answers that it is well."""
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def demo_password(folder: Path) -> str:
    """Return the password of the demo's invented people, made once per installation."""
    kept = _told(folder / "demo.json")
    if "password" not in kept:
        kept = {"password": f"genkan-{secrets.token_hex(5)}"}
        _keep(folder / "demo.json", kept)
    return kept["password"]


def _told(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    kept: dict[str, str] = json.loads(path.read_text("utf-8"))
    return kept


def _keep(path: Path, told: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(told, indent=2), "utf-8")
