"""Operators look after services at the provider: health, clients, keys, stopping (M15)."""

import pytest
from django.core.cache import cache

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.ids import new_id
from genkan.ledger.models import EntryRow
from genkan.partners import api as partners
from genkan.sso import api as sso
from genkan.sso.models import ClientRow, OutcomeRow, PublishedKeysRow
from genkan.sso.service import tallies
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import employed
from tests.sso.stage import Service, Signing

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
OVERVIEW = "/console/sso/"
KEYS_AT = "https://shinsei.example/jwks"
SURE = {"reason": "秘密が漏れた", "sure": "on"}


@pytest.fixture
def desk():
    cache.clear()
    return browser_of(employed("supervisor"))


@pytest.fixture
def service(db):
    return Service()


@pytest.fixture(autouse=True)
def nothing_counted(db):
    tallies.flush()
    OutcomeRow.objects.all().delete()


def state_of(service):
    return partners.service(service.id).state


def pages_of(service):
    client = f"/console/sso/clients/{service.client_id}/"
    one = f"/console/sso/services/{service.id}/"
    return [OVERVIEW, one, f"{one}stop", client, f"{client}stop", "/console/sso/keys/"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_stands(desk, service, language):
    for address in [*pages_of(service), "/console/sso/keys/rotate"]:
        answer = desk.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address


def test_counts_of_a_service_are_shown_by_day_and_code(desk, service):
    now = clock.now()
    for code in [tallies.SIGNED_IN, tallies.SIGNED_IN, "invalid_grant", "maintenance"]:
        tallies.note(service.id, code, now=now)

    overview, one = text_of(desk.get(OVERVIEW)), text_of(desk.get(pages_of(service)[1]))

    assert "見本申請 利用中 1 2 1 1 0" in overview
    assert "invalid_grant 1" in one
    assert "maintenance 1" in one


def test_a_client_shows_its_metadata_and_no_secret(desk, service):
    page = desk.get(pages_of(service)[3]).content.decode()

    assert "https://shinsei.example/callback" in page
    assert service.client["client_secret"] not in page
    assert "client_secret_basic" in page


def test_keys_of_a_client_stand_with_thumbprint_and_age(desk):
    signing = Signing("koukai")
    rows("UPDATE partners_key SET added_at = added_at - interval '40 days'")

    text = text_of(desk.get(pages_of(signing)[3]))

    assert f"k1 EC P-256 {signing.key.thumbprint()} 40" in text


def test_a_service_is_stopped_and_reopened_with_a_reason(desk, service):
    _, page, stop, *_ = pages_of(service)

    answer = desk.post(stop, SURE)

    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert state_of(service) is partners.ServiceState.SUSPENDED
    assert "秘密が漏れた" in text_of(desk.get(page))
    desk.post(page + "reopen", {"reason": "直した", "sure": "on"})
    assert state_of(service) is partners.ServiceState.LIVE
    entries = EntryRow.objects.filter(service=service.id, actor_kind="operator")
    assert [one.facts["reason"] for one in entries.order_by("happened_at")] == [
        "秘密が漏れた",
        "直した",
    ]


def test_a_client_is_stopped_and_reopened_with_a_reason(desk, service):
    page = pages_of(service)[3]

    desk.post(page + "stop", SURE)

    assert ClientRow.objects.get().stopped_because == "秘密が漏れた"
    assert "秘密が漏れた" in text_of(desk.get(page))
    desk.post(page + "reopen", SURE)
    assert ClientRow.objects.get().stopped_at is None


def test_a_client_is_removed_with_a_reason_and_is_gone(desk, service):
    page = pages_of(service)[3]

    answer = desk.post(page + "remove", SURE)

    assert answer.headers["Location"] == pages_of(service)[1]
    assert desk.get(page).status_code == 404
    assert EntryRow.objects.get(event="sso.client_removed").facts["reason"] == "秘密が漏れた"
    assert sso.health_of(service.id, now=clock.now()).open_clients == 0


def test_keys_that_cannot_be_read_are_told(desk, service):
    ClientRow.objects.update(auth="private_key_jwt", secret_digest=None, jwks_uri=KEYS_AT)
    PublishedKeysRow.objects.create(
        client_id=service.client_id, keys=[], tried_at=clock.now(), outcome="status 500"
    )

    assert "読み取れません" in text_of(desk.get(OVERVIEW))
    assert "status 500" in text_of(desk.get(pages_of(service)[3]))


@pytest.mark.parametrize(
    "sent", [{}, {"reason": "why"}, {"sure": "on"}, {"reason": " ", "sure": "on"}], ids=str
)
def test_nothing_is_stopped_by_half_a_form(desk, service, sent):
    for address in (pages_of(service)[2], pages_of(service)[4]):
        answer = desk.post(address, sent)
        assert answer.status_code == 422
        assert sent.get("reason", "") in answer.content.decode()
    assert state_of(service) is partners.ServiceState.LIVE
    assert ClientRow.objects.get().stopped_at is None


def test_the_next_key_signs_once_everybody_knows_it_or_at_once_after_a_leak(desk, service):
    before = {key.kid for key in sso.signing_keys() if key.state == "current"}

    early = desk.post("/console/sso/keys/rotate", {"sure": "on"})
    late = desk.post("/console/sso/keys/rotate", {"sure": "on", "at_once": "on"})

    assert (early.status_code, late.status_code) == (422, 303)
    assert "1分" in text_of(early)
    after = {key.kid for key in sso.signing_keys() if key.state == "current"}
    assert not before & after


@pytest.mark.parametrize("role", ["counter", None])
def test_others_of_the_staff_neither_look_nor_stop(service, role):
    cache.clear()
    browser = browser_of(employed(role))
    for address in pages_of(service):
        assert browser.get(address).status_code == 403
    assert browser.post(pages_of(service)[2], SURE).status_code == 403
    assert state_of(service) is partners.ServiceState.LIVE


def test_administrators_look_after_services_too(staff, service):
    assert staff.get(OVERVIEW).status_code == 200
    assert OVERVIEW in staff.get("/console/").content.decode()


def test_residents_and_strangers_see_nothing(resident, client, service):
    assert resident.get(OVERVIEW).status_code == 403
    assert client.get(OVERVIEW).status_code == 302


def test_what_is_not_there_is_not_found(desk, service):
    for address in ("services", "clients"):
        assert desk.get(f"/console/sso/{address}/{new_id()}/").status_code == 404
