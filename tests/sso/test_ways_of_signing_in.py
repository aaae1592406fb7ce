"""How somebody signed in reaches the service: `amr`, `acr`, `auth_time`."""

import re
import time

import pytest

from genkan.sso.domain.values import ACR_ONE_FACTOR, ACR_TWO_FACTORS
from genkan.sso.views import browser
from tests.residents.totp import code_at
from tests.sso.stage import COMMITS, PASSWORD, Visitor, code_in

PASSKEY = {"method": "mfa", "type": "webauthn"}
CODE = {"method": "mfa", "type": "totp"}
RECOVERY = {"method": "mfa", "type": "recovery_codes"}
TYPED = {"method": "password"}
MAILED = {"method": "code"}


@pytest.fixture(autouse=True)
def patient_clock(settings):
    """A step of 30 seconds may end between the app and the server of a slow test."""
    settings.MFA_TOTP_TOLERANCE = 1


@pytest.mark.parametrize(
    ("records", "methods"),
    [
        ([TYPED], ("pwd",)),
        ([TYPED, TYPED], ("pwd",)),
        ([TYPED, CODE], ("pwd", "otp", "mfa")),
        ([TYPED, RECOVERY], ("pwd", "otp", "mfa")),
        ([PASSKEY], ("swk", "mfa")),
        ([TYPED, PASSKEY], ("pwd", "swk", "mfa")),
        ([MAILED], ("otp",)),
        ([MAILED, TYPED], ("otp", "pwd")),
        ([MAILED, CODE], ("otp",)),
        ([MAILED, PASSKEY], ("otp", "swk", "mfa")),
        ([{"method": "something new"}], ()),
        ([], ()),
    ],
    ids=[
        *("password", "twice", "code", "recovery", "passkey", "both"),
        *("mail", "mail and password", "mail and app", "mail and passkey", "unknown", "none"),
    ],
)
def test_methods_have_the_names_of_rfc_8176(records, methods):
    assert browser._methods(records) == methods


def sign_in_told(visitor, service):
    """Sign in at the service; return the claims of its ID token."""
    tokens = service.redeem(code_in(visitor.open(service.address()))).json()
    return service.id_token(tokens["id_token"])


@COMMITS
def test_password_alone_is_one_factor_and_a_code_makes_two(linked, service):
    assert sign_in_told(linked, service)["acr"] == ACR_ONE_FACTOR
    linked.browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = linked.open("/accounts/authenticator/add/").content.decode()
    secret = re.search(r"<bdi>([A-Z2-7]{32})</bdi>", page)[1]
    moment = time.time()
    linked.browser.post("/accounts/authenticator/add/", {"code": code_at(secret, moment)})
    other = Visitor(linked.resident, linked.email)
    other.sign_in()
    other.browser.post("/accounts/second-step/", {"code": code_at(secret, time.time())})

    claims = sign_in_told(other, service)

    assert claims["acr"] == ACR_TWO_FACTORS
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert claims["auth_time"] >= int(moment)
