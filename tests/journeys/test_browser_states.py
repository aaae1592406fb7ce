"""Pages that belong to a state: acting for somebody, stopped, protected, changing the address."""

import json
import time

import pytest
from tests.journeys import people
from tests.journeys.test_browser_pages import MAIN_BUTTON, sign_in
from tests.residents.totp import code_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(600),
]
COUNTER, OPERATOR = "counter@genkan.example", "operator@genkan.example"


def create(demo, address, **details):
    options = [part for key, value in details.items() for part in (f"--{key}", value)]
    credentials = ["--email", address, "--password", people.PASSWORD]
    return genkan(demo, "resident", "create", *credentials, *options)["id"]


def genkan(demo, *arguments):
    made = demo.genkan(*arguments, "--json")
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def visit(window, demo, *paths):
    for path in paths:
        window.page.goto(f"{demo.portal}/{path}")
        window.look(path.strip("/").replace("/", "-") or "home")


def prove_again(window):
    """Type the password once more where a change asks for it."""
    asked = '[autocomplete~="current-password"]'
    if window.page.locator(asked).count():
        window.page.fill(asked, people.PASSWORD)
        window.press(MAIN_BUTTON)


def test_acting_for_a_child(started, demo):
    address = people.new_address()
    parent = create(demo, address)
    child = create(demo, people.new_address(), name="大阪 ひなた", birthdate="2019-05-05")
    who = ["--person", child, "--representative", parent, "--role", "parent"]
    seen = ["--evidence", "family_register", "--checked-by", COUNTER]
    genkan(demo, "resident", "guardians", "add", *who, *seen)
    with started.window("acting") as window:
        sign_in(window, demo, address, people.PASSWORD)
        visit(window, demo, "acting/")
        window.press("main .card__actions button")
        visit(window, demo, "", "services/", "history/", "profile")
        window.findings.assert_none()


def test_while_an_intervention_stands_and_the_address_is_protected(started, demo):
    address = people.new_address()
    resident = create(demo, address)
    why = ["--actor", OPERATOR, "--cause", "identity", "--reason", "確認のため"]
    genkan(demo, "resident", "require-proof", resident, *why)
    paper = ["--note", "申出書", "--until", "2029-03-31"]
    wish = genkan(demo, "resident", "protect", "request", resident, "--by", COUNTER, *paper)
    genkan(demo, "resident", "protect", "approve", wish["request"], "--by", OPERATOR)
    with started.window("states") as window:
        page = window.page
        sign_in(window, demo, address, people.PASSWORD)
        visit(window, demo, "", "protection", "profile", "profile/address", "terms/decision")
        page.goto(f"{demo.portal}/accounts/email/change/")
        prove_again(window)
        page.fill('main [type="email"]', people.new_address())
        window.press(MAIN_BUTTON)
        window.look("email-code")
        page.goto(f"{demo.portal}/accounts/authenticator/add/")
        prove_again(window)
        window.look("authenticator")
        page.fill('[name="code"]', code_at(page.inner_text(".payload bdi"), time.time()))
        window.press(MAIN_BUTTON)
        visit(window, demo, "accounts/recovery-codes/", "accounts/sessions/", "accounts/sign-outs/")
        page.goto(f"{demo.portal}/accounts/sessions/")
        window.press('button[name="end"][value="all"]')
        window.look("signed-out-everywhere")
        window.findings.assert_none()
