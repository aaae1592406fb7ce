"""A parent signs in, and the service gets a token about the child they act for (RFC 8693, M46)."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import transaction
from joserfc import jws

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.residents import api as residents
from tests.guardians import a_right, revoke
from tests.sso.stage import COMMITS, VALUES, Service, call, code_in, userinfo

pytestmark = COMMITS
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
METADATA = {"grant_types": ["authorization_code", EXCHANGE]}


@pytest.fixture
def service(installed):
    return Service(metadata=METADATA)


def a_child(birthdate="2018-04-01"):
    child = ResidentId(new_id())
    values = VALUES | {
        "name": {"full": "大阪 小春", "family": "大阪", "given": "小春"},
        "birthdate": birthdate,
    }
    residents.create(
        residents.NewResident(
            id=child, email=None, password_hash=None, values=values, interests=frozenset()
        ),
        now=clock.now(),
    )
    return child


def allow(child, by, service):
    """The parent allows the service to receive what the child's offer needs."""
    offer = partners.published_offer(service.id)
    choice = consent.Choice(
        offer=offer.id,
        items=frozenset({"name", "birthdate"}),
        locale="ja",
        shown_at=clock.now(),
    )
    with transaction.atomic():
        consent.give(resident=child, service=service.id, choice=choice, by=by, now=clock.now())


@pytest.fixture
def child(linked):
    return a_child()


@pytest.fixture
def right(child, linked):
    return a_right(child, linked.resident)


@pytest.fixture
def family(linked, child, right, service):
    allow(child, linked.resident, service)
    return linked


def signed_in(visitor, service, **parameters):
    answer = service.redeem(code_in(visitor.open(service.address(**parameters)))).json()
    return answer["access_token"]


def exchange(service, token, **changes):
    sent = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
    } | changes
    body = urlencode({name: value for name, value in sent.items() if value is not None}).encode()
    return call("/oauth2/token", "POST", body=body, authorization=service.basic())


def exchanged(service, token, **changes):
    answer = exchange(service, token, **changes)
    assert answer.status == 200, answer.body
    return answer.json()


def person_data(token):
    return call("/api/person-data", authorization=f"Bearer {token}")


def claims_of(token):
    return json.loads(jws.extract_compact(token.encode()).payload)


def test_the_new_token_is_about_the_child_and_names_who_acts(family, child, right, service):
    token = signed_in(family, service, scope="openid profile person_data")

    answer = exchanged(service, token)

    told = claims_of(answer["access_token"])
    child_sub = partners.pairwise_subject(partners.service(service.id).sector, child)
    assert (answer["issued_token_type"], answer["token_type"]) == (ACCESS_TOKEN, "Bearer")
    assert "refresh_token" not in answer
    assert "id_token" not in answer
    assert told["sub"] == child_sub
    assert told["act"] == {"sub": claims_of(token)["sub"], "mandate": str(right)}
    seen = userinfo(answer["access_token"]).json()
    assert (seen["sub"], seen["given_name"]) == (child_sub, "小春")
    assert userinfo(token).json()["given_name"] == "花子"
    data = person_data(answer["access_token"])
    assert data.status == 200
    assert claims_of(data.body.decode())["by_representative"] is True


def test_the_service_can_ask_for_whom_the_resident_may_act(family, child, right, service):
    asked = '{"userinfo": {"represents": null}}'
    token = signed_in(family, service, claims=asked)

    [one] = userinfo(token).json()["represents"]

    assert one["mandate"] == str(right)
    again = exchanged(service, token, requested_subject=one["sub"])
    assert claims_of(again["access_token"])["sub"] == one["sub"]
    assert "represents" not in userinfo(again["access_token"]).json()


def test_both_histories_tell_of_it(family, child, service):
    exchanged(service, signed_in(family, service))

    of_child = [one.entry.event for one in ledger.entries_of(child)]
    of_parent = [one.entry.event for one in ledger.entries_of(family.resident)]
    assert of_child.count("sso.acted_at_service") == 1
    assert of_parent.count("residents.acted_for") == 2
    assert rows("SELECT count(*) AS n FROM sso_link")[0]["n"] == 2


