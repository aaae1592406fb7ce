"""A resident answers a service at a counter on their own telephone, without scripts."""

from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.chromium import PHONE, RULES, WIDE
from tests.screenshots import folder
from tests.sso.stage import COMMITS, PASSWORD, Service, Visitor, call, person
from tests.sso.test_chromium import a_browser
from tests.sso.test_ciba import EMAIL, POLLS, poll

pytestmark = [COMMITS, pytest.mark.browser]


@pytest.fixture
def service(issuer):
    visitor = Visitor(person())
    visitor.sign_in()
    service = Service(metadata=POLLS)
    page = visitor.browser.get(service.address(), follow=True)
    visitor.press(page, "allow")
    return service


def ask(service):
    asked = {"scope": "openid", "login_hint": EMAIL, "binding_message": "窓口 3番 あおい"}
    body = urlencode(asked).encode()
    answer = call("/oauth2/bc-authorize", "POST", body=body, authorization=service.basic())
    return answer.json()["auth_req_id"]


def open_requests(page, issuer):
    page.goto(f"{issuer}/accounts/requests/")
    page.fill("input[autocomplete~=username]", EMAIL)
    page.fill("input[autocomplete~=current-password]", PASSWORD)
    page.press("input[autocomplete~=current-password]", "Enter")
    page.wait_for_url("**/accounts/requests/")


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False), (WIDE, True)])
def test_a_resident_answers_on_their_own_device(issuer, service, request, width, scripts):
    auth_req_id = ask(service)
    kept = folder(request.config) / "knock"
    kept.mkdir(parents=True, exist_ok=True)

    with a_browser(scripts=scripts) as page:
        page.set_viewport_size({"width": width, "height": 844})
        open_requests(page, issuer)
        page.screenshot(path=kept / f"asked-{width}.png", full_page=True)
        assert "窓口 3番 あおい" in page.inner_text("main")
        if scripts:
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert [one["id"] for one in found] == []
        page.click("button[name=decision][value=allow]")
        page.wait_for_url("**/accounts/requests/?answered=allow")
        page.screenshot(path=kept / f"answered-{width}.png", full_page=True)

    assert poll(service, auth_req_id).status == 200
