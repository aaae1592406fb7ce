"""The resident's pages: who may see them, in every language, and which services are linked."""

import pytest
from django.db import transaction

from genkan.kernel.ids import new_id
from genkan.ledger import api as ledger
from genkan.partners import api as partners
from genkan.portal import service
from genkan.portal.launcher import launcher
from genkan.residents.models import Account, ResidentRow
from genkan.sso.store import links
from tests.builders import (
    DAY,
    a_disposal,
    a_partner,
    a_resident,
    give,
    withdraw,
    words,
)
from tests.portal.own import (
    ADDRESSES,
    BACKEND,
    a_browser_of,
    browser,
    now,
    page,
    partner,
    resident,
    text,
)

__all__ = ["browser", "now", "partner", "resident"]
pytestmark = pytest.mark.django_db


def test_an_ordinary_sign_in_stands_in_the_history_and_not_on_the_first_page(
    browser, resident, now
):
    with transaction.atomic():
        ledger.append(
            ledger.Entry(
                event="resident.signed_in",
                subject=resident,
                actor=ledger.Actor.resident(resident),
                facts={"device": "Firefox"},
                happened_at=now,
            )
        )

    assert "Firefox" in text(browser, "/history/")
    assert "Firefox" not in text(browser, "/")


@pytest.mark.parametrize("address", ADDRESSES[1:])
def test_pages_about_a_resident_are_for_those_who_signed_in(client, address):
    response = client.get(address)

    assert response.status_code == 303
    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_every_page_stands_with_everything_on_it_in_every_language(
    resident, partner, browser, now, address, language
):
    a_disposal(resident, partner, now=now)
    give(resident, partner, now=now)
    browser.cookies["genkan_language"] = language

    assert "見本申請" in text(browser, address)


def test_anybody_finds_the_way_in_on_the_front_page(client):
    links = {a["href"] for a in page(client, "/").select("a")}

    assert {"/accounts/signup/", "/accounts/login/"} <= links


def test_an_account_without_an_id_goes_on_registering(client):
    account = Account.objects.create(id=new_id(), email="new@resident.example", password="!")
    client.force_login(account, backend=BACKEND)

    for address in ADDRESSES:
        assert client.get(address).status_code == 303


def test_somebody_who_just_came_is_told_what_is_not_there(browser):
    assert "まだ、つないだサービスはありません。" in text(browser, "/")
    assert "まだ、つないだサービスはありません。" in text(browser, "/services/")
    assert "ほかに使えるサービスは、いまはありません。" in text(browser, "/services/")
    assert "まだ、どのサービスにも情報は渡っていません。" in text(browser, "/history/")


def test_a_service_that_receives_data_says_what_until_when_and_how_to_stop(
    resident, partner, browser, now
):
    give(resident, partner, now=now)

    for address in ("/", "/services/", f"/services/{partner.service}/"):
        main = page(browser, address)
        assert "氏名、性別、住所" in main.get_text()
        assert main.select(f'a[href="/services/{partner.service}/stop"]')


def test_after_a_stop_there_is_nothing_left_to_stop(resident, partner, browser, now):
    give(resident, partner, now=now)
    withdraw(resident, partner, now=now)

    for address in ("/", "/services/", f"/services/{partner.service}/"):
        assert not page(browser, address).select(f'a[href="/services/{partner.service}/stop"]')
    assert service.linked_services(resident, now=now)[0].sharing == "stopped"


def test_a_service_used_for_sign_in_alone_receives_nothing(resident, partner, browser, now):
    links.connect(resident, partner.service, evidence={}, pending_until=None, now=now)

    (linked,) = service.linked_services(resident, now=now)
    assert (linked.sharing, linked.items, linked.consent) == ("sign_in_only", (), None)
    assert "見本申請" in text(browser, "/services/")


def test_a_consent_that_ran_out_is_shown_as_that(resident, partner, browser, now):
    partner.changes(now=now, offer={"days": 30})
    give(resident, partner, now=now - 30 * DAY)

    (linked,) = service.linked_services(resident, now=now)
    assert (linked.sharing, linked.items) == ("run_out", ())
    assert not page(browser, "/services/").select(f'a[href="/services/{partner.service}/stop"]')


def test_a_suspended_service_is_marked_and_not_offered(resident, partner, browser, now):
    [offered] = launcher(resident, now=now).available
    partners.set_state(partner.service, partners.ServiceState.SUSPENDED, now=now)

    assert offered.service.id == partner.service
    assert launcher(resident, now=now).available == ()
    assert "見本申請" not in text(browser, "/services/")
    give_before = a_partner(now=now, service={"name": words("別の申請")})
    give(resident, give_before, now=now)
    partners.set_state(give_before.service, partners.ServiceState.SUSPENDED, now=now)
    assert "運営者が停止中" in text(browser, "/services/")


def test_a_service_that_only_others_share_with_is_not_found(partner, browser, now):
    other = a_resident(with_account=True, now=now)
    a_disposal(other, partner, now=now)

    assert browser.get(f"/services/{partner.service}/").status_code == 404
    assert browser.get(f"/services/{new_id()}/").status_code == 404
    assert browser.get("/services/nowhere/").status_code == 404
    for address in ADDRESSES:
        assert "provision-" not in page(browser, address).decode()
    assert a_browser_of(other).get(f"/services/{partner.service}/").status_code == 200


def test_a_suspended_resident_is_told_so(resident, browser):
    ResidentRow.objects.filter(pk=resident).update(state="suspended")

    assert browser.get("/services/").status_code == 403
    assert browser.get("/history/").status_code == 303, "the session is over"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_that_read_take_no_writing(browser, address, method):
    assert getattr(browser, method)(address).status_code == 405
