"""A service asks a resident who is elsewhere, and they answer on a device of their own (CIBA)."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core import mail

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.ids import new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.sso import jobs as sso_jobs
from genkan.sso.domain import ciba as domain
from genkan.sso.service import ciba
from tests.partners.receiver import a_receiver
from tests.sso.stage import COMMITS, Service, call, code_in, userinfo
from tests.sso.test_races import at_once

pytestmark = pytest.mark.django_db
CIBA = "urn:openid:params:grant-type:ciba"
EMAIL = "hanako@resident.example"
TOKEN = "a-notification-token-of-32-characters"
POLLS = {"grant_types": ["authorization_code", CIBA], "backchannel_token_delivery_mode": "poll"}


@pytest.fixture
def service(installed):
    return Service(metadata=POLLS)


def ask(service, authorization=None, **changes):
    asked = {"scope": "openid", "login_hint": EMAIL, "binding_message": "窓口 3番"} | changes
    sent = {name: value for name, value in asked.items() if value is not None}
    return call(
        "/oauth2/bc-authorize",
        "POST",
        body=urlencode(sent).encode(),
        authorization=authorization or service.basic(),
    )


def asked(service, **changes):
    answer = ask(service, **changes)
    assert answer.status == 200, answer.body
    return answer.json()["auth_req_id"]


def poll(service, auth_req_id, **options):
    body = urlencode({"grant_type": CIBA, "auth_req_id": auth_req_id}).encode()
    return call("/oauth2/token", "POST", body=body, authorization=service.basic(), **options)


def told(service, auth_req_id):
    answer = poll(service, auth_req_id)
    return answer.status, answer.json().get("error")


def waiting(visitor):
    return ciba.waiting_for(visitor.resident, now=clock.now())


def say(visitor, decision):
    [one] = waiting(visitor)
    return visitor.browser.post(f"/accounts/requests/{one.knock.id}", {"decision": decision})


def later(seconds):
    rows(
        "UPDATE sso_knock SET polled_at = polled_at - %(s)s, asked_at = asked_at - %(s)s",
        s=timedelta(seconds=seconds),
    )


def test_a_yes_gives_tokens_once(linked, service):
    auth_req_id = asked(service)
    assert told(service, auth_req_id) == (400, "authorization_pending")

    assert say(linked, "allow").status_code == 303

    answer = poll(service, auth_req_id).json()
    claims = service.id_token(answer["id_token"])
    assert userinfo(answer["access_token"]).json()["sub"] == claims["sub"]
    assert "sid" not in claims
    assert (claims["acr"], answer["token_type"]) == ("urn:genkan:acr:1", "Bearer")
    assert told(service, auth_req_id) == (400, "invalid_grant")
    events = [one.entry.event for one in ledger.entries_of(linked.resident)]
    assert events.count("sso.knock_allowed") == 1


def test_the_page_shows_who_asks_and_what_to_compare(linked, service):
    asked(service)

    page = linked.open("/accounts/requests/").content.decode()

    assert "見本申請" in page
    assert "窓口 3番" in page
    assert 'name="decision" value="allow"' in page
    assert "見本申請" in linked.browser.get("/", follow=True).content.decode()


def test_a_page_without_requests_says_so(linked, service):
    page = linked.open("/accounts/requests/")

    assert page.status_code == 200
    assert 'value="allow"' not in page.content.decode()


def test_a_no_is_a_no(linked, service):
    auth_req_id = asked(service)

    say(linked, "deny")

    assert told(service, auth_req_id) == (400, "access_denied")
    assert told(service, auth_req_id) == (400, "access_denied")


def test_an_answer_counts_once(linked, service):
    asked(service)
    [one] = waiting(linked)
    address = f"/accounts/requests/{one.knock.id}"
    linked.browser.post(address, {"decision": "deny"})

    assert linked.browser.post(address, {"decision": "allow"}).status_code == 409
    assert rows("SELECT allowed FROM sso_knock") == [{"allowed": False}]


def test_a_form_without_an_answer_changes_nothing(linked, service):
    asked(service)
    [one] = waiting(linked)

    assert linked.browser.post(f"/accounts/requests/{one.knock.id}", {}).status_code == 422
    assert waiting(linked)


def test_somebody_elses_request_does_not_exist(linked, stranger, service):
    auth_req_id = asked(service)
    [one] = waiting(linked)

    answer = stranger.browser.post(f"/accounts/requests/{one.knock.id}", {"decision": "allow"})

    assert answer.status_code == 404
    assert told(service, auth_req_id) == (400, "authorization_pending")


def test_a_yes_needs_a_fresh_proof_and_a_no_does_not(linked, service):
    auth_req_id = asked(service)
    session = linked.browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 700
    session.save()

    assert say(linked, "allow").status_code == 403
    assert "reauthenticate" in linked.open("/accounts/requests/").content.decode()
    assert told(service, auth_req_id) == (400, "authorization_pending")
    assert say(linked, "deny").status_code == 303


def test_who_asks_too_often_is_slowed_down_and_waits_longer(linked, service):
    auth_req_id = asked(service)

    assert told(service, auth_req_id) == (400, "authorization_pending")
    assert told(service, auth_req_id) == (400, "slow_down")
    later(domain.INTERVAL.total_seconds())
    assert told(service, auth_req_id) == (400, "slow_down")
    later(60)
    assert told(service, auth_req_id) == (400, "authorization_pending")


def test_a_request_ends(linked, service):
    auth_req_id = asked(service, requested_expiry="30")
    rows("UPDATE sso_knock SET expires_at = now() - interval '1 second'")

    assert told(service, auth_req_id) == (400, "expired_token")
    assert waiting(linked) == []


def test_a_new_request_of_the_same_service_ends_the_one_that_waits(linked, service):
    first, second = asked(service), asked(service)

    assert len(waiting(linked)) == 1
    assert told(service, first) == (400, "expired_token")
    assert told(service, second) == (400, "authorization_pending")


def test_nobody_is_asked_until_they_give_in(linked, service):
    for _ in range(domain.ASKED_AN_HOUR):
        asked(service)

    answer = ask(service)

    assert (answer.status, answer.json()["error"]) == (403, "access_denied")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"login_hint": None}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"login_hint": None, "login_hint_token": "x"}, "invalid_request"),
        ({"login_hint": None, "id_token_hint": "x"}, "unknown_user_id"),
        ({"login_hint": "nobody@resident.example"}, "unknown_user_id"),
        ({"login_hint": "x" * 5000}, "unknown_user_id"),
        ({"binding_message": "a" * 61}, "invalid_binding_message"),
        ({"binding_message": "line\nbreak"}, "invalid_binding_message"),
        ({"requested_expiry": "0"}, "invalid_request"),
        ({"requested_expiry": "soon"}, "invalid_request"),
        ({"request": "e30.e30."}, "invalid_request"),
    ],
)
def test_a_bad_request_is_told_why(linked, service, changes, error):
    answer = ask(service, **changes)

    assert (answer.status, answer.json()["error"]) == (400, error)
    assert rows("SELECT id FROM sso_knock") == []


def test_somebody_who_never_connected_the_service_is_nobody_to_it(resident, service):
    assert ask(service).json()["error"] == "unknown_user_id"


def test_the_id_token_of_an_earlier_sign_in_says_who_is_meant(linked, service):
    tokens = service.redeem(code_in(linked.open(service.address()))).json()
    hint = tokens["id_token"]

    assert ask(service, login_hint=None, id_token_hint=hint).status == 200
    other = Service(slug="other", metadata=POLLS)
    assert ask(other, login_hint=None, id_token_hint=hint).json()["error"] == "unknown_user_id"


def test_a_client_that_is_not_registered_for_it_is_refused(linked, installed):
    plain = Service(slug="plain")

    assert ask(plain).json()["error"] == "unauthorized_client"
    assert ask(plain, authorization="Basic eDp5").status == 401


def test_a_client_that_has_to_sign_its_requests_cannot_ask_by_plain_ones(linked, service):
    rows("UPDATE sso_client SET metadata = metadata || '{\"require_signed_request_object\": true}'")

    assert ask(service).json()["error"] == "invalid_request"


def test_a_request_is_of_the_client_that_made_it(linked, service):
    auth_req_id = asked(service)
    say(linked, "allow")
    other = Service(slug="other", metadata=POLLS)

    assert told(other, auth_req_id) == (400, "invalid_grant")
    assert told(service, "unknown") == (400, "invalid_grant")
    assert poll(service, auth_req_id).status == 200


@COMMITS
def test_of_polls_at_once_one_gets_the_tokens(linked, service):
    for _ in range(10):
        auth_req_id = asked(service, login_hint=EMAIL)
        say(linked, "allow")
        answers = at_once(*[lambda: poll(service, auth_req_id)] * 3)  # noqa: B023
        assert sorted(answer.status for answer in answers) == [200, 400, 400]
        rows("UPDATE sso_knock SET asked_at = asked_at - interval '2 hours'")


def test_what_stops_in_between_is_refused(linked, service):
    auth_req_id = asked(service)
    say(linked, "allow")
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())

    assert poll(service, auth_req_id).status == 400


def test_the_mail_leads_to_the_page_and_says_nothing_secret(linked, service):
    mail.outbox.clear()
    auth_req_id = asked(service)
    [one] = waiting(linked)

    sso_jobs.tell_of_knock(str(one.knock.id))

    [message] = mail.outbox
    assert message.to == [EMAIL]
    assert "/accounts/requests/" in message.body
    assert auth_req_id not in message.body
    assert "窓口" not in message.body
    say(linked, "deny")
    sso_jobs.tell_of_knock(str(one.knock.id))
    assert len(mail.outbox) == 1


@pytest.fixture
def receiver(settings):
    settings.GENKAN = settings.GENKAN.model_copy(update={"allow_loopback_fetch": True})
    with a_receiver() as one:
        one.status = 204
        yield one


def test_a_client_that_wants_it_is_told_that_there_is_an_answer(installed, receiver, resident):
    pinged = {
        "backchannel_token_delivery_mode": "ping",
        "backchannel_client_notification_endpoint": receiver.url,
    }
    service = Service(metadata=POLLS | pinged)
    page = resident.browser.get(service.address(), follow=True)
    resident.press(page, "allow")
    assert ask(service).json()["error"] == "invalid_request"
    auth_req_id = asked(service, client_notification_token=TOKEN)
    [one] = waiting(resident)
    say(resident, "allow")

    sso_jobs.ping(str(one.knock.id))

    [(headers, body)] = receiver.came
    assert json.loads(body) == {"auth_req_id": auth_req_id}
    assert headers["authorization"] == f"Bearer {TOKEN}"
    stored = bytes(rows("SELECT notification FROM sso_knock")[0]["notification"])
    assert TOKEN.encode() not in stored
    assert poll(service, auth_req_id).status == 200
    receiver.status = 500
    with pytest.raises(ciba.PingFailed):
        sso_jobs.ping(str(one.knock.id))


def test_a_ping_for_nobody_does_nothing(installed):
    sso_jobs.ping(str(new_id()))


def test_what_ended_is_forgotten(linked, service):
    from genkan.sso.service.sweep import KEPT, sweep

    asked(service)
    sweep(now=clock.now() + KEPT + timedelta(hours=1))

    assert rows("SELECT id FROM sso_knock") == []


def test_discovery_says_how():
    found = call("/.well-known/openid-configuration").json()

    assert found["backchannel_authentication_endpoint"].endswith("/oauth2/bc-authorize")
    assert found["backchannel_token_delivery_modes_supported"] == ["poll", "ping"]
    assert CIBA in found["grant_types_supported"]
    assert found["backchannel_user_code_parameter_supported"] is False
