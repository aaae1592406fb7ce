"""The kill switch in two processes: a request that begins after its answer is refused in both."""

import base64
import json
import secrets
import subprocess
import sys
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from tests.journeys import people
from tests.journeys.browser import Browser
from tests.journeys.stack import free_ports

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("demo-stopped"), pytest.mark.timeout(300)]
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


class Program:
    """A client of a service of its own, as its engineer would write it."""

    def __init__(self, demo):
        self.back = f"{demo.portal}/nowhere"
        file = demo.folder / f"{secrets.token_hex(4)}.json"
        scope = "openid profile person_data"
        file.write_text(json.dumps({"redirect_uris": [self.back], "scope": scope}))
        self.known = told(demo, "sso", "client", "create", "--metadata", str(file))
        self.verifier = secrets.token_urlsafe(48)
        listed = told(demo, "sso", "client", "show", self.known["client_id"])
        self.service = listed["service"]

    def address(self, origin):
        digest = sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": self.known["client_id"],
            "redirect_uri": self.back,
            "response_type": "code",
            "scope": "openid profile person_data",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{origin}/oauth2/authorize?{urlencode(asked)}"

    def redeem(self, origin, code):
        return httpx.post(
            f"{origin}/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.back,
                "code_verifier": self.verifier,
            },
            auth=(self.known["client_id"], self.known["client_secret"]),
            trust_env=False,
        )


def told(demo, *arguments):
    made = demo.genkan(*arguments, "--json")
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def code_in(page):
    return parse_qs(urlsplit(page.url).query)["code"][0]


@pytest.fixture
def program(demo):
    return Program(demo)


@pytest.fixture
def inside(demo, program):
    """A resident who has connected the program; their browser and the program's token."""
    address = people.new_address()
    told(demo, "resident", "create", "--email", address, "--password", people.PASSWORD)
    with Browser() as browser:
        people.sign_in(browser, demo, address)
        page = browser.visit(program.address(demo.portal))
        code = code_in(people.decide(browser, page, "allow"))
        yield browser, program.redeem(demo.portal, code).json()["access_token"]


def answers(origin, program, browser, token, code):
    """What each endpoint of a process says: status, by name."""
    bearer = {"Authorization": f"Bearer {token}"}
    return {
        "authorize": browser.visit(program.address(origin)).status,
        "token": program.redeem(origin, code).status_code,
        "userinfo": get(origin, "/oauth2/userinfo", bearer),
        "person_data": get(origin, "/api/person-data", bearer),
    }


def get(origin, path, headers):
    return httpx.get(f"{origin}{path}", headers=headers, trust_env=False).status_code


@pytest.mark.parametrize("what", ["service", "client"])
def test_every_endpoint_of_both_processes_refuses_after_the_answer(
    demo, doors, program, inside, what
):
    browser, token = inside
    codes = [code_in(browser.visit(program.address(demo.portal))) for _ in doors]
    for origin in doors:
        assert get(origin, "/oauth2/userinfo", {"Authorization": f"Bearer {token}"}) == 200
    named = ["--service", program.service] if what == "service" else [program.known["client_id"]]
    stop, reopen = (["kill"], ["reopen"]) if what == "service" else (CLIENT_STOP, CLIENT_REOPEN)

    told(demo, "sso", *stop, *named, "--reason", "test")
    found = [
        answers(origin, program, browser, token, code)
        for origin, code in zip(doors, codes, strict=True)
    ]

    for one in found:
        assert (one["authorize"], one["token"], one["userinfo"]) == (503, 400, 401)
        assert one["person_data"] in {401, 403}
    told(demo, "sso", *reopen, *named, "--reason", "test is over")
    for origin in doors:
        assert get(origin, "/oauth2/userinfo", {"Authorization": f"Bearer {token}"}) == 200


def test_counts_of_both_processes_are_added(demo, doors, program, inside):
    browser, _token = inside
    for origin in doors:
        code = code_in(browser.visit(program.address(demo.portal)))
        assert program.redeem(origin, code).status_code == 200

    def sign_ins():
        [line] = told(demo, "sso", "health", "--service", program.service)
        return line["sign_ins"]

    people.wait_for(lambda: sign_ins() == 1 + len(doors), seconds=60, pause=1)
