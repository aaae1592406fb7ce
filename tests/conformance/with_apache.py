"""Apache mod_auth_openidc: a server that signs residents in before it shows a page."""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from genkan.site.processes import Program, Stack
from tests import tell_skips
from tests.conformance.parties import resident_at
from tests.conformance.provider import EMAIL, Provider, trusting
from tests.conformance.resident import Answers, Arrival, Resident
from tests.journeys.stack import free_ports
from tests.tell_skips import APACHE, APACHE_MODULES

SHOWN = "shown to those who are known"
PLACES = ("", "silent", "again", "fresh", "consent")
START_SECONDS = 30
LOGOUT_SECONDS = 30


@dataclass
class AtProvider:
    """Apache as a registered client; `query` and `post` are its two hosts."""

    provider: Provider
    query: str
    post: str

    def run(self, flow: str) -> None:
        FLOWS[flow](self)

    def resident(self) -> Any:
        return resident_at(self.provider)


def shown(arrival: Arrival) -> bool:
    """Whether Apache let the resident in."""
    return arrival.page is not None and SHOWN in arrival.page.html


def known(resident: Resident, host: str) -> dict[str, Any]:
    """What Apache knows of the resident: the ID token it verified, what userinfo told."""
    told = resident.client.get(f"{host}/protected/back?info=json")
    return told.raise_for_status().json()


def forget(resident: Resident) -> None:
    """Lose Apache's cookies and keep the provider's."""
    resident.client.cookies.clear(domain="127.0.0.1")


def sign_in(at: AtProvider) -> None:
    with at.resident() as resident:
        arrival = resident.go(f"{at.query}/protected/consent/")
        assert shown(arrival), arrival
        assert (arrival.passwords, arrival.offered is not None) == (1, True)
        told = known(resident, at.query)
    assert told["id_token"]["iss"] == at.provider.issuer
    assert told["userinfo"]["sub"] == told["id_token"]["sub"]
    assert (told["userinfo"]["name"], told["userinfo"]["email"]) == ("大阪 花子", EMAIL)


def form_post(at: AtProvider) -> None:
    with at.resident() as resident:
        assert shown(resident.go(f"{at.post}/protected/"))
        assert known(resident, at.post)["id_token"]["iss"] == at.provider.issuer


def denied(at: AtProvider) -> None:
    """By form_post: in a query, 2.4.12 takes an error with `iss` for a discovery response."""
    with at.resident() as resident:
        arrival = resident.go(f"{at.post}/protected/consent/", Answers("deny"))
    assert not shown(arrival)
    assert "access_denied" in arrival.page.html


def a_second_time_without_a_page(at: AtProvider) -> None:
    with at.resident() as resident:
        assert shown(resident.go(f"{at.query}/protected/"))
        first = known(resident, at.query)["id_token"]
        forget(resident)
        arrival = resident.go(f"{at.query}/protected/silent/")
        again = known(resident, at.query)["id_token"]
    assert shown(arrival)
    assert (arrival.passwords, arrival.offered) == (0, None)
    assert [first[name] for name in ("sub", "sid", "auth_time")] == [
        again[name] for name in ("sub", "sid", "auth_time")
    ]


def nobody_there(at: AtProvider) -> None:
    with at.resident() as resident:
        arrival = resident.go(f"{at.post}/protected/silent/")
    assert not shown(arrival)
    assert "login_required" in arrival.page.html


def asked_again(at: AtProvider) -> None:
    with at.resident() as resident:
        assert shown(resident.go(f"{at.query}/protected/"))
        for place in ("again", "fresh"):
            forget(resident)
            arrival = resident.go(f"{at.query}/protected/{place}/")
            assert shown(arrival)
            assert arrival.passwords == 1, f"{place}: no password was asked for"


def wrong_state(at: AtProvider) -> None:
    """Somebody else's answer in this browser: Apache has no state of it."""
    said = urlencode({"code": "abc", "state": secrets.token_urlsafe(), "iss": at.provider.issuer})
    with at.resident() as resident:
        arrival = resident.go(f"{at.query}/protected/back?{said}")
    assert not shown(arrival)
    assert arrival.url.startswith(at.query)


def rp_initiated_logout(at: AtProvider) -> None:
    with at.resident() as resident:
        assert shown(resident.go(f"{at.query}/protected/"))
        bye = urlencode({"logout": f"{at.query}/bye/"})
        assert resident.go(f"{at.query}/protected/back?{bye}").url == f"{at.query}/bye/"
        assert not shown(resident.go(f"{at.query}/protected/silent/"))


