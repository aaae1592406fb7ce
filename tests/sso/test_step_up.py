"""Services that want a stronger sign-in: a condition, or a wish (P0.12, B5)."""

import json
import re
import time

import pytest

from genkan.kernel.db import rows
from genkan.sso.domain.values import ACR_ONE_FACTOR, ACR_TWO_FACTORS
from tests.residents.totp import code_at
from tests.sso.stage import COMMITS, PASSWORD, code_in, said
from tests.sso.test_prompts import error

pytestmark = COMMITS


@pytest.fixture(autouse=True)
def patient_clock(settings):
    """A step of 30 seconds may end between the app and the server of a slow test."""
    settings.MFA_TOTP_TOLERANCE = 1


def condition(*values):
    """Return the parameter that makes a class of sign-in a condition."""
    return json.dumps({"id_token": {"acr": {"essential": True, "values": list(values)}}})


def set_up_an_app(visitor):
    """Set an authenticator app up, which proves nothing yet; return its secret."""
    visitor.browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = visitor.open("/accounts/authenticator/add/").content.decode()
    secret = re.search(r"<bdi>([A-Z2-7]{32})</bdi>", page)[1]
    visitor.browser.post("/accounts/authenticator/add/", {"code": code_at(secret, time.time())})
    return secret


def test_a_condition_leads_over_setting_up_and_a_code_to_two_factors(linked, service):
    page = linked.browser.get(service.address(claims=condition(ACR_TWO_FACTORS)), follow=True)
    assert page.status_code == 403
    assert 'href="/accounts/security/"' in page.content.decode()
    interaction = page.wsgi_request.path
    secret = set_up_an_app(linked)

    asks = linked.open(interaction)
    assert asks.url.startswith("/accounts/reauthenticate/code/?next=")
    before = linked.browser.session.session_key
    back = linked.browser.post(asks.url, {"code": code_at(secret, time.time())}, follow=False)
    assert back.url == interaction
    assert linked.browser.session.session_key != before
    assert rows("SELECT count(*) AS n FROM django_session WHERE session_key = %(k)s", k=before) == [
        {"n": 0}
    ]

    claims = service.id_token(service.redeem(code_in(linked.open(interaction))).json()["id_token"])
    assert (claims["acr"], claims["amr"]) == (ACR_TWO_FACTORS, ["pwd", "otp", "mfa"])


def test_who_does_not_want_to_goes_back_with_the_error(linked, service):
    page = linked.browser.get(service.address(claims=condition(ACR_TWO_FACTORS)), follow=True)

    back = linked.browser.post(page.wsgi_request.path, {"decision": "back"})

    assert error(back) == "unmet_authentication_requirements"


@pytest.mark.parametrize("prompt", [None, "none"])
def test_a_class_that_we_do_not_have_is_refused_at_once(linked, service, prompt):
    answer = linked.open(service.address(claims=condition("urn:other"), prompt=prompt))

    assert error(answer) == "unmet_authentication_requirements"


def test_a_condition_without_a_page_is_an_error(linked, service):
    answer = linked.open(service.address(claims=condition(ACR_TWO_FACTORS), prompt="none"))

    assert error(answer) == "unmet_authentication_requirements"


@pytest.mark.parametrize(
    "wish",
    [
        {"claims": condition(ACR_ONE_FACTOR, "urn:other")},
        {"acr_values": f"{ACR_TWO_FACTORS} {ACR_ONE_FACTOR}"},
        {"acr_values": "urn:other"},
        {"claims": json.dumps({"id_token": {"acr": {"value": ACR_TWO_FACTORS}}})},
        {"claims": json.dumps({"id_token": {"acr": {"essential": True}}})},
    ],
    ids=["met", "wish", "unknown", "voluntary", "any"],
)
def test_a_wish_keeps_nobody_out_and_the_token_tells_what_happened(linked, service, wish):
    told = service.redeem(code_in(linked.open(service.address(**wish)))).json()

    assert service.id_token(told["id_token"])["acr"] == ACR_ONE_FACTOR


def test_a_wish_is_fulfilled_by_who_can(linked, service):
    service.agree(default_acrs=(ACR_TWO_FACTORS,))
    secret = set_up_an_app(linked)

    begun = linked.open(service.address())
    asks = linked.open(begun.url)
    assert asks.url.startswith("/accounts/reauthenticate/code/?next=")
    linked.browser.post(asks.url, {"code": code_at(secret, time.time())})
    told = service.redeem(code_in(linked.open(begun.url))).json()

    assert service.id_token(told["id_token"])["acr"] == ACR_TWO_FACTORS
    assert "code" in said(linked.open(service.address(prompt="none")))[1]


def test_the_session_has_another_key_after_a_password_too(linked):
    before = linked.browser.session.session_key
    linked.browser.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert linked.browser.session.session_key == before

    linked.browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

    after = linked.browser.session.session_key
    assert after != before
    kept = rows("SELECT session_key FROM usersessions_usersession")
    assert kept == [{"session_key": after}]


def test_the_default_age_of_a_client_asks_for_a_proof(linked, service):
    service.agree(default_max_age=0)

    assert error(linked.open(service.address(prompt="none"))) == "login_required"
    assert code_in(linked.open(service.address(prompt="none", max_age="900")))
