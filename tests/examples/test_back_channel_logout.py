"""Signed out at Genkan, signed out here: which logout token is believed, and what it ends."""

import secrets
import time

import pytest
from joserfc.jwk import ECKey, OctKey

from tests.examples.peer import Person
from tests.examples.people import GENKAN, come_with_genkan

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def inside(browser, peer, person):
    come_with_genkan(browser, peer, person)
    assert is_in(browser)
    return browser


def is_in(browser):
    return browser.open("/account").path == "/account"


@pytest.fixture
def other(shinsei, inside, person, new_browser):
    """A second browser of the same person, in a session of its own."""
    person.sid = secrets.token_urlsafe(12)
    browser = new_browser(shinsei)
    browser.open("/")
    browser.press(GENKAN)
    assert is_in(browser)
    return browser


def test_a_logout_token_ends_its_session_at_once(inside, peer, person):
    answer = peer.sign_out(peer.logout_token(person))

    assert (answer.status_code, answer.json()) == (200, {"state": "signed_out"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert not is_in(inside)


def test_another_session_of_the_same_person_goes_on(inside, other, peer, person):
    peer.sign_out(peer.logout_token(person))

    assert (is_in(inside), is_in(other)) == (True, False)


def test_without_a_session_every_one_of_the_person_ends(inside, other, peer, person):
    answer = peer.sign_out(peer.logout_token(person, claims={"sid": None}))

    assert answer.status_code == 200
    assert (is_in(inside), is_in(other)) == (False, False)


def test_nobody_signed_in_is_signed_out_already(shinsei, peer):
    assert peer.sign_out(peer.logout_token(Person())).status_code == 200


def test_a_replayed_token_is_refused(inside, peer, person):
    token = peer.logout_token(person)
    assert peer.sign_out(token).status_code == 200

    again = peer.sign_out(token)

    assert again.status_code == 400
    assert again.json()["error_description"] == "logout_token_jti"


def test_a_sign_in_that_was_ended_on_its_way_is_not_let_in(browser, peer, person):
    peer.sign_out(peer.logout_token(person))

    browser.open("/")
    page = browser.press(GENKAN)

    assert page.status == 400
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"claims": {"iss": "http://127.0.0.1:9"}}, "logout_token_iss"),
        ({"claims": {"aud": "another-service"}}, "logout_token_aud"),
        ({"claims": {"iat": None}}, "logout_token_iat"),
        ({"claims": {"iat": int(time.time()) - 3600}}, "logout_token_iat"),
        ({"claims": {"iat": int(time.time()) + 36000}}, "logout_token_iat"),
        ({"claims": {"exp": 1}}, "logout_token_exp"),
        ({"claims": {"jti": None}}, "logout_token_jti"),
        ({"claims": {"events": None}}, "logout_token_events"),
        ({"claims": {"events": {"https://example.com/other": {}}}}, "logout_token_events"),
        ({"claims": {"events": {EVENT: "yes"}}}, "logout_token_events"),
        ({"claims": {"nonce": "n"}}, "logout_token_nonce"),
        ({"claims": {"sub": None, "sid": None}}, "logout_token_sid"),
        ({"header": {"typ": "JWT"}}, "token_type"),
        ({"header": {"typ": "person-data+jwt"}}, "token_type"),
        ({"header": {"alg": "none"}}, "signature"),
        ({"header": {"alg": "HS256"}, "key": OctKey.import_key("x" * 40)}, "signature"),
        ({"key": ECKey.generate_key("P-256")}, "signature"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_token_that_fails_a_check_ends_nothing(inside, peer, person, wrong, code):
    answer = peer.sign_out(peer.logout_token(person, **wrong))

    assert (answer.status_code, answer.json()["error_description"]) == (400, code)
    assert is_in(inside)


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_what_is_no_token_is_refused(shinsei, peer, token):
    assert peer.sign_out(token).status_code == 400