def back_channel_logout(at: AtProvider) -> None:
    """The resident signs out at the provider; Apache's own session ends without the browser."""
    with at.resident() as resident:
        assert shown(resident.go(f"{at.query}/protected/"))
        resident.sign_out(at.provider.issuer)
        end = time.monotonic() + LOGOUT_SECONDS
        while resident.client.get(f"{at.query}/protected/").status_code == httpx.codes.OK:
            assert time.monotonic() < end, "Apache still has a session"
            time.sleep(0.2)


FLOWS: dict[str, Callable[[AtProvider], None]] = {
    "sign-in, consent, ID token, userinfo (client_secret_basic)": sign_in,
    "response_mode=form_post": form_post,
    "consent denied": denied,
    "prompt=none after a sign-in": a_second_time_without_a_page,
    "prompt=none with nobody there": nobody_there,
    "prompt=login and max_age=0": asked_again,
    "an answer with a wrong state is refused": wrong_state,
    "RP-initiated logout": rp_initiated_logout,
    "back-channel logout": back_channel_logout,
}


class Apache:
    """The relying party that is a web server."""

    name = "mod_auth_openidc"
    flows = tuple(FLOWS)
    need = tell_skips.MOD_AUTH_OPENIDC

    @contextmanager
    def at(self, provider: Provider) -> Iterator[AtProvider]:
        ports = free_ports(2)
        query, post = (f"https://127.0.0.1:{port}" for port in ports)
        registered = provider.register_itself(
            {
                "client_name": "mod_auth_openidc",
                "redirect_uris": [f"{host}/protected/back" for host in (query, post)],
                "post_logout_redirect_uris": [f"{query}/bye/"],
                "backchannel_logout_uri": f"{query}/protected/back?logout=backchannel",
                "scope": "openid profile email",
                "token_endpoint_auth_method": "client_secret_basic",
                "id_token_signed_response_alg": "ES256",
            }
        )
        with tempfile.TemporaryDirectory(prefix="genkan-apache-") as name:
            stack = _server(Path(name), provider, registered, ports)
            try:
                stack.start(seconds=START_SECONDS)
                yield AtProvider(provider, query, post)
            finally:
                stack.stop()


def _server(
    folder: Path, provider: Provider, registered: dict[str, Any], ports: list[int]
) -> Stack:
    """Write what Apache reads into a folder of its own; everybody may read it, as Apache does."""
    folder.chmod(0o755)
    settings = Path(__file__).parent / "relying_party"
    for file in ("apache.conf", "places.conf"):
        shutil.copy(settings / file, folder / file)
    is_root = os.geteuid() == 0
    (folder / "user.conf").write_text("User www-data\nGroup www-data\n" if is_root else "")
    (folder / "locks").mkdir()
    for place in (*(f"protected/{place}" for place in PLACES), "bye"):
        (folder / "pages" / place).mkdir(parents=True, exist_ok=True)
        text = SHOWN if place.startswith("protected") else "signed out"
        (folder / "pages" / place / "index.html").write_text(f"<!doctype html><p>{text}</p>")
    shows = provider.authority
    shutil.copy(shows.trusted, folder / "trusted.pem")
    given = {
        "FOLDER": folder,
        "MODULES": APACHE_MODULES,
        "CERTIFICATE": shows.certificate,
        "KEY": shows.key,
        "TRUSTED": folder / "trusted.pem",
        "ISSUER": provider.issuer,
        "CLIENT_ID": registered["client_id"],
        "CLIENT_SECRET": registered["client_secret"],
        "PASSPHRASE": secrets.token_urlsafe(),
        "QUERY_PORT": ports[0],
        "POST_PORT": ports[1],
    }
    return Stack(
        programs=[
            Program(
                name="apache",
                command=[
                    str(APACHE),
                    "-d",
                    str(folder),
                    "-f",
                    str(folder / "apache.conf"),
                    "-DFOREGROUND",
                ],
                environment=dict(os.environ) | {name: str(value) for name, value in given.items()},
                is_ready=lambda: _answers(ports[1], provider),
            )
        ],
        logs=folder / "logs",
    )


def _answers(port: int, provider: Provider) -> bool:
    try:
        httpx.get(f"https://127.0.0.1:{port}/bye/", verify=trusting(provider), trust_env=False)
    except httpx.HTTPError:
        return False
    return True
