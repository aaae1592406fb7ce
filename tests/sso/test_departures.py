"""Before a resident leaves for a service for the first time, one page says what comes (M15, B5)."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.kernel.ids import new_id
from genkan.ledger import api as ledger
from genkan.ledger.models import EntryRow
from genkan.partners import api as partners
from genkan.residents.api import on_closing
from genkan.sso import api as sso
from genkan.sso.domain.values import ACR_TWO_FACTORS
from genkan.sso.models import ClientRow, DepartureRow
from genkan.sso.service import departures

HOME = "https://shinsei.example/"
START = "https://shinsei.example/start?from=genkan"


@pytest.fixture
def page(service):
    return f"/services/{service.id}/open"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def settle(service, **members):
    ClientRow.objects.filter(pk=service.client_id).update(metadata=members)


def test_the_page_says_who_where_and_what_comes_and_leads_there_once(resident, service, page):
    seen = resident.open(page)

    text = text_of(seen)
    assert "これから見本申請へ移動します" in text
    for said in ["見本市", "7000012050002", HOME.rstrip("/"), "氏名", "いまのログインのままで"]:
        assert said in text
    assert "form-action 'self' https://shinsei.example" in seen.headers["Content-Security-Policy"]
    assert DepartureRow.objects.count() == 0

    left = resident.browser.post(page)

    assert (left.status_code, left.headers["Location"]) == (303, HOME)
    again = resident.open(page)
    assert (again.status_code, again.headers["Location"]) == (303, HOME)


def test_going_there_stands_in_the_history_once(resident, page):
    for _ in range(2):
        resident.browser.post(page)

    [entry] = EntryRow.objects.filter(event="sso.departed")
    assert entry.subject == resident.resident
    assert "はじめて開きました" in text_of(resident.open("/history/"))


def test_each_resident_and_each_service_counts_for_itself(resident, stranger, service, page):
    resident.browser.post(page)

    assert stranger.open(page).status_code == 200


def test_who_has_connected_a_service_is_led_there_at_once(linked, page):
    assert linked.open(page).headers["Location"] == HOME


def test_a_registered_start_is_told_who_sends(resident, service, page):
    settle(service, initiate_login_uri=START)

    address = urlsplit(resident.browser.post(page).headers["Location"])

    assert address._replace(query="").geturl() == "https://shinsei.example/start"
    assert parse_qs(address.query) == {"from": ["genkan"], "iss": [settings.GENKAN.issuer]}


@pytest.mark.parametrize(
    "start", ["javascript:alert(1)", "http://shinsei.example/", "//evil.example/", "https://a/#b"]
)
def test_an_address_that_nobody_may_register_leads_to_the_front_page(
    resident, service, page, start
):
    settle(service, initiate_login_uri=start)

    assert resident.browser.post(page).headers["Location"] == HOME


def test_no_parameter_changes_where_it_leads(resident, page):
    sent = {"next": "https://evil.example/", "address": "//evil.example", "iss": "evil"}

    answer = resident.browser.post(f"{page}?next=https://evil.example/", sent)

    assert answer.headers["Location"] == HOME


def test_a_client_that_is_stopped_starts_nothing(resident, service, page):
    settle(service, initiate_login_uri=START)
    ClientRow.objects.filter(pk=service.client_id).update(stopped_at=clock.now())

    assert resident.browser.post(page).headers["Location"] == HOME


@pytest.mark.parametrize("asks", ["rules", "client"])
def test_it_says_before_that_a_stronger_sign_in_is_needed(resident, service, page, asks):
    if asks == "rules":
        change = sso.RulesChange({"minimum_acr": ACR_TWO_FACTORS})
        sso.change_rules(service.id, change, now=clock.now())
    else:
        settle(service, default_acr_values=[ACR_TWO_FACTORS])

    seen = resident.open(page)

    assert "まだ設定されていません" in text_of(seen)
    assert "/accounts/security/" in seen.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_suspended_service_is_not_led_to(resident, service, page, method):
    partners.set_state(service.id, partners.ServiceState.SUSPENDED, now=clock.now())

    answer = getattr(resident.browser, method)(page)

    assert answer.status_code == 503
    assert "利用できません" in text_of(answer)


def test_who_cannot_connect_a_service_reads_so_before(resident, service, page):
    rows("UPDATE partners_agreement SET municipalities = '{272035}'")

    assert "ほかの市町村にお住まいの方" in text_of(resident.open(page))


def test_a_service_nobody_has_is_not_found(resident):
    assert resident.open(f"/services/{new_id()}/open").status_code == 404


def test_nobody_is_led_anywhere_before_signing_in(service, page):
    assert Client().get(page).headers["Location"].startswith("/accounts/login/")


def test_it_stands_in_each_language(resident, page):
    for language in ("ja", "ja-easy", "en"):
        resident.browser.cookies["genkan_language"] = language
        assert resident.open(page).status_code == 200


def test_where_one_was_led_is_exported_and_forgotten_with_the_id(resident, service, page):
    resident.browser.post(page)

    [told] = departures.export_data(resident.resident)
    [line] = departures.export_lines(resident.resident, "ja")
    assert (told["service"]["id"], line.label) == (service.id, "見本申請")
    on_closing.items()["departures"](resident.resident, by=ledger.SYSTEM, now=clock.now())
    assert departures.export_data(resident.resident) == []
