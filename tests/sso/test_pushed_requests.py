"""Pushed authorization requests (RFC 9126): what is taken in, and whose it is, once."""

from datetime import timedelta

import pytest

from genkan.kernel import clock
from genkan.partners import api as partners
from genkan.sso.models import InteractionRow, PushedRequestRow
from genkan.sso.service.sweep import sweep
from tests.sso.stage import BACK, Service, Signing, call, code_in, credentials, said

DESCRIPTION = "error_description"


def test_a_pushed_request_leads_to_a_sign_in(service, resident):
    answer = service.push()
    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-store")
    told = answer.json()
    assert told["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert told["expires_in"] == 90

    page = resident.browser.get(service.reference(told["request_uri"]), follow=True)
    back = resident.press(page, "allow")

    assert said(back)[0] == BACK
    assert said(back)[1]["state"] == "the state"
    assert service.redeem(code_in(back)).status == 200


def test_what_a_browser_adds_to_a_pushed_request_does_not_count(service, linked):
    address = service.pushed(state="pushed")
    around = f"{address}&state=around&redirect_uri=https://evil.example/&scope=openid+email"

    where, told = said(linked.open(around))

    assert (where, told["state"]) == (BACK, "pushed")
    assert service.redeem(told["code"]).json()["scope"] == "openid"


def test_a_pushed_request_is_answered_once(service, linked):
    address = service.pushed()
    code_in(linked.open(address))

    again = linked.open(address)
    assert (again.status_code, "Location" in again.headers) == (400, False)
    named = said(linked.open(f"{address}&redirect_uri={BACK}&state=s"))
    assert named == (BACK, named[1])
    assert (named[1]["error"], named[1]["state"]) == ("invalid_request_uri", "s")


def test_before_its_answer_a_pushed_request_can_be_opened_again(service, resident):
    address = service.pushed()
    first = resident.browser.get(address, follow=True)
    second = resident.browser.get(address, follow=True)
    assert first.wsgi_request.path != second.wsgi_request.path

    assert code_in(resident.press(second, "allow"))
    late = resident.press(first, "allow")
    assert (late.status_code, "Location" in late.headers) == (409, False)


def test_a_no_uses_a_pushed_request_up(service, resident):
    address = service.pushed()
    page = resident.browser.get(address, follow=True)
    assert said(resident.press(page, "deny"))[1]["error"] == "access_denied"

    assert resident.open(address).status_code == 400


def test_an_error_without_a_page_uses_a_pushed_request_up(service, client):
    address = service.pushed(prompt="none")
    assert said(client.get(address))[1]["error"] == "login_required"

    assert client.get(address).status_code == 400


def test_a_pushed_request_ends_after_90_seconds(service, linked):
    address = service.pushed()
    PushedRequestRow.objects.update(expires_at=clock.now())

    assert linked.open(address).status_code == 400


def test_a_pushed_request_is_the_clients_own(service, linked):
    other = Service("hoiku")
    uri = service.push().json()["request_uri"]

    answer = linked.open(other.reference(uri, redirect_uri=BACK))

    assert said(answer)[1]["error"] == "invalid_request_uri"
    assert code_in(linked.open(service.reference(uri)))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"request": "x"}, "invalid_request_object"),
        ({"client_id": "somebody"}, "invalid_client"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment.jwt"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
    ],
)
def test_a_request_that_would_be_refused_is_not_taken_in(service, change, error):
    answer = service.push(**change)

    assert answer.json()["error"] == error
    assert answer.status == (401 if error == "invalid_client" else 400)
    assert not PushedRequestRow.objects.exists()


def test_who_pushes_proves_who_they_are(service):
    for authorization in (credentials(service.client_id, "wrong"), "Bearer x", "Basic"):
        answer = service.push(authorization=authorization)
        assert (answer.status, answer.json()["error"]) == (401, "invalid_client")
        assert "WWW-Authenticate" in answer.headers
    assert service.push(client_id=None).status == 201


def test_an_assertion_serves_for_one_push(installed):
    service = Signing("signing")
    signed = {
        "client_assertion": service.assertion(),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }

    assert service.push(**signed).status == 201
    assert service.push(**signed).json()["error"] == "invalid_client"


def test_a_client_that_has_to_push_is_told_so(service, linked):
    service.agree(require_par=True)

    told = said(linked.open(service.address()))[1]

    assert (told["error"], told["state"]) == ("invalid_request", "the state")
    assert "pushed authorization requests" in told[DESCRIPTION]
    assert code_in(linked.open(service.pushed()))


def test_a_suspended_service_pushes_nothing(service):
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())

    answer = service.push()

    assert answer.status >= 400
    assert not PushedRequestRow.objects.exists()


def test_a_browser_without_a_way_back_sees_a_page(service, client):
    for uri in ("urn:ietf:params:oauth:request_uri:x", "https://shinsei.example/request"):
        answer = client.get(service.reference(uri))
        assert (answer.status_code, "Location" in answer.headers) == (400, False)
        assert answer.content.decode().count("<h1") == 1


def test_only_post_is_taken(installed):
    assert call("/oauth2/par").status == 405


def test_ended_pushed_requests_are_forgotten_with_their_interactions(service, resident):
    resident.open(service.pushed())
    service.pushed()

    sweep(now=clock.now() + timedelta(days=1, minutes=10))
    assert PushedRequestRow.objects.count() == 1
    sweep(now=clock.now() + timedelta(days=2))

    assert (PushedRequestRow.objects.count(), InteractionRow.objects.count()) == (0, 0)
