"""How linking and the designed failures look, in a real browser (M16, M18)."""

import secrets

import pytest
from tests.journeys import people
from tests.journeys.test_browser_pages import SIGN_IN_WITH_GENKAN, sign_in
from tests.journeys.test_browser_states import create, genkan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.xdist_group("demo"),
    pytest.mark.timeout(600),
]
ALLOW = 'button[name="decision"][value="allow"]'
MAIN = "main button.main"


def register_there(window, demo, login):
    window.page.goto(f"{demo.shinsei}/register")
    window.page.fill('[name="login"]', login)
    window.page.fill('[name="password"]', people.PASSWORD)
    window.press(MAIN)


def leave_to_link(window, demo):
    window.page.goto(f"{demo.shinsei}/account")
    window.look("shinsei-account")
    window.press('form[action$="/genkan/sign-in"] button')


def service_of(demo):
    return demo.sql("SELECT id FROM partners_service WHERE slug = 'shinsei'")[0][0]


def test_an_account_is_linked_looked_at_and_unlinked(started, demo):
    address, login = people.new_address(), f"u{secrets.randbelow(10**12)}"
    create(demo, address)
    with started.window("linking") as window:
        sign_in(window, demo, address, people.PASSWORD)
        register_there(window, demo, login)
        leave_to_link(window, demo)
        window.press(ALLOW)
        window.look("shinsei-linked")
        window.page.goto(f"{demo.portal}/services/{service_of(demo)}/account")
        window.look("connection")
        window.page.goto(f"{demo.portal}/services/{service_of(demo)}/unlink")
        window.look("unlink")
        window.press("main .button--danger")
        with window.refusal():
            window.page.goto(f"{demo.portal}/services/{service_of(demo)}/account")
            window.look("not-linked")
        window.findings.assert_none()


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_a_service_that_keeps_people_out_says_so(started, demo, language):
    address = people.new_address()
    create(demo, address, birthdate="2015-05-05")
    genkan(demo, "sso", "rules", "shinsei", "--no-minors")
    try:
        with started.window(f"failures-{language}", language=language) as window:
            sign_in(window, demo, address, people.PASSWORD)
            window.page.goto(demo.shinsei)
            with window.refusal():
                window.press(SIGN_IN_WITH_GENKAN)
                window.look("minor-not-allowed")
                window.press('button[name="decision"][value="back"]')
                window.look("shinsei-trouble")
            window.findings.assert_none()
    finally:
        genkan(demo, "sso", "rules", "shinsei", "--minors")
