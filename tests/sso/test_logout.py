"""Signing out at a client's request: only its own resident, only its own address (P0.17)."""

import re
from urllib.parse import urlencode

import pytest

from genkan.sso import api as sso
from tests.sso.stage import SIGNED_OUT, Service, code_in, said


def address(**parameters):
    return f"/oauth2/logout?{urlencode(parameters)}"


@pytest.fixture
def hint(linked, service):
    return service.redeem(code_in(linked.open(service.address()))).json()["id_token"]


def is_signed_in(visitor, service):
    answer = visitor.open(service.address(prompt="none"))
    return "error" not in said(answer)[1] or said(answer)[1]["error"] != "login_required"


def test_a_client_signs_its_own_resident_out_and_gets_them_back(linked, service, hint):
    answer = linked.open(
        address(id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT, state="a b")
    )

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{SIGNED_OUT}?state=a%20b"
    assert not is_signed_in(linked, service)


def test_without_an_address_a_page_of_ours_says_it(linked, service, hint):
    answer = linked.open(address(id_token_hint=hint))

    assert answer.status_code == 200
    assert not is_signed_in(linked, service)


def test_without_a_hint_the_resident_is_asked(linked, service):
    page = linked.open(address(client_id=service.client_id, post_logout_redirect_uri=SIGNED_OUT))
    assert page.status_code == 200
    assert is_signed_in(linked, service)
    assert "form-action 'self' https://shinsei.example" in page.headers["Content-Security-Policy"]

    note = re.search(r'name="note" value="([^"]+)"', page.content.decode())[1]
    answer = linked.browser.post("/oauth2/logout/confirm", {"note": note})

    assert answer.headers["Location"] == SIGNED_OUT
    assert not is_signed_in(linked, service)


def test_asked_by_nobody_the_resident_is_asked_and_stays_with_us(linked, service):
    page = linked.open("/oauth2/logout")
    note = re.search(r'name="note" value="([^"]+)"', page.content.decode())[1]

    answer = linked.browser.post("/oauth2/logout/confirm", {"note": note})

    assert answer.status_code == 200
    assert not is_signed_in(linked, service)


@pytest.mark.parametrize("note", ["", "forged", "eyJhIjoxfQ:1:x"])
def test_a_confirmation_that_is_not_ours_leads_nowhere(linked, service, note):
    answer = linked.browser.post("/oauth2/logout/confirm", {"note": note})

    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert is_signed_in(linked, service)


def test_a_hint_of_somebody_else_is_asked_about(stranger, linked, service, hint):
    page = stranger.open(address(id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT))

    assert page.status_code == 200
    assert is_signed_in(stranger, service)


def test_whoever_is_not_signed_in_goes_straight_back(client, hint):
    answer = client.get(address(id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT))

    assert answer.headers["Location"] == SIGNED_OUT


@pytest.mark.parametrize(
    "change",
    [
        {"post_logout_redirect_uri": f"{SIGNED_OUT}/"},
        {"post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": f"{SIGNED_OUT}?x=1"},
        {"post_logout_redirect_uri": "https://shinsei.example/callback"},
        {"client_id": "00000000-0000-0000-0000-000000000000"},
        {"id_token_hint": "x.y.z"},
    ],
)
def test_what_is_not_the_clients_own_leads_nowhere(linked, service, hint, change):
    request = {"id_token_hint": hint, "post_logout_redirect_uri": SIGNED_OUT} | change

    answer = linked.open(address(**request))

    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert is_signed_in(linked, service)


def test_an_address_without_a_client_leads_nowhere(linked, service):
    answer = linked.open(address(post_logout_redirect_uri=SIGNED_OUT))

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


def test_another_clients_address_leads_nowhere(linked, service, hint):
    other = Service(
        slug="other", metadata={"post_logout_redirect_uris": ["https://other.example/"]}
    )
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": "https://other.example/"}

    assert linked.open(address(**asked)).status_code == 400
    assert linked.open(address(**asked, client_id=other.client_id)).status_code == 400


def test_a_repeated_parameter_leads_nowhere(linked, hint):
    twice = address(id_token_hint=hint, post_logout_redirect_uri=SIGNED_OUT)

    answer = linked.open(f"{twice}&post_logout_redirect_uri=https%3A%2F%2Fevil.example")

    assert answer.status_code == 400


def test_a_query_that_is_none_leads_nowhere(client, installed):
    assert client.get("/oauth2/logout?a=%ff").status_code == 400


def test_person_data_is_no_hint(linked, service):
    token = sso.sign(
        {"iss": "http://127.0.0.1:8000", "aud": service.client_id, "sub": "x"},
        typ="person-data+jwt",
    )

    assert linked.open(address(id_token_hint=token)).status_code == 400


def test_a_post_becomes_the_same_get(linked, service, hint):
    body = urlencode({"id_token_hint": hint, "post_logout_redirect_uri": SIGNED_OUT})

    asked = linked.browser.post(
        "/oauth2/logout", body, content_type="application/x-www-form-urlencoded"
    )

    assert linked.open(asked.headers["Location"]).headers["Location"] == SIGNED_OUT


def test_an_account_without_an_id_is_asked(linked, service, hint):
    from genkan.kernel.db import rows

    rows("UPDATE residents_resident SET account_id = NULL")

    assert linked.open(address(id_token_hint=hint)).status_code == 200