def test_of_several_children_one_has_to_be_named(family, service):
    second = a_child("2020-01-01")
    a_right(second, family.resident)
    allow(second, family.resident, service)
    token = signed_in(family, service)

    assert exchange(service, token).json()["error"] == "invalid_request"
    sub = partners.pairwise_subject(partners.service(service.id).sector, second)
    assert claims_of(exchanged(service, token, requested_subject=sub)["access_token"])["sub"] == sub


def test_somebody_the_resident_does_not_act_for_is_refused(family, stranger, service):
    sub = partners.pairwise_subject(partners.service(service.id).sector, stranger.resident)
    token = signed_in(family, service)

    for named in (sub, "nobody"):
        answer = exchange(service, token, requested_subject=named)
        assert (answer.status, answer.json()["error"]) == (400, "consent_required")


def test_a_child_that_shares_nothing_with_the_service_is_nobody_to_it(linked, right, service):
    answer = exchange(service, signed_in(linked, service))

    assert answer.json()["error"] == "consent_required"


def test_a_child_whose_sharing_was_stopped_is_nobody_again(family, child, service):
    token = exchanged(service, signed_in(family, service, scope="openid profile"))["access_token"]
    consent.withdraw(resident=child, service=service.id, by=family.resident, now=clock.now())

    assert "given_name" not in userinfo(token).json()
    assert exchange(service, signed_in(family, service)).json()["error"] == "consent_required"


def test_a_right_that_ended_ends_its_tokens(family, right, service):
    mine = signed_in(family, service)
    token = exchanged(service, mine)["access_token"]
    assert userinfo(token).status == 200

    revoke(right, now=clock.now())

    assert userinfo(token).status == 401
    assert userinfo(mine).status == 200


def test_majority_ends_it(linked, service):
    today = clock.now()
    almost = a_child(f"{today.year - 18}-{today.month:02}-{today.day:02}")
    a_right(almost, linked.resident, now=today - timedelta(days=400))

    assert exchange(service, signed_in(linked, service)).json()["error"] == "consent_required"


def test_what_ends_the_parents_token_ends_the_childs(family, service):
    mine = signed_in(family, service)
    token = exchanged(service, mine)["access_token"]
    rows("UPDATE sso_grant SET revoked_at = now() WHERE actor IS NULL")

    assert userinfo(token).status == 401


def test_a_suspended_service_gets_nothing_for_it(family, service):
    token = exchanged(service, signed_in(family, service))["access_token"]
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())

    assert userinfo(token).status == 401
    assert exchange(service, token).status in (400, 401)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"subject_token": None}, "invalid_request"),
        ({"subject_token": "a.b.c"}, "invalid_request"),
        ({"subject_token_type": None}, "invalid_request"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:id_token"}, "invalid_request"),
        ({"actor_token": "x"}, "invalid_request"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "invalid_request"),
        ({"audience": "other"}, "invalid_request"),
        ({"resource": "https://other.example"}, "invalid_request"),
        ({"scope": "openid email"}, "invalid_scope"),
    ],
)
def test_a_bad_exchange_is_told_why(family, service, changes, error):
    answer = exchange(service, signed_in(family, service), **changes)

    assert (answer.status, answer.json()["error"]) == (400, error)


def test_an_exchanged_token_is_not_exchanged_again(family, service):
    token = exchanged(service, signed_in(family, service))["access_token"]

    assert exchange(service, token).json()["error"] == "invalid_request"


def test_another_clients_token_and_an_id_token_are_refused(family, service):
    other = Service(slug="other", metadata=METADATA)
    answer = service.redeem(code_in(family.open(service.address()))).json()

    assert exchange(other, answer["access_token"]).json()["error"] == "invalid_request"
    assert exchange(service, answer["id_token"]).json()["error"] == "invalid_request"


def test_a_client_that_is_not_registered_for_it_is_refused(linked, installed):
    plain = Service(slug="plain")

    assert exchange(plain, "a.b.c").json()["error"] == "unauthorized_client"
