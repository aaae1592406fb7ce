"""Kill switch, withdrawal, suspension: what begins after the answer is refused in two processes."""

import base64
import json
import secrets
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from tests.journeys import people
from tests.journeys.browser import Browser
from tests.journeys.stack import free_ports

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("demo-stopped"), pytest.mark.timeout(300)]
CIBA = "urn:openid:params:grant-type:ciba"
CLIENT_STOP, CLIENT_REOPEN = ["client", "stop"], ["client", "reopen"]


@pytest.fixture(scope="module")
def demo(demo_of_its_own):
    return demo_of_its_own


@pytest.fixture(scope="module")
def doors(demo):
    """Two processes that serve the same installation: the demo's own, and another one."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "genkan.site.cli", "serve", "--port", str(port)]
    other = f"http://127.0.0.1:{port}"
    with (demo.folder / "second.log").open("wb") as log:
        process = subprocess.Popen(command, env=demo.environment, stdout=log, stderr=log)
        try:
            people.wait_for(lambda: is_well(other), seconds=60)
            yield demo.portal, other
        finally:
            process.terminate()
            process.wait(timeout=30)


def is_well(origin):
    try:
        return httpx.get(f"{origin}/healthz", trust_env=False).is_success
    except httpx.HTTPError:
        return False


SCOPE = "openid profile person_data offline_access"
GRANTS = ("authorization_code", "refresh_token", "client_credentials", CIBA)


class Program:
    """A client of a service of its own, as its engineer would write it."""

    def __init__(self, demo):
        self.back = f"{demo.portal}/nowhere"
        file = demo.folder / f"{secrets.token_hex(4)}.json"
        metadata = {
            "redirect_uris": [self.back],
            "scope": SCOPE,
            "grant_types": GRANTS,
            "backchannel_token_delivery_mode": "poll",
            "token_endpoint_auth_method": "client_secret_basic",
        }
        file.write_text(json.dumps(metadata))
        self.known = told(demo, "sso", "client", "create", "--metadata", str(file))
        self.verifier = secrets.token_urlsafe(48)
        listed = told(demo, "sso", "client", "show", self.known["client_id"])
        self.service = listed["service"]

    def asked(self, **changes):
        digest = sha256(self.verifier.encode()).digest()
        return {
            "client_id": self.known["client_id"],
            "redirect_uri": self.back,
            "response_type": "code",
            "scope": SCOPE,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | changes

    def address(self, origin, **changes):
        return f"{origin}/oauth2/authorize?{urlencode(self.asked(**changes))}"

    def post(self, origin, path, **form):
        return httpx.post(
            f"{origin}/oauth2/{path}",
            data=form,
            auth=(self.known["client_id"], self.known["client_secret"]),
            trust_env=False,
        )

    def redeem(self, origin, code):
        return self.post(
            origin,
            "token",
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.back,
            code_verifier=self.verifier,
        )


def told(demo, *arguments):
    made = demo.genkan(*arguments, "--json")
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def code_in(page):
    return parse_qs(urlsplit(page.url).query)["code"][0]


@dataclass
class Inside:
    """A resident who has connected the program; their browser, and the program's tokens."""

    browser: Browser
    email: str
    resident: str
    access: str
    refresh: str


@pytest.fixture
def program(demo):
    return Program(demo)


@pytest.fixture
def inside(demo, program):
    address = people.new_address()
    made = told(demo, "resident", "create", "--email", address, "--password", people.PASSWORD)
    with Browser() as browser:
        people.sign_in(browser, demo, address)
        page = browser.visit(program.address(demo.portal, prompt="consent"))
        code = code_in(people.decide(browser, page, "allow"))
        given = program.redeem(demo.portal, code).json()
        yield Inside(browser, address, made["id"], given["access_token"], given["refresh_token"])


