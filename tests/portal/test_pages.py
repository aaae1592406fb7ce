"""The resident's pages: linked services, who received what, and how far its disposal is."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from django.utils import translation

from genkan.kernel import clock
from genkan.kernel.clock import JAPAN
from genkan.kernel.ids import new_id
from genkan.ledger import api as ledger
from genkan.ledger.models import EntryRow
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.portal import service
from genkan.residents.models import Account, ResidentRow
from genkan.sso.store import links
from tests.builders import (
    DAY,
    a_disposal,
    a_partner,
    a_resident,
    a_statement,
    give,
    release,
    withdraw,
    words,
)

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def resident(now):
    return a_resident(with_account=True, now=now)


@pytest.fixture
def browser(resident):
    return a_browser_of(resident)


def a_browser_of(resident):
    browser = Client()
    account = Account.objects.get(email=f"{resident.hex}@resident.example")
    browser.force_login(account, backend=BACKEND)
    return browser


@pytest.fixture
def partner(now):
    return a_partner(now=now, service={"name": words("見本申請")})


def page(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def text(browser, address):
    return re.sub(r"\s+", " ", page(browser, address).get_text())


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


ADDRESSES = ["/", "/services/", "/history/"]


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
    links.connect(resident, partner.service, evidence={}, now=now)

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
    assert partner.service in {
        one.id for one in service.available_services(service.linked_services(resident, now=now))
    }
    partners.set_state(partner.service, partners.ServiceState.SUSPENDED, now=now)

    assert service.available_services(service.linked_services(resident, now=now)) == []
    assert "見本申請" not in text(browser, "/services/")
    give_before = a_partner(now=now, service={"name": words("別の申請")})
    give(resident, give_before, now=now)
    partners.set_state(give_before.service, partners.ServiceState.SUSPENDED, now=now)
    assert "運営者が停止中" in text(browser, "/services/")


# Stages


def badges(browser, address="/history/"):
    return [badge.get_text(strip=True) for badge in page(browser, address).select("article .badge")]


def test_data_with_a_service_is_shown_as_being_there(resident, partner, browser, now):
    give(resident, partner, now=now)
    release(resident, partner, now=now)

    assert badges(browser) == ["サービスが保有中"]
    assert badges(browser, f"/services/{partner.service}/") == ["サービスが保有中"]


def test_after_a_stop_the_request_and_its_due_date_are_shown(resident, partner, browser, now):
    disposal, _ = a_disposal(resident, partner, now=now)

    (received,) = service.received(resident, now=now)
    assert (received.stage, received.holding.disposal.id) == ("disposal_requested", disposal.id)
    assert badges(browser) == ["廃棄を依頼中"]
    due = disposal.due_at.astimezone(JAPAN)
    assert f"{due.year}年{due.month}月{due.day}日" in text(browser, "/history/")


def test_a_disposal_past_its_day_is_shown_as_overdue_before_any_job_has_run(
    resident, partner, browser, now
):
    a_disposal(resident, partner, now=now - 15 * DAY)

    (received,) = service.received(resident, now=now)
    assert received.stage == "disposal_overdue"
    assert badges(browser) == ["廃棄の期限切れ"]


def test_a_certificate_closes_the_chain_and_says_what_it_says(resident, partner, browser, now):
    disposal, provisions = a_disposal(resident, partner, now=now)
    statement = a_statement(provisions, now=now, copies="控え一部", responsible="情報課 係長")
    lifecycle.certify(disposal.id, service=partner.service, certificate=statement, now=now)

    shown = text(browser, "/history/")
    assert badges(browser) == ["廃棄済み（証明書あり）"]
    assert "控え一部" in shown
    assert "情報課 係長" in shown
    assert "この情報の流れは閉じました" in shown


def test_what_a_partner_writes_is_never_markup(resident, partner, browser, now):
    disposal, provisions = a_disposal(resident, partner, now=now)
    hostile = "<script>alert(1)</script>"
    statement = a_statement(provisions, now=now, copies=hostile, responsible=hostile)
    lifecycle.certify(disposal.id, service=partner.service, certificate=statement, now=now)
    partner.changes(now=now, service={"name": words(hostile), "description": words(hostile)})

    for address in (*ADDRESSES, f"/services/{partner.service}/"):
        main = page(browser, address)
        assert not main.select("script")
    assert hostile in text(browser, "/history/")


def test_stages_of_several_services_stand_side_by_side(resident, browser, now):
    waiting, owing, open_one = (a_partner(now=now) for _ in range(3))
    a_disposal(resident, waiting, now=now)
    a_disposal(resident, owing, now=now - 15 * DAY)
    give(resident, open_one, now=now)
    release(resident, open_one, now=now)

    stages = {one.service.id: one.stage for one in service.received(resident, now=now)}
    assert stages == {
        waiting.service: "disposal_requested",
        owing.service: "disposal_overdue",
        open_one.service: "with_service",
    }
    assert len(badges(browser)) == 3
    for partner in (waiting, owing, open_one):
        assert len(badges(browser, f"/services/{partner.service}/")) == 1


# Whose page it is


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


# The timeline


def happened(resident, count, now, *, at_once=False):
    """So many entries of the ledger, the first the oldest."""
    for number in range(count):
        moment = now if at_once else now + timedelta(seconds=number)
        EntryRow.objects.create(
            id=new_id(),
            event="resident.values_changed",
            subject=resident,
            actor_kind="resident",
            actor=str(resident),
            facts={"items": ["phone"], "number": number},
            happened_at=moment,
            nonce=b"",
            seal=b"",
        )


def walked(resident):
    """Every event from the newest page to the oldest, and how many pages there were."""
    found, before, pages = [], None, 0
    while True:
        events, before = service.events(resident, language="ja", before=before)
        found += events
        pages += 1
        if before is None:
            return found, pages


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (18, 1), (19, 1), (20, 2), (39, 2), (40, 3)])
def test_the_timeline_comes_in_pages_without_a_gap_or_a_repeat(resident, now, count, pages):
    """One more than `count`: the issue of the ID."""
    happened(resident, count, now + timedelta(seconds=1))

    found, walked_pages = walked(resident)

    assert (len(found), walked_pages) == (count + 1, pages)
    moments = [one.happened_at for one in found]
    assert moments == sorted(moments, reverse=True)
    assert len(set(moments)) == len(moments)


def test_what_happened_at_one_moment_stays_on_one_page(resident, now):
    happened(resident, 18, now + timedelta(seconds=100))
    happened(resident, 4, now + timedelta(seconds=50), at_once=True)
    happened(resident, 5, now + timedelta(seconds=1))

    found, _ = walked(resident)

    assert len(found) == 18 + 4 + 5 + 1


def test_a_consent_and_the_one_it_replaces_are_told_in_order(resident, partner, now):
    give(resident, partner, "name", "address", now=now)
    give(resident, partner, "name", "address", "sex", now=now + timedelta(seconds=1))
    release(resident, partner, now=now + timedelta(seconds=2))
    withdraw(resident, partner, now=now + timedelta(seconds=3))

    with translation.override("en"):
        told = [one.sentence for one in service.events(resident, language="en")[0]]

    assert told == [
        "見本申請 was asked to dispose of your data.",
        "You stopped sharing with 見本申請.",
        "見本申請 received: Name, Sex, Address.",
        "Your earlier consent to 見本申請 was replaced by a new one.",
        "You allowed 見本申請 to receive: Name, Sex, Address.",
        "You allowed 見本申請 to receive: Name, Address.",
        "Your resident ID was issued.",
    ]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "yesterday",
        "2026-07-15",
        "2026-07-15T03:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-07-15T03:00:00 00:00",
        "\x00",
        "𠮷",
        "1" * 5_000,
    ],
)
def test_a_page_that_nobody_gave_out_is_a_page_all_the_same(browser, before):
    assert browser.get("/history/", {"before": before}).status_code == 200


def test_the_link_to_older_entries_leads_there(resident, browser, now):
    happened(resident, 30, now - timedelta(minutes=5))
    main = page(browser, "/history/")

    (older,) = [a["href"] for a in main.select("nav a") if "before=" in a["href"]]
    second = page(browser, f"/history/{older.partition('#')[0]}")

    shown = len(main.select("#events ~ ol .timeline__entry, section ol.timeline > li"))
    assert shown == service.PAGE
    assert len(second.select("ol.timeline > li")) == 31 - service.PAGE


def test_no_sentence_is_lost_in_translation(resident, partner, now):
    a_disposal(resident, partner, now=now)
    for language in ("ja", "ja-easy", "en"):
        with translation.override(language):
            told = service.events(resident, language=language)[0]
        assert all(one.sentence and "%" not in one.sentence for one in told)
        assert not any(re.fullmatch(r"[a-z_]+\.[a-z_]+", one.sentence) for one in told)
