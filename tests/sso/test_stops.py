"""Operators stop one client, or a service with all its clients: every endpoint refuses at once."""

import pytest

from genkan.kernel import clock
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import new_id
from genkan.ledger import api as ledger
from genkan.ledger.models import EntryRow
from genkan.sso import api as sso
from genkan.sso.errors import ReasonMissing
from genkan.sso.models import ClientRow
from tests.sso.stage import COMMITS, call, code_in, userinfo

STAFF = ledger.Actor(kind="operator", id="staff-1")


@pytest.fixture
def token(linked, service):
    answer = service.redeem(code_in(linked.open(service.address(scope="openid person_data"))))
    return answer.json()["access_token"]


def stop_client(service):
    sso.stop_client(service.client_id, reason="leaked secret", by=STAFF, now=clock.now())


def stop_service(service):
    sso.stop_service(service.id, reason="misuse", by=STAFF, now=clock.now())


def reopen_client(service):
    sso.reopen_client(service.client_id, reason="new secret", by=STAFF, now=clock.now())


def reopen_service(service):
    sso.reopen_service(service.id, reason="settled", by=STAFF, now=clock.now())


STOPS = pytest.mark.parametrize(
    ("stop", "reopen", "said"),
    [
        pytest.param(stop_client, reopen_client, "this client is stopped", id="client"),
        pytest.param(stop_service, reopen_service, "this service is suspended", id="service"),
    ],
)


@COMMITS
@STOPS
def test_every_endpoint_refuses_until_it_is_reopened(linked, service, token, stop, reopen, said):
    code = code_in(linked.open(service.address()))

    stop(service)

    assert linked.browser.get(service.address(), follow=True).status_code == 503
    refused = service.redeem(code)
    assert (refused.status, refused.json()["error"]) == (400, "unauthorized_client")
    assert said in refused.json()["error_description"]
    assert userinfo(token).status == 401
    person = call("/api/person-data", authorization=f"Bearer {token}")
    assert person.status in {401, 403}
    reopen(service)
    assert userinfo(token).status == 200
    assert service.redeem(code).status == 200


def test_a_question_that_is_open_is_not_answered_any_more(resident, service):
    page = resident.browser.get(service.address(), follow=True)

    stop_client(service)

    assert resident.press(page, "allow").status_code == 503


def test_a_stopped_client_leaves_the_services_other_client_alone(linked, service):
    other = sso.register(service.id, {"redirect_uris": ["https://two.example/"]}, now=clock.now())
    sso.stop_client(other["client_id"], reason="unused", by=STAFF, now=clock.now())

    assert service.redeem(code_in(linked.open(service.address()))).status == 200


def test_who_does_not_prove_itself_does_not_learn_that_it_is_stopped(linked, service):
    stop_client(service)

    answer = service.redeem("any", authorization="Basic bm9ib2R5OnNlY3JldA==")

    assert answer.json()["error"] == "invalid_client"


def test_who_stopped_it_and_why_stands_in_the_ledger(service):
    stop_client(service)
    reopen_service(service)

    entry = EntryRow.objects.get(event="sso.client_stopped")
    assert (entry.actor_kind, entry.actor, entry.service) == ("operator", "staff-1", service.id)
    assert entry.facts == {"client": service.client_id, "reason": "leaked secret"}
    entry = EntryRow.objects.get(event="partners.service_resumed")
    assert (entry.actor, entry.facts) == ("staff-1", {"reason": "settled"})


def test_a_second_stop_changes_nothing(service):
    stop_client(service)
    before = ClientRow.objects.get(pk=service.client_id).stopped_at

    again = sso.stop_client(service.client_id, reason="again", by=STAFF, now=clock.now())

    row = ClientRow.objects.get(pk=service.client_id)
    assert (again, row.stopped_at, row.stopped_because) == (False, before, "leaked secret")


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001], ids=["none", "blank", "long"])
@pytest.mark.parametrize("act", [sso.stop_client, sso.reopen_client])
def test_nothing_is_stopped_without_a_reason(service, act, reason):
    with pytest.raises(ReasonMissing):
        act(service.client_id, reason=reason, by=STAFF, now=clock.now())

    assert ClientRow.objects.get(pk=service.client_id).stopped_at is None


def test_nobody_is_stopped_by_a_name_that_nobody_has(installed):
    with pytest.raises(NotFound):
        sso.stop_client(new_id(), reason="why", by=STAFF, now=clock.now())