def asks_itself(origin, program, inside, code):
    """What each endpoint that the program calls itself answers: status and error, by name."""
    asked = {
        "code": program.redeem(origin, code),
        "refresh": program.post(
            origin, "token", grant_type="refresh_token", refresh_token=inside.refresh
        ),
        "alone": program.post(origin, "token", grant_type="client_credentials"),
        "polling": program.post(origin, "token", grant_type=CIBA, auth_req_id="none"),
        "asking": program.post(origin, "bc-authorize", scope="openid", login_hint=inside.email),
        "pushing": program.post(origin, "par", **program.asked()),
        "looking": program.post(origin, "introspect", token=inside.access),
        "looking back": program.post(origin, "introspect", token=inside.refresh),
    }
    return {name: (one.status_code, one.json().get("error")) for name, one in asked.items()}


def is_shut(origin, inside):
    """Whether the resident's data is kept back from the program's token."""
    bearer = {"Authorization": f"Bearer {inside.access}"}
    person = get(origin, "/api/person-data", bearer)
    return get(origin, "/oauth2/userinfo", bearer) == 401 and person in {401, 403}


def get(origin, path, headers):
    return httpx.get(f"{origin}{path}", headers=headers, trust_env=False).status_code


def ready_in_both(doors, demo, program, inside):
    """Let both processes see client and token, and return a code for each."""
    for origin in doors:
        assert not is_shut(origin, inside)
        assert program.post(origin, "token", grant_type="client_credentials").status_code == 200
        seen = program.post(origin, "introspect", token=inside.access)
        assert seen.json()["active"] is True
    return [code_in(inside.browser.visit(program.address(demo.portal))) for _ in doors]


@pytest.mark.parametrize("what", ["service", "client"])
def test_every_endpoint_of_both_processes_refuses_after_the_kill_switch(
    demo, doors, program, inside, what
):
    codes = ready_in_both(doors, demo, program, inside)
    named = ["--service", program.service] if what == "service" else [program.known["client_id"]]
    stop, reopen = (["kill"], ["reopen"]) if what == "service" else (CLIENT_STOP, CLIENT_REOPEN)

    told(demo, "sso", *stop, *named, "--reason", "test")

    for origin, code in zip(doors, codes, strict=True):
        said = asks_itself(origin, program, inside, code)
        assert set(said.values()) == {(400, "unauthorized_client")}, said
        assert inside.browser.visit(program.address(origin)).status == 503
        assert is_shut(origin, inside)
        assert program.post(origin, "revoke", token=inside.access).status_code == 400
    told(demo, "sso", *reopen, *named, "--reason", "test is over")
    for origin, code in zip(doors, codes, strict=True):
        assert get(origin, "/oauth2/userinfo", {"Authorization": f"Bearer {inside.access}"}) == 200
        assert program.redeem(origin, code).status_code == 200, "its code was taken from it"


def withdraw(demo, inside):
    assert people.stop_sharing(inside.browser, demo).status == 200


def suspend(demo, inside):
    why = ["--actor", "operator@genkan.example", "--cause", "reported", "--reason", "test"]
    told(demo, "resident", "suspend", inside.resident, *why)


@pytest.mark.parametrize("act", [withdraw, suspend])
def test_nothing_of_a_resident_opens_in_either_process_after_they(
    demo, doors, program, inside, act
):
    codes = ready_in_both(doors, demo, program, inside)

    act(demo, inside)

    for origin, code in zip(doors, codes, strict=True):
        said = asks_itself(origin, program, inside, code)
        assert said["code"] == said["refresh"] == (400, "invalid_grant")
        for token in (inside.access, inside.refresh):
            seen = program.post(origin, "introspect", token=token)
            assert (seen.status_code, seen.json()) == (200, {"active": False})
        assert is_shut(origin, inside)


def test_counts_of_both_processes_are_added(demo, doors, program, inside):
    for origin in doors:
        code = code_in(inside.browser.visit(program.address(demo.portal)))
        assert program.redeem(origin, code).status_code == 200

    def sign_ins():
        [line] = told(demo, "sso", "health", "--service", program.service)
        return line["sign_ins"]

    people.wait_for(lambda: sign_ins() == 1 + len(doors), seconds=60, pause=1)
